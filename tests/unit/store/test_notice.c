/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/store/nouns.h"

#include "core/store/attempt.h"
#include "core/store/notice.h"

static const oa_time now = INT64_C(1795442400000);

static void the_wrong_attempt_that_denies_leaves_one_notice(void **state)
{
    fixture *f = *state;
    bool denied;
    for (int i = 0; i < 4; i++) {
        assert_int_equal(fixture_int(f, "SELECT count(*) FROM notice"), i > 2);
        assert_ok(oa_attempt_wrong_key(f->store, BOB, 3, now, "192.0.2.7", &denied, f->pool));
        assert_int_equal(denied, i == 2);
    }
    nouns n = nouns_begin(state);
    const oa_notice *notice;
    bool due;
    assert_ok(oa_notice_is_due(n.db, &due));
    assert_true(due);
    assert_ok(oa_notice_next(n.db, &notice, n.pool));
    assert_string_equal(notice->about, "denied");
    assert_string_equal(notice->address, "192.0.2.7");
    assert_int_equal(notice->account_id, BOB);
    assert_int_equal(notice->at, now);
    assert_ok(oa_notice_done(n.db, notice->id));
    assert_ok(oa_notice_next(n.db, &notice, n.pool));
    assert_null(notice);
    nouns_end(&n);
}

static int administrators(nouns *n, oa_id org, const char **first)
{
    apr_array_header_t *emails;
    assert_ok(oa_notice_administrators(n->db, org, 9, &emails, n->pool));
    *first = emails->nelts > 0 ? APR_ARRAY_IDX(emails, 0, const char *) : "";
    return emails->nelts;
}

static void administrators_are_who_can_help(void **state)
{
    fixture *f = *state;
    const char *first;
    fixture_sql(f, "INSERT INTO organization (id, slug, name, parent_id, created_at) VALUES (11, 'lab', 'Lab', 10, 1)");
    nouns n = nouns_begin(state);
    assert_int_equal(administrators(&n, 10, &first), 1);
    assert_string_equal(first, "ada@acme.example");
    assert_int_equal(administrators(&n, 11, &first), 1); /* from above */
    assert_ok(oa_db_run(n.db, NULL, "UPDATE account SET status = 2 WHERE id = 20", NULL));
    assert_int_equal(administrators(&n, 10, &first), 0);
    assert_ok(oa_db_run(n.db, NULL, "UPDATE account SET status = 1, kind = 2 WHERE id = 20", NULL));
    assert_int_equal(administrators(&n, 10, &first), 0);
    assert_ok(oa_db_run(n.db, NULL, "UPDATE account SET kind = 1 WHERE id = 20", NULL));
    assert_ok(oa_db_run(n.db, NULL, "UPDATE membership SET status = 2 WHERE account_id = 20", NULL));
    assert_int_equal(administrators(&n, 10, &first), 0);
    nouns_end(&n);
}

static void a_key_is_told_of_once_for_each_end(void **state)
{
    nouns n = nouns_begin(state);
    const oa_ending_key *key;
    assert_ok(oa_notice_ending_key(n.db, now, OA_DAY, &key, n.pool));
    assert_null(key); /* never expires */
    assert_ok(oa_db_run(n.db, NULL, "UPDATE api_key SET expires_at = $1 WHERE id = 30", "i", now + OA_HOUR));
    assert_ok(oa_notice_ending_key(n.db, now, OA_DAY, &key, n.pool));
    assert_int_equal(key->id, ADAS_KEY);
    assert_string_equal(key->email, "ada@acme.example");
    assert_ok(oa_notice_key_told(n.db, key));
    assert_ok(oa_notice_ending_key(n.db, now, OA_DAY, &key, n.pool));
    assert_null(key);
    assert_ok(oa_db_run(n.db, NULL, "UPDATE api_key SET expires_at = $1 WHERE id = 30", "i", now + 2 * OA_HOUR));
    assert_ok(oa_notice_ending_key(n.db, now, OA_DAY, &key, n.pool));
    assert_non_null(key);
    assert_ok(oa_notice_ending_key(n.db, now + 3 * OA_HOUR, OA_DAY, &key, n.pool));
    assert_null(key); /* it has ended */
    nouns_end(&n);
}

OA_TESTS(STORE_TEST(the_wrong_attempt_that_denies_leaves_one_notice), STORE_TEST(administrators_are_who_can_help),
         STORE_TEST(a_key_is_told_of_once_for_each_end))
