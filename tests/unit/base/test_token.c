/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "core/base/token.h"

#include <apr_strings.h>

static const unsigned char key[OA_SUBKEY_SIZE] = "of sessions", other[OA_SUBKEY_SIZE] = "of links";

static void test_two_tokens_differ_and_have_their_form(void **state)
{
    const char *one = oa_token_make(*state), *two = oa_token_make(*state);
    assert_int_equal(strlen(one), OA_TOKEN_LENGTH);
    assert_int_equal(strspn(one, "0123456789abcdefghjkmnpqrstvwxyz"), OA_TOKEN_LENGTH);
    assert_string_not_equal(one, two);
}

static void test_a_digest_is_of_one_token_and_one_purpose(void **state)
{
    unsigned char a[OA_DIGEST_SIZE], b[OA_DIGEST_SIZE];
    const char *token = oa_token_make(*state);
    assert_true(oa_token_digest(key, token, strlen(token), a));
    assert_true(oa_token_digest(key, token, strlen(token), b));
    assert_memory_equal(a, b, sizeof(a));
    assert_true(oa_token_digest(other, token, strlen(token), b));
    assert_memory_not_equal(a, b, sizeof(a));
    assert_true(oa_token_digest_at(key, "", token, strlen(token), b));
    assert_memory_equal(a, b, sizeof(a));
    assert_true(oa_token_digest_at(key, "one.example:443", token, strlen(token), b));
    assert_memory_not_equal(a, b, sizeof(a));
    assert_true(oa_token_digest_at(key, "two.example:443", token, strlen(token), a));
    assert_memory_not_equal(a, b, sizeof(a));
    assert_true(oa_token_digest(key, oa_token_make(*state), OA_TOKEN_LENGTH, b));
    assert_memory_not_equal(a, b, sizeof(a));
}

static void test_what_has_not_the_form_has_no_digest(void **state)
{
    unsigned char digest[OA_DIGEST_SIZE];
    char token[OA_TOKEN_LENGTH + 2];
    memcpy(token, oa_token_make(*state), OA_TOKEN_LENGTH + 1);
    assert_false(oa_token_digest(key, token, OA_TOKEN_LENGTH - 1, digest));
    assert_false(oa_token_digest(key, "", 0, digest));
    token[OA_TOKEN_LENGTH] = '0';
    assert_false(oa_token_digest(key, token, OA_TOKEN_LENGTH + 1, digest));
    for (const char *c = "Ailou-_ \"\xc3"; *c != '\0'; c++) {
        token[7] = *c;
        assert_false(oa_token_digest(key, token, OA_TOKEN_LENGTH, digest));
    }
}

static void what_may_be_a_secret_is_noticed_within_any_text(void **state)
{
    assert_true(oa_token_is_within(oa_token_make(*state)));
    assert_true(oa_token_is_within("/a/oak_0000000000001_abcdefghjkmnpqrstvwxyz0123456789abcdefg/b"));
    assert_false(oa_token_is_within("/v1/orgs/org_0000000000001/users/usr_0000000000001/keys/key_0000000000001"));
    assert_true(oa_token_is_within("/a/eyJhbGciOiJFZERTQSIsInR5cCI6IkpXVCIsImtpZCI6Im/b"));
    assert_false(oa_token_is_within("/a/eyJhbGciOiJ"));
    assert_false(oa_token_is_within("/acme.git/commit/2b4d85b7e0c1a9f3d6580b4c2e7a1f9d3c6b5a40"));
    assert_true(oa_token_is_within("0123456789abcdef0123456789abcdef0123456z"));
    assert_false(oa_token_is_within("/a-slug-of-more-words-than-anybody-would-think-of-in-one-go"));
    assert_false(oa_token_is_within(""));
}

static void what_may_be_a_secret_is_hidden_and_nothing_else(void **state)
{
    static const struct {
        const char *text, *hidden;
    } cases[] = {
        {"GET /a?key=oak_0000000000001_abcdefghjkmnpqrstvwxyz0123456789abcdefg&b=1 HTTP/1.1", "GET /a?key=oak_0000000000001_{secret}&b=1 HTTP/1.1"},
        {"a=eyJhbGciOiJFZERTQSIsInR5cCI6IkpXVCIsImtpZCI6Im.eyJ-_.x-Y_z&b", "a={secret}&b"},
        {"/eyJhbGciOiJ/v1/orgs/org_0000000000001/users", "/eyJhbGciOiJ/v1/orgs/org_0000000000001/users"},
        {"GET /blobs/sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 HTTP/2.0",
         "GET /blobs/sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 HTTP/2.0"},
        {"e3b0c44298fc1c149afbf4c8996fb92427ae41e4-abcdefghjkmnpqrstvwxyz0123456789abcdefg-", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4-{secret}-"},
        {"next=%3deyJhbGciOiJFZERTQSIsInR5cCI6IkpXVCIsImtpZCI6Im.eyJ-_.x", "next=%3d{secret}"},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_string_equal(oa_token_hide(apr_pstrdup(*state, cases[i].text), *state), cases[i].hidden);
    }
    assert_null(oa_token_hide(NULL, *state));
}

OA_TESTS(OA_POOL_TEST(what_may_be_a_secret_is_hidden_and_nothing_else), OA_POOL_TEST(what_may_be_a_secret_is_noticed_within_any_text), OA_POOL_TEST(test_two_tokens_differ_and_have_their_form),
         OA_POOL_TEST(test_a_digest_is_of_one_token_and_one_purpose),
         OA_POOL_TEST(test_what_has_not_the_form_has_no_digest))
