/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/store/fixture.h"

#include "core/store/sqlite.h"

#include <pthread.h>
#include <sqlite3.h>

static oa_db *take(fixture *f, oa_db_use use)
{
    oa_db *db = NULL;
    assert_ok(oa_store_take(f->store, use, &db, f->pool));
    return db;
}

static void test_binds_go_by_their_numbers(void **state)
{
    fixture *f = *state;
    oa_db *db = take(f, OA_DB_ADMIN);
    int64_t changed = 0;
    assert_ok(oa_db_run(db, &changed, "UPDATE account SET first_name = $2, last_name = $3 WHERE id = $1", "itt",
                        (int64_t)ADA, "Ada", "Lovelace"));
    assert_int_equal(changed, 1);
    oa_rows *rows;
    assert_ok(
        oa_db_select(db, &rows, "SELECT first_name || ' ' || last_name FROM account WHERE id = $1", "i", (int64_t)ADA));
    assert_true(oa_rows_next(rows));
    assert_string_equal(oa_rows_text(rows, 0), "Ada Lovelace");
    assert_false(oa_rows_next(rows));
    assert_ok(oa_rows_end(rows));
    oa_store_give(f->store, db);
}

static void test_all_kinds_of_values_come_back(void **state)
{
    fixture *f = *state;
    oa_db *db = take(f, OA_DB_LOOKUP);
    oa_rows *rows;
    size_t size;
    assert_ok(oa_db_select(db, &rows, "SELECT $1, $2, $3, $4, $5", "itbtb", INT64_MAX, "text", "\0b", (size_t)2,
                           (const char *)NULL, NULL, (size_t)0));
    assert_true(oa_rows_next(rows));
    assert_true(oa_rows_int(rows, 0) == INT64_MAX);
    assert_string_equal(oa_rows_text(rows, 1), "text");
    assert_memory_equal(oa_rows_blob(rows, 2, &size), "\0b", 2);
    assert_int_equal(size, 2);
    assert_null(oa_rows_text(rows, 3));
    assert_string_equal(oa_rows_copy(rows, 3, f->pool), "");
    assert_null(oa_rows_blob(rows, 4, &size));
    assert_int_equal(size, 0);
    assert_ok(oa_rows_end(rows));
    oa_store_give(f->store, db);
}

static void test_a_wrong_number_of_binds_is_a_defect(void **state)
{
    fixture *f = *state;
    oa_db *db = take(f, OA_DB_LOOKUP);
    oa_rows *rows;
    int64_t value;
    assert_code(oa_db_select(db, &rows, "SELECT $1", ""), OA_FAILED);
    assert_code(oa_db_int(db, &value, 0, "SELECT 1", "i", INT64_C(1)), OA_FAILED);
    assert_code(oa_db_int(db, &value, 0, "SELECT $2", "i", INT64_C(1)), OA_FAILED);
    oa_store_give(f->store, db);
}

static void test_a_statement_is_not_under_way_twice(void **state)
{
    fixture *f = *state;
    static const char sql[] = "SELECT id FROM account";
    oa_db *db = take(f, OA_DB_LOOKUP);
    oa_rows *rows, *again;
    assert_ok(oa_db_select(db, &rows, sql, ""));
    assert_true(oa_rows_next(rows));
    assert_code(oa_db_select(db, &again, sql, ""), OA_FAILED);
    assert_ok(oa_rows_end(rows));
    assert_ok(oa_db_select(db, &rows, sql, ""));
    assert_ok(oa_rows_end(rows));
    oa_store_give(f->store, db);
}

static void test_other_text_at_the_same_address_is_another_statement(void **state)
{
    fixture *f = *state;
    char sql[] = "SELECT 1";
    oa_db *db = take(f, OA_DB_LOOKUP);
    int64_t value;
    assert_ok(oa_db_int(db, &value, 0, sql, ""));
    assert_int_equal(value, 1);
    sql[7] = '2';
    assert_ok(oa_db_int(db, &value, 0, sql, ""));
    assert_int_equal(value, 2);
    oa_store_give(f->store, db);
}

static void test_a_violated_constraint_is_a_conflict(void **state)
{
    fixture *f = *state;
    oa_db *db = take(f, OA_DB_ADMIN);
    assert_code(oa_db_run(db, NULL, "UPDATE account SET email = 'bob@acme.example' WHERE id = 20", ""), OA_CONFLICT);
    assert_code(oa_db_run(db, NULL, "DELETE FROM organization", ""), OA_CONFLICT);
    assert_code(oa_db_run(db, NULL, "UPDATE account SET status = 9", ""), OA_CONFLICT);
    oa_store_give(f->store, db);
}

static void test_a_returning_statement_takes_effect_though_read_but_once(void **state)
{
    fixture *f = *state;
    oa_db *db = take(f, OA_DB_COUNT);
    int64_t value;
    assert_ok(
        oa_db_int(db, &value, 0, "UPDATE account SET key_failures = key_failures + 1 RETURNING key_failures", ""));
    assert_int_equal(value, 1);
    oa_store_give(f->store, db);
    assert_int_equal(fixture_int(f, "SELECT SUM(key_failures) FROM account"), 2);
}

static void test_a_rolled_back_change_is_none(void **state)
{
    fixture *f = *state;
    oa_db *db = take(f, OA_DB_ADMIN);
    assert_ok(oa_db_begin(db, true));
    assert_ok(oa_db_run(db, NULL, "UPDATE account SET first_name = 'X'", ""));
    oa_db_rollback(db);
    oa_db_rollback(db);
    assert_int_equal(fixture_int(f, "SELECT COUNT(*) FROM account WHERE first_name = 'X'"), 0);
    oa_store_give(f->store, db);
}

static void test_what_is_given_back_under_way_is_rolled_back(void **state)
{
    fixture *f = *state;
    oa_db *db = take(f, OA_DB_ADMIN);
    oa_rows *rows;
    assert_ok(oa_db_begin(db, true));
    assert_ok(oa_db_run(db, NULL, "UPDATE account SET first_name = 'X'", ""));
    assert_ok(oa_db_select(db, &rows, "SELECT id FROM account", ""));
    assert_true(oa_rows_next(rows));
    oa_store_give(f->store, db);
    assert_int_equal(fixture_int(f, "SELECT COUNT(*) FROM account WHERE first_name = 'X'"), 0);
    oa_db *other = take(f, OA_DB_ADMIN);
    assert_ok(oa_db_begin(other, true));
    assert_ok(oa_db_commit(other));
    oa_store_give(f->store, other);
}

static void test_a_second_writer_is_told_busy_after_the_timeout(void **state)
{
    fixture *f = *state;
    oa_db *one = take(f, OA_DB_ADMIN), *two = take(f, OA_DB_COUNT), *reader = take(f, OA_DB_LOOKUP);
    int64_t value;
    assert_ok(oa_db_begin(one, true));
    oa_time before = oa_clock_now();
    assert_code(oa_db_begin(two, true), OA_BUSY);
    assert_true(oa_clock_now() - before >= OA_BUSY_TIMEOUT_MS - 100);
    assert_ok(oa_db_int(reader, &value, 0, "SELECT COUNT(*) FROM account", ""));
    assert_ok(oa_db_commit(one));
    assert_ok(oa_db_begin(two, true));
    assert_ok(oa_db_commit(two));
    oa_store_give(f->store, one);
    oa_store_give(f->store, two);
    oa_store_give(f->store, reader);
}

static int64_t synchronous(oa_db *db)
{
    int64_t value;
    assert_ok(oa_db_int(db, &value, -1, "PRAGMA synchronous", ""));
    return value;
}

static void test_only_the_relaxed_transaction_is_relaxed(void **state)
{
    fixture *f = *state;
    oa_db *db = take(f, OA_DB_COUNT);
    assert_int_equal(synchronous(db), 2);
    oa_db_relax(db);
    assert_ok(oa_db_begin(db, true));
    assert_int_equal(synchronous(db), 1);
    assert_ok(oa_db_commit(db));
    assert_int_equal(synchronous(db), 2);
    oa_db_relax(db);
    assert_ok(oa_db_begin(db, true));
    oa_db_rollback(db);
    assert_int_equal(synchronous(db), 2);
    assert_ok(oa_db_begin(db, true));
    assert_int_equal(synchronous(db), 2);
    assert_ok(oa_db_commit(db));
    oa_store_give(f->store, db);
}

enum { WRITERS = 8, ROUNDS = 40 };

static void *count_up(void *context)
{
    fixture *f = context;
    apr_pool_t *pool;
    apr_pool_create(&pool, NULL);
    for (int i = 0; i < ROUNDS; i++) {
        oa_db *db;
        assert_ok(oa_store_take(f->store, OA_DB_COUNT, &db, pool));
        oa_db_relax(db);
        assert_ok(oa_db_begin(db, true));
        assert_ok(oa_db_run(db, NULL, "UPDATE account SET key_failures = key_failures + 1 WHERE id = 20", ""));
        assert_ok(oa_db_commit(db));
        oa_store_give(f->store, db);
    }
    apr_pool_destroy(pool);
    return NULL;
}

static void test_threads_lose_no_change(void **state)
{
    fixture *f = *state;
    pthread_t threads[WRITERS];
    for (int i = 0; i < WRITERS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, count_up, f), 0);
    }
    for (int i = 0; i < WRITERS; i++) {
        pthread_join(threads[i], NULL);
    }
    assert_int_equal(fixture_int(f, "SELECT key_failures FROM account WHERE id = 20"), WRITERS * ROUNDS);
}

static bool any_is_busy(oa_db *db)
{
    sqlite3_stmt *statement = NULL;
    bool busy = false;
    while ((statement = sqlite3_next_stmt(oa_sqlite_handle(db), statement)) != NULL) {
        busy = busy || sqlite3_stmt_busy(statement);
    }
    return busy;
}

static void test_a_walk_left_under_way_is_ended_whatever_was_ended_before(void **state)
{
    fixture *f = *state;
    oa_db *db = take(f, OA_DB_LOOKUP);
    oa_rows *ended, *left;
    assert_ok(oa_db_select(db, &ended, "SELECT id FROM account", ""));
    assert_ok(oa_rows_end(ended));
    assert_ok(oa_rows_end(ended));
    assert_ok(oa_db_select(db, &left, "SELECT email FROM account", ""));
    assert_true(oa_rows_next(left));
    assert_true(any_is_busy(db));
    assert_true(oa_sqlite_settle(db));
    assert_false(any_is_busy(db));
    oa_store_give(f->store, db);
}

OA_TESTS(STORE_TEST(test_a_walk_left_under_way_is_ended_whatever_was_ended_before),
         STORE_TEST(test_binds_go_by_their_numbers), STORE_TEST(test_all_kinds_of_values_come_back),
         STORE_TEST(test_a_wrong_number_of_binds_is_a_defect), STORE_TEST(test_a_statement_is_not_under_way_twice),
         STORE_TEST(test_other_text_at_the_same_address_is_another_statement),
         STORE_TEST(test_a_violated_constraint_is_a_conflict),
         STORE_TEST(test_a_returning_statement_takes_effect_though_read_but_once),
         STORE_TEST(test_a_rolled_back_change_is_none), STORE_TEST(test_what_is_given_back_under_way_is_rolled_back),
         STORE_TEST(test_a_second_writer_is_told_busy_after_the_timeout),
         STORE_TEST(test_only_the_relaxed_transaction_is_relaxed),
         STORE_TEST(test_threads_lose_no_change))
