/* SPDX-License-Identifier: Apache-2.0 */
#include "core/auth/pace.h"

#include <errno.h>

static int64_t nanoseconds_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t oa_pace_now(void)
{
    return nanoseconds_now() / 1000000;
}

void oa_pace_hold(int64_t began, int step)
{
    int64_t passed = nanoseconds_now() - began * 1000000;
    int64_t whole = (int64_t)step * 1000000;
    int64_t until = began * 1000000 + (passed + whole - 1) / whole * whole;
    struct timespec end = {until / 1000000000, until % 1000000000};

    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &end, NULL) == EINTR) {
    }
}
