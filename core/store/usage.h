/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Last use of keys and last log-in of accounts, gathered in memory and written in batches by a thread of this process, at most once a minute per
 * key or account; the same thread keeps the house: it trims the change log and makes the checkpoint.
 * What is lost when a process is killed is at most what it gathered since the last batch.
 */
#ifndef OA_STORE_USAGE_H
#define OA_STORE_USAGE_H

#include "core/base/clock.h"
#include "core/store/store.h"

/* Starts the thread; it ends, and writes what it holds, when `pool` is cleared. Once per process, after the last fork. */
oa_error *oa_usage_start(oa_store *store, apr_pool_t *pool);

/* Notes a right credential. key 0: a login. Never blocks on the store; drops the note when the table is full. */
void oa_usage_note(oa_store *store, oa_id account, oa_id key, oa_time now);

/* Writes all that is gathered, now (tests, and processes without the thread). */
oa_error *oa_usage_flush(oa_store *store, apr_pool_t *pool);

#endif
