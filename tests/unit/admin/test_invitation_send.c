/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/admin/cast.h"

static int64_t invitations(cast *c)
{
    return cast_int(c, "SELECT count(*) FROM invitation");
}

static void many_are_invited_in_one_call_with_one_event(void **state)
{
    cast *c = *state;
    int64_t events = cast_events(c);
    AS("admin@acme.example", "invitation.send",
       "{'org': 'acme', 'role': 'Viewer', 'email': ['a@else.example', 'B@Else.example', 'b@else.example', 'viewer@globex.example']}");
    assert_int_equal(oa_json_size(cast_items(c)), 3);
    assert_string_equal(oa_json_get_text(oa_json_at(cast_items(c), 0), "status"), "PENDING");
    assert_string_equal(oa_json_get_text(oa_json_at(cast_items(c), 0), "invited_by"), "admin@acme.example");
    assert_null(oa_json_get(oa_json_at(cast_items(c), 0), "link"));
    assert_int_equal(cast_events(c), events + 1);
    assert_int_equal(cast_int(c, "SELECT expires_at - created_at FROM invitation LIMIT 1"), 7 * OA_DAY);
}

static void one_wrong_address_and_nobody_is_invited_unless_partial(void **state)
{
    cast *c = *state;
    DO("invitation.send", "{'org': 'acme', 'role': 'Viewer', 'email': ['a@else.example']}");
    REFUSED(OA_CONFLICT, "invitation.send", "{'org': 'acme', 'role': 'Viewer', 'email': ['b@else.example', 'a@else.example']}");
    REFUSED(OA_CONFLICT, "invitation.send", "{'org': 'acme', 'role': 'Viewer', 'email': ['b@else.example', 'viewer@acme.example']}");
    REFUSED(OA_INVALID, "invitation.send", "{'org': 'acme', 'role': 'Viewer', 'email': ['b@else.example', 'c@x.example\\nBcc: d@x.example']}");
    assert_int_equal(invitations(c), 1);
    DO("invitation.send", "{'org': 'acme', 'role': 'Viewer', 'email': ['b@else.example', 'a@else.example', 'viewer@acme.example'], 'partial': true}");
    assert_int_equal(invitations(c), 2);
    assert_null(oa_json_get(oa_json_at(cast_items(c), 0), "error"));
    assert_non_null(oa_json_get_text(oa_json_at(cast_items(c), 1), "error"));
    assert_non_null(oa_json_get_text(oa_json_at(cast_items(c), 2), "error"));
}

static void nobody_offers_more_than_they_hold(void **state)
{
    cast *c = *state;
    DO("role.create", "{'name': 'Recruiter', 'org': 'acme', 'type': 'administrator', 'permission': ['*:view', '*:statistics', 'users:create']}");
    DO("user.create", "{'email': 'recruiter@acme.example', 'org': 'acme', 'role': 'Recruiter'}");
    AS("recruiter@acme.example", "invitation.send", "{'org': 'acme', 'role': 'Viewer', 'email': ['a@else.example']}");
    REFUSED_AS(OA_NOT_ALLOWED, "recruiter@acme.example", "invitation.send", "{'org': 'acme', 'role': 'Administrator', 'email': ['b@else.example']}");
    REFUSED_AS(OA_NOT_ALLOWED, "admin@acme.example", "invitation.send", "{'org': 'acme', 'role': 'SuperAdmin', 'email': ['b@else.example']}");
    REFUSED_AS(OA_NOT_ALLOWED, "editor@acme.example", "invitation.send", "{'org': 'acme', 'role': 'Viewer', 'email': ['b@else.example']}");
    REFUSED_AS(OA_NOT_FOUND, "admin@globex.example", "invitation.send", "{'org': 'acme', 'role': 'Viewer', 'email': ['b@else.example']}");
    REFUSED_AS(OA_INVALID, "admin@acme.example", "invitation.send", "{'org': 'acme', 'role': 'Viewer', 'email': ['b@else.example'], 'sub_org': ['globex']}");
    DO("api.register", "{'name': 'reports', 'org': 'acme'}");
    REFUSED_AS(OA_NOT_ALLOWED, "recruiter@acme.example", "invitation.send",
               "{'org': 'acme', 'external': true, 'api': ['reports'], 'email': ['b@else.example']}");
    REFUSED_AS(OA_NOT_ALLOWED, "admin@acme.example", "invitation.send", "{'org': 'acme', 'role': 'Viewer', 'email': ['b@else.example'], 'print_link': true}");
    assert_int_equal(invitations(c), 1);
}

static void an_outsider_gets_web_apis_and_no_role(void **state)
{
    cast *c = *state;
    DO("api.register", "{'name': 'reports', 'org': 'acme'}");
    REFUSED(OA_INVALID, "invitation.send", "{'org': 'acme', 'email': ['b@else.example']}");
    REFUSED(OA_INVALID, "invitation.send", "{'org': 'acme', 'external': true, 'email': ['b@else.example']}");
    REFUSED(OA_INVALID, "invitation.send", "{'org': 'acme', 'external': true, 'api': ['reports'], 'role': 'Viewer', 'email': ['b@else.example']}");
    REFUSED(OA_NOT_FOUND, "invitation.send", "{'org': 'globex', 'external': true, 'api': ['reports'], 'email': ['b@else.example']}");
    DO("invitation.send", "{'org': 'acme', 'external': true, 'api': ['reports'], 'email': ['b@else.example']}");
    assert_true(oa_json_get_bool(oa_json_at(cast_items(c), 0), "external"));
}

static void an_expired_one_makes_room_for_another(void **state)
{
    cast *c = *state;
    DO("invitation.send", "{'org': 'acme', 'role': 'Viewer', 'email': ['a@else.example']}");
    cast_sql(c, "UPDATE invitation SET expires_at = 1");
    DO("invitation.send", "{'org': 'acme', 'role': 'Viewer', 'email': ['a@else.example']}");
    assert_int_equal(cast_int(c, "SELECT count(*) FROM invitation WHERE status = 3"), 1);
}

OA_TESTS(CAST_TEST(many_are_invited_in_one_call_with_one_event), CAST_TEST(one_wrong_address_and_nobody_is_invited_unless_partial),
         CAST_TEST(nobody_offers_more_than_they_hold), CAST_TEST(an_outsider_gets_web_apis_and_no_role),
         CAST_TEST(an_expired_one_makes_room_for_another))
