/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/admin/cast.h"

static const char *items(cast *c)
{
    const char *text = "";
    const oa_json *list = cast_items(c);
    for (size_t i = 0; i < oa_json_size(list); i++) {
        const oa_json *item = oa_json_at(list, i);
        text = apr_pstrcat(c->pool, text, i == 0 ? "" : " ", oa_json_get_text(item, "name"),
                           oa_json_get_bool(item, "admins_only") ? "!" : "", oa_json_get_bool(item, "built_in") ? "*" : "", NULL);
    }
    return text;
}

static void every_member_reads_them_and_superadmins_change_them(void **state)
{
    static const struct {
        const char *name, *arguments;
    } changes[] = {{"module.create", "{'name': 'flow'}"},
                   {"module.edit", "{'module': 'pricing', 'admins_only': false}"},
                   {"module.remove", "{'module': 'pricing'}"}};
    cast *c = *state;
    for (size_t i = 0; i < sizeof cast_members / sizeof cast_members[0]; i++) {
        AS(cast_members[i].email, "module.list", "{}");
        assert_string_equal(items(c), "apis* audit!* orgs!* payment! pricing! roles!* settings!* users!*");
        AS(cast_members[i].email, "module.show", "{'module': 'pricing'}");
        for (size_t j = 0; i > 0 && j < sizeof changes / sizeof changes[0]; j++) {
            REFUSED_AS(OA_NOT_ALLOWED, cast_members[i].email, changes[j].name, changes[j].arguments);
        }
    }
    DO("user.deactivate", "{'user': 'viewer@globex.example'}");
    REFUSED_AS(OA_NOT_ALLOWED, "viewer@globex.example", "module.list", "{}");
    AS("super@site.example", "module.create", "{'name': 'flow', 'admins_only': true}");
    assert_true(oa_json_get_bool(c->result, "admins_only"));
    assert_false(oa_json_get_bool(c->result, "built_in"));
    REFUSED(OA_CONFLICT, "module.create", "{'name': 'flow'}");
    REFUSED(OA_NOT_FOUND, "module.show", "{'module': 'no-such'}");
}

static void what_is_the_projects_own_keeps_its_mark_and_stays(void **state)
{
    static const char *const own[] = {"users", "roles", "audit", "settings", "orgs"};
    cast *c = *state;
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) {
        REFUSED(OA_CONFLICT, "module.edit", apr_psprintf(c->pool, "{'module': '%s', 'admins_only': false}", own[i]));
        REFUSED(OA_CONFLICT, "module.remove", apr_psprintf(c->pool, "{'module': '%s'}", own[i]));
        DO("module.edit", apr_psprintf(c->pool, "{'module': '%s', 'admins_only': true}", own[i]));
    }
    REFUSED(OA_CONFLICT, "module.remove", "{'module': 'apis'}");
    cast_sql(c, "UPDATE module SET admins_only = 0 WHERE name = 'users'"); /* past this program */
    DO("module.show", "{'module': 'users'}");
    assert_true(oa_json_get_bool(c->result, "admins_only"));
}

static void what_is_marked_or_named_is_not_removed(void **state)
{
    cast *c = *state;
    REFUSED(OA_CONFLICT, "module.remove", "{'module': 'pricing'}");
    assert_non_null(strstr(c->error->message, "take that away first"));
    DO("module.edit", "{'module': 'pricing', 'admins_only': false}");
    DO("role.create", "{'name': 'Seller', 'org': 'acme', 'permission': ['pricing:view']}");
    REFUSED(OA_CONFLICT, "module.remove", "{'module': 'pricing'}");
    DO("role.remove", "{'role': 'Seller', 'org': 'acme'}");
    DO("module.remove", "{'module': 'pricing'}");
    assert_int_equal(cast_int(c, "SELECT count(*) FROM module WHERE name = 'pricing'"), 0);
}

static void a_mark_keeps_weaker_roles_from_naming_the_module(void **state)
{
    cast *c = *state;
    DO("module.create", "{'name': 'flow'}");
    DO("role.create", "{'name': 'Runner', 'org': 'acme', 'permission': ['flow:run']}");
    DO("module.edit", "{'module': 'flow', 'admins_only': true}");
    REFUSED(OA_INVALID, "role.create", "{'name': 'Other', 'org': 'acme', 'permission': ['flow:run']}");
    DO("module.edit", "{'module': 'flow'}"); /* says nothing, changes nothing */
    assert_true(oa_json_get_bool(c->result, "admins_only"));
    DO("module.edit", "{'module': 'flow', 'admins_only': false}");
    DO("role.create", "{'name': 'Other', 'org': 'acme', 'permission': ['flow:run']}");
}

static void a_site_names_so_many_and_no_more(void **state)
{
    cast *c = *state;
    cast_sql(c, "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 192)"
                " INSERT INTO module (name) SELECT 'm' || i FROM n");
    REFUSED(OA_CONFLICT, "module.create", "{'name': 'flow'}");
    DO("module.remove", "{'module': 'm1'}");
    DO("module.create", "{'name': 'flow'}");
}

OA_TESTS(CAST_TEST(every_member_reads_them_and_superadmins_change_them),
         CAST_TEST(what_is_the_projects_own_keeps_its_mark_and_stays), CAST_TEST(what_is_marked_or_named_is_not_removed),
         CAST_TEST(a_mark_keeps_weaker_roles_from_naming_the_module), CAST_TEST(a_site_names_so_many_and_no_more))
