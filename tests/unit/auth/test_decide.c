/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/auth/cast.h"

#include "core/auth/pace.h"

#include <apr_strings.h>

static const oa_decision *ask_insecurely(cast *all, const char *authorization)
{
    oa_question question = cast_question(authorization, NULL);
    question.secure = false;
    return oa_decide(all->authority, &question, all->pool);
}

static void test_over_plain_http_no_credential_is_looked_at(void **state)
{
    cast *all = *state;
    assert_outcome(ask_insecurely(all, cast_bearer(all, 1000 + JANE)), OA_INSECURE_TRANSPORT);
    assert_outcome(ask_insecurely(all, cast_wrong_bearer(all, 1000 + JANE)), OA_INSECURE_TRANSPORT);
    assert_outcome(ask_insecurely(all, "Bearer nonsense"), OA_INSECURE_TRANSPORT);
    assert_outcome(ask_insecurely(all, cast_basic(all, cast_email(JANE), "wrong")), OA_INSECURE_TRANSPORT);
    assert_outcome(ask_insecurely(all, "Bearer a, Bearer b"), OA_TWO_CREDENTIALS);
    assert_outcome(ask_insecurely(all, NULL), OA_NO_CREDENTIAL);
    assert_int_equal(cast_int(all, "SELECT SUM(key_failures + password_failures) FROM account"), 0);
    assert_int_equal(oa_hash_count(all->host), 0);
}

static void test_each_way_is_told(void **state)
{
    cast *all = *state;
    const char *bearer = cast_bearer(all, 1000 + JANE);
    oa_question question = cast_question(NULL, NULL);
    assert_int_equal(cast_ask(all, bearer, NULL)->by, OA_BY_BEARER);
    assert_int_equal(cast_ask(all, cast_basic(all, "whoever", bearer + 7), NULL)->by, OA_BY_BASIC);
    assert_outcome(cast_ask(all, cast_basic(all, "whoever", bearer + 7), NULL), OA_ALLOWED);
    question.presented.key_header = bearer + 7;
    assert_outcome(oa_decide(all->authority, &question, all->pool), OA_ALLOWED);
    assert_int_equal(oa_decide(all->authority, &question, all->pool)->by, OA_BY_HEADER);
    question.presented.accepted = OA_BY_BEARER | OA_BY_BASIC;
    assert_outcome(oa_decide(all->authority, &question, all->pool), OA_NO_CREDENTIAL);
    assert_int_equal(oa_decide(all->authority, &question, all->pool)->by, 0);
}

static void test_malformed_ones_and_jwt_are_refused(void **state)
{
    cast *all = *state;
    assert_outcome(cast_ask(all, "Bearer nonsense", NULL), OA_MALFORMED);
    assert_outcome(cast_ask(all, "Basic !", NULL), OA_MALFORMED);
    assert_outcome(cast_ask(all, "Bearer eyJhbGciOiJub25lIn0.e30.", NULL), OA_UNKNOWN);
    assert_outcome(cast_ask(all, "Negotiate x", NULL), OA_NO_CREDENTIAL);
}

static void test_a_password_alone_goes_the_same_way(void **state)
{
    cast *all = *state;
    oa_question question = cast_question(NULL, "acme");
    oa_secret *right = oa_secret_make(CAST_PASSWORD, strlen(CAST_PASSWORD), all->pool);
    oa_secret *wrong = oa_secret_make("wrong", 5, all->pool), *huge = oa_secret_make(NULL, OA_PASSWORD_MAX + 1, all->pool);
    assert_outcome(oa_decide_password(all->authority, cast_email(JANE), right, &question, all->pool), OA_ALLOWED);
    assert_outcome(oa_decide_password(all->authority, cast_email(JANE), wrong, &question, all->pool), OA_WRONG_SECRET);
    assert_outcome(oa_decide_password(all->authority, NULL, right, &question, all->pool), OA_UNKNOWN);
    uint64_t hashes = oa_hash_count(all->host);
    assert_outcome(oa_decide_password(all->authority, cast_email(JANE), huge, &question, all->pool), OA_MALFORMED);
    assert_int_equal(oa_hash_count(all->host), hashes);
    question.secure = false;
    assert_outcome(oa_decide_password(all->authority, cast_email(JANE), right, &question, all->pool), OA_INSECURE_TRANSPORT);
}

/* A key is no password of its user: as a password alone it is hashed like any other. */
static void test_a_key_is_not_a_login(void **state)
{
    cast *all = *state;
    oa_question question = cast_question(NULL, NULL);
    const char *key = cast_bearer(all, 1000 + JANE) + 7;
    oa_secret *secret = oa_secret_make(key, strlen(key), all->pool);
    assert_outcome(oa_decide_password(all->authority, cast_email(JANE), secret, &question, all->pool), OA_WRONG_SECRET);
}

static void test_without_a_host_nobody_is_throttled(void **state)
{
    cast *all = *state;
    oa_authority *authority;
    oa_question question = cast_question(cast_bearer(all, NO_KEY), NULL);
    assert_ok(oa_authority_make(all->store, NULL, &authority, all->pool));
    assert_ptr_equal(oa_authority_store(authority), all->store);
    for (int i = 0; i < 70; i++) {
        assert_outcome(oa_decide(authority, &question, all->pool), OA_UNKNOWN);
    }
    question.presented.authorization = cast_basic(all, cast_email(JANE), CAST_PASSWORD);
    assert_outcome(oa_decide(authority, &question, all->pool), OA_ALLOWED);
}

static void test_refusals_that_look_alike_take_whole_steps(void **state)
{
    cast *all = *state;
    const struct {
        const char *authorization;
        int step;
    } cases[] = {
        {"Bearer nonsense", OA_PACE_KEY},
        {cast_bearer(all, NO_KEY), OA_PACE_KEY},
        {cast_wrong_bearer(all, 1000 + JANE), OA_PACE_KEY},
        {"Bearer a.b.c", OA_PACE_KEY},
        {cast_basic(all, "who@acme.example", "x"), OA_PACE_PASSWORD},
        {cast_basic(all, cast_email(JANE), "x"), OA_PACE_PASSWORD},
        {cast_basic(all, cast_email(DENIED), "x"), OA_PACE_PASSWORD},
        {cast_basic(all, cast_email(DENIED), CAST_PASSWORD), OA_PACE_PASSWORD},
        {cast_basic(all, cast_email(GONE), CAST_PASSWORD), OA_PACE_PASSWORD},
        {cast_basic(all, cast_email(ROBOT), "x"), OA_PACE_PASSWORD},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        int64_t began = oa_pace_now();
        assert_int_equal(oa_outcome_of(cast_ask(all, cases[i].authorization, NULL)->outcome)->http_status, 401);
        assert_true(oa_pace_now() - began >= cases[i].step);
    }
}

static void move_store(cast *all, const char *from, const char *to)
{
    static const char *const suffixes[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
        rename(apr_pstrcat(all->pool, all->directory, from, suffixes[i], NULL),
               apr_pstrcat(all->pool, all->directory, to, suffixes[i], NULL));
    }
    apr_sleep(2000); /* the file is looked at every millisecond at most */
}

static void test_a_store_that_is_gone_allows_and_refuses_nobody(void **state)
{
    cast *all = *state;
    const char *const credentials[] = {cast_bearer(all, 1000 + JANE), cast_wrong_bearer(all, 1000 + JANE),
                                       cast_bearer(all, NO_KEY), "Bearer nonsense", "Bearer a.b.c",
                                       cast_basic(all, cast_email(JANE), CAST_PASSWORD),
                                       cast_basic(all, cast_email(JANE), "wrong")};
    assert_outcome(cast_ask(all, credentials[0], "acme"), OA_ALLOWED);
    assert_outcome(cast_ask(all, credentials[5], "acme"), OA_ALLOWED);
    move_store(all, "/store.db", "/elsewhere.db");
    for (size_t i = 0; i < sizeof(credentials) / sizeof(credentials[0]); i++) {
        const oa_decision *decision = cast_ask(all, credentials[i], "acme");
        assert_outcome(decision, OA_STORE_UNAVAILABLE);
        assert_in_range(decision->retry_after, 1, 5);
        assert_non_null(decision->trouble);
        assert_int_equal(decision->user_id, 0);
    }
    assert_outcome(cast_ask(all, NULL, "acme"), OA_NO_CREDENTIAL);
    move_store(all, "/elsewhere.db", "/store.db");
    assert_outcome(cast_ask(all, credentials[0], "acme"), OA_ALLOWED);
    assert_outcome(cast_ask(all, credentials[5], "acme"), OA_ALLOWED);
}

OA_TESTS(CAST_TEST(test_over_plain_http_no_credential_is_looked_at), CAST_TEST(test_each_way_is_told),
         CAST_TEST(test_malformed_ones_and_jwt_are_refused), CAST_TEST(test_a_password_alone_goes_the_same_way),
         CAST_TEST(test_a_key_is_not_a_login), CAST_TEST(test_without_a_host_nobody_is_throttled),
         CAST_TEST(test_refusals_that_look_alike_take_whole_steps),
         CAST_TEST(test_a_store_that_is_gone_allows_and_refuses_nobody))
