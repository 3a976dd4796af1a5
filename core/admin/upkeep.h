/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a store needs done by itself: idle accounts become INACTIVE, invitations EXPIRED, dead links and sessions go, API messages are
 * trimmed, what is searched in the lists of users is indexed, notices become mails, due mails go out. One process at a time does it for a store, whichever comes first: a lease
 * in the store says who. Every piece is a short transaction; none is held while a mail server is spoken to.
 */
#ifndef OA_ADMIN_UPKEEP_H
#define OA_ADMIN_UPKEEP_H

#include "core/mail/outbox.h"
#include "core/store/store.h"

/* Mails, notices and the index are looked at in every round; the rest, which reads more, so often. */
#define OA_UPKEEP_SWEEP_EVERY (10 * OA_MINUTE)

typedef struct oa_upkeep {
    bool sweep;            /* do all of it now */
    oa_duration span;      /* sending goes on for so long at most; 0: until nothing is due */
    oa_send_stops *stops;  /* asked between pieces and once a second while sending; may be NULL */
    void *context;
} oa_upkeep;

typedef struct oa_upkeep_report {
    bool busy;             /* another process is at it: nothing was done */
    int64_t inactive;      /* accounts */
    int64_t invitations;   /* expired */
    int64_t links;         /* deleted; likewise sessions and messages */
    int64_t sessions;
    int64_t messages;
    int64_t notices;       /* told, keys about to expire with them */
    oa_outbox_report mail;
} oa_upkeep_report;

/* One round. OA_BUSY when the store's lock could not be had: the next round does the rest. */
oa_error *oa_upkeep_run(oa_store *store, const oa_upkeep *how, oa_upkeep_report *report, apr_pool_t *pool);

/* Whether a round would find something to do. Reads only; cheap enough for every other second. */
oa_error *oa_upkeep_is_due(oa_store *store, bool *due, apr_pool_t *pool);

#endif
