/* SPDX-License-Identifier: Apache-2.0 */
#include "core/store/freshness.h"

#include <pthread.h>
#include <stdatomic.h>

enum {
    BUCKETS = 65536,
    LOG_AT_ONCE = 4096, /* with more news than this, everything is voided */
    HOLD_AFTER = 32     /* look-ups in one state: then the next commit is noticed soon, too */
};

struct oa_freshness {
    oa_store *store;
    oa_watch *watch;
    pthread_mutex_t updating; /* held by the thread that reads the change log */
    oa_standing known;        /* so far the change log was read; under `updating` */
    bool knows;
    _Atomic uint32_t direct;    /* look-ups that went to the store in this state, no more than HOLD_AFTER or so */
    _Atomic uint64_t turn;      /* odd while changes are being taken notice of */
    _Atomic uint64_t epoch;     /* raised to void all */
    _Atomic uint32_t *versions; /* by account; raised to void */
    _Atomic uint64_t refreshes, voided_all;
};

static apr_status_t destroy(void *data)
{
    oa_freshness *fresh = data;
    pthread_mutex_destroy(&fresh->updating);
    return APR_SUCCESS;
}

oa_error *oa_freshness_make(oa_store *store, oa_freshness **made, apr_pool_t *pool)
{
    oa_freshness *fresh = apr_pcalloc(pool, sizeof(*fresh));

    fresh->store = store;
    fresh->versions = apr_pcalloc(pool, BUCKETS * sizeof(*fresh->versions));
    pthread_mutex_init(&fresh->updating, NULL);
    apr_pool_cleanup_register(pool, fresh, destroy, apr_pool_cleanup_null);
    fresh->watch = oa_watch_make(store, pool);
    *made = fresh;
    return NULL;
}

/* Fibonacci hashing; ids are random in their low bits and no stranger's choice. */
static uint16_t bucket_of(oa_id account)
{
    return (uint16_t)((uint64_t)account * UINT64_C(0x9e3779b97f4a7c15) >> 48);
}

static void void_all(oa_freshness *fresh)
{
    atomic_fetch_add(&fresh->epoch, 1);
    atomic_fetch_add_explicit(&fresh->voided_all, 1, memory_order_relaxed);
}

/* A counter that comes round would revive what is very old. */
void oa_fresh_void(oa_freshness *fresh, oa_id account)
{
    if (atomic_fetch_add(&fresh->versions[bucket_of(account)], 1) == UINT32_MAX) {
        void_all(fresh);
    }
}

/* Voids what the rows name. *next: the position that the row after them would have; `gap`: one is missing. */
static oa_error *void_named(oa_freshness *fresh, oa_db *db, int64_t *next, bool *gap)
{
    oa_rows *rows;

    OA_TRY(oa_db_select(db, &rows, "SELECT seq, account_id FROM change_log WHERE seq >= $1 ORDER BY seq LIMIT $2", "ii",
                        *next, (int64_t)LOG_AT_ONCE));
    while (!*gap && oa_rows_next(rows)) {
        oa_id account = oa_rows_int(rows, 1);
        *gap = oa_rows_int(rows, 0) != (*next)++ || account == 0;
        if (!*gap) {
            oa_fresh_void(fresh, account);
        }
    }
    return oa_rows_end(rows);
}

/* Within a reading transaction: what the change log has since it was read last. A row that voids all is as good as a
 * gap. */
static oa_error *read_log(oa_freshness *fresh, oa_db *db)
{
    oa_standing now;

    OA_TRY(oa_store_verify(fresh->store, db, &now));
    bool gap = !fresh->knows || now.epoch != fresh->known.epoch || now.position < fresh->known.position;
    int64_t next = fresh->known.position + 1;
    if (!gap && now.position >= next) {
        OA_TRY(void_named(fresh, db, &next, &gap));
    }
    if (gap || next != now.position + 1) {
        void_all(fresh);
    }
    fresh->known = now;
    fresh->knows = true;
    return NULL;
}

static oa_error *read_changes(oa_freshness *fresh, apr_pool_t *pool)
{
    oa_db *db = oa_watch_db(fresh->watch);

    oa_db_use_pool(db, pool);
    OA_TRY(oa_db_begin(db, false));
    oa_error *error = read_log(fresh, db);
    oa_db_rollback(db);
    return error;
}

/* Another file may have been here since: nothing remembered of it counts. */
static oa_error *reopen(oa_freshness *fresh, apr_pool_t *pool)
{
    fresh->knows = false;
    return oa_watch_open(fresh->watch, pool);
}

/* The state that is adopted was read before the log was: what is committed between is in the log, or is not, and is
 * read again. */
static oa_error *bring_up(oa_freshness *fresh, uint64_t generation, bool *current, apr_pool_t *pool)
{
    oa_mark mark;

    if (!oa_watch_is_open(fresh->watch, generation)) {
        OA_TRY(reopen(fresh, pool));
    }
    if (!oa_watch_is_open(fresh->watch, generation) || !oa_watch_read(fresh->watch, &mark)) {
        return NULL;
    }
    OA_TRY(read_changes(fresh, pool));
    oa_watch_adopt(fresh->watch, &mark);
    atomic_fetch_add_explicit(&fresh->refreshes, 1, memory_order_relaxed);
    *current = true;
    return NULL;
}

/* A connection of a file that is gone keeps its -wal and -shm in use, should the same file come back. */
static void give_up(oa_freshness *fresh, uint64_t generation, apr_pool_t *pool)
{
    if (!oa_watch_is_open(fresh->watch, generation) && pthread_mutex_trylock(&fresh->updating) == 0) {
        oa_watch_close(fresh->watch, pool);
        pthread_mutex_unlock(&fresh->updating);
    }
}

/* Under `updating`. */
static void release(oa_freshness *fresh, apr_pool_t *pool)
{
    oa_watch_release(fresh->watch, pool);
    atomic_store_explicit(&fresh->direct, 0, memory_order_relaxed);
}

void oa_fresh_missed(oa_freshness *fresh, apr_pool_t *pool)
{
    if (atomic_load_explicit(&fresh->direct, memory_order_relaxed) < HOLD_AFTER &&
        atomic_fetch_add_explicit(&fresh->direct, 1, memory_order_relaxed) + 1 == HOLD_AFTER &&
        pthread_mutex_trylock(&fresh->updating) == 0) {
        oa_watch_hold(fresh->watch, pool);
        pthread_mutex_unlock(&fresh->updating);
    }
}

/* An update under way releases by itself. */
void oa_fresh_rest(oa_freshness *fresh, apr_pool_t *pool)
{
    if (pthread_mutex_trylock(&fresh->updating) == 0) {
        release(fresh, pool);
        pthread_mutex_unlock(&fresh->updating);
    }
}

static oa_error *update(oa_freshness *fresh, uint64_t generation, bool *current, apr_pool_t *pool)
{
    if (pthread_mutex_trylock(&fresh->updating) != 0) {
        return NULL;
    }
    atomic_fetch_add(&fresh->turn, 1);
    release(fresh, pool);
    oa_error *error = bring_up(fresh, generation, current, pool);
    if (error != NULL && error->code != OA_BUSY) {
        oa_watch_close(fresh->watch, pool);
    }
    atomic_fetch_add(&fresh->turn, 1);
    pthread_mutex_unlock(&fresh->updating);
    return error;
}

oa_error *oa_fresh_update(oa_freshness *fresh, bool *current, apr_pool_t *pool)
{
    uint64_t generation;

    *current = false;
    if (!oa_store_stands(fresh->store, &generation)) {
        give_up(fresh, generation, pool);
        return NULL;
    }
    if (oa_watch_stands(fresh->watch, generation)) {
        *current = true;
        return NULL;
    }
    return update(fresh, generation, current, pool);
}

bool oa_fresh_holds(oa_freshness *fresh, const oa_cache_stamp *stamp)
{
    return atomic_load(&fresh->epoch) == stamp->epoch && atomic_load(&fresh->versions[stamp->bucket]) == stamp->version;
}

uint64_t oa_fresh_ticket(oa_freshness *fresh)
{
    return atomic_load(&fresh->turn);
}

/* The counters are taken first: if no update began until after that, they are those of before the row was read. */
bool oa_fresh_stamp(oa_freshness *fresh, uint64_t ticket, oa_id account, oa_cache_stamp *stamp)
{
    stamp->bucket = bucket_of(account);
    stamp->epoch = atomic_load(&fresh->epoch);
    stamp->version = atomic_load(&fresh->versions[stamp->bucket]);
    return ticket % 2 == 0 && atomic_load(&fresh->turn) == ticket;
}

uint32_t oa_fresh_backlog(oa_freshness *fresh)
{
    return oa_watch_backlog(fresh->watch);
}

void oa_fresh_counts(oa_freshness *fresh, uint64_t *refreshes, uint64_t *voided_all)
{
    *refreshes = atomic_load_explicit(&fresh->refreshes, memory_order_relaxed);
    *voided_all = atomic_load_explicit(&fresh->voided_all, memory_order_relaxed);
}
