/* SPDX-License-Identifier: Apache-2.0 */
/* Idle accounts, and the store failing at each step of each way: linked with --wrap, so that every function of the store can be made to fail. */
#include "tests/unit/auth/cast.h"

#include "core/store/attempt.h"
#include "core/store/usage.h"

#include <apr_strings.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

/* Faults ---------------------------------------------------------------------------------------------------- */

static const char *failing;   /* name of the function that fails; NULL: none */
static oa_code failing_with;
static int failures;

#define FAIL_IF_CHOSEN(name, pool)                                                                                     \
    if (failing != NULL && strcmp(failing, name) == 0) {                                                               \
        failures++;                                                                                                      \
        return oa_error_make(pool, failing_with, "planted");                                                           \
    }

/* WRAP(name, types with names, names): the real one unless it is to fail. The last argument is the pool. */
#define WRAP(name, parameters, arguments)                                                                              \
    oa_error *__real_##name parameters;                                                                                \
    oa_error *__wrap_##name parameters;                                                                                \
    oa_error *__wrap_##name parameters                                                                                 \
    {                                                                                                                  \
        FAIL_IF_CHOSEN(#name, pool)                                                                                    \
        return __real_##name arguments;                                                                                \
    }

WRAP(oa_lookup_begin,
     (oa_store *store, const char *text, size_t size, oa_known *known, const oa_policy **policy,
      const oa_record **record, apr_pool_t *pool),
     (store, text, size, known, policy, record, pool))
WRAP(oa_lookup_key, (oa_store *store, oa_id key, const oa_record **record, apr_pool_t *pool), (store, key, record, pool))
WRAP(oa_lookup_place, (oa_store *store, const char *name, const oa_place **place, apr_pool_t *pool),
     (store, name, place, pool))
WRAP(oa_lookup_login,
     (oa_store *store, const char *email, const oa_place *place, const oa_record **record, apr_pool_t *pool),
     (store, email, place, record, pool))
WRAP(oa_lookup_login_afresh,
     (oa_store *store, const char *email, const oa_place *place, const oa_record **record, apr_pool_t *pool),
     (store, email, place, record, pool))
static _Atomic int reservations;

static oa_store *counted(oa_store *store)
{
    reservations++;
    return store;
}

WRAP(oa_attempt_reserve,
     (oa_store *store, oa_id account, int deny_after, oa_time now, oa_reservation *reservation, oa_id *attempt,
      apr_pool_t *pool),
     (counted(store), account, deny_after, now, reservation, attempt, pool))
WRAP(oa_attempt_right,
     (oa_store *store, oa_id account, oa_id attempt, oa_time now, bool *allowed, apr_pool_t *pool),
     (store, account, attempt, now, allowed, pool))
WRAP(oa_attempt_wrong,
     (oa_store *store, oa_id account, oa_id attempt, int deny_after, oa_time now, const char *address, bool *denied,
      apr_pool_t *pool),
     (store, account, attempt, deny_after, now, address, denied, pool))
WRAP(oa_attempt_refund, (oa_store *store, oa_id attempt, apr_pool_t *pool), (store, attempt, pool))
WRAP(oa_attempt_wrong_key,
     (oa_store *store, oa_id account, int deny_after, oa_time now, const char *address, bool *denied, apr_pool_t *pool),
     (store, account, deny_after, now, address, denied, pool))
WRAP(oa_attempt_clear, (oa_store *store, oa_id account, bool passwords, apr_pool_t *pool),
     (store, account, passwords, pool))
WRAP(oa_account_idle,
     (oa_store *store, oa_id account, oa_duration after, oa_time now, bool *done, apr_pool_t *pool),
     (store, account, after, now, done, pool))
WRAP(oa_key_first_use, (oa_store *store, oa_id key, oa_time now, apr_pool_t *pool), (store, key, now, pool))

/* The hash itself: what happens in the store while it is computed, and what becomes of it without memory. */
static const char *while_hashing; /* SQL, done once; NULL: nothing */
static cast *hashing_cast;
static bool without_memory;

bool __real_oa_password_matches(const char *phc, const char *password, size_t size);
bool __wrap_oa_password_matches(const char *phc, const char *password, size_t size);
bool __wrap_oa_password_matches(const char *phc, const char *password, size_t size)
{
    if (without_memory) {
        errno = ENOMEM;
        return false;
    }
    const char *sql = while_hashing;
    while_hashing = NULL;
    if (sql != NULL) {
        cast_run(hashing_cast, sql);
    }
    return __real_oa_password_matches(phc, password, size);
}

static const char *const functions[] = {
    "oa_lookup_begin",    "oa_lookup_key",    "oa_lookup_place",      "oa_lookup_login",
    "oa_lookup_login_afresh", "oa_attempt_reserve", "oa_attempt_right", "oa_attempt_wrong",   "oa_attempt_refund",
    "oa_attempt_wrong_key", "oa_attempt_clear", "oa_account_idle",    "oa_key_first_use",
};

/* Requests that between them come by every function. */
static const char *scenario(cast *all, int number, const char **org)
{
    const char *const credentials[] = {
        cast_bearer(all, 1000 + JANE),      cast_wrong_bearer(all, 1000 + JANE), cast_bearer(all, NO_KEY),
        cast_bearer(all, 1000 + BOSS),      cast_bearer(all, NEW_KEY),           cast_bearer(all, 1000 + IDLE),
        "Bearer nonsense",                  "Bearer a.b.c",
        cast_basic(all, cast_email(JANE), CAST_PASSWORD), cast_basic(all, cast_email(JANE), CAST_PASSWORD),
        cast_basic(all, cast_email(JANE), "wrong"),       cast_basic(all, cast_email(BOSS), CAST_PASSWORD),
        cast_basic(all, cast_email(DENIED), "wrong"),     cast_basic(all, cast_email(IDLE), CAST_PASSWORD),
        cast_basic(all, "who@acme.example", "wrong"),
    };
    static const char *const orgs[] = {"acme", "acme", "acme", "sub", "acme", "acme", "acme", "acme",
                                       "acme", "acme", "acme", "sub", "acme", "acme", "acme"};
    if (number >= (int)(sizeof(orgs) / sizeof(orgs[0]))) {
        return NULL;
    }
    *org = orgs[number];
    return credentials[number];
}

static void restore(cast *all)
{
    failing = NULL;
    cast_run(all, "UPDATE account SET status = CASE id WHEN 4 THEN 2 ELSE 1 END, status_since = 1, key_failures = 2,"
                  " password_failures = 3 WHERE id IN (1, 2, 4, 11)");
    cast_run(all, "UPDATE account SET last_login_at = 1795442400000 - 8640000000 WHERE id = 11");
    cast_run(all, "UPDATE api_key SET replaces = 2006 WHERE id = 2005");
    cast_run(all, "DELETE FROM attempt");
}

/* With an authority that has verified no login yet; in scenario 9 with the one that has. NULL: no more scenarios. */
static const oa_decision *play(cast *all, int number, const char *function, oa_code code)
{
    const char *org, *authorization = scenario(all, number, &org);
    oa_authority *authority = all->authority;
    if (authorization == NULL) {
        return NULL;
    }
    oa_question question = cast_question(authorization, org);
    question.address.size = 0; /* never throttled */
    restore(all);
    if (number != 9) {
        assert_ok(oa_authority_make(all->store, all->host, &authority, all->pool));
    }
    failing = function;
    failing_with = code;
    failures = 0;
    const oa_decision *decision = oa_decide(authority, &question, all->pool);
    failing = NULL;
    return decision;
}

static void assert_unavailable(const oa_decision *decision, const char *function, int number)
{
    if (decision->outcome != OA_STORE_UNAVAILABLE) {
        fail_msg("%s fails in scenario %d: %s", function, number, oa_outcome_of(decision->outcome)->name);
    }
    assert_int_equal(decision->user_id, 0);
    assert_string_equal(decision->role, "");
    assert_in_range(decision->retry_after, 1, 5);
    assert_non_null(strstr(decision->trouble, "planted"));
}

/* A function that no scenario comes by would prove nothing. */
static void assert_fault_is_503(cast *all, const char *function, oa_code code)
{
    const oa_decision *decision;
    int seen = 0;
    for (int number = 0; (decision = play(all, number, function, code)) != NULL; number++) {
        if (failures > 0) {
            assert_unavailable(decision, function, number);
            seen++;
        }
    }
    if (seen == 0) {
        fail_msg("no scenario comes by %s", function);
    }
}

static void test_the_store_failing_at_any_step_is_503(void **state)
{
    cast *all = *state;
    assert_outcome(cast_ask(all, cast_basic(all, cast_email(JANE), CAST_PASSWORD), NULL), OA_ALLOWED);
    for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
        assert_fault_is_503(all, functions[i], OA_UNAVAILABLE);
    }
    assert_fault_is_503(all, "oa_attempt_wrong", OA_BUSY);
    assert_fault_is_503(all, "oa_lookup_key", OA_FAILED);
}

/* Idle ------------------------------------------------------------------------------------------------------ */

static void assert_inactive(cast *all)
{
    assert_int_equal(cast_int(all, "SELECT status FROM account WHERE id = 11"), 4);
    assert_int_equal(cast_int(all, "SELECT COUNT(*) FROM audit_event WHERE action = 'user.inactive' AND target_id = 11"), 1);
}

static void test_a_right_key_of_an_idle_account_makes_it_inactive(void **state)
{
    cast *all = *state;
    assert_outcome(cast_ask(all, cast_bearer(all, 1000 + IDLE), NULL), OA_USER_INACTIVE);
    assert_inactive(all);
    assert_outcome(cast_ask(all, cast_bearer(all, 1000 + IDLE), NULL), OA_USER_INACTIVE);
    assert_inactive(all);
}

static void test_a_right_password_of_an_idle_account_makes_it_inactive(void **state)
{
    cast *all = *state;
    assert_outcome(cast_ask(all, cast_basic(all, cast_email(IDLE), CAST_PASSWORD), NULL), OA_LOGIN_REFUSED);
    assert_inactive(all);
    assert_outcome(cast_ask(all, cast_basic(all, cast_email(IDLE), CAST_PASSWORD), NULL), OA_LOGIN_REFUSED);
    assert_int_equal(cast_int(all, "SELECT COUNT(*) FROM attempt"), 0);
}

static void test_strangers_make_nobody_inactive(void **state)
{
    cast *all = *state;
    assert_outcome(cast_ask(all, cast_basic(all, cast_email(IDLE), "wrong"), NULL), OA_WRONG_SECRET);
    assert_outcome(cast_ask(all, cast_wrong_bearer(all, 1000 + IDLE), NULL), OA_WRONG_SECRET);
    assert_int_equal(cast_int(all, "SELECT status FROM account WHERE id = 11"), 1);
    assert_int_equal(cast_int(all, "SELECT password_failures + key_failures FROM account WHERE id = 11"), 2);
}

static void test_who_was_seen_lately_is_not_idle_whatever_the_cache_says(void **state)
{
    cast *all = *state;
    oa_question question = cast_question(cast_bearer(all, 1000 + JANE), NULL);
    assert_outcome(oa_decide(all->authority, &question, all->pool), OA_ALLOWED); /* now it is cached */
    cast_run(all, "UPDATE account SET last_login_at = 1795442400000 + 8553600000 WHERE id = 1"); /* 99 days on: not logged */
    question.now = CAST_NOW + 100 * OA_DAY;
    assert_outcome(oa_decide(all->authority, &question, all->pool), OA_ALLOWED);
    question.presented.authorization = cast_basic(all, cast_email(JANE), CAST_PASSWORD);
    assert_outcome(oa_decide(all->authority, &question, all->pool), OA_ALLOWED);
    question.now = CAST_NOW + 300 * OA_DAY;
    assert_outcome(oa_decide(all->authority, &question, all->pool), OA_LOGIN_REFUSED); /* a login verified before */
    assert_int_equal(cast_int(all, "SELECT status FROM account WHERE id = 1"), 4);
}

static uint64_t misses_of(const cast *all)
{
    oa_lookup_counts counts;
    oa_lookup_counts_get(all->store, &counts);
    return counts.misses;
}

static void test_the_store_is_asked_once_whether_the_cache_is_outdated(void **state)
{
    cast *all = *state;
    oa_question question = cast_question(cast_bearer(all, 1000 + JANE), NULL);
    assert_outcome(oa_decide(all->authority, &question, all->pool), OA_ALLOWED);
    cast_run(all, "UPDATE account SET last_login_at = 1795442400000 + 8553600000 WHERE id = 1"); /* not logged */
    question.now = CAST_NOW + 100 * OA_DAY;
    for (int i = 0; i < 2; i++) {
        assert_outcome(oa_decide(all->authority, &question, all->pool), OA_ALLOWED);
    }
    uint64_t misses = misses_of(all);
    assert_outcome(oa_decide(all->authority, &question, all->pool), OA_ALLOWED);
    assert_int_equal(misses_of(all), misses);
    failing = "oa_lookup_key";
    failing_with = OA_UNAVAILABLE;
    oa_outcome outcome = oa_decide(all->authority, &question, all->pool)->outcome;
    failing = NULL;
    assert_int_equal(outcome, OA_ALLOWED);
}

/* Last use is written once a minute where that is often enough. */
static void test_who_is_in_use_is_not_idle_however_short_the_time_until_then(void **state)
{
    cast *all = *state;
    const char *const credentials[] = {cast_bearer(all, 1000 + JANE), cast_basic(all, cast_email(JANE), CAST_PASSWORD)};
    cast_run(all, "INSERT INTO setting (name, value) VALUES ('login.inactive_after', '8s')");
    for (size_t i = 0; i < sizeof credentials / sizeof credentials[0]; i++) {
        cast_run(all, "UPDATE account SET last_login_at = 1795442400000, status_since = 1, status = 1 WHERE id = 1");
        for (oa_time now = CAST_NOW; now < CAST_NOW + 2 * OA_MINUTE; now += 5 * OA_SECOND) {
            oa_question question = cast_question(credentials[i], NULL);
            question.now = now;
            assert_outcome(oa_decide(all->authority, &question, all->pool), OA_ALLOWED);
            assert_ok(oa_usage_flush(all->store, all->pool));
        }
    }
}

static void test_inactive_after_zero_lets_rest_for_ever(void **state)
{
    cast *all = *state;
    cast_run(all, "INSERT INTO setting (name, value) VALUES ('login.inactive_after', '0')");
    assert_outcome(cast_ask(all, cast_bearer(all, 1000 + IDLE), NULL), OA_ALLOWED);
}

/* While a password is hashed -------------------------------------------------------------------------------- */

/* With an authority that has verified nothing yet. */
static const oa_decision *log_in_while(cast *all, const char *sql)
{
    oa_authority *authority;
    oa_question question = cast_question(cast_basic(all, cast_email(JANE), CAST_PASSWORD), NULL);
    assert_ok(oa_authority_make(all->store, all->host, &authority, all->pool));
    hashing_cast = all;
    while_hashing = sql;
    const oa_decision *decision = oa_decide(authority, &question, all->pool);
    bool hashed = while_hashing == NULL;
    while_hashing = NULL;
    assert_true(hashed);
    return decision;
}

static void test_what_changes_during_the_hash_holds(void **state)
{
    static const struct {
        const char *sql;
        oa_outcome outcome;
    } cases[] = {
        {"UPDATE account SET status = 3 WHERE id = 1", OA_LOGIN_REFUSED},
        {"UPDATE account SET status = 2 WHERE id = 1", OA_LOGIN_REFUSED},
        {"UPDATE account SET password = NULL WHERE id = 1", OA_LOGIN_REFUSED},
        {"UPDATE account SET email = 'else@acme.example' WHERE id = 1", OA_LOGIN_REFUSED},
        {"UPDATE membership SET status = 2 WHERE account_id = 1", OA_LOGIN_REFUSED},
        {"UPDATE account SET password = '$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$'"
         " || 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' WHERE id = 1", OA_WRONG_SECRET},
        {"UPDATE account SET first_name = 'Jane' WHERE id = 1", OA_ALLOWED},
    };
    cast *all = *state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        cast_run(all, "UPDATE account SET status = 1, email = 'jane@acme.example', password_failures = 0,"
                      " password = (SELECT password FROM account WHERE id = 2) WHERE id = 1");
        cast_run(all, "UPDATE membership SET status = 1 WHERE account_id = 1");
        assert_outcome(log_in_while(all, cases[i].sql), cases[i].outcome);
        assert_int_equal(cast_int(all, "SELECT COUNT(*) FROM attempt"), 0);
    }
}

static void test_a_hash_without_memory_counts_against_nobody(void **state)
{
    cast *all = *state;
    without_memory = true;
    const oa_decision *decision = cast_ask(all, cast_basic(all, cast_email(JANE), CAST_PASSWORD), NULL);
    without_memory = false;
    assert_outcome(decision, OA_OVERLOADED);
    assert_int_equal(cast_int(all, "SELECT password_failures FROM account WHERE id = 1"), 0);
    assert_int_equal(cast_int(all, "SELECT COUNT(*) FROM attempt"), 0);
}

typedef struct waiting {
    cast *all;
    oa_outcome outcome;
} waiting;

static void *wait_for_place(void *data)
{
    waiting *waiter = data;
    apr_pool_t *pool;
    apr_pool_create_unmanaged(&pool);
    oa_secret *password = oa_secret_make(CAST_PASSWORD, strlen(CAST_PASSWORD), pool);
    oa_question question = cast_question(NULL, NULL);
    waiter->outcome = oa_decide_password(waiter->all->authority, cast_email(JANE), password, &question, pool)->outcome;
    apr_pool_destroy(pool);
    return NULL;
}

/* All places taken by attempts of processes that died: one waits, and is let in when a place comes free. */
static void test_who_waits_for_a_place_gets_it(void **state)
{
    cast *all = *state;
    oa_reservation reservation;
    oa_id attempt;
    cast_run(all, "UPDATE account SET password_failures = 9 WHERE id = 1");
    assert_ok(oa_attempt_reserve(all->store, JANE, 10, CAST_NOW, &reservation, &attempt, all->pool));
    assert_int_equal(reservation, OA_PLACE_TAKEN);
    int before = reservations;
    pthread_t thread;
    waiting waiter = {.all = all};
    assert_int_equal(pthread_create(&thread, NULL, wait_for_place, &waiter), 0);
    while (reservations < before + 2) { /* it looked twice and found none */
        sched_yield();
    }
    assert_ok(oa_attempt_refund(all->store, attempt, all->pool));
    pthread_join(thread, NULL);
    assert_int_equal(waiter.outcome, OA_ALLOWED);
    assert_int_equal(cast_int(all, "SELECT password_failures FROM account WHERE id = 1"), 0);
}

OA_TESTS(CAST_TEST(test_the_store_failing_at_any_step_is_503),
         CAST_TEST(test_a_right_key_of_an_idle_account_makes_it_inactive),
         CAST_TEST(test_a_right_password_of_an_idle_account_makes_it_inactive),
         CAST_TEST(test_strangers_make_nobody_inactive),
         CAST_TEST(test_who_was_seen_lately_is_not_idle_whatever_the_cache_says),
         CAST_TEST(test_the_store_is_asked_once_whether_the_cache_is_outdated),
         CAST_TEST(test_who_is_in_use_is_not_idle_however_short_the_time_until_then),
         CAST_TEST(test_inactive_after_zero_lets_rest_for_ever), CAST_TEST(test_what_changes_during_the_hash_holds),
         CAST_TEST(test_a_hash_without_memory_counts_against_nobody), CAST_TEST(test_who_waits_for_a_place_gets_it))
