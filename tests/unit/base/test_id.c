/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "core/base/id.h"

#include <pthread.h>

static const oa_time sometime = INT64_C(1795442400000); /* 2026-11-23T14:00:00Z */

static void test_ids_are_positive_and_grow(void **state)
{
    (void)state;
    oa_id last = 0;
    for (int i = 0; i < 100000; i++) {
        oa_id id = oa_id_make(sometime + i / 1000 - (i % 3 == 0 ? 5000 : 0));
        assert_true(id > last);
        last = id;
    }
}

static void test_ids_tell_the_time(void **state)
{
    (void)state;
    oa_time later = sometime + 365 * OA_DAY;
    oa_id id = oa_id_make(later);
    assert_true((id >> 22) + INT64_C(1577836800000) == later);
}

static void test_two_ids_of_one_moment_differ_by_chance(void **state)
{
    (void)state;
    oa_time later = sometime + 366 * OA_DAY;
    int64_t low = oa_id_make(later) & 0x3fffff;
    int64_t next = oa_id_make(later + 1) & 0x3fffff;
    int64_t after = oa_id_make(later + 2) & 0x3fffff;
    assert_true(low != next || next != after);
}

enum { THREADS = 4, PER_THREAD = 20000 };

static void *make_many(void *out)
{
    oa_id *ids = out;
    for (int i = 0; i < PER_THREAD; i++) {
        ids[i] = oa_id_make(sometime + 367 * OA_DAY);
    }
    return NULL;
}

static int compare(const void *a, const void *b)
{
    oa_id x = *(const oa_id *)a, y = *(const oa_id *)b;
    return (x > y) - (x < y);
}

static void test_threads_never_share_an_id(void **state)
{
    (void)state;
    static oa_id ids[THREADS * PER_THREAD];
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, make_many, ids + i * PER_THREAD), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
    qsort(ids, THREADS * PER_THREAD, sizeof(ids[0]), compare);
    for (int i = 1; i < THREADS * PER_THREAD; i++) {
        assert_true(ids[i] > ids[i - 1]);
    }
}

static void test_public_spelling(void **state)
{
    static const struct {
        oa_kind kind;
        oa_id id;
        const char *text;
    } cases[] = {
        {OA_KIND_ORG, 1, "org_0000000000001"},         {OA_KIND_USER, 31, "usr_000000000000z"},
        {OA_KIND_KEY, INT64_MAX, "key_7zzzzzzzzzzzz"}, {OA_KIND_API, 32, "api_0000000000010"},
        {OA_KIND_INVITATION, 2, "inv_0000000000002"},  {OA_KIND_ROLE, 6, "rol_0000000000006"},
        {OA_KIND_EVENT, 1024, "evt_0000000000100"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        oa_id id = 0;
        assert_string_equal(oa_id_format(cases[i].kind, cases[i].id, *state), cases[i].text);
        assert_true(oa_id_parse(cases[i].kind, cases[i].text, &id));
        assert_true(id == cases[i].id);
    }
    assert_null(oa_id_format(OA_KIND_ORG, 0, *state));
}

static void test_other_spellings_are_refused(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",
        "usr_",
        "usr_0000000000000",  /* 0 is none */
        "usr_8000000000000",  /* 2^63 */
        "usr_zzzzzzzzzzzzz",
        "usr_000000000001",   /* short */
        "usr_00000000000001", /* long */
        "usr_0000000000001 ",
        " usr_0000000000001",
        "USR_0000000000001",
        "usr-0000000000001",
        "org_0000000000001",  /* another kind */
        "usr_000000000000Z",
        "usr_000000000000l",
        "usr_00000000000\xc3\xa9",
        "1",
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        oa_id id = 7;
        assert_false(oa_id_parse(OA_KIND_USER, cases[i], &id));
        assert_true(id == 7);
    }
    oa_id id;
    assert_false(oa_id_parse(OA_KIND_USER, NULL, &id));
}

/* Last: a process's ids never fall back. */
static void test_clocks_far_off_still_make_ids(void **state)
{
    (void)state;
    oa_id before = oa_id_make(0);
    assert_true(before > 6);
    assert_true(oa_id_make(INT64_MAX) > before);
}

OA_TESTS(OA_POOL_TEST(test_ids_are_positive_and_grow), OA_POOL_TEST(test_ids_tell_the_time),
         OA_POOL_TEST(test_two_ids_of_one_moment_differ_by_chance), OA_POOL_TEST(test_threads_never_share_an_id),
         OA_POOL_TEST(test_public_spelling), OA_POOL_TEST(test_other_spellings_are_refused),
         OA_POOL_TEST(test_clocks_far_off_still_make_ids))
