/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/admin/import.h"

static void prepare(cast *c)
{
    DO("user.edit", "{'user': 'viewer@acme.example', 'first_name': '=1+1', 'last_name': 'O, \\\"L\\\"', 'set': {'team': '@A', 'note': '\\u0027=x'}}");
    DO("user.edit", "{'user': 'viewer@globex.example', 'set': {'salary': '1'}}");
    DO("user.add", "{'email': ['viewer@globex.example'], 'org': 'acme', 'role': 'Editor'}");
    DO("user.create", "{'email': 'robot@acme.example', 'org': 'acme', 'role': 'API User', 'system': true}");
}

static bool exports(cast *c, const char *line)
{
    return strstr(cast_text(c, "text"), line) != NULL;
}

static void an_export_is_read_back_unchanged(void **state)
{
    cast *c = *state;
    prepare(c);
    AS("admin@acme.example", "user.export", "{'org': 'acme'}");
    int64_t users = oa_json_get_int(c->result, "users");
    const char *text = cast_text(c, "text");
    assert_ok(import_table(c, "admin@acme.example", "user.import", "{'org': 'acme', 'action': 'create'}", text, false));
    assert_int_equal(import_count(c, "unchanged"), users);
    AS("admin@acme.example", "user.export", "{'org': 'acme'}");
    assert_string_equal(cast_text(c, "text"), text);
    /* And makes the same people anew where they are not. */
    cast_sql(c, "UPDATE account SET email = 'old-' || email");
    assert_ok(import_table(c, NULL, "user.import", "{'org': 'lab', 'role': 'Viewer', 'partial': true}", text, false));
    assert_int_equal(cast_int(c, "SELECT count(*) FROM account WHERE email = 'viewer@acme.example' AND first_name = '=1+1'"
                                 " AND last_name = 'O, \"L\"' AND json_extract(fields, '$.team') = '@A'"), 1);
}

static void nothing_in_it_is_a_formula(void **state)
{
    cast *c = *state;
    prepare(c);
    AS("admin@acme.example", "user.export", "{'org': 'acme'}");
    assert_true(exports(c, "email,first_name,last_name,role,kind,field:"));
    assert_true(exports(c, "\r\nviewer@acme.example,'=1+1,\"O, \"\"L\"\"\",Viewer,person,"));
    assert_true(exports(c, ",'@A"));
    assert_true(exports(c, "robot@acme.example,,,API User,system"));
}

static void fields_of_another_home_are_not_exported(void **state)
{
    cast *c = *state;
    prepare(c);
    AS("admin@acme.example", "user.export", "{'org': 'acme'}");
    assert_true(exports(c, "viewer@globex.example"));
    assert_false(exports(c, "salary"));
    DO("user.export", "{'org': 'acme'}");
    assert_true(exports(c, "field:salary"));
}

static void filters_and_columns_choose(void **state)
{
    cast *c = *state;
    prepare(c);
    DO("user.export", "{'org': 'acme', 'role': 'Viewer', 'column': ['email', 'field:team']}");
    assert_string_equal(cast_text(c, "text"), "email,field:team\r\nviewer@acme.example,'@A\r\n");
    DO("user.ban", "{'user': 'viewer@acme.example'}");
    DO("user.export", "{'org': 'acme', 'status': 'BANNED', 'column': ['email']}");
    assert_string_equal(cast_text(c, "text"), "email\r\nviewer@acme.example\r\n");
    DO("user.export", "{'org': 'acme', 'search': 'no such person', 'column': ['email']}");
    assert_int_equal(oa_json_get_int(c->result, "users"), 0);
    REFUSED(OA_INVALID, "user.export", "{'org': 'acme', 'column': ['password']}");
    REFUSED_AS(OA_NOT_ALLOWED, "editor@acme.example", "user.export", "{'org': 'acme'}");
    REFUSED_AS(OA_NOT_FOUND, "admin@globex.example", "user.export", "{'org': 'acme'}");
}

static void more_than_a_page_is_exported_whole(void **state)
{
    cast *c = *state;
    cast_sql(c, "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 2500)"
                " INSERT INTO account (id, kind, email, first_name, last_name, folded, fields, home_org_id, status_since, created_at)"
                " SELECT i, 1, 'u' || i || '@b.example', '', '', '', '{}', (SELECT id FROM organization WHERE slug = 'globex'), 1, 1 FROM n");
    cast_sql(c, "INSERT INTO membership (account_id, org_id, role_id, joined_at) SELECT id, home_org_id, 5, 1 FROM account WHERE id <= 2500");
    DO("user.export", "{'org': 'globex'}");
    assert_int_equal(oa_json_get_int(c->result, "users"), 2502);
    assert_true(exports(c, "\r\nu1@b.example,") && exports(c, "\r\nu1001@b.example,") && exports(c, "\r\nu2500@b.example,"));
}

OA_TESTS(CAST_TEST(an_export_is_read_back_unchanged), CAST_TEST(nothing_in_it_is_a_formula),
         CAST_TEST(fields_of_another_home_are_not_exported), CAST_TEST(filters_and_columns_choose),
         CAST_TEST(more_than_a_page_is_exported_whole))
