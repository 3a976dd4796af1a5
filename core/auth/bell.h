/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Waiting, over processes and threads alike, until something happens to an account: a futex word for each of a few groups of accounts. A
 * ring can be missed when a process dies between its deed and the ring, and can be meant for another account: so waits are
 * short, and who wakes looks again.
 */
#ifndef OA_AUTH_BELL_H
#define OA_AUTH_BELL_H

#include "core/base/id.h"

#include <stdatomic.h>
#include <stdint.h>

enum { OA_BELLS = 64 };

/* All zeros to begin with; in shared memory where several processes are to hear it. */
typedef struct oa_bells {
    _Atomic uint32_t words[OA_BELLS];
} oa_bells;

/* Take the state first, then look at what is waited for, then wait: a ring in between is not missed. */
uint32_t oa_bell_state(oa_bells *bells, oa_id account);

/* Returns at a ring since `state` was taken, after `milliseconds`, or early for no reason. */
void oa_bell_wait(oa_bells *bells, oa_id account, uint32_t state, int milliseconds);

/* Wakes one who waits, or all. */
void oa_bell_ring(oa_bells *bells, oa_id account, int waiters);
enum { OA_BELL_ONE = 1, OA_BELL_ALL = 0x7fffffff };

#endif
