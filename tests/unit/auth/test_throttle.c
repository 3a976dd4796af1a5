/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "core/auth/host.h"

#include <apr_strings.h>
#include <arpa/inet.h>
#include <sys/wait.h>
#include <unistd.h>

static const oa_time now = INT64_C(1795442400000);
static const oa_rate sixty = {60, 60 * OA_SECOND};

static oa_host *make_host(apr_pool_t *pool)
{
    oa_host *host;
    assert_ok(oa_host_make(1, 1, geteuid(), &host, pool));
    return host;
}

static oa_address address_of(const char *text)
{
    oa_address address = {.size = 0};
    if (inet_pton(AF_INET, text, address.bytes) == 1) {
        address.size = 4;
    } else if (inet_pton(AF_INET6, text, address.bytes) == 1) {
        address.size = 16;
    }
    return address;
}

static void strike(oa_host *host, const char *text, int times, oa_time at)
{
    oa_address address = address_of(text);
    for (int i = 0; i < times; i++) {
        oa_throttle_strike(host, &address, sixty, at);
    }
}

static int retry_after(oa_host *host, const char *text, oa_time at)
{
    oa_address address = address_of(text);
    return oa_throttle_retry_after(host, &address, sixty, 10, at);
}

static void test_the_sixtieth_strike_closes(void **state)
{
    oa_host *host = make_host(*state);
    assert_int_equal(retry_after(host, "192.0.2.1", now), 0);
    strike(host, "192.0.2.1", 59, now);
    assert_int_equal(retry_after(host, "192.0.2.1", now), 0);
    strike(host, "192.0.2.1", 1, now);
    assert_true(retry_after(host, "192.0.2.1", now) > 0);
    assert_int_equal(retry_after(host, "192.0.2.2", now), 0);
}

static void forgive(oa_host *host, const char *text, oa_time at)
{
    oa_address address = address_of(text);
    oa_throttle_forgive(host, &address, sixty, at);
}

static void test_a_strike_taken_back_counts_no_more(void **state)
{
    oa_host *host = make_host(*state);
    forgive(host, "192.0.2.1", now); /* there is none */
    strike(host, "192.0.2.1", 60, now);
    forgive(host, "192.0.2.2", now);
    assert_true(retry_after(host, "192.0.2.1", now) > 0);
    forgive(host, "192.0.2.1", now + 59 * OA_SECOND); /* spans later */
    assert_int_equal(retry_after(host, "192.0.2.1", now + 59 * OA_SECOND), 0);
    strike(host, "192.0.2.1", 1, now + 59 * OA_SECOND);
    assert_true(retry_after(host, "192.0.2.1", now + 59 * OA_SECOND) > 0);
}

static void test_retry_after_is_true(void **state)
{
    oa_host *host = make_host(*state);
    strike(host, "192.0.2.1", 60, now);
    int seconds = retry_after(host, "192.0.2.1", now);
    assert_in_range(seconds, 60, 75); /* the window, and at most a quarter more */
    assert_int_equal(retry_after(host, "192.0.2.1", now + seconds * OA_SECOND), 0);
    assert_true(retry_after(host, "192.0.2.1", now + (seconds - 2) * OA_SECOND) > 0);
}

/* Strikes as fast as they are let in, for five windows: in no stretch of one window are there more than the limit. */
static void test_no_window_holds_more_than_the_limit(void **state)
{
    enum { STEP = 250, TICKS = 5 * 60000 / STEP, WINDOW = 60000 / STEP };
    static int struck[TICKS];
    oa_host *host = make_host(*state);
    for (int tick = 0; tick < TICKS; tick++) {
        while (struck[tick] < 7 && retry_after(host, "192.0.2.1", now + tick * STEP) == 0) {
            strike(host, "192.0.2.1", 1, now + tick * STEP);
            struck[tick]++;
        }
    }
    int total = 0;
    for (int first = 0; first + WINDOW <= TICKS; first++) {
        int sum = 0;
        for (int tick = first; tick < first + WINDOW; tick++) {
            sum += struck[tick];
        }
        assert_true(sum <= 60);
    }
    for (int tick = 0; tick < TICKS; tick++) {
        total += struck[tick];
    }
    assert_true(total >= 60 * 4); /* and it is not shut for good either */
}

static void test_old_strikes_are_forgotten(void **state)
{
    oa_host *host = make_host(*state);
    strike(host, "192.0.2.1", 60, now);
    assert_int_equal(retry_after(host, "192.0.2.1", now + 75 * OA_SECOND), 0);
    strike(host, "192.0.2.1", 59, now + 75 * OA_SECOND);
    assert_int_equal(retry_after(host, "192.0.2.1", now + 75 * OA_SECOND), 0);
}

static void test_a_clock_set_back_throttles_nobody_for_long(void **state)
{
    oa_host *host = make_host(*state);
    strike(host, "192.0.2.1", 60, now);
    assert_int_equal(retry_after(host, "192.0.2.1", now - OA_DAY), 0);
    strike(host, "192.0.2.1", 60, now - OA_DAY);
    assert_in_range(retry_after(host, "192.0.2.1", now - OA_DAY), 60, 75);
}

static void test_the_limit_is_never_below_deny_after(void **state)
{
    oa_host *host = make_host(*state);
    oa_address address = address_of("192.0.2.1");
    oa_rate three = {3, 60 * OA_SECOND};
    for (int i = 0; i < 9; i++) {
        oa_throttle_strike(host, &address, three, now);
    }
    assert_int_equal(oa_throttle_retry_after(host, &address, three, 10, now), 0);
    assert_true(oa_throttle_retry_after(host, &address, three, 9, now) > 0);
    assert_true(oa_throttle_retry_after(host, &address, three, 0, now) > 0);
}

static void test_no_limit_no_host_and_no_address_throttle_nobody(void **state)
{
    oa_host *host = make_host(*state);
    oa_address address = address_of("192.0.2.1"), unknown = {.size = 0};
    oa_rate none = {0, 60 * OA_SECOND}, moment = {60, 0};
    for (int i = 0; i < 100; i++) {
        oa_throttle_strike(host, &address, none, now);
        oa_throttle_strike(host, &address, moment, now);
        oa_throttle_strike(host, &unknown, sixty, now);
        oa_throttle_strike(NULL, &address, sixty, now);
    }
    assert_int_equal(oa_throttle_retry_after(host, &address, none, 10, now), 0);
    assert_int_equal(oa_throttle_retry_after(host, &address, moment, 10, now), 0);
    assert_int_equal(oa_throttle_retry_after(host, &unknown, sixty, 10, now), 0);
    assert_int_equal(oa_throttle_retry_after(NULL, &address, sixty, 10, now), 0);
    assert_int_equal(oa_throttle_retry_after(host, &address, sixty, 10, now), 0);
}

static void test_an_ipv6_network_of_64_bits_is_one_client(void **state)
{
    oa_host *host = make_host(*state);
    strike(host, "2001:db8:1:2::1", 30, now);
    strike(host, "2001:db8:1:2:ffff:ffff:ffff:ffff", 30, now);
    assert_true(retry_after(host, "2001:db8:1:2:abcd::", now) > 0);
    assert_int_equal(retry_after(host, "2001:db8:1:3::1", now), 0);
}

static void test_a_mapped_address_is_the_ipv4_address(void **state)
{
    oa_host *host = make_host(*state);
    strike(host, "::ffff:192.0.2.1", 30, now);
    strike(host, "192.0.2.1", 30, now);
    assert_true(retry_after(host, "192.0.2.1", now) > 0);
    assert_true(retry_after(host, "::ffff:192.0.2.1", now) > 0);
    assert_int_equal(retry_after(host, "::ffff:192.0.2.2", now), 0);
}

/* More addresses than the table has room for: it stays bounded, and those of late are known. */
static void test_the_oldest_make_room(void **state)
{
    oa_host *host = make_host(*state);
    for (int i = 0; i < 100000; i++) {
        oa_address address = {.bytes = {10, (unsigned char)(i >> 16), (unsigned char)(i >> 8), (unsigned char)i}, .size = 4};
        oa_throttle_strike(host, &address, sixty, now + i / 100);
    }
    strike(host, "192.0.2.1", 60, now + 2000);
    assert_true(retry_after(host, "192.0.2.1", now + 2000) > 0);
}

static void test_processes_strike_together(void **state)
{
    oa_host *host = make_host(*state);
    for (int child = 0; child < 6; child++) {
        if (fork() == 0) {
            strike(host, "192.0.2.1", 10, now);
            _exit(0);
        }
    }
    while (wait(NULL) > 0) {
    }
    assert_true(retry_after(host, "192.0.2.1", now) > 0);
    oa_address address = address_of("192.0.2.1");
    oa_rate more = {61, 60 * OA_SECOND};
    assert_int_equal(oa_throttle_retry_after(host, &address, more, 10, now), 0);
}

OA_TESTS(OA_POOL_TEST(test_the_sixtieth_strike_closes), OA_POOL_TEST(test_a_strike_taken_back_counts_no_more),
         OA_POOL_TEST(test_retry_after_is_true),
         OA_POOL_TEST(test_no_window_holds_more_than_the_limit), OA_POOL_TEST(test_old_strikes_are_forgotten),
         OA_POOL_TEST(test_a_clock_set_back_throttles_nobody_for_long),
         OA_POOL_TEST(test_the_limit_is_never_below_deny_after),
         OA_POOL_TEST(test_no_limit_no_host_and_no_address_throttle_nobody),
         OA_POOL_TEST(test_an_ipv6_network_of_64_bits_is_one_client),
         OA_POOL_TEST(test_a_mapped_address_is_the_ipv4_address), OA_POOL_TEST(test_the_oldest_make_room),
         OA_POOL_TEST(test_processes_strike_together))
