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

typedef struct oa_store oa_store;

/* `url`: a path, "sqlite:PATH", or "postgresql://…" (OA_UNAVAILABLE: not built in yet).
 * `secret_file`: the master secret; OA_UNAVAILABLE with the remedy when it is missing, of another length, or readable or
 * writable by others. Read here (httpd: call it in child_init is too late for root-only files, so 0640 with httpd's group). */
oa_error *oa_store_make(const char *url, const char *secret_file, oa_store **store, apr_pool_t *pool);

/* The derived key `which`; valid as long as the store. */
const unsigned char *oa_store_subkey(const oa_store *store, oa_subkey which);

/* The path of the SQLite file. */
const char *oa_store_path(const oa_store *store);

/* A connection for `use`, the one given back last if one is free; its errors are made in `pool`. Give it back in every case. */
oa_error *oa_store_take(oa_store *store, oa_db_use use, oa_db **db, apr_pool_t *pool);
void oa_store_give(oa_store *store, oa_db *db);

/* Closes what can be closed; at process exit the pool does it. */
void oa_store_close(oa_store *store);

#endif
