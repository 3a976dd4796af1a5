/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/auth/cast.h"

#include "core/base/jwt.h"
#include "core/model/claims.h"

#include <apr_strings.h>

static oa_claims claims_of(cast *all, oa_id key)
{
    oa_claims claims = {.user = JANE, .org = ACME, .key = key, .issued_at = CAST_NOW};
    oa_db *db;
    assert_ok(oa_store_take(all->store, OA_DB_LOOKUP, &db, all->pool));
    assert_ok(oa_store_id(db, &claims.store_id, all->pool));
    oa_store_give(all->store, db);
    return claims;
}

static const char *sign(cast *all, const oa_json *claims)
{
    return (const char *)oa_jwt_sign(oa_store_subkey(all->store, OA_SUBKEY_JWT), claims, all->pool)->bytes;
}

/* Makes `token` the one that is stored for `key`. */
static void store_token(cast *all, oa_id key, const char *token)
{
    unsigned char digest[OA_DIGEST_SIZE];
    oa_db *db;
    oa_digest(oa_store_subkey(all->store, OA_SUBKEY_API_KEY), token, strlen(token), digest);
    assert_ok(oa_store_take(all->store, OA_DB_ADMIN, &db, all->pool));
    assert_ok(oa_db_begin(db, true));
    assert_ok(oa_db_run(db, NULL, "UPDATE api_key SET verifier = $2 WHERE id = $1", "ib", key, digest, sizeof(digest)));
    assert_ok(oa_db_commit(db));
    oa_store_give(all->store, db);
}

static const oa_decision *ask(cast *all, const char *token, const char *org)
{
    return cast_ask(all, apr_pstrcat(all->pool, "Bearer ", token, NULL), org);
}

/* Jane's token, issued and stored. */
static const char *issue(cast *all)
{
    oa_claims claims = claims_of(all, JWT_KEY);
    const char *token = sign(all, oa_claims_write(&claims, all->pool));
    store_token(all, JWT_KEY, token);
    return token;
}

static void a_right_token_is_its_user(void **state)
{
    cast *all = *state;
    const char *token = issue(all);
    oa_question question = cast_question(NULL, "acme");
    const oa_decision *decision = ask(all, token, NULL);
    assert_outcome(decision, OA_ALLOWED);
    assert_int_equal(decision->user_id, JANE);
    assert_int_equal(decision->key_id, JWT_KEY);
    assert_string_equal(decision->role, "Editor");
    assert_string_equal(decision->claimed, oa_id_format(OA_KIND_KEY, JWT_KEY, all->pool));
    assert_outcome(ask(all, token, "other"), OA_FOREIGN_ORG);
    question.presented.key_header = token;
    assert_outcome(oa_decide(all->authority, &question, all->pool), OA_ALLOWED);
    question.presented.accepted = OA_BY_BASIC;
    assert_outcome(oa_decide(all->authority, &question, all->pool), OA_NO_CREDENTIAL);
}

/* Whatever is wrong: unknown, about nobody, counted against nobody. */
static void assert_refused(cast *all, const char *token)
{
    const oa_decision *decision = ask(all, token, NULL);
    assert_true(decision->outcome == OA_UNKNOWN || decision->outcome == OA_MALFORMED);
    assert_int_equal(decision->user_id, 0);
    assert_null(decision->claimed);
    assert_int_equal(cast_int(all, "SELECT SUM(key_failures + password_failures) FROM account"), 0);
}

static void a_token_that_is_not_the_stored_one_is_refused(void **state)
{
    cast *all = *state;
    issue(all);
    oa_claims claims = claims_of(all, JWT_KEY);
    claims.issued_at += OA_SECOND; /* the right claims, the right signature, another token */
    assert_refused(all, sign(all, oa_claims_write(&claims, all->pool)));
    claims = claims_of(all, 1000 + JANE); /* an opaque key's id */
    assert_refused(all, sign(all, oa_claims_write(&claims, all->pool)));
    claims = claims_of(all, NO_KEY);
    assert_refused(all, sign(all, oa_claims_write(&claims, all->pool)));
}

/* Even where the store holds the digest of the token itself. */
static void a_token_whose_claims_are_not_the_record_s_is_refused(void **state)
{
    static const struct {
        const char *name, *value;
    } cases[] = {
        {"iss", "urn:orgauth:0123"}, {"iss", "https://acme.example"}, {"iss", NULL},
        {"org", "org_0000000000001"}, {"org", "acme"}, {"org", NULL},
        {"sub", "usr_0000000000002"}, {"sub", "jane@acme.example"}, {"sub", NULL},
        {"jti", "key_0000000000001"}, {"jti", NULL}, {"jti", "oak_0000000000001"},
        {"iat", NULL}, {"iat", "now"},
    };
    cast *all = *state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        oa_claims right = claims_of(all, JWT_KEY);
        oa_json *claims = oa_claims_write(&right, all->pool);
        oa_json_set_text(claims, cases[i].name, cases[i].value);
        const char *token = sign(all, claims);
        store_token(all, JWT_KEY, token);
        assert_refused(all, token);
    }
}

static void expiry_holds_in_token_and_store(void **state)
{
    static const struct {
        const char *exp;
        oa_outcome outcome;
    } cases[] = {{"1795442401", OA_ALLOWED}, {"1795442400", OA_EXPIRED}, {"0", OA_EXPIRED},          {"-1", OA_EXPIRED},
                 {"null", OA_EXPIRED},       {"1e300", OA_EXPIRED},      {"\"2999-01-01\"", OA_EXPIRED}, {"[]", OA_EXPIRED}};
    cast *all = *state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        oa_claims right = claims_of(all, JWT_KEY);
        oa_json *exp, *claims = oa_claims_write(&right, all->pool);
        assert_ok(oa_json_parse(cases[i].exp, strlen(cases[i].exp), &exp, all->pool));
        oa_json_set(claims, "exp", exp);
        const char *token = sign(all, claims);
        store_token(all, JWT_KEY, token);
        assert_outcome(ask(all, token, NULL), cases[i].outcome);
    }
    const char *token = issue(all);
    cast_run(all, "UPDATE api_key SET expires_at = 1795442400000 WHERE id = 2004");
    assert_outcome(ask(all, token, NULL), OA_EXPIRED);
    cast_run(all, "UPDATE api_key SET expires_at = 0, revoked_at = 1 WHERE id = 2004");
    assert_outcome(ask(all, token, NULL), OA_REVOKED);
}

/* What was right is known by its text, and ends when the token says so. */
static void a_known_token_ends_at_the_earlier_of_two_ends(void **state)
{
    cast *all = *state;
    oa_claims claims = claims_of(all, JWT_KEY);
    claims.expires_at = CAST_NOW + OA_HOUR;
    const char *token = sign(all, oa_claims_write(&claims, all->pool));
    oa_question question = cast_question(apr_pstrcat(all->pool, "Bearer ", token, NULL), NULL);
    store_token(all, JWT_KEY, token);
    for (int i = 0; i < 2; i++) {
        question.now = CAST_NOW + OA_HOUR - 1;
        assert_outcome(oa_decide(all->authority, &question, all->pool), OA_ALLOWED);
        question.now = CAST_NOW + OA_HOUR;
        assert_outcome(oa_decide(all->authority, &question, all->pool), OA_EXPIRED);
        cast_run(all, "UPDATE api_key SET expires_at = 1795442400000 + 7200000 WHERE id = 2004");
    }
    cast_run(all, "UPDATE api_key SET expires_at = 1795442400000 + 60000 WHERE id = 2004");
    question.now = CAST_NOW + OA_MINUTE;
    assert_outcome(oa_decide(all->authority, &question, all->pool), OA_EXPIRED);
}

/* The way after the secret is the same. */
static void a_token_is_judged_like_any_key(void **state)
{
    static const struct {
        const char *sql;
        oa_outcome outcome;
    } cases[] = {
        {"UPDATE account SET status = 2 WHERE id = 1", OA_USER_DENIED},
        {"UPDATE account SET status = 3 WHERE id = 1", OA_USER_BANNED},
        {"UPDATE account SET status = 4 WHERE id = 1", OA_USER_INACTIVE},
        {"UPDATE account SET status = 1 WHERE id = 1", OA_ALLOWED},
        {"UPDATE membership SET status = 2 WHERE account_id = 1", OA_MEMBER_DEACTIVATED},
        {"UPDATE membership SET status = 1 WHERE account_id = 1", OA_ALLOWED},
        {"UPDATE api_key SET networks = '10.0.0.0/8' WHERE id = 2004", OA_FOREIGN_ORG},
        {"UPDATE api_key SET networks = '192.0.2.0/24' WHERE id = 2004", OA_ALLOWED},
        {"UPDATE organization SET status = 2 WHERE id = 100", OA_ORG_SUSPENDED},
    };
    cast *all = *state;
    const char *token = issue(all);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        cast_run(all, cases[i].sql);
        assert_outcome(ask(all, token, NULL), cases[i].outcome);
    }
    assert_int_equal(cast_int(all, "SELECT SUM(key_failures) FROM account"), 0);
}

static void tokens_that_are_none_of_ours_throttle_the_address(void **state)
{
    cast *all = *state;
    const char *token = issue(all);
    oa_outcome outcome = OA_UNKNOWN;
    for (int i = 0; i < 60 && outcome == OA_UNKNOWN; i++) {
        outcome = ask(all, "eyJhbGciOiJub25lIn0.e30.", NULL)->outcome;
    }
    assert_outcome(ask(all, "eyJhbGciOiJub25lIn0.e30.", NULL), OA_THROTTLED);
    assert_outcome(ask(all, token, NULL), OA_ALLOWED);
}

OA_TESTS(CAST_TEST(a_right_token_is_its_user), CAST_TEST(a_token_that_is_not_the_stored_one_is_refused),
         CAST_TEST(a_token_whose_claims_are_not_the_record_s_is_refused), CAST_TEST(expiry_holds_in_token_and_store),
         CAST_TEST(a_known_token_ends_at_the_earlier_of_two_ends), CAST_TEST(a_token_is_judged_like_any_key), CAST_TEST(tokens_that_are_none_of_ours_throttle_the_address))
