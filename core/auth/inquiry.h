/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One decision in the making: what the ways of checking a credential (by_key.c, by_jwt.c, by_password.c) share. For core/auth alone.
 * Functions return the outcome; whatever the store cannot answer is OA_STORE_UNAVAILABLE.
 */
#ifndef OA_AUTH_INQUIRY_H
#define OA_AUTH_INQUIRY_H

#include "core/auth/bell.h"
#include "core/auth/decide.h"
#include "core/auth/flight.h"
#include "core/auth/verified.h"
#include "core/base/jwt.h"

struct oa_authority {
    oa_store *store;
    oa_host *host;      /* NULL: the command line */
    oa_bells *bells;    /* of the host, or this process's own */
    oa_verified *verified;
    oa_flights *flights;
    const oa_jwt_key *jwt; /* what the tokens of this site are signed with */
};

typedef struct oa_inquiry {
    oa_authority *authority;
    const oa_question *question;
    const oa_policy *policy;
    oa_known known;     /* the text that was presented as a key */
    oa_decision *decision;
    int64_t began;      /* oa_pace_now */
    int step;           /* of the pace of its refusals */
    apr_pool_t *pool;
} oa_inquiry;

/* Notes the error for the log. Always OA_STORE_UNAVAILABLE. */
oa_outcome oa_inquiry_trouble(oa_inquiry *inquiry, const oa_error *error);

/* Whether the client has to wait (decision->retry_after says how long). */
bool oa_inquiry_is_throttled(oa_inquiry *inquiry);

/* The organization that the place names: *place NULL where it names none; *missing where there is no such one. */
oa_error *oa_inquiry_place(oa_inquiry *inquiry, const oa_place **place, bool *missing);

/* Whether the account of a right credential has been idle for too long; then it is INACTIVE now. Not before the secret was found right: strangers cause
 * no writes. `place` as for the look-up of a login. */
oa_error *oa_inquiry_idle(oa_inquiry *inquiry, const oa_record *record, const oa_place *place, bool *idle);

/* Notes its use: often enough that nobody in use is found idle, however short the time is until then. */
void oa_inquiry_note(const oa_inquiry *inquiry, const oa_record *record);

/* For a right credential: the outcome at the place, and the decision filled with who calls. */
oa_outcome oa_inquiry_admit(oa_inquiry *inquiry, const oa_record *record, const oa_place *place, bool missing);

/* Role and permissions of the decision: those of the record. */
void oa_inquiry_grant(oa_inquiry *inquiry, const oa_record *record);

/* What a key whose secret was found right is worth: what its holder may be told, and, where it is allowed, its use noted. */
oa_outcome oa_judge_right_key(oa_inquiry *inquiry, const oa_record *record);

/* The ways. A text that is not known (inquiry->known) is judged by the first two, which see to it that it is known when it was right. */
oa_outcome oa_judge_key(oa_inquiry *inquiry, const char *text, size_t size);
oa_outcome oa_judge_jwt(oa_inquiry *inquiry, const char *token, size_t size);
oa_outcome oa_judge_session(oa_inquiry *inquiry, const oa_secret *token);
oa_outcome oa_judge_password(oa_inquiry *inquiry, const char *email, const oa_secret *password);

#endif
