/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/admin/cast.h"

static void a_list_has_the_built_in_roles_and_those_of_the_organization(void **state)
{
    cast *c = *state;
    DO("role.list", "{'org': 'acme'}");
    assert_int_equal(oa_json_size(cast_items(c)), 7);
    DO("role.list", "{'org': 'globex'}");
    assert_int_equal(oa_json_size(cast_items(c)), 6);
    DO("role.list", "{}");
    assert_int_equal(oa_json_size(cast_items(c)), 7);
    DO("role.show", "{'role': 'Editor'}");
    assert_true(oa_json_get_bool(c->result, "built_in"));
    DO("role.show", "{'role': 'Help desk', 'org': 'acme'}");
    const char *id = apr_pstrdup(c->pool, cast_text(c, "id"));
    DO("role.show", apr_psprintf(c->pool, "{'role': '%s'}", id));
    REFUSED(OA_NOT_FOUND, "role.show", apr_psprintf(c->pool, "{'role': '%s', 'org': 'globex'}", id));
    REFUSED(OA_NOT_FOUND, "role.show", "{'role': 'Help desk', 'org': 'globex'}");
    REFUSED(OA_NOT_FOUND, "role.show", "{'role': 'editor'}");
}

static void without_an_organization_a_name_that_one_alone_uses_is_clear(void **state)
{
    cast *c = *state;
    DO("role.show", "{'role': 'Help desk'}");
    DO("role.edit", "{'role': 'Help desk', 'summary': 'helps'}");
    assert_int_equal(cast_int(c, "SELECT count(*) FROM audit_event a JOIN organization o ON o.id = a.org_id WHERE a.action = 'role.edit' AND o.slug = 'acme'"), 1);
    REFUSED_AS(OA_NOT_ALLOWED, "admin@acme.example", "role.show", "{'role': 'Help desk'}");
    DO("role.create", "{'name': 'Help desk', 'org': 'globex', 'permission': ['a:b']}");
    REFUSED(OA_INVALID, "role.show", "{'role': 'Help desk'}");
    assert_string_equal(c->error->field, "org");
    REFUSED(OA_NOT_FOUND, "role.show", "{'role': 'Nothing'}");
}

static void a_name_that_reads_like_another_is_refused(void **state)
{
    static const char *const names[] = {"Administrator", "administrator", " SUPERADMIN ", "ｖiewer", "help DESK"};
    cast *c = *state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        REFUSED(OA_CONFLICT, "role.create",
                apr_psprintf(c->pool, "{'name': '%s', 'org': 'acme', 'permission': ['flow:run']}", names[i]));
    }
    DO("role.create", "{'name': 'Help desk', 'org': 'globex', 'permission': ['flow:run']}");
}

static void permissions_are_checked_against_the_type(void **state)
{
    cast *c = *state;
    REFUSED(OA_INVALID, "role.create", "{'name': 'R', 'org': 'acme', 'permission': ['users:edit']}");
    assert_string_equal(c->error->field, "permission");
    REFUSED(OA_INVALID, "role.create", "{'name': 'R', 'org': 'acme', 'permission': ['flow']}");
    REFUSED(OA_INVALID, "role.create", "{'name': 'R', 'org': 'acme', 'type': 'site', 'permission': ['flow:run']}");
    REFUSED(OA_INVALID, "role.create",
            "{'name': 'R', 'org': 'acme', 'permission': ['flow:run'], 'required_field': ['First name']}");
    DO("role.create", "{'name': 'R', 'org': 'acme', 'type': 'administrator', 'permission': ['users:edit', 'flow:run']}");
    assert_string_equal(oa_json_canonical(oa_json_get(c->result, "permissions"), c->pool), "[\"flow:run\",\"users:edit\"]");
}

static void nobody_makes_a_role_of_what_he_does_not_hold(void **state)
{
    cast *c = *state;
    DO("role.create", "{'name': 'Staff', 'org': 'acme', 'type': 'administrator', 'permission': ['roles:*', 'flow:*']}");
    DO("user.create", "{'email': 's@acme.example', 'org': 'acme', 'role': 'Staff'}");
    AS("s@acme.example", "role.create", "{'name': 'Runner', 'org': 'acme', 'permission': ['flow:run']}");
    REFUSED_AS(OA_NOT_ALLOWED, "s@acme.example", "role.create",
               "{'name': 'R', 'org': 'acme', 'permission': ['flow:run', 'other:run']}");
    REFUSED_AS(OA_NOT_ALLOWED, "s@acme.example", "role.edit",
               "{'role': 'Runner', 'org': 'acme', 'permission': ['*:run']}");
    REFUSED_AS(OA_NOT_ALLOWED, "s@acme.example", "role.edit",
               "{'role': 'Help desk', 'org': 'acme', 'permission': ['flow:run']}"); /* weakening a stronger one, too */
    REFUSED_AS(OA_NOT_ALLOWED, "s@acme.example", "role.remove", "{'role': 'Help desk', 'org': 'acme'}");
}

static void an_edit_holds_for_everybody_who_has_the_role(void **state)
{
    cast *c = *state;
    DO("role.create", "{'name': 'Runner', 'org': 'acme', 'permission': ['flow:run']}");
    DO("user.set-role", "{'user': 'viewer@acme.example', 'role': 'Runner'}");
    DO("key.issue", "{'user': 'viewer@acme.example'}");
    DO("role.edit", "{'role': 'Runner', 'org': 'acme', 'name': 'Runners', 'permission': ['flow:view'], 'summary': 'x'}");
    assert_int_equal(cast_int(c, "SELECT permissions = 'flow:view' AND role = 'Runners' FROM credential"), 1);
    REFUSED(OA_CONFLICT, "role.edit", "{'role': 'Runners', 'org': 'acme', 'name': 'viewer'}");
    DO("role.edit", "{'role': 'Runners', 'org': 'acme', 'name': 'RUNNERS'}");
}

static void a_role_in_use_or_built_in_is_not_removed(void **state)
{
    cast *c = *state;
    REFUSED(OA_CONFLICT, "role.remove", "{'role': 'Viewer', 'org': 'acme'}");
    REFUSED(OA_CONFLICT, "role.edit", "{'role': 'Viewer', 'org': 'acme', 'summary': 'x'}");
    REFUSED(OA_CONFLICT, "role.remove", "{'role': 'Help desk', 'org': 'acme'}");
    DO("user.remove", "{'user': 'desk@acme.example'}");
    DO("role.remove", "{'role': 'Help desk', 'org': 'acme'}");
    REFUSED(OA_NOT_FOUND, "role.show", "{'role': 'Help desk', 'org': 'acme'}");
}

OA_TESTS(CAST_TEST(a_list_has_the_built_in_roles_and_those_of_the_organization),
         CAST_TEST(without_an_organization_a_name_that_one_alone_uses_is_clear),
         CAST_TEST(a_name_that_reads_like_another_is_refused), CAST_TEST(permissions_are_checked_against_the_type),
         CAST_TEST(nobody_makes_a_role_of_what_he_does_not_hold), CAST_TEST(an_edit_holds_for_everybody_who_has_the_role),
         CAST_TEST(a_role_in_use_or_built_in_is_not_removed))
