/* SPDX-License-Identifier: Apache-2.0 */
/* What follows once a key was found right, whatever its form: state, account, place, address, use. */
#include "core/auth/footing.h"
#include "core/auth/inquiry.h"
#include "core/auth/network.h"
#include "core/model/permission.h"
#include "core/model/status.h"
#include "core/store/attempt.h"

/* What the holder of the right secret is told. */
static oa_outcome check(const oa_record *record, oa_time now)
{
    if (record->revoked_at != 0) {
        return OA_REVOKED;
    }
    if (record->expires_at != 0 && record->expires_at <= now) {
        return OA_EXPIRED;
    }
    return oa_account_outcome(record->account_status);
}

static oa_error *note(oa_inquiry *inquiry, const oa_record *record)
{
    oa_store *store = inquiry->authority->store;

    if (record->key_failures > 0) {
        OA_TRY(oa_attempt_clear(store, record->account_id, false, inquiry->pool));
    }
    if (record->replaces != 0) {
        OA_TRY(oa_key_first_use(store, record->key_id, inquiry->question->now, inquiry->pool));
    }
    oa_inquiry_note(inquiry, record);
    return NULL;
}

static oa_grants grants_of(const oa_inquiry *inquiry, const oa_record *record)
{
    return (oa_grants){(oa_role_type)record->role_type, record->permissions, record->modules, inquiry->policy->admin_modules};
}

/* No key carries its user past the membership that decides for a login at the place: of the two the lesser holds, and none of two that cannot be
 * compared. */
static void lessen(oa_inquiry *inquiry, const oa_record *record, const oa_record *there)
{
    static const oa_record none = {.role = "", .permissions = "", .modules = ""};
    const oa_grants key = grants_of(inquiry, record), login = grants_of(inquiry, there);

    if (inquiry->decision->grants.type == 0 || oa_grants_cover(&login, &key)) {
        return;
    }
    oa_inquiry_grant(inquiry, oa_grants_cover(&key, &login) ? there : &none);
}

/* A key of another organization, which reaches the place from above or by a Web API: who is deactivated in the place itself stays
 * outside, as with a login. */
static oa_outcome check_at_place(oa_inquiry *inquiry, const oa_record *record, const oa_place *place)
{
    const oa_record *there;
    oa_error *error;

    if (place == NULL || place->org_id == record->org_id) {
        return OA_ALLOWED;
    }
    error = oa_lookup_login(inquiry->authority->store, record->email, place, &there, inquiry->pool);
    if (error != NULL) {
        return oa_inquiry_trouble(inquiry, error);
    }
    if (there == NULL || (there->membership_status != 0 && there->membership_status != OA_MEMBERSHIP_ACTIVE)) {
        return OA_MEMBER_DEACTIVATED;
    }
    lessen(inquiry, record, there);
    return OA_ALLOWED;
}

static oa_outcome check_address(oa_inquiry *inquiry, const oa_record *record)
{
    if (oa_network_has(record->networks, &inquiry->question->address)) {
        return OA_ALLOWED;
    }
    inquiry->decision->trouble = "the key may not be used from this address";
    return OA_FOREIGN_ORG; /* a right credential in a wrong place: 403, as for the other kinds of place */
}

static oa_outcome admit(oa_inquiry *inquiry, const oa_record *record)
{
    const oa_place *place;
    bool missing;
    oa_outcome outcome;
    oa_error *error = oa_inquiry_place(inquiry, &place, &missing);

    if (error != NULL) {
        return oa_inquiry_trouble(inquiry, error);
    }
    outcome = oa_inquiry_admit(inquiry, record, place, missing);
    outcome = outcome == OA_ALLOWED ? check_at_place(inquiry, record, place) : outcome;
    outcome = outcome == OA_ALLOWED ? check_address(inquiry, record) : outcome;
    if (outcome != OA_ALLOWED) {
        return outcome;
    }
    error = note(inquiry, record);
    return error == NULL ? OA_ALLOWED : oa_inquiry_trouble(inquiry, error);
}

oa_outcome oa_judge_right_key(oa_inquiry *inquiry, const oa_record *record)
{
    oa_outcome outcome = check(record, inquiry->question->now);
    bool idle;
    oa_error *error;

    inquiry->decision->claimed = oa_id_format(OA_KIND_KEY, record->key_id, inquiry->pool);
    if (outcome != OA_ALLOWED) {
        return outcome;
    }
    error = oa_inquiry_idle(inquiry, record, NULL, &idle);
    if (error != NULL) {
        return oa_inquiry_trouble(inquiry, error);
    }
    return idle ? OA_USER_INACTIVE : admit(inquiry, record);
}
