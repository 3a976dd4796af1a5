/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/admin/cast.h"

/* The first names of the last list, one space behind each. */
static const char *names(cast *c)
{
    const char *seen = "";
    for (size_t i = 0; i < oa_json_size(cast_items(c)); i++) {
        seen = apr_pstrcat(c->pool, seen, oa_json_get_text(oa_json_at(cast_items(c), i), "first_name"), " ", NULL);
    }
    return seen;
}

static void fill(cast *c)
{
    static const struct {
        const char *email, *first, *last, *role;
        int last_login;
    } people[] = {{"d@list.example", "Dora", "Zimt", "Viewer", 40},
                  {"b@list.example", "Bert", "Amsel", "Editor", 10},
                  {"c_c@list.example", "Cleo", "100%", "Viewer", 30},
                  {"a@list.example", "Änne", "Amsel", "Viewer", 20}};
    DO("org.create", "{'name': 'List'}");
    for (size_t i = 0; i < sizeof(people) / sizeof(people[0]); i++) {
        DO("user.create", apr_psprintf(c->pool, "{'email': '%s', 'org': 'list', 'first_name': '%s', 'last_name': '%s', 'role': '%s'}",
                                       people[i].email, people[i].first, people[i].last, people[i].role));
        cast_sql(c, apr_psprintf(c->pool, "UPDATE account SET last_login_at = %d WHERE email = '%s'", people[i].last_login,
                                 people[i].email));
    }
    DO("user.ban", "{'user': 'b@list.example'}");
    DO("user.deactivate", "{'user': 'c_c@list.example'}");
    DO("user.create", "{'email': 'gone@list.example', 'org': 'list', 'first_name': 'Gone', 'role': 'Viewer'}");
    DO("user.remove", "{'user': 'gone@list.example'}");
}

static void a_list_is_searched_filtered_and_sorted(void **state)
{
    static const struct {
        const char *arguments, *names;
    } cases[] = {
        {"", "Dora Bert Cleo Änne "},
        {", 'sort': '-created'", "Änne Cleo Bert Dora "},
        {", 'sort': 'email'", "Änne Bert Cleo Dora "},
        {", 'sort': '-email'", "Dora Cleo Bert Änne "},
        {", 'sort': 'name'", "Cleo Bert Änne Dora "},
        {", 'sort': 'last_login'", "Bert Änne Cleo Dora "},
        {", 'sort': '-last_login'", "Dora Cleo Änne Bert "},
        {", 'sort': 'role'", "Bert Dora Cleo Änne "},
        {", 'sort': '-role'", "Änne Cleo Dora Bert "},
        {", 'sort': 'status'", "Dora Änne Bert Cleo "},
        {", 'sort': '-status'", "Cleo Bert Änne Dora "},
        {", 'sort': '-status', 'search': 'amsel'", "Bert Änne "},
        {", 'search': 'AMSEL'", "Bert Änne "},
        {", 'search': 'ÄNN'", "Änne "},
        {", 'search': 'a@list'", "Änne "},
        {", 'search': '100%'", "Cleo "},
        {", 'search': 'c_c'", "Cleo "},
        {", 'search': '_'", "Cleo "},
        {", 'search': '%%'", ""},
        {", 'search': ''", "Dora Bert Cleo Änne "},
        {", 'search': 'gone'", ""},
        {", 'status': 'VALIDATED'", "Dora Änne "},
        {", 'status': 'BANNED'", "Bert "},
        {", 'status': 'DEACTIVATED'", "Cleo "},
        {", 'status': 'DENIED'", ""},
        {", 'role': 'Editor'", "Bert "},
        {", 'role': 'Viewer', 'status': 'VALIDATED', 'search': 'amsel', 'sort': 'email'", "Änne "},
    };
    cast *c = *state;
    fill(c);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        DO("user.list", apr_psprintf(c->pool, "{'org': 'list'%s}", cases[i].arguments));
        assert_string_equal(names(c), cases[i].names);
    }
    REFUSED(OA_INVALID, "user.list", "{'org': 'list', 'sort': 'password'}");
    REFUSED(OA_INVALID, "user.list", "{'org': 'list', 'role': 'Help desk'}");
}

static void pages_give_every_user_once_in_every_order(void **state)
{
    static const char *const sorts[] = {"created", "-created", "email", "-email", "name", "-name", "last_login", "-last_login", "role", "-role",
                                        "status", "-status"};
    cast *c = *state;
    fill(c);
    cast_sql(c, "UPDATE account SET last_login_at = 7"); /* equal values: the id decides */
    for (size_t i = 0; i < sizeof(sorts) / sizeof(sorts[0]); i++) {
        const char *paged = "";
        DO("user.list", apr_psprintf(c->pool, "{'org': 'list', 'sort': '%s'}", sorts[i]));
        const char *whole = names(c);
        DO("user.list", apr_psprintf(c->pool, "{'org': 'list', 'sort': '%s', 'limit': 1}", sorts[i]));
        for (int page = 0; page < 4; page++) {
            paged = apr_pstrcat(c->pool, paged, names(c), NULL);
            const char *next = oa_json_get_text(c->result, "next");
            assert_int_equal(next != NULL, page < 3);
            if (next != NULL) {
                DO("user.list", apr_psprintf(c->pool, "{'org': 'list', 'sort': '%s', 'limit': 1, 'after': '%s'}", sorts[i], next));
            }
        }
        assert_string_equal(paged, whole);
    }
}

static void a_user_is_shown_by_id_or_email_in_its_home_or_where_asked(void **state)
{
    cast *c = *state;
    DO("user.add", "{'email': ['viewer@acme.example'], 'org': 'globex', 'role': 'Editor'}");
    DO("user.show", "{'user': 'Viewer@ACME.example'}");
    assert_string_equal(cast_text(c, "role"), "Viewer");
    const char *id = cast_text(c, "id");
    DO("user.show", apr_psprintf(c->pool, "{'user': '%s', 'org': 'globex'}", id));
    assert_string_equal(cast_text(c, "role"), "Editor");
    assert_string_equal(cast_text(c, "email"), "viewer@acme.example");
    REFUSED(OA_NOT_FOUND, "user.show", "{'user': 'viewer@acme.example', 'org': 'lab'}");
}

static void what_the_home_keeps_of_an_account_is_not_shown_elsewhere(void **state)
{
    static const char *const kept[] = {"fields", "failures", "has_password", "status_since"};
    cast *c = *state;
    DO("user.edit", "{'user': 'viewer@acme.example', 'set': {'salary': '7'}}");
    DO("user.add", "{'email': ['viewer@acme.example'], 'org': 'globex', 'role': 'Viewer'}");
    for (size_t i = 0; i < 4; i++) {
        AS("admin@globex.example", "user.show", "{'user': 'viewer@acme.example', 'org': 'globex'}");
        assert_null(oa_json_get(c->result, kept[i]));
        AS("admin@acme.example", "user.show", "{'user': 'viewer@acme.example', 'org': 'acme'}");
        assert_non_null(oa_json_get(c->result, kept[i]));
    }
    AS("admin@globex.example", "user.list", "{'org': 'globex', 'search': 'acme'}");
    assert_null(strstr(oa_json_canonical(c->result, c->pool), "salary"));
}

OA_TESTS(CAST_TEST(a_list_is_searched_filtered_and_sorted), CAST_TEST(pages_give_every_user_once_in_every_order),
         CAST_TEST(a_user_is_shown_by_id_or_email_in_its_home_or_where_asked),
         CAST_TEST(what_the_home_keeps_of_an_account_is_not_shown_elsewhere))
