/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/store/nouns.h"

#include "core/model/status.h"
#include "core/store/membership.h"

static void one_is_read_with_its_role_and_organization(void **state)
{
    nouns n = nouns_begin(state);
    const oa_membership *membership;
    apr_array_header_t *all;
    assert_ok(oa_membership_find(n.db, BOB, ACME, &membership, n.pool));
    assert_string_equal(membership->role.name, "Viewer");
    assert_int_equal(membership->status, OA_MEMBERSHIP_ACTIVE);
    assert_int_equal(membership->reach, OA_REACH_BELOW);
    assert_int_equal(membership->org_status, 1);
    assert_string_equal(membership->modules, "");
    assert_ok(oa_db_run(n.db, NULL, "INSERT INTO membership_module (account_id, org_id, module) VALUES (21, 10, 'flow')", ""));
    assert_ok(oa_membership_list(n.db, BOB, &all, n.pool));
    assert_int_equal(all->nelts, 1);
    assert_string_equal(APR_ARRAY_IDX(all, 0, const oa_membership *)->modules, "flow");
    assert_ok(oa_membership_find(n.db, BOB, 99, &membership, n.pool));
    assert_null(membership);
    nouns_end(&n);
}

static void who_joins_again_begins_anew(void **state)
{
    nouns n = nouns_begin(state);
    const oa_membership *membership;
    int64_t keys, attachments;
    assert_ok(oa_db_run(n.db, NULL, "INSERT INTO membership_module (account_id, org_id, module) VALUES (21, 10, 'flow')", ""));
    assert_ok(oa_membership_remove(n.db, BOB, ACME, 9, &keys, &attachments));
    assert_int_equal(keys, 1);
    assert_int_equal(attachments, 0);
    assert_ok(oa_membership_find(n.db, BOB, ACME, &membership, n.pool));
    assert_int_equal(membership->status, OA_MEMBERSHIP_REMOVED);
    assert_ok(oa_membership_put(n.db, BOB, ACME, 3, 11));
    assert_ok(oa_membership_find(n.db, BOB, ACME, &membership, n.pool));
    assert_int_equal(membership->status, OA_MEMBERSHIP_ACTIVE);
    assert_string_equal(membership->role.name, "Editor");
    assert_string_equal(membership->modules, "");
    assert_int_equal(membership->joined_at, 11);
    assert_int_equal(membership->version, 3);
    nouns_end(&n);
    assert_int_equal(fixture_int(n.f, "SELECT count(*) FROM api_key WHERE id = 31 AND revoked_at = 9"), 1);
}

static void usable_administrators_are_counted(void **state)
{
    static const struct {
        const char *sql;
        int64_t administrators, superadmins;
    } steps[] = {
        {"UPDATE account SET version = version", 1, 0},
        {"UPDATE membership SET role_id = 1 WHERE account_id = 21", 2, 1},
        {"UPDATE account SET status = 2 WHERE id = 21", 1, 0},
        {"UPDATE account SET status = 1", 2, 1},
        {"UPDATE membership SET status = 2 WHERE account_id = 21", 1, 0},
        {"UPDATE membership SET role_id = 3 WHERE account_id = 20", 0, 0},
        {"UPDATE membership SET role_id = 1 WHERE account_id = 20", 1, 1},
        {"UPDATE organization SET status = 2", 1, 0},
    };
    nouns n = nouns_begin(state);
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        int64_t administrators, superadmins;
        assert_ok(oa_db_run(n.db, NULL, steps[i].sql, ""));
        assert_ok(oa_membership_count_administrators(n.db, ACME, &administrators));
        assert_ok(oa_membership_count_site(n.db, &superadmins));
        assert_int_equal(administrators, steps[i].administrators);
        assert_int_equal(superadmins, steps[i].superadmins);
    }
    bool site;
    assert_ok(oa_membership_is_site(n.db, BOB, false, &site));
    assert_false(site);
    nouns_end(&n);
}

static void an_organization_knows_its_members_those_at_home_and_those_with_its_apis(void **state)
{
    static const struct {
        const char *sql;
        bool known;
    } steps[] = {
        {"INSERT INTO organization (id, slug, name, created_at) VALUES (11, 'globex', 'Globex', 1)", false},
        {"INSERT INTO membership (account_id, org_id, role_id, joined_at) VALUES (21, 11, 5, 1)", true},
        {"UPDATE membership SET status = 2 WHERE org_id = 11", true},
        {"UPDATE membership SET status = 3 WHERE org_id = 11", false},
        {"INSERT INTO web_api (id, org_id, name, service_account_id, created_at) VALUES (70, 11, 'r', 20, 1)", false},
        {"INSERT INTO attachment (account_id, api_id, created_at) VALUES (21, 70, 1)", true},
        {"UPDATE web_api SET removed_at = 1", false},
        {"UPDATE account SET home_org_id = 11 WHERE id = 21", true},
    };
    nouns n = nouns_begin(state);
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        bool known;
        assert_ok(oa_db_run(n.db, NULL, steps[i].sql, ""));
        assert_ok(oa_membership_is_known(n.db, BOB, 11, &known));
        assert_int_equal(known, steps[i].known);
    }
    nouns_end(&n);
}

OA_TESTS(STORE_TEST(one_is_read_with_its_role_and_organization), STORE_TEST(who_joins_again_begins_anew),
         STORE_TEST(usable_administrators_are_counted),
         STORE_TEST(an_organization_knows_its_members_those_at_home_and_those_with_its_apis))
