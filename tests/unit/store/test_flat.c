/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "core/store/flat.h"

#include <string.h>

typedef struct thing {
    int64_t number;
    unsigned char bytes[5];
    const char *first;
    const char *second;
} thing;

static const size_t texts[] = {offsetof(thing, first), offsetof(thing, second)};
static const oa_flat_form form = {sizeof(thing), offsetof(thing, first), texts, 2};

static void assert_comes_back(const thing *before, apr_pool_t *pool)
{
    unsigned char room[200];
    size_t size = oa_flatten(&form, before, room, sizeof(room));
    assert_true(size > 0);
    thing *after = oa_unflatten(&form, room, size, pool);
    memset(room, 'x', sizeof(room));
    assert_memory_equal(after, before, offsetof(thing, first));
    const char *pairs[2][2] = {{before->first, after->first}, {before->second, after->second}};
    for (int i = 0; i < 2; i++) {
        assert_int_equal(pairs[i][0] == NULL, pairs[i][1] == NULL);
        assert_true(pairs[i][0] == NULL || strcmp(pairs[i][0], pairs[i][1]) == 0);
    }
}

static void test_what_is_flattened_comes_back(void **state)
{
    static const thing things[] = {
        {7, "abcd", "one", "two"}, {-1, "", "", ""},    {0, "", NULL, "x"},
        {0, "", "x", NULL},        {0, "", NULL, NULL}, {0, "", "\xff\xfe", "\xff"},
    };
    for (size_t i = 0; i < sizeof(things) / sizeof(things[0]); i++) {
        assert_comes_back(&things[i], *state);
    }
}

static void test_what_does_not_fit_is_refused(void **state)
{
    unsigned char room[200];
    thing t = {7, "abcd", "one", "two"};
    size_t size = oa_flatten(&form, &t, room, sizeof(room));

    (void)state;
    for (size_t less = 0; less < size; less++) {
        assert_int_equal(oa_flatten(&form, &t, room, less), 0);
    }
    assert_int_equal(oa_flatten(&form, &t, room, size), size);
}

static void test_a_text_of_64_kib_is_refused(void **state)
{
    static unsigned char room[200000];
    char *text = apr_palloc(*state, 65537);
    thing t = {7, "abcd", text, "two"};

    memset(text, 'x', 65536);
    text[65536] = '\0';
    assert_int_equal(oa_flatten(&form, &t, room, sizeof(room)), 0);
    text[65534] = '\0';
    assert_true(oa_flatten(&form, &t, room, sizeof(room)) > 65535);
}

OA_TESTS(OA_POOL_TEST(test_what_is_flattened_comes_back), OA_POOL_TEST(test_what_does_not_fit_is_refused),
         OA_POOL_TEST(test_a_text_of_64_kib_is_refused))
