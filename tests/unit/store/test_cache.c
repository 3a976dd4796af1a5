/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "core/store/cache.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { SMALL = 64 * 1024, ROOMY = 4 * 1024 * 1024 };

static oa_cache *make(size_t bytes, apr_pool_t *pool)
{
    oa_cache *cache = NULL;
    assert_ok(oa_cache_make(bytes, &cache, pool));
    return cache;
}

static oa_cache_key key_of(uint64_t number)
{
    return (oa_cache_key){{1, number}};
}

/* A value that tells whose it is in every byte. */
static void put(oa_cache *cache, uint64_t number, uint32_t version, size_t size)
{
    unsigned char value[OA_CACHE_VALUE + 1];
    oa_cache_key key = key_of(number);
    oa_cache_stamp stamp = {number, version, (uint16_t)number};
    memset(value, (int)(number + version), sizeof(value));
    oa_cache_put(cache, &key, &stamp, value, size);
}

/* The version under which the number is kept whole; 0 = it is not kept. */
static uint32_t get(oa_cache *cache, uint64_t number, size_t *size)
{
    uint64_t value[OA_CACHE_VALUE / 8];
    oa_cache_key key = key_of(number);
    oa_cache_found found = {.size = 0};
    *size = 0;
    if (!oa_cache_find(cache, &key, &found) || !oa_cache_read(&found, value)) {
        return 0;
    }
    *size = found.size;
    for (size_t i = 0; i < *size; i++) {
        if (((unsigned char *)value)[i] != (unsigned char)(number + found.stamp.version)) {
            return UINT32_MAX;
        }
    }
    return found.stamp.epoch == number && found.stamp.bucket == (uint16_t)number ? found.stamp.version : UINT32_MAX;
}

static void test_values_of_every_size_come_back(void **state)
{
    oa_cache *cache = make(ROOMY, *state);
    size_t size;

    assert_int_equal(get(cache, 1, &size), 0);
    for (size_t wanted = 1; wanted <= OA_CACHE_VALUE; wanted++) {
        put(cache, wanted % 3, (uint32_t)wanted, wanted);
        assert_int_equal(get(cache, wanted % 3, &size), wanted);
        assert_int_equal(size, wanted);
    }
}

static void test_what_is_too_long_is_not_kept(void **state)
{
    oa_cache *cache = make(ROOMY, *state);
    size_t size;

    put(cache, 1, 1, OA_CACHE_VALUE + 1);
    assert_int_equal(get(cache, 1, &size), 0);
}

static void test_a_newer_value_takes_the_place_of_the_older_whatever_its_size(void **state)
{
    static const size_t sizes[] = {10, 300, 301, 10, OA_CACHE_VALUE, 20, OA_CACHE_VALUE, 1};
    oa_cache *cache = make(ROOMY, *state);
    size_t size;

    for (uint32_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        put(cache, 5, i + 1, sizes[i]);
        assert_int_equal(get(cache, 5, &size), i + 1);
        assert_int_equal(size, sizes[i]);
    }
}

static void test_a_full_set_keeps_what_is_used(void **state)
{
    oa_cache *cache = make(OA_CACHE_SET, *state);
    size_t size;

    put(cache, 1, 1, 100);
    for (uint64_t other = 2; other < 2000; other++) {
        assert_int_equal(get(cache, 1, &size), 1);
        put(cache, other, 1, 100 + other % 50);
    }
    assert_int_equal(get(cache, 2, &size), 0);
    assert_int_equal(get(cache, 1999, &size), 1);
}

/* In one set: what is put in is there, in whatever order and size others came and went, and nothing is ever another's. */
static void test_a_set_holds_values_of_all_sizes_beside_each_other(void **state)
{
    oa_cache *cache = make(OA_CACHE_SET, *state);
    size_t sizes[OA_CACHE_ENTRIES * 2] = {0}, size;
    uint32_t versions[OA_CACHE_ENTRIES * 2] = {0};
    uint64_t random = 88172645463325252u;

    for (uint32_t round = 1; round < 20000; round++) {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        uint64_t number = random % (OA_CACHE_ENTRIES * 2);
        sizes[number] = 1 + (random >> 32) % (round % 3 == 0 ? OA_CACHE_VALUE : 150);
        versions[number] = round;
        put(cache, number, round, sizes[number]);
        assert_int_equal(get(cache, number, &size), round);
        for (uint64_t other = 0; other < OA_CACHE_ENTRIES * 2; other++) {
            uint32_t version = get(cache, other, &size);
            assert_true(version == 0 || (version == versions[other] && size == sizes[other]));
        }
    }
}

static void test_a_set_is_filled_before_anything_is_given_up(void **state)
{
    oa_cache *cache = make(OA_CACHE_SET, *state);
    size_t size;

    for (uint64_t number = 1; number <= OA_CACHE_ENTRIES; number++) {
        put(cache, number, 1, 128);
    }
    for (uint64_t number = 1; number <= OA_CACHE_ENTRIES; number++) {
        assert_int_equal(get(cache, number, &size), 1);
    }
    put(cache, OA_CACHE_ENTRIES + 1, 1, 128);
    assert_int_equal(get(cache, OA_CACHE_ENTRIES + 1, &size), 1);
}

static uint64_t count_kept(oa_cache *cache, uint64_t numbers)
{
    uint64_t kept = 0;
    size_t size;
    for (uint64_t number = 1; number <= numbers; number++) {
        uint32_t version = get(cache, number, &size);
        assert_true(version == 0 || (version == 1 && size == 200));
        kept += version;
    }
    return kept;
}

static void test_a_table_grows_and_forgets_next_to_nothing(void **state)
{
    enum { MANY = 8000 }; /* half of what would fill it */
    oa_cache *cache = make(ROOMY, *state);

    for (uint64_t number = 1; number <= MANY; number++) {
        put(cache, number, 1, 200);
    }
    assert_true(count_kept(cache, MANY) > MANY * 9 / 10);
}

static void test_a_table_at_its_end_gives_up_some(void **state)
{
    enum { MANY = 40000 };
    oa_cache *cache = make(ROOMY, *state);

    for (uint64_t number = 1; number <= MANY; number++) {
        put(cache, number, 1, 200);
    }
    uint64_t kept = count_kept(cache, MANY);
    assert_true(kept > 15000 && kept <= 512 * 34); /* so many to a set */
}

/* Pages of memory that are there. */
static size_t resident(void)
{
    unsigned long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%*s %lu", &pages), 1);
    fclose(file);
    return pages;
}

static void test_a_few_values_take_little_memory(void **state)
{
    oa_cache *cache = make(64 * 1024 * 1024, *state);
    size_t before = resident();

    for (uint64_t number = 1; number <= 1000; number++) {
        put(cache, number, 1, 200);
    }
    assert_true(resident() < before + 300); /* a page each it would be 1,000 */
}

/* Threads that write and read the same numbers: few, for which they contend, or so many that the table grows meanwhile. */
typedef struct crowd {
    oa_cache *cache;
    uint32_t numbers;
    atomic_int torn;
    atomic_int found;
} crowd;

static void *mingle(void *data)
{
    crowd *c = data;
    for (uint32_t i = 1; i < 30000; i++) {
        size_t size;
        put(c->cache, i % c->numbers, i, 1 + i % 500);
        uint32_t version = get(c->cache, (i * 7) % c->numbers, &size);
        c->torn += version == UINT32_MAX;
        c->found += size != 0;
    }
    return NULL;
}

static void let_mingle(oa_cache *cache, uint32_t numbers)
{
    crowd c = {.cache = cache, .numbers = numbers};
    pthread_t threads[4];

    for (int i = 0; i < 4; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, mingle, &c), 0);
    }
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
    }
    assert_int_equal(c.torn, 0);
    assert_true(c.found > 1000);
}

static void test_no_thread_sees_half_a_value(void **state)
{
    let_mingle(make(SMALL, *state), 40);
    let_mingle(make(ROOMY, *state), 4000);
}

OA_TESTS(OA_POOL_TEST(test_a_table_grows_and_forgets_next_to_nothing), OA_POOL_TEST(test_a_table_at_its_end_gives_up_some),
         OA_POOL_TEST(test_a_few_values_take_little_memory), OA_POOL_TEST(test_values_of_every_size_come_back), OA_POOL_TEST(test_what_is_too_long_is_not_kept),
         OA_POOL_TEST(test_a_set_holds_values_of_all_sizes_beside_each_other),
         OA_POOL_TEST(test_a_set_is_filled_before_anything_is_given_up),
         OA_POOL_TEST(test_a_newer_value_takes_the_place_of_the_older_whatever_its_size),
         OA_POOL_TEST(test_a_full_set_keeps_what_is_used), OA_POOL_TEST(test_no_thread_sees_half_a_value))
