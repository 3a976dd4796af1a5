/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/store/fixture.h"

#include "core/model/status.h"
#include "core/store/attempt.h"
#include "core/store/audit.h"

#include <pthread.h>
#include <sys/mman.h>
#include <sys/wait.h>

enum { LIMIT = 10 };

static const oa_time sometime = INT64_C(1795442400000);

static oa_reservation reserve(fixture *f, oa_time now, oa_id *attempt)
{
    oa_reservation reservation;
    assert_ok(oa_attempt_reserve(f->store, ADA, LIMIT, now, &reservation, attempt, f->pool));
    return reservation;
}

static oa_id take_place(fixture *f)
{
    oa_id attempt;
    assert_int_equal(reserve(f, sometime, &attempt), OA_PLACE_TAKEN);
    assert_true(attempt > 0);
    return attempt;
}

static bool wrong(fixture *f, oa_id attempt)
{
    bool denied;
    assert_ok(oa_attempt_wrong(f->store, ADA, attempt, LIMIT, sometime, "192.0.2.1", &denied, f->pool));
    return denied;
}

static bool wrong_key(fixture *f)
{
    bool denied;
    assert_ok(oa_attempt_wrong_key(f->store, ADA, LIMIT, sometime, "192.0.2.1", &denied, f->pool));
    return denied;
}

static bool right(fixture *f, oa_id attempt)
{
    bool allowed;
    assert_ok(oa_attempt_right(f->store, ADA, attempt, sometime, &allowed, f->pool));
    return allowed;
}

static void assert_counts(fixture *f, int passwords, int keys, int status)
{
    assert_int_equal(fixture_int(f, "SELECT password_failures FROM account WHERE id = 20"), passwords);
    assert_int_equal(fixture_int(f, "SELECT key_failures FROM account WHERE id = 20"), keys);
    assert_int_equal(fixture_int(f, "SELECT status FROM account WHERE id = 20"), status);
}

/* What the figures say was tried on accounts at home in acme. */
static void assert_tried(fixture *f, int64_t times)
{
    assert_int_equal(fixture_int(f, "SELECT COALESCE(SUM(failed), 0) FROM statistic WHERE org_id = 10 AND api_id = 0"), times);
}

static void assert_trail(fixture *f, int64_t events)
{
    oa_db *db;
    int64_t count;
    oa_id broken;
    assert_ok(oa_store_take(f->store, OA_DB_LOOKUP, &db, f->pool));
    assert_ok(oa_audit_verify(db, oa_store_subkey(f->store, OA_SUBKEY_AUDIT), &count, &broken, f->pool));
    oa_store_give(f->store, db);
    assert_int_equal(count, events);
    assert_int_equal(broken, 0);
}

/* One at a time --------------------------------------------------------------------------------------------- */

static void test_the_tenth_wrong_password_denies(void **state)
{
    fixture *f = *state;
    for (int i = 1; i <= LIMIT; i++) {
        assert_int_equal(wrong(f, take_place(f)), i == LIMIT);
    }
    assert_counts(f, LIMIT, 0, OA_ACCOUNT_DENIED);
    oa_id attempt;
    assert_int_equal(reserve(f, sometime, &attempt), OA_PLACE_REFUSED);
    assert_int_equal(attempt, 0);
    assert_trail(f, 1);
    assert_int_equal(
        fixture_int(f, "SELECT COUNT(*) FROM audit_event WHERE action = 'user.denied' AND actor_kind = 'system'"
                       " AND org_id = 10 AND target_id = 20 AND target_name = 'ada@acme.example'"
                       " AND address = '192.0.2.1' AND detail = '{\"failures\":10}'"),
        1);
    assert_true(fixture_int(f, "SELECT status_since FROM account WHERE id = 20") == sometime);
    assert_int_equal(fixture_int(f, "SELECT account_status FROM credential WHERE key_id = 30"), OA_ACCOUNT_DENIED);
}

static void test_the_tenth_wrong_key_denies(void **state)
{
    fixture *f = *state;
    for (int i = 1; i <= LIMIT; i++) {
        assert_int_equal(wrong_key(f), i == LIMIT);
    }
    assert_false(wrong_key(f));
    assert_counts(f, 0, LIMIT, OA_ACCOUNT_DENIED);
    assert_tried(f, LIMIT);
    assert_trail(f, 1);
}

static void test_passwords_and_keys_add_up(void **state)
{
    fixture *f = *state;
    for (int i = 0; i < 6; i++) {
        assert_false(wrong(f, take_place(f)));
    }
    for (int i = 0; i < 3; i++) {
        assert_false(wrong_key(f));
    }
    assert_true(wrong_key(f));
    assert_counts(f, 6, 4, OA_ACCOUNT_DENIED);
}

static void test_places_are_what_attempts_are_left(void **state)
{
    fixture *f = *state;
    oa_id attempts[LIMIT], one_more;
    assert_false(wrong(f, take_place(f)));
    assert_false(wrong_key(f));
    for (int i = 0; i < LIMIT - 2; i++) {
        attempts[i] = take_place(f);
    }
    assert_int_equal(reserve(f, sometime, &one_more), OA_PLACE_NONE);
    assert_ok(oa_attempt_refund(f->store, attempts[0], f->pool));
    assert_int_equal(reserve(f, sometime, &one_more), OA_PLACE_TAKEN);
    assert_int_equal(reserve(f, sometime, &attempts[0]), OA_PLACE_NONE);
    assert_counts(f, 1, 1, OA_ACCOUNT_VALIDATED);
}

static void test_a_right_password_clears_both_counts_and_notes_the_login(void **state)
{
    fixture *f = *state;
    wrong_key(f);
    wrong(f, take_place(f));
    assert_true(right(f, take_place(f)));
    assert_counts(f, 0, 0, OA_ACCOUNT_VALIDATED);
    assert_true(fixture_int(f, "SELECT last_login_at FROM account WHERE id = 20") == sometime);
    assert_int_equal(fixture_int(f, "SELECT COUNT(*) FROM attempt"), 0);
}

static void test_a_right_password_voids_no_cache_where_nothing_was_counted(void **state)
{
    fixture *f = *state;
    int64_t before = fixture_int(f, "SELECT seq FROM sqlite_sequence");
    assert_true(right(f, take_place(f)));
    assert_true(fixture_int(f, "SELECT seq FROM sqlite_sequence") == before);
}

static void test_a_right_password_does_not_undo_denied(void **state)
{
    fixture *f = *state;
    oa_id attempt = take_place(f);
    for (int i = 0; i < LIMIT; i++) {
        wrong_key(f);
    }
    assert_false(right(f, attempt));
    assert_counts(f, 0, LIMIT, OA_ACCOUNT_DENIED);
}

static void test_a_right_key_clears_those_of_keys_alone(void **state)
{
    fixture *f = *state;
    wrong_key(f);
    wrong(f, take_place(f));
    assert_ok(oa_attempt_clear(f->store, ADA, false, f->pool));
    assert_counts(f, 1, 0, OA_ACCOUNT_VALIDATED);
    assert_ok(oa_attempt_clear(f->store, ADA, true, f->pool));
    assert_counts(f, 0, 0, OA_ACCOUNT_VALIDATED);
}

static void test_the_count_of_a_denied_account_is_not_cleared(void **state)
{
    fixture *f = *state;
    for (int i = 0; i < LIMIT; i++) {
        wrong_key(f);
    }
    assert_ok(oa_attempt_clear(f->store, ADA, true, f->pool));
    assert_counts(f, 0, LIMIT, OA_ACCOUNT_DENIED);
}

static void test_banned_accounts_are_not_counted(void **state)
{
    fixture *f = *state;
    oa_id attempt = take_place(f);
    fixture_sql(f, "UPDATE account SET status = 3 WHERE id = 20");
    assert_false(wrong_key(f));
    assert_false(wrong(f, attempt));
    assert_counts(f, 0, 0, OA_ACCOUNT_BANNED);
    assert_int_equal(fixture_int(f, "SELECT COUNT(*) FROM attempt"), 0);
}

static void test_an_unknown_account_finds_no_place(void **state)
{
    fixture *f = *state;
    oa_reservation reservation;
    oa_id attempt;
    assert_ok(oa_attempt_reserve(f->store, 4711, LIMIT, sometime, &reservation, &attempt, f->pool));
    assert_int_equal(reservation, OA_PLACE_REFUSED);
}

static void test_reservations_of_the_dead_free_themselves(void **state)
{
    fixture *f = *state;
    oa_id attempt;
    for (int i = 0; i < LIMIT; i++) {
        take_place(f);
    }
    assert_int_equal(reserve(f, sometime + OA_ATTEMPT_LIFE, &attempt), OA_PLACE_NONE);
    assert_int_equal(reserve(f, sometime + OA_ATTEMPT_LIFE + 1, &attempt), OA_PLACE_TAKEN);
    assert_int_equal(fixture_int(f, "SELECT COUNT(*) FROM attempt"), 1);
}

static void test_without_a_limit_all_find_places_and_are_counted(void **state)
{
    fixture *f = *state;
    for (int i = 0; i < 2 * LIMIT; i++) {
        oa_reservation reservation;
        oa_id attempt;
        bool denied = true;
        assert_ok(oa_attempt_reserve(f->store, ADA, 0, sometime, &reservation, &attempt, f->pool));
        assert_int_equal(reservation, OA_PLACE_TAKEN);
        assert_ok(oa_attempt_wrong(f->store, ADA, attempt, 0, sometime, "", &denied, f->pool));
        assert_false(denied);
    }
    assert_counts(f, 2 * LIMIT, 0, OA_ACCOUNT_VALIDATED);
}

static void test_a_lowered_limit_leaves_one_place(void **state)
{
    fixture *f = *state;
    oa_id attempt, another;
    fixture_sql(f, "UPDATE account SET password_failures = 15 WHERE id = 20");
    assert_int_equal(reserve(f, sometime, &attempt), OA_PLACE_TAKEN);
    assert_int_equal(reserve(f, sometime, &another), OA_PLACE_NONE);
    assert_true(wrong(f, attempt));
}

static void test_an_idle_account_becomes_inactive_once(void **state)
{
    fixture *f = *state;
    bool done;
    fixture_sql(f, "UPDATE account SET last_login_at = 1000, status_since = 500 WHERE id = 20");
    assert_ok(oa_account_idle(f->store, ADA, 100, 1100, &done, f->pool));
    assert_false(done);
    assert_ok(oa_account_idle(f->store, ADA, 100, 1101, &done, f->pool));
    assert_true(done);
    assert_ok(oa_account_idle(f->store, ADA, 100, 1102, &done, f->pool));
    assert_false(done);
    assert_counts(f, 0, 0, OA_ACCOUNT_INACTIVE);
    assert_int_equal(fixture_int(f, "SELECT COUNT(*) FROM audit_event WHERE action = 'user.inactive'"), 1);
    assert_trail(f, 1);
}

static void test_a_validation_counts_as_being_seen(void **state)
{
    fixture *f = *state;
    bool done;
    fixture_sql(f, "UPDATE account SET last_login_at = 1000, status_since = 5000 WHERE id = 20");
    assert_ok(oa_account_idle(f->store, ADA, 100, 5050, &done, f->pool));
    assert_false(done);
}

static void test_the_first_use_of_a_key_retires_the_one_before_once(void **state)
{
    fixture *f = *state;
    fixture_sql(f, "UPDATE api_key SET replaces = 31, overlap = 500 WHERE id = 30");
    assert_ok(oa_key_first_use(f->store, ADAS_KEY, 1000, f->pool));
    assert_ok(oa_key_first_use(f->store, ADAS_KEY, 9000, f->pool));
    assert_int_equal(fixture_int(f, "SELECT expires_at FROM api_key WHERE id = 31"), 1500);
    assert_int_equal(fixture_int(f, "SELECT expires_at FROM credential WHERE key_id = 31"), 1500);
    assert_int_equal(fixture_int(f, "SELECT replaces FROM credential WHERE key_id = 30"), 0);
    assert_int_equal(fixture_int(f, "SELECT expires_at FROM api_key WHERE id = 30"), 0);
}

static void test_a_key_that_ends_sooner_anyway_keeps_its_end(void **state)
{
    fixture *f = *state;
    fixture_sql(f, "UPDATE api_key SET replaces = 31, overlap = 500 WHERE id = 30;"
                   "UPDATE api_key SET expires_at = 1200 WHERE id = 31");
    assert_ok(oa_key_first_use(f->store, ADAS_KEY, 1000, f->pool));
    assert_int_equal(fixture_int(f, "SELECT expires_at FROM api_key WHERE id = 31"), 1200);
}

/* Many at a time -------------------------------------------------------------------------------------------- */

enum { PROCESSES = 4, THREADS = 5, GUESSES = 10 };

/* Shared by all processes. */
typedef struct tally {
    _Atomic int hashed, denied, refused, failed, allowed;
} tally;

typedef struct guesser {
    oa_store *store;
    tally *tally;
    bool right;
} guesser;

/* As oa_decide does it: waits for a place, "hashes", settles. True until refused. */
static bool guess(const guesser *g, apr_pool_t *pool)
{
    oa_reservation reservation = OA_PLACE_NONE;
    oa_id attempt = 0;
    bool denied = false, allowed = false;
    while (reservation == OA_PLACE_NONE) {
        if (oa_attempt_reserve(g->store, ADA, LIMIT, oa_clock_now(), &reservation, &attempt, pool) != NULL) {
            g->tally->failed++;
            return false;
        }
    }
    if (reservation == OA_PLACE_REFUSED) {
        g->tally->refused++;
        return true;
    }
    g->tally->hashed++;
    oa_error *error = g->right ? oa_attempt_right(g->store, ADA, attempt, oa_clock_now(), &allowed, pool)
                               : oa_attempt_wrong(g->store, ADA, attempt, LIMIT, oa_clock_now(), "", &denied, pool);
    g->tally->failed += error != NULL;
    g->tally->denied += denied;
    g->tally->allowed += allowed;
    return true;
}

static void *guess_on(void *context)
{
    apr_pool_t *pool;
    apr_pool_create(&pool, NULL);
    for (int i = 0; i < GUESSES && guess(context, pool); i++) {
        apr_pool_clear(pool);
    }
    apr_pool_destroy(pool);
    return NULL;
}

static void guess_in_threads(oa_store *store, tally *all, bool right_ones)
{
    pthread_t threads[THREADS];
    guesser g = {store, all, right_ones};
    for (int i = 0; i < THREADS; i++) {
        pthread_create(&threads[i], NULL, guess_on, &g);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
}

/* A child makes its own hold on the store. */
static void guess_in_processes(fixture *f, tally *all, bool right_ones)
{
    for (int i = 0; i < PROCESSES; i++) {
        if (fork() == 0) {
            apr_pool_t *pool;
            oa_store *store;
            apr_pool_create(&pool, NULL);
            if (oa_store_make(f->path, f->secret, &store, pool) != NULL) {
                _exit(1);
            }
            guess_in_threads(store, all, right_ones);
            _exit(0);
        }
    }
    for (int i = 0; i < PROCESSES; i++) {
        int status;
        assert_true(wait(&status) > 0);
        assert_int_equal(status, 0);
    }
}

static tally *make_tally(void)
{
    tally *shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(shared, MAP_FAILED);
    return shared;
}

static void test_parallel_wrong_passwords_deny_at_exactly_ten(void **state)
{
    fixture *f = *state;
    tally *t = make_tally();
    guess_in_processes(f, t, false);
    assert_int_equal(t->failed, 0);
    assert_int_equal(t->hashed, LIMIT);
    assert_int_equal(t->denied, 1);
    assert_int_equal(t->refused, PROCESSES * THREADS * GUESSES - LIMIT);
    assert_counts(f, LIMIT, 0, OA_ACCOUNT_DENIED);
    assert_tried(f, LIMIT);
    assert_int_equal(fixture_int(f, "SELECT COUNT(*) FROM attempt"), 0);
    assert_trail(f, 1);
    munmap(t, sizeof *t);
}

static void test_parallel_right_passwords_all_get_in_uncounted(void **state)
{
    fixture *f = *state;
    tally *t = make_tally();
    guess_in_processes(f, t, true);
    assert_int_equal(t->failed, 0);
    assert_int_equal(t->allowed, PROCESSES * THREADS * GUESSES);
    assert_counts(f, 0, 0, OA_ACCOUNT_VALIDATED);
    assert_tried(f, 0);
    assert_int_equal(fixture_int(f, "SELECT COUNT(*) FROM attempt"), 0);
    munmap(t, sizeof *t);
}

static void *wrong_keys(void *context)
{
    fixture *f = context;
    apr_pool_t *pool;
    apr_pool_create(&pool, NULL);
    for (int i = 0; i < GUESSES; i++) {
        bool denied;
        assert_ok(oa_attempt_wrong_key(f->store, ADA, LIMIT, oa_clock_now(), "", &denied, pool));
    }
    apr_pool_destroy(pool);
    return NULL;
}

static void test_parallel_wrong_keys_deny_at_exactly_ten(void **state)
{
    fixture *f = *state;
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        pthread_create(&threads[i], NULL, wrong_keys, f);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
    assert_counts(f, 0, LIMIT, OA_ACCOUNT_DENIED);
    assert_trail(f, 1);
}

OA_TESTS(STORE_TEST(test_the_tenth_wrong_password_denies), STORE_TEST(test_the_tenth_wrong_key_denies),
         STORE_TEST(test_passwords_and_keys_add_up), STORE_TEST(test_places_are_what_attempts_are_left),
         STORE_TEST(test_a_right_password_clears_both_counts_and_notes_the_login),
         STORE_TEST(test_a_right_password_voids_no_cache_where_nothing_was_counted),
         STORE_TEST(test_a_right_password_does_not_undo_denied),
         STORE_TEST(test_a_right_key_clears_those_of_keys_alone),
         STORE_TEST(test_the_count_of_a_denied_account_is_not_cleared),
         STORE_TEST(test_banned_accounts_are_not_counted), STORE_TEST(test_an_unknown_account_finds_no_place),
         STORE_TEST(test_reservations_of_the_dead_free_themselves),
         STORE_TEST(test_without_a_limit_all_find_places_and_are_counted),
         STORE_TEST(test_a_lowered_limit_leaves_one_place), STORE_TEST(test_an_idle_account_becomes_inactive_once),
         STORE_TEST(test_a_validation_counts_as_being_seen),
         STORE_TEST(test_the_first_use_of_a_key_retires_the_one_before_once),
         STORE_TEST(test_a_key_that_ends_sooner_anyway_keeps_its_end),
         STORE_TEST(test_parallel_wrong_passwords_deny_at_exactly_ten),
         STORE_TEST(test_parallel_right_passwords_all_get_in_uncounted),
         STORE_TEST(test_parallel_wrong_keys_deny_at_exactly_ten))
