/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/admin/cast.h"

static const char *invited(cast *c, const char *email, const char *role)
{
    DO("invitation.send", apr_psprintf(c->pool, "{'org': 'acme', 'role': '%s', 'email': ['%s']}", role, email));
    return apr_psprintf(c->pool, "{'invitation': '%s'}", oa_json_get_text(oa_json_at(cast_items(c), 0), "id"));
}

static size_t listed(cast *c, const char *status)
{
    AS("admin@acme.example", "invitation.list", apr_psprintf(c->pool, "{'org': 'acme', 'status': '%s'}", status));
    return oa_json_size(cast_items(c));
}

static void a_status_is_as_of_now(void **state)
{
    cast *c = *state;
    const char *first = invited(c, "a@else.example", "Viewer");
    invited(c, "b@else.example", "Viewer");
    AS("admin@acme.example", "invitation.revoke", first);
    invited(c, "c@else.example", "Viewer");
    cast_sql(c, "UPDATE invitation SET expires_at = 1 WHERE email = 'c@else.example'");
    assert_int_equal(listed(c, "PENDING"), 1);
    assert_int_equal(listed(c, "REVOKED"), 1);
    assert_int_equal(listed(c, "EXPIRED"), 1);
    assert_int_equal(listed(c, "ACCEPTED"), 0);
    AS("admin@acme.example", "invitation.list", "{'org': 'acme', 'limit': 2}");
    assert_int_equal(oa_json_size(cast_items(c)), 2);
    assert_string_not_equal(cast_text(c, "next"), "(none)");
}

static void what_is_settled_is_neither_sent_again_nor_revoked(void **state)
{
    cast *c = *state;
    const char *one = invited(c, "a@else.example", "Viewer");
    DO("invitation.revoke", one);
    REFUSED(OA_CONFLICT, "invitation.revoke", one);
    REFUSED(OA_CONFLICT, "invitation.resend", one);
    const char *two = invited(c, "a@else.example", "Viewer");
    cast_sql(c, "UPDATE invitation SET status = 3 WHERE status = 1");
    REFUSED(OA_CONFLICT, "invitation.revoke", two);
    invited(c, "a@else.example", "Viewer");
    REFUSED(OA_CONFLICT, "invitation.resend", two); /* there is a newer one */
}

static void whoever_sends_again_or_revokes_must_hold_what_it_grants(void **state)
{
    cast *c = *state;
    const char *strong = invited(c, "a@else.example", "Administrator"), *weak = invited(c, "b@else.example", "Viewer");
    REFUSED_AS(OA_NOT_ALLOWED, "desk@acme.example", "invitation.resend", strong);
    REFUSED_AS(OA_NOT_ALLOWED, "desk@acme.example", "invitation.revoke", strong);
    AS("desk@acme.example", "invitation.resend", weak);
    AS("desk@acme.example", "invitation.revoke", weak);
}

static void another_organizations_invitation_is_not_there(void **state)
{
    static const char *const operations[] = {"invitation.show", "invitation.resend", "invitation.revoke"};
    cast *c = *state;
    const char *one = invited(c, "a@else.example", "Viewer");
    for (size_t i = 0; i < 3; i++) {
        REFUSED_AS(OA_NOT_FOUND, "admin@globex.example", operations[i], one);
        REFUSED_AS(OA_NOT_FOUND, "admin@globex.example", operations[i], "{'invitation': 'inv_0000000000001'}");
    }
    AS("admin@acme.example", "invitation.show", one);
    assert_string_equal(cast_text(c, "email"), "a@else.example");
}

OA_TESTS(CAST_TEST(a_status_is_as_of_now), CAST_TEST(what_is_settled_is_neither_sent_again_nor_revoked),
         CAST_TEST(whoever_sends_again_or_revokes_must_hold_what_it_grants),
         CAST_TEST(another_organizations_invitation_is_not_there))
