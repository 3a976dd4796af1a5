/* SPDX-License-Identifier: Apache-2.0 */
#include "core/store/tally.h"

#include "core/base/text.h"
#include "core/store/statistic.h"
#include "core/store/stripe.h"
#include "core/store/writer.h"

#include <apr_strings.h>
#include <pthread.h>
#include <stdatomic.h>

enum { FLIGHT = OA_STRIPES * OA_TALLY_CELLS, MANY = OA_TALLY_CELLS / 2 };

/* What is counted together. */
typedef struct cell {
    oa_id org;
    char api[OA_SLUG_MAX + 1];
    oa_figures figures;
} cell;

/* Of one thread, or of the few that share a stripe. */
typedef struct lane {
    pthread_mutex_t mutex; /* never held over SQL */
    int used;
    cell cells[OA_TALLY_CELLS];
} __attribute__((aligned(OA_CACHE_LINE))) lane;

struct oa_tally {
    oa_store *store;
    lane *lanes;
    _Atomic int64_t missed;
    pthread_mutex_t flushing; /* of what follows */
    cell *flight;             /* taken from the lanes, until it is written */
    int flight_used;
};

static apr_status_t destroy(void *data)
{
    oa_tally *tally = data;
    for (int i = 0; i < OA_STRIPES; i++) {
        pthread_mutex_destroy(&tally->lanes[i].mutex);
    }
    pthread_mutex_destroy(&tally->flushing);
    return APR_SUCCESS;
}

/* Cells are not cleared, so that none has memory until it is used. */
static lane *make_lanes(apr_pool_t *pool)
{
    uintptr_t raw = (uintptr_t)apr_palloc(pool, (OA_STRIPES + 1) * sizeof(lane));
    lane *lanes = (lane *)((raw + OA_CACHE_LINE - 1) / OA_CACHE_LINE * OA_CACHE_LINE);
    for (int i = 0; i < OA_STRIPES; i++) {
        lanes[i].used = 0;
        pthread_mutex_init(&lanes[i].mutex, NULL);
    }
    return lanes;
}

oa_error *oa_tally_make(oa_store *store, oa_tally **made, apr_pool_t *pool)
{
    oa_tally *tally = apr_pcalloc(pool, sizeof(*tally));

    tally->store = store;
    tally->lanes = make_lanes(pool);
    tally->flight = apr_palloc(pool, FLIGHT * sizeof(cell));
    pthread_mutex_init(&tally->flushing, NULL);
    apr_pool_cleanup_register(pool, tally, destroy, apr_pool_cleanup_null);
    *made = tally;
    return NULL;
}

/* Counting -------------------------------------------------------------------------------------------------- */

/* Adds to theirs among `*used` of `room` cells, or to a new one behind those. Whether there was room. */
static bool add(cell *cells, int *used, int room, oa_id org, const char *api, const oa_figures *figures)
{
    int i = 0;
    while (i < *used && (cells[i].org != org || strcmp(cells[i].api, api) != 0)) {
        i++;
    }
    if (i == room) {
        return false;
    }
    if (i == *used) {
        cells[i].org = org;
        apr_cpystrn(cells[i].api, api, sizeof(cells[i].api));
        cells[i].figures = (oa_figures){0};
        (*used)++;
    }
    cells[i].figures.allowed += figures->allowed;
    cells[i].figures.refused += figures->refused;
    return true;
}

void oa_tally_note(oa_store *store, oa_id org, const char *api, bool refused)
{
    oa_tally *tally = oa_store_tally(store);
    lane *l = &tally->lanes[oa_stripe()];
    const oa_figures one = {.allowed = !refused, .refused = refused};

    pthread_mutex_lock(&l->mutex);
    int before = l->used;
    bool room = add(l->cells, &l->used, OA_TALLY_CELLS, org, api, &one);
    int after = l->used;
    pthread_mutex_unlock(&l->mutex);
    if (!room) {
        atomic_fetch_add_explicit(&tally->missed, 1, memory_order_relaxed);
    }
    if (after > before && (after == 1 || after == MANY)) {
        oa_writer_wake(store, after == MANY);
    }
}

int64_t oa_tally_missed(oa_store *store)
{
    return atomic_exchange(&oa_store_tally(store)->missed, 0);
}

/* Writing --------------------------------------------------------------------------------------------------- */

/* There is room: the flight has as many cells as all lanes. */
static void empty(oa_tally *tally, lane *l)
{
    pthread_mutex_lock(&l->mutex);
    for (int i = 0; i < l->used; i++) {
        const cell *c = &l->cells[i];
        (void)add(tally->flight, &tally->flight_used, FLIGHT, c->org, c->api, &c->figures);
    }
    l->used = 0;
    pthread_mutex_unlock(&l->mutex);
}

static oa_error *write_each(oa_db *db, const cell *cells, int count)
{
    oa_time now = oa_clock_now();
    for (int i = 0; i < count; i++) {
        OA_TRY(oa_statistic_add(db, cells[i].org, cells[i].api, now, &cells[i].figures));
    }
    return NULL;
}

static oa_error *write_cells(oa_db *db, const cell *cells, int count)
{
    oa_db_relax(db);
    OA_TRY(oa_db_begin(db, true));
    return oa_db_end(db, write_each(db, cells, count));
}

static oa_error *write_flight(oa_tally *tally, apr_pool_t *pool)
{
    oa_db *db;

    if (tally->flight_used == 0) {
        return NULL;
    }
    OA_TRY(oa_store_take(tally->store, OA_DB_COUNT, &db, pool));
    oa_error *error = write_cells(db, tally->flight, tally->flight_used);
    oa_store_give(tally->store, db);
    tally->flight_used = error == NULL ? 0 : tally->flight_used;
    return error;
}

static oa_error *flush(oa_tally *tally, apr_pool_t *pool)
{
    OA_TRY(write_flight(tally, pool)); /* that an earlier try left */
    for (int i = 0; i < OA_STRIPES; i++) {
        empty(tally, &tally->lanes[i]);
    }
    return write_flight(tally, pool);
}

oa_error *oa_tally_flush(oa_store *store, apr_pool_t *pool)
{
    oa_tally *tally = oa_store_tally(store);

    pthread_mutex_lock(&tally->flushing);
    oa_error *error = flush(tally, pool);
    pthread_mutex_unlock(&tally->flushing);
    return error;
}
