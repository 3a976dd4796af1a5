/* SPDX-License-Identifier: Apache-2.0 */
/* A session holds as long as it is in use, within its life, and as long as its account does. */
#include "tests/unit/auth/cast.h"

#include "core/base/token.h"
#include "core/store/usage.h"

#include <apr_strings.h>

static oa_id last_session = 5000;

/* Begins a session of `account` at `began`; its token. */
static const char *begin_session(cast *all, oa_id account, oa_time began)
{
    unsigned char digest[OA_DIGEST_SIZE];
    oa_db *db;
    const char *token = oa_token_make(all->pool);
    assert_true(oa_token_digest(oa_store_subkey(all->store, OA_SUBKEY_SESSION), token, OA_TOKEN_LENGTH, digest));
    assert_ok(oa_store_take(all->store, OA_DB_ADMIN, &db, all->pool));
    assert_ok(oa_db_begin(db, true));
    assert_ok(oa_db_run(db, NULL,
                        "INSERT INTO session (digest, id, account_id, created_at, last_seen_at, expires_at)"
                        " VALUES ($1, $2, $3, $4, $4, $4 + 43200000)", "biii", digest, sizeof(digest), ++last_session,
                        account, began));
    assert_ok(oa_db_commit(db));
    oa_store_give(all->store, db);
    return token;
}

static const oa_decision *ask_at(cast *all, const char *token, const char *org, oa_time now)
{
    oa_question question = cast_question(NULL, org);
    question.presented.accepted |= OA_BY_SESSION;
    question.presented.session = token;
    question.now = now;
    return oa_decide(all->authority, &question, all->pool);
}

static const oa_decision *ask(cast *all, const char *token, const char *org)
{
    return ask_at(all, token, org, CAST_NOW);
}

static const oa_decision *ask_alone(cast *all, const char *token)
{
    oa_question question = cast_question(NULL, NULL);
    question.presented.accepted |= OA_BY_SESSION;
    question.presented.session = token;
    question.account_alone = true;
    return oa_decide(all->authority, &question, all->pool);
}

static void a_session_is_as_good_as_a_login(void **state)
{
    cast *all = *state;
    const oa_decision *decision = ask(all, begin_session(all, JANE, CAST_NOW), NULL);
    assert_outcome(decision, OA_ALLOWED);
    assert_int_equal(decision->user_id, JANE);
    assert_int_equal(decision->session_id, last_session);
    assert_int_equal(decision->key_id, 0);
    assert_int_equal(decision->by, OA_BY_SESSION);
    assert_string_equal(decision->role, "Editor");
    assert_outcome(ask(all, begin_session(all, JANE, CAST_NOW), "other"), OA_FOREIGN_ORG);
    assert_outcome(ask(all, begin_session(all, BOSS, CAST_NOW), "sub"), OA_ALLOWED);
    assert_outcome(ask(all, begin_session(all, LOCAL, CAST_NOW), "sub"), OA_MEMBER_DEACTIVATED);
    assert_outcome(ask(all, begin_session(all, SHUT, CAST_NOW), NULL), OA_ORG_SUSPENDED);
    assert_outcome(ask(all, begin_session(all, OUT, CAST_NOW), "acme"), OA_ALLOWED);
    assert_outcome(ask(all, begin_session(all, JANE, CAST_NOW), "nowhere"), OA_FOREIGN_ORG);
}

static void a_place_that_does_not_take_sessions_sees_none(void **state)
{
    cast *all = *state;
    oa_question question = cast_question(NULL, NULL);
    question.presented.session = begin_session(all, JANE, CAST_NOW);
    assert_outcome(oa_decide(all->authority, &question, all->pool), OA_NO_CREDENTIAL);
    question.presented.accepted |= OA_BY_SESSION;
    question.secure = false;
    assert_outcome(oa_decide(all->authority, &question, all->pool), OA_INSECURE_TRANSPORT);
}

static void what_is_no_token_of_a_session_is_an_ended_one(void **state)
{
    cast *all = *state;
    const char *token = begin_session(all, JANE, CAST_NOW);
    assert_outcome(ask(all, "x", NULL), OA_SESSION_ENDED);
    assert_outcome(ask(all, oa_token_make(all->pool), NULL), OA_SESSION_ENDED);
    assert_outcome(ask(all, apr_pstrcat(all->pool, token, "0", NULL), NULL), OA_SESSION_ENDED);
    assert_outcome(ask(all, "", NULL), OA_NO_CREDENTIAL);
    assert_int_equal(oa_hash_count(all->host), 0);
}

static void what_was_given_on_purpose_goes_first(void **state)
{
    cast *all = *state;
    oa_question question = cast_question(cast_bearer(all, 1000 + BOSS), NULL);
    question.presented.accepted |= OA_BY_SESSION;
    question.presented.session = begin_session(all, JANE, CAST_NOW);
    const oa_decision *decision = oa_decide(all->authority, &question, all->pool);
    assert_outcome(decision, OA_ALLOWED);
    assert_int_equal(decision->user_id, BOSS);
    assert_int_equal(decision->session_id, 0);
    question.presented.authorization = cast_wrong_bearer(all, 1000 + BOSS);
    assert_outcome(oa_decide(all->authority, &question, all->pool), OA_WRONG_SECRET);
    question.presented.authorization = "Negotiate abc";
    assert_outcome(oa_decide(all->authority, &question, all->pool), OA_ALLOWED);
}

static void it_ends_when_idle_and_at_the_end_of_its_life(void **state)
{
    cast *all = *state;
    const char *token = begin_session(all, JANE, CAST_NOW);
    assert_outcome(ask_at(all, token, NULL, CAST_NOW + 29 * OA_MINUTE), OA_ALLOWED);
    assert_outcome(ask_at(all, token, NULL, CAST_NOW + 30 * OA_MINUTE), OA_SESSION_ENDED);
    assert_ok(oa_usage_flush(all->store, all->pool)); /* its use at 29 minutes is written */
    assert_outcome(ask_at(all, token, NULL, CAST_NOW + 58 * OA_MINUTE), OA_ALLOWED);
    assert_outcome(ask_at(all, token, NULL, CAST_NOW + 59 * OA_MINUTE), OA_SESSION_ENDED);
    cast_run(all, "UPDATE session SET last_seen_at = 9000000000000000");
    assert_outcome(ask_at(all, token, NULL, CAST_NOW + 12 * OA_HOUR - 1), OA_ALLOWED);
    assert_outcome(ask_at(all, token, NULL, CAST_NOW + 12 * OA_HOUR), OA_SESSION_ENDED);
}

static void one_that_a_clock_far_ahead_dated_does_not_last_until_then(void **state)
{
    cast *all = *state;
    assert_outcome(ask(all, begin_session(all, JANE, CAST_NOW + OA_CLOCK_SKEW), NULL), OA_ALLOWED);
    assert_outcome(ask(all, begin_session(all, JANE, CAST_NOW + 300 * OA_DAY), NULL), OA_SESSION_ENDED);
}

static void a_shorter_policy_holds_at_once(void **state)
{
    cast *all = *state;
    const char *token = begin_session(all, JANE, CAST_NOW - OA_HOUR);
    cast_run(all, "UPDATE session SET last_seen_at = 9000000000000000");
    assert_outcome(ask(all, token, NULL), OA_ALLOWED);
    cast_run(all, "INSERT INTO setting (name, value) VALUES ('session.lifetime', '1h')");
    assert_outcome(ask(all, token, NULL), OA_SESSION_ENDED);
}

static void a_session_in_use_is_written_once_a_minute(void **state)
{
    cast *all = *state;
    const char *token = begin_session(all, JANE, CAST_NOW);
    for (int second = 1; second < 60; second++) {
        assert_outcome(ask_at(all, token, NULL, CAST_NOW + second * OA_SECOND), OA_ALLOWED);
    }
    assert_ok(oa_usage_flush(all->store, all->pool));
    assert_int_equal(cast_int(all, "SELECT last_seen_at FROM session"), CAST_NOW + OA_SECOND);
    assert_outcome(ask_at(all, token, NULL, CAST_NOW + 61 * OA_SECOND), OA_ALLOWED);
    assert_ok(oa_usage_flush(all->store, all->pool));
    assert_int_equal(cast_int(all, "SELECT last_seen_at FROM session"), CAST_NOW + 61 * OA_SECOND);
}

/* I4: whoever locks the account, by whatever SQL, and it does not come back. */
static void it_ends_with_its_account_and_stays_ended(void **state)
{
    cast *all = *state;
    static const char *const locks[] = {"UPDATE account SET status = 2 WHERE id = 1", "UPDATE account SET status = 3 WHERE id = 1",
                                        "UPDATE account SET status = 4 WHERE id = 1",
                                        "UPDATE membership SET status = 3 WHERE account_id = 1"};
    for (size_t i = 0; i < sizeof(locks) / sizeof(locks[0]); i++) {
        const char *token = begin_session(all, JANE, CAST_NOW);
        assert_outcome(ask(all, token, NULL), OA_ALLOWED);
        cast_run(all, locks[i]);
        assert_outcome(ask(all, token, NULL), OA_SESSION_ENDED);
        cast_run(all, "UPDATE account SET status = 1 WHERE id = 1");
        cast_run(all, "UPDATE membership SET status = 1 WHERE account_id = 1");
        assert_outcome(ask(all, token, NULL), OA_SESSION_ENDED);
    }
}

static void the_tenth_wrong_password_ends_the_sessions(void **state)
{
    cast *all = *state;
    const char *token = begin_session(all, JANE, CAST_NOW);
    cast_run(all, "INSERT INTO setting (name, value) VALUES ('login.deny_after', '2')");
    assert_outcome(cast_ask(all, cast_basic(all, cast_email(JANE), "wrong"), NULL), OA_WRONG_SECRET);
    assert_outcome(ask(all, token, NULL), OA_ALLOWED);
    assert_outcome(cast_ask(all, cast_basic(all, cast_email(JANE), "wrong"), NULL), OA_WRONG_SECRET);
    assert_int_equal(cast_int(all, "SELECT count(*) FROM session"), 0);
    assert_outcome(ask(all, token, NULL), OA_SESSION_ENDED);
}

/* Even where its row was left behind. */
static void the_status_decides_at_every_request(void **state)
{
    cast *all = *state;
    assert_outcome(ask(all, begin_session(all, DENIED, CAST_NOW), NULL), OA_USER_DENIED);
    assert_outcome(ask(all, begin_session(all, BANNED, CAST_NOW), NULL), OA_USER_BANNED);
    assert_outcome(ask(all, begin_session(all, INACTIVE, CAST_NOW), NULL), OA_USER_INACTIVE);
    assert_outcome(ask(all, begin_session(all, IDLE, CAST_NOW), NULL), OA_USER_INACTIVE);
    assert_outcome(ask_alone(all, begin_session(all, BANNED, CAST_NOW)), OA_USER_BANNED);
}

static void an_account_alone_needs_no_membership(void **state)
{
    static const oa_id accounts[] = {GONE, LEFT, SHUT, NOBODY, JANE};
    cast *all = *state;
    for (size_t i = 0; i < sizeof(accounts) / sizeof(accounts[0]); i++) {
        const oa_decision *decision = ask_alone(all, begin_session(all, accounts[i], CAST_NOW));
        assert_outcome(decision, OA_ALLOWED);
        assert_string_equal(decision->role, accounts[i] == JANE ? "Editor" : "");
        assert_int_equal(decision->grants.type, accounts[i] == JANE ? OA_ROLE_USER : 0);
    }
    assert_outcome(ask(all, begin_session(all, GONE, CAST_NOW), NULL), OA_MEMBER_DEACTIVATED);
    oa_question question = cast_question(cast_bearer(all, 1000 + GONE), NULL);
    question.account_alone = true; /* a key is for its organization */
    assert_outcome(oa_decide(all->authority, &question, all->pool), OA_MEMBER_DEACTIVATED);
}

static void an_address_that_went_to_another_account_takes_no_session_with_it(void **state)
{
    cast *all = *state;
    const char *token = begin_session(all, JANE, CAST_NOW);
    assert_outcome(ask(all, token, NULL), OA_ALLOWED);
    cast_run(all, "UPDATE account SET email = 'old@acme.example' WHERE id = 1");
    cast_run(all, "UPDATE account SET email = 'jane@acme.example' WHERE id = 2");
    const oa_decision *decision = ask(all, token, NULL);
    assert_outcome(decision, OA_ALLOWED);
    assert_int_equal(decision->user_id, JANE);
    assert_string_equal(decision->email, "old@acme.example");
}

OA_TESTS(CAST_TEST(a_session_is_as_good_as_a_login), CAST_TEST(a_place_that_does_not_take_sessions_sees_none),
         CAST_TEST(what_is_no_token_of_a_session_is_an_ended_one), CAST_TEST(what_was_given_on_purpose_goes_first),
         CAST_TEST(it_ends_when_idle_and_at_the_end_of_its_life), CAST_TEST(a_shorter_policy_holds_at_once),
         CAST_TEST(one_that_a_clock_far_ahead_dated_does_not_last_until_then),
         CAST_TEST(a_session_in_use_is_written_once_a_minute), CAST_TEST(it_ends_with_its_account_and_stays_ended),
         CAST_TEST(the_tenth_wrong_password_ends_the_sessions), CAST_TEST(the_status_decides_at_every_request),
         CAST_TEST(an_account_alone_needs_no_membership),
         CAST_TEST(an_address_that_went_to_another_account_takes_no_session_with_it))
