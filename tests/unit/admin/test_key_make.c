/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/admin/cast.h"

#include "core/base/jwt.h"

static oa_json *verified(cast *c, const char *token)
{
    oa_json *claims = NULL;
    const oa_jwt_key *key = oa_jwt_key_make(oa_store_subkey(c->store, OA_SUBKEY_JWT), c->pool);
    assert_true(oa_jwt_verify(key, token, strlen(token), &claims, c->pool));
    return claims;
}

static void a_jwt_key_is_a_token_that_says_whose_it_is(void **state)
{
    cast *c = *state;
    DO("key.issue", "{'user': 'viewer@acme.example', 'jwt': true}");
    const oa_json *claims = verified(c, cast_text(c, "key"));
    assert_string_equal(oa_json_get_text(claims, "sub"), cast_text(c, "user_id"));
    assert_string_equal(oa_json_get_text(claims, "org"), cast_text(c, "org_id"));
    assert_string_equal(oa_json_get_text(claims, "jti"), cast_text(c, "id"));
    assert_null(oa_json_get(claims, "exp"));
    assert_int_equal(oa_json_size(claims), 5);
    assert_true(oa_json_get_bool(c->result, "jwt"));
    DO("key.jwks", "{}");
    assert_string_equal(oa_json_get_text(claims, "iss"), cast_text(c, "issuer"));
}

static void a_jwt_key_expires_in_itself_when_asked_to(void **state)
{
    cast *c = *state;
    DO("key.issue", "{'user': 'viewer@acme.example', 'jwt': true, 'expires': '1h'}");
    const oa_json *claims = verified(c, cast_text(c, "key"));
    assert_int_equal(oa_json_get_int(claims, "exp") - oa_json_get_int(claims, "iat"), 3600);
    assert_int_equal(cast_int(c, "SELECT expires_at / 1000 FROM api_key"), oa_json_get_int(claims, "exp"));
}

static void a_jwt_key_is_stored_as_the_keyed_digest_of_the_token(void **state)
{
    cast *c = *state;
    unsigned char wanted[OA_DIGEST_SIZE];
    oa_rows *rows;
    size_t size;
    DO("key.issue", "{'user': 'viewer@acme.example', 'jwt': true}");
    const char *token = cast_text(c, "key");
    oa_digest(oa_store_subkey(c->store, OA_SUBKEY_API_KEY), token, strlen(token), wanted);
    oa_db *db = cast_take(c);
    assert_ok(oa_db_select(db, &rows, "SELECT verifier FROM api_key WHERE kind = 2", ""));
    assert_true(oa_rows_next(rows));
    assert_memory_equal(oa_rows_blob(rows, 0, &size), wanted, OA_DIGEST_SIZE);
    assert_ok(oa_rows_end(rows));
    oa_store_give(c->store, db);
}

static void a_rotated_jwt_key_is_another_jwt_key(void **state)
{
    cast *c = *state;
    DO("key.issue", "{'user': 'viewer@acme.example', 'jwt': true, 'network': ['10.0.0.0/8']}");
    const char *first = apr_pstrdup(c->pool, cast_text(c, "key"));
    const char *which = apr_pstrdup(c->pool, cast_text(c, "id"));
    DO("key.rotate", apr_psprintf(c->pool, "{'key': '%s'}", which));
    assert_string_not_equal(cast_text(c, "key"), first);
    assert_string_equal(oa_json_get_text(verified(c, cast_text(c, "key")), "jti"), cast_text(c, "id"));
    assert_string_equal(oa_json_canonical(oa_json_get(c->result, "networks"), c->pool), "[\"10.0.0.0/8\"]");
    const char *new = apr_psprintf(c->pool, "{'key': '%s'}", cast_text(c, "id"));
    DO("key.show", apr_psprintf(c->pool, "{'key': '%s'}", which));
    assert_string_equal(cast_text(c, "status"), "retiring");
    DO("key.revoke", new);
    DO("key.show", apr_psprintf(c->pool, "{'key': '%s'}", which));
    assert_string_equal(cast_text(c, "status"), "active"); /* the new one never came into use */
}

static void a_dry_run_gives_no_token(void **state)
{
    cast *c = *state;
    assert_ok(cast_perform(c, NULL, "key.issue", "{'user': 'viewer@acme.example', 'jwt': true}", true));
    assert_string_equal(cast_text(c, "key"), "(none)");
    assert_int_equal(cast_int(c, "SELECT count(*) FROM api_key"), 0);
}

static void no_key_is_kept_unless_the_site_asks_for_it(void **state)
{
    cast *c = *state;
    DO("key.issue", "{'user': 'viewer@acme.example'}");
    DO("key.issue", "{'user': 'viewer@acme.example', 'jwt': true}");
    assert_int_equal(cast_int(c, "SELECT count(*) FROM api_key WHERE sealed IS NOT NULL"), 0);
    DO("setting.set", "{'name': 'key.reveal', 'value': 'on'}");
    DO("key.issue", "{'user': 'viewer@acme.example'}");
    const char *which = apr_psprintf(c->pool, "{'key': '%s'}", cast_text(c, "id"));
    DO("key.issue", "{'user': 'viewer@acme.example', 'jwt': true}");
    assert_int_equal(cast_int(c, "SELECT count(*) FROM api_key WHERE sealed IS NOT NULL"), 2);
    assert_int_equal(cast_int(c, "SELECT count(*) FROM api_key WHERE instr(sealed, 'oak_') OR instr(sealed, 'eyJ')"), 0);
    DO("key.revoke", which);
    assert_int_equal(cast_int(c, "SELECT count(*) FROM api_key WHERE sealed IS NOT NULL"), 1);
    DO("user.remove", "{'user': 'viewer@acme.example'}");
}

OA_TESTS(CAST_TEST(a_jwt_key_is_a_token_that_says_whose_it_is), CAST_TEST(a_jwt_key_expires_in_itself_when_asked_to),
         CAST_TEST(a_jwt_key_is_stored_as_the_keyed_digest_of_the_token),
         CAST_TEST(a_rotated_jwt_key_is_another_jwt_key), CAST_TEST(a_dry_run_gives_no_token),
         CAST_TEST(no_key_is_kept_unless_the_site_asks_for_it))
