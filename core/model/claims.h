/* SPDX-License-Identifier: Apache-2.0 */
/* The claims of a JWT key (RFC 7519 section 4.1): iss, sub, org, jti, iat, and exp where it was asked for. */
#ifndef OA_MODEL_CLAIMS_H
#define OA_MODEL_CLAIMS_H

#include "core/base/id.h"
#include "core/base/json.h"

typedef struct oa_claims {
    const char *store_id; /* who issues: see oa_issuer */
    oa_id user;           /* sub */
    oa_id org;
    oa_id key;            /* jti */
    oa_time issued_at;
    oa_time expires_at;   /* 0: never */
} oa_claims;

/* The issuer of a store: "urn:orgauth:" and its id. Not the public URL, which may change while tokens are in use, and which another
 * site may have had. */
const char *oa_issuer(const char *store_id, apr_pool_t *pool);

oa_json *oa_claims_write(const oa_claims *claims, apr_pool_t *pool);

/* The key that the claims name; false where they name none. */
bool oa_claims_key(const oa_json *claims, oa_id *key);

/* Whether iss, sub, org and jti are those of `wanted`, and iat a time. */
bool oa_claims_agree(const oa_json *claims, const oa_claims *wanted, apr_pool_t *pool);

/* When they end by exp; 0: never. Where exp has not the form of a time, or is not after 1970: long ago. */
oa_time oa_claims_end(const oa_json *claims);

#endif
