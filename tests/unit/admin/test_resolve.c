/* SPDX-License-Identifier: Apache-2.0 */
/* Names and ids of one thing lead to the same; what is named beside must agree. (What is hidden from whom: test_actor.c.) */
#include "tests/unit/admin/cast.h"

static void id_and_name_lead_to_the_same_thing(void **state)
{
    cast *c = *state;
    DO("api.register", "{'name': 'reports', 'org': 'acme'}");
    const struct {
        const char *name, *member, *named;
    } cases[] = {{"org.show", "org", "acme"}, {"user.show", "user", "viewer@acme.example"}, {"api.show", "api", "reports"},
                 {"role.show", "role", "Viewer"}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        DO(cases[i].name, apr_psprintf(c->pool, "{'%s': '%s'}", cases[i].member, cases[i].named));
        const char *id = apr_pstrdup(c->pool, cast_text(c, "id"));
        DO(cases[i].name, apr_psprintf(c->pool, "{'%s': '%s'}", cases[i].member, id));
        assert_string_equal(cast_text(c, "id"), id);
    }
}

static void an_absent_thing_is_named_in_the_message_and_its_argument(void **state)
{
    static const struct {
        const char *name, *arguments, *field, *text;
    } cases[] = {
        {"org.show", "{'org': 'nowhere'}", "org", "nowhere"},
        {"org.create", "{'name': 'X', 'parent': 'nowhere'}", "parent", "nowhere"},
        {"user.show", "{'user': 'who@x.example'}", "user", "who@x.example"},
        {"user.list", "{'org': 'nowhere'}", "org", "nowhere"},
        {"api.show", "{'api': 'nothing'}", "api", "nothing"},
        {"key.show", "{'key': 'key_0000000000001'}", "key", "key_0000000000001"},
        {"user.show", "{'user': 'viewer@globex.example', 'org': 'acme'}", "user", "in organization \"acme\""},
    };
    cast *c = *state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        REFUSED(OA_NOT_FOUND, cases[i].name, cases[i].arguments);
        assert_string_equal(c->error->field, cases[i].field);
        assert_non_null(strstr(c->error->message, cases[i].text));
    }
}

static void without_an_organization_a_user_is_taken_at_home(void **state)
{
    cast *c = *state;
    DO("user.add", "{'email': ['viewer@lab.example'], 'org': 'globex', 'role': 'Editor'}");
    DO("user.show", "{'user': 'viewer@lab.example'}");
    assert_true(oa_json_get_bool(c->result, "home"));
    AS("admin@acme.example", "user.show", "{'user': 'viewer@lab.example'}"); /* from above */
    REFUSED_AS(OA_NOT_FOUND, "admin@globex.example", "user.show", "{'user': 'viewer@lab.example'}");
}

static void a_name_that_several_organizations_use_wants_one_named(void **state)
{
    cast *c = *state;
    DO("role.create", "{'name': 'Clerk', 'org': 'acme', 'permission': ['flow:view']}");
    DO("role.create", "{'name': 'Clerk', 'org': 'globex', 'permission': ['flow:view']}");
    REFUSED(OA_INVALID, "role.show", "{'role': 'Clerk'}");
    assert_string_equal(c->error->field, "org");
    DO("role.show", "{'role': 'Clerk', 'org': 'acme'}");
    REFUSED_AS(OA_NOT_ALLOWED, "admin@acme.example", "role.show", "{'role': 'Clerk'}"); /* is not told who else uses it */
}

OA_TESTS(CAST_TEST(id_and_name_lead_to_the_same_thing), CAST_TEST(an_absent_thing_is_named_in_the_message_and_its_argument),
         CAST_TEST(without_an_organization_a_user_is_taken_at_home),
         CAST_TEST(a_name_that_several_organizations_use_wants_one_named))
