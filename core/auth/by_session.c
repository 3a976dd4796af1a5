/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A session: its token is found by its digest, so that there is nothing to compare and nobody to count against. What it may do is looked up as
 * for a login, at every request.
 */
#include "core/auth/footing.h"
#include "core/auth/inquiry.h"
#include "core/base/token.h"
#include "core/store/usage.h"

/* A session in use is written so often within its idle time, and no more than once a minute. */
enum { NOTES_PER_IDLE_TIME = 4 };

static bool has_been_idle(const oa_inquiry *inquiry, const oa_seat *seat)
{
    return seat->last_seen_at + inquiry->policy->settings.session_idle <= inquiry->question->now;
}

static bool has_ended(const oa_inquiry *inquiry, const oa_seat *seat)
{
    oa_time now = inquiry->question->now;

    return seat->created_at > now + OA_CLOCK_SKEW || seat->expires_at <= now || seat->created_at + inquiry->policy->settings.session_lifetime <= now ||
           has_been_idle(inquiry, seat);
}

/* *seat NULL: there is no such session, or it has ended. */
static oa_error *find_seat(const oa_inquiry *inquiry, const oa_secret *token, const oa_seat **seat)
{
    oa_store *store = inquiry->authority->store;
    unsigned char digest[OA_DIGEST_SIZE];

    *seat = NULL;
    if (!oa_token_digest_at(oa_store_subkey(store, OA_SUBKEY_SESSION), inquiry->question->site, (const char *)token->bytes,
                            token->size, digest)) {
        return NULL;
    }
    OA_TRY(oa_lookup_session(store, digest, seat, inquiry->pool));
    if (*seat != NULL && has_been_idle(inquiry, *seat)) { /* the cache does not follow its last use */
        OA_TRY(oa_lookup_session_afresh(store, digest, seat, inquiry->pool));
    }
    if (*seat != NULL && (!oa_equal(digest, (*seat)->digest, sizeof(digest)) || has_ended(inquiry, *seat))) {
        *seat = NULL;
    }
    return NULL;
}

static void note(const oa_inquiry *inquiry, const oa_seat *seat, const oa_record *record)
{
    oa_duration every = inquiry->policy->settings.session_idle / NOTES_PER_IDLE_TIME;

    oa_inquiry_note(inquiry, record);
    oa_usage_note_session(inquiry->authority->store, seat->id, every < OA_MINUTE ? every : OA_MINUTE, inquiry->question->now);
}

static oa_error *look_up(oa_inquiry *inquiry, const oa_seat *seat, const oa_place **place, bool *missing,
                         const oa_record **record)
{
    OA_TRY(oa_inquiry_place(inquiry, place, missing));
    OA_TRY(oa_lookup_login(inquiry->authority->store, seat->email, *place, record, inquiry->pool));
    if (*record != NULL && (*record)->account_id != seat->account_id) {
        *record = NULL; /* the address went to somebody else meanwhile */
    }
    return NULL;
}

static oa_outcome judge_seat(oa_inquiry *inquiry, const oa_seat *seat)
{
    const oa_place *place;
    const oa_record *record;
    bool missing, idle;
    oa_outcome outcome;
    oa_error *error = look_up(inquiry, seat, &place, &missing, &record);

    if (error != NULL) {
        return oa_inquiry_trouble(inquiry, error);
    }
    if (record == NULL) {
        return OA_SESSION_ENDED;
    }
    outcome = oa_account_outcome(record->account_status);
    if (outcome != OA_ALLOWED) {
        return outcome;
    }
    error = oa_inquiry_idle(inquiry, record, place, &idle);
    if (error != NULL || idle) {
        return error != NULL ? oa_inquiry_trouble(inquiry, error) : OA_USER_INACTIVE;
    }
    outcome = oa_inquiry_admit(inquiry, record, place, missing);
    inquiry->decision->session_id = seat->id;
    if (outcome == OA_ALLOWED) {
        note(inquiry, seat, record);
    }
    return outcome;
}

oa_outcome oa_judge_session(oa_inquiry *inquiry, const oa_secret *token)
{
    const oa_seat *seat;
    oa_error *error = find_seat(inquiry, token, &seat);

    if (error != NULL) {
        return oa_inquiry_trouble(inquiry, error);
    }
    if (seat == NULL) {
        return OA_SESSION_ENDED;
    }
    inquiry->decision->claimed = seat->email;
    return judge_seat(inquiry, seat);
}
