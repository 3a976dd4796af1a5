/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The thread of a process that writes what its requests leave in memory: last uses (usage.h), attempts under way (under_way.h), API messages
 * (message.h) and figures (tally.h), in batches, at most once a second unless something fills up. It also keeps the house: it trims the change log and
 * makes the checkpoint. What is lost when a process is killed is at most what was gathered since the last batch.
 */
#ifndef OA_STORE_WRITER_H
#define OA_STORE_WRITER_H

#include "core/store/store.h"

enum {
    OA_WRITER_LOG_KEPT = 10000, /* newest rows of change_log that stay */
    OA_WRITER_WAL_PAGES = 1000  /* a WAL longer than this is written back */
};

/* Made by oa_store_make, ends with `pool`. */
typedef struct oa_writer oa_writer;
oa_error *oa_writer_make(oa_store *store, oa_writer **writer, apr_pool_t *pool);

/* Called on the thread for what went wrong there, once while the same trouble lasts; OA_BUSY is retried and not
 * reported. */
typedef void oa_writer_log(void *context, const oa_error *error);

/* Starts the thread; it ends, and writes what was gathered, when `pool` is cleared. Once per process, after the last
 * fork. `log` may be NULL. */
oa_error *oa_writer_start(oa_store *store, oa_writer_log *log, void *context, apr_pool_t *pool);

/* Says that something was gathered; with `hurry` it is not to wait for the second. Never blocks on the store. */
void oa_writer_wake(oa_store *store, bool hurry);

/* One round of housekeeping, now: trims the change log, writes a long WAL back. OA_BUSY is harmless. */
oa_error *oa_writer_keep_house(oa_store *store, apr_pool_t *pool);

#endif
