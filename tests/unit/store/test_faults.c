/* SPDX-License-Identifier: Apache-2.0 */
/* What the file system, the power and kill -9 do to counting. */
#include "core/store/attempt.h"
#include "core/store/audit.h"
#include "tests/unit/store/fixture.h"

#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>

static void assert_sound(fixture *f)
{
    oa_json *result;
    bool sound = false;
    assert_ok(oa_store_check(f->path, f->secret, &sound, &result, f->pool));
    if (!sound) {
        fail_msg("%s", oa_json_format(result, true, f->pool));
    }
}

static oa_error *wrong_key(oa_store *store, apr_pool_t *pool)
{
    bool denied;
    return oa_attempt_wrong_key(store, ADA, 0, oa_clock_now(), "", &denied, pool);
}

/* Killed counters ------------------------------------------------------------------------------------------- */

enum { COUNTERS = 3, KILLS = 8, BEFORE_KILL = 12 };

typedef struct counter {
    oa_store *store;
    _Atomic int *answered;
} counter;

static void *count_on(void *context)
{
    counter *c = context;
    apr_pool_t *pool;
    apr_pool_create(&pool, NULL);
    while (wrong_key(c->store, pool) == NULL) {
        (*c->answered)++;
        apr_pool_clear(pool);
    }
    _exit(1);
}

static void count_in_threads(fixture *f, _Atomic int *answered)
{
    apr_pool_t *pool;
    pthread_t threads[COUNTERS];
    counter c = {.answered = answered};
    apr_pool_create(&pool, NULL);
    if (oa_store_make(f->path, f->secret, &c.store, pool) != NULL) {
        _exit(2);
    }
    for (int i = 0; i < COUNTERS; i++) {
        pthread_create(&threads[i], NULL, count_on, &c);
    }
    pthread_join(threads[0], NULL);
}

static void test_a_killed_process_loses_no_answered_failure(void **state)
{
    fixture *f = *state;
    _Atomic int *answered = mmap(NULL, sizeof *answered, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(answered, MAP_FAILED);
    for (int i = 1; i <= KILLS; i++) {
        int status, goal = *answered + BEFORE_KILL;
        pid_t child = fork();
        if (child == 0) {
            count_in_threads(f, answered);
        }
        while (*answered < goal && waitpid(child, &status, WNOHANG) == 0) {
            sched_yield();
        }
        kill(child, SIGKILL);
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status));
        int64_t counted = fixture_int(f, "SELECT key_failures FROM account WHERE id = 20");
        assert_true(counted >= *answered);
        assert_true(counted <= *answered + (int64_t)COUNTERS * i);
        assert_sound(f);
    }
    munmap(answered, sizeof *answered);
}

/* A full disk ----------------------------------------------------------------------------------------------- */

static rlim_t wal_size(fixture *f)
{
    struct stat found;
    return stat(fixture_file(f, "store.db-wal"), &found) == 0 ? (rlim_t)found.st_size : 0;
}

static void set_limit(rlim_t size)
{
    struct rlimit limit;
    getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = size;
    setrlimit(RLIMIT_FSIZE, &limit);
}

/* Exit code: which expectation failed; 0: none. */
static int live_through_a_full_disk(fixture *f, oa_store *store, apr_pool_t *pool)
{
    oa_db *db;
    int64_t accounts = 0;
    signal(SIGXFSZ, SIG_IGN);
    if (wrong_key(store, pool) != NULL) {
        return 1;
    }
    set_limit(wal_size(f));
    oa_error *error = wrong_key(store, pool);
    if (error == NULL || error->code != OA_UNAVAILABLE) {
        return 2;
    }
    error = wrong_key(store, pool);
    if (error == NULL || error->code != OA_UNAVAILABLE) {
        return 3;
    }
    if (oa_store_take(store, OA_DB_LOOKUP, &db, pool) != NULL ||
        oa_db_int(db, &accounts, 0, "SELECT COUNT(*) FROM account", "") != NULL || accounts != 2) {
        return 4;
    }
    oa_store_give(store, db);
    set_limit(RLIM_INFINITY);
    return wrong_key(store, pool) == NULL ? 0 : 5;
}

static void test_a_full_disk_stops_counting_with_an_error_and_not_reading(void **state)
{
    fixture *f = *state;
    int status;
    pid_t child = fork();
    if (child == 0) {
        apr_pool_t *pool;
        oa_store *store;
        apr_pool_create(&pool, NULL);
        _exit(oa_store_make(f->path, f->secret, &store, pool) != NULL ? 9 : live_through_a_full_disk(f, store, pool));
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_int_equal(fixture_int(f, "SELECT key_failures FROM account WHERE id = 20"), 2);
    assert_sound(f);
}

/* Flipped bytes --------------------------------------------------------------------------------------------- */

/* By another process: closing a file of SQLite's in this one would drop its locks. */
static void overwrite(fixture *f, const char *name, off_t at, size_t size)
{
    int status;
    pid_t child = fork();
    if (child == 0) {
        char junk[4096];
        memset(junk, 0xa5, sizeof junk);
        int fd = open(fixture_file(f, name), O_RDWR);
        _exit(fd >= 0 && pwrite(fd, junk, size, at) == (ssize_t)size ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static oa_error *count_accounts(fixture *f, int64_t *accounts)
{
    oa_db *db;
    OA_TRY(oa_store_take(f->store, OA_DB_LOOKUP, &db, f->pool));
    oa_error *error = oa_db_int(db, accounts, -1, "SELECT COUNT(*) FROM account", "");
    oa_store_give(f->store, db);
    return error;
}

static void test_a_damaged_index_of_the_wal_is_made_anew(void **state)
{
    fixture *f = *state;
    int64_t accounts = 0;
    assert_ok(count_accounts(f, &accounts));
    overwrite(f, "store.db-shm", 0, 96);
    assert_ok(count_accounts(f, &accounts));
    assert_int_equal(accounts, 2);
    assert_ok(wrong_key(f->store, f->pool));
    assert_sound(f);
}

static void test_a_damaged_schema_page_is_unavailable_and_never_an_answer(void **state)
{
    fixture *f = *state;
    int64_t pages, accounts = 0;
    oa_db *server;
    assert_ok(oa_store_take(f->store, OA_DB_ADMIN, &server, f->pool));
    assert_ok(oa_store_checkpoint(f->store, &pages, f->pool));
    overwrite(f, "store.db", 0, 4096);
    oa_store_close(f->store);
    struct timespec past_the_look = {0, 30 * 1000000};
    nanosleep(&past_the_look, NULL);
    assert_code(count_accounts(f, &accounts), OA_UNAVAILABLE);
    oa_store_give(f->store, server);
}

OA_TESTS(STORE_TEST(test_a_killed_process_loses_no_answered_failure),
         STORE_TEST(test_a_full_disk_stops_counting_with_an_error_and_not_reading),
         STORE_TEST(test_a_damaged_index_of_the_wal_is_made_anew),
         STORE_TEST(test_a_damaged_schema_page_is_unavailable_and_never_an_answer))
