/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/admin/visitor.h"

static void a_new_password_ends_ones_other_sessions(void **state)
{
    cast *c = *state;
    oa_actor own, other;
    give_password(c, "viewer@acme.example");
    const char *first = log_in(c, "viewer@acme.example", RIGHT), *second = log_in(c, "viewer@acme.example", RIGHT);
    assert_int_equal(ask_session(c, first, &own), OA_ALLOWED);
    assert_ok(visit_as(c, &own, "me.set-password", "{'current': '" RIGHT "', 'password': '" OTHER "'}"));
    assert_int_equal(ask_session(c, first, &other), OA_ALLOWED);
    assert_int_equal(ask_session(c, second, &other), OA_SESSION_ENDED);
    assert_code(visit(c, "session.create", "{'email': 'viewer@acme.example', 'password': '" RIGHT "'}"), OA_UNAUTHENTICATED);
    log_in(c, "viewer@acme.example", OTHER);
}

static void guesses_at_the_old_one_are_counted(void **state)
{
    cast *c = *state;
    oa_actor other;
    give_password(c, "viewer@acme.example");
    const char *token = log_in(c, "viewer@acme.example", RIGHT);
    oa_actor actor;
    assert_int_equal(ask_session(c, token, &actor), OA_ALLOWED);
    DO("setting.set", "{'name': 'login.deny_after', 'value': '2'}");
    for (int i = 0; i < 2; i++) {
        assert_code(visit_as(c, &actor, "me.set-password", "{'current': 'guess', 'password': '" OTHER "'}"), OA_UNAUTHENTICATED);
        assert_string_equal(c->error->field, "current");
    }
    assert_int_equal(cast_int(c, "SELECT status FROM account WHERE email = 'viewer@acme.example'"), 2);
    assert_int_equal(ask_session(c, token, &other), OA_SESSION_ENDED);
    assert_code(visit_as(c, &actor, "me.set-password", "{'current': '" RIGHT "', 'password': '" OTHER "'}"), OA_UNAUTHENTICATED);
}

static void of_two_changes_that_know_the_same_password_one_is_made(void **state)
{
    cast *c = *state;
    give_password(c, "editor@acme.example");
    give_password(c, "viewer@acme.example");
    oa_actor actor = session_of(c, "viewer@acme.example");
    assert_code(visit_while(c, &actor, "me.set-password", "{'current': '" RIGHT "', 'password': '" OTHER "'}",
                            "UPDATE account SET password = (SELECT password FROM account WHERE email = 'editor@acme.example')"
                            " WHERE email = 'viewer@acme.example'"),
                OA_UNAUTHENTICATED);
}

static void whoever_has_no_password_cannot_set_one_with_a_key(void **state)
{
    cast *c = *state;
    REFUSED_AS(OA_UNAUTHENTICATED, "viewer@acme.example", "me.set-password", "{'current': 'none', 'password': '" OTHER "'}");
    assert_int_equal(cast_int(c, "SELECT count(*) FROM account WHERE password IS NOT NULL"), 0);
}

static void a_bad_new_password_changes_nothing(void **state)
{
    static const char *const bad[] = {"short", "passwordpassword", "viewer@acme.example", "123456789012345"};
    cast *c = *state;
    give_password(c, "viewer@acme.example");
    oa_actor actor = session_of(c, "viewer@acme.example");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_code(visit_as(c, &actor, "me.set-password", apr_psprintf(c->pool, "{'current': '" RIGHT "', 'password': '%s'}", bad[i])),
                    OA_INVALID);
        assert_string_equal(c->error->field, "password");
    }
    log_in(c, "viewer@acme.example", RIGHT);
}

OA_TESTS(CAST_TEST(a_new_password_ends_ones_other_sessions), CAST_TEST(guesses_at_the_old_one_are_counted),
         CAST_TEST(of_two_changes_that_know_the_same_password_one_is_made),
         CAST_TEST(whoever_has_no_password_cannot_set_one_with_a_key), CAST_TEST(a_bad_new_password_changes_nothing))
