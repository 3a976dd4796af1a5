/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A process's hold on the store: where it is, its sub-keys, and connections kept last-in-first-out.
 *
 * Nothing is opened by oa_store_make: connections are made when taken, so a store that is missing or locked
 * now serves as soon as it is there. Never make one before a fork. Safe among threads, except oa_store_make.
 *
 * The file itself is watched: when the path names another file than the connections hold, they are given up, and the new
 * file is accepted only if it is this store (store_id) and not older than what this process has seen
 * (change_log position within one epoch; `store restore` raises the epoch). Until then: OA_UNAVAILABLE.
 */
#ifndef OA_STORE_STORE_H
#define OA_STORE_STORE_H

#include "core/base/crypto.h"
#include "core/base/error.h"
#include "core/store/db.h"

#include <apr_pools.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct oa_store oa_store;

/* `url`: a path, "sqlite:PATH", or "postgresql://…" (OA_UNAVAILABLE: not built in yet).
 * `secret_file`: the master secret; OA_UNAVAILABLE with the remedy when it is missing, of another length, or readable or
 * writable by others. Read here (httpd: call it in child_init is too late for root-only files, so 0640 with httpd's group). */
oa_error *oa_store_make(const char *url, const char *secret_file, oa_store **store, apr_pool_t *pool);

/* Tries the secret on the store. OA_UNAVAILABLE when that is of another one: only a hold made anew gets over it, for the secret is read but
 * once. NULL also when it cannot be told now, as of a store that is missing. */
oa_error *oa_store_try(oa_store *store, apr_pool_t *pool);

/* The derived key `which`; valid as long as the store. */
const unsigned char *oa_store_subkey(const oa_store *store, oa_subkey which);

/* The path of the SQLite file. */
const char *oa_store_path(const oa_store *store);

/* Which store `db` holds: a name made by `store init`, which also a restored copy keeps. "" where it says none. */
oa_error *oa_store_id(oa_db *db, const char **id, apr_pool_t *pool);

/* A connection for `use`, the one given back last if one is free; its errors are made in `pool`. Give it back in every case. */
oa_error *oa_store_take(oa_store *store, oa_db_use use, oa_db **db, apr_pool_t *pool);
void oa_store_give(oa_store *store, oa_db *db);

/* Whether the path still names the store that the connections hold, and its -wal and -shm likewise, as of at most 1 ms ago.
 * Without it nothing remembered may be used: take a connection, which finds out and tells. *generation is raised whenever
 * the connections given up then are of another file: what was remembered or mapped through one of another generation is
 * void, and the connection of another generation to be given back at once. Allocates nothing. */
bool oa_store_stands(oa_store *store, uint64_t *generation);

/* The generation of the file that `db` holds. */
uint64_t oa_store_generation_of(oa_db *db);

/* Closes what can be closed; at process exit the pool does it. */
void oa_store_close(oa_store *store);

/* For the other files of core/store ------------------------------------------------------------------------- */

/* How far a store has come. */
typedef struct oa_standing {
    int64_t epoch;    /* of store_meta */
    int64_t position; /* largest seq that change_log ever had, 0 = none */
} oa_standing;

/* Reads on `db` which store it is and how far it has come. OA_UNAVAILABLE when it is another store than before, or in the same epoch
 * behind what this process had seen before the call; else that is what the process has seen from now on. As the first thing
 * in a reading transaction it tells about that transaction. oa_store_take does so for each connection that it opens; oa_lookup_*
 * whenever something was committed. */
oa_error *oa_store_verify(oa_store *store, oa_db *db, oa_standing *standing);

/* The largest position that was accepted in the current epoch; 0 = none yet. */
int64_t oa_store_position(oa_store *store);

/* What others of core/store keep with the store: made by oa_store_make as its last steps (oa_lookup_make, …), so that
 * their pool clean-ups run before the connections are closed. */
struct oa_lookup *oa_store_lookup(const oa_store *store);
struct oa_writer *oa_store_writer(const oa_store *store);
struct oa_usage *oa_store_usage(const oa_store *store);
struct oa_messages *oa_store_messages(const oa_store *store);
struct oa_tally *oa_store_tally(const oa_store *store);
struct oa_under_way *oa_store_under_way(const oa_store *store);

#endif
