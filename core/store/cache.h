/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A fixed table of flat values in memory of its own: sets of eight slots, touched only where used, kept out of core
 * dumps. Two sizes of slots, so that few long values do not make all slots long; what fits neither is not kept. Any
 * number of threads; readers take no lock and writers never wait (then the value is not kept).
 *
 * The cache does not know what makes a value stale: each carries a stamp, and the caller judges it.
 */
#ifndef OA_STORE_CACHE_H
#define OA_STORE_CACHE_H

#include "core/base/error.h"

#include <apr_pools.h>
#include <stddef.h>
#include <stdint.h>

enum {
    OA_CACHE_WAYS = 8,
    OA_CACHE_SHORT = 384, /* bytes of a slot, its 40 of book-keeping included */
    OA_CACHE_LONG = 2048,
    OA_CACHE_VALUE = OA_CACHE_LONG - 40 /* largest value */
};

typedef struct oa_cache oa_cache;

typedef struct oa_cache_key {
    uint64_t words[2]; /* what is in here must not be for a stranger to choose, or be a keyed digest */
} oa_cache_key;

typedef struct oa_cache_stamp {
    uint64_t epoch;
    uint32_t version;
    uint16_t bucket;
} oa_cache_stamp;

/* `bytes` of address space for short and long slots together; at least 64 KiB. Ends with `pool`. */
oa_error *oa_cache_make(size_t bytes, oa_cache **cache, apr_pool_t *pool);

/* Copies the value of `key` to `value` (OA_CACHE_VALUE bytes, aligned to 8) and its stamp; the value's size, 0 = none.
 */
size_t oa_cache_get(oa_cache *cache, const oa_cache_key *key, oa_cache_stamp *stamp, void *value);

/* Keeps a value of up to OA_CACHE_VALUE bytes (a longer one is not kept), in place of the one of the same key. */
void oa_cache_put(oa_cache *cache, const oa_cache_key *key, const oa_cache_stamp *stamp, const void *value,
                  size_t size);

#endif
