/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether anything was committed to the store since a known state, without asking it: SQLite's wal-index header, which
 * every commit changes, lies in memory shared by all processes of the host. Format: "WAL-mode File Format", section 2
 * of SQLite's documentation: 48 bytes, written twice, second copy first, so that equal copies are a whole header.
 *
 * One connection per process is kept open for this, so that the mapping stays; who reads the change log uses it too.
 * oa_watch_stands may be called by any thread at any time; the other functions by one thread at a time.
 */
#ifndef OA_STORE_WATCH_H
#define OA_STORE_WATCH_H

#include "core/store/store.h"

#include <apr_pools.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct oa_watch oa_watch;

/* One state of the store: while it is the same, nothing was committed. */
enum { OA_MARK_WORDS = 6 };
typedef struct oa_mark {
    uint64_t words[OA_MARK_WORDS];
} oa_mark;

/* Ends with `pool`: the connection goes back to the store. */
oa_watch *oa_watch_make(oa_store *store, apr_pool_t *pool);

/* Takes a connection of the store and maps the header; gives up the one held before. */
oa_error *oa_watch_open(oa_watch *watch, apr_pool_t *pool);

/* Gives the connection up, when no thread looks through it any more. Then nothing stands until oa_watch_open. */
void oa_watch_close(oa_watch *watch, apr_pool_t *pool);

/* Begins a reading transaction on the connection of an open watch. Nothing is read in it: SQLite asks the system for a lock on the state that is read
 * once for all connections of a process, so while this one has it, others begin and end a transaction without those two calls, which cost more than what
 * a look-up reads. A lock on what is not the present state keeps the WAL from being written back and begun anew: release it soon, and where the WAL has
 * more than OA_WATCH_HOLD_FRAMES nothing is held. Trouble: nothing is held. */
enum { OA_WATCH_HOLD_FRAMES = 16000 };
void oa_watch_hold(oa_watch *watch, apr_pool_t *pool);
void oa_watch_release(oa_watch *watch, apr_pool_t *pool); /* harmless where nothing is held */

/* Whether the watch is open on that generation of the store. */
bool oa_watch_is_open(const oa_watch *watch, uint64_t generation);

/* The connection of an open watch. */
oa_db *oa_watch_db(oa_watch *watch);

/* The present state. False when it cannot be told: the header is torn, not initialised, of another version. */
bool oa_watch_read(oa_watch *watch, oa_mark *mark);

/* Makes `mark` the state that oa_watch_stands compares with. */
void oa_watch_adopt(oa_watch *watch, const oa_mark *mark);

/* Whether the store, of that generation, is in the adopted state at this moment. False when in doubt. */
bool oa_watch_stands(oa_watch *watch, uint64_t generation);

/* Pages in the WAL that were not written back yet; 0 when that cannot be told. */
uint32_t oa_watch_backlog(oa_watch *watch);

/* Of the engine (sqlite_watch.c): where the shared header of the store that `db` is connected to is mapped: both copies
 * and the checkpoint's account behind them. Valid until the connection is closed. NULL where the engine was built or
 * set to share none: then nothing ever stands, and all look-ups are direct. */
enum { OA_WATCH_REGION = 32768 };
oa_error *oa_watch_map(oa_db *db, const volatile void **header);

#endif
