/* SPDX-License-Identifier: Apache-2.0 */
/* The wal-index, got from SQLite itself: opening the -shm file beside it would drop SQLite's POSIX locks when closed.
 */
#include "core/store/watch.h"

#include "core/store/sqlite.h"

#include <sqlite3.h>

/* SQLite maps the wal-index when it first reads. */
static oa_error *touch(oa_db *db)
{
    int64_t ignored;
    return oa_db_int(db, &ignored, 0, "SELECT MAX(seq) FROM change_log", NULL);
}

static bool has_shared_memory(const sqlite3_file *file)
{
    return file != NULL && file->pMethods != NULL && file->pMethods->iVersion >= 2 && file->pMethods->xShmMap != NULL;
}

oa_error *oa_watch_map(oa_db *db, const volatile void **header)
{
    sqlite3 *engine = oa_sqlite_handle(db);
    sqlite3_file *file = NULL;
    void volatile *region = NULL;

    *header = NULL;
    OA_TRY(touch(db));
    if (sqlite3_file_control(engine, "main", SQLITE_FCNTL_FILE_POINTER, &file) == SQLITE_OK &&
        has_shared_memory(file) && file->pMethods->xShmMap(file, 0, OA_WATCH_REGION, 0, &region) == SQLITE_OK) {
        *header = region;
    }
    return NULL;
}
