/* SPDX-License-Identifier: Apache-2.0 */
#include "core/store/under_way.h"

#include "core/store/writer.h"

#include <apr_strings.h>
#include <pthread.h>

struct oa_under_way {
    pthread_mutex_t mutex; /* never held over SQL */
    int count;
    oa_id attempts[OA_UNDER_WAY_MOST];
};

static apr_status_t destroy(void *data)
{
    oa_under_way *held = data;
    pthread_mutex_destroy(&held->mutex);
    return APR_SUCCESS;
}

oa_error *oa_under_way_make(oa_under_way **made, apr_pool_t *pool)
{
    *made = apr_pcalloc(pool, sizeof(**made));
    pthread_mutex_init(&(*made)->mutex, NULL);
    apr_pool_cleanup_register(pool, *made, destroy, apr_pool_cleanup_null);
    return NULL;
}

void oa_under_way_begin(oa_store *store, oa_id attempt)
{
    oa_under_way *held = oa_store_under_way(store);

    pthread_mutex_lock(&held->mutex);
    if (held->count < OA_UNDER_WAY_MOST) {
        held->attempts[held->count++] = attempt;
    }
    pthread_mutex_unlock(&held->mutex);
    oa_writer_wake(store, false);
}

void oa_under_way_end(oa_store *store, oa_id attempt)
{
    oa_under_way *held = oa_store_under_way(store);

    pthread_mutex_lock(&held->mutex);
    for (int i = 0; i < held->count; i++) {
        if (held->attempts[i] == attempt) {
            held->attempts[i] = held->attempts[--held->count];
            break;
        }
    }
    pthread_mutex_unlock(&held->mutex);
}

static const oa_id *copy(oa_under_way *held, int *count, apr_pool_t *pool)
{
    pthread_mutex_lock(&held->mutex);
    const oa_id *attempts = apr_pmemdup(pool, held->attempts, (size_t)held->count * sizeof(*attempts));
    *count = held->count;
    pthread_mutex_unlock(&held->mutex);
    return attempts;
}

static oa_error *renew_all(oa_db *db, const oa_id *attempts, int count, oa_time now)
{
    OA_TRY(oa_db_begin(db, true));
    oa_error *error = NULL;
    for (int i = 0; i < count && error == NULL; i++) {
        error = oa_db_run(db, NULL, "UPDATE attempt SET started_at = $2 WHERE id = $1", "ii", attempts[i], now);
    }
    return oa_db_end(db, error);
}

oa_error *oa_under_way_renew(oa_store *store, oa_time now, apr_pool_t *pool)
{
    oa_db *db;
    int count;
    const oa_id *attempts = copy(oa_store_under_way(store), &count, pool);

    if (count == 0) {
        return NULL;
    }
    oa_writer_wake(store, false); /* again in a second */
    OA_TRY(oa_store_take(store, OA_DB_COUNT, &db, pool));
    oa_db_relax(db);
    oa_error *error = renew_all(db, attempts, count, now);
    oa_store_give(store, db);
    return error;
}
