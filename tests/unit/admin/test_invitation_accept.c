/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/admin/visitor.h"

/* The token of an invitation with these arguments. */
static const char *invited(cast *c, const char *arguments)
{
    DO("invitation.send", apr_psprintf(c->pool, "{'org': 'acme', 'print_link': true, %s}", arguments));
    return token_of(oa_json_get_text(oa_json_at(cast_items(c), 0), "link"));
}

static oa_error *accept_as(cast *c, const oa_actor *actor, const char *token, const char *more)
{
    return visit_as(c, actor, "invitation.accept", apr_psprintf(c->pool, "{'token': '%s'%s}", token, more));
}

static oa_error *accept_new(cast *c, const char *token, const char *more)
{
    oa_actor nobody = {.kind = OA_ACTOR_NOBODY, .name = "", .address = "192.0.2.9"};
    return accept_as(c, &nobody, token, more);
}

#define NEW ", 'first_name': 'Ann', 'last_name': 'Other', 'password': '" RIGHT "'"

static void a_new_person_becomes_a_user_once(void **state)
{
    cast *c = *state;
    const char *token = invited(c, "'email': ['Ann@else.example'], 'role': 'Editor', 'module': ['flow', 'apis']");
    const char *opened = apr_psprintf(c->pool, "{'token': '%s'}", token);
    for (int i = 0; i < 3; i++) { /* opening uses nothing up */
        assert_ok(visit(c, "invitation.open", opened));
        assert_string_equal(cast_text(c, "email"), "ann@else.example");
        assert_string_equal(cast_text(c, "role"), "Editor");
        assert_false(oa_json_get_bool(c->result, "has_account"));
    }
    assert_code(accept_new(c, token, ""), OA_INVALID);
    assert_code(accept_new(c, token, ", 'password': 'ann@else.example'"), OA_INVALID);
    assert_ok(accept_new(c, token, NEW));
    assert_string_equal(cast_text(c, "role"), "Editor");
    assert_string_equal(cast_text(c, "status"), "VALIDATED");
    assert_string_equal(cast_text(c, "first_name"), "Ann");
    assert_int_equal(cast_int(c, "SELECT count(*) FROM membership_module WHERE account_id = (SELECT id FROM account WHERE email ="
                                 " 'ann@else.example')"), 2);
    log_in(c, "ann@else.example", RIGHT);
    assert_code(accept_new(c, token, NEW), OA_NOT_FOUND);
    assert_code(visit(c, "invitation.open", opened), OA_NOT_FOUND);
    assert_int_equal(cast_int(c, "SELECT count(*) FROM audit_event WHERE action = 'invitation.accept'"), 1);
}

static void an_account_is_joined_by_its_owner_alone(void **state)
{
    cast *c = *state;
    const char *token = invited(c, "'email': ['viewer@globex.example'], 'role': 'Editor'");
    give_password(c, "viewer@globex.example");
    give_password(c, "admin@globex.example");
    assert_ok(visit(c, "invitation.open", apr_psprintf(c->pool, "{'token': '%s'}", token)));
    assert_true(oa_json_get_bool(c->result, "has_account"));
    assert_code(accept_new(c, token, NEW), OA_UNAUTHENTICATED);
    oa_actor other = session_of(c, "admin@globex.example"), owner = session_of(c, "viewer@globex.example"), key = owner;
    key.session_id = 0;
    key.key_id = 1;
    assert_code(accept_as(c, &other, token, ""), OA_CONFLICT);
    assert_code(accept_as(c, &key, token, ""), OA_UNAUTHENTICATED);
    assert_code(accept_as(c, &owner, token, ", 'password': '" OTHER "'"), OA_INVALID);
    assert_ok(accept_as(c, &owner, token, ""));
    assert_string_equal(cast_text(c, "role"), "Editor");
    assert_false(oa_json_get_bool(c->result, "home"));
    assert_code(accept_as(c, &owner, token, ""), OA_NOT_FOUND);
    log_in(c, "viewer@globex.example", RIGHT);
}

static void who_was_removed_comes_back_with_the_history(void **state)
{
    cast *c = *state;
    oa_id id = cast_user(c, "editor@acme.example");
    give_password(c, "editor@acme.example");
    DO("user.remove", "{'user': 'editor@acme.example'}");
    const char *token = invited(c, "'email': ['editor@acme.example'], 'role': 'Viewer'");
    oa_actor owner = session_of(c, "editor@acme.example");
    assert_ok(accept_as(c, &owner, token, ""));
    assert_int_equal(cast_user(c, "editor@acme.example"), id);
    DO("user.show", "{'user': 'editor@acme.example', 'org': 'acme'}");
    assert_string_equal(cast_text(c, "role"), "Viewer");
}

static void a_locked_account_gets_in_by_no_invitation(void **state)
{
    cast *c = *state;
    give_password(c, "viewer@globex.example");
    const char *token = invited(c, "'email': ['viewer@globex.example'], 'role': 'Editor'");
    oa_actor owner = session_of(c, "viewer@globex.example");
    DO("user.ban", "{'user': 'viewer@globex.example'}");
    assert_code(accept_as(c, &owner, token, ""), OA_UNAUTHENTICATED);
    assert_code(accept_new(c, token, NEW), OA_UNAUTHENTICATED);
    assert_int_equal(cast_int(c, "SELECT status FROM account WHERE email = 'viewer@globex.example'"), 3);
}

static void an_outsider_gets_the_web_api_and_nothing_else(void **state)
{
    cast *c = *state;
    DO("api.register", "{'name': 'reports', 'org': 'acme'}");
    const char *token = invited(c, "'email': ['guest@else.example'], 'external': true, 'api': ['reports']");
    assert_ok(accept_new(c, token, NEW));
    assert_null(oa_json_get(c->result, "role"));
    oa_actor guest = session_of(c, "guest@else.example");
    assert_ok(visit_as(c, &guest, "me.show", "{}"));
    assert_int_equal(oa_json_size(oa_json_get(c->result, "memberships")), 0);
    assert_int_equal(oa_json_size(oa_json_get(c->result, "apis")), 1);
    assert_code(visit_as(c, &guest, "user.list", "{'org': 'acme'}"), OA_NOT_FOUND);
    assert_int_equal(cast_int(c, "SELECT count(*) FROM membership WHERE account_id = (SELECT id FROM account WHERE email ="
                                 " 'guest@else.example')"), 0);
}

static void organizations_below_that_were_named_are_all_that_is_reached(void **state)
{
    cast *c = *state;
    DO("org.create", "{'name': 'Plant', 'parent': 'acme'}");
    const char *token = invited(c, "'email': ['ann@else.example'], 'role': 'Administrator', 'sub_org': ['lab']");
    assert_ok(accept_new(c, token, NEW));
    AS("ann@else.example", "user.list", "{'org': 'acme'}");
    AS("ann@else.example", "user.list", "{'org': 'lab'}");
    REFUSED_AS(OA_NOT_FOUND, "ann@else.example", "user.list", "{'org': 'plant'}");
}

static void what_the_role_asks_for_must_be_filled_and_nothing_else_can_be(void **state)
{
    cast *c = *state;
    DO("role.create", "{'name': 'Named', 'org': 'acme', 'permission': ['flow:view'], 'required_field': ['first_name', 'badge']}");
    const char *token = invited(c, "'email': ['ann@else.example'], 'role': 'Named'");
    assert_code(accept_new(c, token, ", 'password': '" RIGHT "'"), OA_INVALID);
    assert_code(accept_new(c, token, NEW), OA_INVALID);
    assert_code(accept_new(c, token, NEW ", 'set': {'badge': '7', 'salary': '1'}"), OA_INVALID);
    assert_ok(accept_new(c, token, NEW ", 'set': {'badge': '7'}"));
}

static void what_expired_was_revoked_or_sent_again_does_not_hold(void **state)
{
    cast *c = *state;
    const char *token = invited(c, "'email': ['ann@else.example'], 'role': 'Viewer'");
    const char *id = oa_json_get_text(oa_json_at(cast_items(c), 0), "id");
    DO("invitation.resend", apr_psprintf(c->pool, "{'invitation': '%s', 'print_link': true}", id));
    const char *second = token_of(cast_text(c, "link"));
    assert_code(accept_new(c, token, NEW), OA_NOT_FOUND);
    cast_sql(c, "UPDATE invitation SET expires_at = 1");
    assert_code(accept_new(c, second, NEW), OA_NOT_FOUND);
    DO("invitation.resend", apr_psprintf(c->pool, "{'invitation': '%s', 'print_link': true}", id));
    const char *third = token_of(cast_text(c, "link"));
    DO("invitation.revoke", apr_psprintf(c->pool, "{'invitation': '%s'}", id));
    assert_code(accept_new(c, third, NEW), OA_NOT_FOUND);
    assert_int_equal(cast_int(c, "SELECT count(*) FROM account WHERE email = 'ann@else.example'"), 0);
}

static void a_suspended_organization_takes_nobody_in(void **state)
{
    cast *c = *state;
    const char *token = invited(c, "'email': ['ann@else.example'], 'role': 'Viewer'");
    DO("org.edit", "{'org': 'acme', 'status': 'suspended'}");
    assert_code(accept_new(c, token, NEW), OA_CONFLICT);
    DO("org.edit", "{'org': 'acme', 'status': 'active'}");
    assert_ok(accept_new(c, token, NEW));
}

OA_TESTS(CAST_TEST(a_new_person_becomes_a_user_once), CAST_TEST(an_account_is_joined_by_its_owner_alone),
         CAST_TEST(who_was_removed_comes_back_with_the_history), CAST_TEST(a_locked_account_gets_in_by_no_invitation),
         CAST_TEST(an_outsider_gets_the_web_api_and_nothing_else),
         CAST_TEST(organizations_below_that_were_named_are_all_that_is_reached),
         CAST_TEST(what_the_role_asks_for_must_be_filled_and_nothing_else_can_be),
         CAST_TEST(what_expired_was_revoked_or_sent_again_does_not_hold), CAST_TEST(a_suspended_organization_takes_nobody_in))
