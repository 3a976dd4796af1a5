/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One connection to the store and the statements on it: the contract between the SQL of core/store and an engine.
 * SQL is written once, in the dialect that SQLite >= 3.40 and PostgreSQL >= 13 share: binds are $1 to $9, then $10 …
 *
 * `types` says what follows it, a letter per bind in the order of their numbers:
 *   i  int64_t                        t  const char *, NULL binds NULL
 *   b  const void *, then size_t      (NULL binds NULL)
 * "" or NULL: no binds. Statements are prepared once per connection and kept, by the address of `sql`: pass literals.
 *
 * A connection is used by one thread at a time. Errors: OA_BUSY when a lock could not be had within the busy timeout,
 * OA_CONFLICT for a violated constraint (field NULL, detail names it), OA_UNAVAILABLE for everything that makes
 * the store unusable (missing, corrupt, read-only, full, I/O), OA_FAILED for defects. Engine text is in the detail alone.
 */
#ifndef OA_STORE_DB_H
#define OA_STORE_DB_H

#include "core/base/error.h"
#include "core/base/id.h"

#include <apr_pools.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct oa_db oa_db;
typedef struct oa_rows oa_rows;

/* What a connection is for; each is hardened accordingly when it is opened. */
typedef enum oa_db_use {
    OA_DB_LOOKUP, /* reads what decides; query_only */
    OA_DB_COUNT,  /* an authorizer lets it write only failure counts, reservations, status DENIED and INACTIVE with their
                     audit events, last-used times, key overlaps, API messages, figures and the change log */
    OA_DB_ADMIN   /* everything but the schema */
} oa_db_use;

/* Errors made through `db` live in the pool set here; a connection taken from the store has its caller's. */
void oa_db_use_pool(oa_db *db, apr_pool_t *pool);
apr_pool_t *oa_db_pool(const oa_db *db);

/* Runs a statement that gives no rows; *changed (may be NULL) counts the rows it changed. */
oa_error *oa_db_run(oa_db *db, int64_t *changed, const char *sql, const char *types, ...);

/* Starts a statement that gives rows (SELECT, or any with RETURNING). Go through it with oa_rows_next and end it with
 * oa_rows_end, always, also after an error. One statement text cannot be under way twice on a connection. */
oa_error *oa_db_select(oa_db *db, oa_rows **rows, const char *sql, const char *types, ...);
bool oa_rows_next(oa_rows *rows);      /* false at the end and on error; oa_rows_end tells which */
oa_error *oa_rows_end(oa_rows *rows);

/* Columns of the current row, from 0. NULL reads as 0, NULL, size 0. Text and blobs are borrowed until the next call of next or end. */
int64_t oa_rows_int(oa_rows *rows, int column);
const char *oa_rows_text(oa_rows *rows, int column);
const char *oa_rows_copy(oa_rows *rows, int column, apr_pool_t *pool); /* "" for NULL */
const void *oa_rows_blob(oa_rows *rows, int column, size_t *size);

/* SELECT of one integer; *value = fallback where there is no row. */
oa_error *oa_db_int(oa_db *db, int64_t *value, int64_t fallback, const char *sql, const char *types, ...);

/* Transactions. A writing one takes the write lock at once (OA_BUSY where it cannot within the busy timeout, 2 s).
 * Not nested. After a failed commit the transaction is rolled back. oa_db_rollback is harmless outside of one. */
oa_error *oa_db_begin(oa_db *db, bool writes);
oa_error *oa_db_commit(oa_db *db);
void oa_db_rollback(oa_db *db);

/* Commits where `error` is NULL; else rolls back and returns it. */
oa_error *oa_db_end(oa_db *db, oa_error *error);

/* The next writing transaction need not survive a power cut (last-used times, reservations): synchronous=NORMAL for it. */
void oa_db_relax(oa_db *db);

#endif
