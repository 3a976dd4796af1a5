/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The only checkpoint. SQLite 3.7.0 to 3.51.2 can lose pages when a commit restarts the WAL while a checkpoint runs: so
 * no commit runs meanwhile, because this process holds the write lock, on another connection.
 */
#include "core/store/care.h"
#include "core/store/file.h"
#include "core/store/sqlite.h"

static oa_error *write_back(oa_db *db, int64_t *pages)
{
    oa_rows *rows;
    OA_TRY(oa_db_select(db, &rows, "PRAGMA wal_checkpoint(PASSIVE)", ""));
    bool busy = true;
    if (oa_rows_next(rows)) {
        busy = oa_rows_int(rows, 0) != 0;
        *pages = oa_rows_int(rows, 1) - oa_rows_int(rows, 2);
    }
    OA_TRY(oa_rows_end(rows));
    return busy ? oa_error_make(oa_db_pool(db), OA_BUSY, "another checkpoint is under way: try again") : NULL;
}

static oa_error *write_back_alone(oa_db *guard, oa_db *db, int64_t *pages)
{
    OA_TRY(oa_db_begin(guard, true));
    oa_error *error = write_back(db, pages);
    oa_db_rollback(guard);
    return error;
}

oa_error *oa_store_checkpoint(oa_store *store, int64_t *pages, apr_pool_t *pool)
{
    oa_db *guard = NULL, *db = NULL;
    const char *path = oa_store_path(store);
    *pages = 0;
    OA_TRY(oa_sqlite_open(path, OA_DB_CARE, &guard, pool));
    oa_error *error = oa_sqlite_open(path, OA_DB_CARE, &db, pool);
    if (error == NULL) {
        error = write_back_alone(guard, db, pages);
    }
    oa_sqlite_close(db);
    oa_sqlite_close(guard);
    return error;
}
