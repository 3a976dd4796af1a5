/* SPDX-License-Identifier: Apache-2.0 */
/* A new store: made whole under a name of its own, and named last. */
#include "core/store/audit.h"
#include "core/store/care.h"
#include "core/store/file.h"
#include "core/store/schema.h"
#include "core/store/secret.h"
#include "core/store/sqlite.h"

#include <apr_strings.h>
#include <unistd.h>

typedef struct new_store {
    const char *path;
    const char *secret_file;
    int uid, gid;
    bool made_secret;
    const char *made_directories;        /* for the store */
    const char *made_secret_directories; /* for the secret */
} new_store;

/* A WAL that an earlier store left would be played into the new one. */
static oa_error *check_free(const new_store *plan, apr_pool_t *pool)
{
    const char *names[] = {plan->path, apr_pstrcat(pool, plan->path, "-wal", NULL),
                           apr_pstrcat(pool, plan->path, "-journal", NULL)};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (oa_file_exists(names[i]) && (i == 0 || oa_file_size(names[i]) != 0)) {
            return oa_error_make(pool, OA_CONFLICT, "%s is there already: %s", names[i],
                                 i == 0 ? "nothing was changed" : "it belongs to an earlier store, move it away");
        }
    }
    return NULL;
}

static oa_error *write_meta(oa_db *db, const char *name, const char *value)
{
    return oa_db_run(db, NULL, "INSERT INTO store_meta (name, value) VALUES ($1, $2)", "tt", name, value);
}

static const char *make_store_id(apr_pool_t *pool)
{
    return apr_psprintf(pool, "%08x%08x%08x%08x", oa_random_below(UINT32_MAX), oa_random_below(UINT32_MAX),
                        oa_random_below(UINT32_MAX), oa_random_below(UINT32_MAX));
}

static oa_error *fill(oa_db *db, const new_store *plan, apr_pool_t *pool)
{
    int64_t from, to;
    unsigned char master[OA_MASTER_SIZE], chain_key[OA_SUBKEY_SIZE];
    OA_TRY(oa_schema_raise(db, oa_schema_sqlite, &from, &to));
    OA_TRY(oa_secret_read(plan->secret_file, master, pool));
    oa_subkey_derive(master, OA_SUBKEY_AUDIT, chain_key);
    oa_wipe(master, sizeof master);
    OA_TRY(oa_db_begin(db, true));
    OA_TRY(write_meta(db, "store_id", make_store_id(pool)));
    OA_TRY(write_meta(db, "created_at", apr_psprintf(pool, "%" APR_INT64_T_FMT, (apr_int64_t)oa_clock_now())));
    OA_TRY(write_meta(db, "epoch", "1"));
    OA_TRY(oa_audit_begin(db, chain_key));
    oa_wipe(chain_key, sizeof chain_key);
    return oa_db_commit(db);
}

/* Nobody else knows the file yet, so its WAL may be emptied into it without further care. */
static oa_error *make_database(const char *name, const new_store *plan, apr_pool_t *pool)
{
    oa_db *db = NULL;
    OA_TRY(oa_sqlite_open_private(name, true, &db, pool));
    oa_error *error = fill(db, plan, pool);
    if (error == NULL) {
        error = oa_sqlite_script(db, "PRAGMA wal_checkpoint(TRUNCATE)");
    }
    oa_sqlite_close(db);
    return error;
}

static oa_error *make_store(const new_store *plan, apr_pool_t *pool)
{
    const char *name = NULL;
    OA_TRY(oa_file_make_beside(plan->path, &name, pool));
    oa_error *error = make_database(name, plan, pool);
    if (error == NULL) {
        error = oa_file_finish(name, plan->uid, plan->gid, pool);
    }
    if (error == NULL) {
        error = oa_file_place(name, plan->path, false, pool);
    }
    oa_file_remove(name, pool);
    return error;
}

/* The secret stays with its maker, and httpd reads it through the group: who takes over httpd cannot replace it. */
static oa_error *make_secret(new_store *plan, apr_pool_t *pool)
{
    if (oa_file_exists(plan->secret_file)) {
        return NULL;
    }
    int uid = plan->gid >= 0 ? -1 : plan->uid;
    OA_TRY(oa_file_make_directories(plan->secret_file, uid, plan->gid, &plan->made_secret_directories, pool));
    OA_TRY(oa_secret_write(plan->secret_file, uid, plan->gid, pool));
    plan->made_secret = true;
    return NULL;
}

static oa_error *make_all(new_store *plan, apr_pool_t *pool)
{
    OA_TRY(check_free(plan, pool));
    /* First the store's: where both files share a directory, httpd's user must be able to make files in it. */
    OA_TRY(oa_file_make_directories(plan->path, plan->uid, plan->gid, &plan->made_directories, pool));
    OA_TRY(make_secret(plan, pool));
    return make_store(plan, pool);
}

static void take_back(const new_store *plan, apr_pool_t *pool)
{
    if (plan->made_secret) {
        unlink(plan->secret_file);
    }
    oa_file_unmake_directories(plan->secret_file, plan->made_secret_directories, pool);
    oa_file_unmake_directories(plan->path, plan->made_directories, pool);
}

oa_error *oa_store_init(const char *url, const char *secret_file, int uid, int gid, apr_pool_t *pool)
{
    new_store plan = {.uid = uid, .gid = gid};
    OA_TRY(oa_crypto_start(pool));
    OA_TRY(oa_file_of_url(url, &plan.path, pool));
    OA_TRY(oa_file_of_url(secret_file, &plan.secret_file, pool));
    oa_error *error = make_all(&plan, pool);
    if (error != NULL) {
        take_back(&plan, pool);
    }
    return error;
}
