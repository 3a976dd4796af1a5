/* SPDX-License-Identifier: Apache-2.0 */
#include "core/auth/flight.h"

#include <apr_thread_cond.h>
#include <apr_thread_mutex.h>

struct oa_flights {
    apr_thread_mutex_t *mutex;
    apr_thread_cond_t *ended;
    oa_flight *first;
};

oa_error *oa_flights_make(oa_flights **flights, apr_pool_t *pool)
{
    oa_flights *made = apr_pcalloc(pool, sizeof(*made));

    if (apr_thread_mutex_create(&made->mutex, APR_THREAD_MUTEX_DEFAULT, pool) != APR_SUCCESS ||
        apr_thread_cond_create(&made->ended, pool) != APR_SUCCESS) {
        return oa_error_make(pool, OA_FAILED, "a mutex could not be made");
    }
    *flights = made;
    return NULL;
}

static bool is_under_way(const oa_flights *flights, const unsigned char *digest)
{
    const oa_flight *flight = flights->first;

    while (flight != NULL && !oa_equal(flight->digest, digest, OA_DIGEST_SIZE)) {
        flight = flight->next;
    }
    return flight != NULL;
}

bool oa_flight_join(oa_flights *flights, oa_flight *flight, const unsigned char digest[OA_DIGEST_SIZE], int milliseconds)
{
    bool alone;

    apr_thread_mutex_lock(flights->mutex);
    alone = !is_under_way(flights, digest);
    if (alone) {
        flight->digest = digest;
        flight->next = flights->first;
        flights->first = flight;
    } else {
        apr_thread_cond_timedwait(flights->ended, flights->mutex, apr_time_from_msec(milliseconds));
    }
    apr_thread_mutex_unlock(flights->mutex);
    return alone;
}

void oa_flight_leave(oa_flights *flights, oa_flight *flight)
{
    oa_flight **link = &flights->first;

    apr_thread_mutex_lock(flights->mutex);
    while (*link != flight) {
        link = &(*link)->next;
    }
    *link = flight->next;
    apr_thread_cond_broadcast(flights->ended);
    apr_thread_mutex_unlock(flights->mutex);
}
