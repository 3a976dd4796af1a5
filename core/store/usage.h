/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Last use of keys and last log-in of accounts, gathered in memory and written in batches by a thread of this process,
 * at most once a second, and at most once a minute per key or account; the same thread keeps the house: it trims the
 * change log and makes the checkpoint. What is lost when a process is killed is at most what it gathered since the last
 * batch.
 *
 * A batch is bounded (OA_USAGE_BATCH rows). When more come in, those go first whose account was not seen for a day, so
 * that under any load an account in use is never found idle.
 */
#ifndef OA_STORE_USAGE_H
#define OA_STORE_USAGE_H

#include "core/base/clock.h"
#include "core/store/lookup.h"
#include "core/store/store.h"

enum {
    OA_USAGE_TABLE = 4096,     /* keys and accounts remembered, to write each once a minute */
    OA_USAGE_BATCH = 512,      /* rows written at once */
    OA_USAGE_LOG_KEPT = 10000, /* newest rows of change_log that stay */
    OA_USAGE_WAL_PAGES = 1000  /* a WAL longer than this is written back */
};

/* Made by oa_store_make, ends with `pool`. */
typedef struct oa_usage oa_usage;
oa_error *oa_usage_make(oa_store *store, oa_usage **usage, apr_pool_t *pool);

/* Called on the usage thread for what went wrong there, once while the same trouble lasts; OA_BUSY is retried and not
 * reported. */
typedef void oa_usage_log(void *context, const oa_error *error);

/* Starts the thread; it ends, and writes what it holds, when `pool` is cleared. Once per process, after the last fork.
 * `log` may be NULL. */
oa_error *oa_usage_start(oa_store *store, oa_usage_log *log, void *context, apr_pool_t *pool);

/* Notes that a right credential with this record was used. Never blocks on the store; drops the note when the batch is
 * full. */
void oa_usage_note(oa_store *store, const oa_record *record, oa_time now);

/* Notes that a session was used; written no more often than `every`, which is at most a minute. */
void oa_usage_note_session(oa_store *store, oa_id session, oa_duration every, oa_time now);

/* Writes all that is gathered, now (tests, and processes without the thread). */
oa_error *oa_usage_flush(oa_store *store, apr_pool_t *pool);

/* One round of housekeeping, now: trims the change log, writes a long WAL back. OA_BUSY is harmless. */
oa_error *oa_usage_keep_house(oa_store *store, apr_pool_t *pool);

#endif
