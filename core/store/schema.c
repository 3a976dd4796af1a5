/* SPDX-License-Identifier: Apache-2.0 */
#include "core/store/schema.h"

#include "core/store/care.h"
#include "core/store/file.h"
#include "core/store/sqlite.h"

#include <apr_strings.h>

int64_t oa_schema_newest(const char *const schema[])
{
    int64_t count = 0;
    while (schema[count] != NULL) {
        count++;
    }
    return count;
}

static oa_error *check_references(oa_db *db)
{
    oa_rows *rows;
    OA_TRY(oa_db_select(db, &rows, "PRAGMA foreign_key_check", ""));
    const char *table = oa_rows_next(rows) ? oa_rows_copy(rows, 0, oa_db_pool(db)) : NULL;
    OA_TRY(oa_rows_end(rows));
    return table == NULL
               ? NULL
               : oa_error_make(oa_db_pool(db), OA_CONFLICT,
                               "rows of the table %s refer to others that are missing: run orgauth store check", table);
}

static oa_error *run_files(oa_db *db, const char *const schema[], int64_t from, int64_t to)
{
    for (int64_t version = from; version < to; version++) {
        OA_TRY(oa_sqlite_script(db, schema[version]));
    }
    OA_TRY(oa_sqlite_script(db, apr_psprintf(oa_db_pool(db), "PRAGMA application_id=%d; PRAGMA user_version=%d",
                                             OA_APPLICATION_ID, (int)to)));
    return oa_db_run(db, NULL, "INSERT INTO change_log (account_id) VALUES (NULL)", "");
}

/* The version is read under the write lock, so that two who migrate at once do not both do it. */
static oa_error *raise_within(oa_db *db, const char *const schema[], int64_t *from, int64_t *to)
{
    OA_TRY(oa_db_int(db, from, 0, "PRAGMA user_version", ""));
    *to = oa_schema_newest(schema);
    if (*from > *to) {
        return oa_error_make(oa_db_pool(db), OA_UNAVAILABLE,
                             "the store is of schema version %d, newer than this program knows (%d): upgrade orgauth",
                             (int)*from, (int)*to);
    }
    if (*from < *to) {
        OA_TRY(run_files(db, schema, *from, *to));
        OA_TRY(check_references(db));
    }
    return oa_db_commit(db);
}

/* References are checked at the end as a whole, since a file may have to make a table anew. */
oa_error *oa_schema_raise(oa_db *db, const char *const schema[], int64_t *from, int64_t *to)
{
    OA_TRY(oa_sqlite_script(db, "PRAGMA foreign_keys=OFF"));
    oa_error *error = oa_db_begin(db, true);
    if (error == NULL) {
        error = raise_within(db, schema, from, to);
        oa_db_rollback(db);
    }
    OA_TRY(oa_sqlite_script(db, "PRAGMA foreign_keys=ON"));
    return error;
}

oa_error *oa_store_migrate(const char *url, int64_t *from, int64_t *to, apr_pool_t *pool)
{
    oa_db *db = NULL;
    const char *path;
    OA_TRY(oa_crypto_start(pool));
    OA_TRY(oa_file_of_url(url, &path, pool));
    OA_TRY(oa_sqlite_open(path, OA_DB_CARE, &db, pool));
    oa_error *error = oa_schema_raise(db, oa_schema_sqlite, from, to);
    oa_sqlite_close(db);
    return error;
}
