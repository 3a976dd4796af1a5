/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/auth/cast.h"

#include "core/model/key.h"
#include "core/store/usage.h"

#include <apr_strings.h>

#include <sys/wait.h>
#include <unistd.h>

typedef struct holder {
    oa_id key;
    const char *org;
    oa_outcome outcome;
    const char *role;
} holder;

static const holder holders[] = {
    {1000 + JANE, NULL, OA_ALLOWED, "Editor"},
    {1000 + JANE, "acme", OA_ALLOWED, "Editor"},
    {1000 + JANE, "sub", OA_FOREIGN_ORG, ""},
    {1000 + JANE, "top", OA_FOREIGN_ORG, ""},
    {1000 + JANE, "other", OA_FOREIGN_ORG, ""},
    {1000 + JANE, "closed", OA_ORG_SUSPENDED, ""},
    {1000 + JANE, "no-such", OA_FOREIGN_ORG, ""},
    {1000 + JANE, "ACME", OA_FOREIGN_ORG, ""},
    {1000 + BOSS, "acme", OA_ALLOWED, "Administrator"},
    {1000 + BOSS, "sub", OA_ALLOWED, "Administrator"},
    {1000 + BOSS, "top", OA_FOREIGN_ORG, ""},
    {1000 + ROOT, NULL, OA_ALLOWED, "SuperAdmin"},
    {1000 + ROOT, "other", OA_ALLOWED, "SuperAdmin"},
    {1000 + ROOT, "closed", OA_ORG_SUSPENDED, ""},
    {1000 + ROOT, "no-such", OA_FOREIGN_ORG, ""},
    {1000 + DENIED, NULL, OA_USER_DENIED, ""},
    {1000 + BANNED, NULL, OA_USER_BANNED, ""},
    {1000 + INACTIVE, NULL, OA_USER_INACTIVE, ""},
    {1000 + GONE, NULL, OA_MEMBER_DEACTIVATED, ""},
    {1000 + GONE, "sub", OA_MEMBER_DEACTIVATED, ""},
    {1000 + LEFT, NULL, OA_MEMBER_DEACTIVATED, ""},
    {1000 + OUT, NULL, OA_ALLOWED, ""},
    {1000 + OUT, "acme", OA_ALLOWED, ""},
    {1000 + OUT, "sub", OA_FOREIGN_ORG, ""},
    {OUT_KEY, NULL, OA_ALLOWED, "Editor"},
    {OUT_KEY, "other", OA_ALLOWED, "Editor"},
    {OUT_KEY, "acme", OA_ALLOWED, ""}, /* by the Web API, and not as the Editor that it is elsewhere */
    {1000 + ROBOT, "acme", OA_ALLOWED, "API User"},
    {1000 + SHUT, NULL, OA_ORG_SUSPENDED, ""},
    {1000 + VIEWER, "sub", OA_ALLOWED, "Viewer"},
    {1000 + VIEWER, "other", OA_FOREIGN_ORG, ""},
    {1000 + SERVICE, "acme", OA_ALLOWED, "API User"},
    {1000 + LOCAL, "acme", OA_ALLOWED, "Administrator"},
    {1000 + LOCAL, "sub", OA_MEMBER_DEACTIVATED, ""},
    {1000 + GUEST, "acme", OA_ALLOWED, ""},
    {1000 + NOBODY, NULL, OA_MEMBER_DEACTIVATED, ""},
    {EXPIRED_KEY, NULL, OA_EXPIRED, ""},
    {EXPIRING_KEY, NULL, OA_ALLOWED, "Editor"},
    {REVOKED_KEY, NULL, OA_REVOKED, ""},
    {NETWORK_KEY, NULL, OA_FOREIGN_ORG, NULL},
    {OLD_KEY, NULL, OA_ALLOWED, "Editor"},
    {JWT_KEY, NULL, OA_UNKNOWN, ""},
    {NO_KEY, NULL, OA_UNKNOWN, ""},
};

static void assert_says_nobody(const oa_decision *decision)
{
    assert_int_equal(decision->user_id, 0);
    assert_int_equal(decision->key_id, 0);
    assert_int_equal(decision->org_id, 0);
    assert_string_equal(decision->email, "");
    assert_string_equal(decision->org, "");
    assert_string_equal(decision->role, "");
    assert_string_equal(decision->apis, "");
    assert_string_equal(decision->grants.permissions, "");
    assert_int_equal(decision->grants.type, 0);
}

static void test_right_keys_are_judged_as_the_table_says(void **state)
{
    cast *all = *state;
    for (size_t i = 0; i < sizeof(holders) / sizeof(holders[0]); i++) {
        const holder *row = &holders[i];
        const oa_decision *decision = cast_ask(all, cast_bearer(all, row->key), row->org);
        if (decision->outcome != row->outcome) {
            fail_msg("key %d at %s: %s instead of %s", (int)row->key, row->org != NULL ? row->org : "home",
                     oa_outcome_of(decision->outcome)->name, oa_outcome_of(row->outcome)->name);
        }
        if (row->role != NULL) {
            assert_string_equal(decision->role, row->role);
        }
        if (decision->outcome != OA_ALLOWED && decision->outcome != OA_FOREIGN_ORG) {
            assert_says_nobody(decision);
        }
    }
    assert_int_equal(cast_int(all, "SELECT SUM(key_failures) FROM account"), 0);
}

static void test_wrong_keys_look_all_the_same(void **state)
{
    cast *all = *state;
    for (size_t i = 0; i < sizeof(holders) / sizeof(holders[0]); i++) {
        const oa_decision *decision = cast_ask(all, cast_wrong_bearer(all, holders[i].key), holders[i].org);
        assert_true(decision->outcome == OA_WRONG_SECRET || decision->outcome == OA_UNKNOWN);
        assert_says_nobody(decision);
        cast_run(all, "UPDATE account SET key_failures = 0 WHERE key_failures > 0");
    }
}

/* A right key is known by its text from then on; nothing but that text is. */
static void test_what_differs_from_a_known_key_is_not_taken_for_it(void **state)
{
    static const size_t places[] = {0, 3, 4, 16, 17, 18, 49, 50, OA_KEY_LENGTH - 1};
    cast *all = *state;
    const char *right = cast_bearer(all, 1000 + JANE);
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        char *wrong = apr_pstrdup(all->pool, right);
        char *place = wrong + strlen("Bearer ") + places[i];
        *place = *place == 'x' ? 'y' : 'x';
        assert_outcome(cast_ask(all, right, NULL), OA_ALLOWED);
        assert_outcome(cast_ask(all, wrong, NULL), OA_MALFORMED);
    }
    assert_outcome(cast_ask(all, apr_pstrcat(all->pool, right, "0", NULL), NULL), OA_MALFORMED);
    assert_outcome(cast_ask(all, apr_pstrmemdup(all->pool, right, strlen(right) - 1), NULL), OA_MALFORMED);
    assert_outcome(cast_ask(all, cast_wrong_bearer(all, 1000 + JANE), NULL), OA_WRONG_SECRET);
}

static void test_a_known_key_is_judged_by_what_the_store_says_now(void **state)
{
    cast *all = *state;
    const char *right = cast_bearer(all, 1000 + JANE);
    assert_outcome(cast_ask(all, right, NULL), OA_ALLOWED);
    cast_run(all, "UPDATE account SET status = 3 WHERE id = 1");
    assert_outcome(cast_ask(all, right, NULL), OA_USER_BANNED);
    cast_run(all, "UPDATE account SET status = 1 WHERE id = 1");
    assert_outcome(cast_ask(all, right, NULL), OA_ALLOWED);
    cast_run(all, "UPDATE api_key SET verifier = zeroblob(32) WHERE id = 1001");
    assert_outcome(cast_ask(all, right, NULL), OA_WRONG_SECRET);
    cast_run(all, "DELETE FROM api_key WHERE id = 1001");
    assert_outcome(cast_ask(all, right, NULL), OA_UNKNOWN);
}

static void test_the_decision_says_who_calls(void **state)
{
    cast *all = *state;
    const oa_decision *decision = cast_ask(all, cast_bearer(all, 1000 + BOSS), "sub");
    assert_outcome(decision, OA_ALLOWED);
    assert_int_equal(decision->by, OA_BY_BEARER);
    assert_int_equal(decision->user_id, BOSS);
    assert_int_equal(decision->key_id, 1000 + BOSS);
    assert_int_equal(decision->org_id, SUB);
    assert_string_equal(decision->org, "sub");
    assert_string_equal(decision->email, "boss@acme.example");
    assert_string_equal(decision->claimed, oa_id_format(OA_KIND_KEY, 1000 + BOSS, all->pool));
    assert_true(oa_decision_may_access(decision, "flow", "DELETE"));
    assert_true(oa_decision_has_permission(decision, "users:edit"));
    decision = cast_ask(all, cast_bearer(all, 1000 + SERVICE), NULL);
    assert_string_equal(decision->service_api, "reports");
    decision = cast_ask(all, cast_bearer(all, 1000 + GUEST), NULL);
    assert_true(oa_decision_has_api(decision, "reports"));
    assert_false(oa_decision_has_api(decision, "prices"));
    assert_false(oa_decision_has_permission(decision, "flow:view"));
}

static void test_a_key_with_networks_is_taken_from_there_alone(void **state)
{
    cast *all = *state;
    oa_question question = cast_question(cast_bearer(all, NETWORK_KEY), NULL);
    assert_outcome(oa_decide(all->authority, &question, all->pool), OA_FOREIGN_ORG);
    question.address.bytes[0] = 10;
    assert_outcome(oa_decide(all->authority, &question, all->pool), OA_ALLOWED);
    question.address.size = 0;
    assert_outcome(oa_decide(all->authority, &question, all->pool), OA_FOREIGN_ORG);
}

static void test_the_tenth_wrong_key_denies(void **state)
{
    cast *all = *state;
    for (int i = 1; i <= 10; i++) {
        const oa_decision *decision = cast_ask(all, cast_wrong_bearer(all, 1000 + JANE), NULL);
        assert_outcome(decision, OA_WRONG_SECRET);
        assert_int_equal(decision->newly_denied, i == 10);
    }
    assert_int_equal(cast_int(all, "SELECT status FROM account WHERE id = 1"), 2);
    assert_outcome(cast_ask(all, cast_bearer(all, 1000 + JANE), NULL), OA_USER_DENIED);
    assert_outcome(cast_ask(all, cast_wrong_bearer(all, 1000 + JANE), NULL), OA_WRONG_SECRET);
    assert_outcome(cast_ask(all, cast_basic(all, cast_email(JANE), CAST_PASSWORD), NULL), OA_LOGIN_REFUSED);
    assert_int_equal(cast_int(all, "SELECT key_failures FROM account WHERE id = 1"), 10);
    assert_int_equal(cast_int(all, "SELECT COUNT(*) FROM audit_event WHERE action = 'user.denied' AND target_id = 1"), 1);
}

static void test_a_right_key_clears_the_failures_of_keys_alone(void **state)
{
    cast *all = *state;
    cast_run(all, "UPDATE account SET key_failures = 5, password_failures = 3 WHERE id = 1");
    assert_outcome(cast_ask(all, cast_bearer(all, 1000 + JANE), NULL), OA_ALLOWED);
    assert_int_equal(cast_int(all, "SELECT key_failures FROM account WHERE id = 1"), 0);
    assert_int_equal(cast_int(all, "SELECT password_failures FROM account WHERE id = 1"), 3);
}

static void test_refusals_for_other_reasons_do_not_count(void **state)
{
    static const oa_id refused[] = {EXPIRED_KEY, REVOKED_KEY, NETWORK_KEY, 1000 + BANNED, 1000 + GONE, 1000 + SHUT};
    cast *all = *state;
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        for (int times = 0; times < 70; times++) {
            cast_ask(all, cast_bearer(all, refused[i]), NULL);
        }
    }
    assert_int_equal(cast_int(all, "SELECT SUM(key_failures + password_failures) FROM account"), 0);
    assert_outcome(cast_ask(all, cast_wrong_bearer(all, 1000 + JANE), NULL), OA_WRONG_SECRET); /* not throttled either */
}

static void test_the_replaced_key_retires_after_its_overlap(void **state)
{
    cast *all = *state;
    assert_outcome(cast_ask(all, cast_bearer(all, OLD_KEY), NULL), OA_ALLOWED);
    assert_int_equal(cast_int(all, "SELECT expires_at FROM api_key WHERE id = 2006"), 0);
    assert_outcome(cast_ask(all, cast_bearer(all, NEW_KEY), "other"), OA_FOREIGN_ORG); /* not a use */
    assert_int_equal(cast_int(all, "SELECT expires_at FROM api_key WHERE id = 2006"), 0);
    assert_outcome(cast_ask(all, cast_bearer(all, NEW_KEY), NULL), OA_ALLOWED);
    assert_int_equal(cast_int(all, "SELECT expires_at FROM api_key WHERE id = 2006"), CAST_NOW + OA_HOUR);
    assert_outcome(cast_ask(all, cast_bearer(all, OLD_KEY), NULL), OA_ALLOWED);
    oa_question later = cast_question(cast_bearer(all, OLD_KEY), NULL);
    later.now = CAST_NOW + OA_HOUR;
    assert_outcome(oa_decide(all->authority, &later, all->pool), OA_EXPIRED);
}

static void test_a_throttled_address_counts_nothing_and_right_keys_pass(void **state)
{
    cast *all = *state;
    for (int i = 0; i < 60; i++) {
        assert_outcome(cast_ask(all, cast_wrong_bearer(all, NO_KEY), NULL), OA_UNKNOWN);
    }
    const oa_decision *decision = cast_ask(all, cast_wrong_bearer(all, NO_KEY), NULL);
    assert_outcome(decision, OA_THROTTLED);
    assert_in_range(decision->retry_after, 1, 75);
    assert_outcome(cast_ask(all, cast_wrong_bearer(all, 1000 + JANE), NULL), OA_THROTTLED);
    assert_outcome(cast_ask(all, "Bearer oak_nonsense", NULL), OA_THROTTLED);
    assert_outcome(cast_ask(all, "Bearer a.b.c", NULL), OA_THROTTLED);
    assert_int_equal(cast_int(all, "SELECT key_failures FROM account WHERE id = 1"), 0);
    assert_outcome(cast_ask(all, cast_bearer(all, 1000 + JANE), NULL), OA_ALLOWED);
    oa_question elsewhere = cast_question(cast_wrong_bearer(all, 1000 + JANE), NULL);
    elsewhere.address.bytes[3] = 2;
    assert_outcome(oa_decide(all->authority, &elsewhere, all->pool), OA_WRONG_SECRET);
}

/* Exactly ten over any number of processes: the eleventh and later ones find the account DENIED. */
static void test_wrong_keys_of_many_processes_are_all_counted(void **state)
{
    enum { CHILDREN = 6, TIMES = 5 };
    cast *all = *state;
    const char *wrong = cast_wrong_bearer(all, 1000 + BOSS);
    cast_leave_store(all);
    for (int child = 0; child < CHILDREN; child++) {
        if (fork() == 0) {
            int refused = 0;
            cast_enter_store(all);
            for (int i = 0; i < TIMES; i++) {
                refused += cast_ask(all, wrong, NULL)->outcome == OA_WRONG_SECRET;
            }
            cast_leave_store(all);
            _exit(refused == TIMES ? 0 : 1);
        }
    }
    for (int child = 0; child < CHILDREN; child++) {
        int status;
        assert_true(wait(&status) > 0);
        assert_int_equal(status, 0);
    }
    cast_enter_store(all);
    assert_int_equal(cast_int(all, "SELECT key_failures FROM account WHERE id = 2"), 10);
    assert_outcome(cast_ask(all, cast_bearer(all, 1000 + BOSS), NULL), OA_USER_DENIED);
}

static void test_its_use_is_noted(void **state)
{
    cast *all = *state;
    assert_outcome(cast_ask(all, cast_bearer(all, 1000 + JANE), NULL), OA_ALLOWED);
    assert_ok(oa_usage_flush(all->store, all->pool));
    assert_int_equal(cast_int(all, "SELECT last_used_at FROM api_key WHERE id = 1001"), CAST_NOW);
    assert_int_equal(cast_int(all, "SELECT last_login_at FROM account WHERE id = 1"), CAST_NOW);
    cast_ask(all, cast_bearer(all, REVOKED_KEY), NULL);
    cast_ask(all, cast_wrong_bearer(all, OLD_KEY), NULL);
    assert_ok(oa_usage_flush(all->store, all->pool));
    assert_int_equal(cast_int(all, "SELECT SUM(last_used_at) FROM api_key WHERE id > 2000"), 0);
}

OA_TESTS(CAST_TEST(test_right_keys_are_judged_as_the_table_says), CAST_TEST(test_wrong_keys_look_all_the_same),
         CAST_TEST(test_what_differs_from_a_known_key_is_not_taken_for_it),
         CAST_TEST(test_a_known_key_is_judged_by_what_the_store_says_now),
         CAST_TEST(test_the_decision_says_who_calls), CAST_TEST(test_a_key_with_networks_is_taken_from_there_alone),
         CAST_TEST(test_the_tenth_wrong_key_denies), CAST_TEST(test_a_right_key_clears_the_failures_of_keys_alone),
         CAST_TEST(test_refusals_for_other_reasons_do_not_count),
         CAST_TEST(test_the_replaced_key_retires_after_its_overlap),
         CAST_TEST(test_a_throttled_address_counts_nothing_and_right_keys_pass),
         CAST_TEST(test_wrong_keys_of_many_processes_are_all_counted), CAST_TEST(test_its_use_is_noted))
