/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/admin/import.h"

static void a_list_is_filtered_newest_first(void **state)
{
    cast *c = *state;
    AS("admin@acme.example", "user.ban", "{'user': 'viewer@acme.example'}");
    AS("admin@acme.example", "user.validate", "{'user': 'viewer@acme.example'}");
    AS("admin@globex.example", "user.ban", "{'user': 'viewer@globex.example'}");
    const char *viewer = oa_id_format(OA_KIND_USER, cast_user(c, "viewer@acme.example"), c->pool);
    const char *admin = oa_id_format(OA_KIND_USER, cast_user(c, "admin@acme.example"), c->pool);
    const struct {
        const char *arguments, *actions;
    } cases[] = {
        {"{'limit': 2}", "user.ban user.validate "},
        {"{'org': 'acme', 'limit': 3}", "user.validate user.ban user.create "},
        {"{'org': 'globex', 'action': 'user.ban'}", "user.ban "},
        {"{'actor': 'admin@acme.example'}", "user.validate user.ban "},
        {apr_psprintf(c->pool, "{'actor': '%s', 'action': 'user.ban'}", admin), "user.ban "},
        {apr_psprintf(c->pool, "{'target': '%s'}", viewer), "user.validate user.ban user.create "},
        {"{'target': 'viewer@acme.example', 'actor': 'root'}", "user.create "},
        {"{'actor': 'nobody'}", ""},
        {"{'until': '2020-01-01'}", ""},
        {"{'since': '2020-01-01', 'until': '2999-01-01', 'action': 'user.validate'}", "user.validate "},
        {"{'org': 'globex', 'action': 'user.validate'}", ""},
        {"{'org': 'acme', 'action': 'user', 'limit': 2}", "user.validate user.ban "},
        {"{'org': 'acme', 'action': 'user.v*'}", "user.validate "},
        {"{'search': 'viewer ban'}", "user.ban user.ban "},
        {"{'org': 'globex', 'search': 'viewer ban'}", "user.ban "},
        {"{'search': ''}", NULL},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *seen = "";
        DO("audit.list", cases[i].arguments);
        for (size_t j = 0; j < oa_json_size(cast_items(c)); j++) {
            seen = apr_pstrcat(c->pool, seen, oa_json_get_text(oa_json_at(cast_items(c), j), "action"), " ", NULL);
        }
        if (cases[i].actions != NULL) {
            assert_string_equal(seen, cases[i].actions);
        }
    }
    REFUSED(OA_INVALID, "audit.list", "{'since': 'x'}");
    DO("audit.list", "{'search': 'a b c d e f g h'}");
    REFUSED(OA_INVALID, "audit.list", "{'search': ' a b c d e f  g h i'}");
}

/* The operations of the events in `org` that `target` finds, without those of its creation. */
static const char *about(cast *c, const char *org, const char *target)
{
    const char *seen = "";
    DO("audit.list", apr_psprintf(c->pool, "{'org': '%s', 'target': '%s'}", org, target));
    for (size_t i = 0; i < oa_json_size(cast_items(c)); i++) {
        const char *action = oa_json_get_text(oa_json_at(cast_items(c), i), "action");
        seen = strcmp(action, "user.create") == 0 ? seen : apr_pstrcat(c->pool, seen, action, " ", NULL);
    }
    return seen;
}

static void what_concerns_several_is_found_by_each_of_them(void **state)
{
    cast *c = *state;
    const char *viewer = oa_id_format(OA_KIND_USER, cast_user(c, "viewer@acme.example"), c->pool);
    DO("api.register", "{'name': 'reports', 'org': 'acme'}");
    DO("api.attach", apr_psprintf(c->pool, "{'api': 'reports', 'org': 'acme', 'user': ['%s', 'editor@acme.example']}", viewer));
    DO("user.add", "{'email': ['viewer@acme.example', 'editor@acme.example'], 'org': 'globex', 'role': 'Viewer'}");
    DO("invitation.send", "{'email': ['one@else.example', 'two@else.example'], 'org': 'acme', 'role': 'Viewer', 'api': ['reports']}");
    assert_ok(import_table(c, NULL, "user.import", "{'org': 'acme', 'role': 'Viewer'}",
                           "email,action,apis\nnew@acme.example,create,reports\nthree@else.example,invite,\n", false));
    assert_ok(import_table(c, NULL, "api.import", "{'org': 'acme', 'api': 'reports'}", "email\noperator@acme.example\n", false));
    static const struct {
        const char *org, *target, *actions;
    } cases[] = {
        {"acme", "viewer@acme.example", "api.attach "},
        {"acme", "editor@acme.example", "api.attach "},
        {"globex", "viewer@acme.example", "user.add "},
        {"acme", "two@else.example", "invitation.send "},
        {"acme", "new@acme.example", "user.import "},
        {"acme", "three@else.example", "user.import "},
        {"acme", "operator@acme.example", "api.import "},
        {"globex", "new@acme.example", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_string_equal(about(c, cases[i].org, cases[i].target), cases[i].actions);
    }
    assert_string_equal(about(c, "acme", viewer), "api.attach ");
    DO("api.show", "{'api': 'reports', 'org': 'acme'}");
    assert_string_equal(about(c, "acme", cast_text(c, "id")), "api.import user.import invitation.send api.attach api.register ");
}

static void a_key_is_found_by_whose_it_is(void **state)
{
    cast *c = *state;
    DO("key.issue", "{'user': 'viewer@acme.example', 'org': 'acme'}");
    const char *id = apr_pstrdup(c->pool, cast_text(c, "id"));
    DO("key.revoke", apr_psprintf(c->pool, "{'key': '%s'}", id));
    DO("user.edit", "{'user': 'viewer@acme.example', 'email': 'vic@acme.example'}");
    assert_string_equal(about(c, "acme", "vic@acme.example"), "user.edit key.revoke key.issue ");
    assert_string_equal(about(c, "acme", id), "key.revoke key.issue ");
    assert_string_equal(about(c, "acme", "viewer@acme.example"), "user.edit key.revoke key.issue "); /* as it was then */
}

static void an_export_is_the_list_as_a_file(void **state)
{
    cast *c = *state;
    DO("user.edit", "{'user': 'viewer@acme.example', 'first_name': '=1+1'}");
    DO("role.create", "{'name': '=2+2', 'org': 'acme', 'permission': ['flow:view']}");
    AS("admin@acme.example", "audit.export", "{'org': 'acme', 'action': 'role.create', 'format': 'csv'}");
    const char *text = cast_text(c, "text");
    assert_ptr_equal(strstr(text, "id,at,actor_kind,actor,actor_id,action,target,target_id,org_id,address,detail\r\nevt_"), text);
    assert_non_null(strstr(text, ",role.create,'=2+2,rol_"));
    assert_null(strstr(text, ",=2"));
    assert_null(oa_json_get_text(c->result, "next"));
    DO("audit.export", "{'org': 'acme', 'action': 'role.create'}");
    text = cast_text(c, "text");
    assert_int_equal(*text, '{');
    assert_non_null(strstr(text, "\"target\":\"=2+2\""));
    assert_int_equal(strcmp(text + strlen(text) - 2, "}\n"), 0);
    DO("audit.export", "{'actor': 'nobody', 'format': 'csv'}");
    assert_null(strstr(cast_text(c, "text"), "evt_"));
    DO("audit.export", "{'actor': 'nobody', 'format': 'jsonl'}");
    assert_string_equal(cast_text(c, "text"), "");
    REFUSED_AS(OA_NOT_ALLOWED, "admin@acme.example", "audit.export", "{}");
    REFUSED_AS(OA_NOT_ALLOWED, "viewer@acme.example", "audit.export", "{'org': 'acme'}");
    REFUSED_AS(OA_NOT_FOUND, "admin@globex.example", "audit.export", "{'org': 'acme'}");
}

static int lines_of(const char *text)
{
    int lines = 0;
    for (; (text = strchr(text, '\n')) != NULL; text++) {
        lines++;
    }
    return lines;
}

static void an_export_of_many_has_each_once(void **state)
{
    cast *c = *state;
    int lines = 0, pages = 0;
    const char *next = "";
    for (int i = 0; i < 450; i++) {
        DO("user.edit", apr_psprintf(c->pool, "{'user': 'viewer@acme.example', 'first_name': 'V%d'}", i));
    }
    DO("audit.export", "{'action': 'user.edit', 'format': 'csv'}");
    while (next != NULL) {
        lines += lines_of(cast_text(c, "text"));
        pages++;
        next = oa_json_get_text(c->result, "next");
        if (next != NULL) {
            DO("audit.export", apr_psprintf(c->pool, "{'action': 'user.edit', 'format': 'csv', 'after': '%s'}", next));
        }
    }
    assert_int_equal(lines, 451);
    assert_int_equal(pages, 3);
}

static void pages_give_every_event_once(void **state)
{
    cast *c = *state;
    int64_t total = cast_events(c), seen = 0;
    const char *next = "";
    DO("audit.list", "{'limit': 4}");
    while (next != NULL) {
        seen += (int64_t)oa_json_size(cast_items(c));
        next = oa_json_get_text(c->result, "next");
        if (next != NULL) {
            DO("audit.list", apr_psprintf(c->pool, "{'limit': 4, 'after': '%s'}", next));
        }
    }
    assert_int_equal(seen, total);
}

static void an_organization_sees_its_own_events_alone(void **state)
{
    cast *c = *state;
    DO("org.show", "{'org': 'acme'}");
    const char *acme = apr_pstrdup(c->pool, cast_text(c, "id"));
    AS("admin@acme.example", "audit.list", "{'org': 'acme', 'limit': 1000}");
    assert_true(oa_json_size(cast_items(c)) > 5);
    for (size_t i = 0; i < oa_json_size(cast_items(c)); i++) {
        assert_string_equal(oa_json_get_text(oa_json_at(cast_items(c), i), "org_id"), acme);
    }
    AS("admin@acme.example", "audit.list", "{'org': 'acme', 'target': 'viewer@globex.example'}");
    assert_int_equal(oa_json_size(cast_items(c)), 0);
}

static void a_sound_trail_verifies(void **state)
{
    cast *c = *state;
    DO("audit.verify", "{}");
    assert_true(oa_json_get_bool(c->result, "sound"));
    assert_int_equal(oa_json_get_int(c->result, "events"), cast_events(c));
}

static void an_altered_trail_is_told(void **state)
{
    cast *c = *state;
    DO("org.create", "{'name': 'One'}");
    DO("org.create", "{'name': 'Two'}");
    cast_sql(c, "UPDATE audit_event SET actor_name = 'nobody' WHERE id = (SELECT min(id) FROM audit_event)");
    REFUSED(OA_FAILED, "audit.verify", "{}");
    assert_non_null(strstr(c->error->message, "evt_"));
    cast_sql(c, "UPDATE audit_event SET actor_name = 'root' WHERE id = (SELECT min(id) FROM audit_event)");
    DO("audit.verify", "{}");
}

OA_TESTS(CAST_TEST(a_list_is_filtered_newest_first), CAST_TEST(pages_give_every_event_once),
         CAST_TEST(an_organization_sees_its_own_events_alone), CAST_TEST(a_sound_trail_verifies),
         CAST_TEST(what_concerns_several_is_found_by_each_of_them), CAST_TEST(a_key_is_found_by_whose_it_is),
         CAST_TEST(an_export_is_the_list_as_a_file), CAST_TEST(an_export_of_many_has_each_once),
         EMPTY_CAST_TEST(an_altered_trail_is_told))
