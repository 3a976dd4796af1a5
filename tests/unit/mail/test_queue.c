/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/store/nouns.h"

#include "core/mail/mail.h"
#include "core/store/mail.h"

static const oa_time now = INT64_C(1795442400000);

static oa_settings usual(void)
{
    return (oa_settings){.site_public_url = "https://login.acme.example/a", .site_name = "Acme", .mail_relay = "smtp://localhost",
                         .mail_from = "login@acme.example"};
}

static oa_json *reset(apr_pool_t *pool, const char *expires)
{
    oa_json *facts = oa_json_object(pool);
    oa_json_set_text(facts, "token", "t0ken");
    oa_json_set_text(facts, "expires_at", expires);
    oa_json_set_text(facts, "site_url", "https://evil.example");
    oa_json_set_text(facts, "link", "https://evil.example/link");
    return facts;
}

static void a_link_is_the_public_url_and_the_token(void **state)
{
    nouns n = nouns_begin(state);
    oa_settings settings = usual();
    oa_mail_state told;
    const oa_mail *mail;
    assert_ok(oa_mail_queue(n.db, NULL, &settings, "reset", "ann@acme.example", reset(n.pool, "2026-11-23T14:30:00Z"), now, &told));
    assert_int_equal(told, OA_MAIL_QUEUED);
    assert_ok(oa_mail_claim(n.db, now, &mail, n.pool));
    assert_non_null(strstr(mail->body, "\r\nhttps://login.acme.example/a/portal/#/password-resets/t0ken\r\n"));
    assert_non_null(strstr(mail->body, "until 2026-11-23 14:30 UTC"));
    assert_null(strstr(mail->body, "evil"));
    assert_int_equal(mail->dead_at, now + 30 * OA_MINUTE);
    assert_int_equal(mail->give_up_at, mail->dead_at);
    assert_string_equal(mail->recipient, "ann@acme.example");
    assert_string_equal(mail->subject, "Your password at Acme");
    nouns_end(&n);
}

static void what_holds_a_link_waits_sealed(void **state)
{
    static const unsigned char key[OA_SUBKEY_SIZE] = {7}, other[OA_SUBKEY_SIZE] = {8};
    nouns n = nouns_begin(state);
    oa_settings settings = usual();
    oa_mail_state told;
    const oa_mail *mail;
    const char *body;
    size_t size;
    assert_ok(oa_mail_queue(n.db, key, &settings, "reset", "ann@acme.example", reset(n.pool, "2026-11-23T14:30:00Z"), now, &told));
    assert_ok(oa_mail_claim(n.db, now, &mail, n.pool));
    assert_null(memmem(mail->body, mail->body_size, "t0ken", 5));
    assert_false(oa_mail_unseal(mail, other, &body, &size, n.pool));
    assert_true(oa_mail_unseal(mail, key, &body, &size, n.pool));
    assert_int_equal(strlen(body), size);
    assert_non_null(strstr(body, "/password-resets/t0ken\r\n"));
    oa_mail moved = *mail;
    moved.id++;
    assert_false(oa_mail_unseal(&moved, key, &body, &size, n.pool));
    nouns_end(&n);
}

static void a_link_that_never_expires_is_a_defect(void **state)
{
    nouns n = nouns_begin(state);
    oa_settings settings = usual();
    oa_mail_state told;
    assert_code(oa_mail_queue(n.db, NULL, &settings, "reset", "ann@acme.example", reset(n.pool, NULL), now, &told), OA_FAILED);
    assert_code(oa_mail_queue(n.db, NULL, &settings, "nonsense", "ann@acme.example", reset(n.pool, NULL), now, &told), OA_FAILED);
    nouns_end(&n);
}

static void without_public_url_or_relay_nothing_is_queued_and_it_says_so(void **state)
{
    nouns n = nouns_begin(state);
    oa_settings no_url = usual(), no_relay = usual();
    const oa_settings *cases[] = {&no_url, &no_relay};
    no_url.site_public_url = NULL;
    no_relay.mail_relay = NULL;
    for (int i = 0; i < 2; i++) {
        oa_mail_state told = OA_MAIL_QUEUED;
        int64_t count;
        assert_ok(oa_mail_queue(n.db, NULL, cases[i], "reset", "ann@acme.example", reset(n.pool, "2026-11-23T14:30:00Z"), now, &told));
        assert_string_equal(oa_mail_state_name(told), "not_configured");
        assert_ok(oa_db_int(n.db, &count, -1, "SELECT count(*) FROM mail", NULL));
        assert_int_equal(count, 0);
    }
    assert_string_equal(oa_mail_state_name(OA_MAIL_QUEUED), "queued");
    nouns_end(&n);
}

static void what_is_rolled_back_is_not_mailed(void **state)
{
    fixture *f = *state;
    oa_settings settings = usual();
    oa_mail_state told;
    oa_db *db;
    assert_ok(oa_store_take(f->store, OA_DB_ADMIN, &db, f->pool));
    assert_ok(oa_db_begin(db, true));
    assert_ok(oa_mail_queue(db, NULL, &settings, "reset", "ann@acme.example", reset(f->pool, "2026-11-23T14:30:00Z"), now, &told));
    oa_db_rollback(db);
    oa_store_give(f->store, db);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM mail"), 0);
}

static void a_sender_is_made_where_none_is_set(void **state)
{
    static const char *const cases[][2] = {{"https://login.acme.example:8443/a", "orgauth@login.acme.example"},
                                           {"http://127.0.0.1:8080", "orgauth@localhost"},
                                           {"http://[::1]:8080/x", "orgauth@localhost"}};
    fixture *f = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        oa_settings settings = {.site_public_url = cases[i][0]};
        assert_string_equal(oa_mail_sender(&settings, f->pool), cases[i][1]);
    }
}

OA_TESTS(STORE_TEST(what_holds_a_link_waits_sealed), STORE_TEST(a_link_is_the_public_url_and_the_token), STORE_TEST(a_link_that_never_expires_is_a_defect),
         STORE_TEST(without_public_url_or_relay_nothing_is_queued_and_it_says_so),
         STORE_TEST(what_is_rolled_back_is_not_mailed), STORE_TEST(a_sender_is_made_where_none_is_set))
