/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/auth/cast.h"

#include "core/store/usage.h"

#include <apr_strings.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct login {
    const char *user, *password, *org;
    oa_outcome outcome;
    const char *role;
} logins[] = {
    {"jane@acme.example", CAST_PASSWORD, NULL, OA_ALLOWED, "Editor"},
    {" Jane@ACME.Example ", CAST_PASSWORD, "acme", OA_ALLOWED, "Editor"},
    {"jane@acme.example", CAST_PASSWORD, "sub", OA_FOREIGN_ORG, ""},
    {"jane@acme.example", CAST_PASSWORD, "no-such", OA_FOREIGN_ORG, ""},
    {"jane@acme.example", CAST_PASSWORD, "closed", OA_LOGIN_REFUSED, ""},
    {"jane@acme.example", "wrong", NULL, OA_WRONG_SECRET, ""},
    {"jane@acme.example", "", NULL, OA_WRONG_SECRET, ""},
    {"jane@acme.example", CAST_PASSWORD " ", NULL, OA_WRONG_SECRET, ""},
    {"boss@acme.example", CAST_PASSWORD, "sub", OA_ALLOWED, "Administrator"},
    {"boss@acme.example", CAST_PASSWORD, "top", OA_FOREIGN_ORG, ""},
    {"root@site.example", CAST_PASSWORD, "other", OA_ALLOWED, "SuperAdmin"},
    {"denied@acme.example", CAST_PASSWORD, NULL, OA_LOGIN_REFUSED, ""},
    {"denied@acme.example", "wrong", NULL, OA_LOGIN_REFUSED, ""},
    {"banned@acme.example", CAST_PASSWORD, NULL, OA_LOGIN_REFUSED, ""},
    {"inactive@acme.example", CAST_PASSWORD, NULL, OA_LOGIN_REFUSED, ""},
    {"gone@acme.example", CAST_PASSWORD, NULL, OA_LOGIN_REFUSED, ""},
    {"left@acme.example", CAST_PASSWORD, NULL, OA_LOGIN_REFUSED, ""},
    {"left@acme.example", CAST_PASSWORD, "acme", OA_FOREIGN_ORG, ""},
    {"out@else.example", CAST_PASSWORD, NULL, OA_ALLOWED, "Editor"},
    {"out@else.example", CAST_PASSWORD, "acme", OA_ALLOWED, ""},
    {"guest@else.example", CAST_PASSWORD, "acme", OA_ALLOWED, ""},
    {"guest@else.example", CAST_PASSWORD, "other", OA_FOREIGN_ORG, ""},
    {"nobody@else.example", CAST_PASSWORD, "acme", OA_FOREIGN_ORG, ""},
    {"robot@acme.example", CAST_PASSWORD, NULL, OA_LOGIN_REFUSED, ""},
    {"robot@acme.example", "", NULL, OA_LOGIN_REFUSED, ""},
    {"shut@closed.example", CAST_PASSWORD, NULL, OA_LOGIN_REFUSED, ""},
    {"viewer@site.example", CAST_PASSWORD, "sub", OA_ALLOWED, "Viewer"},
    {"local@acme.example", CAST_PASSWORD, "acme", OA_ALLOWED, "Administrator"},
    {"local@acme.example", CAST_PASSWORD, "sub", OA_LOGIN_REFUSED, ""},
    {"who@acme.example", CAST_PASSWORD, NULL, OA_UNKNOWN, ""},
    {"no address", CAST_PASSWORD, NULL, OA_UNKNOWN, ""},
    {"", CAST_PASSWORD, NULL, OA_UNKNOWN, ""},
    {"jane@acme.example,boss@acme.example", CAST_PASSWORD, NULL, OA_UNKNOWN, ""},
};

/* Twice: by the hash, and then by the cache of verified logins. */
static void test_logins_are_judged_as_the_table_says(void **state)
{
    cast *all = *state;
    for (size_t i = 0; i < 2 * sizeof(logins) / sizeof(logins[0]); i++) {
        const struct login *row = &logins[i / 2];
        const oa_decision *decision = cast_ask(all, cast_basic(all, row->user, row->password), row->org);
        if (decision->outcome != row->outcome) {
            fail_msg("%s at %s: %s instead of %s", row->user, row->org != NULL ? row->org : "home",
                     oa_outcome_of(decision->outcome)->name, oa_outcome_of(row->outcome)->name);
        }
        assert_string_equal(decision->role, row->role);
        assert_int_equal(decision->by, OA_BY_BASIC);
        assert_int_equal(decision->key_id, 0);
        assert_int_equal(decision->user_id != 0, row->outcome == OA_ALLOWED || row->outcome == OA_FOREIGN_ORG);
        cast_run(all, "UPDATE account SET password_failures = 0 WHERE password_failures > 0");
    }
}

static void test_what_is_claimed_is_an_address_or_nothing(void **state)
{
    cast *all = *state;
    assert_string_equal(cast_ask(all, cast_basic(all, "JANE@acme.example", "x"), NULL)->claimed, "jane@acme.example");
    assert_null(cast_ask(all, cast_basic(all, "hunter2", "x"), NULL)->claimed); /* maybe a password in the wrong field */
}

static const oa_decision *log_in(cast *all, const char *password)
{
    return cast_ask(all, cast_basic(all, cast_email(JANE), password), NULL);
}

static void test_the_tenth_wrong_password_denies(void **state)
{
    cast *all = *state;
    for (int i = 1; i <= 10; i++) {
        const oa_decision *decision = log_in(all, apr_itoa(all->pool, i));
        assert_outcome(decision, OA_WRONG_SECRET);
        assert_int_equal(decision->newly_denied, i == 10);
    }
    uint64_t hashes = oa_hash_count(all->host);
    assert_int_equal(hashes, 10);
    assert_outcome(log_in(all, CAST_PASSWORD), OA_LOGIN_REFUSED);
    assert_outcome(log_in(all, "11"), OA_LOGIN_REFUSED);
    assert_int_equal(oa_hash_count(all->host), hashes); /* dummies alone */
    assert_int_equal(cast_int(all, "SELECT password_failures FROM account WHERE id = 1"), 10);
    assert_outcome(cast_ask(all, cast_bearer(all, 1000 + JANE), NULL), OA_USER_DENIED);
    cast_run(all, "UPDATE account SET status = 1, password_failures = 0 WHERE id = 1");
    assert_outcome(log_in(all, CAST_PASSWORD), OA_ALLOWED);
}

static void test_a_right_password_clears_all_counts(void **state)
{
    cast *all = *state;
    for (int by_cache = 0; by_cache < 2; by_cache++) {
        cast_run(all, "UPDATE account SET key_failures = 4, password_failures = 5 WHERE id = 1");
        assert_outcome(log_in(all, CAST_PASSWORD), OA_ALLOWED);
        assert_int_equal(cast_int(all, "SELECT key_failures + password_failures FROM account WHERE id = 1"), 0);
    }
    assert_int_equal(oa_hash_count(all->host), 1);
    assert_int_equal(cast_int(all, "SELECT COUNT(*) FROM attempt"), 0);
}

static void test_a_login_seen_before_costs_no_hash(void **state)
{
    cast *all = *state;
    for (int i = 0; i < 50; i++) {
        assert_outcome(log_in(all, CAST_PASSWORD), OA_ALLOWED);
    }
    assert_int_equal(oa_hash_count(all->host), 1);
    assert_outcome(log_in(all, "wrong"), OA_WRONG_SECRET);
    assert_int_equal(oa_hash_count(all->host), 2);
}

static void test_what_was_verified_holds_no_longer_than_the_store_says(void **state)
{
    static const struct {
        const char *change, *undo;
    } changes[] = {
        {"UPDATE account SET status = 3 WHERE id = 1", "UPDATE account SET status = 1 WHERE id = 1"},
        {"UPDATE account SET status = 2 WHERE id = 1", "UPDATE account SET status = 1 WHERE id = 1"},
        {"UPDATE account SET password = NULL WHERE id = 1",
         "UPDATE account SET password = (SELECT password FROM account WHERE id = 2) WHERE id = 1"},
        {"UPDATE membership SET status = 2 WHERE account_id = 1", "UPDATE membership SET status = 1 WHERE account_id = 1"},
        {"UPDATE organization SET status = 2 WHERE id = 100", "UPDATE organization SET status = 1 WHERE id = 100"},
    };
    cast *all = *state;
    assert_outcome(log_in(all, CAST_PASSWORD), OA_ALLOWED);
    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        cast_run(all, changes[i].change);
        assert_outcome(log_in(all, CAST_PASSWORD), OA_LOGIN_REFUSED);
        cast_run(all, changes[i].undo);
        assert_outcome(log_in(all, CAST_PASSWORD), OA_ALLOWED);
    }
    cast_run(all, "UPDATE membership SET role_id = 5 WHERE account_id = 1");
    assert_string_equal(log_in(all, CAST_PASSWORD)->role, "Viewer");
}

static void test_a_changed_password_is_void_at_once(void **state)
{
    cast *all = *state;
    char phc[OA_PHC_SIZE];
    oa_db *db;
    assert_outcome(log_in(all, CAST_PASSWORD), OA_ALLOWED);
    assert_ok(oa_password_hash("another", 7, phc, all->pool));
    assert_ok(oa_store_take(all->store, OA_DB_ADMIN, &db, all->pool));
    assert_ok(oa_db_run(db, NULL, "UPDATE account SET password = $1 WHERE id = 1", "t", phc));
    oa_store_give(all->store, db);
    assert_outcome(log_in(all, CAST_PASSWORD), OA_WRONG_SECRET);
    assert_outcome(log_in(all, "another"), OA_ALLOWED);
}

static void test_a_throttled_address_is_asked_to_wait(void **state)
{
    cast *all = *state;
    assert_outcome(log_in(all, CAST_PASSWORD), OA_ALLOWED);
    for (int i = 0; i < 60; i++) {
        assert_outcome(cast_ask(all, cast_wrong_bearer(all, NO_KEY), NULL), OA_UNKNOWN);
    }
    uint64_t hashes = oa_hash_count(all->host);
    assert_outcome(log_in(all, "wrong"), OA_THROTTLED);
    assert_outcome(cast_ask(all, cast_basic(all, cast_email(BOSS), CAST_PASSWORD), NULL), OA_THROTTLED);
    assert_outcome(cast_ask(all, cast_basic(all, "who@acme.example", "x"), NULL), OA_THROTTLED);
    assert_outcome(cast_ask(all, cast_basic(all, cast_email(DENIED), "x"), NULL), OA_THROTTLED);
    /* Verified before, and yet not to be told from a wrong one: guesses that nobody counts would find it. */
    assert_outcome(log_in(all, CAST_PASSWORD), OA_THROTTLED);
    assert_int_equal(oa_hash_count(all->host), hashes);
    assert_int_equal(cast_int(all, "SELECT SUM(password_failures) FROM account"), 0);
}

static void test_with_no_place_to_hash_in_nothing_counts(void **state)
{
    cast *all = *state;
    oa_host *host;
    oa_authority *authority;
    oa_question question = cast_question(cast_basic(all, cast_email(JANE), "wrong"), NULL);
    assert_ok(oa_host_make(1, 0, geteuid(), &host, all->pool));
    assert_ok(oa_authority_make(all->store, host, &authority, all->pool));
    assert_true(oa_hash_enter(host));
    const oa_decision *decision = oa_decide(authority, &question, all->pool);
    assert_outcome(decision, OA_OVERLOADED);
    assert_true(decision->retry_after > 0);
    question.presented.authorization = cast_basic(all, "who@acme.example", "wrong");
    assert_outcome(oa_decide(authority, &question, all->pool), OA_OVERLOADED);
    oa_hash_leave(host);
    assert_int_equal(cast_int(all, "SELECT COUNT(*) FROM attempt"), 0);
    assert_int_equal(cast_int(all, "SELECT password_failures FROM account WHERE id = 1"), 0);
}

static void test_deny_after_zero_never_denies(void **state)
{
    cast *all = *state;
    cast_run(all, "INSERT INTO setting (name, value) VALUES ('login.deny_after', '0')");
    for (int i = 0; i < 12; i++) {
        assert_outcome(log_in(all, "wrong"), OA_WRONG_SECRET);
    }
    assert_outcome(log_in(all, CAST_PASSWORD), OA_ALLOWED);
}

static void test_its_use_is_noted(void **state)
{
    cast *all = *state;
    assert_outcome(log_in(all, CAST_PASSWORD), OA_ALLOWED);
    assert_int_equal(cast_int(all, "SELECT last_login_at FROM account WHERE id = 1"), CAST_NOW);
}

/* Many at once ---------------------------------------------------------------------------------------------- */

typedef struct crowd {
    cast *all;
    const char *password; /* NULL: each its own */
    _Atomic int next, outcomes[OA_OUTCOMES + 1], denials;
} crowd;

static void press(crowd *many)
{
    apr_pool_t *pool;
    apr_pool_create_unmanaged(&pool);
    int number = ++many->next;
    const char *password = many->password != NULL ? many->password : apr_itoa(pool, number);
    oa_secret *secret = oa_secret_make(password, strlen(password), pool);
    oa_question question = cast_question(NULL, NULL);
    question.address.bytes[2] = (unsigned char)(number >> 8); /* from many addresses, so that none is throttled */
    question.address.bytes[3] = (unsigned char)number;
    const oa_decision *decision = oa_decide_password(many->all->authority, cast_email(JANE), secret, &question, pool);
    many->outcomes[decision->outcome]++;
    many->denials += decision->newly_denied;
    apr_pool_destroy(pool);
}

static void *press_thread(void *data)
{
    press(data);
    return NULL;
}

static void press_threads(crowd *many, int count)
{
    pthread_attr_t small;
    pthread_t threads[1000];
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 512 * 1024);
    for (int i = 0; i < count; i++) {
        assert_int_equal(pthread_create(&threads[i], &small, press_thread, many), 0);
    }
    for (int i = 0; i < count; i++) {
        pthread_join(threads[i], NULL);
    }
    pthread_attr_destroy(&small);
}

static void press_processes(crowd *many, int count)
{
    cast_leave_store(many->all);
    for (int i = 0; i < count; i++) {
        if (fork() == 0) {
            cast_enter_store(many->all);
            press(many);
            cast_leave_store(many->all);
            _exit(0);
        }
    }
    while (wait(NULL) > 0) {
    }
    cast_enter_store(many->all);
}

static crowd *make_crowd(cast *all, const char *password)
{
    crowd *many = mmap(NULL, sizeof(*many), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(many != MAP_FAILED);
    many->all = all;
    many->password = password;
    return many;
}

static void assert_ten_counted(crowd *many, int attempts)
{
    assert_int_equal(many->outcomes[OA_WRONG_SECRET], 10);
    assert_int_equal(many->outcomes[OA_LOGIN_REFUSED], attempts - 10);
    assert_int_equal(many->denials, 1);
    assert_int_equal(oa_hash_count(many->all->host), 10);
    assert_int_equal(cast_int(many->all, "SELECT password_failures FROM account WHERE id = 1"), 10);
    assert_int_equal(cast_int(many->all, "SELECT status FROM account WHERE id = 1"), 2);
    assert_int_equal(cast_int(many->all, "SELECT COUNT(*) FROM attempt"), 0);
    assert_outcome(log_in(many->all, CAST_PASSWORD), OA_LOGIN_REFUSED);
}

static void test_of_200_wrong_passwords_of_threads_ten_count(void **state)
{
    crowd *many = make_crowd(*state, NULL);
    press_threads(many, 200);
    assert_ten_counted(many, 200);
}

static void test_of_200_times_the_same_wrong_password_ten_count(void **state)
{
    crowd *many = make_crowd(*state, "wrong");
    press_threads(many, 200);
    assert_ten_counted(many, 200);
}

static void test_of_200_wrong_passwords_of_processes_ten_count(void **state)
{
    crowd *many = make_crowd(*state, NULL);
    press_processes(many, 200);
    assert_ten_counted(many, 200);
}

static void test_1000_right_logins_at_once_are_all_let_in_for_one_hash(void **state)
{
    crowd *many = make_crowd(*state, CAST_PASSWORD);
    press_threads(many, 1000);
    assert_int_equal(many->outcomes[OA_ALLOWED], 1000);
    assert_int_equal(oa_hash_count(many->all->host), 1);
    assert_int_equal(cast_int(many->all, "SELECT password_failures FROM account WHERE id = 1"), 0);
}

static void test_right_logins_of_many_processes_are_all_let_in(void **state)
{
    crowd *many = make_crowd(*state, CAST_PASSWORD);
    press_processes(many, 60);
    assert_int_equal(many->outcomes[OA_ALLOWED], 60);
    assert_int_equal(cast_int(many->all, "SELECT password_failures FROM account WHERE id = 1"), 0);
    assert_int_equal(cast_int(many->all, "SELECT COUNT(*) FROM attempt"), 0);
}

OA_TESTS(CAST_TEST(test_logins_are_judged_as_the_table_says), CAST_TEST(test_what_is_claimed_is_an_address_or_nothing),
         CAST_TEST(test_the_tenth_wrong_password_denies), CAST_TEST(test_a_right_password_clears_all_counts),
         CAST_TEST(test_a_login_seen_before_costs_no_hash),
         CAST_TEST(test_what_was_verified_holds_no_longer_than_the_store_says),
         CAST_TEST(test_a_changed_password_is_void_at_once), CAST_TEST(test_a_throttled_address_is_asked_to_wait),
         CAST_TEST(test_with_no_place_to_hash_in_nothing_counts), CAST_TEST(test_deny_after_zero_never_denies),
         CAST_TEST(test_its_use_is_noted), CAST_TEST(test_of_200_wrong_passwords_of_threads_ten_count),
         CAST_TEST(test_of_200_times_the_same_wrong_password_ten_count),
         CAST_TEST(test_of_200_wrong_passwords_of_processes_ten_count),
         CAST_TEST(test_1000_right_logins_at_once_are_all_let_in_for_one_hash),
         CAST_TEST(test_right_logins_of_many_processes_are_all_let_in))
