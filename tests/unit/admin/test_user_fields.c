/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/admin/cast.h"

static void fields_that_a_role_makes_mandatory_are_asked_for(void **state)
{
    cast *c = *state;
    DO("role.create", "{'name': 'Clerk', 'org': 'acme', 'permission': ['flow:view'], 'required_field': ['first_name', 'desk']}");
    REFUSED(OA_INVALID, "user.create", "{'email': 'k@acme.example', 'org': 'acme', 'role': 'Clerk'}");
    assert_string_equal(c->error->field, "first_name");
    REFUSED(OA_INVALID, "user.create", "{'email': 'k@acme.example', 'org': 'acme', 'role': 'Clerk', 'first_name': 'K'}");
    assert_string_equal(c->error->field, "set");
    assert_string_equal(c->error->member, "desk");
    REFUSED(OA_INVALID, "user.create", "{'email': 'k@acme.example', 'org': 'acme', 'role': 'Clerk'}");
    assert_non_null(strstr(c->error->message, "first_name desk"));
    assert_string_equal(c->error->next->member, "desk");
    assert_null(c->error->next->next);
    REFUSED(OA_INVALID, "user.set-role", "{'user': 'viewer@acme.example', 'role': 'Clerk'}");
    assert_string_equal(c->error->field, "role");
    REFUSED(OA_INVALID, "user.add", "{'email': ['viewer@globex.example'], 'org': 'acme', 'role': 'Clerk'}");
    DO("user.create", "{'email': 'k@acme.example', 'org': 'acme', 'role': 'Clerk', 'first_name': 'K', 'set': {'desk': '7'}}");
    REFUSED(OA_INVALID, "user.edit", "{'user': 'k@acme.example', 'set': {'desk': ''}}");
    DO("user.edit", "{'user': 'k@acme.example', 'set': {'desk': '8'}}");
}

static void a_role_that_asks_for_more_later_keeps_nobody_from_a_new_name(void **state)
{
    cast *c = *state;
    DO("role.create", "{'name': 'Clerk', 'org': 'acme', 'permission': ['flow:view']}");
    DO("user.set-role", "{'user': 'viewer@acme.example', 'role': 'Clerk'}");
    DO("role.edit", "{'role': 'Clerk', 'org': 'acme', 'required_field': ['last_name', 'desk']}");
    DO("user.edit", "{'user': 'viewer@acme.example', 'first_name': 'V'}");
    AS("viewer@acme.example", "me.edit", "{'last_name': 'W'}");
    REFUSED_AS(OA_INVALID, "viewer@acme.example", "me.edit", "{'last_name': ''}");
    assert_string_equal(c->error->field, "last_name");
    DO("user.edit", "{'user': 'viewer@acme.example', 'set': {'desk': '7'}}");
    REFUSED(OA_INVALID, "user.edit", "{'user': 'viewer@acme.example', 'set': {'desk': ''}, 'last_name': ''}");
    assert_string_equal(c->error->next->member, "desk");
    DO("role.edit", "{'role': 'Clerk', 'org': 'acme', 'required_field': []}");
    DO("user.edit", "{'user': 'viewer@acme.example', 'set': {'desk': ''}}");
}

static void roles_are_exact_and_of_this_organization(void **state)
{
    static const char *const wrong[] = {"administrator", "Administrator ", " Administrator", "Аdministrator",
                                        "Help desk", "rol_0000000000zzz", "2"};
    cast *c = *state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        REFUSED(OA_INVALID, "user.create",
                apr_psprintf(c->pool, "{'email': 'n@globex.example', 'org': 'globex', 'role': '%s'}", wrong[i]));
        assert_string_equal(c->error->field, "role");
    }
    DO("user.create", "{'email': 'n@globex.example', 'org': 'globex', 'role': 'rol_0000000000005'}");
    assert_string_equal(cast_text(c, "role"), "Viewer");
}

static void fields_are_bounded(void **state)
{
    cast *c = *state;
    oa_json *set = oa_json_object(c->pool);
    for (int i = 0; i < 65; i++) {
        oa_json_set_text(set, apr_psprintf(c->pool, "f%d", i), "x");
    }
    const char *text = oa_json_canonical(set, c->pool);
    REFUSED(OA_INVALID, "user.edit", apr_psprintf(c->pool, "{'user': 'viewer@acme.example', 'set': %s}", text));
}

static void a_password_is_measured_in_characters_by_the_setting(void **state)
{
    cast *c = *state;
    DO("setting.set", "{'name': 'password.min_length', 'value': '8'}");
    REFUSED(OA_INVALID, "user.set-password", "{'user': 'viewer@acme.example', 'password': 'äöüßäöü'}");
    assert_string_equal(c->error->field, "password");
    DO("user.set-password", "{'user': 'viewer@acme.example', 'password': 'äöüßäöüß'}");
}

OA_TESTS(CAST_TEST(fields_that_a_role_makes_mandatory_are_asked_for),
         CAST_TEST(a_role_that_asks_for_more_later_keeps_nobody_from_a_new_name),
         CAST_TEST(roles_are_exact_and_of_this_organization),
         CAST_TEST(fields_are_bounded),
         CAST_TEST(a_password_is_measured_in_characters_by_the_setting))
