/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/store/fixture.h"

#include <sys/wait.h>

static int64_t wal_size(fixture *f)
{
    struct stat found;
    assert_int_equal(stat(fixture_file(f, "store.db-wal"), &found), 0);
    return found.st_size;
}

static void test_all_pages_are_written_back(void **state)
{
    fixture *f = *state;
    int64_t pages = -1;
    assert_ok(oa_store_checkpoint(f->store, &pages, f->pool));
    assert_int_equal(pages, 0);
}

static void test_the_wal_begins_anew_after_it(void **state)
{
    fixture *f = *state;
    int64_t pages;
    oa_db *server;
    assert_ok(oa_store_take(f->store, OA_DB_LOOKUP, &server, f->pool));
    for (int i = 0; i < 50; i++) {
        fixture_sql(f, "INSERT INTO message (id, account_id, org_id, key_id, at, method, path, status, duration)"
                       " SELECT COALESCE(MAX(id), 0) + 1, 1, 1, 1, 1, 'GET', '/', 200, 1 FROM message");
    }
    int64_t grown = wal_size(f);
    for (int i = 0; i < 20; i++) {
        assert_ok(oa_store_checkpoint(f->store, &pages, f->pool));
        fixture_sql(f, "DELETE FROM message WHERE id = (SELECT MAX(id) FROM message)");
    }
    assert_true(wal_size(f) <= grown);
    oa_store_give(f->store, server);
}

static void test_a_writer_makes_it_wait(void **state)
{
    fixture *f = *state;
    int64_t pages;
    oa_db *writer;
    assert_ok(oa_store_take(f->store, OA_DB_ADMIN, &writer, f->pool));
    assert_ok(oa_db_begin(writer, true));
    assert_code(oa_store_checkpoint(f->store, &pages, f->pool), OA_BUSY);
    oa_db_rollback(writer);
    oa_store_give(f->store, writer);
}

static void test_what_a_reader_needs_stays(void **state)
{
    fixture *f = *state;
    int64_t pages = 0, value = 0;
    oa_db *reader;
    assert_ok(oa_store_take(f->store, OA_DB_LOOKUP, &reader, f->pool));
    assert_ok(oa_db_begin(reader, false));
    assert_ok(oa_db_int(reader, &value, -1, "SELECT COUNT(*) FROM setting", ""));
    fixture_sql(f, "INSERT INTO setting VALUES ('a', 'b')");
    assert_ok(oa_store_checkpoint(f->store, &pages, f->pool));
    assert_true(pages > 0);
    assert_ok(oa_db_int(reader, &value, -1, "SELECT COUNT(*) FROM setting", ""));
    assert_int_equal(value, 0);
    oa_db_rollback(reader);
    oa_store_give(f->store, reader);
}

/* Writers and checkpointers in several processes: nothing of what was committed is lost. */
enum { PROCESSES = 3, ROUNDS = 60 };

static void write_and_checkpoint(fixture *f, int number)
{
    apr_pool_t *pool;
    oa_store *store;
    apr_pool_create(&pool, NULL);
    if (oa_store_make(f->path, f->secret, &store, pool) != NULL) {
        _exit(2);
    }
    for (int i = 0; i < ROUNDS; i++) {
        oa_db *db;
        int64_t pages;
        if (oa_store_take(store, OA_DB_ADMIN, &db, pool) != NULL) {
            _exit(3);
        }
        oa_db_relax(db);
        if (oa_db_begin(db, true) != NULL ||
            oa_db_run(db, NULL,
                      "INSERT INTO message (id, account_id, org_id, key_id, at, method, path, status, duration)"
                      " VALUES ($1, 1, 1, 1, 1, 'GET', '/', 200, 1)",
                      "i", (int64_t)number * 1000 + i) != NULL ||
            oa_db_commit(db) != NULL) {
            _exit(4);
        }
        oa_store_give(store, db);
        oa_error *error = i % 3 == 0 ? oa_store_checkpoint(store, &pages, pool) : NULL;
        if (error != NULL && error->code != OA_BUSY) {
            _exit(5);
        }
    }
    _exit(0);
}

static void test_many_checkpoints_and_writers_lose_nothing(void **state)
{
    fixture *f = *state;
    oa_json *result;
    bool sound = false;
    for (int i = 1; i <= PROCESSES; i++) {
        if (fork() == 0) {
            write_and_checkpoint(f, i);
        }
    }
    for (int i = 0; i < PROCESSES; i++) {
        int status;
        assert_true(wait(&status) > 0);
        assert_int_equal(status, 0);
    }
    assert_int_equal(fixture_int(f, "SELECT COUNT(*) FROM message"), PROCESSES * ROUNDS);
    assert_ok(oa_store_check(f->path, f->secret, &sound, &result, f->pool));
    assert_true(sound);
}

OA_TESTS(STORE_TEST(test_all_pages_are_written_back), STORE_TEST(test_the_wal_begins_anew_after_it),
         STORE_TEST(test_a_writer_makes_it_wait), STORE_TEST(test_what_a_reader_needs_stays),
         STORE_TEST(test_many_checkpoints_and_writers_lose_nothing))
