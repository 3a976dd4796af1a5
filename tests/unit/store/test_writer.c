/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/store/scene.h"

#include "core/store/usage.h"
#include "core/store/writer.h"

#include <signal.h>
#include <stdatomic.h>

static const oa_time noon = INT64_C(1795442400000);

static void note(scene *s, oa_id account, oa_id key)
{
    oa_record record = {.account_id = account, .key_id = key};
    oa_usage_note(s->store, &record, &(oa_usage_pace){OA_MINUTE, OA_DAY}, noon);
}

static int64_t used_at(scene *s, oa_id key)
{
    return fixture_int(s, apr_psprintf(s->pool, "SELECT last_used_at FROM api_key WHERE id = %d", (int)key));
}

static void test_the_thread_writes_by_itself_and_when_it_ends(void **state)
{
    scene *s = *state;
    apr_pool_t *life;
    apr_pool_create(&life, s->pool);
    assert_ok(oa_writer_start(s->store, NULL, NULL, life));
    note(s, 101, 1001);
    while (used_at(s, 1001) == 0) { /* ends when the thread has written */
        usleep(10000);
    }
    note(s, 102, 1002);
    apr_pool_destroy(life);
    assert_int_equal(used_at(s, 1002), noon);
}

static void count_errors(void *count, const oa_error *error)
{
    assert_int_equal(error->code, OA_UNAVAILABLE);
    (*(atomic_int *)count)++;
}

static void test_the_thread_reports_what_went_wrong(void **state)
{
    scene *s = *state;
    atomic_int errors = 0;
    apr_pool_t *life;
    apr_pool_create(&life, s->pool);
    assert_ok(oa_writer_start(s->store, count_errors, &errors, life));
    assert_int_equal(rename(s->path, fixture_file(s, "aside")), 0);
    scene_next_look();
    note(s, 101, 1001);
    while (errors == 0) {
        usleep(10000);
    }
    assert_int_equal(rename(fixture_file(s, "aside"), s->path), 0);
    while (used_at(s, 1001) == 0) {
        usleep(10000);
    }
    apr_pool_destroy(life);
}

static void test_the_thread_takes_no_signal(void **state)
{
    scene *s = *state;
    apr_pool_t *life;
    sigset_t usr1;
    int got = 0;
    apr_pool_create(&life, s->pool);
    assert_ok(oa_writer_start(s->store, NULL, NULL, life));
    sigemptyset(&usr1);
    sigaddset(&usr1, SIGUSR1);
    assert_int_equal(pthread_sigmask(SIG_BLOCK, &usr1, NULL), 0);
    assert_int_equal(kill(getpid(), SIGUSR1), 0); /* ends the process if any thread takes it */
    assert_int_equal(sigwait(&usr1, &got), 0);
    assert_int_equal(got, SIGUSR1);
    apr_pool_destroy(life);
}

static void add_changes(scene *s, int count)
{
    scene_shell(s, apr_psprintf(s->pool,
                                "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
                                " INSERT INTO change_log (account_id) SELECT 7 FROM n;",
                                count));
}

static void test_the_change_log_keeps_its_newest_rows(void **state)
{
    scene *s = *state;
    add_changes(s, 500);
    int64_t few = fixture_int(s, "SELECT COUNT(*) FROM change_log");
    assert_ok(oa_writer_keep_house(s->store, s->pool));
    assert_int_equal(fixture_int(s, "SELECT COUNT(*) FROM change_log"), few);
    add_changes(s, 15000);
    int64_t last = fixture_int(s, "SELECT MAX(seq) FROM change_log");
    assert_ok(oa_writer_keep_house(s->store, s->pool));
    assert_int_equal(fixture_int(s, "SELECT COUNT(*) FROM change_log"), OA_WRITER_LOG_KEPT);
    assert_int_equal(fixture_int(s, "SELECT MAX(seq) FROM change_log"), last);
    scene_shell(s, "DELETE FROM change_log;");
    assert_ok(oa_writer_keep_house(s->store, s->pool));
}

static void test_a_long_wal_is_written_back(void **state)
{
    scene *s = *state;
    const oa_policy *policy = NULL;
    assert_ok(oa_lookup_policy(s->store, &policy, s->pool));
    scene_run(s, "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 8000)"
                 " INSERT INTO message (account_id, org_id, key_id, at, method, path, status, duration)"
                 " SELECT 1, 1, 1, 1, 'GET', printf('%0800d', i), 200, 1 FROM n");
    assert_true(oa_lookup_backlog(s->store) > OA_WRITER_WAL_PAGES);
    assert_ok(oa_writer_keep_house(s->store, s->pool));
    assert_int_equal(oa_lookup_backlog(s->store), 0);
    assert_ok(oa_lookup_policy(s->store, &policy, s->pool));
}

OA_TESTS(SCENE_TEST(test_the_thread_writes_by_itself_and_when_it_ends),
         SCENE_TEST(test_the_thread_reports_what_went_wrong), SCENE_TEST(test_the_thread_takes_no_signal),
         SCENE_TEST(test_the_change_log_keeps_its_newest_rows), SCENE_TEST(test_a_long_wal_is_written_back))
