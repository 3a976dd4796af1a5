/* SPDX-License-Identifier: Apache-2.0 */
/* Copying a whole database page by page. */
#include "core/store/sqlite_private.h"

/* All pages in one step: a snapshot of the one, a single transaction of the other. */
oa_error *oa_sqlite_copy(oa_db *to, oa_db *from)
{
    sqlite3_backup *backup = sqlite3_backup_init(to->handle, "main", from->handle, "main");
    if (backup == NULL) {
        return oa_sqlite_error(to, sqlite3_extended_errcode(to->handle), "a copy");
    }
    int rc = sqlite3_backup_step(backup, -1);
    int finish = sqlite3_backup_finish(backup);
    if (rc == SQLITE_DONE && finish == SQLITE_OK) {
        return NULL;
    }
    return oa_sqlite_error(to, finish != SQLITE_OK ? finish : rc, "a copy");
}
