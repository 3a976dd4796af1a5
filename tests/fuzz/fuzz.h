/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What fuzz targets share. A target is a function of bytes that must never crash, and aborts where a property that it states
 * does not hold. `make check` replays tests/fuzz/corpus/NAME through tests/fuzz/fuzz_NAME (replay.c); configured with
 * CC=clang --enable-fuzzing --enable-sanitizers the same program looks for new inputs, which `make fuzz` (build-aux/fuzz) does.
 */
#ifndef OA_TESTS_FUZZ_H
#define OA_TESTS_FUZZ_H

#include "core/base/crypto.h"

#include <apr_general.h>
#include <apr_pools.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__attribute__((visibility("default"))) int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(condition)                                                                                              \
    do {                                                                                                             \
        if (!(condition)) {                                                                                          \
            fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition);                           \
            abort();                                                                                                 \
        }                                                                                                            \
    } while (0)

/* The pool of one input: the same one, emptied. */
static inline apr_pool_t *oa_fuzz_pool(void)
{
    static apr_pool_t *pool;
    if (pool == NULL) {
        MUST(apr_initialize() == APR_SUCCESS && apr_pool_create(&pool, NULL) == APR_SUCCESS);
        MUST(oa_crypto_start(pool) == NULL);
    }
    apr_pool_clear(pool);
    return pool;
}

#endif
