/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/store/fixture.h"
#include "core/store/schema.h"

#include <pthread.h>

/* The path is looked at every millisecond: past that, a change must have been seen. */
static void let_it_look(void)
{
    struct timespec pause = {0, 30 * 1000000};
    nanosleep(&pause, NULL);
}

static oa_error *ask(fixture *f, int64_t *value)
{
    oa_db *db;
    OA_TRY(oa_store_take(f->store, OA_DB_LOOKUP, &db, f->pool));
    oa_error *error = oa_db_int(db, value, -1, "SELECT COUNT(*) FROM setting", "");
    oa_store_give(f->store, db);
    return error;
}

/* As look-ups do when something was committed. */
static void see(fixture *f)
{
    oa_db *db;
    oa_standing standing;
    assert_ok(oa_store_take(f->store, OA_DB_LOOKUP, &db, f->pool));
    assert_ok(oa_store_verify(f->store, db, &standing));
    oa_store_give(f->store, db);
    assert_int_equal(oa_store_position(f->store), standing.position);
}

static void assert_serves(fixture *f, int64_t settings)
{
    int64_t value = -1;
    uint64_t generation;
    let_it_look();
    assert_ok(ask(f, &value));
    assert_int_equal(value, settings);
    assert_true(oa_store_stands(f->store, &generation));
}

static void assert_refuses(fixture *f, const char *detail)
{
    int64_t value;
    uint64_t generation;
    let_it_look();
    oa_error *error = ask(f, &value);
    assert_code(error, OA_UNAVAILABLE);
    assert_false(oa_store_stands(f->store, &generation));
    if (detail != NULL) {
        assert_string_equal(error->detail, detail);
    }
}

/* A store's three files. */
static void move(fixture *f, const char *from, const char *to)
{
    static const char *const suffixes[] = {"", "-wal", "-shm"};
    for (int i = 0; i < 3; i++) {
        const char *source = apr_pstrcat(f->pool, f->directory, "/", from, suffixes[i], NULL);
        const char *target = apr_pstrcat(f->pool, f->directory, "/", to, suffixes[i], NULL);
        assert_true(rename(source, target) == 0 || i > 0);
    }
}

/* Copies all of the store, its WAL included, under another name. */
static void copy(fixture *f, const char *from, const char *to)
{
    static const char *const suffixes[] = {"", "-wal"};
    for (int i = 0; i < 2; i++) {
        const char *command =
            apr_psprintf(f->pool, "cp %s/%s%s %s/%s%s", f->directory, from, suffixes[i], f->directory, to, suffixes[i]);
        assert_int_equal(system(command), 0);
    }
}

static void test_connections_come_last_in_first_out(void **state)
{
    fixture *f = *state;
    oa_db *one, *two, *again;
    assert_ok(oa_store_take(f->store, OA_DB_LOOKUP, &one, f->pool));
    assert_ok(oa_store_take(f->store, OA_DB_LOOKUP, &two, f->pool));
    assert_ptr_not_equal(one, two);
    oa_store_give(f->store, one);
    oa_store_give(f->store, two);
    assert_ok(oa_store_take(f->store, OA_DB_LOOKUP, &again, f->pool));
    assert_ptr_equal(again, two);
    oa_store_give(f->store, again);
}

static void test_uses_are_kept_apart(void **state)
{
    fixture *f = *state;
    oa_db *lookup, *count;
    assert_ok(oa_store_take(f->store, OA_DB_LOOKUP, &lookup, f->pool));
    oa_store_give(f->store, lookup);
    assert_ok(oa_store_take(f->store, OA_DB_COUNT, &count, f->pool));
    assert_ptr_not_equal(lookup, count);
    oa_store_give(f->store, count);
}

static void test_errors_live_in_the_pool_of_who_took(void **state)
{
    fixture *f = *state;
    oa_db *db;
    assert_ok(oa_store_take(f->store, OA_DB_LOOKUP, &db, f->pool));
    assert_ptr_equal(oa_db_pool(db), f->pool);
    oa_store_give(f->store, db);
}

static void test_subkeys_differ_and_are_of_the_secret(void **state)
{
    fixture *f = *state;
    oa_store *again;
    assert_ok(oa_store_make(f->path, f->secret, &again, f->pool));
    for (oa_subkey which = OA_SUBKEY_API_KEY; which <= OA_SUBKEY_REPEAT; which++) {
        assert_memory_equal(oa_store_subkey(f->store, which), oa_store_subkey(again, which), OA_SUBKEY_SIZE);
    }
    assert_memory_not_equal(oa_store_subkey(f->store, OA_SUBKEY_API_KEY), oa_store_subkey(f->store, OA_SUBKEY_LINK),
                            OA_SUBKEY_SIZE);
}

static void test_a_store_that_is_not_there_yet_serves_when_it_is(void **state)
{
    fixture *f = *state;
    move(f, "store.db", "elsewhere.db");
    oa_store *store;
    assert_ok(oa_store_make(f->path, f->secret, &store, f->pool));
    f->store = store;
    assert_refuses(f, NULL);
    move(f, "elsewhere.db", "store.db");
    assert_serves(f, 0);
}

static void test_a_vanished_store_is_refused_and_recovers(void **state)
{
    fixture *f = *state;
    assert_serves(f, 0);
    move(f, "store.db", "elsewhere.db");
    assert_refuses(f, NULL);
    assert_refuses(f, NULL);
    move(f, "elsewhere.db", "store.db");
    assert_serves(f, 0);
}

static void test_what_is_held_over_a_loss_is_not_kept(void **state)
{
    fixture *f = *state;
    oa_db *held, *fresh;
    uint64_t before, after;
    assert_ok(oa_store_take(f->store, OA_DB_LOOKUP, &held, f->pool));
    assert_true(oa_store_stands(f->store, &before));
    assert_int_equal(oa_store_generation_of(held), before);
    move(f, "store.db", "elsewhere.db");
    assert_refuses(f, NULL);
    move(f, "elsewhere.db", "store.db");
    assert_serves(f, 0);
    assert_true(oa_store_stands(f->store, &after));
    assert_true(after > before);
    oa_store_give(f->store, held);
    assert_ok(oa_store_take(f->store, OA_DB_LOOKUP, &fresh, f->pool));
    assert_int_equal(oa_store_generation_of(fresh), after);
    oa_store_give(f->store, fresh);
}

static void test_an_older_copy_is_refused_until_the_newer_is_back(void **state)
{
    fixture *f = *state;
    assert_serves(f, 0);
    copy(f, "store.db", "old.db");
    fixture_sql(f, "UPDATE api_key SET revoked_at = 5; INSERT INTO setting VALUES ('a', 'b')");
    assert_serves(f, 1);
    see(f);
    move(f, "store.db", "newer.db");
    move(f, "old.db", "store.db");
    assert_refuses(f, "older copy");
    assert_refuses(f, "older copy");
    move(f, "store.db", "old.db");
    move(f, "newer.db", "store.db");
    assert_serves(f, 1);
}

static void test_an_older_copy_written_over_the_file_is_refused(void **state)
{
    fixture *f = *state;
    int64_t pages;
    assert_serves(f, 0);
    assert_ok(oa_store_checkpoint(f->store, &pages, f->pool));
    assert_int_equal(pages, 0);
    copy(f, "store.db", "old.db");
    fixture_sql(f, "UPDATE api_key SET revoked_at = 5; INSERT INTO setting VALUES ('a', 'b')");
    assert_ok(oa_store_checkpoint(f->store, &pages, f->pool));
    assert_int_equal(pages, 0);
    assert_serves(f, 1);
    assert_int_equal(system(apr_psprintf(f->pool, "cat %s/old.db > %s", f->directory, f->path)), 0);
    assert_refuses(f, "older copy");
}

static void test_a_checkpoint_disturbs_nobody(void **state)
{
    fixture *f = *state;
    int64_t pages;
    uint64_t before, after;
    assert_serves(f, 0);
    assert_true(oa_store_stands(f->store, &before));
    fixture_sql(f, "INSERT INTO setting VALUES ('a', 'b')");
    assert_ok(oa_store_checkpoint(f->store, &pages, f->pool));
    assert_serves(f, 1);
    assert_true(oa_store_stands(f->store, &after));
    assert_int_equal(before, after);
}

static void test_a_lost_wal_is_a_lost_change(void **state)
{
    fixture *f = *state;
    int64_t pages;
    assert_serves(f, 0);
    assert_ok(oa_store_checkpoint(f->store, &pages, f->pool));
    fixture_sql(f, "UPDATE api_key SET revoked_at = 5; INSERT INTO setting VALUES ('a', 'b')");
    assert_serves(f, 1);
    see(f);
    assert_int_equal(unlink(fixture_file(f, "store.db-wal")), 0);
    assert_refuses(f, "older copy");
}

static void test_another_wal_of_the_name_is_not_missed(void **state)
{
    fixture *f = *state;
    uint64_t before, after;
    assert_serves(f, 0);
    assert_true(oa_store_stands(f->store, &before));
    copy(f, "store.db", "copy.db");
    assert_int_equal(rename(fixture_file(f, "copy.db-wal"), fixture_file(f, "store.db-wal")), 0);
    assert_serves(f, 0);
    assert_true(oa_store_stands(f->store, &after));
    assert_true(after > before);
}

static void test_another_store_is_refused(void **state)
{
    fixture *f = *state;
    assert_serves(f, 0);
    assert_ok(oa_store_init(fixture_file(f, "other.db"), f->secret, -1, -1, f->pool));
    move(f, "store.db", "elsewhere.db");
    move(f, "other.db", "store.db");
    assert_refuses(f, "another store");
}

static void test_a_restored_copy_is_taken(void **state)
{
    fixture *f = *state;
    assert_ok(oa_store_backup(f->path, fixture_file(f, "copy"), f->pool));
    fixture_sql(f, "INSERT INTO setting VALUES ('a', 'b')");
    assert_serves(f, 1);
    see(f);
    assert_ok(oa_store_restore(f->path, f->secret, fixture_file(f, "copy"), f->pool));
    assert_serves(f, 0);
    move(f, "store.db", "lost.db");
    assert_refuses(f, NULL);
    assert_ok(oa_store_restore(f->path, f->secret, fixture_file(f, "copy"), f->pool));
    assert_serves(f, 0);
    assert_serves(f, 0);
}

static void test_a_store_of_a_newer_schema_is_refused_after_the_next_checkpoint(void **state)
{
    fixture *f = *state;
    int64_t pages;
    assert_serves(f, 0);
    fixture_sql(f, "PRAGMA user_version=99");
    assert_ok(oa_store_checkpoint(f->store, &pages, f->pool));
    assert_refuses(f, NULL);
    fixture_sql(f, apr_psprintf(f->pool, "PRAGMA user_version=%d", (int)oa_schema_newest(oa_schema_sqlite)));
    assert_serves(f, 0);
}

static void test_bad_urls_are_told(void **state)
{
    fixture *f = *state;
    oa_store *store;
    assert_code(oa_store_make("postgresql://host/db", f->secret, &store, f->pool), OA_UNAVAILABLE);
    assert_code(oa_store_make("mysql://host/db", f->secret, &store, f->pool), OA_INVALID);
    assert_code(oa_store_make("", f->secret, &store, f->pool), OA_INVALID);
    assert_ok(oa_store_make(apr_pstrcat(f->pool, "sqlite:", f->path, NULL), f->secret, &store, f->pool));
    assert_string_equal(oa_store_path(store), f->path);
}

static void test_an_open_secret_is_refused(void **state)
{
    fixture *f = *state;
    oa_store *store;
    assert_int_equal(chmod(f->secret, 0644), 0);
    assert_code(oa_store_make(f->path, f->secret, &store, f->pool), OA_UNAVAILABLE);
}

enum { READERS = 6 };

typedef struct reader {
    fixture *f;
    _Atomic bool *stop;
    int wrong, refused, served;
} reader;

static void *read_on(void *context)
{
    reader *r = context;
    apr_pool_t *pool;
    apr_pool_create(&pool, NULL);
    while (!*r->stop) {
        oa_db *db;
        int64_t value = 0;
        apr_pool_clear(pool);
        if (oa_store_take(r->f->store, OA_DB_LOOKUP, &db, pool) != NULL) {
            r->refused++;
            continue;
        }
        oa_error *error = oa_db_int(db, &value, -1, "SELECT COUNT(*) FROM account", "");
        r->served += error == NULL;
        r->wrong += error == NULL && value != 2;
        oa_store_give(r->f->store, db);
    }
    apr_pool_destroy(pool);
    return NULL;
}

static void test_threads_see_a_store_or_none_while_it_comes_and_goes(void **state)
{
    fixture *f = *state;
    _Atomic bool stop = false;
    pthread_t threads[READERS];
    reader readers[READERS] = {{0}};
    for (int i = 0; i < READERS; i++) {
        readers[i] = (reader){.f = f, .stop = &stop};
        assert_int_equal(pthread_create(&threads[i], NULL, read_on, &readers[i]), 0);
    }
    for (int i = 0; i < 10; i++) {
        let_it_look();
        move(f, "store.db", "elsewhere.db");
        let_it_look();
        move(f, "elsewhere.db", "store.db");
    }
    let_it_look();
    stop = true;
    for (int i = 0; i < READERS; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(readers[i].wrong, 0);
        assert_true(readers[i].served > 0);
        assert_true(readers[i].refused > 0);
    }
    assert_serves(f, 0);
}

OA_TESTS(STORE_TEST(test_connections_come_last_in_first_out), STORE_TEST(test_uses_are_kept_apart),
         STORE_TEST(test_errors_live_in_the_pool_of_who_took), STORE_TEST(test_subkeys_differ_and_are_of_the_secret),
         STORE_TEST(test_a_store_that_is_not_there_yet_serves_when_it_is),
         STORE_TEST(test_a_vanished_store_is_refused_and_recovers),
         STORE_TEST(test_what_is_held_over_a_loss_is_not_kept),
         STORE_TEST(test_an_older_copy_is_refused_until_the_newer_is_back),
         STORE_TEST(test_an_older_copy_written_over_the_file_is_refused), STORE_TEST(test_a_checkpoint_disturbs_nobody),
         STORE_TEST(test_a_lost_wal_is_a_lost_change), STORE_TEST(test_another_wal_of_the_name_is_not_missed),
         STORE_TEST(test_another_store_is_refused), STORE_TEST(test_a_restored_copy_is_taken),
         STORE_TEST(test_a_store_of_a_newer_schema_is_refused_after_the_next_checkpoint),
         STORE_TEST(test_bad_urls_are_told), STORE_TEST(test_an_open_secret_is_refused),
         STORE_TEST(test_threads_see_a_store_or_none_while_it_comes_and_goes))
