/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "core/store/stripe.h"

#include <pthread.h>
#include <stdbool.h>

static void *ask(void *stripes)
{
    unsigned *two = stripes;
    two[0] = oa_stripe();
    two[1] = oa_stripe();
    return NULL;
}

static void test_each_thread_keeps_its_stripe_and_all_are_dealt_out(void **state)
{
    bool dealt[OA_STRIPES] = {false};

    (void)state;
    for (int i = 0; i < OA_STRIPES; i++) {
        pthread_t thread;
        unsigned two[2] = {OA_STRIPES, OA_STRIPES};
        assert_int_equal(pthread_create(&thread, NULL, ask, two), 0);
        pthread_join(thread, NULL);
        assert_true(two[0] < OA_STRIPES);
        assert_int_equal(two[0], two[1]);
        assert_false(dealt[two[0]]);
        dealt[two[0]] = true;
    }
}

OA_TESTS(cmocka_unit_test(test_each_thread_keeps_its_stripe_and_all_are_dealt_out))
