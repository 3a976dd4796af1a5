/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "core/auth/verified.h"

#include <apr_strings.h>

static oa_verified *make(apr_pool_t *pool)
{
    oa_verified *verified;
    assert_ok(oa_verified_make(&verified, pool));
    return verified;
}

static void digest_of(const oa_verified *verified, const char *email, const char *password, const char *phc,
                      unsigned char *digest, apr_pool_t *pool)
{
    oa_verified_digest(verified, email, oa_secret_make(password, strlen(password), pool), phc, digest);
}

static void test_what_was_put_is_there(void **state)
{
    unsigned char digest[OA_DIGEST_SIZE];
    oa_verified *verified = make(*state);
    digest_of(verified, "a@b.example", "secret", "phc", digest, *state);
    assert_false(oa_verified_has(verified, digest));
    oa_verified_put(verified, digest);
    assert_true(oa_verified_has(verified, digest));
}

static void test_nothing_else_is_there(void **state)
{
    static const char *const others[][3] = {
        {"a@b.exampl", "esecret", "phc"}, {"a@b.example", "secre", "tphc"}, {"a@b.example", "secret", "phd"},
        {"a@b.example", "Secret", "phc"}, {"b@b.example", "secret", "phc"}, {"a@b.example", "", "phc"},
    };
    unsigned char digest[OA_DIGEST_SIZE] = {0};
    oa_verified *verified = make(*state);
    assert_false(oa_verified_has(verified, digest)); /* a free entry is not an entry of zeros */
    digest_of(verified, "a@b.example", "secret", "phc", digest, *state);
    oa_verified_put(verified, digest);
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        digest_of(verified, others[i][0], others[i][1], others[i][2], digest, *state);
        assert_false(oa_verified_has(verified, digest));
    }
}

static void test_each_process_has_a_key_of_its_own(void **state)
{
    unsigned char one[OA_DIGEST_SIZE], other[OA_DIGEST_SIZE];
    digest_of(make(*state), "a@b.example", "secret", "phc", one, *state);
    digest_of(make(*state), "a@b.example", "secret", "phc", other, *state);
    assert_memory_not_equal(one, other, OA_DIGEST_SIZE);
}

static void test_the_least_lately_used_makes_room(void **state)
{
    unsigned char digest[OA_DIGEST_SIZE] = {7}, used[OA_DIGEST_SIZE] = {7};
    oa_verified *verified = make(*state);
    oa_verified_put(verified, used);
    for (int i = 1; i <= 10; i++) { /* all of one set */
        digest[31] = (unsigned char)i;
        oa_verified_put(verified, digest);
        assert_true(oa_verified_has(verified, used));
    }
    digest[31] = 7;
    assert_false(oa_verified_has(verified, digest));
    digest[31] = 8;
    assert_true(oa_verified_has(verified, digest));
}

OA_TESTS(OA_POOL_TEST(test_what_was_put_is_there), OA_POOL_TEST(test_nothing_else_is_there),
         OA_POOL_TEST(test_each_process_has_a_key_of_its_own), OA_POOL_TEST(test_the_least_lately_used_makes_room))
