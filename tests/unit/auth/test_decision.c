/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "core/auth/decide.h"

static const oa_decision editor = {
    .outcome = OA_ALLOWED, .user_id = 5, .org_id = 100, .email = "jane@acme.example", .org = "acme", .role = "Editor",
    .service_api = "", .apis = "100/reports 200/prices 1001/maps",
    .grants = {.type = OA_ROLE_USER, .permissions = "*:create *:edit *:view", .modules = "flow", .admin_modules = "users"},
};

static const oa_decision outsider = {
    .outcome = OA_ALLOWED, .user_id = 6, .org_id = 100, .email = "joe@else.example", .org = "acme", .role = "",
    .service_api = "", .apis = "100/reports",
    .grants = {.permissions = "", .modules = "", .admin_modules = "users"},
};

static void test_roles_and_organizations_are_exact(void **state)
{
    (void)state;
    assert_true(oa_decision_has_role(&editor, "Editor"));
    assert_false(oa_decision_has_role(&editor, "editor"));
    assert_false(oa_decision_has_role(&editor, "Editor "));
    assert_false(oa_decision_has_role(&editor, "Edit"));
    assert_false(oa_decision_has_role(&editor, "\xd0\x95" "ditor")); /* Cyrillic */
    assert_false(oa_decision_has_role(&outsider, ""));
    assert_true(oa_decision_in_org(&editor, "acme"));
    assert_false(oa_decision_in_org(&editor, "Acme"));
    assert_false(oa_decision_in_org(&editor, ""));
}

static void test_web_apis_are_of_the_organization_of_the_place(void **state)
{
    (void)state;
    assert_true(oa_decision_has_api(&editor, "reports"));
    assert_true(oa_decision_has_api(&outsider, "reports"));
    assert_false(oa_decision_has_api(&editor, "prices"));
    assert_false(oa_decision_has_api(&editor, "maps"));
    assert_false(oa_decision_has_api(&editor, "report"));
    assert_false(oa_decision_has_api(&editor, "reports 200/prices")); /* two words are no name */
    assert_false(oa_decision_has_api(&editor, ""));
    assert_false(oa_decision_has_api(&editor, "a-name-that-is-much-longer-than-any-web-api-may-be-called-in-a-store-of-ours"));
}

static void test_permissions_and_methods(void **state)
{
    (void)state;
    assert_true(oa_decision_has_permission(&editor, "flow:edit"));
    assert_false(oa_decision_has_permission(&editor, "flow:delete"));
    assert_false(oa_decision_has_permission(&editor, "stock:edit")); /* confined to flow */
    assert_false(oa_decision_has_permission(&editor, "users:edit"));
    assert_false(oa_decision_has_permission(&outsider, "flow:view"));
    assert_true(oa_decision_may_access(&editor, "flow", "GET"));
    assert_true(oa_decision_may_access(&editor, "flow", "PATCH"));
    assert_false(oa_decision_may_access(&editor, "flow", "DELETE"));
    assert_false(oa_decision_may_access(&editor, "flow", "BREW"));
    assert_false(oa_decision_may_access(&editor, "flow", "get"));
    assert_false(oa_decision_may_access(&editor, "stock", "GET"));
    assert_false(oa_decision_may_access(&outsider, "flow", "GET"));
}

static void assert_nothing(const oa_decision *decision)
{
    assert_false(oa_decision_has_role(decision, "Editor"));
    assert_false(oa_decision_has_permission(decision, "flow:view"));
    assert_false(oa_decision_in_org(decision, "acme"));
    assert_false(oa_decision_has_api(decision, "reports"));
    assert_false(oa_decision_may_access(decision, "flow", "GET"));
}

static void test_only_an_allowing_decision_holds_anything(void **state)
{
    oa_decision refused = editor, nobody = editor;
    (void)state;
    refused.grants.type = OA_ROLE_SITE;
    for (int outcome = OA_ALLOWED + 1; outcome <= OA_OUTCOMES; outcome++) {
        refused.outcome = (oa_outcome)outcome;
        assert_nothing(&refused);
    }
    nobody.user_id = 0;
    assert_nothing(&nobody);
    assert_nothing(NULL);
    assert_nothing(&(oa_decision){.outcome = OA_ALLOWED}); /* all zeros */
}

static void test_nothing_asked_is_not_granted(void **state)
{
    (void)state;
    assert_false(oa_decision_has_role(&editor, NULL));
    assert_false(oa_decision_has_permission(&editor, NULL));
    assert_false(oa_decision_in_org(&editor, NULL));
    assert_false(oa_decision_has_api(&editor, NULL));
    assert_false(oa_decision_may_access(&editor, NULL, "GET"));
    assert_false(oa_decision_may_access(&editor, "flow", NULL));
}

OA_TESTS(OA_POOL_TEST(test_roles_and_organizations_are_exact),
         OA_POOL_TEST(test_web_apis_are_of_the_organization_of_the_place), OA_POOL_TEST(test_permissions_and_methods),
         OA_POOL_TEST(test_only_an_allowing_decision_holds_anything), OA_POOL_TEST(test_nothing_asked_is_not_granted))
