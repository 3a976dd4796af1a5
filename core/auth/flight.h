/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Identical logins under way in this process: one is checked, the others wait for it and then look again, so that a thousand parallel requests
 * of one user cost one hash. A flight is a node on its thread's stack: nothing is allocated.
 */
#ifndef OA_AUTH_FLIGHT_H
#define OA_AUTH_FLIGHT_H

#include "core/base/crypto.h"

#include <apr_pools.h>
#include <stdbool.h>

typedef struct oa_flights oa_flights;

typedef struct oa_flight {
    const unsigned char *digest;
    struct oa_flight *next;
} oa_flight;

oa_error *oa_flights_make(oa_flights **flights, apr_pool_t *pool);

/* True: `flight` is under way, leave it. False: an identical one was, and ended, or `milliseconds` went by. `digest` is borrowed. */
bool oa_flight_join(oa_flights *flights, oa_flight *flight, const unsigned char digest[OA_DIGEST_SIZE], int milliseconds);

void oa_flight_leave(oa_flights *flights, oa_flight *flight);

#endif
