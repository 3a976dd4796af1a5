/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "core/base/base32.h"

static void test_numbers_both_ways(void **state)
{
    (void)state;
    static const struct {
        uint64_t value;
        const char *text;
    } cases[] = {
        {0, "0"},
        {0, "0000000000000"},
        {31, "z"},
        {32, "10"},
        {0xffffffff, "3zzzzzz"},
        {0xffffffff, "0000003zzzzzz"},
        {INT64_MAX, "7zzzzzzzzzzzz"},
        {UINT64_MAX, "fzzzzzzzzzzzz"},
        {UINT64_C(1) << 63, "8000000000000"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[14] = {0};
        uint64_t value = 1;
        oa_base32_number(cases[i].value, strlen(cases[i].text), text);
        assert_string_equal(text, cases[i].text);
        assert_true(oa_base32_read_number(cases[i].text, strlen(cases[i].text), &value));
        assert_true(value == cases[i].value);
    }
}

static void test_every_digit_of_the_alphabet_and_no_other_byte(void **state)
{
    (void)state;
    static const char alphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";
    for (int byte = 0; byte < 256; byte++) {
        char text = (char)byte;
        uint64_t value = 99;
        const char *found = byte == 0 ? NULL : strchr(alphabet, byte);
        assert_int_equal(oa_base32_read_number(&text, 1, &value), found != NULL);
        assert_true(found == NULL || value == (uint64_t)(found - alphabet));
    }
}

static void test_numbers_past_64_bits_are_refused(void **state)
{
    (void)state;
    uint64_t value;
    assert_false(oa_base32_read_number("g000000000000", 13, &value));
    assert_false(oa_base32_read_number("zzzzzzzzzzzzz", 13, &value));
    assert_true(oa_base32_read_number("fzzzzzzzzzzzz", 13, &value));
}

static void test_bytes_both_ways(void **state)
{
    (void)state;
    static const struct {
        const char *bytes, *text;
    } cases[] = {
        {"\0\0\0\0\0", "00000000"},
        {"\xff\xff\xff\xff\xff", "zzzzzzzz"},
        {"hello", "d1jprv3f"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[9] = {0};
        unsigned char bytes[5];
        oa_base32_encode((const unsigned char *)cases[i].bytes, 5, text);
        assert_string_equal(text, cases[i].text);
        assert_true(oa_base32_decode(text, 8, bytes));
        assert_memory_equal(bytes, cases[i].bytes, 5);
    }
}

static void test_random_bytes_survive(void **state)
{
    (void)state;
    for (int round = 0; round < 1000; round++) {
        unsigned char bytes[20], again[20];
        char text[32];
        oa_random(bytes, sizeof(bytes));
        oa_base32_encode(bytes, sizeof(bytes), text);
        assert_true(oa_base32_decode(text, sizeof(text), again));
        assert_memory_equal(bytes, again, sizeof(bytes));
    }
}

static void test_foreign_text_is_refused_and_wiped(void **state)
{
    (void)state;
    static const char *const cases[] = {"zzzzzzzzZzzzzzzz", "zzzzzzzzizzzzzzz", "zzzzzzzzlzzzzzzz", "zzzzzzzzozzzzzzz",
                                        "zzzzzzzzuzzzzzzz", "zzzzzzzz-zzzzzzz", "zzzzzzzz zzzzzzz", "zzzzzzzzzzzzzzz=",
                                        "zzzzzzzzzzzzzzz\n", "\xc3\xa9zzzzzzzzzzzzzz"};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        unsigned char bytes[10];
        memset(bytes, 0x55, sizeof(bytes));
        assert_false(oa_base32_decode(cases[i], 16, bytes));
        assert_memory_equal(bytes, "\0\0\0\0\0\0\0\0\0\0", sizeof(bytes));
    }
    unsigned char bytes[5];
    assert_false(oa_base32_decode("zzzzzzzzz", 9, bytes));
}

OA_TESTS(cmocka_unit_test(test_numbers_both_ways), cmocka_unit_test(test_every_digit_of_the_alphabet_and_no_other_byte),
         cmocka_unit_test(test_numbers_past_64_bits_are_refused), cmocka_unit_test(test_bytes_both_ways),
         OA_POOL_TEST(test_random_bytes_survive), cmocka_unit_test(test_foreign_text_is_refused_and_wiped))
