/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/admin/cast.h"

#define REVEAL_ON "{'name': 'key.reveal', 'value': 'on'}"
#define REVEAL_OFF "{'name': 'key.reveal', 'value': 'off'}"

/* Issues one; *text is what was shown. The arguments that name it. */
static const char *issued(cast *c, const char *arguments, const char **text)
{
    DO("key.issue", arguments);
    *text = apr_pstrdup(c->pool, cast_text(c, "key"));
    return apr_psprintf(c->pool, "{'key': '%s'}", cast_text(c, "id"));
}

static void a_key_is_shown_again_as_it_was(void **state)
{
    static const char *const kinds[] = {"{'user': 'viewer@acme.example'}", "{'user': 'viewer@acme.example', 'jwt': true}"};
    cast *c = *state;
    DO("setting.set", REVEAL_ON);
    for (size_t i = 0; i < 2; i++) {
        const char *text;
        const char *which = issued(c, kinds[i], &text);
        assert_true(oa_json_get_bool(c->result, "can_reveal"));
        int64_t events = cast_events(c);
        AS("admin@acme.example", "key.reveal", which);
        assert_string_equal(cast_text(c, "key"), text);
        assert_int_equal(cast_events(c), events + 1);
    }
    assert_int_equal(cast_int(c, "SELECT count(*) FROM audit_event WHERE action = 'key.reveal' AND target_name = 'viewer@acme.example'"), 2);
    assert_int_equal(cast_int(c, "SELECT count(*) FROM audit_event WHERE instr(detail, 'oak_') OR instr(detail, 'eyJ')"), 0);
}

static void without_the_setting_no_key_is_shown(void **state)
{
    const char *text, *which;
    cast *c = *state;
    which = issued(c, "{'user': 'viewer@acme.example'}", &text);
    assert_false(oa_json_get_bool(c->result, "can_reveal"));
    REFUSED(OA_NOT_ALLOWED, "key.reveal", which);
    DO("setting.set", REVEAL_ON);
    REFUSED(OA_CONFLICT, "key.reveal", which); /* nothing was kept of it */
    which = issued(c, "{'user': 'viewer@acme.example'}", &text);
    DO("setting.set", REVEAL_OFF);
    REFUSED(OA_NOT_ALLOWED, "key.reveal", which);
}

static void a_revoked_key_is_not_shown(void **state)
{
    const char *text, *which;
    cast *c = *state;
    DO("setting.set", REVEAL_ON);
    which = issued(c, "{'user': 'viewer@acme.example'}", &text);
    DO("key.revoke", which);
    REFUSED(OA_CONFLICT, "key.reveal", which);
}

/* However it comes to be revoked. */
static void nothing_is_kept_of_a_revoked_key(void **state)
{
    static const char *const ways[][2] = {{"key.revoke", NULL},
                                          {"user.remove", "{'user': 'viewer@acme.example', 'org': 'acme'}"},
                                          {"user.confine", "{'user': 'editor@acme.example', 'org': 'acme', 'sub_org': []}"},
                                          {"api.remove", "{'api': 'reports', 'org': 'acme'}"},
                                          {"user.erase", "{'user': 'operator@acme.example', 'org': 'acme'}"}};
    const char *text;
    cast *c = *state;
    DO("setting.set", REVEAL_ON);
    const char *which = issued(c, "{'user': 'admin@acme.example'}", &text);
    issued(c, "{'user': 'viewer@acme.example'}", &text);
    issued(c, "{'user': 'operator@acme.example'}", &text);
    DO("user.confine", "{'user': 'editor@acme.example', 'org': 'acme', 'sub_org': ['lab']}");
    issued(c, "{'user': 'editor@acme.example', 'org': 'lab'}", &text);
    DO("api.register", "{'name': 'reports', 'org': 'acme'}");
    assert_int_equal(cast_int(c, "SELECT count(*) FROM api_key WHERE sealed IS NOT NULL"), 5);
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        DO(ways[i][0], ways[i][1] != NULL ? ways[i][1] : which);
        assert_int_equal(cast_int(c, "SELECT count(*) FROM api_key WHERE revoked_at > 0"), i + 1);
        assert_int_equal(cast_int(c, "SELECT count(*) FROM api_key WHERE revoked_at > 0 AND sealed IS NOT NULL"), 0);
    }
}

static void a_seal_holds_for_its_own_key_alone(void **state)
{
    const char *text, *first, *second;
    cast *c = *state;
    DO("setting.set", REVEAL_ON);
    first = issued(c, "{'user': 'viewer@acme.example'}", &text);
    second = issued(c, "{'user': 'admin@acme.example'}", &text);
    cast_sql(c, "UPDATE api_key SET sealed = (SELECT sealed FROM api_key WHERE id = (SELECT max(id) FROM api_key))");
    REFUSED(OA_CONFLICT, "key.reveal", first);
    DO("key.reveal", second);
    cast_sql(c, "UPDATE api_key SET sealed = x'00'");
    REFUSED(OA_CONFLICT, "key.reveal", second);
}

static void a_key_is_shown_to_who_may_issue_it(void **state)
{
    const char *text, *viewers, *admins;
    cast *c = *state;
    DO("setting.set", REVEAL_ON);
    viewers = issued(c, "{'user': 'viewer@acme.example'}", &text);
    admins = issued(c, "{'user': 'admin@acme.example'}", &text);
    REFUSED_AS(OA_NOT_FOUND, "admin@globex.example", "key.reveal", viewers);
    REFUSED_AS(OA_NOT_ALLOWED, "editor@acme.example", "key.reveal", viewers);
    REFUSED_AS(OA_NOT_ALLOWED, "desk@acme.example", "key.reveal", admins); /* would be more than it holds */
    AS("desk@acme.example", "key.reveal", viewers);
}

static void a_dry_run_shows_nothing(void **state)
{
    const char *text, *which;
    cast *c = *state;
    DO("setting.set", REVEAL_ON);
    which = issued(c, "{'user': 'viewer@acme.example'}", &text);
    assert_ok(cast_perform(c, NULL, "key.reveal", which, true));
    assert_string_equal(cast_text(c, "key"), "(none)");
}

static void anybody_sees_the_public_key(void **state)
{
    cast *c = *state;
    oa_actor nobody = {.kind = OA_ACTOR_NOBODY, .address = "192.0.2.1"};
    int64_t events = cast_events(c);
    assert_ok(oa_perform(c->store, &nobody, "key.jwks", oa_json_object(c->pool), false, &c->result, c->pool));
    const oa_json *keys = oa_json_get(c->result, "keys");
    assert_int_equal(oa_json_size(keys), 1);
    assert_string_equal(oa_json_get_text(oa_json_at(keys, 0), "crv"), "Ed25519");
    assert_null(oa_json_get(oa_json_at(keys, 0), "d"));
    assert_int_equal(cast_events(c), events);
}

OA_TESTS(CAST_TEST(a_key_is_shown_again_as_it_was), CAST_TEST(without_the_setting_no_key_is_shown),
         CAST_TEST(a_revoked_key_is_not_shown), CAST_TEST(nothing_is_kept_of_a_revoked_key), CAST_TEST(a_seal_holds_for_its_own_key_alone),
         CAST_TEST(a_key_is_shown_to_who_may_issue_it), CAST_TEST(a_dry_run_shows_nothing),
         CAST_TEST(anybody_sees_the_public_key))
