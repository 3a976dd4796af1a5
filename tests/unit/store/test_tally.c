/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/store/fixture.h"

#include "core/store/stripe.h"
#include "core/store/tally.h"
#include "core/store/writer.h"

#include <pthread.h>

static int64_t sum(fixture *f, const char *what, oa_id org)
{
    return fixture_int(f, apr_psprintf(f->pool, "SELECT COALESCE(SUM(%s), 0) FROM statistic WHERE org_id = %d", what, (int)org));
}

static void test_what_was_answered_is_added_up(void **state)
{
    fixture *f = *state;
    fixture_sql(f, "INSERT INTO web_api (id, org_id, name, service_account_id, created_at) VALUES (50, 10, 'reports', 20, 1);");
    for (int round = 1; round <= 2; round++) {
        for (int i = 0; i < 10; i++) {
            oa_tally_note(f->store, ACME, "reports", i < 3);
            oa_tally_note(f->store, ACME, "", false);
            oa_tally_note(f->store, 11, "", true);
        }
        assert_ok(oa_tally_flush(f->store, f->pool));
        assert_int_equal(sum(f, "allowed", ACME), 17 * round);
        assert_int_equal(sum(f, "refused", ACME), 3 * round);
        assert_int_equal(sum(f, "refused", 11), 10 * round);
    }
    assert_int_equal(fixture_int(f, "SELECT SUM(allowed) FROM statistic WHERE api_id = 50"), 14);
    assert_ok(oa_tally_flush(f->store, f->pool));
    assert_int_equal(sum(f, "allowed", ACME), 34);
}

static void test_they_are_of_this_hour(void **state)
{
    fixture *f = *state;
    oa_time before = oa_clock_now() / OA_HOUR * OA_HOUR;
    oa_tally_note(f->store, ACME, "", false);
    assert_ok(oa_tally_flush(f->store, f->pool));
    int64_t at = fixture_int(f, "SELECT at FROM statistic");
    assert_true(at == before || at == before + OA_HOUR);
}

enum { THREADS = OA_STRIPES + 8, CALLS = 2000 };

static void *call(void *store)
{
    for (int i = 0; i < CALLS; i++) {
        oa_tally_note(store, ACME, i % 2 == 0 ? "reports" : "", false);
    }
    return NULL;
}

static void test_many_threads_lose_nothing_while_it_is_written(void **state)
{
    fixture *f = *state;
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, call, f->store), 0);
    }
    for (int i = 0; i < 5; i++) {
        assert_ok(oa_tally_flush(f->store, f->pool));
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
    assert_ok(oa_tally_flush(f->store, f->pool));
    assert_int_equal(sum(f, "allowed", ACME), THREADS * CALLS);
    assert_int_equal(oa_tally_missed(f->store), 0);
}

static void test_what_a_busy_store_refused_is_written_later(void **state)
{
    fixture *f = *state;
    oa_db *holder = NULL;
    assert_ok(oa_store_take(f->store, OA_DB_ADMIN, &holder, f->pool));
    assert_ok(oa_db_begin(holder, true));
    oa_tally_note(f->store, ACME, "", false);
    assert_code(oa_tally_flush(f->store, f->pool), OA_BUSY);
    oa_tally_note(f->store, ACME, "", false);
    oa_tally_note(f->store, ACME, "", true);
    assert_code(oa_tally_flush(f->store, f->pool), OA_BUSY);
    oa_db_rollback(holder);
    oa_store_give(f->store, holder);
    assert_ok(oa_tally_flush(f->store, f->pool));
    assert_int_equal(sum(f, "allowed", ACME), 2);
    assert_int_equal(sum(f, "refused", ACME), 1);
}

static void test_what_finds_no_room_is_counted_as_that(void **state)
{
    fixture *f = *state;
    for (int i = 0; i < OA_TALLY_CELLS + 3; i++) {
        oa_tally_note(f->store, 1000 + i, "", false);
    }
    oa_tally_note(f->store, 1000, "", false);
    assert_int_equal(oa_tally_missed(f->store), 3);
    assert_int_equal(oa_tally_missed(f->store), 0);
    assert_ok(oa_tally_flush(f->store, f->pool));
    assert_int_equal(fixture_int(f, "SELECT SUM(allowed) FROM statistic"), OA_TALLY_CELLS + 1);
    oa_tally_note(f->store, 1000 + OA_TALLY_CELLS, "", false); /* now there is room again */
    assert_ok(oa_tally_flush(f->store, f->pool));
    assert_int_equal(sum(f, "allowed", 1000 + OA_TALLY_CELLS), 1);
}

static void test_the_writer_writes_by_itself_and_when_it_ends(void **state)
{
    fixture *f = *state;
    apr_pool_t *life;
    apr_pool_create(&life, f->pool);
    assert_ok(oa_writer_start(f->store, NULL, NULL, life));
    oa_tally_note(f->store, ACME, "", false);
    while (sum(f, "allowed", ACME) == 0) { /* ends when the thread has written */
        usleep(10000);
    }
    oa_tally_note(f->store, ACME, "", false);
    apr_pool_destroy(life);
    assert_int_equal(sum(f, "allowed", ACME), 2);
}

OA_TESTS(STORE_TEST(test_what_was_answered_is_added_up), STORE_TEST(test_they_are_of_this_hour),
         STORE_TEST(test_many_threads_lose_nothing_while_it_is_written), STORE_TEST(test_what_a_busy_store_refused_is_written_later),
         STORE_TEST(test_what_finds_no_room_is_counted_as_that), STORE_TEST(test_the_writer_writes_by_itself_and_when_it_ends))
