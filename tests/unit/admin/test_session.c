/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/admin/visitor.h"

static void a_log_in_begins_a_session_and_a_log_out_ends_it(void **state)
{
    cast *c = *state;
    oa_actor actor;
    give_password(c, "viewer@acme.example");
    const char *token = log_in(c, "VIEWER@acme.example", RIGHT);
    assert_int_equal(strlen(token), OA_TOKEN_LENGTH);
    assert_int_equal(ask_session(c, token, &actor), OA_ALLOWED);
    assert_int_equal(actor.user_id, cast_user(c, "viewer@acme.example"));
    assert_int_equal(cast_int(c, "SELECT count(*) FROM audit_event WHERE action = 'session.create'"), 1);
    assert_int_equal(cast_int(c, apr_psprintf(c->pool, "SELECT count(*) FROM session WHERE instr(digest, '%s') > 0", token)), 0);
    assert_ok(visit_as(c, &actor, "session.end", "{}"));
    assert_int_equal(ask_session(c, token, &actor), OA_SESSION_ENDED);
}

static void whatever_is_wrong_with_a_log_in_is_told_in_the_same_words(void **state)
{
    static const char *const wrong[] = {
        "{'email': 'viewer@acme.example', 'password': 'wrong'}", "{'email': 'nobody@acme.example', 'password': 'wrong'}",
        "{'email': 'not an address', 'password': 'wrong'}",      "{'email': 'editor@acme.example', 'password': '" RIGHT "'}",
        "{'email': 'banned@acme.example', 'password': '" RIGHT "'}", "{'email': 'operator@acme.example', 'password': 'x'}"};
    cast *c = *state;
    give_password(c, "viewer@acme.example");
    DO("user.create", "{'email': 'banned@acme.example', 'org': 'acme', 'role': 'Viewer', 'password': '" RIGHT "'}");
    DO("user.ban", "{'user': 'banned@acme.example'}");
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_code(visit(c, "session.create", wrong[i]), OA_UNAUTHENTICATED);
        assert_string_equal(c->error->message, "the e-mail or the password is not right, or the account is locked: ask an "
                                               "administrator to validate it");
        assert_null(c->error->field);
    }
    assert_int_equal(cast_int(c, "SELECT count(*) FROM session"), 0);
    assert_int_equal(cast_int(c, "SELECT count(*) FROM audit_event WHERE action = 'session.create'"), 0);
    assert_int_equal(cast_int(c, "SELECT password_failures FROM account WHERE email = 'viewer@acme.example'"), 1);
}

static void a_refused_log_in_is_a_line_that_fail2ban_reads(void **state)
{
    cast *c = *state;
    give_password(c, "viewer@acme.example");
    assert_code(visit(c, "session.create", "{'email': 'viewer@acme.example', 'password': 'canary'}"), OA_UNAUTHENTICATED);
    assert_string_equal(c->error->log, "OA01007: user viewer@acme.example: password mismatch: session.create");
}

static void the_tenth_wrong_one_locks_and_the_right_one_is_too_late(void **state)
{
    cast *c = *state;
    oa_actor actor;
    give_password(c, "viewer@acme.example");
    const char *token = log_in(c, "viewer@acme.example", RIGHT);
    DO("setting.set", "{'name': 'login.deny_after', 'value': '3'}");
    for (int i = 0; i < 3; i++) {
        assert_code(visit(c, "session.create", "{'email': 'viewer@acme.example', 'password': 'wrong'}"), OA_UNAUTHENTICATED);
    }
    assert_code(visit(c, "session.create", "{'email': 'viewer@acme.example', 'password': '" RIGHT "'}"), OA_UNAUTHENTICATED);
    assert_int_equal(ask_session(c, token, &actor), OA_SESSION_ENDED);
    DO("user.validate", "{'user': 'viewer@acme.example'}");
    assert_int_equal(ask_session(c, token, &actor), OA_SESSION_ENDED);
    log_in(c, "viewer@acme.example", RIGHT);
}

/* Whatever ends all sessions ends those that are about to begin. */
static void a_log_in_does_not_outlive_what_happens_while_it_is_checked(void **state)
{
    static const char *const meanwhile[] = {
        "UPDATE account SET password = (SELECT password FROM account WHERE email = 'editor@acme.example'), password_changed_at = 1"
        " WHERE email = 'viewer@acme.example'",
        "UPDATE account SET status = 3, status_since = status_since + 1 WHERE email = 'viewer@acme.example'",
        "UPDATE account SET status = 1, status_since = status_since + 1 WHERE email = 'viewer@acme.example'", /* banned, validated */
    };
    cast *c = *state;
    oa_actor nobody = {.kind = OA_ACTOR_NOBODY, .name = "", .address = "192.0.2.9"};
    give_password(c, "editor@acme.example");
    for (size_t i = 0; i < sizeof meanwhile / sizeof meanwhile[0]; i++) {
        DO("user.validate", "{'user': 'viewer@acme.example'}");
        give_password(c, "viewer@acme.example");
        assert_code(visit_while(c, &nobody, "session.create", "{'email': 'viewer@acme.example', 'password': '" RIGHT "'}", meanwhile[i]),
                    OA_UNAUTHENTICATED);
    }
    assert_int_equal(cast_int(c, "SELECT count(*) FROM session"), 0);
}

static void logging_in_again_leaves_the_session_before(void **state)
{
    cast *c = *state;
    oa_actor actor, again;
    give_password(c, "viewer@acme.example");
    const char *token = log_in(c, "viewer@acme.example", RIGHT);
    assert_int_equal(ask_session(c, token, &actor), OA_ALLOWED);
    assert_ok(visit_as(c, &actor, "session.create", "{'email': 'viewer@acme.example', 'password': '" RIGHT "'}"));
    const char *second = cast_text(c, "token");
    assert_string_not_equal(token, second);
    assert_int_equal(ask_session(c, token, &again), OA_SESSION_ENDED);
    assert_int_equal(ask_session(c, second, &again), OA_ALLOWED);
}

static void who_belongs_to_nothing_any_more_can_log_in_and_do_nothing(void **state)
{
    cast *c = *state;
    give_password(c, "viewer@acme.example");
    DO("user.remove", "{'user': 'viewer@acme.example'}");
    oa_actor actor = session_of(c, "viewer@acme.example");
    assert_ok(visit_as(c, &actor, "me.show", "{}"));
    assert_int_equal(oa_json_size(oa_json_get(c->result, "memberships")), 0);
    assert_code(visit_as(c, &actor, "user.list", "{'org': 'acme'}"), OA_NOT_FOUND);
}

static void an_operation_judges_the_session_again(void **state)
{
    cast *c = *state;
    give_password(c, "admin@acme.example");
    oa_actor actor = session_of(c, "admin@acme.example");
    assert_ok(visit_as(c, &actor, "user.list", "{'org': 'acme'}"));
    cast_sql(c, "DELETE FROM session");
    assert_code(visit_as(c, &actor, "user.list", "{'org': 'acme'}"), OA_NOT_FOUND);
    assert_code(visit_as(c, &actor, "me.show", "{}"), OA_UNAUTHENTICATED);
    assert_code(visit_as(c, &actor, "session.end", "{}"), OA_UNAUTHENTICATED);
}

static void a_key_has_nothing_to_log_out_of(void **state)
{
    cast *c = *state;
    REFUSED_AS(OA_CONFLICT, "viewer@acme.example", "session.end", "{}");
}

OA_TESTS(CAST_TEST(a_log_in_begins_a_session_and_a_log_out_ends_it),
         CAST_TEST(whatever_is_wrong_with_a_log_in_is_told_in_the_same_words),
         CAST_TEST(a_refused_log_in_is_a_line_that_fail2ban_reads),
         CAST_TEST(the_tenth_wrong_one_locks_and_the_right_one_is_too_late),
         CAST_TEST(a_log_in_does_not_outlive_what_happens_while_it_is_checked),
         CAST_TEST(logging_in_again_leaves_the_session_before),
         CAST_TEST(who_belongs_to_nothing_any_more_can_log_in_and_do_nothing),
         CAST_TEST(an_operation_judges_the_session_again), CAST_TEST(a_key_has_nothing_to_log_out_of))
