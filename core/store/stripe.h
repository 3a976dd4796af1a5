/* SPDX-License-Identifier: Apache-2.0 */
/* Counters that many threads raise, spread over cache lines so that the threads do not wait for each other. */
#ifndef OA_STORE_STRIPE_H
#define OA_STORE_STRIPE_H

enum { OA_STRIPES = 32, OA_CACHE_LINE = 64 };

/* The calling thread's stripe, from 0 to OA_STRIPES - 1; the same at every call. */
unsigned oa_stripe(void);

#endif
