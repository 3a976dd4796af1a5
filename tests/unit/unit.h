/* SPDX-License-Identifier: Apache-2.0 */
/* What every unit test needs: cmocka, a pool per test, and the words for errors. */
#ifndef OA_TESTS_UNIT_H
#define OA_TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/base/crypto.h"
#include "core/base/error.h"

#include <apr_general.h>
#include <apr_pools.h>

/* A pool for one test: *state. */
static inline int oa_test_begin(void **state)
{
    apr_pool_t *pool = NULL;
    int failed = apr_pool_create(&pool, NULL) != APR_SUCCESS || oa_crypto_start(pool) != NULL;
    *state = pool;
    return failed;
}

static inline int oa_test_end(void **state)
{
    apr_pool_destroy(*state);
    return 0;
}

/* A test function that gets a pool as *state. */
#define OA_POOL_TEST(function) cmocka_unit_test_setup_teardown(function, oa_test_begin, oa_test_end)

#define assert_ok(expression)                                                                                        \
    do {                                                                                                             \
        const oa_error *assert_error_ = (expression);                                                                \
        if (assert_error_ != NULL) {                                                                                 \
            fail_msg("%s: %s (%s)", #expression, assert_error_->message,                                             \
                     assert_error_->detail != NULL ? assert_error_->detail : "-");                                   \
        }                                                                                                            \
    } while (0)

#define assert_code(expression, wanted)                                                                              \
    do {                                                                                                             \
        const oa_error *assert_error_ = (expression);                                                                \
        if (assert_error_ == NULL || assert_error_->code != (wanted)) {                                              \
            fail_msg("%s: %s instead of %s", #expression,                                                            \
                     assert_error_ == NULL ? "no error" : oa_code_of(assert_error_->code)->name,                     \
                     oa_code_of(wanted)->name);                                                                      \
        }                                                                                                            \
    } while (0)

/* The program: all tests given, in order. */
#define OA_TESTS(...)                                                                                                \
    int main(void)                                                                                                   \
    {                                                                                                                \
        const struct CMUnitTest tests[] = {__VA_ARGS__};                                                             \
        if (apr_initialize() != APR_SUCCESS) {                                                                       \
            return 1;                                                                                                \
        }                                                                                                            \
        int failed = cmocka_run_group_tests(tests, NULL, NULL);                                                      \
        apr_terminate();                                                                                             \
        return failed;                                                                                               \
    }

#endif
