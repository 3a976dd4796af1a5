/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "core/auth/host.h"

#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* What the children of a test tell. */
typedef struct board {
    _Atomic int inside, most, entered, refused;
} board;

static board *make_board(void)
{
    board *made = mmap(NULL, sizeof(*made), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(made != MAP_FAILED);
    return made;
}

static oa_host *make_host(int hashes, int waiting, apr_pool_t *pool)
{
    oa_host *host;
    assert_ok(oa_host_make(hashes, waiting, geteuid(), &host, pool));
    return host;
}

static void pass_through(oa_host *host, board *seen)
{
    if (!oa_hash_enter(host)) {
        seen->refused++;
        return;
    }
    int inside = ++seen->inside, most = seen->most;
    while (inside > most && !atomic_compare_exchange_weak(&seen->most, &most, inside)) {
    }
    for (int i = 0; i < 20; i++) {
        sched_yield();
    }
    seen->entered++;
    seen->inside--;
    oa_hash_note(host);
    oa_hash_leave(host);
}

static void test_processes_keep_within_the_bound(void **state)
{
    enum { CHILDREN = 8, TIMES = 50 };
    oa_host *host = make_host(2, CHILDREN, *state);
    board *seen = make_board();
    for (int child = 0; child < CHILDREN; child++) {
        if (fork() == 0) {
            for (int i = 0; i < TIMES; i++) {
                pass_through(host, seen);
            }
            _exit(0);
        }
    }
    while (wait(NULL) > 0) {
    }
    assert_int_equal(seen->entered, CHILDREN * TIMES);
    assert_int_equal(seen->refused, 0);
    assert_true(seen->most <= 2);
    assert_int_equal(oa_hash_count(host), CHILDREN * TIMES);
}

static void test_who_would_wait_beyond_the_bound_is_refused(void **state)
{
    oa_host *host = make_host(1, 0, *state);
    assert_true(oa_hash_enter(host));
    assert_false(oa_hash_enter(host));
    oa_hash_leave(host);
    assert_true(oa_hash_enter(host));
    oa_hash_leave(host);
}

static _Noreturn void tell_and_stay(char byte, int to)
{
    if (write(to, &byte, 1) != 1) {
        _exit(1);
    }
    for (;;) {
        pause();
    }
}

/* A child that dies with a place, and one that dies while it waits, leave nothing behind. */
static void test_the_places_of_the_killed_are_free(void **state)
{
    oa_host *host = make_host(1, 1, *state);
    int ready[2];
    char byte;
    assert_int_equal(pipe(ready), 0);
    pid_t holder = fork();
    if (holder == 0) {
        byte = oa_hash_enter(host) ? 'y' : 'n';
        tell_and_stay(byte, ready[1]);
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    assert_int_equal(byte, 'y');
    pid_t waiter = fork();
    if (waiter == 0) {
        oa_hash_enter(host);
        _exit(0);
    }
    kill(waiter, SIGKILL);
    waitpid(waiter, NULL, 0);
    kill(holder, SIGKILL);
    waitpid(holder, NULL, 0);
    assert_true(oa_hash_enter(host));
    oa_hash_leave(host);
    close(ready[0]);
    close(ready[1]);
}

static void test_a_child_does_not_take_the_semaphores_along(void **state)
{
    apr_pool_t *pool;
    apr_pool_create(&pool, *state);
    oa_host *host = make_host(1, 0, pool);
    pid_t child = fork();
    if (child == 0) {
        apr_pool_destroy(pool);
        _exit(0);
    }
    waitpid(child, NULL, 0);
    assert_true(oa_hash_enter(host));
    assert_false(oa_hash_enter(host)); /* the bound still holds */
    oa_hash_leave(host);
}

/* After a graceful restart: requests under way go on, one hash at a time in each process. */
static void test_children_outlive_the_maker_of_the_host(void **state)
{
    apr_pool_t *pool;
    int go[2];
    char byte = 0;
    board *seen = make_board();
    apr_pool_create(&pool, *state);
    oa_host *host = make_host(1, 0, pool);
    assert_int_equal(pipe(go), 0);
    pid_t child = fork();
    if (child == 0) {
        if (read(go[0], &byte, 1) == 1) {
            pass_through(host, seen);
            pass_through(host, seen);
        }
        _exit(0);
    }
    apr_pool_destroy(pool);
    assert_int_equal(write(go[1], "x", 1), 1);
    waitpid(child, NULL, 0);
    assert_int_equal(seen->entered, 2);
    close(go[0]);
    close(go[1]);
}

static void test_without_a_host_there_is_no_bound(void **state)
{
    (void)state;
    assert_true(oa_hash_enter(NULL));
    assert_true(oa_hash_enter(NULL));
    oa_hash_note(NULL);
    oa_hash_leave(NULL);
    oa_hash_leave(NULL);
    assert_int_equal(oa_hash_count(NULL), 0);
}

static void test_bounds_beyond_what_a_semaphore_holds_are_cut(void **state)
{
    oa_host *host = make_host(1, 1000000, *state);
    assert_true(oa_hash_enter(host));
    oa_hash_leave(host);
    host = make_host(0, -1, *state);
    assert_true(oa_hash_enter(host));
    assert_false(oa_hash_enter(host));
    oa_hash_leave(host);
}

OA_TESTS(OA_POOL_TEST(test_processes_keep_within_the_bound),
         OA_POOL_TEST(test_who_would_wait_beyond_the_bound_is_refused),
         OA_POOL_TEST(test_the_places_of_the_killed_are_free),
         OA_POOL_TEST(test_a_child_does_not_take_the_semaphores_along),
         OA_POOL_TEST(test_children_outlive_the_maker_of_the_host),
         OA_POOL_TEST(test_without_a_host_there_is_no_bound), OA_POOL_TEST(test_bounds_beyond_what_a_semaphore_holds_are_cut))
