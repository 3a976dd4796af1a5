/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A signed token. It is right when its signature and header are ours, its claims are those of the key that it names, and that key is stored
 * with the digest of this very token. Where any of this fails it names nobody reliably, so it counts against no user.
 */
#include "core/auth/inquiry.h"
#include "core/model/claims.h"
#include "core/store/key.h"

#include <apr_strings.h>

static oa_outcome refuse(oa_inquiry *inquiry)
{
    return oa_inquiry_is_throttled(inquiry) ? OA_THROTTLED : OA_UNKNOWN;
}

/* As presented. */
typedef struct text {
    const char *token;
    size_t size;
} text;

static bool is_stored(const oa_inquiry *inquiry, text presented, const oa_record *record)
{
    unsigned char digest[OA_DIGEST_SIZE];

    oa_digest(oa_store_subkey(inquiry->authority->store, OA_SUBKEY_API_KEY), presented.token, presented.size, digest);
    return oa_equal(digest, record->verifier, OA_DIGEST_SIZE);
}

static bool is_right(const oa_inquiry *inquiry, text presented, const oa_json *claims, const oa_record *record)
{
    if (record == NULL || record->key_kind != OA_KEY_JWT) {
        return false;
    }
    const oa_claims wanted = {.store_id = inquiry->policy->store_id, .user = record->account_id, .org = record->org_id,
                              .key = record->key_id};
    return oa_claims_agree(claims, &wanted, inquiry->pool) && is_stored(inquiry, presented, record);
}

static bool is_earlier(oa_time time, oa_time other)
{
    return time != 0 && (other == 0 || time < other);
}

/* The store may say less than the token does, never more: of two ends the earlier. Kept so, the record needs no second look at the token. */
static oa_outcome admit(oa_inquiry *inquiry, const oa_json *claims, const oa_record *record)
{
    oa_time end = oa_claims_end(claims);
    oa_record *narrowed = apr_pmemdup(inquiry->pool, record, sizeof(*record));

    narrowed->expires_at = is_earlier(end, record->expires_at) ? end : record->expires_at;
    oa_lookup_keep(inquiry->authority->store, &inquiry->known, narrowed);
    return oa_judge_right_key(inquiry, narrowed);
}

oa_outcome oa_judge_jwt(oa_inquiry *inquiry, const char *token, size_t size)
{
    const oa_authority *authority = inquiry->authority;
    const oa_record *record;
    oa_json *claims;
    oa_id key;
    oa_error *error;

    if (!oa_jwt_verify(authority->jwt, token, size, &claims, inquiry->pool) || !oa_claims_key(claims, &key)) {
        return refuse(inquiry);
    }
    error = oa_lookup_key(authority->store, key, &record, inquiry->pool);
    if (error != NULL) {
        return oa_inquiry_trouble(inquiry, error);
    }
    return is_right(inquiry, (text){token, size}, claims, record) ? admit(inquiry, claims, record) : refuse(inquiry);
}
