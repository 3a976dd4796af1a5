/* SPDX-License-Identifier: Apache-2.0 */
/* The figures of a store. */
#include "core/store/care.h"
#include "core/store/file.h"
#include "core/store/schema.h"
#include "core/store/secret.h"
#include "core/store/sqlite.h"

#include <apr_strings.h>

typedef struct figure {
    const char *name;
    const char *sql;
} figure;

static const figure figures[] = {
    {"schema_version", "PRAGMA user_version"},
    {"epoch", "SELECT value FROM store_meta WHERE name = 'epoch'"},
    {"organizations", "SELECT COUNT(*) FROM organization"},
    {"users", "SELECT COUNT(*) FROM account"},
    {"keys", "SELECT COUNT(*) FROM api_key"},
    {"web_apis", "SELECT COUNT(*) FROM web_api WHERE removed_at = 0"},
    {"events", "SELECT COUNT(*) FROM audit_event"},
    {"attempts", "SELECT COUNT(*) FROM attempt"},
};

static oa_error *ask(oa_db *db, oa_json *result, apr_pool_t *pool)
{
    oa_rows *rows;
    int64_t created_at;
    OA_TRY(oa_db_select(db, &rows, "SELECT value FROM store_meta WHERE name = 'store_id'", ""));
    oa_json_set_text(result, "store_id", oa_rows_next(rows) ? oa_rows_copy(rows, 0, pool) : NULL);
    OA_TRY(oa_rows_end(rows));
    OA_TRY(oa_db_int(db, &created_at, 0, "SELECT value FROM store_meta WHERE name = 'created_at'", ""));
    oa_json_set_time(result, "created_at", created_at);
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++) {
        int64_t value;
        OA_TRY(oa_db_int(db, &value, 0, figures[i].sql, ""));
        oa_json_set_int(result, figures[i].name, value);
    }
    return NULL;
}

static const char *state_of_secret(const char *secret_file, apr_pool_t *pool)
{
    unsigned char master[OA_MASTER_SIZE];
    oa_error *error = oa_secret_read(secret_file, master, pool);
    oa_wipe(master, sizeof master);
    return error == NULL ? "ok" : error->message;
}

static int64_t size_of_sidecar(const char *path, const char *suffix, apr_pool_t *pool)
{
    int64_t size = oa_file_size(apr_pstrcat(pool, path, suffix, NULL));
    return size < 0 ? 0 : size;
}

oa_error *oa_store_status(const char *url, const char *secret_file, oa_json **result, apr_pool_t *pool)
{
    oa_db *db = NULL;
    const char *path;
    OA_TRY(oa_crypto_start(pool));
    OA_TRY(oa_file_of_url(url, &path, pool));
    OA_TRY(oa_sqlite_open(path, OA_DB_CARE, &db, pool));
    oa_json *object = oa_json_object(pool);
    oa_json_set_text(object, "path", path);
    oa_json_set_int(object, "size", oa_file_size(path));
    oa_json_set_int(object, "wal_size", size_of_sidecar(path, "-wal", pool));
    oa_json_set_text(object, "secret", state_of_secret(secret_file, pool));
    oa_json_set_text(object, "sqlite_version", oa_sqlite_version());
    oa_json_set_bool(object, "wal_reset_bug", oa_sqlite_has_wal_reset_bug());
    oa_json_set_int(object, "schema_newest", oa_schema_newest(oa_schema_sqlite));
    oa_error *error = ask(db, object, pool);
    oa_sqlite_close(db);
    *result = object;
    return error;
}
