/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which remembered rows still hold. Every change that decides is in the store's change log under the account it
 * concerns, or NULL for all; when something was committed, one thread reads what is new there and voids by raising
 * counters, while the others look up directly. What was read from the store is stamped with the counters and holds
 * while they stand.
 */
#ifndef OA_STORE_FRESHNESS_H
#define OA_STORE_FRESHNESS_H

#include "core/store/cache.h"
#include "core/store/store.h"
#include "core/store/watch.h"

#include <stdbool.h>

typedef struct oa_freshness oa_freshness;

oa_error *oa_freshness_make(oa_store *store, oa_freshness **fresh, apr_pool_t *pool);

/* Takes notice of all that was committed before the call. *current: what oa_fresh_holds is as new as this call. Else
 * look up directly. An error: the store cannot be used, or is not the one that it was. */
oa_error *oa_fresh_update(oa_freshness *fresh, bool *current, apr_pool_t *pool);

/* Whether what bears this stamp holds; ask after oa_fresh_update said `current`. */
bool oa_fresh_holds(oa_freshness *fresh, const oa_cache_stamp *stamp);

/* Before a row is read: the ticket that oa_fresh_stamp wants. */
uint64_t oa_fresh_ticket(oa_freshness *fresh);

/* After it was read: the stamp for a row of `account` (0: of no account). False when changes were taken notice of since
 * the ticket: the row may be older than they, and is not to be remembered. */
bool oa_fresh_stamp(oa_freshness *fresh, uint64_t ticket, oa_id account, oa_cache_stamp *stamp);

/* A look-up goes to the store. Where many do so while the store stands, reading its state is made cheap for them (oa_watch_hold): until the next change
 * is taken notice of, or oa_fresh_rest, which is to be called every few seconds. */
void oa_fresh_missed(oa_freshness *fresh, apr_pool_t *pool);
void oa_fresh_rest(oa_freshness *fresh, apr_pool_t *pool);

/* Voids what is remembered of `account`. */
void oa_fresh_void(oa_freshness *fresh, oa_id account);

/* Pages of the WAL not yet written back, as far as known. */
uint32_t oa_fresh_backlog(oa_freshness *fresh);

/* How often the change log was read, and how often everything was voided. */
void oa_fresh_counts(oa_freshness *fresh, uint64_t *refreshes, uint64_t *voided_all);

#endif
