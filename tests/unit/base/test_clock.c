/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "core/base/clock.h"

#define COUNT(cases) (sizeof(cases) / sizeof((cases)[0]))

static void test_now_is_now(void **state)
{
    (void)state;
    oa_time now = oa_clock_now();
    oa_time seconds = (oa_time)time(NULL) * OA_SECOND;
    assert_true(now > seconds - OA_MINUTE && now < seconds + OA_MINUTE);
}

static const struct {
    oa_time time;
    const char *text;
} spelled[] = {
    {1000, "1970-01-01T00:00:01Z"},
    {INT64_C(951782400000), "2000-02-29T00:00:00Z"},
    {INT64_C(951868799000), "2000-02-29T23:59:59Z"},
    {INT64_C(951868800000), "2000-03-01T00:00:00Z"},
    {INT64_C(1735689599000), "2024-12-31T23:59:59Z"},
    {INT64_C(1795442719000), "2026-11-23T14:05:19Z"},
    {INT64_C(4107542400000), "2100-03-01T00:00:00Z"},
    {INT64_C(253402300799000), "9999-12-31T23:59:59Z"},
};

static void test_spelling_both_ways(void **state)
{
    for (size_t i = 0; i < COUNT(spelled); i++) {
        oa_time time = 0;
        assert_string_equal(oa_time_format(spelled[i].time, *state), spelled[i].text);
        assert_true(oa_time_parse(spelled[i].text, &time));
        assert_true(time == spelled[i].time);
    }
    assert_null(oa_time_format(0, *state));
}

static void test_every_day_of_400_years_both_ways(void **state)
{
    (void)state;
    char before[OA_TIME_SIZE] = "";
    for (oa_time day = OA_DAY; day < 146097 * OA_DAY; day += OA_DAY) {
        char text[OA_TIME_SIZE];
        oa_time time;
        oa_time_write(day, text);
        assert_true(strcmp(before, text) < 0);
        assert_true(oa_time_parse(text, &time) && time == day);
        memcpy(before, text, sizeof(text));
    }
}

static void test_times_out_of_range_are_clamped(void **state)
{
    assert_string_equal(oa_time_format(INT64_MAX, *state), "9999-12-31T23:59:59Z");
    assert_string_equal(oa_time_format(-1, *state), "1970-01-01T00:00:00Z");
    assert_string_equal(oa_time_format(1999, *state), "1970-01-01T00:00:01Z");
}

static void test_other_spellings_of_rfc_3339(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        oa_time time;
    } cases[] = {
        {"2026-11-23", INT64_C(1795392000000)},
        {"2026-11-23t14:05:19z", INT64_C(1795442719000)},
        {"2026-11-23T14:05:19.5Z", INT64_C(1795442719500)},
        {"2026-11-23T14:05:19.123456789Z", INT64_C(1795442719123)},
        {"2026-11-23T15:05:19+01:00", INT64_C(1795442719000)},
        {"2026-11-23T14:05:19+00:00", INT64_C(1795442719000)},
        {"2026-11-23T14:05:19-00:00", INT64_C(1795442719000)},
        {"2026-11-23T08:35:19-05:30", INT64_C(1795442719000)},
        {"2026-11-24T00:05:19.25+10:00", INT64_C(1795442719250)},
        {"1990-12-31T23:59:60Z", INT64_C(662688000000)},
        {"1990-12-31T15:59:60-08:00", INT64_C(662688000000)},
        {"1970-01-01T00:00:00.001Z", 1},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        oa_time time = 0;
        assert_true(oa_time_parse(cases[i].text, &time));
        assert_true(time == cases[i].time);
    }
}

static void test_what_is_not_a_time(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "", "0", "never", "tomorrow", "1795442719", "2026", "2026-11", "2026-11-", "2026-1-23", "2026-11-3",
        "2026-00-10", "2026-13-10", "2026-11-00", "2026-11-31", "2026-02-29", "2100-02-29", "2024-02-30",
        "26-11-23", "02026-11-23", "+2026-11-23", "-2026-11-23", "1969-12-31", "1970-01-01", "1970-01-01T00:00:00Z",
        "1970-01-01T01:00:00+02:00", "2026-11-23T", "2026-11-23Z", "2026-11-23 14:05:19Z", "2026-11-23T14:05:19",
        "2026-11-23T14:05Z", "2026-11-23T24:00:00Z", "2026-11-23T14:60:00Z", "2026-11-23T14:05:60Z",
        "2026-11-23T14:05:61Z", "2026-11-23T14:05:19.Z", "2026-11-23T14:05:19,5Z", "2026-11-23T14:05:19+1:00",
        "2026-11-23T14:05:19+0100", "2026-11-23T14:05:19+24:00", "2026-11-23T14:05:19+01:60",
        "2026-11-23T14:05:19ZZ", "2026-11-23T14:05:19Z ", " 2026-11-23T14:05:19Z", "2026-11-23T14:05:19 +01:00",
        "2026-11-23T1\xd9\xa4:05:19Z", "2026/11/23",
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        oa_time time = 7;
        if (oa_time_parse(cases[i], &time) || time != 7) {
            fail_msg("taken for a time: %s", cases[i]);
        }
    }
    oa_time time;
    assert_false(oa_time_parse(NULL, &time));
}

static void test_durations(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        oa_duration duration;
    } cases[] = {
        {"0", 0},
        {"0d", 0},
        {"1s", OA_SECOND},
        {"59s", 59 * OA_SECOND},
        {"60s", OA_MINUTE},
        {"90m", 90 * OA_MINUTE},
        {"24h", OA_DAY},
        {"90d", 90 * OA_DAY},
        {"2w", 14 * OA_DAY},
        {"007d", 7 * OA_DAY},
        {"36525d", 36525 * OA_DAY},
        {"3155760000s", 36525 * OA_DAY},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        oa_duration duration = -1;
        assert_true(oa_duration_parse(cases[i].text, &duration));
        assert_true(duration == cases[i].duration);
    }
}

static void test_what_is_not_a_duration(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "", "s", "d", "1", "90", "00x", "1D", "1M", "1 d", " 1d", "1d ", "+1d", "-1d", "-0", "1.5h", "1h30m", "1dd",
        "1y", "1ms", "0x10s", "1e3s", "36526d", "5218w", "3155760001s", "9223372036854775807s", "9223372036854775808s",
        "18446744073709551616d", "99999999999999999999999999999999999999d", "106751991168d", "\xd9\xa1" "d",
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        oa_duration duration = 7;
        if (oa_duration_parse(cases[i], &duration) || duration != 7) {
            fail_msg("taken for a duration: %s", cases[i]);
        }
    }
    oa_duration duration;
    assert_false(oa_duration_parse(NULL, &duration));
}

OA_TESTS(cmocka_unit_test(test_now_is_now), OA_POOL_TEST(test_spelling_both_ways),
         cmocka_unit_test(test_every_day_of_400_years_both_ways), OA_POOL_TEST(test_times_out_of_range_are_clamped),
         cmocka_unit_test(test_other_spellings_of_rfc_3339), cmocka_unit_test(test_what_is_not_a_time),
         cmocka_unit_test(test_durations), cmocka_unit_test(test_what_is_not_a_duration))
