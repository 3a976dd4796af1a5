/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bounded table of flat values in memory of its own: sets of two pages each, in which values of any length lie one behind the
 * other; it grows with what is in it, and is kept out of core dumps. Any number of threads; readers take no lock and writers never wait
 * (then the value is not kept). A full set gives up what was not found lately.
 *
 * The cache does not know what makes a value stale: each carries a stamp, and the caller judges it.
 */
#ifndef OA_STORE_CACHE_H
#define OA_STORE_CACHE_H

#include "core/base/error.h"

#include <apr_pools.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    OA_CACHE_SET = 8192,   /* bytes of a set */
    OA_CACHE_VALUE = 2048, /* of the largest value */
    OA_CACHE_ENTRIES = 48  /* most values of a set */
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

/* What oa_cache_find found. */
typedef struct oa_cache_found {
    oa_cache_stamp stamp;
    size_t size;        /* of the value */
    void *set;          /* the rest is for oa_cache_read */
    unsigned at;
    uint64_t turn;
} oa_cache_found;

/* Of at most `bytes`, at least one set. Ends with `pool`. */
oa_error *oa_cache_make(size_t bytes, oa_cache **cache, apr_pool_t *pool);

/* Has the processor fetch what oa_cache_find will look at first: memory is slow, and there are other things to do meanwhile. */
void oa_cache_expect(oa_cache *cache, const oa_cache_key *key);

/* Whether there is a value of `key`. */
bool oa_cache_find(oa_cache *cache, const oa_cache_key *key, oa_cache_found *found);

/* Copies it to `value`, whose size is rounded up to whole words of 8 bytes. False when it was overwritten meanwhile: then `value` is worth
 * nothing. */
bool oa_cache_read(const oa_cache_found *found, uint64_t *value);

/* Keeps a value of up to OA_CACHE_VALUE bytes (a longer one is not kept), in place of the one of the same key. */
void oa_cache_put(oa_cache *cache, const oa_cache_key *key, const oa_cache_stamp *stamp, const void *value,
                  size_t size);

#endif
