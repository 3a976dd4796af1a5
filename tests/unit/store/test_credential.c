/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The triggers of the schema: whatever plain SQL is run, by whomever, the decision rows are what their sources say, and
 * the change log names every account whose rows changed.
 */
#include "tests/unit/store/fixture.h"

typedef struct domain {
    const char *column;
    const char *const values[7]; /* ended by NULL */
} domain;

typedef struct base_table {
    const char *name;
    domain columns[12];
} base_table;

#define IDS                                                                                                            \
    {                                                                                                                  \
        "1", "2", "3", "4", NULL                                                                                       \
    }
#define BITS                                                                                                           \
    {                                                                                                                  \
        "0", "1", NULL                                                                                                 \
    }

static const base_table tables[] = {
    {"organization",
     {{"id", IDS},
      {"slug", {"'a'", "'b'", "'c'", "'d'", NULL}},
      {"name", {"'n'", NULL}},
      {"status", {"1", "2", NULL}},
      {"parent_id", {"NULL", "1", "2", NULL}},
      {"created_at", {"1", NULL}}}},
    {"role",
     {{"id", {"1", "2", "7", "8", NULL}},
      {"org_id", {"NULL", "1", NULL}},
      {"name", {"'r'", "'s'", "'t'", "'SuperAdmin'", NULL}},
      {"type", {"1", "2", "3", NULL}},
      {"permissions", {"'*:*'", "''", "'a:b'", NULL}},
      {"created_at", {"1", NULL}}}},
    {"account",
     {{"id", IDS},
      {"email", {"'a'", "'b'", "'c'", "'d'", NULL}},
      {"home_org_id", {"1", "2", NULL}},
      {"status", {"1", "2", "3", "4", NULL}},
      {"status_since", {"1", "5", NULL}},
      {"last_login_at", {"0", "3", "9", NULL}},
      {"key_failures", {"0", "1", NULL}},
      {"password", {"NULL", "'x'", NULL}},
      {"created_at", {"1", NULL}}}},
    {"membership",
     {{"account_id", IDS},
      {"org_id", IDS},
      {"role_id", {"1", "2", "3", "7", "8", NULL}},
      {"status", {"1", "2", "3", NULL}},
      {"reach", {"1", "2", NULL}},
      {"joined_at", {"1", NULL}}}},
    {"membership_module", {{"account_id", IDS}, {"org_id", IDS}, {"module", {"'m'", "'n'", "'o'", NULL}}}},
    {"web_api",
     {{"id", IDS},
      {"org_id", {"1", "2", NULL}},
      {"name", {"'p'", "'q'", "'r'", NULL}},
      {"service_account_id", IDS},
      {"removed_at", BITS},
      {"created_at", {"1", NULL}}}},
    {"attachment", {{"account_id", IDS}, {"api_id", IDS}, {"created_at", {"1", NULL}}}},
    {"api_key",
     {{"id", {"1", "2", "3", "4", "5", "6", NULL}},
      {"account_id", IDS},
      {"org_id", IDS},
      {"verifier", {"x'01'", "x'02'", NULL}},
      {"covers_all", BITS},
      {"networks", {"''", "'10.0.0.0/8'", NULL}},
      {"replaces", {"0", "1", NULL}},
      {"expires_at", {"0", "7", NULL}},
      {"revoked_at", BITS},
      {"last_used_at", BITS},
      {"created_at", {"1", NULL}}}},
    {"key_api", {{"key_id", {"1", "2", "3", "4", "5", "6", NULL}}, {"api_id", IDS}}},
};

enum { TABLES = sizeof tables / sizeof tables[0], STATEMENTS = 6000 };

static uint32_t seed;

static uint32_t any_below(uint32_t limit)
{
    seed = seed * 1664525 + 1013904223;
    return (seed >> 8) % limit;
}

static const char *any_value(const domain *column)
{
    uint32_t count = 0;
    while (column->values[count] != NULL) {
        count++;
    }
    return column->values[any_below(count)];
}

static uint32_t columns_of(const base_table *table)
{
    uint32_t count = 0;
    while (count < 12 && table->columns[count].column != NULL) {
        count++;
    }
    return count;
}

static const char *any_conflict_clause(void)
{
    static const char *const clauses[] = {"", "", " OR IGNORE", " OR REPLACE", " OR REPLACE", " OR FAIL"};
    return clauses[any_below(6)];
}

static const char *any_where(const base_table *table, apr_pool_t *pool)
{
    const domain *column = &table->columns[any_below(2)];
    return apr_psprintf(pool, "%s = %s", column->column, any_value(column));
}

static const char *any_insert(const base_table *table, apr_pool_t *pool)
{
    const char *names = "", *values = "", *comma = "";
    for (uint32_t i = 0; i < columns_of(table); i++) {
        names = apr_pstrcat(pool, names, comma, table->columns[i].column, NULL);
        values = apr_pstrcat(pool, values, comma, any_value(&table->columns[i]), NULL);
        comma = ", ";
    }
    return apr_psprintf(pool, "INSERT%s INTO %s (%s) VALUES (%s)", any_conflict_clause(), table->name, names, values);
}

static const char *any_update(const base_table *table, apr_pool_t *pool)
{
    const domain *one = &table->columns[any_below(columns_of(table))];
    const domain *two = &table->columns[any_below(columns_of(table))];
    return apr_psprintf(pool, "UPDATE%s %s SET %s = %s, %s = %s WHERE %s", any_conflict_clause(), table->name,
                        one->column, any_value(one), two->column, any_value(two), any_where(table, pool));
}

static const char *any_statement(apr_pool_t *pool)
{
    const base_table *table = &tables[any_below(TABLES)];
    uint32_t kind = any_below(10);
    if (kind < 5) {
        return any_insert(table, pool);
    }
    if (kind < 9) {
        return any_update(table, pool);
    }
    return apr_psprintf(pool, "DELETE FROM %s WHERE %s", table->name, any_where(table, pool));
}

static int64_t ask(oa_db *db, const char *sql)
{
    int64_t value = -1;
    assert_ok(oa_db_int(db, &value, -1, sql, ""));
    return value;
}

static void assert_rows_are_right(oa_db *db, const char *statement)
{
    int64_t wrong =
        ask(db, "SELECT (SELECT COUNT(*) FROM (SELECT * FROM credential EXCEPT SELECT * FROM credential_source))"
                " + (SELECT COUNT(*) FROM (SELECT * FROM credential_source EXCEPT SELECT * FROM credential))");
    if (wrong != 0) {
        fail_msg("credential differs from credential_source after: %s", statement);
    }
}

/* last_seen alone decides nothing until it is very old. */
static void assert_changes_are_logged(oa_db *db, const char *statement)
{
    int64_t missed =
        ask(db, "SELECT COUNT(*) FROM (SELECT account_id FROM (SELECT * FROM before EXCEPT SELECT * FROM now)"
                " UNION SELECT account_id FROM (SELECT * FROM now EXCEPT SELECT * FROM before)) x WHERE NOT EXISTS"
                " (SELECT 1 FROM change_log c WHERE c.account_id IS NULL OR c.account_id = x.account_id)");
    if (missed != 0) {
        fail_msg("the change log misses an account after: %s", statement);
    }
}

static const char *const watch_changes = "CREATE TEMP VIEW now AS SELECT key_id, account_id, kind, verifier, "
                                         "expires_at, revoked_at, replaces, networks, email,"
                                         " account_status, key_failures, org_id, org_slug, org_status, "
                                         "membership_status, reach, role, role_type, permissions,"
                                         " modules, apis, service_api FROM credential_source;"
                                         "CREATE TEMP TABLE before AS SELECT * FROM now;";

static void run_any_statements(oa_db *db, apr_pool_t *pool, int *effective, int *rows)
{
    apr_pool_t *scratch;
    apr_pool_create(&scratch, pool);
    for (int i = 0; i < STATEMENTS; i++) {
        apr_pool_clear(scratch);
        oa_db_use_pool(db, scratch);
        const char *statement = any_statement(scratch);
        assert_ok(oa_sqlite_script(
            db, "DELETE FROM change_log; DELETE FROM temp.before; INSERT INTO temp.before SELECT * FROM now"));
        const oa_error *error = oa_sqlite_script(db, statement);
        assert_true(error == NULL || error->code == OA_CONFLICT);
        *effective += error == NULL;
        *rows += (int)ask(db, "SELECT COUNT(*) FROM credential");
        assert_rows_are_right(db, statement);
        assert_changes_are_logged(db, statement);
    }
    oa_db_use_pool(db, pool);
}

static void run_with(fixture *f, uint32_t start, const char *pragma)
{
    oa_db *db = NULL;
    int effective = 0, rows = 0;
    seed = start;
    assert_ok(oa_sqlite_open(f->path, OA_DB_CARE, &db, f->pool));
    assert_ok(
        oa_sqlite_script(db, "PRAGMA synchronous=OFF; DELETE FROM api_key; DELETE FROM membership; DELETE FROM account;"
                             "DELETE FROM organization; DELETE FROM role WHERE id > 2;"));
    assert_ok(oa_sqlite_script(db, pragma));
    assert_ok(oa_sqlite_script(db, watch_changes));
    run_any_statements(db, f->pool, &effective, &rows);
    assert_true(effective > STATEMENTS / 4);
    assert_true(rows > STATEMENTS);
    oa_sqlite_close(db);
}

static void test_decision_rows_follow_any_plain_sql(void **state)
{
    run_with(*state, 1, "PRAGMA foreign_keys=OFF");
}

static void test_they_do_where_references_are_enforced(void **state)
{
    run_with(*state, 2, "PRAGMA foreign_keys=ON");
}

static void test_they_do_where_replacing_fires_triggers(void **state)
{
    run_with(*state, 3, "PRAGMA foreign_keys=OFF; PRAGMA recursive_triggers=ON");
}

static void test_settings_and_modules_void_everything(void **state)
{
    fixture *f = *state;
    static const char *const changes[] = {
        "INSERT INTO setting VALUES ('a', 'b')", "UPDATE setting SET value = 'c'",    "DELETE FROM setting",
        "INSERT INTO module VALUES ('a', 1)",    "UPDATE module SET admins_only = 0", "DELETE FROM module"};
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        fixture_sql(f, apr_pstrcat(f->pool, "DELETE FROM change_log; ", changes[i], NULL));
        assert_true(fixture_int(f, "SELECT COUNT(*) FROM change_log WHERE account_id IS NULL") > 0);
    }
}

static void test_an_account_is_never_replaced_by_another(void **state)
{
    fixture *f = *state;
    oa_db *db = NULL;
    assert_ok(oa_sqlite_open(f->path, OA_DB_CARE, &db, f->pool));
    assert_ok(oa_sqlite_script(db, "PRAGMA foreign_keys=OFF"));
    assert_code(oa_sqlite_script(db, "INSERT OR REPLACE INTO account (id, email, home_org_id, status_since, created_at)"
                                     " VALUES (99, 'ada@acme.example', 10, 1, 1)"),
                OA_CONFLICT);
    assert_code(oa_sqlite_script(db, "UPDATE OR REPLACE account SET email = 'ada@acme.example'"), OA_CONFLICT);
    assert_code(oa_sqlite_script(db, "UPDATE account SET id = 98 WHERE id = 20"), OA_CONFLICT);
    oa_sqlite_close(db);
    assert_int_equal(fixture_int(f, "SELECT COUNT(*) FROM credential WHERE account_id = 20"), 1);
}

OA_TESTS(STORE_TEST(test_decision_rows_follow_any_plain_sql), STORE_TEST(test_they_do_where_references_are_enforced),
         STORE_TEST(test_they_do_where_replacing_fires_triggers), STORE_TEST(test_settings_and_modules_void_everything),
         STORE_TEST(test_an_account_is_never_replaced_by_another))
