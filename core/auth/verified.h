/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Passwords that this process verified lately, so that a login presented with each request is hashed once. An entry is a digest, keyed
 * by a secret of this process, over e-mail, password and the stored PHC string: a changed password misses by itself,
 * and status, membership and role are not remembered at all. Bounded; safe among threads.
 */
#ifndef OA_AUTH_VERIFIED_H
#define OA_AUTH_VERIFIED_H

#include "core/base/crypto.h"

#include <apr_pools.h>
#include <stdbool.h>

typedef struct oa_verified oa_verified;

/* What is remembered is wiped with `pool`. */
oa_error *oa_verified_make(oa_verified **verified, apr_pool_t *pool);

/* Names one login: the normalized e-mail, the password as presented, the PHC string that it is to match. */
void oa_verified_digest(const oa_verified *verified, const char *email, const oa_secret *password, const char *phc,
                        unsigned char digest[OA_DIGEST_SIZE]);

bool oa_verified_has(oa_verified *verified, const unsigned char digest[OA_DIGEST_SIZE]);

/* Takes the place of the least lately used of its set where that is full. */
void oa_verified_put(oa_verified *verified, const unsigned char digest[OA_DIGEST_SIZE]);

#endif
