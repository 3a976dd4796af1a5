/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "core/auth/credential.h"
#include "core/model/key.h"

#include <apr_base64.h>
#include <apr_strings.h>

enum { ALL = OA_BY_BEARER | OA_BY_HEADER | OA_BY_BASIC };

/* In the tables @ stands for a right key, and "Basic <user:password>" for its encoding. */
static const char *key_text(apr_pool_t *pool)
{
    oa_key key = {.id = 7654321};
    char text[OA_KEY_LENGTH + 1];
    memset(key.secret, 0x5a, sizeof(key.secret));
    oa_key_format(&key, text);
    return apr_pstrdup(pool, text);
}

static const char *spell(const char *pattern, apr_pool_t *pool)
{
    const char *at = pattern == NULL ? NULL : strchr(pattern, '@'), *open, *close;
    if (at != NULL) {
        pattern = apr_pstrcat(pool, apr_pstrndup(pool, pattern, (apr_size_t)(at - pattern)), key_text(pool), at + 1, NULL);
    }
    open = pattern == NULL ? NULL : strchr(pattern, '<');
    if (open == NULL) {
        return pattern;
    }
    close = strchr(open, '>');
    const char *pair = apr_pstrndup(pool, open + 1, (apr_size_t)(close - open - 1));
    char *encoded = apr_palloc(pool, (apr_size_t)apr_base64_encode_len((int)strlen(pair)));
    apr_base64_encode(encoded, pair, (int)strlen(pair));
    return apr_pstrcat(pool, apr_pstrndup(pool, pattern, (apr_size_t)(open - pattern)), encoded, close + 1, NULL);
}

typedef struct sample {
    const char *authorization, *header;
    unsigned accepted;
    oa_outcome outcome;
    oa_credential_kind kind;
    unsigned by;
} sample;

static const sample samples[] = {
    /* nothing */
    {NULL, NULL, ALL, OA_NO_CREDENTIAL, OA_CREDENTIAL_NONE, 0},
    {"", NULL, ALL, OA_NO_CREDENTIAL, OA_CREDENTIAL_NONE, 0},
    {" \t ", "  ", ALL, OA_NO_CREDENTIAL, OA_CREDENTIAL_NONE, 0},
    {"Negotiate abc", NULL, ALL, OA_NO_CREDENTIAL, OA_CREDENTIAL_NONE, 0},
    {"Digest username=\"a\", realm=\"b\"", NULL, ALL, OA_NO_CREDENTIAL, OA_CREDENTIAL_NONE, 0},
    {"@", NULL, ALL, OA_NO_CREDENTIAL, OA_CREDENTIAL_NONE, 0},
    {"Bearer@", NULL, ALL, OA_NO_CREDENTIAL, OA_CREDENTIAL_NONE, 0},
    {"Bear @", NULL, ALL, OA_NO_CREDENTIAL, OA_CREDENTIAL_NONE, 0},
    {"Bearerr @", NULL, ALL, OA_NO_CREDENTIAL, OA_CREDENTIAL_NONE, 0},
    /* keys */
    {"Bearer @", NULL, ALL, OA_ALLOWED, OA_CREDENTIAL_KEY, OA_BY_BEARER},
    {"bEARER   @ \t", NULL, ALL, OA_ALLOWED, OA_CREDENTIAL_KEY, OA_BY_BEARER},
    {"  Bearer\t@", "", ALL, OA_ALLOWED, OA_CREDENTIAL_KEY, OA_BY_BEARER},
    {NULL, "@", ALL, OA_ALLOWED, OA_CREDENTIAL_KEY, OA_BY_HEADER},
    {"", " @ ", ALL, OA_ALLOWED, OA_CREDENTIAL_KEY, OA_BY_HEADER},
    {"Basic <jane:@>", NULL, ALL, OA_ALLOWED, OA_CREDENTIAL_KEY, OA_BY_BASIC},
    {"basic <:@>", NULL, ALL, OA_ALLOWED, OA_CREDENTIAL_KEY, OA_BY_BASIC},
    /* bad keys */
    {"Bearer @x", NULL, ALL, OA_ALLOWED, OA_CREDENTIAL_KEY, OA_BY_BEARER}, /* its form is judged with it */
    {"Bearer @ x", NULL, ALL, OA_ALLOWED, OA_CREDENTIAL_KEY, OA_BY_BEARER},
    {"Bearer Bearer @", NULL, ALL, OA_MALFORMED, OA_CREDENTIAL_NONE, OA_BY_BEARER},
    {"Bearer oak_", NULL, ALL, OA_ALLOWED, OA_CREDENTIAL_KEY, OA_BY_BEARER},
    {"Bearer oak_a.b.c", NULL, ALL, OA_ALLOWED, OA_CREDENTIAL_KEY, OA_BY_BEARER},
    {"Bearer", NULL, ALL, OA_MALFORMED, OA_CREDENTIAL_NONE, OA_BY_BEARER},
    {"Bearer  ", NULL, ALL, OA_MALFORMED, OA_CREDENTIAL_NONE, OA_BY_BEARER},
    {"Bearer something", NULL, ALL, OA_MALFORMED, OA_CREDENTIAL_NONE, OA_BY_BEARER},
    {"Basic <jane:oak_x>", NULL, ALL, OA_ALLOWED, OA_CREDENTIAL_KEY, OA_BY_BASIC},
    {NULL, "secret", ALL, OA_MALFORMED, OA_CREDENTIAL_NONE, OA_BY_HEADER},
    {NULL, "Bearer @", ALL, OA_MALFORMED, OA_CREDENTIAL_NONE, OA_BY_HEADER},
    {NULL, "a.b.c.d", ALL, OA_MALFORMED, OA_CREDENTIAL_NONE, OA_BY_HEADER},
    /* JWT */
    {"Bearer a.b.c", NULL, ALL, OA_ALLOWED, OA_CREDENTIAL_JWT, OA_BY_BEARER},
    {"Bearer ..", NULL, ALL, OA_ALLOWED, OA_CREDENTIAL_JWT, OA_BY_BEARER},
    {NULL, "a.b.c", ALL, OA_ALLOWED, OA_CREDENTIAL_JWT, OA_BY_HEADER},
    {"Bearer a.b", NULL, ALL, OA_MALFORMED, OA_CREDENTIAL_NONE, OA_BY_BEARER},
    {"Bearer a.b.c.d", NULL, ALL, OA_MALFORMED, OA_CREDENTIAL_NONE, OA_BY_BEARER},
    {"Bearer a.b.c=", NULL, ALL, OA_MALFORMED, OA_CREDENTIAL_NONE, OA_BY_BEARER},
    {"Bearer a.b\x80.c", NULL, ALL, OA_MALFORMED, OA_CREDENTIAL_NONE, OA_BY_BEARER},
    /* passwords */
    {"Basic <jane:secret>", NULL, ALL, OA_ALLOWED, OA_CREDENTIAL_PASSWORD, OA_BY_BASIC},
    {"BASIC <jane:>", NULL, ALL, OA_ALLOWED, OA_CREDENTIAL_PASSWORD, OA_BY_BASIC},
    {"Basic <jane>", NULL, ALL, OA_MALFORMED, OA_CREDENTIAL_NONE, OA_BY_BASIC},
    {"Basic", NULL, ALL, OA_MALFORMED, OA_CREDENTIAL_NONE, OA_BY_BASIC},
    {"Basic !!!!", NULL, ALL, OA_MALFORMED, OA_CREDENTIAL_NONE, OA_BY_BASIC},
    {"Basic amFuZTpz ZWNyZXQ=", NULL, ALL, OA_MALFORMED, OA_CREDENTIAL_NONE, OA_BY_BASIC},
    /* two */
    {"Bearer @", "@", ALL, OA_TWO_CREDENTIALS, OA_CREDENTIAL_NONE, 0},
    {"Digest a=b", "@", ALL, OA_TWO_CREDENTIALS, OA_CREDENTIAL_NONE, 0},
    {"x", "y", 0, OA_TWO_CREDENTIALS, OA_CREDENTIAL_NONE, 0},
    {"Bearer @, Bearer @", NULL, ALL, OA_TWO_CREDENTIALS, OA_CREDENTIAL_NONE, 0},
    {"Bearer @, ", NULL, ALL, OA_TWO_CREDENTIALS, OA_CREDENTIAL_NONE, 0},
    {"Basic <a:b>, Bearer @", NULL, ALL, OA_TWO_CREDENTIALS, OA_CREDENTIAL_NONE, 0},
    {", Bearer @", NULL, ALL, OA_TWO_CREDENTIALS, OA_CREDENTIAL_NONE, 0},
    {"Bearer, Bearer @", NULL, ALL, OA_TWO_CREDENTIALS, OA_CREDENTIAL_NONE, 0},
    {"Bearer @, Basic <a:b>", NULL, OA_BY_HEADER, OA_TWO_CREDENTIALS, OA_CREDENTIAL_NONE, 0},
    {NULL, "@, @", ALL, OA_TWO_CREDENTIALS, OA_CREDENTIAL_NONE, 0},
    {NULL, "@,", 0, OA_TWO_CREDENTIALS, OA_CREDENTIAL_NONE, 0},
    /* ways that do not count here */
    {"Bearer @", NULL, OA_BY_HEADER | OA_BY_BASIC, OA_NO_CREDENTIAL, OA_CREDENTIAL_NONE, 0},
    {"Bearer x", NULL, OA_BY_HEADER | OA_BY_BASIC, OA_NO_CREDENTIAL, OA_CREDENTIAL_NONE, 0},
    {"Basic <a:@>", NULL, OA_BY_HEADER | OA_BY_BEARER, OA_NO_CREDENTIAL, OA_CREDENTIAL_NONE, 0},
    {NULL, "@", OA_BY_BASIC | OA_BY_BEARER, OA_NO_CREDENTIAL, OA_CREDENTIAL_NONE, 0},
    {"Bearer @", NULL, OA_BY_SESSION, OA_NO_CREDENTIAL, OA_CREDENTIAL_NONE, 0},
    /* of Basic passwords keys alone */
    {"Basic <jane:@>", NULL, OA_BY_BASIC_KEY, OA_ALLOWED, OA_CREDENTIAL_KEY, OA_BY_BASIC},
    {"Basic <jane:oak_x>", NULL, OA_BY_BASIC_KEY, OA_ALLOWED, OA_CREDENTIAL_KEY, OA_BY_BASIC},
    {"Basic <jane:secret>", NULL, OA_BY_BASIC_KEY, OA_NO_CREDENTIAL, OA_CREDENTIAL_NONE, 0},
    {"Basic <jane:a.b.c>", NULL, OA_BY_BASIC_KEY, OA_NO_CREDENTIAL, OA_CREDENTIAL_NONE, 0},
    {"Basic <jane>", NULL, OA_BY_BASIC_KEY, OA_NO_CREDENTIAL, OA_CREDENTIAL_NONE, 0},
    {"Basic !!!!", NULL, OA_BY_BASIC_KEY, OA_NO_CREDENTIAL, OA_CREDENTIAL_NONE, 0},
    {"Basic <jane:secret>", NULL, OA_BY_BASIC | OA_BY_BASIC_KEY, OA_ALLOWED, OA_CREDENTIAL_PASSWORD, OA_BY_BASIC},
    {"Bearer @", NULL, OA_BY_BASIC_KEY, OA_NO_CREDENTIAL, OA_CREDENTIAL_NONE, 0},
    {"Basic <jane:@>", "@", OA_BY_BASIC_KEY, OA_TWO_CREDENTIALS, OA_CREDENTIAL_NONE, 0},
};

static void test_headers_are_read_as_the_table_says(void **state)
{
    for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
        const sample *row = &samples[i];
        oa_presented presented = {spell(row->authorization, *state), spell(row->header, *state), row->accepted, NULL};
        oa_credential credential;
        oa_outcome outcome = oa_credential_read(&presented, &credential, *state);
        if (outcome != row->outcome || credential.kind != row->kind || credential.by != row->by) {
            fail_msg("row %zu: \"%s\" beside \"%s\": %s, kind %d, by %u", i, row->authorization, row->header,
                     oa_outcome_of(outcome)->name, (int)credential.kind, credential.by);
        }
    }
}

static void test_the_key_is_the_one_presented(void **state)
{
    oa_presented presented = {spell("Basic <jane:@>", *state), NULL, ALL, NULL};
    oa_credential credential;
    assert_int_equal(oa_credential_read(&presented, &credential, *state), OA_ALLOWED);
    assert_int_equal(credential.size, OA_KEY_LENGTH);
    assert_memory_equal(credential.text, key_text(*state), OA_KEY_LENGTH);
    presented = (oa_presented){spell(" Bearer  @\t", *state), NULL, ALL, NULL};
    assert_int_equal(oa_credential_read(&presented, &credential, *state), OA_ALLOWED);
    assert_int_equal(credential.size, OA_KEY_LENGTH);
    assert_memory_equal(credential.text, key_text(*state), OA_KEY_LENGTH);
}

static void test_user_and_password_are_as_typed(void **state)
{
    oa_presented presented = {spell("Basic <Jane Doe:pass: word >", *state), NULL, ALL, NULL};
    oa_credential credential;
    assert_int_equal(oa_credential_read(&presented, &credential, *state), OA_ALLOWED);
    assert_string_equal(credential.user, "Jane Doe");
    assert_string_equal((const char *)credential.password->bytes, "pass: word ");
}

static void test_oversized_headers_are_malformed(void **state)
{
    char *value = apr_palloc(*state, 100001);
    oa_presented presented = {value, NULL, ALL, NULL};
    oa_credential credential;
    memset(value, 'a', 100000);
    value[100000] = '\0';
    memcpy(value, "Bearer ", 7);
    value[100] = value[200] = '.';
    assert_int_equal(oa_credential_read(&presented, &credential, *state), OA_MALFORMED);
    value[8192] = '\0';
    assert_int_equal(oa_credential_read(&presented, &credential, *state), OA_ALLOWED);
    presented = (oa_presented){NULL, value, ALL, NULL};
    assert_int_equal(oa_credential_read(&presented, &credential, *state), OA_MALFORMED);
}

static void test_secrets_are_wiped_with_the_pool(void **state)
{
    static const char password[] = "a canary in a coal mine";
    apr_pool_t *pool;
    oa_credential credential;
    apr_pool_create(&pool, *state);
    oa_presented presented = {spell("Basic <jane:a canary in a coal mine>", *state), NULL, ALL, NULL};
    assert_int_equal(oa_credential_read(&presented, &credential, pool), OA_ALLOWED);
    oa_secret kept = *credential.password;
    assert_memory_equal(kept.bytes, password, sizeof(password));
    apr_pool_clear(pool); /* the pool keeps its memory, so that reading it is defined enough to look */
    assert_memory_not_equal(kept.bytes, password, sizeof(password));
    apr_pool_destroy(pool);
}

OA_TESTS(OA_POOL_TEST(test_headers_are_read_as_the_table_says), OA_POOL_TEST(test_the_key_is_the_one_presented),
         OA_POOL_TEST(test_user_and_password_are_as_typed), OA_POOL_TEST(test_oversized_headers_are_malformed),
         OA_POOL_TEST(test_secrets_are_wiped_with_the_pool))
