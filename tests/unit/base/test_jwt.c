/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "core/base/jwt.h"

#include <apr_strings.h>

/* RFC 8037 appendix A.1: d and x. */
static const char seed_text[] = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A";
static const char public_text[] = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";

static const unsigned char *seed(apr_pool_t *pool)
{
    size_t size;
    const unsigned char *bytes = oa_base64url_decode(seed_text, sizeof(seed_text) - 1, &size, pool);
    assert_int_equal(size, OA_SUBKEY_SIZE);
    return bytes;
}

static oa_json *claims(apr_pool_t *pool)
{
    oa_json *object = oa_json_object(pool);
    oa_json_set_text(object, "sub", "usr_1");
    return object;
}

static const char *token(apr_pool_t *pool)
{
    return (const char *)oa_jwt_sign(seed(pool), claims(pool), pool)->bytes;
}

static bool verifies(const char *text, apr_pool_t *pool)
{
    oa_json *found;
    return oa_jwt_verify(oa_jwt_key_make(seed(pool), pool), text, strlen(text), &found, pool);
}

/* Signed by the right key, whatever the parts say. */
static const char *forge(const char *header, const char *payload, apr_pool_t *pool)
{
    unsigned char signature[OA_SIGNATURE_SIZE];
    const char *text = apr_pstrcat(pool, oa_base64url_encode(header, strlen(header), pool), ".",
                                   oa_base64url_encode(payload, strlen(payload), pool), NULL);
    oa_sign(seed(pool), text, strlen(text), signature);
    return apr_pstrcat(pool, text, ".", oa_base64url_encode(signature, sizeof(signature), pool), NULL);
}

/* `text` with the key's id in place of "%s". */
static const char *header(const char *text, apr_pool_t *pool)
{
    const char *at = strstr(text, "%s");
    return at == NULL ? text
                      : apr_pstrcat(pool, apr_pstrndup(pool, text, (size_t)(at - text)),
                                    oa_jwt_key_make(seed(pool), pool)->kid, at + 2, NULL);
}

static void the_vectors_of_rfc_8037_hold(void **state)
{
    static const char input[] = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
    unsigned char public[OA_SIGN_PUBLIC_SIZE], signature[OA_SIGNATURE_SIZE];
    oa_sign_public(seed(*state), public);
    assert_string_equal(oa_base64url_encode(public, sizeof(public), *state), public_text);
    oa_sign(seed(*state), input, sizeof(input) - 1, signature);
    assert_string_equal(oa_base64url_encode(signature, sizeof(signature), *state),
                        "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg");
    assert_true(oa_sign_matches(public, input, sizeof(input) - 1, signature));
    assert_false(oa_sign_matches(public, input, sizeof(input) - 2, signature));
}

static void a_token_says_how_it_is_signed_and_what_is_claimed(void **state)
{
    const oa_jwt_key *key = oa_jwt_key_make(seed(*state), *state);
    const char *text = token(*state);
    const char *end = strchr(text, '.');
    size_t size;
    oa_json *found;
    const unsigned char *first = oa_base64url_decode(text, (size_t)(end - text), &size, *state);
    assert_int_equal(strlen(key->kid), 16);
    assert_string_equal((const char *)first, header("{\"alg\":\"EdDSA\",\"typ\":\"JWT\",\"kid\":\"%s\"}", *state));
    assert_true(oa_jwt_verify(key, text, strlen(text), &found, *state));
    assert_string_equal(oa_json_get_text(found, "sub"), "usr_1");
}

static void the_public_key_is_shown_as_rfc_8037_says(void **state)
{
    const oa_jwt_key *key = oa_jwt_key_make(seed(*state), *state);
    const oa_json *jwk = oa_jwt_jwk(key, *state);
    assert_string_equal(oa_json_get_text(jwk, "kty"), "OKP");
    assert_string_equal(oa_json_get_text(jwk, "crv"), "Ed25519");
    assert_string_equal(oa_json_get_text(jwk, "alg"), "EdDSA");
    assert_string_equal(oa_json_get_text(jwk, "use"), "sig");
    assert_string_equal(oa_json_get_text(jwk, "kid"), key->kid);
    assert_string_equal(oa_json_get_text(jwk, "x"), public_text);
    assert_int_equal(oa_json_size(jwk), 6);
}

/* Each of them with a right signature: the header alone is what is wrong. */
static void any_other_header_is_refused(void **state)
{
    static const char *const headers[] = {
        "{\"alg\":\"none\",\"typ\":\"JWT\",\"kid\":\"%s\"}",
        "{\"alg\":\"HS256\",\"typ\":\"JWT\",\"kid\":\"%s\"}",
        "{\"alg\":\"eddsa\",\"typ\":\"JWT\",\"kid\":\"%s\"}",
        "{\"alg\":\"Ed25519\",\"typ\":\"JWT\",\"kid\":\"%s\"}",
        "{\"alg\":\"EdDSA\",\"alg\":\"EdDSA\",\"typ\":\"JWT\",\"kid\":\"%s\"}",
        "{\"alg\":\"EdDSA\",\"typ\":\"JWT\",\"kid\":\"%s\",\"kid\":\"x\"}",
        "{\"alg\":\"EdDSA\",\"typ\":\"JWT\",\"kid\":\"%s\",\"crit\":[\"exp\"]}",
        "{\"alg\":\"EdDSA\",\"typ\":\"JWT\",\"kid\":\"%s\",\"crit\":[]}",
        "{\"alg\":\"EdDSA\",\"typ\":\"JWT\",\"kid\":\"%s\",\"jku\":\"http://127.0.0.1:1/jwks.json\"}",
        "{\"alg\":\"EdDSA\",\"typ\":\"JWT\",\"kid\":\"%s\",\"x5u\":\"http://127.0.0.1:1/x.pem\"}",
        "{\"alg\":\"EdDSA\",\"typ\":\"JWT\",\"kid\":\"%s\",\"jwk\":{\"kty\":\"OKP\"}}",
        "{\"alg\":\"EdDSA\",\"typ\":\"JWT\",\"kid\":\"%s\",\"b64\":false}",
        "{\"alg\":\"EdDSA\",\"typ\":\"JWT\",\"kid\":\"../%s\"}",
        "{\"alg\":\"EdDSA\",\"typ\":\"JWT\",\"kid\":[\"%s\"]}",
        "{\"alg\":\"EdDSA\",\"typ\":\"jwt\",\"kid\":\"%s\"}",
        "{\"alg\":\"EdDSA\",\"kid\":\"%s\"}",
        "{\"alg\":\"EdDSA\",\"typ\":\"JWT\"}",
        "{\"kid\":\"%s\",\"alg\":\"EdDSA\",\"typ\":\"JWT\"}",
        " {\"alg\":\"EdDSA\",\"typ\":\"JWT\",\"kid\":\"%s\"}",
        "{}",
        "",
    };
    assert_true(verifies(forge(header("{\"alg\":\"EdDSA\",\"typ\":\"JWT\",\"kid\":\"%s\"}", *state), "{}", *state), *state));
    for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
        const char *whole = header(headers[i], *state);
        if (verifies(forge(whole, "{\"sub\":\"usr_1\"}", *state), *state)) {
            fail_msg("taken: %s", whole);
        }
    }
}

static void claims_that_are_no_single_object_are_refused(void **state)
{
    static const char *const payloads[] = {"", "[]", "null", "\"x\"", "{}{}", "{\"exp\":1,\"exp\":2}", "{\"exp\":1e999}", "{",
                                           "{\"exp\":99999999999999999999}", "\xff", "{\"a\":\"\\u0000\"}"};
    const char *right = header("{\"alg\":\"EdDSA\",\"typ\":\"JWT\",\"kid\":\"%s\"}", *state);
    for (size_t i = 0; i < sizeof(payloads) / sizeof(payloads[0]); i++) {
        if (verifies(forge(right, payloads[i], *state), *state)) {
            fail_msg("taken: %s", payloads[i]);
        }
    }
}

/* Every single character changed, left out or doubled, and the token cut anywhere. */
static void a_token_has_one_spelling(void **state)
{
    const char *text = token(*state);
    size_t length = strlen(text);
    assert_true(verifies(text, *state));
    for (size_t i = 0; i < length; i++) {
        char *changed = apr_pstrdup(*state, text);
        for (const char *c = "A_.=~/+"; *c != '\0'; c++) {
            changed[i] = *c;
            assert_true(*c == text[i] || !verifies(changed, *state));
        }
        changed[i] = '\0';
        assert_false(verifies(changed, *state));
        assert_false(verifies(apr_pstrcat(*state, changed, text + i + 1, NULL), *state) && text[i] != text[i + 1]);
        assert_false(verifies(apr_psprintf(*state, "%s%c%s", changed, text[i], text + i), *state));
    }
}

static void extra_parts_padding_and_blanks_are_refused(void **state)
{
    const char *text = token(*state);
    const char *const others[] = {
        apr_pstrcat(*state, text, ".", NULL),      apr_pstrcat(*state, text, "..", NULL),
        apr_pstrcat(*state, ".", text, NULL),      apr_pstrcat(*state, text, ".x", NULL),
        apr_pstrcat(*state, text, "=", NULL),      apr_pstrcat(*state, text, "==", NULL),
        apr_pstrcat(*state, text, " ", NULL),      apr_pstrcat(*state, text, "\n", NULL),
        apr_pstrndup(*state, text, (size_t)(strrchr(text, '.') - text)),
        apr_pstrndup(*state, text, (size_t)(strrchr(text, '.') - text) + 1),
        apr_pstrndup(*state, text, (size_t)(strchr(text, '.') - text) + 1),
        ".", "..", "...", "",
    };
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        assert_false(verifies(others[i], *state));
    }
}

/* The classic confusion: an HMAC keyed with what everybody knows. Its bytes are no signature of ours, whatever they are. */
static void a_digest_keyed_with_the_public_key_is_no_signature(void **state)
{
    const oa_jwt_key *key = oa_jwt_key_make(seed(*state), *state);
    unsigned char mac[OA_DIGEST_SIZE];
    const char *text = apr_pstrcat(*state, key->header, ".", oa_base64url_encode("{}", 2, *state), NULL);
    oa_digest(key->public, text, strlen(text), mac);
    assert_false(verifies(apr_pstrcat(*state, text, ".", oa_base64url_encode(mac, sizeof(mac), *state), NULL), *state));
}

static void another_key_and_a_low_order_key_sign_nothing_here(void **state)
{
    unsigned char other[OA_SUBKEY_SIZE] = {1}, nothing[OA_SIGNATURE_SIZE] = {1};
    const char *text = (const char *)oa_jwt_sign(other, claims(*state), *state)->bytes;
    assert_false(verifies(text, *state));
    const oa_jwt_key *key = oa_jwt_key_make(seed(*state), *state);
    const char *unsigned_text = apr_pstrcat(*state, key->header, ".e30.",
                                            oa_base64url_encode(nothing, sizeof(nothing), *state), NULL);
    assert_false(verifies(unsigned_text, *state));
}

static void what_is_longer_than_the_limit_is_refused(void **state)
{
    oa_json *much = claims(*state);
    char *filler = apr_pcalloc(*state, OA_JWT_MAX);
    memset(filler, 'x', OA_JWT_MAX - 1);
    oa_json_set_text(much, "filler", filler);
    assert_false(verifies((const char *)oa_jwt_sign(seed(*state), much, *state)->bytes, *state));
    filler[5000] = '\0';
    oa_json_set_text(much, "filler", filler);
    assert_true(verifies((const char *)oa_jwt_sign(seed(*state), much, *state)->bytes, *state));
}

OA_TESTS(OA_POOL_TEST(the_vectors_of_rfc_8037_hold), OA_POOL_TEST(a_token_says_how_it_is_signed_and_what_is_claimed),
         OA_POOL_TEST(the_public_key_is_shown_as_rfc_8037_says), OA_POOL_TEST(any_other_header_is_refused),
         OA_POOL_TEST(claims_that_are_no_single_object_are_refused), OA_POOL_TEST(a_token_has_one_spelling),
         OA_POOL_TEST(extra_parts_padding_and_blanks_are_refused),
         OA_POOL_TEST(a_digest_keyed_with_the_public_key_is_no_signature),
         OA_POOL_TEST(another_key_and_a_low_order_key_sign_nothing_here),
         OA_POOL_TEST(what_is_longer_than_the_limit_is_refused))
