/* SPDX-License-Identifier: Apache-2.0 */
#include "core/store/check.h"
#include "tests/unit/store/fixture.h"

/* The name of the first check that failed; "" when the store is sound. */
static const char *first_problem(fixture *f)
{
    oa_json *result = NULL;
    bool sound = false;
    assert_ok(oa_store_check(f->path, f->secret, &sound, &result, f->pool));
    assert_int_equal(sound, oa_json_get_bool(result, "sound"));
    const oa_json *problems = oa_json_get(result, "problems");
    assert_int_equal(sound, oa_json_size(problems) == 0);
    return sound ? "" : oa_json_get_text(oa_json_at(problems, 0), "check");
}

typedef struct damage {
    const char *sql;
    const char *check;
} damage;

static const damage damages[] = {
    {"UPDATE credential SET revoked_at = 1 WHERE key_id = 30", "credential"},
    {"UPDATE credential SET permissions = '*:*' WHERE key_id = 31", "credential"},
    {"UPDATE credential SET service_api = 'x' WHERE key_id = 31", "credential"},
    {"DELETE FROM credential WHERE key_id = 30", "credential"},
    {"INSERT INTO credential SELECT 99, account_id, kind, verifier, expires_at, revoked_at, replaces, networks, email,"
     " account_status, last_seen, key_failures, org_id, org_slug, org_status, membership_status, reach, role, "
     "role_type,"
     " permissions, modules, apis, service_api FROM credential LIMIT 1",
     "credential"},
    {"PRAGMA foreign_keys=OFF; UPDATE membership SET role_id = 99 WHERE account_id = 20", "references"},
    {"INSERT INTO audit_event (id, at, actor_kind, actor_name, action, chain) VALUES (1, 1, 'local', 'x', 'y', x'00')",
     "audit"},
    {"UPDATE audit_head SET event_id = 5", "audit"},
    {"UPDATE listed SET role_id = 9 WHERE id = 20", "listed"},
    {"DELETE FROM listed WHERE id = 20", "listed"},
    {"INSERT INTO listed SELECT serial + 9, 10, 99, 1, 1, '', '', 0, 0, '' FROM listed LIMIT 1", "listed"},
    {"UPDATE account SET folded = 'ada'; DELETE FROM listed_stale", "listed_part"},
    {"INSERT INTO listed_part (rowid, parts) VALUES (7, 'abc')", "listed_part"},
    {"INSERT INTO web_api (id, org_id, name, service_account_id, created_at) VALUES (50, 10, 'x', 20, 1); UPDATE web_api SET users = 3", "web_api"},
    {"INSERT INTO organization (id, parent_id, slug, name, created_at) VALUES (11, 10, 'lab', 'Lab', 1); DELETE FROM org_below", "org_below"},
    {"INSERT INTO org_below VALUES (10, 10)", "org_below"},
};

static void test_a_store_in_use_is_sound(void **state)
{
    assert_string_equal(first_problem(*state), "");
}

static void test_each_damage_is_found(void **state)
{
    fixture *f = *state;
    for (size_t i = 0; i < sizeof damages / sizeof damages[0]; i++) {
        const char *copy = fixture_file(f, apr_psprintf(f->pool, "copy-%d", (int)i));
        assert_ok(oa_store_backup(f->path, copy, f->pool));
        fixture_sql(f, damages[i].sql);
        const char *problem = first_problem(f);
        if (strcmp(problem, damages[i].check) != 0) {
            fail_msg("\"%s\" instead of \"%s\" after %s", problem, damages[i].check, damages[i].sql);
        }
        assert_ok(oa_store_restore(f->path, f->secret, copy, f->pool));
        assert_string_equal(first_problem(f), "");
    }
}

static void test_a_damaged_page_is_found(void **state)
{
    fixture *f = *state;
    int64_t pages;
    assert_ok(oa_store_checkpoint(f->store, &pages, f->pool));
    oa_store_close(f->store);
    int64_t page = fixture_int(f, "SELECT rootpage FROM sqlite_schema WHERE name = 'invitation_org'");
    int fd = open(f->path, O_RDWR);
    assert_int_equal(pwrite(fd, "\xff\xff\xff\xff\xff\xff\xff\xff", 8, (page - 1) * 4096), 8);
    close(fd);
    assert_string_equal(first_problem(f), "integrity");
}

OA_TESTS(STORE_TEST(test_a_store_in_use_is_sound), STORE_TEST(test_each_damage_is_found),
         STORE_TEST(test_a_damaged_page_is_found))
