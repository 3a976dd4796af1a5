/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/admin/cast.h"

#define ATTACH_TWO "{'api': 'reports', 'user': ['viewer@acme.example', 'viewer@globex.example']}"

static void members_and_outsiders_have_it_attached_all_or_none(void **state)
{
    cast *c = *state;
    DO("api.register", "{'name': 'reports', 'org': 'acme'}");
    REFUSED(OA_NOT_FOUND, "api.attach", "{'api': 'reports', 'user': ['viewer@acme.example', 'who@x.example']}");
    DO("api.users", "{'api': 'reports'}");
    assert_int_equal(oa_json_size(cast_items(c)), 0);
    DO("api.attach", ATTACH_TWO);
    REFUSED(OA_CONFLICT, "api.attach", ATTACH_TWO);
    DO("user.edit", "{'user': 'viewer@globex.example', 'first_name': 'Gil'}");
    DO("api.users", "{'api': 'reports'}");
    assert_int_equal(oa_json_size(cast_items(c)), 2);
    const oa_json *outsider = oa_json_at(cast_items(c), 1);
    assert_string_equal(oa_json_get_text(outsider, "email"), "viewer@globex.example");
    assert_true(oa_json_get_bool(outsider, "outsider"));
    assert_string_equal(oa_json_get_text(outsider, "first_name"), ""); /* its home's affair */
    REFUSED(OA_NOT_FOUND, "user.show", "{'user': 'viewer@globex.example', 'org': 'acme'}");
}

static void attaching_can_issue_a_key_that_covers_nothing_else(void **state)
{
    cast *c = *state;
    DO("api.register", "{'name': 'reports', 'org': 'acme'}");
    DO("api.register", "{'name': 'ledger', 'org': 'acme'}");
    DO("api.attach", "{'api': 'ledger', 'user': ['viewer@acme.example']}");
    DO("api.attach", "{'api': 'reports', 'user': ['viewer@acme.example'], 'key': true}");
    const oa_json *item = oa_json_at(cast_items(c), 0);
    assert_string_equal(cast_text(c, "key"), oa_json_get_text(item, "key"));
    DO("key.show", apr_psprintf(c->pool, "{'key': '%s'}", oa_json_get_text(item, "key_id")));
    assert_string_equal(oa_json_canonical(oa_json_get(c->result, "apis"), c->pool), "[\"reports\"]");
    assert_false(oa_json_get_bool(c->result, "covers_all"));
    assert_string_equal(cast_text(c, "org"), "acme");
    DO("api.attach", "{'api': 'reports', 'user': ['viewer@globex.example', 'editor@acme.example'], 'key': true}");
    assert_string_equal(cast_text(c, "key"), "(none)"); /* two: they are with their users */
    assert_int_equal(cast_int(c, "SELECT count(*) FROM api_key WHERE covers_all = 0"), 3);
}

static void detaching_takes_it_from_those_who_have_it(void **state)
{
    cast *c = *state;
    DO("api.register", "{'name': 'reports', 'org': 'acme'}");
    DO("api.attach", ATTACH_TWO);
    REFUSED(OA_NOT_FOUND, "api.detach", "{'api': 'reports', 'user': ['viewer@acme.example', 'editor@acme.example']}");
    DO("api.detach", "{'api': 'reports', 'user': ['viewer@globex.example']}");
    DO("api.users", "{'api': 'reports'}");
    assert_int_equal(oa_json_size(cast_items(c)), 1);
    REFUSED(OA_NOT_FOUND, "api.detach", "{'api': 'reports', 'user': ['reports@apis.acme.invalid']}"); /* it is its own */
}

static void users_are_listed_by_pages(void **state)
{
    cast *c = *state;
    DO("api.register", "{'name': 'reports', 'org': 'acme'}");
    DO("api.attach", ATTACH_TWO);
    DO("api.users", "{'api': 'reports', 'limit': 1}");
    DO("api.users", apr_psprintf(c->pool, "{'api': 'reports', 'limit': 1, 'after': '%s'}", cast_text(c, "next")));
    assert_string_equal(oa_json_get_text(oa_json_at(cast_items(c), 0), "email"), "viewer@globex.example");
    assert_string_equal(cast_text(c, "next"), "(none)");
}

static void a_user_s_web_apis_are_those_of_the_organization_that_asks(void **state)
{
    cast *c = *state;
    DO("api.register", "{'name': 'reports', 'org': 'acme'}");
    DO("api.register", "{'name': 'ledger-2', 'org': 'globex'}");
    DO("api.attach", "{'api': 'reports', 'user': ['viewer@globex.example']}");
    DO("api.attach", "{'api': 'ledger-2', 'user': ['viewer@globex.example']}");
    DO("user.apis", "{'user': 'viewer@globex.example', 'org': 'acme'}");
    assert_int_equal(oa_json_size(cast_items(c)), 1);
    assert_string_equal(oa_json_get_text(oa_json_at(cast_items(c), 0), "name"), "reports");
    DO("user.apis", "{'user': 'viewer@globex.example', 'org': 'globex'}");
    assert_string_equal(oa_json_get_text(oa_json_at(cast_items(c), 0), "name"), "ledger-2");
}

OA_TESTS(CAST_TEST(members_and_outsiders_have_it_attached_all_or_none),
         CAST_TEST(attaching_can_issue_a_key_that_covers_nothing_else),
         CAST_TEST(detaching_takes_it_from_those_who_have_it), CAST_TEST(users_are_listed_by_pages),
         CAST_TEST(a_user_s_web_apis_are_those_of_the_organization_that_asks))
