/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/store/fixture.h"

#include "core/mail/outbox.h"
#include "core/store/mail.h"

/* Three mails that are due, and a relay. */
static fixture *with_mails(void **state, const char *relay)
{
    fixture *f = *state;
    oa_db *db;
    fixture_sql(f, apr_psprintf(f->pool,
                                "INSERT INTO setting VALUES ('site.public_url', 'https://a.example'), ('mail.relay', '%s')", relay));
    assert_ok(oa_store_take(f->store, OA_DB_ADMIN, &db, f->pool));
    assert_ok(oa_db_begin(db, true));
    for (oa_id id = 1; id <= 3; id++) {
        const oa_mail mail = {.id = id, .template = "reset", .recipient = "a@b.example", .subject = "s", .body = "body",
                              .body_size = 4, .created_at = 1, .give_up_at = oa_clock_now() + OA_DAY};
        assert_ok(oa_mail_insert(db, &mail));
    }
    assert_ok(oa_db_commit(db));
    oa_store_give(f->store, db);
    return f;
}

static void all_that_is_due_is_sent(void **state)
{
    fixture *f = with_mails(state, "sendmail:/bin/true");
    oa_outbox_report report;
    assert_ok(oa_outbox_send(f->store, 0, NULL, NULL, &report, f->pool));
    assert_int_equal(report.sent, 3);
    assert_null(report.trouble);
    assert_ok(oa_outbox_send(f->store, 0, NULL, NULL, &report, f->pool));
    assert_int_equal(report.sent, 0);
}

/* The rest would fare no better now. */
static void the_first_trouble_ends_the_round(void **state)
{
    fixture *f = with_mails(state, "sendmail:/bin/false");
    oa_outbox_report report;
    assert_ok(oa_outbox_send(f->store, 0, NULL, NULL, &report, f->pool));
    assert_int_equal(report.failed, 1);
    assert_non_null(report.trouble);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM mail WHERE status = 1 AND tries = 0 AND claimed_until = 0"), 2);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM mail WHERE status = 1 AND tries = 1 AND claimed_until = 0"), 1);
}

static bool at_once(void *context)
{
    (void)context;
    return true;
}

static void who_is_to_stop_claims_nothing(void **state)
{
    fixture *f = with_mails(state, "sendmail:/bin/true");
    oa_outbox_report report;
    assert_ok(oa_outbox_send(f->store, 0, at_once, NULL, &report, f->pool));
    assert_int_equal(report.sent, 0);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM mail WHERE claimed_until > 0"), 0);
}

OA_TESTS(STORE_TEST(all_that_is_due_is_sent), STORE_TEST(the_first_trouble_ends_the_round),
         STORE_TEST(who_is_to_stop_claims_nothing))
