/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the processes of one host share beside the store: the throttle of client addresses and the bound on
 * password hashes under way. Made by the parent before it forks (httpd: post_config), inherited by the children. Nothing in
 * it needs repair when a process is killed: the throttle is a table of atomic words, the bound a System V semaphore with SEM_UNDO.
 */
#ifndef OA_AUTH_HOST_H
#define OA_AUTH_HOST_H

#include "core/auth/bell.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/model/setting.h"

#include <apr_pools.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

typedef struct oa_host oa_host;

typedef struct oa_address {
    unsigned char bytes[16];
    size_t size; /* 4 or 16; an IPv4-mapped IPv6 address is taken as IPv4; 0: unknown, never throttled */
} oa_address;

/* Whether it is an IPv4 address in IPv6 clothes (::ffff:192.0.2.1): its last four bytes are the address. */
bool oa_address_is_mapped(const oa_address *address);

/* Shared memory (anonymous) and semaphore; gone with `pool`. `hashes`: how many may run at once (number of processors);
 * `waiting`: how many may wait for that, beyond it OA_OVERLOADED; each at most 16,000. uid: who the children run as. */
oa_error *oa_host_make(int hashes, int waiting, uid_t uid, oa_host **host, apr_pool_t *pool);

/* Throttle. A strike is a refused credential; `retry_after` in whole seconds, 0 = may try. The limit that holds is the greater of
 * limit.count and deny_after, so that one user's mistakes are always counted. No more strikes than that in any stretch of time as long
 * as the window. A `host` of NULL throttles nobody. */
void oa_throttle_strike(oa_host *host, const oa_address *address, oa_rate limit, oa_time now);
void oa_throttle_forgive(oa_host *host, const oa_address *address, oa_rate limit, oa_time now); /* takes the newest strike back */
int oa_throttle_retry_after(oa_host *host, const oa_address *address, oa_rate limit, int deny_after, oa_time now);

/* A place for one password hash: waits in the kernel for one. False when too many wait already. Freed by oa_hash_leave of the same
 * thread, or by the death of the process. When the maker of the host ended, one at a time in this process. NULL: no bound. */
bool oa_hash_enter(oa_host *host);
void oa_hash_leave(oa_host *host);

/* How many Argon2id computations all processes made, dummies apart (tests, status), and one more. */
uint64_t oa_hash_count(const oa_host *host);
void oa_hash_note(oa_host *host);

/* What tells all processes that a place for an attempt became free. */
oa_bells *oa_host_bells(oa_host *host);

#endif
