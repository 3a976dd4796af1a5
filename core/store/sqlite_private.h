/* SPDX-License-Identifier: Apache-2.0 */
/* The connection itself, shared by the files of the driver (sqlite*.c) alone. */
#ifndef OA_STORE_SQLITE_PRIVATE_H
#define OA_STORE_SQLITE_PRIVATE_H

#include "core/store/sqlite.h"

#include <sqlite3.h>

enum { OA_BINDS_MAX = 64, OA_STATEMENT_BUCKETS = 64 };

/* A prepared statement, and the walk over its rows when it is under way. */
struct oa_rows {
    oa_db *db;
    sqlite3_stmt *stmt;
    const char *sql;   /* the caller's literal: its address is the key */
    oa_error *error;   /* of the walk */
    oa_rows *next;     /* in its bucket */
    bool under_way;
    bool finished;
    int binds;
    unsigned char slot[OA_BINDS_MAX]; /* SQLite's number of $1, $2, … */
};

struct oa_db {
    sqlite3 *handle;
    apr_pool_t *pool;
    oa_db_use use;
    oa_db_tag tag;
    bool relax;        /* the next writing transaction is to be */
    bool relaxed;      /* synchronous is NORMAL now */
    bool broken;       /* met an error of the file: not to be used again */
    unsigned walks;    /* statements under way */
    int64_t deadline;  /* of the wait for a lock, monotonic nanoseconds */
    oa_rows *buckets[OA_STATEMENT_BUCKETS];
};

/* The error for `rc`, just returned on `db`. Marks the connection broken where a new one might fare better. */
oa_error *oa_sqlite_error(oa_db *db, int rc, const char *doing);

/* Adds the functions that the schema's steps use. An SQLite result code. */
int oa_sqlite_add_functions(oa_db *db);

/* Installs the authorizer of the connection's use. */
void oa_sqlite_confine(oa_db *db);

#endif
