/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counting what places answer, for the figures of an organization (statistic.h): in memory, and written by the writer (writer.h)
 * once a second, into the hour in which it is written. Each thread counts in a lane of its own, whose lock nobody else
 * wants but the writer, for a moment.
 *
 * Memory is bounded: a lane has room for OA_TALLY_CELLS pairs of organization and Web API between two writes. What finds no room is
 * not counted, and counted as that.
 */
#ifndef OA_STORE_TALLY_H
#define OA_STORE_TALLY_H

#include "core/store/store.h"

enum { OA_TALLY_CELLS = 64 };

/* Made by oa_store_make, ends with `pool`. */
typedef struct oa_tally oa_tally;
oa_error *oa_tally_make(oa_store *store, oa_tally **tally, apr_pool_t *pool);

/* One call by a right credential was answered in organization `org`. `api`: the name of the Web API, or "". Never blocks on the store. */
void oa_tally_note(oa_store *store, oa_id org, const char *api, bool refused);

/* How many calls found no room since this was asked last. */
int64_t oa_tally_missed(oa_store *store);

/* Writes what was counted, now. */
oa_error *oa_tally_flush(oa_store *store, apr_pool_t *pool);

#endif
