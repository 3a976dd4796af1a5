/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/admin/cast.h"

static void a_slug_is_made_of_the_name_and_kept_unique(void **state)
{
    cast *c = *state;
    DO("org.create", "{'name': 'Acme'}");
    assert_string_equal(cast_text(c, "slug"), "acme-2");
    DO("org.create", "{'name': 'ACME'}");
    assert_string_equal(cast_text(c, "slug"), "acme-3");
    assert_string_equal(cast_text(c, "name"), "ACME");
    REFUSED(OA_CONFLICT, "org.create", "{'name': 'X', 'slug': 'acme'}");
    assert_string_equal(c->error->field, "slug");
    REFUSED(OA_CONFLICT, "org.edit", "{'org': 'lab', 'slug': 'acme'}");
}

static void the_first_administrator_is_found_or_made(void **state)
{
    cast *c = *state;
    DO("org.create", "{'name': 'One', 'admin': 'viewer@acme.example'}");
    DO("user.show", "{'user': 'viewer@acme.example', 'org': 'one'}");
    assert_string_equal(cast_text(c, "role"), "Administrator");
    assert_false(oa_json_get_bool(c->result, "home"));
    DO("org.create", "{'name': 'Two', 'admin': 'Fresh@Two.example'}");
    DO("user.show", "{'user': 'fresh@two.example'}");
    assert_string_equal(cast_text(c, "role"), "Administrator");
    assert_true(oa_json_get_bool(c->result, "home"));
}

static void who_makes_one_through_the_api_is_its_first_administrator(void **state)
{
    cast *c = *state;
    AS("admin@acme.example", "org.create", "{'name': 'Branch', 'parent': 'acme'}");
    DO("user.show", "{'user': 'admin@acme.example', 'org': 'branch'}");
    assert_string_equal(cast_text(c, "role"), "Administrator");
}

static void nobody_becomes_administrator_below_by_making_an_organization(void **state)
{
    cast *c = *state;
    DO("role.create", "{'name': 'Founder', 'org': 'acme', 'type': 'administrator', 'permission': ['orgs:create']}");
    DO("user.create", "{'email': 'founder@acme.example', 'org': 'acme', 'role': 'Founder'}");
    REFUSED_AS(OA_NOT_ALLOWED, "founder@acme.example", "org.create", "{'name': 'Mine', 'parent': 'acme'}");
}

static void organizations_nest_no_deeper_than_sixteen(void **state)
{
    cast *c = *state;
    DO("org.create", "{'name': 'Deep 1', 'slug': 'deep-1'}");
    for (int i = 2; i <= 16; i++) {
        DO("org.create", apr_psprintf(c->pool, "{'name': 'Deep', 'slug': 'deep-%d', 'parent': 'deep-%d'}", i, i - 1));
    }
    REFUSED(OA_INVALID, "org.create", "{'name': 'Deeper', 'parent': 'deep-16'}");
}

static void a_list_shows_where_the_actor_stands(void **state)
{
    static const struct {
        const char *who, *slugs;
    } cases[] = {
        {NULL, "site acme lab globex "},          {"super@site.example", "site acme lab globex "},
        {"viewer@acme.example", "acme lab "},     {"viewer@lab.example", "lab "},
        {"admin@globex.example", "globex "},
    };
    cast *c = *state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *seen = "";
        AS(cases[i].who, "org.list", "{}");
        for (size_t j = 0; j < oa_json_size(cast_items(c)); j++) {
            seen = apr_pstrcat(c->pool, seen, oa_json_get_text(oa_json_at(cast_items(c), j), "slug"), " ", NULL);
        }
        assert_string_equal(seen, cases[i].slugs);
    }
}

static const char *slugs(cast *c, const char *who, const char *arguments)
{
    const char *seen = "";
    AS(who, "org.list", arguments);
    for (size_t i = 0; i < oa_json_size(cast_items(c)); i++) {
        const oa_json *item = oa_json_at(cast_items(c), i);
        seen = apr_psprintf(c->pool, "%s%s:%d ", seen, oa_json_get_text(item, "slug"), (int)oa_json_get_int(item, "sub_org_count"));
    }
    return seen;
}

static void a_tree_is_walked_from_where_one_stands(void **state)
{
    static const struct {
        const char *who, *arguments, *slugs;
    } cases[] = {
        {NULL, "{'top': true}", "site:0 acme:2 globex:0 "},
        {NULL, "{'parent': 'acme'}", "lab:1 shop:0 "},
        {"viewer@acme.example", "{'top': true}", "acme:2 "},
        {"viewer@acme.example", "{'parent': 'lab'}", "cell:0 "},
        {"viewer@lab.example", "{'top': true}", "lab:1 "},
        {"viewer@lab.example", "{}", "lab:1 cell:0 "},
        {"near@acme.example", "{'top': true}", "acme:0 "},
        {"near@acme.example", "{'parent': 'acme'}", ""},
        {"some@acme.example", "{'top': true}", "acme:1 "},
        {"some@acme.example", "{'parent': 'acme'}", "shop:0 "},
    };
    cast *c = *state;
    DO("org.create", "{'name': 'Shop', 'parent': 'acme'}");
    DO("org.create", "{'name': 'Cell', 'parent': 'lab'}");
    DO("user.create", "{'email': 'near@acme.example', 'org': 'acme', 'role': 'Viewer', 'reach': 'here'}");
    DO("user.create", "{'email': 'some@acme.example', 'org': 'acme', 'role': 'Viewer', 'sub_org': ['shop']}");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_string_equal(slugs(c, cases[i].who, cases[i].arguments), cases[i].slugs);
    }
    REFUSED_AS(OA_NOT_FOUND, "near@acme.example", "org.list", "{'parent': 'lab'}");
    REFUSED_AS(OA_NOT_FOUND, "viewer@lab.example", "org.list", "{'parent': 'acme'}");
}

static void a_list_goes_on_from_its_cursor(void **state)
{
    cast *c = *state;
    DO("org.list", "{'limit': 3}");
    assert_int_equal(oa_json_size(cast_items(c)), 3);
    DO("org.list", apr_psprintf(c->pool, "{'limit': 3, 'after': '%s'}", cast_text(c, "next")));
    assert_int_equal(oa_json_size(cast_items(c)), 1);
    assert_int_equal(oa_json_type_of(oa_json_get(c->result, "next")), OA_JSON_NULL);
    REFUSED(OA_INVALID, "org.list", "{'limit': 0}");
    REFUSED(OA_INVALID, "org.list", "{'limit': 1001}");
}

static void one_is_named_by_id_or_slug(void **state)
{
    cast *c = *state;
    DO("org.show", "{'org': 'acme'}");
    const char *id = apr_pstrdup(c->pool, cast_text(c, "id"));
    DO("org.edit", apr_psprintf(c->pool, "{'org': '%s', 'slug': 'acme-inc', 'name': 'Acme Inc', 'status': 'suspended'}", id));
    assert_string_equal(cast_text(c, "status"), "suspended");
    DO("org.show", "{'org': 'acme-inc'}");
    assert_string_equal(cast_text(c, "id"), id);
    assert_string_equal(cast_text(c, "name"), "Acme Inc");
    assert_int_equal(oa_json_get_int(c->result, "version"), 2);
    REFUSED(OA_NOT_FOUND, "org.show", "{'org': 'acme'}");
}

static void one_that_something_hangs_on_is_not_removed(void **state)
{
    cast *c = *state;
    REFUSED(OA_CONFLICT, "org.remove", "{'org': 'acme'}");
    assert_non_null(strstr(c->error->message, "sub-organizations"));
    REFUSED(OA_CONFLICT, "org.remove", "{'org': 'globex'}");
    assert_non_null(strstr(c->error->message, "members"));
    DO("org.create", "{'name': 'Empty', 'parent': 'acme'}");
    REFUSED_AS(OA_NOT_FOUND, "admin@lab.example", "org.remove", "{'org': 'empty'}");
    AS("admin@acme.example", "org.remove", "{'org': 'empty'}");
    REFUSED(OA_NOT_FOUND, "org.show", "{'org': 'empty'}");
    assert_int_equal(cast_int(c, "SELECT e.org_id = o.id FROM audit_event e JOIN organization o ON o.slug = 'acme'"
                                 " WHERE action = 'org.remove'"), 1);
    AS("admin@acme.example", "org.create", "{'name': 'Mine', 'parent': 'acme'}"); /* who made it may take it back */
    DO("api.register", "{'name': 'reports', 'org': 'mine'}");
    REFUSED_AS(OA_CONFLICT, "admin@acme.example", "org.remove", "{'org': 'mine'}");
    assert_non_null(strstr(c->error->message, "1 members or former members, 1 users at home in it, 1 keys, 1 Web APIs"));
    AS("admin@acme.example", "org.create", "{'name': 'Other', 'parent': 'acme'}");
    AS("admin@acme.example", "org.remove", "{'org': 'other'}");
}

OA_TESTS(CAST_TEST(a_slug_is_made_of_the_name_and_kept_unique), CAST_TEST(the_first_administrator_is_found_or_made),
         CAST_TEST(who_makes_one_through_the_api_is_its_first_administrator),
         CAST_TEST(nobody_becomes_administrator_below_by_making_an_organization),
         CAST_TEST(organizations_nest_no_deeper_than_sixteen), CAST_TEST(a_list_shows_where_the_actor_stands),
         CAST_TEST(a_tree_is_walked_from_where_one_stands),
         CAST_TEST(a_list_goes_on_from_its_cursor), CAST_TEST(one_is_named_by_id_or_slug),
         CAST_TEST(one_that_something_hangs_on_is_not_removed))
