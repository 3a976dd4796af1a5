/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "core/base/crc32.h"

static void test_check_values(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint32_t crc;
    } cases[] = {
        {"", 0x00000000},
        {"a", 0xe8b7be43},
        {"abc", 0x352441c2},
        {"123456789", 0xcbf43926},
        {"The quick brown fox jumps over the lazy dog", 0x414fa339},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(oa_crc32(cases[i].text, strlen(cases[i].text)), cases[i].crc);
    }
}

static void test_bytes_above_127(void **state)
{
    (void)state;
    assert_int_equal(oa_crc32("\xff\xff\xff\xff", 4), 0xffffffff);
    assert_int_equal(oa_crc32("\0\0\0\0", 4), 0x2144df1c);
}

OA_TESTS(cmocka_unit_test(test_check_values), cmocka_unit_test(test_bytes_above_127))
