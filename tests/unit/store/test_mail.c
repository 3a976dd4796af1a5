/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/store/nouns.h"

#include "core/store/mail.h"

static const oa_time now = INT64_C(1795442400000);

static void put(nouns *n, oa_id id, oa_time at, oa_time dead_at)
{
    const oa_mail mail = {.id = id, .template = "reset", .recipient = "a@b.example", .subject = "s", .body = "body\0x",
                          .body_size = 6, .created_at = at, .give_up_at = at + OA_DAY, .dead_at = dead_at};
    assert_ok(oa_mail_insert(n->db, &mail));
}

static oa_id claim(nouns *n, oa_time at)
{
    const oa_mail *mail;
    bool due;
    assert_ok(oa_mail_is_due(n->db, at, &due));
    assert_ok(oa_mail_claim(n->db, at, &mail, n->pool));
    assert_int_equal(due, mail != NULL);
    return mail != NULL ? mail->id : 0;
}

static void a_mail_is_in_one_hand_at_a_time(void **state)
{
    nouns n = nouns_begin(state);
    put(&n, 2, now, 0);
    put(&n, 1, now + 5, 0);
    assert_int_equal(claim(&n, now - 1), 0);
    assert_int_equal(claim(&n, now + 10), 2);
    assert_int_equal(claim(&n, now + 10), 1);
    assert_int_equal(claim(&n, now + 10), 0);
    assert_int_equal(claim(&n, now + 9 + OA_MAIL_CLAIM), 0);
    assert_int_equal(claim(&n, now + 10 + OA_MAIL_CLAIM), 2);
    nouns_end(&n);
}

static void a_claim_of_a_clock_far_ahead_is_void(void **state)
{
    nouns n = nouns_begin(state);
    put(&n, 1, now, 0);
    assert_int_equal(claim(&n, now + 10 * OA_DAY), 1);
    assert_int_equal(claim(&n, now), 1);
    nouns_end(&n);
}

static void what_was_put_off_by_a_clock_far_ahead_is_due(void **state)
{
    nouns n = nouns_begin(state);
    const oa_time ahead = now + 300 * OA_DAY;
    put(&n, 1, ahead, 0);
    assert_int_equal(claim(&n, now), 1);
    assert_ok(oa_mail_failed(n.db, 1, now + OA_MAIL_PAUSE_MOST, "refused", now));
    assert_int_equal(claim(&n, now), 0);
    assert_int_equal(claim(&n, now + OA_MAIL_PAUSE_MOST), 1);
    nouns_end(&n);
}

static void a_claimed_mail_has_its_whole_body_and_a_sent_one_none(void **state)
{
    nouns n = nouns_begin(state);
    const oa_mail *mail;
    put(&n, 1, now, 0);
    assert_ok(oa_mail_claim(n.db, now, &mail, n.pool));
    assert_int_equal(mail->body_size, 6);
    assert_memory_equal(mail->body, "body\0x", 6);
    assert_ok(oa_mail_sent(n.db, 1, now + 1));
    assert_int_equal(claim(&n, now + OA_DAY), 0);
    assert_ok(oa_mail_find(n.db, 1, &mail, n.pool));
    assert_int_equal(mail->status, OA_MAIL_SENT);
    assert_int_equal(mail->sent_at, now + 1);
    nouns_end(&n);
    assert_int_equal(fixture_int(n.f, "SELECT length(body) FROM mail"), 0);
}

static void what_failed_waits_for_its_next_time(void **state)
{
    nouns n = nouns_begin(state);
    const oa_mail *mail;
    put(&n, 1, now, 0);
    claim(&n, now);
    assert_ok(oa_mail_failed(n.db, 1, now + OA_MINUTE, "451", now));
    assert_int_equal(claim(&n, now + OA_MINUTE - 1), 0);
    assert_int_equal(claim(&n, now + OA_MINUTE), 1);
    assert_ok(oa_mail_unclaim(n.db, 1));
    assert_int_equal(claim(&n, now + OA_MINUTE), 1);
    assert_ok(oa_mail_find(n.db, 1, &mail, n.pool));
    assert_int_equal(mail->tries, 1);
    assert_string_equal(mail->trouble, "451");
    nouns_end(&n);
}

/* The mail went out after all, while it counted as failed elsewhere. */
static void a_sent_mail_is_never_made_to_wait_again(void **state)
{
    nouns n = nouns_begin(state);
    int64_t count;
    put(&n, 1, now, 0);
    assert_ok(oa_mail_sent(n.db, 1, now));
    assert_ok(oa_mail_failed(n.db, 1, now, "late", now));
    assert_ok(oa_mail_unclaim(n.db, 1));
    assert_ok(oa_mail_retry(n.db, 0, now, &count));
    assert_int_equal(count, 0);
    assert_int_equal(claim(&n, now + OA_DAY), 0);
    nouns_end(&n);
}

static void retry_makes_due_what_waits_or_was_given_up_but_takes_nothing_out_of_a_hand(void **state)
{
    nouns n = nouns_begin(state);
    int64_t count;
    put(&n, 1, now, 0);
    put(&n, 2, now, 0);
    put(&n, 3, now, now + OA_HOUR);
    assert_ok(oa_mail_failed(n.db, 1, 0, "550", now));
    assert_ok(oa_mail_failed(n.db, 3, 0, "550", now));
    assert_int_equal(claim(&n, now), 2);
    assert_ok(oa_mail_retry(n.db, 0, now + 2 * OA_HOUR, &count));
    assert_int_equal(count, 2); /* the link of 3 has expired */
    assert_ok(oa_mail_retry(n.db, 2, now + 1, &count));
    assert_int_equal(claim(&n, now + 1), 0);
    assert_ok(oa_mail_retry(n.db, 1, now + 1, &count));
    assert_int_equal(claim(&n, now + 1), 1);
    nouns_end(&n);
}

static void lists_go_back_in_time_page_by_page(void **state)
{
    nouns n = nouns_begin(state);
    apr_array_header_t *mails;
    for (oa_id id = 1; id <= 5; id++) {
        put(&n, id, now, 0);
    }
    assert_ok(oa_mail_sent(n.db, 4, now));
    assert_ok(oa_mail_list(n.db, OA_MAIL_WAITING, 0, 2, &mails, n.pool));
    assert_int_equal(mails->nelts, 2);
    assert_int_equal(APR_ARRAY_IDX(mails, 1, const oa_mail *)->id, 3);
    assert_ok(oa_mail_list(n.db, 0, 3, 9, &mails, n.pool));
    assert_int_equal(mails->nelts, 2);
    assert_int_equal(APR_ARRAY_IDX(mails, 0, const oa_mail *)->body_size, 0);
    nouns_end(&n);
}

OA_TESTS(STORE_TEST(a_mail_is_in_one_hand_at_a_time), STORE_TEST(a_claim_of_a_clock_far_ahead_is_void),
         STORE_TEST(what_was_put_off_by_a_clock_far_ahead_is_due),
         STORE_TEST(a_claimed_mail_has_its_whole_body_and_a_sent_one_none), STORE_TEST(what_failed_waits_for_its_next_time),
         STORE_TEST(a_sent_mail_is_never_made_to_wait_again),
         STORE_TEST(retry_makes_due_what_waits_or_was_given_up_but_takes_nothing_out_of_a_hand),
         STORE_TEST(lists_go_back_in_time_page_by_page))
