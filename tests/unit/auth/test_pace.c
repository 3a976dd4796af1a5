/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "core/auth/pace.h"

static void test_a_hold_lasts_to_the_next_step(void **state)
{
    (void)state;
    int64_t began = oa_pace_now();
    oa_pace_hold(began, 20);
    assert_true(oa_pace_now() - began >= 20);
    oa_pace_hold(began - 1015, 20);
    assert_true(oa_pace_now() - began >= 25 - 1);
}

static void test_the_clock_goes_forward(void **state)
{
    (void)state;
    int64_t before = oa_pace_now();
    oa_pace_hold(before - 5, 10);
    assert_true(oa_pace_now() >= before + 5);
}

OA_TESTS(OA_POOL_TEST(test_a_hold_lasts_to_the_next_step), OA_POOL_TEST(test_the_clock_goes_forward))
