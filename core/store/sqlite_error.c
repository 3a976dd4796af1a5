/* SPDX-License-Identifier: Apache-2.0 */
/* SQLite's result codes as errors of ours: one row per code that is not simply a defect. */
#include "core/store/sqlite_private.h"

#include "core/store/care.h"

typedef struct result_row {
    int primary;
    oa_code code;
    bool breaks; /* the connection is not to be used again: a new one may fare better */
    const char *message;
} result_row;

static const result_row results[] = {
    {SQLITE_BUSY, OA_BUSY, false, "the store is busy with another change: try again"},
    {SQLITE_LOCKED, OA_BUSY, false, "the store is busy with another change: try again"},
    {SQLITE_CONSTRAINT, OA_CONFLICT, false, "the change contradicts what is stored"},
    {SQLITE_CORRUPT, OA_UNAVAILABLE, true, "the store is damaged: run orgauth store check, and restore a backup"},
    {SQLITE_NOTADB, OA_UNAVAILABLE, true, "the store's file is not a database: restore a backup"},
    {SQLITE_READONLY, OA_UNAVAILABLE, true, "the store is read-only here: check owner and mode of the file and its directory, and the file system"},
    {SQLITE_FULL, OA_UNAVAILABLE, false, "the store cannot grow: the disk is full"},
    {SQLITE_IOERR, OA_UNAVAILABLE, true, "the store cannot be read or written: input/output error"},
    {SQLITE_CANTOPEN, OA_UNAVAILABLE, true, "the store cannot be opened: check that it is there, its owner and mode"},
    {SQLITE_PROTOCOL, OA_UNAVAILABLE, true, "the store cannot be locked"},
    {SQLITE_PERM, OA_UNAVAILABLE, true, "the store cannot be opened: check its owner and mode"},
    {SQLITE_NOLFS, OA_UNAVAILABLE, true, "the store is too large for this system"},
    {SQLITE_NOMEM, OA_FAILED, true, "out of memory"},
    {SQLITE_AUTH, OA_FAILED, false, "this connection to the store may not do that"},
};

static const result_row anything_else = {SQLITE_ERROR, OA_FAILED, false, "the store refused a statement"};

static const result_row *row_of(int rc)
{
    for (size_t i = 0; i < sizeof results / sizeof results[0]; i++) {
        if (results[i].primary == (rc & 0xff)) {
            return &results[i];
        }
    }
    return &anything_else;
}

oa_error *oa_sqlite_error(oa_db *db, int rc, const char *doing)
{
    const result_row *row = row_of(rc);
    db->broken = db->broken || row->breaks;
    return oa_error_detail(db->pool, oa_error_make(db->pool, row->code, "%s", row->message), "SQLite %d: %s (%s)", rc,
                           db->handle == NULL ? sqlite3_errstr(rc) : sqlite3_errmsg(db->handle), doing);
}

const char *oa_sqlite_version(void)
{
    return sqlite3_libversion();
}

/* https://sqlite.org/wal.html#walresetbug: mended in 3.51.3, and in the branches at 3.50.7 and 3.44.6. */
bool oa_sqlite_has_wal_reset_bug(void)
{
    int version = sqlite3_libversion_number();
    bool mended =
        version >= 3051003 || (version >= 3050007 && version < 3051000) || (version >= 3044006 && version < 3045000);
    return version >= 3007000 && !mended;
}
