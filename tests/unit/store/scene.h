/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A store of its own for a test of look-ups: organizations 1 (root), 2 (sales, below 1), 3 (north, below 2) and 9
 * (other); accounts 101 (Editor in 2, reaching down), 102 (SuperAdmin through organization 9), 103 (no membership);
 * keys 1001 to 1003 of theirs; the Web API 501 "reports" of organization 2, whose own account is 105 and whose own key
 * is 1005, attached to 101.
 */
#ifndef OA_TESTS_STORE_SCENE_H
#define OA_TESTS_STORE_SCENE_H

#include "tests/unit/store/fixture.h"

#include "core/store/lookup.h"

typedef fixture scene;

static const char *const scene_rows[] = {
    "INSERT INTO organization (id, parent_id, slug, name, created_at) VALUES (1, NULL, 'root', 'Root', 1),"
    " (2, 1, 'sales', 'Sales', 1), (3, 2, 'north', 'North', 1), (9, NULL, 'other', 'Other', 1)",
    "INSERT INTO account (id, email, home_org_id, status_since, password, created_at) VALUES"
    " (101, 'ann@example.org', 2, 5, '$argon2id$ann', 1), (102, 'sue@example.org', 9, 5, NULL, 1),"
    " (103, 'out@example.org', 9, 5, NULL, 1), (105, 'reports@service', 2, 5, NULL, 1)",
    "INSERT INTO membership (account_id, org_id, role_id, reach, joined_at) VALUES (101, 2, 3, 2, 1), (102, 9, 1, 1, "
    "1),"
    " (105, 2, 6, 1, 1)",
    "INSERT INTO membership_module (account_id, org_id, module) VALUES (101, 2, 'flow')",
    "INSERT INTO web_api (id, org_id, name, service_account_id, created_at) VALUES (501, 2, 'reports', 105, 1)",
    "INSERT INTO attachment (account_id, api_id, created_at) VALUES (101, 501, 1)",
    "INSERT INTO api_key (id, account_id, org_id, verifier, networks, created_at) VALUES"
    " (1001, 101, 2, zeroblob(32), '10.0.0.0/8', 1), (1002, 102, 9, zeroblob(32), '', 1),"
    " (1003, 103, 9, zeroblob(32), '', 1), (1005, 105, 2, zeroblob(32), '', 1)",
};

/* One statement as one transaction through our own driver. */
static inline void scene_run(scene *s, const char *sql)
{
    oa_db *db = NULL;
    assert_ok(oa_store_take(s->store, OA_DB_ADMIN, &db, s->pool));
    assert_ok(oa_db_begin(db, true));
    assert_ok(oa_db_run(db, NULL, sql, NULL));
    assert_ok(oa_db_commit(db));
    oa_store_give(s->store, db);
}

/* SQL and dot commands by the sqlite3 shell, with the automatic checkpoints that it makes. */
static inline void scene_shell(const scene *s, const char *input)
{
    const char *command = apr_psprintf(s->pool, "sqlite3 -batch -bail -cmd '.timeout 5000' %s >/dev/null", s->path);
    FILE *shell = popen(command, "w");
    assert_non_null(shell);
    fputs(input, shell);
    fputs("\n", shell);
    assert_int_equal(pclose(shell), 0);
}

/* Commits, and has all written back: the pages that could not be, because somebody holds an earlier state. */
static inline int64_t scene_pages_held_up(scene *s)
{
    int64_t left = -1;
    scene_run(s, "UPDATE account SET key_failures = (key_failures + 1) % 2 WHERE id = 103");
    assert_ok(oa_store_checkpoint(s->store, &left, s->pool));
    return left;
}

static inline int scene_begin(void **state)
{
    scene *s = fixture_directory();
    assert_ok(oa_store_init(s->path, s->secret, -1, -1, s->pool));
    assert_ok(oa_store_make(s->path, s->secret, &s->store, s->pool));
    for (size_t i = 0; i < sizeof(scene_rows) / sizeof(scene_rows[0]); i++) {
        scene_run(s, scene_rows[i]);
    }
    *state = s;
    return 0;
}

#define SCENE_TEST(function) cmocka_unit_test_setup_teardown(function, scene_begin, fixture_end)

static inline oa_lookup_counts counts_of(const scene *s)
{
    oa_lookup_counts counts;
    oa_lookup_counts_get(s->store, &counts);
    return counts;
}

/* As a decision looks up the key whose text was presented. */
static inline oa_error *scene_begin_with(scene *s, oa_id id, oa_known *known, const oa_record **record)
{
    const oa_policy *policy = NULL;
    const char *text = apr_psprintf(s->pool, "the text of key %d", (int)id);
    return oa_lookup_begin(s->store, text, strlen(text), known, &policy, record, s->pool);
}

static inline const oa_record *key_of(scene *s, oa_id id)
{
    const oa_record *record = NULL;
    oa_known known;
    assert_ok(scene_begin_with(s, id, &known, &record));
    if (record == NULL) {
        assert_ok(oa_lookup_key(s->store, id, &record, s->pool));
        if (record != NULL) {
            oa_lookup_keep(s->store, &known, record);
        }
    }
    return record;
}

/* Until the store looks at its file again: the one clock in these tests, because the contract names it (1 ms). */
static inline void scene_next_look(void)
{
    usleep(3000);
}

#endif
