/* SPDX-License-Identifier: Apache-2.0 */
#include "core/store/usage.h"

#include "core/store/care.h"

#include <apr_strings.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>

enum { WAYS = 4, SETS = OA_USAGE_TABLE / WAYS, FLUSH_EVERY_S = 1, HOUSE_EVERY_S = 10 };
enum { SESSION = -1 };

/* A key or, key 0, a login, and when it was last noted for writing. Read without the mutex: a torn look costs a note at
 * most. */
typedef struct entry {
    _Atomic oa_id account, key; /* key SESSION: `account` is the id of a session */
    _Atomic oa_time noted;
} entry;

typedef struct note {
    oa_id account, key;
    oa_time at;
    oa_duration every; /* it is written at most so often */
    bool long_unseen;
} note;

struct oa_usage {
    oa_store *store;
    pthread_mutex_t mutex; /* of entries (writing), gathered, stopping; never held over SQL */
    pthread_cond_t wake;
    entry entries[SETS][WAYS];
    note gathered[OA_USAGE_BATCH];
    size_t gathered_count;
    pthread_mutex_t flushing;    /* of what follows */
    note flight[OA_USAGE_BATCH]; /* taken from `gathered`, until it is written */
    size_t flight_count;
    pthread_t thread;
    bool stopping;
    oa_usage_log *log;
    void *context;
    char reported[200];  /* message of the trouble that lasts; once is enough in a log */
    apr_pool_t *scratch; /* of the thread; in nobody's pool, which may be cleared while the thread ends */
};

static apr_status_t destroy(void *data)
{
    oa_usage *usage = data;
    pthread_cond_destroy(&usage->wake);
    pthread_mutex_destroy(&usage->mutex);
    pthread_mutex_destroy(&usage->flushing);
    return APR_SUCCESS;
}

oa_error *oa_usage_make(oa_store *store, oa_usage **made, apr_pool_t *pool)
{
    oa_usage *usage = apr_pcalloc(pool, sizeof(*usage));
    pthread_condattr_t monotonic;

    usage->store = store;
    pthread_mutex_init(&usage->mutex, NULL);
    pthread_mutex_init(&usage->flushing, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&usage->wake, &monotonic);
    pthread_condattr_destroy(&monotonic);
    apr_pool_cleanup_register(pool, usage, destroy, apr_pool_cleanup_null);
    *made = usage;
    return NULL;
}

/* Noting ---------------------------------------------------------------------------------------------------- */

static entry *set_of(oa_usage *usage, oa_id account, oa_id key)
{
    uint64_t mixed = ((uint64_t)account ^ (uint64_t)key << 1) * UINT64_C(0x9e3779b97f4a7c15);
    return usage->entries[(mixed >> 32) % SETS];
}

static bool is_of(const entry *e, oa_id account, oa_id key)
{
    return atomic_load_explicit(&e->account, memory_order_relaxed) == account &&
           atomic_load_explicit(&e->key, memory_order_relaxed) == key;
}

static oa_time noted_at(const entry *e)
{
    return atomic_load_explicit(&e->noted, memory_order_relaxed);
}

/* A clock that went back does not silence a key. */
static bool is_recent(oa_time noted, oa_duration every, oa_time now)
{
    return noted <= now && now - noted < every;
}

static bool noted_lately(const entry *set, const note *n)
{
    for (int i = 0; i < WAYS; i++) {
        if (is_of(&set[i], n->account, n->key)) {
            return is_recent(noted_at(&set[i]), n->every, n->at);
        }
    }
    return false;
}

/* Its own entry, else the one noted longest ago. */
static entry *entry_for(entry *set, oa_id account, oa_id key)
{
    entry *oldest = set;

    for (int i = 0; i < WAYS; i++) {
        if (is_of(&set[i], account, key)) {
            return &set[i];
        }
        oldest = noted_at(&set[i]) < noted_at(oldest) ? &set[i] : oldest;
    }
    return oldest;
}

/* The second half of a batch is kept for accounts not seen for a day. */
static bool has_room(const oa_usage *usage, bool long_unseen)
{
    return usage->gathered_count < (long_unseen ? OA_USAGE_BATCH : OA_USAGE_BATCH / 2);
}

static void gather(oa_usage *usage, entry *set, const note *n)
{
    if (noted_lately(set, n) || !has_room(usage, n->long_unseen)) {
        return;
    }
    entry *e = entry_for(set, n->account, n->key);
    atomic_store_explicit(&e->account, n->account, memory_order_relaxed);
    atomic_store_explicit(&e->key, n->key, memory_order_relaxed);
    atomic_store_explicit(&e->noted, n->at, memory_order_relaxed);
    usage->gathered[usage->gathered_count++] = *n;
    if (usage->gathered_count == 1) {
        pthread_cond_signal(&usage->wake);
    }
}

static void take(oa_usage *usage, const note *n)
{
    entry *set = set_of(usage, n->account, n->key);

    if (noted_lately(set, n)) {
        return;
    }
    pthread_mutex_lock(&usage->mutex);
    gather(usage, set, n);
    pthread_mutex_unlock(&usage->mutex);
}

void oa_usage_note(oa_store *store, const oa_record *record, oa_time now)
{
    note n = {record->account_id, record->key_id, now, OA_MINUTE, now - record->last_seen >= OA_DAY};

    take(oa_store_usage(store), &n);
}

void oa_usage_note_session(oa_store *store, oa_id session, oa_duration every, oa_time now)
{
    note n = {session, SESSION, now, every, false};

    take(oa_store_usage(store), &n);
}

/* Writing --------------------------------------------------------------------------------------------------- */

/* What another process wrote within the last minute is left as it is. */
static oa_error *write_note(oa_db *db, const note *n)
{
    if (n->key == SESSION) {
        return oa_db_run(db, NULL, "UPDATE session SET last_seen_at = $2 WHERE id = $1 AND last_seen_at < $2", "ii",
                         (int64_t)n->account, (int64_t)n->at);
    }
    if (n->key != 0) {
        OA_TRY(oa_db_run(db, NULL, "UPDATE api_key SET last_used_at = $2 WHERE id = $1 AND last_used_at <= $2 - 60000",
                         "ii", (int64_t)n->key, (int64_t)n->at));
    }
    return oa_db_run(db, NULL, "UPDATE account SET last_login_at = $2 WHERE id = $1 AND last_login_at <= $2 - 60000",
                     "ii", (int64_t)n->account, (int64_t)n->at);
}

static oa_error *write_notes(oa_db *db, const note *notes, size_t count)
{
    oa_db_relax(db);
    OA_TRY(oa_db_begin(db, true));
    for (size_t i = 0; i < count; i++) {
        oa_error *error = write_note(db, &notes[i]);
        if (error != NULL) {
            oa_db_rollback(db);
            return error;
        }
    }
    return oa_db_commit(db);
}

/* Takes what is gathered, unless an earlier batch still waits. */
static void take_off(oa_usage *usage)
{
    if (usage->flight_count > 0) {
        return;
    }
    pthread_mutex_lock(&usage->mutex);
    usage->flight_count = usage->gathered_count;
    memcpy(usage->flight, usage->gathered, usage->gathered_count * sizeof(note));
    usage->gathered_count = 0;
    pthread_mutex_unlock(&usage->mutex);
}

/* The log does not name these changes: what the cache has of accounts last seen a day ago would make them long unseen
 * again. */
static void land(oa_usage *usage)
{
    for (size_t i = 0; i < usage->flight_count; i++) {
        if (usage->flight[i].long_unseen) {
            oa_lookup_forget(usage->store, usage->flight[i].account);
        }
    }
    usage->flight_count = 0;
}

static oa_error *flush(oa_usage *usage, apr_pool_t *pool)
{
    oa_db *db;

    take_off(usage);
    if (usage->flight_count == 0) {
        return NULL;
    }
    OA_TRY(oa_store_take(usage->store, OA_DB_COUNT, &db, pool));
    oa_error *error = write_notes(db, usage->flight, usage->flight_count);
    oa_store_give(usage->store, db);
    if (error == NULL) {
        land(usage);
    }
    return error;
}

oa_error *oa_usage_flush(oa_store *store, apr_pool_t *pool)
{
    oa_usage *usage = oa_store_usage(store);

    pthread_mutex_lock(&usage->flushing);
    oa_error *error = flush(usage, pool);
    pthread_mutex_unlock(&usage->flushing);
    return error;
}

/* Housekeeping ---------------------------------------------------------------------------------------------- */

/* Asks first, so that the write lock is taken only where there is something to do. A tenth more is let stand. */
static oa_error *trim_log(oa_db *db)
{
    int64_t most, kept;

    OA_TRY(oa_db_int(db, &most, 0, "SELECT MAX(seq) FROM change_log", NULL));
    OA_TRY(oa_db_int(db, &kept, 0, "SELECT $1 - MIN(seq) + 1 FROM change_log", "i", most));
    if (kept <= OA_USAGE_LOG_KEPT + OA_USAGE_LOG_KEPT / 10) {
        return NULL;
    }
    oa_db_relax(db);
    OA_TRY(oa_db_begin(db, true));
    oa_error *error = oa_db_run(db, NULL, "DELETE FROM change_log WHERE seq <= $1", "i", most - OA_USAGE_LOG_KEPT);
    if (error != NULL) {
        oa_db_rollback(db);
        return error;
    }
    return oa_db_commit(db);
}

oa_error *oa_usage_keep_house(oa_store *store, apr_pool_t *pool)
{
    int64_t left;
    oa_db *db;

    OA_TRY(oa_store_take(store, OA_DB_COUNT, &db, pool));
    oa_error *error = trim_log(db);
    oa_store_give(store, db);
    if (error == NULL && oa_lookup_backlog(store) > OA_USAGE_WAL_PAGES) {
        error = oa_store_checkpoint(store, &left, pool);
    }
    return error;
}

/* The thread ------------------------------------------------------------------------------------------------ */

static int64_t seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec;
}

static void report_once(oa_usage *usage, const oa_error *error)
{
    if (usage->log != NULL && strncmp(usage->reported, error->message, sizeof(usage->reported) - 1) != 0) {
        apr_cpystrn(usage->reported, error->message, sizeof(usage->reported));
        usage->log(usage->context, error);
    }
}

/* Whether it went well. A busy store is no trouble. */
static bool report(oa_usage *usage, const oa_error *error)
{
    bool well = error == NULL;

    if (!well && error->code != OA_BUSY) {
        report_once(usage, error);
    }
    apr_pool_clear(usage->scratch);
    return well;
}

/* Sleeps to the second `until`, or until it is to stop; with `for_notes` also until there are some. Whether to go on.
 */
static bool sleep_until(oa_usage *usage, int64_t until, bool for_notes)
{
    struct timespec deadline = {.tv_sec = until};
    int woken = 0;

    pthread_mutex_lock(&usage->mutex);
    while (!usage->stopping && !(for_notes && usage->gathered_count > 0) && woken != ETIMEDOUT) {
        woken = pthread_cond_timedwait(&usage->wake, &usage->mutex, &deadline);
    }
    bool goes_on = !usage->stopping;
    pthread_mutex_unlock(&usage->mutex);
    return goes_on;
}

/* A second between batches; longer where nothing is gathered. */
static bool wait_for_work(oa_usage *usage, bool retries, int64_t house_at)
{
    bool goes_on = retries || sleep_until(usage, house_at, true);
    return goes_on && sleep_until(usage, seconds_now() + FLUSH_EVERY_S, false);
}

/* A batch may be empty and says little; housekeeping has been to the store: what comes after it is new trouble. */
static void keep_house(oa_usage *usage)
{
    if (report(usage, oa_usage_keep_house(usage->store, usage->scratch))) {
        usage->reported[0] = '\0';
    }
}

static void *work(void *data)
{
    oa_usage *usage = data;
    int64_t house_at = seconds_now() + HOUSE_EVERY_S;
    bool written = true;

    while (wait_for_work(usage, !written, house_at)) {
        written = report(usage, oa_usage_flush(usage->store, usage->scratch));
        if (written && seconds_now() >= house_at) {
            keep_house(usage);
            house_at = seconds_now() + HOUSE_EVERY_S;
        }
    }
    (void)report(usage, oa_usage_flush(usage->store, usage->scratch));
    return NULL;
}

static apr_status_t stop(void *data)
{
    oa_usage *usage = data;

    pthread_mutex_lock(&usage->mutex);
    usage->stopping = true;
    pthread_cond_signal(&usage->wake);
    pthread_mutex_unlock(&usage->mutex);
    pthread_join(usage->thread, NULL);
    apr_pool_destroy(usage->scratch);
    return APR_SUCCESS;
}

static apr_status_t make_scratch(oa_usage *usage)
{
    apr_allocator_t *allocator;
    apr_status_t status = apr_allocator_create(&allocator);

    if (status == APR_SUCCESS) {
        status = apr_pool_create_unmanaged_ex(&usage->scratch, NULL, allocator);
    }
    if (status == APR_SUCCESS) {
        apr_allocator_owner_set(allocator, usage->scratch);
    }
    return status;
}

/* Signals are for the server's own threads. */
static int start_thread(oa_usage *usage)
{
    sigset_t all, before;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failed = pthread_create(&usage->thread, NULL, work, usage);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return failed;
}

oa_error *oa_usage_start(oa_store *store, oa_usage_log *log, void *context, apr_pool_t *pool)
{
    oa_usage *usage = oa_store_usage(store);

    usage->log = log;
    usage->context = context;
    usage->stopping = false;
    if (make_scratch(usage) != APR_SUCCESS || start_thread(usage) != 0) {
        return oa_error_make(pool, OA_FAILED, "the thread that writes last uses could not be started");
    }
    apr_pool_pre_cleanup_register(pool, usage, stop);
    return NULL;
}
