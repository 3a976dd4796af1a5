/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "core/auth/bell.h"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LONG = 60000 };

static oa_bells *make_bells(void)
{
    oa_bells *bells = mmap(NULL, sizeof(*bells), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(bells != MAP_FAILED);
    return bells;
}

/* Each would hang for a minute where it breaks. */
static void test_a_ring_before_the_wait_is_heard(void **state)
{
    oa_bells *bells = make_bells();
    uint32_t seen = oa_bell_state(bells, 4711);
    (void)state;
    oa_bell_ring(bells, 4711, OA_BELL_ONE);
    time_t began = time(NULL);
    oa_bell_wait(bells, 4711, seen, LONG);
    assert_true(time(NULL) - began < LONG / 1000);
}

static void test_other_processes_hear_it(void **state)
{
    enum { CHILDREN = 3 };
    oa_bells *bells = make_bells();
    uint32_t seen = oa_bell_state(bells, 4711);
    (void)state;
    for (int child = 0; child < CHILDREN; child++) {
        if (fork() == 0) {
            time_t began = time(NULL);
            while (oa_bell_state(bells, 4711) == seen) {
                oa_bell_wait(bells, 4711, seen, LONG);
            }
            _exit(time(NULL) - began < LONG / 1000 ? 0 : 1);
        }
    }
    oa_bell_ring(bells, 4711, OA_BELL_ALL);
    for (int child = 0; child < CHILDREN; child++) {
        int status;
        assert_true(wait(&status) > 0);
        assert_int_equal(status, 0);
    }
}

static void test_a_wait_ends_by_itself(void **state)
{
    oa_bells *bells = make_bells();
    (void)state;
    oa_bell_wait(bells, 1, oa_bell_state(bells, 1), 10);
}

OA_TESTS(OA_POOL_TEST(test_a_ring_before_the_wait_is_heard), OA_POOL_TEST(test_other_processes_hear_it),
         OA_POOL_TEST(test_a_wait_ends_by_itself))
