/* SPDX-License-Identifier: Apache-2.0 */
#include "core/model/claims.h"

#include <apr_strings.h>

const char *oa_issuer(const char *store_id, apr_pool_t *pool)
{
    return apr_pstrcat(pool, "urn:orgauth:", store_id, NULL);
}

oa_json *oa_claims_write(const oa_claims *claims, apr_pool_t *pool)
{
    oa_json *object = oa_json_object(pool);
    oa_json_set_text(object, "iss", oa_issuer(claims->store_id, pool));
    oa_json_set_text(object, "sub", oa_id_format(OA_KIND_USER, claims->user, pool));
    oa_json_set_text(object, "org", oa_id_format(OA_KIND_ORG, claims->org, pool));
    oa_json_set_text(object, "jti", oa_id_format(OA_KIND_KEY, claims->key, pool));
    oa_json_set_int(object, "iat", claims->issued_at / OA_SECOND);
    if (claims->expires_at != 0) {
        oa_json_set_int(object, "exp", claims->expires_at / OA_SECOND);
    }
    return object;
}

bool oa_claims_key(const oa_json *claims, oa_id *key)
{
    const char *text = oa_json_get_text(claims, "jti");
    return text != NULL && oa_id_parse(OA_KIND_KEY, text, key);
}

static bool says(const oa_json *claims, const char *name, const char *wanted)
{
    const char *text = oa_json_get_text(claims, name);
    return text != NULL && wanted != NULL && strcmp(text, wanted) == 0;
}

bool oa_claims_agree(const oa_json *claims, const oa_claims *wanted, apr_pool_t *pool)
{
    return says(claims, "iss", oa_issuer(wanted->store_id, pool)) &&
           says(claims, "sub", oa_id_format(OA_KIND_USER, wanted->user, pool)) &&
           says(claims, "org", oa_id_format(OA_KIND_ORG, wanted->org, pool)) &&
           says(claims, "jti", oa_id_format(OA_KIND_KEY, wanted->key, pool)) &&
           oa_json_type_of(oa_json_get(claims, "iat")) == OA_JSON_INTEGER;
}

oa_time oa_claims_end(const oa_json *claims)
{
    static const oa_time long_ago = 1, last = INT64_MAX / OA_SECOND;
    const oa_json *exp = oa_json_get(claims, "exp");
    int64_t seconds = oa_json_type_of(exp) == OA_JSON_INTEGER ? oa_json_int(exp) : 0;

    if (exp == NULL) {
        return 0;
    }
    return seconds <= 0 ? long_ago : (seconds < last ? seconds : last) * OA_SECOND;
}
