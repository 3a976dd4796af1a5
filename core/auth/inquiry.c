/* SPDX-License-Identifier: Apache-2.0 */
#include "core/auth/inquiry.h"

#include "core/auth/footing.h"
#include "core/model/status.h"
#include "core/store/attempt.h"
#include "core/store/usage.h"

#include <apr_strings.h>

enum { RETRY_BUSY = 1, RETRY_UNAVAILABLE = 5 };

oa_outcome oa_inquiry_trouble(oa_inquiry *inquiry, const oa_error *error)
{
    inquiry->decision->trouble =
        error->detail == NULL ? apr_pstrdup(inquiry->pool, error->message)
                              : apr_pstrcat(inquiry->pool, error->message, ": ", error->detail, NULL);
    inquiry->decision->retry_after = error->code == OA_BUSY ? RETRY_BUSY : RETRY_UNAVAILABLE;
    return OA_STORE_UNAVAILABLE;
}

bool oa_inquiry_is_throttled(oa_inquiry *inquiry)
{
    const oa_settings *settings = &inquiry->policy->settings;
    const oa_question *question = inquiry->question;

    inquiry->decision->retry_after =
        oa_throttle_retry_after(inquiry->authority->host, &question->address, settings->login_throttle,
                                settings->login_deny_after, question->now);
    return inquiry->decision->retry_after > 0;
}

oa_error *oa_inquiry_place(oa_inquiry *inquiry, const oa_place **place, bool *missing)
{
    const char *name = inquiry->question->org;

    *place = NULL;
    if (name != NULL) {
        OA_TRY(oa_lookup_place(inquiry->authority->store, name, place, inquiry->pool));
    }
    *missing = name != NULL && *place == NULL;
    return NULL;
}

static oa_error *read_afresh(oa_inquiry *inquiry, const oa_record *record, const oa_place *place,
                             const oa_record **fresh)
{
    oa_store *store = inquiry->authority->store;

    return record->key_id != 0 ? oa_lookup_key(store, record->key_id, fresh, inquiry->pool)
                               : oa_lookup_login_afresh(store, record->email, place, fresh, inquiry->pool);
}

static bool is_idle(const oa_inquiry *inquiry, const oa_record *record)
{
    return oa_account_is_idle(record->last_seen, inquiry->policy->settings.login_inactive_after,
                              inquiry->question->now);
}

oa_error *oa_inquiry_idle(oa_inquiry *inquiry, const oa_record *record, const oa_place *place, bool *idle)
{
    const oa_record *fresh;

    *idle = false;
    if (!is_idle(inquiry, record)) {
        return NULL;
    }
    /* The cache does not follow last_seen: ask the store before such a decision. */
    OA_TRY(read_afresh(inquiry, record, place, &fresh));
    if (fresh != NULL && !is_idle(inquiry, fresh)) {
        oa_lookup_forget(inquiry->authority->store, record->account_id); /* so that the next one need not ask again */
        return NULL;
    }
    OA_TRY(oa_account_idle(inquiry->authority->store, record->account_id,
                           inquiry->policy->settings.login_inactive_after, inquiry->question->now, idle,
                           inquiry->pool));
    if (!*idle) { /* seen meanwhile, or another request was first */
        OA_TRY(read_afresh(inquiry, record, place, &fresh));
        *idle = fresh == NULL || fresh->account_status != OA_ACCOUNT_VALIDATED || is_idle(inquiry, fresh);
    }
    return NULL;
}

void oa_inquiry_note(const oa_inquiry *inquiry, const oa_record *record)
{
    oa_usage_pace pace = oa_usage_pace_of(inquiry->policy->settings.login_inactive_after);

    oa_usage_note(inquiry->authority->store, record, &pace, inquiry->question->now);
}

void oa_inquiry_grant(oa_inquiry *inquiry, const oa_record *record)
{
    oa_decision *decision = inquiry->decision;

    decision->role = record->role;
    decision->grants.type = (oa_role_type)record->role_type;
    decision->grants.permissions = record->permissions;
    decision->grants.modules = record->modules;
}

static void fill(oa_inquiry *inquiry, const oa_record *record, const oa_place *place)
{
    oa_decision *decision = inquiry->decision;

    decision->user_id = record->account_id;
    decision->key_id = record->key_id;
    decision->key_org_id = record->key_id != 0 ? record->org_id : 0;
    decision->email = record->email;
    decision->org_id = place != NULL ? place->org_id : record->org_id;
    decision->org = place != NULL ? place->slug : record->org_slug;
    decision->service_api = record->service_api;
    decision->apis = record->apis;
    decision->grants.admin_modules = inquiry->policy->admin_modules;
}

oa_outcome oa_inquiry_admit(oa_inquiry *inquiry, const oa_record *record, const oa_place *place, bool missing)
{
    bool member;
    oa_outcome outcome = oa_footing_of(record, place, &member);

    if (outcome == OA_ALLOWED && missing) {
        inquiry->decision->trouble =
            apr_pstrcat(inquiry->pool, "OrgAuthOrg names no organization of the store: ", inquiry->question->org, NULL);
        outcome = OA_FOREIGN_ORG;
    }
    if (inquiry->question->account_alone && inquiry->question->org == NULL && record->key_id == 0) {
        outcome = OA_ALLOWED;
    }
    fill(inquiry, record, place);
    if (outcome == OA_ALLOWED && member) {
        oa_inquiry_grant(inquiry, record);
    }
    return outcome;
}
