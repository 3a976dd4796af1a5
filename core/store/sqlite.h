/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the SQLite driver offers to core/store beside db.h: opening and closing connections, copying, and the
 * few facts that only this engine knows. Nobody outside core/store includes this.
 */
#ifndef OA_STORE_SQLITE_H
#define OA_STORE_SQLITE_H

#include "core/store/db.h"

/* A connection for care of the store: no authorizer, so that it may change the schema; its version is not checked. */
#define OA_DB_CARE ((oa_db_use)(OA_DB_ADMIN + 1))

/* How long a lock is waited for. */
enum { OA_BUSY_TIMEOUT_MS = 2000 };

struct sqlite3;

/* Opens the existing file `path` (absolute) and hardens the connection; its errors are made in `pool`. The file must be a store in WAL mode
 * and, except for OA_DB_CARE, of this program's schema version: OA_UNAVAILABLE with the remedy otherwise. */
oa_error *oa_sqlite_open(const char *path, oa_db_use use, oa_db **db, apr_pool_t *pool);

/* Opens `path`, a file that nobody else knows (empty: a new database), as OA_DB_CARE and unchecked; in WAL mode or, for a copy that
 * is to be one file by itself, with a rollback journal. A WAL beside it is taken in. */
oa_error *oa_sqlite_open_private(const char *path, bool wal, oa_db **db, apr_pool_t *pool);

/* Ends statements and transaction under way and closes. NULL is harmless. */
void oa_sqlite_close(oa_db *db);

/* Makes a connection ready for its next owner: statements ended, transaction rolled back. False when it
 * met an error that a new connection may not meet: close it. */
bool oa_sqlite_settle(oa_db *db);

/* Gives up the pages that the connection keeps of what it read. */
void oa_sqlite_unload(oa_db *db);

oa_db_use oa_sqlite_use(const oa_db *db);

/* What the pool of connections (store.c) keeps with each. */
typedef struct oa_db_tag {
    oa_db *next;
    uint64_t generation;
} oa_db_tag;
oa_db_tag *oa_sqlite_tag(oa_db *db);

/* The engine's handle, for the watch of the wal-index. */
struct sqlite3 *oa_sqlite_handle(oa_db *db);

/* Whether the path no longer names the file that the connection holds. */
bool oa_sqlite_has_moved(oa_db *db);

/* Runs SQL text of several statements without binds: schema files, pragmas. */
oa_error *oa_sqlite_script(oa_db *db, const char *sql);

/* Copies the whole content of `from` over that of `to`, in one transaction of `to`. OA_BUSY as ever. */
oa_error *oa_sqlite_copy(oa_db *to, oa_db *from);

#endif
