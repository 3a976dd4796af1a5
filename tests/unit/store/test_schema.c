/* SPDX-License-Identifier: Apache-2.0 */
#include "core/store/schema.h"
#include "tests/unit/store/fixture.h"

static const char *const grow = "ALTER TABLE account ADD COLUMN nickname TEXT NOT NULL DEFAULT ''; "
                                "UPDATE account SET nickname = 'n';";
static const char *const remake = "DROP TABLE message; CREATE TABLE message (id INTEGER PRIMARY KEY) STRICT;";

enum { STEPS_MAX = 100 };

/* The schema as it stands, and further steps. */
static const char *const *schema_with(fixture *f, const char *one, const char *two)
{
    const char **schema = apr_pcalloc(f->pool, STEPS_MAX * sizeof *schema);
    int64_t newest = oa_schema_newest(oa_schema_sqlite);
    memcpy(schema, oa_schema_sqlite, (size_t)newest * sizeof *schema);
    schema[newest] = one;
    schema[newest + 1] = two;
    return schema;
}

static oa_error *raise_to(fixture *f, const char *const schema[], int64_t *from, int64_t *to)
{
    oa_db *db = NULL;
    OA_TRY(oa_sqlite_open(f->path, OA_DB_CARE, &db, f->pool));
    oa_error *error = oa_schema_raise(db, schema, from, to);
    oa_sqlite_close(db);
    return error;
}

static void test_a_store_comes_forward_by_all_its_steps(void **state)
{
    fixture *f = *state;
    const char *const *schema = schema_with(f, grow, remake);
    int64_t from, to, newest = oa_schema_newest(oa_schema_sqlite);
    assert_ok(raise_to(f, schema, &from, &to));
    assert_int_equal(from, newest);
    assert_int_equal(to, newest + 2);
    assert_int_equal(fixture_int(f, "PRAGMA user_version"), newest + 2);
    assert_int_equal(fixture_int(f, "SELECT COUNT(*) FROM account WHERE nickname = 'n'"), 2);
    assert_int_equal(fixture_int(f, "SELECT COUNT(*) FROM pragma_table_info('message')"), 1);
    assert_int_equal(fixture_int(f, "SELECT account_id IS NULL FROM change_log ORDER BY seq DESC LIMIT 1"), 1);
}

static void test_a_store_that_is_there_already_is_left_alone(void **state)
{
    fixture *f = *state;
    int64_t from, to, seq = fixture_int(f, "SELECT seq FROM sqlite_sequence");
    assert_ok(oa_store_migrate(f->path, &from, &to, f->pool));
    assert_int_equal(from, to);
    assert_true(fixture_int(f, "SELECT seq FROM sqlite_sequence") == seq);
}

static void test_a_failing_step_leaves_the_old_version(void **state)
{
    fixture *f = *state;
    const char *const *schema = schema_with(f, grow, "CREATE TABLE account (x)");
    int64_t from, to;
    assert_non_null(raise_to(f, schema, &from, &to));
    assert_int_equal(fixture_int(f, "PRAGMA user_version"), oa_schema_newest(oa_schema_sqlite));
    assert_int_equal(fixture_int(f, "SELECT COUNT(*) FROM pragma_table_info('account') WHERE name = 'nickname'"), 0);
}

static void test_a_step_that_leaves_dangling_references_is_undone(void **state)
{
    fixture *f = *state;
    const char *const *schema = schema_with(f, "DELETE FROM organization;", NULL);
    int64_t from, to;
    assert_code(raise_to(f, schema, &from, &to), OA_CONFLICT);
    assert_int_equal(fixture_int(f, "SELECT COUNT(*) FROM organization"), 1);
}

static void test_a_newer_store_is_not_touched(void **state)
{
    fixture *f = *state;
    int64_t from, to;
    fixture_sql(f, "PRAGMA user_version=99");
    oa_error *error = oa_store_migrate(f->path, &from, &to, f->pool);
    assert_code(error, OA_UNAVAILABLE);
    assert_non_null(strstr(error->message, "upgrade orgauth"));
    assert_int_equal(fixture_int(f, "PRAGMA user_version"), 99);
}

static void test_references_are_enforced_again_afterwards(void **state)
{
    fixture *f = *state;
    oa_db *db = NULL;
    int64_t from, to, enforced = 0;
    assert_ok(oa_sqlite_open(f->path, OA_DB_CARE, &db, f->pool));
    assert_ok(oa_schema_raise(db, oa_schema_sqlite, &from, &to));
    assert_ok(oa_db_int(db, &enforced, 0, "PRAGMA foreign_keys", ""));
    oa_sqlite_close(db);
    assert_int_equal(enforced, 1);
}

static void test_two_who_migrate_at_once_do_it_once(void **state)
{
    fixture *f = *state;
    const char *const *schema = schema_with(f, grow, NULL);
    int64_t from, to;
    assert_ok(raise_to(f, schema, &from, &to));
    assert_ok(raise_to(f, schema, &from, &to));
    assert_int_equal(from, to);
}

OA_TESTS(STORE_TEST(test_a_store_comes_forward_by_all_its_steps),
         STORE_TEST(test_a_store_that_is_there_already_is_left_alone),
         STORE_TEST(test_a_failing_step_leaves_the_old_version),
         STORE_TEST(test_a_step_that_leaves_dangling_references_is_undone),
         STORE_TEST(test_a_newer_store_is_not_touched), STORE_TEST(test_references_are_enforced_again_afterwards),
         STORE_TEST(test_two_who_migrate_at_once_do_it_once))
