/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/admin/import.h"

#define ACME "{'org': 'acme'}"

/* Beside the cast: globex's viewer has a name and a field, and acme a Web API. */
static void prepare(cast *c)
{
    DO("api.register", "{'name': 'reports', 'org': 'acme'}");
    DO("api.register", "{'name': 'foreign', 'org': 'globex'}");
    DO("user.edit", "{'user': 'viewer@acme.example', 'first_name': 'Vera', 'set': {'team': 'A'}}");
    DO("user.edit", "{'user': 'viewer@globex.example', 'set': {'salary': '1'}}");
    DO("role.create", "{'name': 'Strict', 'org': 'acme', 'permission': ['things:view'], 'required_field': ['last_name', 'badge']}");
}

/* One line each: what comes of it, or the column that is blamed. */
static const struct {
    const char *head, *line, *result;
} lines[] = {
    {"email,role", "new@b.example,Viewer", "create"},
    {"email,role,action", "new@b.example,Viewer,create", "create"},
    {"email,role,kind", "robot@b.example,Viewer,system", "create"},
    {"email,role,kind", "robot@b.example,Viewer,robot", "kind"},
    {"email,role", "new@b.example,viewer", "role"},
    {"email,role", "new@b.example,", "role"},
    {"email,role", ",Viewer", "email"},
    {"email,role", "\"a@b.example\rb\",Viewer", "email"},
    {"email,role,action", "new@b.example,Viewer,delete", "action"},
    {"email,role,action", "new@b.example,Viewer,CREATE", "action"},
    {"email,role,first_name", "new@b.example,Viewer,\"a\nb\"", "first_name"},
    {"email,role,field:team", "new@b.example,Viewer,\"a\nb\"", "field:team"},
    {"email,role,modules", "new@b.example,Viewer,flows;data", "create"},
    {"email,role,modules", "new@b.example,Viewer,FLOWS", "modules"},
    {"email,role,apis", "new@b.example,Viewer,reports", "create"},
    {"email,role,apis", "new@b.example,Viewer,reports foreign", "apis"},
    {"email,role", "new@b.example,Strict", "last_name"},
    {"email,role,last_name", "new@b.example,Strict,Low", "field:badge"},
    {"email,role,last_name,field:badge", "new@b.example,Strict,Low,7", "create"},
    /* Who is there already. */
    {"email,role", "viewer@acme.example,Viewer", "unchanged"},
    {"email,role", "VIEWER@Acme.Example,Viewer", "unchanged"},
    {"email,role,first_name,kind,field:team", "viewer@acme.example,Viewer,Vera,person,A", "unchanged"},
    {"email,role,first_name", "viewer@acme.example,Viewer,", "unchanged"},
    {"email,role", "viewer@acme.example,Editor", "role"},
    {"email,role,first_name", "viewer@acme.example,Viewer,Other", "first_name"},
    {"email,role,kind", "viewer@acme.example,Viewer,system", "kind"},
    {"email,role,field:team", "viewer@acme.example,Viewer,B", "field:team"},
    {"email,role,apis", "viewer@acme.example,Viewer,reports", "apis"},
    {"email,role,modules", "viewer@acme.example,Viewer,flows", "modules"},
    {"email,role", "viewer@globex.example,Viewer", "email"},
    {"email,role,action", "viewer@globex.example,Viewer,add", "add"},
    {"email,role,action", "viewer@acme.example,Viewer,add", "unchanged"},
    {"email,role,action", "viewer@acme.example,Editor,add", "role"},
    {"email,role,action", "new@b.example,Viewer,add", "email"},
};

static void each_line_comes_to_what_it_says(void **state)
{
    cast *c = *state;
    prepare(c);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        const char *table = apr_pstrcat(c->pool, lines[i].head, "\n", lines[i].line, "\n", NULL);
        assert_ok(import_table(c, NULL, "user.import", ACME, table, true));
        if (strcmp(import_result(c, 0), lines[i].result) != 0) {
            fail_msg("%s: %s, not %s", lines[i].line, oa_json_format(import_row(c, 0), false, c->pool), lines[i].result);
        }
    }
}

static void a_line_is_applied_with_all_that_it_names(void **state)
{
    cast *c = *state;
    prepare(c);
    const char *table = "email,first_name,last_name,role,action,kind,modules,apis,field:team\n"
                        "new@b.example,Ann,Low,Viewer,,system,\"flows, data\",reports,'=A\n"
                        "viewer@globex.example,,,Editor,add,,,,\n";
    assert_ok(import_table(c, "admin@acme.example", "user.import", ACME, table, false));
    assert_int_equal(import_count(c, "create"), 1);
    assert_int_equal(import_count(c, "add"), 1);
    assert_int_equal(cast_int(c, "SELECT count(*) FROM account WHERE email = 'new@b.example' AND kind = 2 AND first_name = 'Ann'"
                                 " AND password IS NULL AND fields = '{\"team\":\"=A\"}'"), 1);
    assert_int_equal(cast_int(c, "SELECT count(*) FROM membership_module WHERE module IN ('flows', 'data')"), 2);
    assert_int_equal(cast_int(c, "SELECT count(*) FROM attachment t JOIN account a ON a.id = t.account_id WHERE a.email = 'new@b.example'"), 1);
    assert_int_equal(cast_int(c, "SELECT count(*) FROM membership m JOIN account a ON a.id = m.account_id JOIN organization o ON o.id = m.org_id"
                                 " WHERE a.email = 'viewer@globex.example' AND o.slug = 'acme' AND m.role_id = 3"), 1);
}

static void an_address_counts_once_whatever_its_spelling(void **state)
{
    cast *c = *state;
    assert_ok(import_table(c, NULL, "user.import", ACME, "email,role\na@b.example,Viewer\n A@B.Example,Viewer\n", true));
    assert_string_equal(import_result(c, 1), "email");
    assert_non_null(strstr(oa_json_get_text(import_row(c, 1), "detail"), "line 2"));
}

static void arguments_stand_in_for_empty_cells(void **state)
{
    cast *c = *state;
    const char *table = "email,role\nviewer@globex.example,\nadmin@globex.example,Operator\n";
    assert_ok(import_table(c, NULL, "user.import", "{'org': 'acme', 'role': 'Viewer', 'action': 'add'}", table, false));
    assert_int_equal(import_count(c, "add"), 2);
    assert_int_equal(cast_int(c, "SELECT count(*) FROM membership m JOIN account a ON a.id = m.account_id"
                                 " WHERE a.email = 'admin@globex.example' AND m.role_id = 4"), 1);
}

/* P4, a line at a time: a help desk may create nobody, an Administrator no SuperAdmin. */
static void nobody_imports_more_than_he_holds(void **state)
{
    cast *c = *state;
    prepare(c);
    const char *table = "email,role\na@b.example,SuperAdmin\nb@b.example,Administrator\n";
    assert_code(import_table(c, "desk@acme.example", "user.import", ACME, table, true), OA_NOT_ALLOWED);
    assert_code(import_table(c, "admin@globex.example", "user.import", ACME, table, true), OA_NOT_FOUND);
    assert_ok(import_table(c, "admin@acme.example", "user.import", ACME, table, true));
    assert_string_equal(import_result(c, 0), "role");
    assert_string_equal(import_result(c, 1), "create");
    assert_ok(import_table(c, "admin@lab.example", "user.import", "{'org': 'lab'}", "email,role,action\nadmin@acme.example,Viewer,add\n", true));
    assert_string_equal(import_result(c, 0), "email");
    DO("role.create", "{'name': 'Clerk', 'org': 'acme', 'type': 'administrator', 'permission': ['users:create', '*:view', '*:statistics']}");
    DO("user.create", "{'email': 'clerk@acme.example', 'org': 'acme', 'role': 'Clerk'}");
    assert_ok(import_table(c, "clerk@acme.example", "user.import", ACME, "email,role,apis\na@b.example,Viewer,reports\nb@b.example,Editor,\nc@b.example,Viewer,\n", true));
    assert_string_equal(import_result(c, 0), "apis");
    assert_string_equal(import_result(c, 1), "role");
    assert_string_equal(import_result(c, 2), "create");
}

/* What another home keeps of a member cannot be guessed by comparing. */
static void fields_of_another_home_are_not_compared(void **state)
{
    cast *c = *state;
    prepare(c);
    DO("user.add", "{'email': ['viewer@globex.example'], 'org': 'acme', 'role': 'Viewer'}");
    const char *right = "email,role,field:salary\nviewer@globex.example,Viewer,1\n", *wrong = "email,role,field:salary\nviewer@globex.example,Viewer,2\n";
    assert_ok(import_table(c, "admin@acme.example", "user.import", ACME, right, true));
    const char *answer = oa_json_canonical(c->result, c->pool);
    assert_string_equal(import_result(c, 0), "field:salary");
    assert_ok(import_table(c, "admin@acme.example", "user.import", ACME, wrong, true));
    assert_string_equal(oa_json_canonical(c->result, c->pool), answer);
}

OA_TESTS(CAST_TEST(each_line_comes_to_what_it_says), CAST_TEST(a_line_is_applied_with_all_that_it_names),
         CAST_TEST(an_address_counts_once_whatever_its_spelling), CAST_TEST(arguments_stand_in_for_empty_cells),
         CAST_TEST(nobody_imports_more_than_he_holds), CAST_TEST(fields_of_another_home_are_not_compared))
