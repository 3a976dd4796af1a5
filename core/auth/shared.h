/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The layout of what the processes of a host share, for host.c, throttle.c and bell.c alone. Atomic words only: a process
 * can be killed at any instruction and leaves nothing to repair.
 */
#ifndef OA_AUTH_SHARED_H
#define OA_AUTH_SHARED_H

#include "core/auth/bell.h"
#include "core/base/crypto.h"

#include <stdatomic.h>
#include <stdint.h>
#include <sys/types.h>

enum { OA_THROTTLE_SETS = 4096, OA_THROTTLE_WAYS = 4, OA_THROTTLE_SPANS = 5 };

/* One address, in one line of the processor's cache. */
typedef struct oa_throttle_slot {
    _Atomic uint64_t address; /* keyed digest of it; 0 = free */
    _Atomic int64_t last;     /* time of its last strike: the oldest of a set makes room */
    /* Strikes in each quarter of the window and the one before: see throttle.c */
    _Atomic uint64_t spans[OA_THROTTLE_SPANS];
    uint64_t spare;
} oa_throttle_slot;

typedef struct oa_throttle {
    oa_throttle_slot slots[OA_THROTTLE_SETS][OA_THROTTLE_WAYS];
} oa_throttle;

typedef struct oa_shared {
    oa_throttle throttle;
    oa_bells bells;
    _Atomic uint64_t hashes;
} oa_shared;

struct oa_host {
    oa_shared *shared;
    unsigned char address_key[OA_SUBKEY_SIZE]; /* so that no address can be chosen to meet another one's set */
    int semaphores;
    pid_t maker;
};

#endif
