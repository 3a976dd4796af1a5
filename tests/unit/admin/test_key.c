/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/admin/cast.h"

static void a_list_shows_what_belongs_to_the_organization_asked_for(void **state)
{
    static const struct {
        const char *who, *arguments;
        size_t count;
    } cases[] = {
        {NULL, "{}", 3},
        {NULL, "{'user': 'viewer@acme.example'}", 2},
        {NULL, "{'user': 'viewer@acme.example', 'org': 'globex'}", 1},
        {NULL, "{'org': 'acme'}", 2},
        {NULL, "{'org': 'acme', 'status': 'active'}", 2},
        {NULL, "{'org': 'acme', 'status': 'revoked'}", 0},
        {NULL, "{'org': 'acme', 'expires_within': '8d'}", 1},
        {NULL, "{'org': 'acme', 'expires_within': '6d'}", 0},
        {"admin@acme.example", "{'user': 'viewer@acme.example'}", 1},
        {"admin@globex.example", "{'org': 'globex'}", 1},
        {"admin@globex.example", "{'org': 'globex', 'user': 'viewer@acme.example'}", 1},
    };
    cast *c = *state;
    DO("user.add", "{'email': ['viewer@acme.example'], 'org': 'globex', 'role': 'Viewer'}");
    DO("key.issue", "{'user': 'viewer@acme.example'}");
    DO("key.issue", "{'user': 'viewer@acme.example', 'org': 'globex'}");
    DO("key.issue", "{'user': 'editor@acme.example', 'expires': '7d'}");
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        AS(cases[i].who, "key.list", cases[i].arguments);
        assert_int_equal(oa_json_size(cast_items(c)), cases[i].count);
        assert_null(strstr(oa_json_canonical(c->result, c->pool), "oak_"));
    }
    DO("key.list", "{'org': 'acme', 'limit': 1}");
    DO("key.list", apr_psprintf(c->pool, "{'org': 'acme', 'limit': 1, 'after': '%s'}", cast_text(c, "next")));
    assert_int_equal(oa_json_size(cast_items(c)), 1);
    assert_string_equal(cast_text(c, "next"), "(none)");
}

static void a_key_is_revoked_once_and_at_once(void **state)
{
    cast *c = *state;
    DO("key.issue", "{'user': 'viewer@acme.example'}");
    const char *which = apr_psprintf(c->pool, "{'key': '%s'}", cast_text(c, "id"));
    DO("key.revoke", which);
    assert_string_equal(cast_text(c, "status"), "revoked");
    assert_true(cast_int(c, "SELECT revoked_at FROM credential") > 0);
    REFUSED(OA_CONFLICT, "key.revoke", which);
    DO("key.show", which);
    assert_string_equal(cast_text(c, "status"), "revoked");
}

static void user_and_organization_beside_a_key_only_narrow(void **state)
{
    static const struct {
        const char *more;
        bool found;
    } cases[] = {
        {"", true},
        {", 'user': 'viewer@acme.example'", true},
        {", 'user': 'editor@acme.example'", false},
        {", 'org': 'acme'", true},
        {", 'org': 'globex'", false},
        {", 'org': 'lab'", false},
        {", 'org': 'acme', 'user': 'viewer@acme.example'", true},
        {", 'org': 'acme', 'user': 'editor@acme.example'", false},
    };
    cast *c = *state;
    DO("key.issue", "{'user': 'viewer@acme.example'}");
    const char *id = apr_pstrdup(c->pool, cast_text(c, "id"));
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *arguments = apr_psprintf(c->pool, "{'key': '%s'%s}", id, cases[i].more);
        oa_error *error = cast_perform(c, NULL, "key.show", arguments, false);
        assert_int_equal(error == NULL, cases[i].found);
        assert_true(error == NULL || error->code == OA_NOT_FOUND);
    }
}

static void an_outsider_may_end_its_own_key_and_see_nothing_else(void **state)
{
    cast *c = *state;
    DO("api.register", "{'name': 'reports', 'org': 'globex'}");
    DO("api.attach", "{'api': 'reports', 'user': ['viewer@acme.example'], 'key': true}");
    const oa_json *made = oa_json_at(cast_items(c), 0);
    const char *which = apr_psprintf(c->pool, "{'key': '%s'}", oa_json_get_text(made, "key_id"));
    REFUSED_AS(OA_NOT_FOUND, "viewer@acme.example", "key.show", which);
    REFUSED_AS(OA_NOT_FOUND, "viewer@acme.example", "key.revoke", which);
    REFUSED_AS(OA_NOT_FOUND, "editor@acme.example", "me.revoke-key", which);
    AS("viewer@acme.example", "me.revoke-key", which);
    assert_string_equal(cast_text(c, "status"), "revoked");
}

OA_TESTS(CAST_TEST(an_outsider_may_end_its_own_key_and_see_nothing_else),
         CAST_TEST(a_list_shows_what_belongs_to_the_organization_asked_for), CAST_TEST(a_key_is_revoked_once_and_at_once),
         CAST_TEST(user_and_organization_beside_a_key_only_narrow))
