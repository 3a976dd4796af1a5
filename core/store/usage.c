/* SPDX-License-Identifier: Apache-2.0 */
#include "core/store/usage.h"

#include "core/store/stripe.h"
#include "core/store/writer.h"

#include <pthread.h>
#include <stdatomic.h>

enum { WAYS = 4, SETS = OA_USAGE_TABLE / WAYS };
enum { SESSION = -1 };
enum { NOTES_PER_IDLE_TIME = 4 };
/* What a batch takes of keys and accounts that are not late; what one leaves of it is the next one's too, up to half a batch. It is about what the
 * table remembers for a minute: with more than that in use, each would be written whenever it is used. */
enum { SHARE_MOST = OA_USAGE_BATCH / 2 };

/* What was noted and when, for writing: a set of entries fills a cache line. Read without the mutex: a torn look costs a note at most, as does one label
 * of two things. */
typedef struct entry {
    _Atomic uint64_t label;
    _Atomic oa_time noted;
} entry;

typedef struct note {
    oa_id account, key; /* a key or, key 0, a login; key SESSION: `account` is the id of a session */
    oa_time at;
    oa_duration every; /* it is written at most so often */
    bool late;
} note;

struct oa_usage {
    oa_store *store;
    pthread_mutex_t mutex; /* of entries (writing), gathered, share and both counts (writing); never held over SQL */
    entry (*entries)[WAYS];
    note gathered[OA_USAGE_BATCH];
    _Atomic size_t gathered_count;
    _Atomic size_t share; /* room for those that are not late */
    pthread_mutex_t flushing;    /* of what follows */
    note flight[OA_USAGE_BATCH]; /* taken from `gathered`, until it is written */
    size_t flight_count;
};

static apr_status_t destroy(void *data)
{
    oa_usage *usage = data;
    pthread_mutex_destroy(&usage->mutex);
    pthread_mutex_destroy(&usage->flushing);
    return APR_SUCCESS;
}

static entry (*make_entries(apr_pool_t *pool))[WAYS]
{
    uintptr_t raw = (uintptr_t)apr_pcalloc(pool, SETS * sizeof(entry[WAYS]) + OA_CACHE_LINE);
    return (entry (*)[WAYS])((raw + OA_CACHE_LINE - 1) / OA_CACHE_LINE * OA_CACHE_LINE);
}

oa_error *oa_usage_make(oa_store *store, oa_usage **made, apr_pool_t *pool)
{
    oa_usage *usage = apr_pcalloc(pool, sizeof(*usage));

    usage->store = store;
    usage->entries = make_entries(pool);
    usage->share = SHARE_MOST;
    pthread_mutex_init(&usage->mutex, NULL);
    pthread_mutex_init(&usage->flushing, NULL);
    apr_pool_cleanup_register(pool, usage, destroy, apr_pool_cleanup_null);
    *made = usage;
    return NULL;
}

/* Noting ---------------------------------------------------------------------------------------------------- */

/* Never 0, which is nobody's. */
static uint64_t label_of(const note *n)
{
    return ((uint64_t)n->account * UINT64_C(0x9e3779b97f4a7c15) + (uint64_t)n->key * UINT64_C(0xff51afd7ed558ccd)) | 1;
}

static entry *set_of(oa_usage *usage, const note *n)
{
    return usage->entries[(label_of(n) >> 32) % SETS];
}

static bool is_of(const entry *e, const note *n)
{
    return atomic_load_explicit(&e->label, memory_order_relaxed) == label_of(n);
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
        if (is_of(&set[i], n)) {
            return is_recent(noted_at(&set[i]), n->every, n->at);
        }
    }
    return false;
}

/* Its own entry, else the one noted longest ago. */
static entry *entry_for(entry *set, const note *n)
{
    entry *oldest = set;

    for (int i = 0; i < WAYS; i++) {
        if (is_of(&set[i], n)) {
            return &set[i];
        }
        oldest = noted_at(&set[i]) < noted_at(oldest) ? &set[i] : oldest;
    }
    return oldest;
}

/* The rest of a batch is kept for what ends when it is not seen: accounts of which nothing was heard for long, and sessions. */
static bool has_room(const oa_usage *usage, const note *n)
{
    size_t most = n->late || n->key == SESSION ? OA_USAGE_BATCH
                                                      : atomic_load_explicit(&usage->share, memory_order_relaxed);
    return atomic_load_explicit(&usage->gathered_count, memory_order_relaxed) < most;
}

/* Whether it is the first of a batch. */
static bool gather(oa_usage *usage, entry *set, const note *n)
{
    if (noted_lately(set, n) || !has_room(usage, n)) {
        return false;
    }
    entry *e = entry_for(set, n);
    atomic_store_explicit(&e->label, label_of(n), memory_order_relaxed);
    atomic_store_explicit(&e->noted, n->at, memory_order_relaxed);
    usage->gathered[usage->gathered_count] = *n;
    return usage->gathered_count++ == 0;
}

static void take(oa_usage *usage, const note *n)
{
    entry *set = set_of(usage, n);

    if (!has_room(usage, n) || noted_lately(set, n)) {
        return;
    }
    pthread_mutex_lock(&usage->mutex);
    bool first = gather(usage, set, n);
    pthread_mutex_unlock(&usage->mutex);
    if (first) {
        oa_writer_wake(usage->store, false);
    }
}

static oa_duration at_most(oa_duration duration, oa_duration most)
{
    return duration < most ? duration : most;
}

oa_usage_pace oa_usage_pace_of(oa_duration inactive_after)
{
    oa_duration part = inactive_after > 0 ? inactive_after / NOTES_PER_IDLE_TIME : OA_DAY;

    return (oa_usage_pace){.every = at_most(part, OA_MINUTE), .late = at_most(part, OA_DAY)};
}

void oa_usage_note(oa_store *store, const oa_record *record, const oa_usage_pace *pace, oa_time now)
{
    note n = {record->account_id, record->key_id, now, pace->every, now - record->last_seen >= pace->late};

    take(oa_store_usage(store), &n);
}

void oa_usage_note_session(oa_store *store, oa_id session, oa_duration every, oa_time now)
{
    note n = {session, SESSION, now, every, false};

    take(oa_store_usage(store), &n);
}

/* Writing --------------------------------------------------------------------------------------------------- */

/* What another process wrote within that time is left as it is. */
static oa_error *write_note(oa_db *db, const note *n)
{
    if (n->key == SESSION) {
        return oa_db_run(db, NULL, "UPDATE session SET last_seen_at = $2 WHERE id = $1 AND last_seen_at < $2", "ii",
                         (int64_t)n->account, (int64_t)n->at);
    }
    if (n->key != 0) {
        OA_TRY(oa_db_run(db, NULL, "UPDATE api_key SET last_used_at = $2 WHERE id = $1 AND last_used_at <= $2 - $3",
                         "iii", (int64_t)n->key, (int64_t)n->at, n->every));
    }
    return oa_db_run(db, NULL, "UPDATE account SET last_login_at = $2 WHERE id = $1 AND last_login_at <= $2 - $3",
                     "iii", (int64_t)n->account, (int64_t)n->at, n->every);
}

static oa_error *write_each(oa_db *db, const note *notes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        OA_TRY(write_note(db, &notes[i]));
    }
    return NULL;
}

static oa_error *write_notes(oa_db *db, const note *notes, size_t count)
{
    oa_db_relax(db);
    OA_TRY(oa_db_begin(db, true));
    return oa_db_end(db, write_each(db, notes, count));
}

static size_t share_after(size_t share, size_t used)
{
    size_t next = (share > used ? share - used : 0) + OA_USAGE_SHARE;
    return next < SHARE_MOST ? next : SHARE_MOST;
}

static void take_off(oa_usage *usage)
{
    pthread_mutex_lock(&usage->mutex);
    usage->flight_count = usage->gathered_count;
    memcpy(usage->flight, usage->gathered, usage->flight_count * sizeof(note));
    usage->share = share_after(usage->share, usage->flight_count);
    usage->gathered_count = 0;
    pthread_mutex_unlock(&usage->mutex);
}

/* The log does not name these changes: what the cache has of accounts last seen long ago would make them late again. */
static void land(oa_usage *usage)
{
    for (size_t i = 0; i < usage->flight_count; i++) {
        if (usage->flight[i].late) {
            oa_lookup_forget(usage->store, usage->flight[i].account);
        }
    }
    usage->flight_count = 0;
}

static oa_error *write_flight(oa_usage *usage, apr_pool_t *pool)
{
    oa_db *db;

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

static oa_error *flush(oa_usage *usage, apr_pool_t *pool)
{
    OA_TRY(write_flight(usage, pool)); /* that an earlier try left */
    take_off(usage);
    return write_flight(usage, pool);
}

oa_error *oa_usage_flush(oa_store *store, apr_pool_t *pool)
{
    oa_usage *usage = oa_store_usage(store);

    pthread_mutex_lock(&usage->flushing);
    oa_error *error = flush(usage, pool);
    pthread_mutex_unlock(&usage->flushing);
    return error;
}
