/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/store/fixture.h"

#include "core/store/schema.h"

#include <sqlite3.h>

static oa_db *open_as(fixture *f, oa_db_use use)
{
    oa_db *db = NULL;
    assert_ok(oa_sqlite_open(f->path, use, &db, f->pool));
    return db;
}

typedef struct setting_row {
    const char *pragma;
    int64_t value[3]; /* by use */
} setting_row;

static const setting_row expected[] = {
    {"PRAGMA synchronous", {2, 2, 2}},        {"PRAGMA foreign_keys", {1, 1, 1}},
    {"PRAGMA trusted_schema", {0, 0, 0}},     {"PRAGMA cell_size_check", {1, 1, 1}},
    {"PRAGMA wal_autocheckpoint", {0, 0, 0}}, {"PRAGMA temp_store", {2, 2, 2}},
    {"PRAGMA query_only", {1, 0, 0}},         {"PRAGMA cache_size", {-2560, -2000, -2000}},
    {"PRAGMA writable_schema", {0, 0, 0}},    {"PRAGMA mmap_size", {0, 0, 0}},
};

static void test_every_connection_is_hardened(void **state)
{
    fixture *f = *state;
    for (oa_db_use use = OA_DB_LOOKUP; use <= OA_DB_ADMIN; use++) {
        oa_db *db = open_as(f, use);
        sqlite3_set_authorizer(oa_sqlite_handle(db), NULL, NULL);
        for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
            int64_t value = -1;
            assert_ok(oa_db_int(db, &value, 0, expected[i].pragma, ""));
            if (value != expected[i].value[use]) {
                fail_msg("%s is %ld for use %d", expected[i].pragma, (long)value, (int)use);
            }
        }
        oa_sqlite_close(db);
    }
}

typedef struct switch_row {
    int option;
    int value;
} switch_row;

static const switch_row switches[] = {
    {SQLITE_DBCONFIG_DEFENSIVE, 1},
    {SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1},
    {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
    {SQLITE_DBCONFIG_ENABLE_TRIGGER, 1},
    {SQLITE_DBCONFIG_DQS_DML, 0},
    {SQLITE_DBCONFIG_DQS_DDL, 0},
};

static void test_switches_stand_as_they_should(void **state)
{
    fixture *f = *state;
    oa_db *db = open_as(f, OA_DB_COUNT);
    for (size_t i = 0; i < sizeof switches / sizeof switches[0]; i++) {
        int now = -1;
        assert_int_equal(sqlite3_db_config(oa_sqlite_handle(db), switches[i].option, -1, &now), SQLITE_OK);
        assert_int_equal(now, switches[i].value);
    }
    oa_sqlite_close(db);
}

static void test_closing_leaves_the_wal_alone(void **state)
{
    fixture *f = *state;
    fixture_sql(f, "INSERT INTO setting VALUES ('a', 'b')");
    struct stat wal;
    assert_int_equal(stat(fixture_file(f, "store.db-wal"), &wal), 0);
    assert_true(wal.st_size > 0);
}

static void test_a_missing_store_is_not_made(void **state)
{
    fixture *f = *state;
    oa_db *db = NULL;
    assert_code(oa_sqlite_open(fixture_file(f, "other.db"), OA_DB_ADMIN, &db, f->pool), OA_UNAVAILABLE);
    assert_null(db);
    assert_int_not_equal(access(fixture_file(f, "other.db"), F_OK), 0);
}

static void assert_refused(fixture *f, const char *name, const char *word)
{
    oa_db *db = NULL;
    oa_error *error = oa_sqlite_open(fixture_file(f, name), OA_DB_LOOKUP, &db, f->pool);
    assert_non_null(error);
    assert_int_equal(error->code, OA_UNAVAILABLE);
    if (strstr(error->message, word) == NULL) {
        fail_msg("\"%s\" does not say \"%s\"", error->message, word);
    }
}

static void test_a_file_that_is_no_database_is_refused(void **state)
{
    fixture *f = *state;
    FILE *file = fopen(fixture_file(f, "text"), "w");
    for (int i = 0; i < 1000; i++) {
        fputs("this is not a database\n", file);
    }
    fclose(file);
    assert_refused(f, "text", "not a database");
}

static void test_another_database_is_refused(void **state)
{
    fixture *f = *state;
    sqlite3 *handle;
    assert_int_equal(sqlite3_open(fixture_file(f, "other.db"), &handle), SQLITE_OK);
    assert_int_equal(sqlite3_exec(handle, "PRAGMA journal_mode=WAL; CREATE TABLE t (x)", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(handle);
    assert_refused(f, "other.db", "not a store");
}

static void test_a_store_out_of_wal_mode_is_refused(void **state)
{
    fixture *f = *state;
    assert_ok(oa_store_backup(f->path, fixture_file(f, "copy.db"), f->pool));
    assert_refused(f, "copy.db", "orgauth store restore");
}

static void test_a_newer_store_is_refused_by_this_program(void **state)
{
    fixture *f = *state;
    fixture_sql(f, "PRAGMA user_version=99");
    assert_refused(f, "store.db", "upgrade orgauth");
}

static void test_an_older_store_is_to_be_migrated(void **state)
{
    fixture *f = *state;
    fixture_sql(f, "PRAGMA user_version=0");
    assert_refused(f, "store.db", "orgauth store migrate");
}

static void test_sidecars_made_by_root_belong_to_the_owner(void **state)
{
    fixture *f = *state;
    if (geteuid() != 0) {
        skip();
    }
    assert_int_equal(unlink(fixture_file(f, "store.db-wal")), 0);
    assert_int_equal(unlink(fixture_file(f, "store.db-shm")), 0);
    assert_int_equal(chown(f->path, 12345, 23456), 0);
    oa_sqlite_close(open_as(f, OA_DB_ADMIN));
    static const char *const names[] = {"store.db-wal", "store.db-shm"};
    for (int i = 0; i < 2; i++) {
        struct stat found;
        assert_int_equal(stat(fixture_file(f, names[i]), &found), 0);
        assert_int_equal(found.st_uid, 12345);
        assert_int_equal(found.st_gid, 23456);
        assert_int_equal(found.st_mode & 07777, 0640);
    }
}

static void test_a_root_owned_sidecar_is_given_back(void **state)
{
    fixture *f = *state;
    if (geteuid() != 0) {
        skip();
    }
    assert_int_equal(chown(f->path, 12345, 23456), 0);
    assert_int_equal(chown(fixture_file(f, "store.db-wal"), 0, 0), 0);
    oa_sqlite_close(open_as(f, OA_DB_ADMIN));
    struct stat found;
    assert_int_equal(stat(fixture_file(f, "store.db-wal"), &found), 0);
    assert_int_equal(found.st_uid, 12345);
}

static void test_a_moved_file_is_noticed(void **state)
{
    fixture *f = *state;
    oa_db *db = open_as(f, OA_DB_LOOKUP);
    assert_false(oa_sqlite_has_moved(db));
    assert_int_equal(rename(f->path, fixture_file(f, "moved.db")), 0);
    assert_true(oa_sqlite_has_moved(db));
    oa_sqlite_close(db);
}

OA_TESTS(STORE_TEST(test_every_connection_is_hardened), STORE_TEST(test_switches_stand_as_they_should),
         STORE_TEST(test_closing_leaves_the_wal_alone), STORE_TEST(test_a_missing_store_is_not_made),
         STORE_TEST(test_a_file_that_is_no_database_is_refused), STORE_TEST(test_another_database_is_refused),
         STORE_TEST(test_a_store_out_of_wal_mode_is_refused), STORE_TEST(test_a_newer_store_is_refused_by_this_program),
         STORE_TEST(test_an_older_store_is_to_be_migrated), STORE_TEST(test_sidecars_made_by_root_belong_to_the_owner),
         STORE_TEST(test_a_root_owned_sidecar_is_given_back), STORE_TEST(test_a_moved_file_is_noticed))
