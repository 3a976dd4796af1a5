/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/admin/import.h"

#define ACME "{'org': 'acme', 'action': 'invite'}"

static void a_line_invites_with_all_that_it_names(void **state)
{
    cast *c = *state;
    DO("api.register", "{'name': 'reports', 'org': 'acme'}");
    int64_t before = cast_events(c);
    const char *table = "email,first_name,role,modules,apis,action\nnew@b.example,Ann,Viewer,flows flows,reports,\nviewer@globex.example,,Editor,,,invite\n";
    assert_ok(import_table(c, "admin@acme.example", "user.import", ACME, table, false));
    assert_int_equal(import_count(c, "invite"), 2);
    assert_int_equal(cast_int(c, "SELECT count(*) FROM invitation WHERE email = 'new@b.example' AND first_name = 'Ann' AND role_id = 5 AND modules = 'flows'"
                                 " AND apis = (SELECT id || '' FROM web_api WHERE name = 'reports') AND status = 1"), 1);
    assert_int_equal(cast_user(c, "new@b.example"), -1);
    assert_string_equal(oa_json_get_text(import_row(c, 0), "mail"), "not_configured");
    assert_int_equal(cast_events(c), before + 1);
    assert_int_equal(cast_int(c, "SELECT json_array_length(detail, '$.invitations') FROM audit_event ORDER BY id DESC LIMIT 1"), 2);
}

static const struct {
    const char *head, *line, *result;
} lines[] = {
    {"email,role", "new@b.example,Viewer", "invite"},
    {"email,role", "new@b.example,SuperAdmin", "role"},
    {"email,role,kind", "new@b.example,Viewer,system", "kind"},
    {"email,role,field:team", "new@b.example,Viewer,A", "field:NAME"},
    {"email,role", "viewer@acme.example,Viewer", "unchanged"},
    {"email,role", "viewer@acme.example,Editor", "role"},
    {"email,role", "invited@b.example,Viewer", "unchanged"},
    {"email,role", "invited@b.example,Editor", "role"},
    {"email,role,modules", "invited@b.example,Viewer,flows", "role"},
};

static void each_line_comes_to_what_it_says(void **state)
{
    cast *c = *state;
    DO("invitation.send", "{'email': ['invited@b.example'], 'org': 'acme', 'role': 'Viewer'}");
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        assert_ok(import_table(c, "admin@acme.example", "user.import", ACME,
                               apr_pstrcat(c->pool, lines[i].head, "\n", lines[i].line, "\n", NULL), true));
        if (strcmp(import_result(c, 0), lines[i].result) != 0) {
            fail_msg("%s: %s, not %s", lines[i].line, oa_json_format(import_row(c, 0), false, c->pool), lines[i].result);
        }
    }
}

static void one_that_expired_makes_room(void **state)
{
    cast *c = *state;
    DO("invitation.send", "{'email': ['invited@b.example'], 'org': 'acme', 'role': 'Viewer'}");
    cast_sql(c, "UPDATE invitation SET expires_at = 1");
    assert_ok(import_table(c, NULL, "user.import", ACME, "email,role\ninvited@b.example,Editor\n", false));
    assert_int_equal(import_count(c, "invite"), 1);
    assert_int_equal(cast_int(c, "SELECT count(*) FROM invitation WHERE status = 1 AND role_id = 3"), 1);
    assert_int_equal(cast_int(c, "SELECT count(*) FROM invitation WHERE status = 3"), 1);
}

OA_TESTS(CAST_TEST(a_line_invites_with_all_that_it_names), CAST_TEST(each_line_comes_to_what_it_says),
         CAST_TEST(one_that_expired_makes_room))
