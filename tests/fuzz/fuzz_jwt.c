/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tokens. The input is taken twice: as a token, which holds only if it is what signing its own claims gives; and as the claims of a token that
 * is signed rightly, behind whose signature the claims are parsed.
 */
#include "tests/fuzz/fuzz.h"

#include "core/base/jwt.h"
#include "core/model/claims.h"

#include <apr_strings.h>

static const unsigned char seed[OA_SUBKEY_SIZE] = "a seed that everybody knows....";

static void read_claims(oa_json *claims, apr_pool_t *pool)
{
    oa_id key;
    const oa_claims wanted = {.store_id = "x", .user = 1, .org = 1, .key = 1};
    MUST(oa_json_type_of(claims) == OA_JSON_OBJECT);
    if (oa_claims_agree(claims, &wanted, pool)) {
        MUST(oa_claims_key(claims, &key) && key == 1);
    }
    MUST(oa_claims_end(claims) >= 0);
}

static void as_token(const oa_jwt_key *key, const char *text, size_t size, apr_pool_t *pool)
{
    oa_json *claims;
    if (oa_jwt_verify(key, text, size, &claims, pool)) {
        MUST(strncmp(text, key->header, strlen(key->header)) == 0 && size <= OA_JWT_MAX);
        read_claims(claims, pool);
    }
}

static void as_claims(const oa_jwt_key *key, const char *text, size_t size, apr_pool_t *pool)
{
    unsigned char signature[OA_SIGNATURE_SIZE];
    oa_json *claims;
    const char *start = apr_pstrcat(pool, key->header, ".", oa_base64url_encode(text, size, pool), NULL);
    oa_sign(seed, start, strlen(start), signature);
    const char *token = apr_pstrcat(pool, start, ".", oa_base64url_encode(signature, sizeof(signature), pool), NULL);
    if (oa_jwt_verify(key, token, strlen(token), &claims, pool)) {
        read_claims(claims, pool);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    apr_pool_t *pool = oa_fuzz_pool();
    const oa_jwt_key *key = oa_jwt_key_make(seed, pool);
    const char *text = apr_pstrmemdup(pool, (const char *)data, size);
    as_token(key, text, size, pool);
    as_claims(key, text, size, pool);
    return 0;
}
