/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The audit trail: written in the transaction of the change that it tells of, chained by keyed digests, so that a
 * removed, altered or inserted event shows.
 */
#ifndef OA_STORE_AUDIT_H
#define OA_STORE_AUDIT_H

#include "core/base/clock.h"
#include "core/base/crypto.h"
#include "core/base/id.h"
#include "core/store/db.h"

#include <apr_tables.h>

typedef struct oa_event {
    oa_id id;
    oa_time at;
    const char *actor_kind;  /* "local", "user", "system" */
    oa_id actor_id;
    const char *actor_name;  /* operating-system user, e-mail, or "mod_orgauth" */
    const char *action;      /* "user.ban"; by itself: "user.denied", "user.inactive" */
    oa_id org_id;
    oa_id target_id;
    const char *target_name;
    const char *address;     /* of the client, "" for local */
    const char *detail;      /* canonical JSON object without secrets */
    const apr_array_header_t *about; /* oa_id: what it concerns beside what it names, to be found by; in no digest. NULL: nothing */
} oa_event;

/* Appends, with what the event is found by (audit_index.h), within the caller's writing transaction; fills event->id. chain_key is oa_store_subkey(store, OA_SUBKEY_AUDIT).
 * Where the end of the trail was taken away it does not follow, so that this goes on to show. */
oa_error *oa_audit_append(oa_db *db, const unsigned char chain_key[OA_SUBKEY_SIZE], oa_event *event);

/* Seals the empty trail of a new store, within the caller's writing transaction. */
oa_error *oa_audit_begin(oa_db *db, const unsigned char chain_key[OA_SUBKEY_SIZE]);

/* Puts event->actor_name, target_name, address and detail in the place of what the stored event of event->id says, for the erasure of personal data,
 * within the caller's writing transaction; so does what it is found by. The event keeps its link, and a digest tells that the new texts stand there rightly. OA_FAILED where the
 * stored one does not follow from the one before: what somebody altered is not made good. */
oa_error *oa_audit_rewrite(oa_db *db, const unsigned char chain_key[OA_SUBKEY_SIZE], const oa_event *event);

/* Walks the whole chain in a reading transaction of its own. *broken = the first event that does not follow, or 0. Where the newest
 * events are missing it is the id that the newest one had, or 1 where that is unknown too. *count = events seen. */
oa_error *oa_audit_verify(oa_db *db, const unsigned char chain_key[OA_SUBKEY_SIZE], int64_t *count, oa_id *broken,
                          apr_pool_t *pool);

/* Whether the trail, and so the store, is of the secret that `chain_key` comes from: its end or its beginning is sealed with it. One look, whatever its
 * length; a trail that was altered in between passes. Inside the caller's transaction. */
oa_error *oa_audit_is_of(oa_db *db, const unsigned char chain_key[OA_SUBKEY_SIZE], bool *own);

#endif
