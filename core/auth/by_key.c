/* SPDX-License-Identifier: Apache-2.0 */
/* A key that is not known by its text: one look-up, one digest. What is refused before the secret was found right tells nothing. */
#include "core/auth/inquiry.h"
#include "core/model/key.h"
#include "core/store/attempt.h"
#include "core/store/key.h"

/* The same work for a key that there is not. */
static bool is_right(const oa_store *store, const oa_key *key, const oa_record *record)
{
    static const unsigned char nothing[OA_DIGEST_SIZE];
    unsigned char digest[OA_DIGEST_SIZE];
    bool equal;

    oa_digest(oa_store_subkey(store, OA_SUBKEY_API_KEY), key->secret, OA_KEY_SECRET_SIZE, digest);
    equal = oa_equal(digest, record != NULL ? record->verifier : nothing, OA_DIGEST_SIZE);
    return equal && record != NULL;
}

static oa_outcome refuse(oa_inquiry *inquiry, const oa_key *key, const oa_record *record)
{
    const oa_question *question = inquiry->question;
    oa_error *error;

    inquiry->decision->claimed = oa_id_format(OA_KIND_KEY, key->id, inquiry->pool);
    if (oa_inquiry_is_throttled(inquiry)) {
        return OA_THROTTLED;
    }
    if (record == NULL) {
        return OA_UNKNOWN;
    }
    error = oa_attempt_wrong_key(inquiry->authority->store, record->account_id,
                                 inquiry->policy->settings.login_deny_after, question->now, question->address_text,
                                 &inquiry->decision->newly_denied, inquiry->pool);
    return error == NULL ? OA_WRONG_SECRET : oa_inquiry_trouble(inquiry, error);
}

static oa_outcome judge(oa_inquiry *inquiry, const oa_key *key)
{
    oa_store *store = inquiry->authority->store;
    const oa_record *record;
    oa_error *error = oa_lookup_key(store, key->id, &record, inquiry->pool);

    if (error != NULL) {
        inquiry->decision->claimed = oa_id_format(OA_KIND_KEY, key->id, inquiry->pool);
        return oa_inquiry_trouble(inquiry, error);
    }
    if (record != NULL && record->key_kind != OA_KEY_OPAQUE) {
        record = NULL; /* the id of a JWT key in the clothes of an opaque one */
    }
    if (!is_right(store, key, record)) {
        return refuse(inquiry, key, record);
    }
    oa_lookup_keep(store, &inquiry->known, record);
    return oa_judge_right_key(inquiry, record);
}

oa_outcome oa_judge_key(oa_inquiry *inquiry, const char *text, size_t size)
{
    oa_outcome outcome;
    oa_key key;

    if (!oa_key_parse(text, size, &key)) {
        return oa_inquiry_is_throttled(inquiry) ? OA_THROTTLED : OA_MALFORMED;
    }
    outcome = judge(inquiry, &key);
    oa_wipe(&key, sizeof(key));
    return outcome;
}
