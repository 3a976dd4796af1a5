/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/store/nouns.h"

#include "core/store/sweep.h"

static const oa_time now = INT64_C(1795442400000);

static void idle_accounts_are_found_piece_by_piece(void **state)
{
    nouns n = nouns_begin(state);
    apr_array_header_t *accounts;
    assert_ok(oa_sweep_idle(n.db, now, 0, 1, &accounts, n.pool));
    assert_int_equal(accounts->nelts, 1);
    assert_int_equal(APR_ARRAY_IDX(accounts, 0, oa_id), ADA);
    assert_ok(oa_db_run(n.db, NULL, "UPDATE account SET last_login_at = $1 WHERE id = 21", "i", now));
    assert_ok(oa_sweep_idle(n.db, now - 1, ADA, 9, &accounts, n.pool));
    assert_int_equal(accounts->nelts, 0);
    assert_ok(oa_sweep_idle(n.db, now, ADA, 9, &accounts, n.pool));
    assert_int_equal(accounts->nelts, 1);
    nouns_end(&n);
}

static void put_message(nouns *n, oa_time at, oa_id account)
{
    assert_ok(oa_db_run(n->db, NULL,
                        "INSERT INTO message (id, account_id, org_id, key_id, at, method, path, status, duration)"
                        " VALUES ($1, $2, 10, 30, $3, 'GET', '/', 200, 1)",
                        "iii", oa_id_make(at), account, at));
}

static void old_messages_go_in_pieces(void **state)
{
    nouns n = nouns_begin(state);
    int64_t count;
    for (int i = 0; i < 5; i++) {
        put_message(&n, now + i, ADA);
    }
    assert_ok(oa_sweep_old_messages(n.db, now + 3, 2, &count));
    assert_int_equal(count, 2);
    assert_ok(oa_sweep_old_messages(n.db, now + 3, 2, &count));
    assert_int_equal(count, 1);
    nouns_end(&n);
    assert_int_equal(fixture_int(n.f, "SELECT count(*) FROM message"), 2);
}

static void who_has_more_messages_than_are_kept_is_found_piece_by_piece(void **state)
{
    nouns n = nouns_begin(state);
    apr_array_header_t *accounts;
    for (int i = 0; i < 3; i++) {
        put_message(&n, now + i, ADA);
        put_message(&n, now + i, BOB);
    }
    put_message(&n, now, 22);
    assert_ok(oa_sweep_talkative(n.db, 2, 0, 1, &accounts, n.pool));
    assert_int_equal(accounts->nelts, 1);
    assert_int_equal(APR_ARRAY_IDX(accounts, 0, oa_id), ADA);
    assert_ok(oa_sweep_talkative(n.db, 2, ADA, 9, &accounts, n.pool));
    assert_int_equal(accounts->nelts, 1);
    assert_int_equal(APR_ARRAY_IDX(accounts, 0, oa_id), BOB);
    assert_ok(oa_sweep_talkative(n.db, 3, 0, 9, &accounts, n.pool));
    assert_int_equal(accounts->nelts, 0);
    nouns_end(&n);
}

static void ids_are_compared_with_times(void **state)
{
    oa_time later = now + 500 * OA_DAY;
    (void)state;
    assert_true(oa_id_floor(later) <= oa_id_make(later));
    assert_true(oa_id_floor(later + 1) > oa_id_floor(later));
}

OA_TESTS(STORE_TEST(idle_accounts_are_found_piece_by_piece), STORE_TEST(old_messages_go_in_pieces),
         STORE_TEST(who_has_more_messages_than_are_kept_is_found_piece_by_piece), STORE_TEST(ids_are_compared_with_times))
