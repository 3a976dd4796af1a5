/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/store/scene.h"

#include "core/store/watch.h"

/* A connection that is taken settles the doubt that a checkpoint leaves. */
static uint64_t generation_of(scene *s)
{
    uint64_t generation;
    oa_db *db = NULL;
    assert_ok(oa_store_take(s->store, OA_DB_LOOKUP, &db, s->pool));
    oa_store_give(s->store, db);
    assert_true(oa_store_stands(s->store, &generation));
    return generation;
}

static oa_watch *open_watch(scene *s)
{
    oa_watch *watch = oa_watch_make(s->store, s->pool);
    assert_ok(oa_watch_open(watch, s->pool));
    return watch;
}

static void adopt_now(oa_watch *watch)
{
    oa_mark mark;
    assert_true(oa_watch_read(watch, &mark));
    oa_watch_adopt(watch, &mark);
}

static void test_nothing_stands_before_a_state_is_adopted(void **state)
{
    scene *s = *state;
    oa_watch *watch = oa_watch_make(s->store, s->pool);
    oa_mark mark;

    assert_false(oa_watch_is_open(watch, generation_of(s)));
    assert_false(oa_watch_stands(watch, generation_of(s)));
    assert_false(oa_watch_read(watch, &mark));
    assert_ok(oa_watch_open(watch, s->pool));
    assert_true(oa_watch_is_open(watch, generation_of(s)));
    assert_false(oa_watch_stands(watch, generation_of(s)));
    adopt_now(watch);
    assert_true(oa_watch_stands(watch, generation_of(s)));
}

static void test_the_state_stands_until_anybody_commits(void **state)
{
    static const char *const inputs[] = {
        "UPDATE account SET key_failures = key_failures + 1;",
        "CREATE TABLE t (a);",
        "VACUUM;",
        "PRAGMA wal_checkpoint(TRUNCATE); INSERT INTO t VALUES (1);",
        "BEGIN; INSERT INTO t VALUES (1); COMMIT;",
        "PRAGMA wal_checkpoint(RESTART); INSERT INTO t VALUES (1);",
    };
    scene *s = *state;
    oa_watch *watch = open_watch(s);

    for (size_t i = 0; i < sizeof(inputs) / sizeof(inputs[0]); i++) {
        adopt_now(watch);
        scene_shell(s, "SELECT COUNT(*) FROM account;");
        scene_shell(s, "BEGIN IMMEDIATE; UPDATE account SET key_failures = 9; ROLLBACK;");
        assert_true(oa_watch_stands(watch, generation_of(s)));
        scene_shell(s, inputs[i]);
        assert_false(oa_watch_stands(watch, generation_of(s)));
    }
}

static void test_another_generation_never_stands(void **state)
{
    scene *s = *state;
    oa_watch *watch = open_watch(s);

    adopt_now(watch);
    assert_false(oa_watch_stands(watch, generation_of(s) + 1));
    assert_false(oa_watch_is_open(watch, generation_of(s) + 1));
}

static void test_a_closed_watch_does_not_stand_and_opens_again(void **state)
{
    scene *s = *state;
    oa_watch *watch = open_watch(s);

    adopt_now(watch);
    oa_watch_close(watch, s->pool);
    assert_false(oa_watch_stands(watch, generation_of(s)));
    assert_int_equal(oa_watch_backlog(watch), 0);
    assert_ok(oa_watch_open(watch, s->pool));
    assert_false(oa_watch_stands(watch, generation_of(s)));
    adopt_now(watch);
    assert_true(oa_watch_stands(watch, generation_of(s)));
}

/* Writes one byte into the wal-index, and back. */
static void test_a_header_that_is_torn_damaged_or_foreign_cannot_be_told(void **state)
{
    static const long offsets[] = {0, 3, 8, 12, 13, 16, 24, 40, 47, 48, 56, 60, 64, 95};
    scene *s = *state;
    oa_watch *watch = open_watch(s);
    FILE *shm = fopen(apr_pstrcat(s->pool, s->path, "-shm", NULL), "r+");
    uint64_t generation = generation_of(s); /* now: a connection that reads would mend the header */
    oa_mark mark;

    assert_non_null(shm);
    adopt_now(watch);
    for (size_t i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++) {
        assert_int_equal(fseek(shm, offsets[i], SEEK_SET), 0);
        int was = fgetc(shm);
        for (int damaged = 1; damaged >= 0; damaged--) {
            assert_int_equal(fseek(shm, offsets[i], SEEK_SET), 0);
            assert_int_not_equal(fputc(was ^ (damaged ? 0x10 : 0), shm), EOF);
            assert_int_equal(fflush(shm), 0);
            assert_int_equal(oa_watch_read(watch, &mark), !damaged);
            assert_int_equal(oa_watch_stands(watch, generation), !damaged);
        }
    }
    fclose(shm);
}

/* Both copies alike: only the checksum tells. */
static void test_a_header_damaged_twice_alike_cannot_be_told(void **state)
{
    scene *s = *state;
    oa_watch *watch = open_watch(s);
    FILE *shm = fopen(apr_pstrcat(s->pool, s->path, "-shm", NULL), "r+");
    oa_mark mark;

    assert_non_null(shm);
    for (long copy = 0; copy < 2; copy++) {
        assert_int_equal(fseek(shm, copy * 48 + 16, SEEK_SET), 0);
        assert_int_equal(fputc(0x7e, shm), 0x7e);
    }
    fclose(shm);
    assert_false(oa_watch_read(watch, &mark));
}

static void test_the_backlog_is_what_a_checkpoint_has_to_do(void **state)
{
    scene *s = *state;
    oa_watch *watch = open_watch(s);
    int64_t left = -1;

    assert_ok(oa_store_checkpoint(s->store, &left, s->pool));
    assert_int_equal(left, 0);
    assert_int_equal(oa_watch_backlog(watch), 0);
    scene_run(s, "UPDATE account SET key_failures = key_failures + 1");
    assert_true(oa_watch_backlog(watch) > 0);
}

/* Pages of the WAL. */
static void fill_wal(scene *s, uint32_t pages)
{
    scene_shell(s, apr_psprintf(s->pool, "PRAGMA wal_autocheckpoint=0; CREATE TABLE filling (a);"
                                         " INSERT INTO filling VALUES (zeroblob(%u * 4096)); DROP TABLE filling;", pages));
}

static void test_a_state_is_held_until_it_is_released(void **state)
{
    scene *s = *state;
    oa_watch *watch = open_watch(s);

    assert_int_equal(scene_pages_held_up(s), 0);
    oa_watch_hold(watch, s->pool);
    oa_watch_hold(watch, s->pool);
    assert_true(scene_pages_held_up(s) > 0);
    oa_watch_release(watch, s->pool);
    oa_watch_release(watch, s->pool);
    assert_int_equal(scene_pages_held_up(s), 0);
    oa_watch_hold(watch, s->pool);
    oa_watch_close(watch, s->pool);
    oa_watch_hold(watch, s->pool);
    assert_int_equal(scene_pages_held_up(s), 0);
    assert_ok(oa_watch_open(watch, s->pool));
    oa_watch_hold(watch, s->pool);
    assert_true(scene_pages_held_up(s) > 0);
}

static void test_nothing_is_held_while_the_wal_is_long(void **state)
{
    scene *s = *state;
    oa_watch *watch = open_watch(s);

    fill_wal(s, OA_WATCH_HOLD_FRAMES);
    oa_watch_hold(watch, s->pool);
    assert_int_equal(scene_pages_held_up(s), 0);
    scene_run(s, "UPDATE account SET key_failures = 1 WHERE id = 103"); /* begins the WAL anew */
    oa_watch_hold(watch, s->pool);
    assert_true(scene_pages_held_up(s) > 0);
}

OA_TESTS(SCENE_TEST(test_nothing_stands_before_a_state_is_adopted),
         SCENE_TEST(test_the_state_stands_until_anybody_commits), SCENE_TEST(test_another_generation_never_stands),
         SCENE_TEST(test_a_closed_watch_does_not_stand_and_opens_again),
         SCENE_TEST(test_a_header_that_is_torn_damaged_or_foreign_cannot_be_told),
         SCENE_TEST(test_a_header_damaged_twice_alike_cannot_be_told),
         SCENE_TEST(test_the_backlog_is_what_a_checkpoint_has_to_do),
         SCENE_TEST(test_a_state_is_held_until_it_is_released),
         SCENE_TEST(test_nothing_is_held_while_the_wal_is_long))
