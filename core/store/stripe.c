/* SPDX-License-Identifier: Apache-2.0 */
#include "core/store/stripe.h"

#include <stdatomic.h>

unsigned oa_stripe(void)
{
    static atomic_uint threads;
    static __thread unsigned mine; /* one more than the stripe; 0 = not dealt out yet */

    if (mine == 0) {
        mine = atomic_fetch_add_explicit(&threads, 1, memory_order_relaxed) % OA_STRIPES + 1;
    }
    return mine - 1;
}
