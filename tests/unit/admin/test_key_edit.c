/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/admin/cast.h"

#include "core/base/clock.h"

static const char *networks(cast *c)
{
    return oa_json_canonical(oa_json_get(c->result, "networks"), c->pool);
}

/* {'key': the last one made, MORE} */
static const char *with(cast *c, const char *id, const char *more)
{
    return apr_psprintf(c->pool, "{'key': '%s'%s}", id, more);
}

static void networks_are_kept_in_one_spelling(void **state)
{
    cast *c = *state;
    DO("key.issue", "{'user': 'viewer@acme.example', 'network': ['2001:DB8:0::/32', '192.0.2.1/32', '2001:db8::/32']}");
    assert_string_equal(networks(c), "[\"2001:db8::/32\",\"192.0.2.1\"]");
    assert_int_equal(cast_int(c, "SELECT count(*) FROM credential WHERE networks = '2001:db8::/32 192.0.2.1'"), 1);
    REFUSED(OA_INVALID, "key.issue", "{'user': 'viewer@acme.example', 'network': ['10.1.2.3/8']}");
    assert_string_equal(c->error->field, "network");
    REFUSED(OA_INVALID, "key.issue", "{'user': 'viewer@acme.example', 'network': ['home']}");
    REFUSED(OA_INVALID, "key.issue", "{'user': 'viewer@acme.example', 'network': ['10.0.0.0/8 11.0.0.0/8']}");
    assert_int_equal(cast_int(c, "SELECT count(*) FROM api_key"), 1);
}

static void no_more_networks_than_the_limit(void **state)
{
    cast *c = *state;
    const char *list = "'10.0.0.0/8'";
    for (int i = 0; i < 32; i++) {
        list = apr_psprintf(c->pool, "%s, '192.0.2.%d'", list, i);
    }
    REFUSED(OA_INVALID, "key.issue", apr_psprintf(c->pool, "{'user': 'viewer@acme.example', 'network': [%s]}", list));
}

static void what_is_not_named_stays(void **state)
{
    cast *c = *state;
    DO("key.issue", "{'user': 'viewer@acme.example', 'name': 'laptop', 'expires': '90d', 'network': ['10.0.0.0/8']}");
    const char *id = apr_pstrdup(c->pool, cast_text(c, "id"));
    const char *expires = apr_pstrdup(c->pool, cast_text(c, "expires_at"));
    DO("key.edit", with(c, id, ", 'name': 'desk'"));
    assert_string_equal(cast_text(c, "name"), "desk");
    assert_string_equal(cast_text(c, "expires_at"), expires);
    assert_string_equal(networks(c), "[\"10.0.0.0/8\"]");
    DO("key.edit", with(c, id, ", 'name': '', 'network': [], 'expires': '0'"));
    assert_string_equal(cast_text(c, "name"), "");
    assert_string_equal(cast_text(c, "expires_at"), "(none)");
    assert_string_equal(networks(c), "[]");
    DO("key.edit", with(c, id, ", 'expires': '1d', 'network': ['::1']"));
    assert_int_equal(cast_int(c, "SELECT count(*) FROM credential WHERE expires_at > 0 AND networks = '::1'"), 1);
}

static void a_key_that_ended_is_edited_no_more(void **state)
{
    cast *c = *state;
    DO("key.issue", "{'user': 'viewer@acme.example'}");
    const char *id = apr_pstrdup(c->pool, cast_text(c, "id"));
    DO("key.revoke", with(c, id, ""));
    REFUSED(OA_CONFLICT, "key.edit", with(c, id, ", 'name': 'desk'"));
}

static void the_expiry_of_a_jwt_comes_forward_only(void **state)
{
    cast *c = *state;
    DO("key.issue", "{'user': 'viewer@acme.example', 'jwt': true, 'expires': '10d'}");
    const char *id = apr_pstrdup(c->pool, cast_text(c, "id"));
    REFUSED(OA_INVALID, "key.edit", with(c, id, ", 'expires': '11d'"));
    REFUSED(OA_INVALID, "key.edit", with(c, id, ", 'expires': '0'"));
    DO("key.edit", with(c, id, ", 'expires': '9d'"));
    DO("key.edit", with(c, id, ", 'name': 'desk'"));
}

static void others_keys_are_edited_by_who_may(void **state)
{
    cast *c = *state;
    DO("key.issue", "{'user': 'viewer@acme.example'}");
    const char *arguments = with(c, cast_text(c, "id"), ", 'name': 'desk'");
    DO("key.issue", "{'user': 'admin@acme.example'}");
    const char *admins = with(c, cast_text(c, "id"), ", 'name': 'desk'");
    REFUSED_AS(OA_NOT_FOUND, "admin@globex.example", "key.edit", arguments);
    REFUSED_AS(OA_NOT_ALLOWED, "editor@acme.example", "key.edit", arguments);
    REFUSED_AS(OA_NOT_ALLOWED, "viewer@acme.example", "key.edit", arguments);
    REFUSED_AS(OA_NOT_ALLOWED, "desk@acme.example", "key.edit", admins);
    AS("desk@acme.example", "key.edit", arguments);
    AS("admin@acme.example", "key.edit", arguments);
}

OA_TESTS(CAST_TEST(networks_are_kept_in_one_spelling), CAST_TEST(no_more_networks_than_the_limit),
         CAST_TEST(what_is_not_named_stays), CAST_TEST(a_key_that_ended_is_edited_no_more),
         CAST_TEST(the_expiry_of_a_jwt_comes_forward_only), CAST_TEST(others_keys_are_edited_by_who_may))
