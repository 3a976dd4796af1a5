/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "core/base/base32.h"
#include "core/base/crc32.h"
#include "core/model/key.h"

/* Computed apart from this code, by Python's zlib.crc32. */
static const struct {
    oa_id id;
    const char *secret;
    const char *text;
} keys[] = {
    {INT64_C(1795442719000), "\001\002\003\004\005\006\007\010\011\012\013\014\015\016\017\020\021\022\023\024",
     "oak_00001m84bke8r_041061050r3gg28a1c60t3gf208h44rm0cxqvyw"},
    {INT64_C(1), "\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000",
     "oak_0000000000001_00000000000000000000000000000000118rn61"},
    {INT64_C(9223372036854775807), "\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377",
     "oak_7zzzzzzzzzzzz_zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz11fzaa6"},
    {INT64_C(81985529216486895), "\200\157\162\147\141\165\164\150\000\143\141\156\141\162\171\376\375\374\373\041",
     "oak_028t5cy4tqkff_g1qq4sv1ent6g033c5q62wkszvyzsys11qmwpfv"},
};

enum { KEYS = sizeof(keys) / sizeof(keys[0]) };

static void test_spelling_both_ways(void **state)
{
    (void)state;
    for (int i = 0; i < KEYS; i++) {
        oa_key key = {.id = keys[i].id}, again;
        char text[OA_KEY_LENGTH + 1];
        memcpy(key.secret, keys[i].secret, OA_KEY_SECRET_SIZE);
        oa_key_format(&key, text);
        assert_string_equal(text, keys[i].text);
        assert_true(oa_key_parse(text, OA_KEY_LENGTH, &again));
        assert_true(again.id == key.id);
        assert_memory_equal(again.secret, key.secret, OA_KEY_SECRET_SIZE);
    }
}

static void assert_refused(const char *text, size_t length)
{
    static const oa_key wiped;
    oa_key key;
    memset(&key, 0x55, sizeof(key));
    if (oa_key_parse(text, length, &key)) {
        fail_msg("taken for a key: %.*s", (int)length, text);
    }
    assert_memory_equal(&key, &wiped, sizeof(key));
}

static void test_every_other_byte_at_every_place_is_refused(void **state)
{
    (void)state;
    char text[OA_KEY_LENGTH];
    for (int at = 0; at < OA_KEY_LENGTH; at++) {
        for (int byte = 0; byte < 256; byte++) {
            memcpy(text, keys[0].text, OA_KEY_LENGTH);
            text[at] = (char)byte;
            if ((char)byte != keys[0].text[at]) {
                assert_refused(text, OA_KEY_LENGTH);
            }
        }
    }
}

static void test_other_lengths_are_refused(void **state)
{
    (void)state;
    char longer[2 * OA_KEY_LENGTH];
    memcpy(longer, keys[0].text, OA_KEY_LENGTH);
    memcpy(longer + OA_KEY_LENGTH, keys[0].text, OA_KEY_LENGTH);
    for (size_t length = 0; length <= sizeof(longer); length++) {
        if (length != OA_KEY_LENGTH) {
            assert_refused(longer, length);
        }
    }
}

/* As assert_refused, with the checksum that the text would need. */
static void assert_refused_in_spite_of_checksum(const char *fifty)
{
    char text[OA_KEY_LENGTH];
    memcpy(text, fifty, 50);
    oa_base32_number(oa_crc32(text, 50), 7, text + 50);
    assert_refused(text, OA_KEY_LENGTH);
}

static void test_a_right_checksum_does_not_excuse_the_rest(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "oak_8000000000000_00000000000000000000000000000000", /* 2^63 */
        "oak_zzzzzzzzzzzzz_00000000000000000000000000000000",
        "oak_0000000000000_00000000000000000000000000000000", /* 0 is no key */
        "oak_0000000000001-00000000000000000000000000000000",
        "oak-0000000000001_00000000000000000000000000000000",
        "OAK_0000000000001_00000000000000000000000000000000",
        "oak_000000000000I_00000000000000000000000000000000",
        "oak_0000000000001_0000000000000000000000000000000O",
        "oak_0000000000001_0000000000000000000000000000000i",
        "oak_0000000000001_0000000000000000000000000000000Z",
        "oak_0000000000001_000000000000000 0000000000000000",
        "oax_0000000000001_00000000000000000000000000000000",
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_refused_in_spite_of_checksum(cases[i]);
    }
}

/* Seven digits hold 35 bits: a number past 32 is no CRC. */
static void test_a_checksum_past_32_bits_is_refused(void **state)
{
    (void)state;
    char text[OA_KEY_LENGTH];
    memcpy(text, keys[0].text, OA_KEY_LENGTH);
    uint64_t checksum;
    assert_true(oa_base32_read_number(text + 50, 7, &checksum));
    oa_base32_number(checksum + (UINT64_C(1) << 32), 7, text + 50);
    assert_refused(text, OA_KEY_LENGTH);
}

static void test_looks(void **state)
{
    (void)state;
    assert_true(oa_key_looks_like("oak_", 4));
    assert_true(oa_key_looks_like("oak_anything", 12));
    assert_false(oa_key_looks_like("oak_", 3));
    assert_false(oa_key_looks_like("OAK_x", 5));
    assert_false(oa_key_looks_like(" oak_", 5));
    assert_false(oa_key_looks_like("", 0));
}

OA_TESTS(OA_POOL_TEST(test_spelling_both_ways), OA_POOL_TEST(test_every_other_byte_at_every_place_is_refused),
         OA_POOL_TEST(test_other_lengths_are_refused), OA_POOL_TEST(test_a_right_checksum_does_not_excuse_the_rest),
         OA_POOL_TEST(test_a_checksum_past_32_bits_is_refused), OA_POOL_TEST(test_looks))
