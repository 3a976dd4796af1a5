/* SPDX-License-Identifier: Apache-2.0 */
#include "core/auth/bell.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

static _Atomic uint32_t *word_of(oa_bells *bells, oa_id account)
{
    /* Ids are made of a time and random low bits; a multiplication spreads both. */
    return &bells->words[((uint64_t)account * 0x9e3779b97f4a7c15u) >> 58];
}

uint32_t oa_bell_state(oa_bells *bells, oa_id account)
{
    return atomic_load(word_of(bells, account));
}

void oa_bell_wait(oa_bells *bells, oa_id account, uint32_t state, int milliseconds)
{
    struct timespec limit = {milliseconds / 1000, (long)(milliseconds % 1000) * 1000000};

    syscall(SYS_futex, word_of(bells, account), FUTEX_WAIT, state, &limit, NULL, 0);
}

void oa_bell_ring(oa_bells *bells, oa_id account, int waiters)
{
    _Atomic uint32_t *word = word_of(bells, account);

    atomic_fetch_add(word, 1);
    syscall(SYS_futex, word, FUTEX_WAKE, waiters, NULL, NULL, 0);
}
