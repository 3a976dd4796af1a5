/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "core/auth/basic.h"
#include "core/base/text.h"

#include <apr_base64.h>
#include <apr_strings.h>

static void test_base64_is_strict(void **state)
{
    static const struct {
        const char *text;
        const char *bytes; /* NULL: refused */
    } cases[] = {
        {"", ""},         {"Zg==", "f"},     {"Zm8=", "fo"},    {"Zm9v", "foo"},   {"Zm9vYg==", "foob"}, {"+/+/", "\xfb\xff\xbf"},
        {"Zg", NULL},     {"Zg=", NULL},     {"Zg===", NULL},   {"Zh==", NULL},    {"Zm9=", NULL},       {"====", NULL},
        {"Z===", NULL},   {"Zg==Zg==", NULL}, {"Zm9v\n", NULL}, {"Zm 9", NULL},    {"-_-_", NULL},       {"Zm=v", NULL},
        {"=m9v", NULL},   {"Zm9\xc3", NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        unsigned char out[16];
        size_t size;
        bool read = oa_base64_decode(cases[i].text, strlen(cases[i].text), out, &size);
        if (read != (cases[i].bytes != NULL)) {
            fail_msg("%s is %s", cases[i].text, read ? "read" : "refused");
        }
        if (read) {
            assert_int_equal(size, strlen(cases[i].bytes));
            assert_memory_equal(out, cases[i].bytes, size);
        }
    }
}

static void test_base64_refuses_nul(void **state)
{
    unsigned char out[16];
    size_t size;
    (void)state;
    assert_false(oa_base64_decode("Zm\0v", 4, out, &size));
}

static bool decode(const char *bytes, size_t size, oa_basic *basic, apr_pool_t *pool)
{
    char *text = apr_palloc(pool, (apr_size_t)apr_base64_encode_len((int)size));
    int length = apr_base64_encode(text, bytes, (int)size);
    return oa_basic_read(text, (size_t)length - 1, basic, pool);
}

static void test_user_ends_at_the_first_colon(void **state)
{
    static const struct {
        const char *pair, *user, *password;
    } cases[] = {
        {"jane@acme.example:secret", "jane@acme.example", "secret"},
        {"a:b:c", "a", "b:c"},
        {"a:", "a", ""},
        {":b", "", "b"},
        {":", "", ""},
        {"zo\xc3\xab:\xe2\x82\xac", "zo\xc3\xab", "\xe2\x82\xac"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        oa_basic basic;
        assert_true(decode(cases[i].pair, strlen(cases[i].pair), &basic, *state));
        assert_string_equal(basic.user, cases[i].user);
        assert_int_equal(basic.password->size, strlen(cases[i].password));
        assert_string_equal((const char *)basic.password->bytes, cases[i].password);
    }
}

static void test_what_is_no_pair_is_refused(void **state)
{
    static const struct {
        const char *bytes;
        size_t size;
    } cases[] = {
        {"", 0}, {"nocolon", 7}, {"a\0:b", 4}, {"a:b\0", 4}, {"a\n:b", 4}, {"a:\x7f", 3}, {"a:b\t", 4}, {"\xff:b", 3},
        {"a:\xc0\xaf", 4}, {"a:\xed\xa0\x80", 5},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        oa_basic basic;
        if (decode(cases[i].bytes, cases[i].size, &basic, *state)) {
            fail_msg("case %zu is read", i);
        }
    }
}

static void assert_sizes(size_t user, size_t password, bool wanted, apr_pool_t *pool)
{
    char *bytes = apr_palloc(pool, user + 1 + password);
    oa_basic basic;
    memset(bytes, 'x', user + 1 + password);
    bytes[user] = ':';
    assert_int_equal(decode(bytes, user + 1 + password, &basic, pool), wanted);
}

static void test_long_ones_are_refused(void **state)
{
    assert_sizes(OA_EMAIL_MAX, OA_PASSWORD_MAX, true, *state);
    assert_sizes(OA_EMAIL_MAX + 1, 3, false, *state);
    assert_sizes(3, OA_PASSWORD_MAX + 1, false, *state);
}

OA_TESTS(OA_POOL_TEST(test_base64_is_strict), OA_POOL_TEST(test_base64_refuses_nul),
         OA_POOL_TEST(test_user_ends_at_the_first_colon), OA_POOL_TEST(test_what_is_no_pair_is_refused),
         OA_POOL_TEST(test_long_ones_are_refused))
