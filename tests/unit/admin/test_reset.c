/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/admin/visitor.h"

/* A link as the local operator is shown one. */
static const char *link_for(cast *c, const char *email)
{
    DO("user.send-reset", apr_psprintf(c->pool, "{'user': '%s', 'print_link': true}", email));
    return token_of(cast_text(c, "link"));
}

static oa_error *use(cast *c, const char *token, const char *password)
{
    return visit(c, "reset.set", apr_psprintf(c->pool, "{'token': '%s', 'password': '%s'}", token, password));
}

static void a_link_sets_one_password_once(void **state)
{
    cast *c = *state;
    oa_actor actor;
    give_password(c, "viewer@acme.example");
    const char *session = log_in(c, "viewer@acme.example", RIGHT);
    const char *first = link_for(c, "viewer@acme.example"), *token = link_for(c, "viewer@acme.example");
    assert_code(use(c, token, "short"), OA_INVALID); /* uses nothing up */
    assert_code(use(c, token, "viewer@acme.example"), OA_INVALID);
    assert_ok(use(c, token, OTHER));
    assert_int_equal(ask_session(c, session, &actor), OA_SESSION_ENDED);
    log_in(c, "viewer@acme.example", OTHER);
    assert_code(use(c, token, RIGHT), OA_NOT_FOUND);
    assert_code(use(c, first, RIGHT), OA_NOT_FOUND); /* void since a later one was used */
    assert_code(use(c, oa_token_make(c->pool), RIGHT), OA_NOT_FOUND);
    assert_code(use(c, "x", RIGHT), OA_NOT_FOUND);
    assert_int_equal(cast_int(c, "SELECT count(*) FROM audit_event WHERE action = 'reset.set'"), 1);
}

static void a_link_lasts_as_long_as_the_setting_says(void **state)
{
    cast *c = *state;
    const char *token = link_for(c, "viewer@acme.example");
    assert_int_equal(cast_int(c, "SELECT expires_at - created_at FROM link"), 30 * OA_MINUTE);
    cast_sql(c, "UPDATE link SET expires_at = created_at");
    assert_code(use(c, token, OTHER), OA_NOT_FOUND);
}

static void a_link_lifts_no_lock_and_does_not_outlast_one(void **state)
{
    cast *c = *state;
    const char *token = link_for(c, "viewer@acme.example");
    DO("user.ban", "{'user': 'viewer@acme.example'}");
    assert_code(use(c, token, OTHER), OA_NOT_FOUND);
    assert_int_equal(cast_int(c, "SELECT status FROM account WHERE email = 'viewer@acme.example'"), 3);
    REFUSED(OA_CONFLICT, "user.send-reset", "{'user': 'viewer@acme.example'}");
    DO("user.validate", "{'user': 'viewer@acme.example'}");
    assert_code(use(c, token, OTHER), OA_NOT_FOUND);
    assert_ok(use(c, link_for(c, "viewer@acme.example"), OTHER));
}

static void a_link_mailed_to_an_address_of_before_is_void(void **state)
{
    cast *c = *state;
    const char *token = link_for(c, "viewer@acme.example");
    DO("user.edit", "{'user': 'viewer@acme.example', 'first_name': 'Ann'}");
    assert_int_equal(cast_int(c, "SELECT count(*) FROM link WHERE used_at = 0"), 1);
    DO("user.edit", "{'user': 'viewer@acme.example', 'email': 'moved@acme.example'}");
    assert_code(use(c, token, OTHER), OA_NOT_FOUND);
}

static void asking_says_the_same_to_everybody(void **state)
{
    static const char *const emails[] = {"viewer@acme.example", "nobody@acme.example", "banned@acme.example"};
    cast *c = *state;
    DO("user.create", "{'email': 'banned@acme.example', 'org': 'acme', 'role': 'Viewer'}");
    DO("user.ban", "{'user': 'banned@acme.example'}");
    int64_t events = cast_events(c);
    for (size_t i = 0; i < sizeof emails / sizeof emails[0]; i++) {
        assert_ok(visit(c, "reset.request", apr_psprintf(c->pool, "{'email': '%s'}", emails[i])));
        assert_string_equal(oa_json_canonical(c->result, c->pool), "{\"accepted\":true}");
        assert_int_equal(cast_events(c), events + 1 + (int64_t)i);
    }
    assert_int_equal(cast_int(c, "SELECT count(*) FROM link WHERE account_id <> (SELECT id FROM account"
                                 " WHERE email = 'viewer@acme.example')"), 0);
}

static void nobodys_mailbox_is_flooded(void **state)
{
    cast *c = *state;
    for (int i = 0; i < 10; i++) {
        assert_ok(visit(c, "reset.request", "{'email': 'viewer@acme.example'}"));
    }
    assert_int_equal(cast_int(c, "SELECT count(*) FROM link"), 3);
}

static void a_link_is_shown_to_the_local_operator_alone(void **state)
{
    cast *c = *state;
    REFUSED_AS(OA_NOT_ALLOWED, "admin@acme.example", "user.send-reset", "{'user': 'viewer@acme.example', 'print_link': true}");
    AS("admin@acme.example", "user.send-reset", "{'user': 'viewer@acme.example'}");
    assert_string_equal(cast_text(c, "link"), "(none)");
    REFUSED_AS(OA_NOT_ALLOWED, "editor@acme.example", "user.send-reset", "{'user': 'viewer@acme.example'}");
    REFUSED_AS(OA_NOT_ALLOWED, "desk@acme.example", "user.send-reset", "{'user': 'admin@acme.example'}");
    DO("setting.set", "{'name': 'site.public_url', 'value': 'https://site.example'}");
    DO("user.send-reset", "{'user': 'viewer@acme.example', 'print_link': true}");
    assert_int_equal(strncmp(cast_text(c, "link"), "https://site.example/portal/#/password-resets/", 46), 0);
    assert_int_equal(cast_int(c, apr_psprintf(c->pool, "SELECT count(*) FROM audit_event WHERE instr(detail, '%s') > 0",
                                              token_of(cast_text(c, "link")))), 0);
}

OA_TESTS(CAST_TEST(a_link_sets_one_password_once), CAST_TEST(a_link_lasts_as_long_as_the_setting_says),
         CAST_TEST(a_link_lifts_no_lock_and_does_not_outlast_one), CAST_TEST(a_link_mailed_to_an_address_of_before_is_void),
         CAST_TEST(asking_says_the_same_to_everybody),
         CAST_TEST(nobodys_mailbox_is_flooded), CAST_TEST(a_link_is_shown_to_the_local_operator_alone))
