/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/store/fixture.h"

enum { LOOKUP = 1 << OA_DB_LOOKUP, COUNT = 1 << OA_DB_COUNT, ADMIN = 1 << OA_DB_ADMIN, NOBODY = 0 };

/* Who may run what. */
typedef struct permission_row {
    const char *sql;
    int uses;
} permission_row;

static const permission_row cases[] = {
    {"SELECT * FROM credential", LOOKUP | COUNT | ADMIN},
    {"SELECT group_concat(email) FROM account", LOOKUP | COUNT | ADMIN},
    {"SELECT seq FROM sqlite_sequence", LOOKUP | COUNT | ADMIN},
    {"WITH RECURSIVE up(id) AS (SELECT 10 UNION SELECT parent_id FROM organization o JOIN up ON o.id = up.id) SELECT * "
     "FROM up",
     LOOKUP | COUNT | ADMIN},

    {"UPDATE account SET status = 2, status_since = 5, version = version + 1 WHERE id = 20", COUNT | ADMIN},
    {"UPDATE account SET password_failures = 1, key_failures = 2", COUNT | ADMIN},
    {"UPDATE account SET last_login_at = 9", COUNT | ADMIN},
    {"UPDATE api_key SET last_used_at = 9, expires_at = 9, replaces = 0, version = 2", COUNT | ADMIN},
    {"INSERT INTO attempt (id, account_id, started_at) VALUES (1, 20, 1)", COUNT | ADMIN},
    {"DELETE FROM attempt", COUNT | ADMIN},
    {"INSERT INTO change_log (account_id) VALUES (20)", COUNT | ADMIN},
    {"DELETE FROM change_log WHERE seq < 3", COUNT | ADMIN},
    {"UPDATE audit_head SET event_id = 1", COUNT | ADMIN},
    {"INSERT INTO message (id, account_id, org_id, key_id, at, method, path, status, duration)"
     " VALUES (1, 20, 10, 30, 1, 'GET', '/', 200, 1)",
     COUNT | ADMIN},
    {"DELETE FROM message", COUNT | ADMIN},
    {"INSERT INTO statistic (org_id, at, api_id) VALUES (10, 1, 0)", COUNT | ADMIN},
    {"UPDATE statistic SET allowed = 1, refused = 1, failed = 1", COUNT | ADMIN},
    {"UPDATE statistic SET org_id = 11", ADMIN},
    {"DELETE FROM statistic", ADMIN},
    {"INSERT INTO notice (id, about, account_id, at) VALUES (1, 'denied', 20, 1)", COUNT | ADMIN},

    {"UPDATE account SET password = 'x'", ADMIN},
    {"UPDATE account SET email = 'x' WHERE id = 20", ADMIN},
    {"UPDATE account SET home_org_id = 10", ADMIN},
    {"UPDATE api_key SET revoked_at = 0", ADMIN},
    {"UPDATE api_key SET verifier = x'00'", ADMIN},
    {"UPDATE api_key SET networks = ''", ADMIN},
    {"INSERT INTO api_key (id, account_id, org_id, verifier, created_at) VALUES (77, 20, 10, x'00', 1)", ADMIN},
    {"UPDATE membership SET role_id = 1", ADMIN},
    {"INSERT INTO setting VALUES ('a', 'b')", ADMIN},
    {"UPDATE setting SET value = ''", ADMIN},
    {"UPDATE store_meta SET value = '7' WHERE name = 'epoch'", ADMIN},
    {"UPDATE credential SET role_type = 1", ADMIN},
    {"DELETE FROM credential", ADMIN},
    {"UPDATE listed SET status = 1", ADMIN},
    {"INSERT INTO listed_part (rowid, parts) VALUES (7, 'abc')", ADMIN},
    {"SELECT count(*) FROM listed_part WHERE listed_part MATCH 'abc'", ADMIN},
    {"UPDATE audit_event SET detail = ''", ADMIN},
    {"DELETE FROM audit_event", ADMIN},
    {"DELETE FROM link", ADMIN},
    {"DELETE FROM notice", ADMIN},
    {"UPDATE lease SET holder = 1", ADMIN},
    {"INSERT INTO mail (id, template, recipient, subject, body, next_at, give_up_at, created_at)"
     " VALUES (1, 'reset', 'a@b.example', 'x', x'', 1, 1, 1)",
     ADMIN},

    {"CREATE TABLE t (x)", NOBODY},
    {"CREATE TEMP TABLE t (x)", NOBODY},
    {"CREATE TEMP TRIGGER t AFTER INSERT ON setting BEGIN SELECT 1; END", NOBODY},
    {"DROP TABLE message", NOBODY},
    {"DROP TRIGGER account_changed", NOBODY},
    {"ALTER TABLE message ADD COLUMN x", NOBODY},
    {"ATTACH ':memory:' AS other", NOBODY},
    {"REINDEX", NOBODY},
    {"ANALYZE", NOBODY},
    {"VACUUM", NOBODY},
    {"PRAGMA journal_mode=DELETE", NOBODY},
    {"PRAGMA query_only=0", NOBODY},
    {"PRAGMA foreign_keys=OFF", NOBODY},
    {"PRAGMA user_version=9", NOBODY},
    {"PRAGMA writable_schema=ON", NOBODY},
    {"PRAGMA wal_checkpoint", NOBODY},
    {"DELETE FROM sqlite_sequence", NOBODY},
    {"UPDATE sqlite_schema SET sql = ''", NOBODY},
    {"UPDATE sqlite_master SET rootpage = 2", NOBODY},
    {"DELETE FROM sqlite_master", NOBODY},
    {"INSERT INTO sqlite_master (type) VALUES ('x')", NOBODY},
    {"UPDATE listed_part_data SET block = x''", NOBODY},
    {"CREATE VIRTUAL TABLE v USING fts5 (a)", NOBODY},
    {"DROP TABLE listed_part", NOBODY},
};

static bool may(oa_db *db, const char *sql)
{
    oa_rows *rows;
    oa_error *error = oa_db_select(db, &rows, sql, "");
    if (error != NULL) {
        return false;
    }
    while (oa_rows_next(rows)) {
    }
    return oa_rows_end(rows) == NULL;
}

static void test_each_use_may_do_what_it_is_for(void **state)
{
    fixture *f = *state;
    for (oa_db_use use = OA_DB_LOOKUP; use <= OA_DB_ADMIN; use++) {
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
            oa_db *db;
            assert_ok(oa_store_take(f->store, use, &db, f->pool));
            bool wanted = (cases[i].uses & 1 << use) != 0;
            assert_ok(oa_db_begin(db, use != OA_DB_LOOKUP));
            if (may(db, cases[i].sql) != wanted) {
                fail_msg("use %d %s: %s", (int)use, wanted ? "may not" : "may", cases[i].sql);
            }
            oa_db_rollback(db);
            oa_store_give(f->store, db);
        }
    }
}

static void test_counting_keeps_the_decision_rows_through_triggers(void **state)
{
    fixture *f = *state;
    oa_db *db;
    assert_ok(oa_store_take(f->store, OA_DB_COUNT, &db, f->pool));
    assert_ok(oa_db_run(db, NULL, "UPDATE account SET status = 2 WHERE id = 20", ""));
    assert_ok(oa_db_run(db, NULL, "UPDATE api_key SET expires_at = 77 WHERE id = 31", ""));
    oa_store_give(f->store, db);
    assert_int_equal(fixture_int(f, "SELECT account_status FROM credential WHERE key_id = 30"), 2);
    assert_int_equal(fixture_int(f, "SELECT status FROM listed WHERE id = 20"), 2);
    assert_int_equal(fixture_int(f, "SELECT expires_at FROM credential WHERE key_id = 31"), 77);
}

OA_TESTS(STORE_TEST(test_each_use_may_do_what_it_is_for),
         STORE_TEST(test_counting_keeps_the_decision_rows_through_triggers))
