/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counting wrong attempts, exactly, over any number of processes. An account has as many places as attempts are left; a
 * password check reserves one before hashing and settles it after. Every failure, and the DENIED that the last
 * one causes with its audit event, is one durable transaction.
 *
 * An account counts failures of passwords and of keys apart; their sum decides. A right password clears
 * both, a right key only those of keys, so that a busy robot's key does not cover guesses at the same account's password.
 */
#ifndef OA_STORE_ATTEMPT_H
#define OA_STORE_ATTEMPT_H

#include "core/base/clock.h"
#include "core/store/store.h"

#include <apr_tables.h>

typedef enum oa_reservation {
    OA_PLACE_TAKEN,   /* *attempt is to be settled */
    OA_PLACE_NONE,    /* all places are taken by attempts under way: wait for one of them */
    OA_PLACE_REFUSED  /* the account is not VALIDATED (any more) */
} oa_reservation;

/* A place that its process has not spoken for (under_way.h) for so long is free: that process died. */
#define OA_ATTEMPT_LIFE (4 * OA_SECOND)

/* `now` is that of the call, not of a request that has been waiting. deny_after 0: no limit, every attempt finds a place and failures are counted all the same. */
oa_error *oa_attempt_reserve(oa_store *store, oa_id account, int deny_after, oa_time now,
                             oa_reservation *reservation, oa_id *attempt, apr_pool_t *pool);

/* Right: frees the place, clears the counts, notes the log-in. *allowed is false when the account was denied, banned, … meanwhile. */
oa_error *oa_attempt_right(oa_store *store, oa_id account, oa_id attempt, oa_time now, bool *allowed, apr_pool_t *pool);

/* Wrong: turns the place into a counted failure; *denied when this one made the account DENIED. */
oa_error *oa_attempt_wrong(oa_store *store, oa_id account, oa_id attempt, int deny_after, oa_time now,
                           const char *address, bool *denied, apr_pool_t *pool);

/* The check could not be made: frees the place, counts nothing. */
oa_error *oa_attempt_refund(oa_store *store, oa_id attempt, apr_pool_t *pool);

/* A wrong secret for a known key: counted in one statement; nothing where the account is not VALIDATED. */
oa_error *oa_attempt_wrong_key(oa_store *store, oa_id account, int deny_after, oa_time now,
                               const char *address, bool *denied, apr_pool_t *pool);

/* A right key (passwords = false) or cached login (true) of an account with counted failures. */
oa_error *oa_attempt_clear(oa_store *store, oa_id account, bool passwords, apr_pool_t *pool);

/* The account was found idle: INACTIVE, unless it was seen meanwhile; *done tells. With its audit event. */
oa_error *oa_account_idle(oa_store *store, oa_id account, oa_duration inactive_after, oa_time now, bool *done,
                          apr_pool_t *pool);

/* The same for many (array of oa_id) in one transaction; *count of those that are INACTIVE now. */
oa_error *oa_accounts_idle(oa_store *store, const apr_array_header_t *accounts, oa_duration inactive_after, oa_time now,
                           int64_t *count, apr_pool_t *pool);

/* First use of a key that replaces another: the old one now expires after its overlap. Once. */
oa_error *oa_key_first_use(oa_store *store, oa_id key, oa_time now, apr_pool_t *pool);

#endif
