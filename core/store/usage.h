/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Last use of keys and last log-in of accounts, gathered in memory and written in batches (writer.h), at most once a
 * minute per key or account, or as often as the caller says.
 *
 * A batch is bounded (OA_USAGE_BATCH rows). When more come in, those go first whose account was not seen for so long that it might be found idle while
 * in use, and sessions. The others share what OA_USAGE_SHARE rows a batch give; up to half a batch is saved for a rush.
 */
#ifndef OA_STORE_USAGE_H
#define OA_STORE_USAGE_H

#include "core/base/clock.h"
#include "core/store/lookup.h"
#include "core/store/store.h"

enum {
    OA_USAGE_TABLE = 4096, /* keys and accounts remembered, to write each once a minute */
    OA_USAGE_SHARE = 64,   /* about what the table remembers for a minute, if a batch is written each second */
    OA_USAGE_BATCH = 512   /* rows written at once */
};

/* Made by oa_store_make, ends with `pool`. */
typedef struct oa_usage oa_usage;
oa_error *oa_usage_make(oa_store *store, oa_usage **usage, apr_pool_t *pool);

/* How often last use is written, and after how long unseen an account goes first. */
typedef struct oa_usage_pace {
    oa_duration every; /* at most a minute */
    oa_duration late;
} oa_usage_pace;

/* Of accounts that are idle after `inactive_after` (0: never): a quarter of that, at most a minute and a day. */
oa_usage_pace oa_usage_pace_of(oa_duration inactive_after);

/* Notes that a right credential with this record was used. Never blocks on the store; drops the note when the batch is full. */
void oa_usage_note(oa_store *store, const oa_record *record, const oa_usage_pace *pace, oa_time now);

/* Notes that a session was used; written no more often than `every`, which is at most a minute. */
void oa_usage_note_session(oa_store *store, oa_id session, oa_duration every, oa_time now);

/* Writes what is gathered, now. */
oa_error *oa_usage_flush(oa_store *store, apr_pool_t *pool);

#endif
