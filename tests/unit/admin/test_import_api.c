/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/admin/import.h"

#define ACME "{'org': 'acme'}"

static void prepare(cast *c)
{
    DO("api.register", "{'name': 'reports', 'org': 'acme'}");
    DO("api.register", "{'name': 'images', 'org': 'acme'}");
    DO("api.register", "{'name': 'foreign', 'org': 'globex'}");
    DO("api.attach", "{'api': 'reports', 'user': ['editor@acme.example']}");
}

static void web_apis_are_attached_by_line(void **state)
{
    cast *c = *state;
    prepare(c);
    int64_t before = cast_events(c);
    const char *table = "email,api\nviewer@acme.example,reports\nviewer@acme.example,images\nviewer@globex.example,reports\neditor@acme.example,reports\n";
    assert_ok(import_table(c, "admin@acme.example", "api.import", ACME, table, false));
    assert_int_equal(import_count(c, "attach"), 3);
    assert_int_equal(import_count(c, "unchanged"), 1);
    assert_int_equal(cast_int(c, "SELECT count(*) FROM attachment t JOIN account a ON a.id = t.account_id WHERE a.email LIKE 'viewer@%'"), 3);
    assert_int_equal(cast_int(c, "SELECT count(*) FROM membership m JOIN account a ON a.id = m.account_id WHERE a.email = 'viewer@globex.example'"), 1);
    assert_int_equal(cast_events(c), before + 1);
    assert_ok(import_table(c, "admin@acme.example", "api.import", ACME, table, false));
    assert_int_equal(import_count(c, "unchanged"), 4);
}

static void wrong_lines_are_named(void **state)
{
    cast *c = *state;
    prepare(c);
    const char *table = "email,api\nviewer@acme.example,foreign\nviewer@acme.example,nope\nviewer@acme.example,\nnobody@b.example,reports\n"
                        "x,reports\nviewer@acme.example,reports\nviewer@acme.example,reports\n";
    static const char *const results[] = {"api", "api", "api", "email", "email", "attach", "email"};
    assert_code(import_table(c, "admin@acme.example", "api.import", ACME, table, false), OA_UNPROCESSABLE);
    for (size_t i = 0; i < sizeof results / sizeof *results; i++) {
        assert_string_equal(import_result(c, i), results[i]);
    }
}

static void the_argument_names_the_web_api_of_all_lines(void **state)
{
    cast *c = *state;
    prepare(c);
    assert_ok(import_table(c, NULL, "api.import", "{'org': 'acme', 'api': 'images'}", "email\nviewer@acme.example\neditor@acme.example\n", false));
    assert_int_equal(import_count(c, "attach"), 2);
    assert_code(import_table(c, NULL, "api.import", "{'org': 'acme', 'api': 'foreign'}", "email\nviewer@acme.example\n", false), OA_NOT_FOUND);
}

static void the_organization_is_that_of_the_first_web_api(void **state)
{
    cast *c = *state;
    prepare(c);
    assert_code(import_table(c, NULL, "api.import", "{}", "email,api\nviewer@acme.example,nope\nviewer@acme.example,images\nviewer@acme.example,foreign\n", false),
                OA_UNPROCESSABLE);
    assert_string_equal(import_result(c, 0), "api");
    assert_string_equal(import_result(c, 2), "api");
    assert_ok(import_table(c, NULL, "api.import", "{}", "email,api\nviewer@acme.example,images\n", false));
    assert_int_equal(import_count(c, "attach"), 1);
    assert_int_equal(cast_int(c, "SELECT count(*) FROM audit_event a JOIN organization o ON o.id = a.org_id WHERE a.action = 'api.import' AND o.slug = 'acme'"), 1);
    assert_ok(import_table(c, NULL, "api.import", "{'api': 'foreign'}", "email\nviewer@acme.example\n", false));
}

static void where_it_is_not_clear_it_must_be_named(void **state)
{
    cast *c = *state;
    prepare(c);
    DO("api.register", "{'name': 'images', 'org': 'globex'}");
    assert_code(import_table(c, NULL, "api.import", "{}", "email,api\nviewer@acme.example,images\n", false), OA_INVALID);
    assert_string_equal(c->error->field, "org");
    assert_code(import_table(c, NULL, "api.import", "{}", "email,api\nviewer@acme.example,nope\n", false), OA_INVALID);
    assert_code(import_table(c, "admin@acme.example", "api.import", "{}", "email,api\nviewer@acme.example,reports\n", false), OA_NOT_ALLOWED);
}

static void attaching_is_for_who_may_edit_users_there(void **state)
{
    cast *c = *state;
    prepare(c);
    const char *table = "email,api\nviewer@acme.example,reports\n";
    assert_code(import_table(c, "editor@acme.example", "api.import", ACME, table, true), OA_NOT_ALLOWED);
    assert_code(import_table(c, "admin@globex.example", "api.import", ACME, table, true), OA_NOT_FOUND);
    assert_ok(import_table(c, "desk@acme.example", "api.import", ACME, table, true));
}

OA_TESTS(CAST_TEST(web_apis_are_attached_by_line), CAST_TEST(wrong_lines_are_named),
         CAST_TEST(the_argument_names_the_web_api_of_all_lines),
         CAST_TEST(the_organization_is_that_of_the_first_web_api),
         CAST_TEST(where_it_is_not_clear_it_must_be_named), CAST_TEST(attaching_is_for_who_may_edit_users_there))
