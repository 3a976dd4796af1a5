/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/admin/visitor.h"

static void a_user_lists_and_ends_its_own_sessions_alone(void **state)
{
    cast *c = *state;
    oa_actor other;
    give_password(c, "viewer@acme.example");
    give_password(c, "editor@acme.example");
    const char *first = log_in(c, "viewer@acme.example", RIGHT);
    const char *id = cast_text(c, "id");
    oa_actor actor = session_of(c, "viewer@acme.example"), stranger = session_of(c, "editor@acme.example");
    assert_ok(visit_as(c, &actor, "me.sessions", "{}"));
    assert_int_equal(oa_json_size(cast_items(c)), 2);
    assert_string_equal(oa_json_get_text(oa_json_at(cast_items(c), 0), "id"), id);
    assert_string_equal(oa_json_get_text(oa_json_at(cast_items(c), 0), "agent"), "Browser/1.0");
    assert_false(oa_json_get_bool(oa_json_at(cast_items(c), 0), "current"));
    assert_true(oa_json_get_bool(oa_json_at(cast_items(c), 1), "current"));
    const char *named = apr_psprintf(c->pool, "{'session': '%s'}", id);
    assert_code(visit_as(c, &stranger, "me.end-session", named), OA_NOT_FOUND);
    assert_int_equal(ask_session(c, first, &other), OA_ALLOWED);
    assert_ok(visit_as(c, &actor, "me.end-session", named));
    assert_int_equal(ask_session(c, first, &other), OA_SESSION_ENDED);
    assert_code(visit_as(c, &actor, "me.end-session", named), OA_NOT_FOUND);
    assert_code(visit_as(c, &actor, "me.end-session", "{'session': 'all'}"), OA_NOT_FOUND);
}

static void sessions_that_have_ended_are_not_listed(void **state)
{
    cast *c = *state;
    give_password(c, "viewer@acme.example");
    for (int i = 0; i < 3; i++) {
        log_in(c, "viewer@acme.example", RIGHT);
    }
    oa_actor actor = session_of(c, "viewer@acme.example");
    cast_sql(c, "UPDATE session SET last_seen_at = 1 WHERE id = (SELECT MIN(id) FROM session)");
    cast_sql(c, "UPDATE session SET expires_at = 1 WHERE id = (SELECT id FROM session ORDER BY id LIMIT 1 OFFSET 1)");
    assert_ok(visit_as(c, &actor, "me.sessions", "{}"));
    assert_int_equal(oa_json_size(cast_items(c)), 2);
    assert_ok(visit_as(c, &actor, "me.sessions", "{'limit': 1}"));
    const char *next = cast_text(c, "next");
    assert_ok(visit_as(c, &actor, "me.sessions", apr_psprintf(c->pool, "{'limit': 1, 'after': '%s'}", next)));
    assert_true(oa_json_get_bool(oa_json_at(cast_items(c), 0), "current"));
}

OA_TESTS(CAST_TEST(a_user_lists_and_ends_its_own_sessions_alone), CAST_TEST(sessions_that_have_ended_are_not_listed))
