/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The hold on the store. Its file is in one of three states: it stands; it is in doubt (its bytes changed: by a
 * checkpoint, or because somebody copied another file over it), which one fresh connection settles; or it is gone, and
 * whatever has its name next must prove to be this store.
 */
#include "core/store/store.h"

#include "core/store/audit.h"
#include "core/store/file.h"
#include "core/store/idle.h"
#include "core/store/secret.h"
#include "core/store/lookup.h"
#include "core/store/message.h"
#include "core/store/tally.h"
#include "core/store/under_way.h"
#include "core/store/usage.h"
#include "core/store/writer.h"

#include <apr_strings.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/stat.h>

enum { BESIDE = 2, LOOK_EVERY = 1000 /* microseconds */ };

enum { GONE, DOUBTED, STANDS };

/* Kept out of core dumps and, where the limit allows, out of swap. */
typedef struct subkeys {
    unsigned char key[OA_SUBKEY_MAIL + 1][OA_SUBKEY_SIZE];
} subkeys;

/* What a file says of itself. */
typedef struct identity {
    char store_id[64];
    int64_t epoch;
    int64_t seq;
} identity;

struct oa_store {
    const char *path;
    const char *paths_beside[BESIDE];
    subkeys *keys;
    pthread_mutex_t mutex; /* of all below that is not atomic */
    oa_idle idle;
    struct stat held;                /* of the accepted file, taken before it was read */
    struct stat held_beside[BESIDE]; /* its -wal and -shm, taken after it was read */
    identity newest;                 /* of all that was accepted */
    _Atomic int64_t position;        /* its seq */
    _Atomic bool settling;           /* a thread is about to settle the doubt */
    _Atomic int state;
    _Atomic int64_t looked_at;
    _Atomic uint64_t generation;
    _Atomic bool foreign;            /* what was looked at last is sealed with another secret */
    struct oa_lookup *lookup;
    struct oa_writer *writer;
    struct oa_usage *usage;
    struct oa_messages *messages;
    struct oa_tally *tally;
    struct oa_under_way *under_way;
};

const unsigned char *oa_store_subkey(const oa_store *store, oa_subkey which)
{
    return store->keys->key[which];
}

const char *oa_store_path(const oa_store *store)
{
    return store->path;
}

struct oa_lookup *oa_store_lookup(const oa_store *store)
{
    return store->lookup;
}

struct oa_writer *oa_store_writer(const oa_store *store)
{
    return store->writer;
}

struct oa_usage *oa_store_usage(const oa_store *store)
{
    return store->usage;
}

struct oa_messages *oa_store_messages(const oa_store *store)
{
    return store->messages;
}

struct oa_tally *oa_store_tally(const oa_store *store)
{
    return store->tally;
}

struct oa_under_way *oa_store_under_way(const oa_store *store)
{
    return store->under_way;
}

uint64_t oa_store_generation_of(oa_db *db)
{
    return oa_sqlite_tag(db)->generation;
}

/* Watching the file ----------------------------------------------------------------------------------------- */

/* The file is not ours any more: nothing that was read from it counts. */
static void lose(oa_store *store)
{
    oa_idle idle;
    pthread_mutex_lock(&store->mutex);
    if (store->state != GONE) {
        store->state = GONE;
        store->generation++;
    }
    oa_idle_detach(&store->idle, &idle);
    pthread_mutex_unlock(&store->mutex);
    oa_idle_close(&idle);
}

/* Owner and mode are part of it: that it could not write is what SQLite remembers until the last connection is closed. */
static bool same_file(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_uid == b->st_uid && a->st_gid == b->st_gid &&
           a->st_mode == b->st_mode;
}

static bool same_time(const struct timespec *a, const struct timespec *b)
{
    return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

/* In WAL mode only a checkpoint writes to the file itself. */
static bool same_bytes(const struct stat *a, const struct stat *b)
{
    return a->st_size == b->st_size && same_time(&a->st_mtim, &b->st_mtim) && same_time(&a->st_ctim, &b->st_ctim);
}

/* Where somebody removed the -wal or the -shm under us, others make new ones, and what they commit is never seen here.
 */
static bool look_beside(const oa_store *store, struct stat found[BESIDE])
{
    for (int i = 0; i < BESIDE; i++) {
        if (stat(store->paths_beside[i], &found[i]) != 0) {
            return false;
        }
    }
    return true;
}

static bool same_beside(const oa_store *store, const struct stat found[BESIDE])
{
    return same_file(&found[0], &store->held_beside[0]) && same_file(&found[1], &store->held_beside[1]);
}

static void look_at_file(oa_store *store)
{
    struct stat found, beside[BESIDE];
    bool there = stat(store->path, &found) == 0 && look_beside(store, beside);
    pthread_mutex_lock(&store->mutex);
    bool lost = store->state != GONE && (!there || !same_file(&found, &store->held) || !same_beside(store, beside));
    if (store->state == STANDS && !lost && !same_bytes(&found, &store->held)) {
        store->state = DOUBTED;
    }
    pthread_mutex_unlock(&store->mutex);
    if (lost) {
        lose(store);
    }
}

static void look(oa_store *store)
{
    struct timespec clock;
    clock_gettime(CLOCK_MONOTONIC, &clock);
    int64_t now = (int64_t)clock.tv_sec * 1000000 + clock.tv_nsec / 1000;
    int64_t last = atomic_load_explicit(&store->looked_at, memory_order_relaxed);
    if (now - last >= LOOK_EVERY && atomic_compare_exchange_strong(&store->looked_at, &last, now)) {
        look_at_file(store);
    }
}

bool oa_store_stands(oa_store *store, uint64_t *generation)
{
    look(store);
    *generation = store->generation;
    int state = store->state;
    return state == STANDS || (state == DOUBTED && store->settling);
}

/* Under the mutex. Positions count within one epoch. */
static void note_newest(oa_store *store, const identity *found)
{
    const identity *newest = &store->newest;
    if (newest->store_id[0] == '\0' || found->epoch > newest->epoch ||
        (found->epoch == newest->epoch && found->seq > newest->seq)) {
        store->newest = *found;
        store->position = found->seq;
    }
}

/* What a reading that begins now must not be behind: taken before it, since others go on meanwhile. */
static identity newest_now(oa_store *store)
{
    pthread_mutex_lock(&store->mutex);
    identity newest = store->newest;
    pthread_mutex_unlock(&store->mutex);
    return newest;
}

int64_t oa_store_position(oa_store *store)
{
    return store->position;
}

/* Accepting a file ------------------------------------------------------------------------------------------ */

oa_error *oa_store_id(oa_db *db, const char **id, apr_pool_t *pool)
{
    oa_rows *rows;
    OA_TRY(oa_db_select(db, &rows, "SELECT value FROM store_meta WHERE name = 'store_id'", ""));
    *id = oa_rows_next(rows) ? oa_rows_copy(rows, 0, pool) : "";
    return oa_rows_end(rows);
}

static oa_error *read_identity_now(oa_db *db, identity *found)
{
    const char *id;
    OA_TRY(oa_store_id(db, &id, oa_db_pool(db)));
    apr_cpystrn(found->store_id, id, sizeof found->store_id);
    OA_TRY(oa_db_int(db, &found->epoch, 0, "SELECT value FROM store_meta WHERE name = 'epoch'", ""));
    return oa_db_int(db, &found->seq, 0, "SELECT seq FROM sqlite_sequence WHERE name = 'change_log'", "");
}

static oa_error *refuse(const oa_store *store, apr_pool_t *pool, const char *message, const char *detail)
{
    return oa_error_detail(pool, oa_error_make(pool, OA_UNAVAILABLE, "the store %s %s", store->path, message), "%s",
                           detail);
}

static oa_error *judge(const oa_store *store, const identity *newest, const identity *found, apr_pool_t *pool)
{
    bool is_known = newest->store_id[0] != '\0';
    if (found->store_id[0] == '\0' || (is_known && strcmp(found->store_id, newest->store_id) != 0)) {
        return refuse(store, pool, "is another one than this process began with: restart it if that is meant",
                      "another store");
    }
    if (found->epoch < newest->epoch || (found->epoch == newest->epoch && found->seq < newest->seq)) {
        return refuse(store, pool,
                      "is older than what this process has seen: bring the newer one back, or take the old one "
                      "over with orgauth store restore",
                      "older copy");
    }
    return NULL;
}

oa_error *oa_store_verify(oa_store *store, oa_db *db, oa_standing *standing)
{
    identity newest = newest_now(store), found = {.epoch = 0};
    OA_TRY(read_identity_now(db, &found));
    OA_TRY(judge(store, &newest, &found, oa_db_pool(db)));
    pthread_mutex_lock(&store->mutex);
    note_newest(store, &found);
    pthread_mutex_unlock(&store->mutex);
    *standing = (oa_standing){found.epoch, found.seq};
    return NULL;
}

/* Under the mutex. */
static oa_error *hold(oa_store *store, oa_db *db, const identity *found, const struct stat *file,
                      const struct stat beside[BESIDE])
{
    if (store->state != GONE && (!same_file(file, &store->held) || !same_beside(store, beside))) {
        return refuse(store, oa_db_pool(db), "has just been replaced", "replaced while it was opened");
    }
    note_newest(store, found);
    store->held = *file;
    memcpy(store->held_beside, beside, sizeof store->held_beside);
    store->state = STANDS;
    oa_sqlite_tag(db)->generation = store->generation;
    return NULL;
}

/* Under another secret each right key would be a wrong one, and be counted as that. Later the store's id tells. */
static oa_error *require_own(oa_store *store, oa_db *db, const identity *newest, apr_pool_t *pool)
{
    bool own = newest->store_id[0] != '\0';
    if (!own) {
        OA_TRY(oa_audit_is_of(db, store->keys->key[OA_SUBKEY_AUDIT], &own));
    }
    store->foreign = !own;
    return own ? NULL
               : refuse(store, pool, "was made under another master secret, or has lost its audit trail: bring back the secret that belongs to it, or a backup",
                        "no end or beginning of the trail is sealed with the secret");
}

static oa_error *judge_now(oa_store *store, oa_db *db, const identity *newest, identity *found, apr_pool_t *pool)
{
    OA_TRY(read_identity_now(db, found));
    OA_TRY(judge(store, newest, found, pool));
    return require_own(store, db, newest, pool);
}

static oa_error *accept_file(oa_store *store, oa_db *db, const struct stat *file, apr_pool_t *pool)
{
    identity newest = newest_now(store), found = {.epoch = 0};
    struct stat beside[BESIDE];
    OA_TRY(oa_db_begin(db, false));
    oa_error *error = judge_now(store, db, &newest, &found, pool);
    oa_db_rollback(db);
    OA_TRY(error);
    if (!look_beside(store, beside)) {
        return refuse(store, pool, "has just lost its -wal or -shm file", "removed while it was opened");
    }
    pthread_mutex_lock(&store->mutex);
    error = hold(store, db, &found, file, beside);
    pthread_mutex_unlock(&store->mutex);
    return error;
}

/* The file is looked at before it is opened: what is written to it later raises a doubt again. */
static oa_error *open_connection(oa_store *store, oa_db_use use, oa_db **out, apr_pool_t *pool)
{
    struct stat before, after;
    if (stat(store->path, &before) != 0) {
        return refuse(store, pool,
                      errno == ENOENT ? "is missing: run orgauth store init, or restore a backup"
                                      : "cannot be reached: check the modes of its directories",
                      strerror(errno));
    }
    oa_db *db = NULL;
    OA_TRY(oa_sqlite_open(store->path, use, &db, pool));
    oa_error *error = NULL;
    if (oa_sqlite_has_moved(db) || stat(store->path, &after) != 0 || !same_file(&before, &after)) {
        error = refuse(store, pool, "has just been replaced", "replaced while it was opened");
    } else {
        error = accept_file(store, db, &before, pool);
    }
    if (error != NULL) {
        oa_sqlite_close(db);
        return error;
    }
    *out = db;
    return NULL;
}

/* Taking and giving ----------------------------------------------------------------------------------------- */

/* An idle connection, or NULL. *settles: not to be used but replaced by a new one, which settles a doubt. */
static oa_db *pop(oa_store *store, oa_db_use use, bool *settles)
{
    oa_db *db = NULL;
    pthread_mutex_lock(&store->mutex);
    *settles = store->state == DOUBTED && !store->settling;
    store->settling = store->settling || *settles;
    if (store->state != GONE) {
        db = oa_idle_take(&store->idle, use);
    }
    pthread_mutex_unlock(&store->mutex);
    return db;
}

/* A busy store leaves the doubt to the next one; any other trouble means that nothing remembered may be used. */
static void settle_doubt(oa_store *store, const oa_error *error)
{
    if (error != NULL && error->code != OA_BUSY) {
        lose(store);
    }
    store->settling = false;
}

oa_error *oa_store_take(oa_store *store, oa_db_use use, oa_db **db, apr_pool_t *pool)
{
    bool settles;
    look(store);
    oa_db *idle = pop(store, use, &settles);
    if (idle != NULL && !settles) {
        oa_db_use_pool(idle, pool);
        *db = idle;
        return NULL;
    }
    oa_error *error = open_connection(store, use, db, pool);
    oa_sqlite_close(idle);
    if (settles) {
        settle_doubt(store, error);
    }
    return error;
}

/* Under the mutex: kept for the next, unless it is of a store that is gone. */
static bool keep(oa_store *store, oa_db *db, bool sound, bool unloaded)
{
    if (!sound && store->state == STANDS) {
        store->state = DOUBTED;
    }
    bool kept = sound && store->state != GONE && oa_sqlite_tag(db)->generation == store->generation;
    if (kept) {
        oa_idle_put(&store->idle, db, unloaded);
    }
    return kept;
}

oa_error *oa_store_try(oa_store *store, apr_pool_t *pool)
{
    oa_db *db;
    oa_error *error = oa_store_take(store, OA_DB_LOOKUP, &db, pool);
    if (error == NULL) {
        oa_store_give(store, db);
    }
    return store->foreign ? error : NULL;
}

void oa_store_give(oa_store *store, oa_db *db)
{
    bool sound = oa_sqlite_settle(db);
    pthread_mutex_lock(&store->mutex);
    bool full = oa_idle_is_full(&store->idle, db);
    if (full) {
        pthread_mutex_unlock(&store->mutex);
        oa_sqlite_unload(db);
        pthread_mutex_lock(&store->mutex);
    }
    bool kept = keep(store, db, sound, full);
    pthread_mutex_unlock(&store->mutex);
    if (!kept) {
        oa_sqlite_close(db);
    }
}

void oa_store_close(oa_store *store)
{
    oa_idle idle;
    pthread_mutex_lock(&store->mutex);
    oa_idle_detach(&store->idle, &idle);
    pthread_mutex_unlock(&store->mutex);
    oa_idle_close(&idle);
}

/* Making ---------------------------------------------------------------------------------------------------- */

static apr_status_t forget(void *context)
{
    oa_store *store = context;
    oa_store_close(store);
    oa_wipe(store->keys, sizeof *store->keys);
    munmap(store->keys, sizeof *store->keys);
    return APR_SUCCESS;
}

static oa_error *make_subkeys(oa_store *store, const char *secret_file, apr_pool_t *pool)
{
    unsigned char master[OA_MASTER_SIZE];
    OA_TRY(oa_secret_read(secret_file, master, pool));
    void *page = mmap(NULL, sizeof *store->keys, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) {
        oa_wipe(master, sizeof master);
        return oa_error_make(pool, OA_FAILED, "out of memory");
    }
    (void)mlock(page, sizeof *store->keys);
    (void)madvise(page, sizeof *store->keys, MADV_DONTDUMP);
    store->keys = page;
    for (oa_subkey which = OA_SUBKEY_API_KEY; which <= OA_SUBKEY_MAIL; which++) {
        oa_subkey_derive(master, which, store->keys->key[which]);
    }
    oa_wipe(master, sizeof master);
    return NULL;
}

oa_error *oa_store_make(const char *url, const char *secret_file, oa_store **out, apr_pool_t *pool)
{
    oa_store *store = apr_pcalloc(pool, sizeof *store);
    OA_TRY(oa_crypto_start(pool));
    OA_TRY(oa_file_of_url(url, &store->path, pool));
    OA_TRY(make_subkeys(store, secret_file, pool));
    pthread_mutex_init(&store->mutex, NULL);
    store->generation = 1;
    store->paths_beside[0] = apr_pstrcat(pool, store->path, "-wal", NULL);
    store->paths_beside[1] = apr_pstrcat(pool, store->path, "-shm", NULL);
    apr_pool_cleanup_register(pool, store, forget, apr_pool_cleanup_null);
    OA_TRY(oa_lookup_make(store, &store->lookup, pool));
    OA_TRY(oa_writer_make(store, &store->writer, pool));
    OA_TRY(oa_usage_make(store, &store->usage, pool));
    OA_TRY(oa_messages_make(store, &store->messages, pool));
    OA_TRY(oa_tally_make(store, &store->tally, pool));
    OA_TRY(oa_under_way_make(&store->under_way, pool));
    *out = store;
    return NULL;
}
