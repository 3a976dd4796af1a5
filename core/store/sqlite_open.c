/* SPDX-License-Identifier: Apache-2.0 */
/* Opening a connection: hardened before its first statement, and refused unless the file is our store. */
#include "core/store/sqlite_private.h"

#include "core/base/crypto.h"
#include "core/store/schema.h"

#include <apr_strings.h>
#include <errno.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

/* Counting allocations takes a global lock; nobody here asks for the counts. Refused when httpd or another
 * module has started SQLite before: then it stays as it is. */
static void configure_engine(void)
{
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    sqlite3_initialize();
}

static int64_t monotonic_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* Waits for a lock in short random steps: many counting processes share it, and SQLite's own steps of up to
 * 100 ms would leave it idle most of the time. */
static int wait_for_lock(void *context, int tries)
{
    oa_db *db = context;
    int64_t now = monotonic_now();
    if (tries == 0) {
        db->deadline = now + (int64_t)OA_BUSY_TIMEOUT_MS * 1000000;
    }
    if (now >= db->deadline) {
        return 0;
    }
    uint32_t most = tries < 20 ? 1000000 : 5000000;
    struct timespec pause = {0, 100000 + (long)oa_random_below(most)};
    nanosleep(&pause, NULL);
    return 1;
}

typedef struct switch_row {
    int option;
    int value;
} switch_row;

static const switch_row switches[] = {
    {SQLITE_DBCONFIG_DEFENSIVE, 1},
    {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
    {SQLITE_DBCONFIG_WRITABLE_SCHEMA, 0},
    {SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1},
    {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
    {SQLITE_DBCONFIG_ENABLE_FKEY, 1},
    {SQLITE_DBCONFIG_ENABLE_TRIGGER, 1},
    {SQLITE_DBCONFIG_ENABLE_VIEW, 1},
    {SQLITE_DBCONFIG_DQS_DML, 0},
    {SQLITE_DBCONFIG_DQS_DDL, 0},
    {SQLITE_DBCONFIG_LEGACY_ALTER_TABLE, 0},
};

static const switch_row limits[] = {
    {SQLITE_LIMIT_LENGTH, 16 * 1024 * 1024},  {SQLITE_LIMIT_SQL_LENGTH, 256 * 1024}, {SQLITE_LIMIT_ATTACHED, 0},
    {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000}, {SQLITE_LIMIT_WORKER_THREADS, 0},
};

static const char *const pragmas = "PRAGMA mmap_size=0; PRAGMA cell_size_check=1; PRAGMA temp_store=MEMORY;"
                                   "PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;";

static oa_error *harden(oa_db *db)
{
    sqlite3_extended_result_codes(db->handle, 1);
    sqlite3_busy_handler(db->handle, wait_for_lock, db);
    sqlite3_wal_autocheckpoint(db->handle, 0);
    for (size_t i = 0; i < sizeof switches / sizeof switches[0]; i++) {
        int now = -1;
        int rc = sqlite3_db_config(db->handle, switches[i].option, switches[i].value, &now);
        if (rc != SQLITE_OK || now != switches[i].value) {
            return oa_sqlite_error(db, rc == SQLITE_OK ? SQLITE_ERROR : rc, "hardening");
        }
    }
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        sqlite3_limit(db->handle, limits[i].option, limits[i].value);
    }
    int rc = db->use == OA_DB_CARE ? oa_sqlite_add_functions(db) : SQLITE_OK;
    return rc != SQLITE_OK ? oa_sqlite_error(db, rc, "adding functions") : oa_sqlite_script(db, pragmas);
}

/* Room for the inner pages of a table of a million keys, so that a look-up reads one page alone; few connections keep so many (idle.h). */
static oa_error *confine(oa_db *db)
{
    if (db->use == OA_DB_LOOKUP) {
        OA_TRY(oa_sqlite_script(db, "PRAGMA cache_size=-2560; PRAGMA query_only=1"));
    }
    oa_sqlite_confine(db);
    return NULL;
}

static oa_error *open_handle(const char *path, int flags, oa_db_use use, oa_db **out, apr_pool_t *pool)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, configure_engine);
    oa_db *db = calloc(1, sizeof *db);
    if (db == NULL) {
        return oa_error_make(pool, OA_FAILED, "out of memory");
    }
    db->pool = pool;
    db->use = use;
    int rc = sqlite3_open_v2(path, &db->handle, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE, NULL);
    oa_error *error = rc == SQLITE_OK ? harden(db) : oa_sqlite_error(db, rc, path);
    if (error != NULL) {
        oa_sqlite_close(db);
        return error;
    }
    *out = db;
    return NULL;
}

/* The file itself ------------------------------------------------------------------------------------------- */

static oa_error *check_identity(oa_db *db, const char *path)
{
    int64_t id = 0;
    OA_TRY(oa_db_int(db, &id, 0, "PRAGMA application_id", ""));
    if (id != OA_APPLICATION_ID) {
        return oa_error_make(db->pool, OA_UNAVAILABLE, "%s is not a store of orgauth", path);
    }
    oa_rows *rows;
    OA_TRY(oa_db_select(db, &rows, "PRAGMA journal_mode", ""));
    bool is_wal = oa_rows_next(rows) && strcmp(oa_rows_text(rows, 0), "wal") == 0;
    OA_TRY(oa_rows_end(rows));
    if (is_wal) {
        return NULL;
    }
    return oa_error_make(db->pool, OA_UNAVAILABLE,
                         "%s is a copy of a store: put it in place with orgauth store restore", path);
}

static oa_error *check_version(oa_db *db, const char *path)
{
    int64_t version = 0;
    int64_t newest = oa_schema_newest(oa_schema_sqlite);
    OA_TRY(oa_db_int(db, &version, 0, "PRAGMA user_version", ""));
    if (version == newest) {
        return NULL;
    }
    const char *remedy = version > newest ? "upgrade orgauth" : "run orgauth store migrate";
    return oa_error_make(db->pool, OA_UNAVAILABLE, "the store %s is of schema version %d, this program needs %d: %s",
                         path, (int)version, (int)newest, remedy);
}

/* SQLite gives the WAL and its index the owner of the store when root opens it; where it was not allowed to
 * (a container without CAP_CHOWN), httpd would be locked out from now on. */
static oa_error *check_sidecar(oa_db *db, const char *path, const struct stat *store, const char *suffix)
{
    char *name = apr_pstrcat(db->pool, path, suffix, NULL);
    struct stat found;
    if (lstat(name, &found) != 0 || (found.st_uid == store->st_uid && found.st_gid == store->st_gid)) {
        return NULL;
    }
    if (lchown(name, store->st_uid, store->st_gid) == 0) {
        return NULL;
    }
    return oa_error_make(db->pool, OA_UNAVAILABLE, "%s must belong to the owner of the store: chown it (%s)", name,
                         strerror(errno));
}

static oa_error *check_sidecars(oa_db *db, const char *path)
{
    struct stat store;
    if (geteuid() != 0 || stat(path, &store) != 0) {
        return NULL;
    }
    OA_TRY(check_sidecar(db, path, &store, "-wal"));
    return check_sidecar(db, path, &store, "-shm");
}

static oa_error *check(oa_db *db, const char *path)
{
    OA_TRY(check_identity(db, path));
    if (db->use != OA_DB_CARE) {
        OA_TRY(check_version(db, path));
    }
    OA_TRY(check_sidecars(db, path));
    return confine(db);
}

static oa_error *closed_on(oa_error *error, oa_db **db)
{
    if (error != NULL) {
        oa_sqlite_close(*db);
        *db = NULL;
    }
    return error;
}

oa_error *oa_sqlite_open(const char *path, oa_db_use use, oa_db **db, apr_pool_t *pool)
{
    OA_TRY(open_handle(path, SQLITE_OPEN_READWRITE, use, db, pool));
    return closed_on(check(*db, path), db);
}

oa_error *oa_sqlite_open_private(const char *path, bool wal, oa_db **db, apr_pool_t *pool)
{
    OA_TRY(open_handle(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW, OA_DB_CARE, db, pool));
    return closed_on(oa_sqlite_script(*db, wal ? "PRAGMA journal_mode=WAL" : "PRAGMA journal_mode=DELETE"), db);
}

bool oa_sqlite_has_moved(oa_db *db)
{
    int moved = 0;
    return sqlite3_file_control(db->handle, "main", SQLITE_FCNTL_HAS_MOVED, &moved) != SQLITE_OK || moved != 0;
}
