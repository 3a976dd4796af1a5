/* SPDX-License-Identifier: Apache-2.0 */
/* A copy of the store in use: one file by itself, verified before it gets its name. */
#include "core/store/care.h"
#include "core/store/file.h"
#include "core/store/sqlite.h"

static oa_error *copy_store(const char *path, const char *name, apr_pool_t *pool)
{
    oa_db *from = NULL, *to = NULL;
    OA_TRY(oa_sqlite_open(path, OA_DB_CARE, &from, pool));
    oa_error *error = oa_sqlite_open_private(name, false, &to, pool);
    if (error == NULL) {
        error = oa_sqlite_copy(to, from);
    }
    oa_sqlite_close(to);
    oa_sqlite_close(from);
    return error;
}

/* Opened anew without WAL, so that it needs nothing beside it, and read through. */
static oa_error *verify_copy(const char *name, apr_pool_t *pool)
{
    oa_db *db = NULL;
    int64_t damaged = 0;
    OA_TRY(oa_sqlite_open_private(name, false, &db, pool));
    oa_error *error =
        oa_db_int(db, &damaged, 0, "SELECT COUNT(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'", "");
    oa_sqlite_close(db);
    OA_TRY(error);
    return damaged == 0 ? NULL
                        : oa_error_make(pool, OA_UNAVAILABLE,
                                        "the store is damaged, so no copy was kept: run orgauth "
                                        "store check");
}

static oa_error *make_copy(const char *path, const char *name, apr_pool_t *pool)
{
    OA_TRY(copy_store(path, name, pool));
    OA_TRY(verify_copy(name, pool));
    return oa_file_finish(name, -1, -1, pool);
}

oa_error *oa_store_backup(const char *url, const char *file, apr_pool_t *pool)
{
    const char *path, *target, *name;
    OA_TRY(oa_crypto_start(pool));
    OA_TRY(oa_file_of_url(url, &path, pool));
    OA_TRY(oa_file_of_url(file, &target, pool));
    if (oa_file_exists(target)) {
        return oa_error_make(pool, OA_CONFLICT, "%s is there already: name a new file", target);
    }
    OA_TRY(oa_file_make_beside(target, &name, pool));
    oa_error *error = make_copy(path, name, pool);
    if (error == NULL) {
        error = oa_file_place(name, target, false, pool);
    }
    oa_file_remove(name, pool);
    return error;
}
