/* SPDX-License-Identifier: Apache-2.0 */
/* The way of an operation: one change, one event; a failure or a dry run leaves neither. */
#include "tests/unit/admin/cast.h"

#include "core/store/sqlite.h"

/* A day in the life of a store, in which every operation that changes something is done once at least. */
static const struct {
    const char *name, *arguments;
} day[] = {
    {"org.create", "{'name': 'Umbrella', 'admin': 'boss@umbrella.example'}"},
    {"org.create", "{'name': 'Empty'}"},
    {"org.edit", "{'org': 'umbrella', 'name': 'Umbrella Inc', 'status': 'suspended'}"},
    {"org.edit", "{'org': 'umbrella', 'status': 'active', 'slug': 'umbrella-inc'}"},
    {"org.remove", "{'org': 'empty'}"},
    {"user.create", "{'email': 'eve@acme.example', 'org': 'acme', 'role': 'Viewer', 'first_name': 'Eve', 'set': "
                    "{'desk': '7'}, 'password': 'canary canary canary'}"},
    {"user.add", "{'email': ['eve@acme.example', 'viewer@acme.example'], 'org': 'globex', 'role': 'API User'}"},
    {"user.edit", "{'user': 'eve@acme.example', 'last_name': 'Adams', 'email': 'eva@acme.example'}"},
    {"user.set-role", "{'user': 'eva@acme.example', 'role': 'Editor'}"},
    {"user.confine", "{'user': 'eva@acme.example', 'module': ['flow'], 'reach': 'here'}"},
    {"user.deactivate", "{'user': 'eva@acme.example'}"},
    {"user.activate", "{'user': 'eva@acme.example'}"},
    {"user.ban", "{'user': 'eva@acme.example'}"},
    {"user.validate", "{'user': 'eva@acme.example'}"},
    {"user.set-password", "{'user': 'eva@acme.example', 'password': 'canary canary canary', 'validate': true}"},
    {"api.register", "{'name': 'reports', 'org': 'acme'}"},
    {"api.edit", "{'api': 'reports', 'summary': 'All the figures'}"},
    {"api.attach", "{'api': 'reports', 'user': ['eva@acme.example'], 'key': true}"},
    {"key.issue", "{'user': 'eva@acme.example', 'api': ['reports'], 'name': 'laptop', 'expires': '90d'}"},
    {"api.detach", "{'api': 'reports', 'user': ['eva@acme.example']}"},
    {"api.remove", "{'api': 'reports'}"},
    {"role.create", "{'name': 'Auditor', 'org': 'acme', 'permission': ['flow:view'], 'required_field': ['first_name']}"},
    {"role.edit", "{'role': 'Auditor', 'org': 'acme', 'permission': ['flow:view', 'flow:run']}"},
    {"role.remove", "{'role': 'Auditor', 'org': 'acme'}"},
    {"module.create", "{'name': 'stock', 'admins_only': true}"},
    {"module.edit", "{'module': 'stock', 'admins_only': false}"},
    {"module.remove", "{'module': 'stock'}"},
    {"user.send-reset", "{'user': 'eva@acme.example'}"},
    {"invitation.send", "{'email': ['new@acme.example', 'else@acme.example'], 'org': 'acme', 'role': 'Viewer'}"},
    {"user.remove", "{'user': 'eva@acme.example'}"},
    {"user.erase", "{'user': 'eva@acme.example'}"},
    {"setting.set", "{'name': 'login.deny_after', 'value': '5'}"},
    {"setting.set", "{'name': 'key.reveal', 'value': 'on'}"},
    {"mail.retry", "{}"},
};
/* These need the id of a key that was made just before. */
static const struct {
    const char *name, *more;
} with_key[] = {{"key.edit", ", 'name': 'desk'"}, {"key.rotate", ""}, {"key.reveal", ""}, {"key.revoke", ""}};
/* … and these that of an invitation. */
static const char *const with_invitation[] = {"invitation.resend", "invitation.revoke"};

static void done_once(cast *c, const char *name, const char *arguments)
{
    int64_t events = cast_events(c);
    oa_error *error = cast_perform(c, NULL, name, arguments, true);
    if (error == NULL) {
        assert_int_equal(cast_events(c), events);
        error = cast_perform(c, NULL, name, arguments, false);
    }
    if (error != NULL) {
        fail_msg("%s %s: %s", name, arguments, error->message);
    }
    assert_int_equal(cast_events(c), events + 1);
    assert_int_equal(cast_int(c, apr_psprintf(c->pool, "SELECT action = '%s' FROM audit_event ORDER BY id DESC LIMIT 1", name)),
                     1);
}

static void every_change_leaves_one_event_and_a_dry_run_nothing(void **state)
{
    cast *c = *state;
    for (size_t i = 0; i < sizeof(day) / sizeof(day[0]); i++) {
        done_once(c, day[i].name, day[i].arguments);
        cast_check(c);
    }
    for (size_t i = 0; i < sizeof(with_key) / sizeof(with_key[0]); i++) {
        DO("key.issue", "{'user': 'viewer@acme.example'}");
        done_once(c, with_key[i].name, apr_psprintf(c->pool, "{'key': '%s'%s}", cast_text(c, "id"), with_key[i].more));
    }
    DO("invitation.send", "{'email': ['late@acme.example'], 'org': 'acme', 'role': 'Viewer'}");
    const char *invitation = oa_json_get_text(oa_json_at(cast_items(c), 0), "id");
    for (size_t i = 0; i < sizeof(with_invitation) / sizeof(with_invitation[0]); i++) {
        done_once(c, with_invitation[i], apr_psprintf(c->pool, "{'invitation': '%s'}", invitation));
    }
    assert_int_equal(cast_int(c, "SELECT count(*) FROM audit_event WHERE detail LIKE '%canary%' OR detail LIKE '%oak_%'"
                                 " OR target_name LIKE '%canary%'"),
                     0);
}

static void the_day_has_every_operation_that_changes(void **state)
{
    (void)state;
    for (const oa_operation *const *row = oa_operations; (*row)->name != NULL; row++) {
        /* What needs an account's own credential, or a file, has tests of its own. */
        bool found = !(*row)->changes || (*row)->remote || (*row)->accepts != NULL;
        for (size_t i = 0; i < sizeof(day) / sizeof(day[0]); i++) {
            found = found || strcmp(day[i].name, (*row)->name) == 0;
        }
        for (size_t i = 0; i < sizeof(with_key) / sizeof(with_key[0]); i++) {
            found = found || strcmp(with_key[i].name, (*row)->name) == 0;
        }
        for (size_t i = 0; i < sizeof(with_invitation) / sizeof(with_invitation[0]); i++) {
            found = found || strcmp(with_invitation[i], (*row)->name) == 0;
        }
        if (!found) {
            fail_msg("%s is not tried", (*row)->name);
        }
    }
}

static void a_failure_leaves_no_event_and_no_change(void **state)
{
    static const struct {
        oa_code code;
        const char *name, *arguments;
    } failures[] = {
        {OA_USAGE, "user.fire", "{}"},
        {OA_USAGE, "user.ban", "{}"},
        {OA_NOT_FOUND, "user.ban", "{'user': 'x'}"},
        {OA_NOT_FOUND, "user.ban", "{'user': 'nobody@acme.example'}"},
        {OA_CONFLICT, "user.create", "{'email': 'viewer@acme.example', 'org': 'acme', 'role': 'Viewer'}"},
        {OA_INVALID, "user.create", "{'email': 'n@acme.example', 'org': 'acme', 'role': 'viewer'}"},
        /* fails at the second address, after the first was added */
        {OA_NOT_FOUND, "user.add", "{'email': ['viewer@globex.example', 'no@x.example'], 'org': 'acme', 'role': 'Viewer'}"},
        /* fails after account and membership were made */
        {OA_INVALID, "user.create", "{'email': 'n@acme.example', 'org': 'acme', 'role': 'Viewer', 'password': 'short'}"},
        {OA_CONFLICT, "user.ban", "{'user': 'admin@acme.example'}"},
    };
    cast *c = *state;
    int64_t events = cast_events(c);
    int64_t rows = cast_int(c, "SELECT (SELECT count(*) FROM account) + (SELECT count(*) FROM membership)");
    for (size_t i = 0; i < sizeof(failures) / sizeof(failures[0]); i++) {
        REFUSED(failures[i].code, failures[i].name, failures[i].arguments);
        assert_null(c->result);
        assert_null(strpbrk(c->error->message, "\r\n"));
    }
    assert_int_equal(cast_events(c), events);
    assert_int_equal(cast_int(c, "SELECT (SELECT count(*) FROM account) + (SELECT count(*) FROM membership)"), rows);
}

static void an_event_tells_who_did_what_to_whom_and_from_where(void **state)
{
    cast *c = *state;
    AS("admin@acme.example", "user.ban", "{'user': 'VIEWER@acme.example', 'org': 'acme'}");
    assert_ok(cast_perform(c, NULL, "audit.list", "{'limit': 1}", false));
    const oa_json *event = oa_json_at(cast_items(c), 0);
    const oa_json *detail = oa_json_get(event, "detail");
    assert_string_equal(oa_json_get_text(event, "actor"), "admin@acme.example");
    assert_string_equal(oa_json_get_text(event, "actor_kind"), "user");
    assert_string_equal(oa_json_get_text(event, "actor_id"),
                        oa_id_format(OA_KIND_USER, cast_user(c, "admin@acme.example"), c->pool));
    assert_string_equal(oa_json_get_text(event, "address"), "192.0.2.7");
    assert_string_equal(oa_json_get_text(event, "action"), "user.ban");
    assert_string_equal(oa_json_get_text(event, "target"), "viewer@acme.example");
    assert_string_equal(oa_json_get_text(event, "target_id"),
                        oa_id_format(OA_KIND_USER, cast_user(c, "viewer@acme.example"), c->pool));
    assert_string_equal(oa_json_get_text(detail, "user"), "viewer@acme.example");
    assert_string_equal(oa_json_get_text(detail, "old_status"), "VALIDATED");
    assert_true(cast_int(c, "SELECT org_id = (SELECT id FROM organization WHERE slug = 'acme') FROM audit_event"
                            " ORDER BY id DESC LIMIT 1"));
}

static void a_dry_run_shows_the_result_but_no_key(void **state)
{
    cast *c = *state;
    assert_ok(cast_perform(c, NULL, "key.issue", "{'user': 'viewer@acme.example'}", true));
    assert_string_equal(cast_text(c, "user"), "viewer@acme.example");
    assert_string_equal(cast_text(c, "key"), "(none)");
    assert_ok(cast_perform(c, NULL, "api.register", "{'name': 'x', 'org': 'acme'}", true));
    assert_string_equal(cast_text(c, "key"), "(none)");
    DO("api.register", "{'name': 'y', 'org': 'acme'}");
    assert_ok(cast_perform(c, NULL, "api.attach", "{'api': 'y', 'user': ['viewer@acme.example'], 'key': true}", true));
    assert_null(strstr(oa_json_canonical(c->result, c->pool), "oak_"));
    assert_int_equal(cast_int(c, "SELECT count(*) FROM api_key"), 1);
}

static void a_change_that_cannot_be_audited_does_not_happen(void **state)
{
    cast *c = *state;
    oa_db *db = NULL;
    assert_ok(oa_sqlite_open(oa_store_path(c->store), OA_DB_CARE, &db, c->pool));
    assert_ok(oa_sqlite_script(db, "CREATE TRIGGER full BEFORE INSERT ON audit_event BEGIN SELECT RAISE(ABORT, 'full'); END"));
    assert_non_null(cast_perform(c, NULL, "user.ban", "{'user': 'viewer@acme.example'}", false));
    assert_int_equal(cast_int(c, "SELECT status FROM account WHERE email = 'viewer@acme.example'"), 1);
    assert_ok(oa_sqlite_script(db, "DROP TRIGGER full"));
    oa_sqlite_close(db);
    DO("user.ban", "{'user': 'viewer@acme.example'}");
}

OA_TESTS(CAST_TEST(every_change_leaves_one_event_and_a_dry_run_nothing),
         cmocka_unit_test(the_day_has_every_operation_that_changes), CAST_TEST(a_failure_leaves_no_event_and_no_change),
         CAST_TEST(an_event_tells_who_did_what_to_whom_and_from_where), CAST_TEST(a_dry_run_shows_the_result_but_no_key),
         CAST_TEST(a_change_that_cannot_be_audited_does_not_happen))
