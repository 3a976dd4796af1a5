/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/admin/visitor.h"

/* The actor with that key. */
static oa_actor with_key(cast *c, const char *email, const char *key)
{
    oa_actor actor = cast_actor(c, email);
    assert_true(oa_id_parse(OA_KIND_KEY, key, &actor.key_id));
    return actor;
}

static void every_member_has_keys_of_its_own(void **state)
{
    static const char *const members[] = {"viewer@acme.example", "api@acme.example", "admin@acme.example", "super@site.example"};
    cast *c = *state;
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        AS(members[i], "me.issue-key", "{'name': 'laptop', 'expires': '90d'}");
        const char *key = cast_text(c, "id");
        assert_int_equal(strlen(cast_text(c, "key")), 57);
        AS(members[i], "me.keys", "{}");
        assert_int_equal(oa_json_size(cast_items(c)), 1);
        AS(members[i], "me.rotate-key", apr_psprintf(c->pool, "{'key': '%s'}", key));
        AS(members[i], "me.revoke-key", apr_psprintf(c->pool, "{'key': '%s'}", key));
        AS(members[i], "me.show-key", apr_psprintf(c->pool, "{'key': '%s'}", key));
        assert_string_equal(cast_text(c, "status"), "revoked");
    }
}

static void nobody_touches_anothers_key_here(void **state)
{
    static const char *const operations[] = {"me.show-key", "me.rotate-key", "me.revoke-key"};
    static const char *const others[] = {"admin@acme.example", "editor@acme.example", "viewer@globex.example", "super@site.example"};
    cast *c = *state;
    AS("viewer@acme.example", "me.issue-key", "{}");
    const char *named = apr_psprintf(c->pool, "{'key': '%s'}", cast_text(c, "id"));
    for (size_t i = 0; i < sizeof operations / sizeof operations[0]; i++) {
        for (size_t j = 0; j < sizeof others / sizeof others[0]; j++) {
            REFUSED_AS(OA_NOT_FOUND, others[j], operations[i], named);
        }
    }
}

static void a_key_makes_no_more_of_itself(void **state)
{
    cast *c = *state;
    AS("viewer@acme.example", "me.issue-key", "{'expires': '1d'}");
    const char *mine = cast_text(c, "id");
    AS("viewer@acme.example", "me.issue-key", "{}");
    const char *other = cast_text(c, "id");
    oa_actor actor = with_key(c, "viewer@acme.example", mine);
    assert_code(visit_as(c, &actor, "me.issue-key", "{}"), OA_NOT_ALLOWED);
    assert_code(visit_as(c, &actor, "me.rotate-key", apr_psprintf(c->pool, "{'key': '%s'}", other)), OA_NOT_ALLOWED);
    assert_code(visit_as(c, &actor, "me.revoke-key", apr_psprintf(c->pool, "{'key': '%s'}", other)), OA_NOT_ALLOWED);
    assert_code(visit_as(c, &actor, "me.rotate-key", apr_psprintf(c->pool, "{'key': '%s', 'expires': '900d'}", mine)), OA_NOT_ALLOWED);
    assert_ok(visit_as(c, &actor, "me.rotate-key", apr_psprintf(c->pool, "{'key': '%s'}", mine)));
    assert_int_equal(cast_int(c, "SELECT count(DISTINCT expires_at) FROM api_key WHERE expires_at > 0"), 1);
    assert_ok(visit_as(c, &actor, "me.revoke-key", apr_psprintf(c->pool, "{'key': '%s'}", mine)));
    assert_code(visit_as(c, &actor, "me.keys", "{}"), OA_UNAUTHENTICATED);
}

static void a_key_covers_what_is_attached_and_an_outsider_may_have_one(void **state)
{
    cast *c = *state;
    DO("api.register", "{'name': 'reports', 'org': 'acme'}");
    REFUSED_AS(OA_INVALID, "viewer@acme.example", "me.issue-key", "{'api': ['reports']}");
    REFUSED_AS(OA_NOT_FOUND, "viewer@globex.example", "me.issue-key", "{'org': 'acme'}");
    DO("api.attach", "{'api': 'reports', 'user': ['viewer@acme.example', 'viewer@globex.example']}");
    AS("viewer@acme.example", "me.issue-key", "{'api': ['reports']}");
    AS("viewer@globex.example", "me.issue-key", "{'org': 'acme', 'api': ['reports']}");
    const char *key = cast_text(c, "id");
    AS("viewer@globex.example", "me.revoke-key", apr_psprintf(c->pool, "{'key': '%s'}", key));
    AS("viewer@globex.example", "me.show", "{}");
    assert_string_equal(oa_json_get_text(oa_json_at(oa_json_get(c->result, "apis"), 0), "name"), "reports");
}

OA_TESTS(CAST_TEST(every_member_has_keys_of_its_own), CAST_TEST(nobody_touches_anothers_key_here),
         CAST_TEST(a_key_makes_no_more_of_itself), CAST_TEST(a_key_covers_what_is_attached_and_an_outsider_may_have_one))
