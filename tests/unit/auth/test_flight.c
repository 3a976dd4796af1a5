/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "core/auth/flight.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

static oa_flights *make(apr_pool_t *pool)
{
    oa_flights *flights;
    assert_ok(oa_flights_make(&flights, pool));
    return flights;
}

static void test_different_logins_fly_together(void **state)
{
    static const unsigned char one[OA_DIGEST_SIZE] = {1}, two[OA_DIGEST_SIZE] = {2};
    oa_flights *flights = make(*state);
    oa_flight first, second;
    assert_true(oa_flight_join(flights, &first, one, 1));
    assert_true(oa_flight_join(flights, &second, two, 1));
    oa_flight_leave(flights, &first);
    assert_true(oa_flight_join(flights, &first, one, 1));
    oa_flight_leave(flights, &second);
    oa_flight_leave(flights, &first);
}

static void test_an_identical_one_does_not(void **state)
{
    static const unsigned char one[OA_DIGEST_SIZE] = {1};
    oa_flights *flights = make(*state);
    oa_flight first, second;
    assert_true(oa_flight_join(flights, &first, one, 1));
    assert_false(oa_flight_join(flights, &second, one, 1));
    oa_flight_leave(flights, &first);
    assert_true(oa_flight_join(flights, &second, one, 1));
    oa_flight_leave(flights, &second);
}

typedef struct crowd {
    oa_flights *flights;
    _Atomic int inside, most, done;
} crowd;

static void *fly(void *data)
{
    static const unsigned char one[OA_DIGEST_SIZE] = {1};
    crowd *all = data;
    oa_flight flight;
    while (!oa_flight_join(all->flights, &flight, one, 60000)) {
    }
    int inside = ++all->inside;
    if (inside > all->most) {
        all->most = inside;
    }
    sched_yield();
    all->inside--;
    all->done++;
    oa_flight_leave(all->flights, &flight);
    return NULL;
}

static void test_a_crowd_flies_one_by_one(void **state)
{
    enum { THREADS = 20 };
    crowd all = {.flights = make(*state)};
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, fly, &all), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
    assert_int_equal(all.done, THREADS);
    assert_int_equal(all.most, 1);
}

OA_TESTS(OA_POOL_TEST(test_different_logins_fly_together), OA_POOL_TEST(test_an_identical_one_does_not),
         OA_POOL_TEST(test_a_crowd_flies_one_by_one))
