/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/admin/cast.h"

#define VIEWER "'user': 'viewer@acme.example', 'org': 'acme'"

static int64_t count(cast *c, const char *slug, const char *condition)
{
    return cast_int(c, apr_psprintf(c->pool,
                                    "SELECT count(*) FROM membership m JOIN organization o ON o.id = m.org_id JOIN account a ON"
                                    " a.id = m.account_id WHERE a.email = 'viewer@acme.example' AND o.slug = '%s' AND %s",
                                    slug, condition));
}

static void what_is_not_said_stays(void **state)
{
    cast *c = *state;
    DO("user.confine", "{" VIEWER ", 'module': ['flow']}");
    DO("user.confine", "{" VIEWER ", 'reach': 'here'}");
    assert_string_equal(oa_json_canonical(oa_json_get(c->result, "modules"), c->pool), "[\"flow\"]");
    assert_string_equal(cast_text(c, "reach"), "here");
    DO("user.confine", "{" VIEWER ", 'module': []}");
    assert_int_equal(oa_json_size(oa_json_get(c->result, "modules")), 0);
    assert_string_equal(cast_text(c, "reach"), "here");
    REFUSED(OA_USAGE, "user.confine", "{" VIEWER "}");
    DO("audit.list", "{'action': 'user.confine', 'limit': 1}");
    const oa_json *detail = oa_json_get(oa_json_at(cast_items(c), 0), "detail");
    assert_string_equal(oa_json_canonical(oa_json_get(detail, "old_modules"), c->pool), "[\"flow\"]");
}

static void it_holds_for_keys_that_are_there(void **state)
{
    cast *c = *state;
    DO("key.issue", "{" VIEWER "}");
    DO("user.confine", "{" VIEWER ", 'module': ['stock', 'flow'], 'reach': 'here'}");
    assert_int_equal(cast_int(c, "SELECT modules = 'flow stock' AND reach = 1 FROM credential"), 1);
    DO("user.confine", "{" VIEWER ", 'module': [], 'reach': 'below'}");
    assert_int_equal(cast_int(c, "SELECT modules = '' AND reach = 2 FROM credential"), 1);
}

static void chosen_organizations_below_are_joined_and_left(void **state)
{
    cast *c = *state;
    DO("org.create", "{'name': 'Shop', 'parent': 'acme'}");
    AS("admin@acme.example", "user.confine", "{" VIEWER ", 'module': ['flow'], 'sub_org': ['lab']}");
    assert_string_equal(cast_text(c, "reach"), "here");
    assert_int_equal(count(c, "lab", "m.status = 1 AND m.role_id = 5 AND m.reach = 2"), 1);
    DO("key.issue", "{'user': 'viewer@acme.example', 'org': 'lab'}");
    DO("user.set-role", "{'user': 'viewer@acme.example', 'org': 'lab', 'role': 'Editor'}");
    AS("admin@acme.example", "user.confine", "{" VIEWER ", 'sub_org': ['lab', 'shop']}"); /* lab's goes on by itself */
    assert_int_equal(count(c, "lab", "m.status = 1 AND m.role_id = 3"), 1);
    AS("admin@acme.example", "user.confine", "{" VIEWER ", 'sub_org': ['shop']}");
    assert_int_equal(count(c, "lab", "m.status = 3"), 1);
    assert_int_equal(cast_int(c, "SELECT count(*) FROM api_key WHERE revoked_at > 0"), 1);
    AS("admin@acme.example", "user.confine", "{" VIEWER ", 'sub_org': [], 'reach': 'below'}");
    assert_int_equal(count(c, "shop", "m.status = 3"), 1);
    assert_string_equal(cast_text(c, "reach"), "below");
}

static void the_last_administrator_below_is_not_taken_from_there(void **state)
{
    cast *c = *state;
    DO("user.add", "{'email': ['viewer@acme.example'], 'org': 'lab', 'role': 'Administrator'}");
    DO("user.remove", "{'user': 'admin@lab.example', 'org': 'lab'}");
    REFUSED(OA_CONFLICT, "user.confine", "{" VIEWER ", 'sub_org': []}");
    assert_int_equal(count(c, "lab", "m.status = 1"), 1);
}

static void who_does_not_stand_below_neither_sees_nor_touches_what_is_there(void **state)
{
    cast *c = *state;
    DO("user.add", "{'email': ['viewer@acme.example'], 'org': 'lab', 'role': 'Viewer'}");
    DO("user.confine", "{" VIEWER ", 'reach': 'here'}");
    DO("user.create", "{'email': 'near@acme.example', 'org': 'acme', 'role': 'Administrator', 'reach': 'here'}");
    AS("near@acme.example", "user.show", "{" VIEWER "}");
    assert_int_equal(oa_json_size(oa_json_get(c->result, "sub_orgs")), 0);
    AS("near@acme.example", "user.confine", "{" VIEWER ", 'sub_org': []}");
    assert_int_equal(count(c, "lab", "m.status = 1"), 1);
    AS("admin@acme.example", "user.show", "{" VIEWER "}");
    assert_int_equal(oa_json_size(oa_json_get(c->result, "sub_orgs")), 1);
}

OA_TESTS(CAST_TEST(what_is_not_said_stays), CAST_TEST(it_holds_for_keys_that_are_there),
         CAST_TEST(chosen_organizations_below_are_joined_and_left), CAST_TEST(the_last_administrator_below_is_not_taken_from_there),
         CAST_TEST(who_does_not_stand_below_neither_sees_nor_touches_what_is_there))
