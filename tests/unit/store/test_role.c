/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/store/nouns.h"

#include "core/store/role.h"
#include "tests/unit/model/roles.h"

static void the_built_in_roles_are_the_six(void **state)
{
    nouns n = nouns_begin(state);
    for (int i = 0; i < ROLES; i++) {
        const oa_role *role;
        assert_ok(oa_role_find(n.db, i + 1, &role, n.pool));
        assert_string_equal(role->name, builtin_roles[i].name);
        assert_int_equal(role->type, builtin_roles[i].type);
        assert_string_equal(role->permissions, builtin_roles[i].permissions);
        assert_string_equal(role->summary, builtin_roles[i].summary);
        assert_int_equal(role->org_id, 0);
    }
    nouns_end(&n);
}

static void a_name_is_looked_for_among_the_built_in_and_the_organizations_own(void **state)
{
    nouns n = nouns_begin(state);
    const oa_role own = {.id = 80, .org_id = ACME, .name = "Clerk", .type = OA_ROLE_USER, .permissions = "a:b",
                         .required_fields = "desk", .summary = "s", .created_at = 4};
    const oa_role *role;
    apr_array_header_t *roles;
    assert_ok(oa_role_insert(n.db, &own));
    assert_code(oa_role_insert(n.db, &own), OA_CONFLICT);
    assert_ok(oa_role_find_name(n.db, "Clerk", ACME, &role, n.pool));
    assert_string_equal(role->required_fields, "desk");
    assert_ok(oa_role_find_name(n.db, "Clerk", 11, &role, n.pool));
    assert_null(role);
    assert_ok(oa_role_find_name(n.db, "Viewer", 11, &role, n.pool));
    assert_int_equal(role->id, 5);
    assert_ok(oa_role_list(n.db, ACME, 4, 2, &roles, n.pool));
    assert_int_equal(roles->nelts, 2);
    assert_ok(oa_role_list(n.db, ACME, 0, 100, &roles, n.pool));
    assert_int_equal(roles->nelts, 7);
    assert_ok(oa_role_list(n.db, 11, 0, 100, &roles, n.pool));
    assert_int_equal(roles->nelts, 6);
    nouns_end(&n);
}

static void a_deleted_role_leaves_the_record_of_those_who_had_it(void **state)
{
    nouns n = nouns_begin(state);
    const oa_role own = {.id = 80, .org_id = ACME, .name = "Clerk", .type = OA_ROLE_USER, .permissions = "a:b",
                         .required_fields = "", .summary = "", .created_at = 4};
    int64_t members, invitations;
    assert_ok(oa_role_insert(n.db, &own));
    assert_ok(oa_db_run(n.db, NULL, "UPDATE membership SET role_id = 80 WHERE account_id = 21", ""));
    assert_ok(oa_role_count_uses(n.db, 80, &members, &invitations));
    assert_int_equal(members, 1);
    assert_int_equal(invitations, 0);
    assert_ok(oa_db_run(n.db, NULL, "UPDATE membership SET status = 3 WHERE account_id = 21", ""));
    assert_ok(oa_role_count_uses(n.db, 80, &members, &invitations));
    assert_int_equal(members, 0);
    assert_ok(oa_role_delete(n.db, 80));
    nouns_end(&n);
    assert_int_equal(fixture_int(n.f, "SELECT role_id FROM membership WHERE account_id = 21"), OA_ROLE_ID_API_USER);
}

OA_TESTS(STORE_TEST(the_built_in_roles_are_the_six),
         STORE_TEST(a_name_is_looked_for_among_the_built_in_and_the_organizations_own),
         STORE_TEST(a_deleted_role_leaves_the_record_of_those_who_had_it))
