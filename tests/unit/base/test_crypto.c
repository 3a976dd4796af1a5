/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

static void to_hex(const unsigned char *bytes, size_t size, char *out)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < size; i++) {
        *out++ = digits[bytes[i] >> 4];
        *out++ = digits[bytes[i] & 15];
    }
    *out = '\0';
}

#define assert_hex(bytes, wanted)                                                                                    \
    do {                                                                                                             \
        char hex_[2 * OA_DIGEST_SIZE + 1];                                                                           \
        to_hex(bytes, OA_DIGEST_SIZE, hex_);                                                                         \
        assert_string_equal(hex_, wanted);                                                                           \
    } while (0)

/* b2sum -l 256, and Python's hashlib.blake2b(digest_size=32, key=bytes(range(32))). */
static void test_digest_is_blake2b_256(void **state)
{
    (void)state;
    unsigned char key[OA_SUBKEY_SIZE], out[OA_DIGEST_SIZE];
    for (size_t i = 0; i < sizeof(key); i++) {
        key[i] = (unsigned char)i;
    }
    oa_digest(NULL, "abc", 3, out);
    assert_hex(out, "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
    oa_digest(NULL, NULL, 0, out);
    assert_hex(out, "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
    oa_digest(key, "abc", 3, out);
    assert_hex(out, "d63a32d3e44738d7907f964316c241adaba0abfeabc32349677578a15a203f7f");
}

static void test_pieces_are_framed(void **state)
{
    (void)state;
    unsigned char key[OA_SUBKEY_SIZE] = {1};
    const oa_piece ab_c[] = {{"ab", 2}, {"c", 1}};
    const oa_piece a_bc[] = {{"a", 1}, {"bc", 2}};
    const oa_piece abc[] = {{"abc", 3}, {NULL, 0}};
    unsigned char first[OA_DIGEST_SIZE], second[OA_DIGEST_SIZE], third[OA_DIGEST_SIZE], plain[OA_DIGEST_SIZE];
    oa_digest_pieces(key, ab_c, 2, first);
    oa_digest_pieces(key, a_bc, 2, second);
    oa_digest_pieces(key, abc, 2, third);
    assert_memory_not_equal(first, second, sizeof(first));
    assert_memory_not_equal(first, third, sizeof(first));
    static const char framed[] = "\2\0\0\0\0\0\0\0ab\1\0\0\0\0\0\0\0c";
    oa_digest(key, framed, sizeof(framed) - 1, plain);
    assert_memory_equal(first, plain, sizeof(first));
}

static void test_subkeys_differ_and_stay(void **state)
{
    (void)state;
    unsigned char master[OA_MASTER_SIZE], first[OA_SUBKEY_SIZE], second[OA_SUBKEY_SIZE];
    memset(master, 7, sizeof(master));
    oa_subkey_derive(master, OA_SUBKEY_API_KEY, first);
    assert_hex(first, "2e7e7005c44bb2c1cb7f9eeaf46509335d0ecde9658c89234405f1d4bf6becab");
    oa_subkey_derive(master, OA_SUBKEY_LINK, second);
    assert_memory_not_equal(first, second, sizeof(first));
    master[0] ^= 1;
    oa_subkey_derive(master, OA_SUBKEY_API_KEY, second);
    assert_memory_not_equal(first, second, sizeof(first));
}

static void test_equality(void **state)
{
    (void)state;
    assert_true(oa_equal("same", "same", 4));
    assert_false(oa_equal("same", "samf", 4));
    assert_true(oa_equal("a", "b", 0));
}

static void test_a_secret_is_wiped_with_its_pool(void **state)
{
    apr_pool_t *child;
    apr_pool_create(&child, *state);
    oa_secret *secret = oa_secret_make("hunter2", 7, child);
    assert_int_equal(secret->size, 7);
    assert_string_equal((const char *)secret->bytes, "hunter2");
    unsigned char outside[8] = "hunter2";
    secret->bytes = outside;
    apr_pool_clear(child);
    assert_memory_equal(outside, "\0\0\0\0\0\0\0", 8);
}

static void test_a_secret_without_bytes_is_zeros(void **state)
{
    oa_secret *secret = oa_secret_make(NULL, 4, *state);
    assert_memory_equal(secret->bytes, "\0\0\0\0\0", 5);
    assert_int_equal(oa_secret_make("", 0, *state)->bytes[0], 0);
}

static void test_random_bytes_differ(void **state)
{
    (void)state;
    unsigned char first[32], second[32];
    oa_random(first, sizeof(first));
    oa_random(second, sizeof(second));
    assert_memory_not_equal(first, second, sizeof(first));
    for (int i = 0; i < 1000; i++) {
        assert_in_range(oa_random_below(7), 0, 6);
    }
}

static void test_base64url_has_one_spelling_for_each_run_of_bytes(void **state)
{
    static const char *const wrong[] = {"Zg==", "Zg=", "Zh", "Zm9", "Z", "Zm9v Zg", "Zm9vZ+", "Zm9/", "Zm9v\n", "Zm9vZ"};
    static const char *const right[] = {"", "Zg", "Zm8", "Zm9v", "Zm9vYg", "-_-_"};
    size_t size;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_null(oa_base64url_decode(wrong[i], strlen(wrong[i]), &size, *state));
    }
    for (size_t i = 0; i < sizeof(right) / sizeof(right[0]); i++) {
        const unsigned char *bytes = oa_base64url_decode(right[i], strlen(right[i]), &size, *state);
        assert_non_null(bytes);
        assert_string_equal(oa_base64url_encode(bytes, size, *state), right[i]);
    }
}

static void test_a_seal_opens_for_its_key_and_thing_alone(void **state)
{
    const unsigned char key[OA_SUBKEY_SIZE] = {1}, other[OA_SUBKEY_SIZE] = {2};
    unsigned char sealed[5 + OA_SEAL_EXTRA], again[5 + OA_SEAL_EXTRA], plain[5 + OA_SEAL_EXTRA];
    (void)state;
    oa_seal(key, "key_1", "hello", 5, sealed);
    oa_seal(key, "key_1", "hello", 5, again);
    assert_memory_not_equal(sealed, again, sizeof(sealed));
    assert_true(oa_unseal(key, "key_1", sealed, sizeof(sealed), plain));
    assert_memory_equal(plain, "hello", 5);
    assert_false(oa_unseal(other, "key_1", sealed, sizeof(sealed), plain));
    assert_false(oa_unseal(key, "key_2", sealed, sizeof(sealed), plain));
    for (size_t i = 0; i < sizeof(sealed); i++) {
        assert_false(oa_unseal(key, "key_1", sealed, i, plain));
        sealed[i] ^= 1;
        assert_false(oa_unseal(key, "key_1", sealed, sizeof(sealed), plain));
        sealed[i] ^= 1;
    }
}

static void test_a_password_matches_its_hash_alone(void **state)
{
    char phc[OA_PHC_SIZE];
    static const char password[] = "correct horse battery staple";
    assert_ok(oa_password_hash(password, sizeof(password) - 1, phc, *state));
    assert_memory_equal(phc, "$argon2id$v=19$m=19456,t=2,p=1$", 31);
    assert_true(oa_password_matches(phc, password, sizeof(password) - 1));
    assert_false(oa_password_matches(phc, password, sizeof(password) - 2));
    assert_false(oa_password_matches(phc, "Correct horse battery staple", sizeof(password) - 1));
    assert_false(oa_password_matches(phc, "", 0));
}

static void test_the_limit_of_a_password(void **state)
{
    static char password[OA_PASSWORD_MAX + 1];
    char phc[OA_PHC_SIZE];
    memset(password, 'x', sizeof(password));
    assert_ok(oa_password_hash(password, OA_PASSWORD_MAX, phc, *state));
    assert_true(oa_password_matches(phc, password, OA_PASSWORD_MAX));
    assert_false(oa_password_matches(phc, password, OA_PASSWORD_MAX + 1));
    assert_code(oa_password_hash(password, OA_PASSWORD_MAX + 1, phc, *state), OA_INVALID);
}

static void test_malformed_phc_strings_match_nothing(void **state)
{
    (void)state;
    char endless[OA_PHC_SIZE + 10];
    memset(endless, 'A', sizeof(endless));
    memcpy(endless, "$argon2id$", 10);
    endless[sizeof(endless) - 1] = '\0';
    const char *const cases[] = {
        NULL, "", "$", "$argon2id$", "$argon2id$v=19$m=19456,t=2,p=1$", "$argon2id$v=19$m=19456,t=2,p=1$AAAA$AAAA",
        "$argon2i$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$c29tZXRhZ3NvbWV0YWc", "$2y$05$abcdefghijklmnopqrstuu",
        "password", "{PLAIN}password", endless,
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_false(oa_password_matches(cases[i], "password", 8));
        assert_false(oa_password_matches(cases[i], "", 0));
    }
}

/* It must cost what a real one costs: the same parameters, salt and tag. */
static void test_the_dummy_is_well_formed_and_matches_nothing(void **state)
{
    char phc[OA_PHC_SIZE];
    const char *dummy = oa_password_dummy();
    assert_ok(oa_password_hash("x", 1, phc, *state));
    assert_int_equal(strlen(dummy), strlen(phc));
    assert_memory_equal(dummy, phc, 31);
    assert_int_equal(strrchr(dummy, '$') - dummy, strrchr(phc, '$') - phc);
    assert_ptr_equal(oa_password_dummy(), dummy);
    assert_false(oa_password_matches(dummy, "", 0));
    assert_false(oa_password_matches(dummy, "x", 1));
}

OA_TESTS(OA_POOL_TEST(test_digest_is_blake2b_256), OA_POOL_TEST(test_pieces_are_framed),
         OA_POOL_TEST(test_subkeys_differ_and_stay), OA_POOL_TEST(test_equality),
         OA_POOL_TEST(test_a_secret_is_wiped_with_its_pool), OA_POOL_TEST(test_a_secret_without_bytes_is_zeros),
         OA_POOL_TEST(test_random_bytes_differ), OA_POOL_TEST(test_base64url_has_one_spelling_for_each_run_of_bytes),
         OA_POOL_TEST(test_a_seal_opens_for_its_key_and_thing_alone), OA_POOL_TEST(test_a_password_matches_its_hash_alone),
         OA_POOL_TEST(test_the_limit_of_a_password), OA_POOL_TEST(test_malformed_phc_strings_match_nothing),
         OA_POOL_TEST(test_the_dummy_is_well_formed_and_matches_nothing))
