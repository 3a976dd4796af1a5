/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/admin/visitor.h"

static const oa_json *membership(cast *c, size_t index)
{
    return oa_json_at(oa_json_get(c->result, "memberships"), index);
}

static bool has(const oa_json *array, const char *text)
{
    for (size_t i = 0; i < oa_json_size(array); i++) {
        if (strcmp(oa_json_text(oa_json_at(array, i)), text) == 0) {
            return true;
        }
    }
    return false;
}

static void everybody_sees_who_they_are_and_what_they_may(void **state)
{
    static const struct {
        const char *email, *permission;
        bool holds;
    } cases[] = {{"admin@acme.example", "users:create", true}, {"desk@acme.example", "users:edit", true},
                 {"desk@acme.example", "users:create", false}, {"editor@acme.example", "users:view", false},
                 {"editor@acme.example", "apis:create", true}, {"viewer@acme.example", "apis:view", true},
                 {"api@acme.example", "apis:view", false}};
    cast *c = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        AS(cases[i].email, "me.show", "{}");
        assert_string_equal(cast_text(c, "email"), cases[i].email);
        assert_string_equal(oa_json_get_text(membership(c, 0), "org"), "acme");
        assert_int_equal(has(oa_json_get(membership(c, 0), "permissions"), cases[i].permission), cases[i].holds);
        assert_false(oa_json_get_bool(c->result, "site"));
    }
    AS("super@site.example", "me.show", "{}");
    assert_true(oa_json_get_bool(c->result, "site"));
}

static void a_deactivated_member_sees_that_and_may_nothing(void **state)
{
    cast *c = *state;
    DO("user.deactivate", "{'user': 'editor@acme.example'}");
    AS("editor@acme.example", "me.show", "{}");
    assert_string_equal(oa_json_get_text(membership(c, 0), "status"), "DEACTIVATED");
    assert_int_equal(oa_json_size(oa_json_get(membership(c, 0), "permissions")), 0);
}

static void a_profile_is_for_users_in_force(void **state)
{
    cast *c = *state;
    REFUSED(OA_UNAUTHENTICATED, "me.show", "{}");
    assert_code(visit(c, "me.show", "{}"), OA_NOT_ALLOWED);
    DO("user.ban", "{'user': 'viewer@acme.example'}");
    REFUSED_AS(OA_UNAUTHENTICATED, "viewer@acme.example", "me.show", "{}");
}

static void names_are_ones_own_and_nothing_else_is(void **state)
{
    cast *c = *state;
    AS("viewer@acme.example", "me.edit", "{'first_name': 'Vi', 'last_name': 'Ewer'}");
    assert_string_equal(cast_text(c, "first_name"), "Vi");
    REFUSED_AS(OA_USAGE, "viewer@acme.example", "me.edit", "{'role': 'Administrator'}");
    REFUSED_AS(OA_USAGE, "viewer@acme.example", "me.edit", "{'status': 'VALIDATED'}");
    REFUSED_AS(OA_USAGE, "viewer@acme.example", "me.edit", "{'email': 'admin2@acme.example'}");
    DO("role.create", "{'name': 'Named', 'org': 'acme', 'permission': ['flow:view'], 'required_field': ['first_name']}");
    DO("user.set-role", "{'user': 'viewer@acme.example', 'role': 'Named'}");
    REFUSED_AS(OA_INVALID, "viewer@acme.example", "me.edit", "{'first_name': ''}");
}

OA_TESTS(CAST_TEST(everybody_sees_who_they_are_and_what_they_may), CAST_TEST(a_deactivated_member_sees_that_and_may_nothing),
         CAST_TEST(a_profile_is_for_users_in_force), CAST_TEST(names_are_ones_own_and_nothing_else_is))
