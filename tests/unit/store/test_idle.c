/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/store/scene.h"

#include "core/store/idle.h"

#include <sqlite3.h>

enum { RUSH = OA_IDLE_LADEN + 3 };

static int pages_kept(oa_db *db)
{
    int bytes = 0, most = 0;
    assert_int_equal(sqlite3_db_status(oa_sqlite_handle(db), SQLITE_DBSTATUS_CACHE_USED, &bytes, &most, 0), SQLITE_OK);
    return bytes / 4096;
}

static void read_much(oa_db *db)
{
    int64_t count;
    assert_ok(oa_db_int(db, &count, 0, "SELECT COUNT(*) FROM audit_event, credential, account", NULL));
}

static void take_all(scene *s, oa_db *dbs[RUSH])
{
    for (int i = 0; i < RUSH; i++) {
        assert_ok(oa_store_take(s->store, OA_DB_LOOKUP, &dbs[i], s->pool));
    }
}

static void give_all(scene *s, oa_db *dbs[RUSH])
{
    for (int i = 0; i < RUSH; i++) {
        oa_store_give(s->store, dbs[i]);
    }
}

static void test_after_a_rush_a_few_connections_keep_their_pages(void **state)
{
    scene *s = *state;
    oa_db *dbs[RUSH];
    int laden = 0;
    take_all(s, dbs);
    for (int i = 0; i < RUSH; i++) {
        read_much(dbs[i]);
    }
    int full = pages_kept(dbs[0]);
    give_all(s, dbs);
    take_all(s, dbs);
    for (int i = 0; i < RUSH; i++) {
        laden += pages_kept(dbs[i]) >= full;
        assert_true(i >= OA_IDLE_LADEN || pages_kept(dbs[i]) >= full); /* they are taken first */
    }
    give_all(s, dbs);
    assert_int_equal(laden, OA_IDLE_LADEN);
}

static void test_the_one_given_last_is_taken_first_and_keeps_its_pages(void **state)
{
    scene *s = *state;
    oa_db *dbs[RUSH], *again;
    take_all(s, dbs);
    give_all(s, dbs);
    for (int round = 0; round < 3; round++) {
        assert_ok(oa_store_take(s->store, OA_DB_LOOKUP, &again, s->pool));
        assert_ptr_equal(again, dbs[OA_IDLE_LADEN - 1]);
        read_much(again);
        oa_store_give(s->store, again);
        assert_true(pages_kept(again) > 1);
    }
}

static void test_each_use_has_connections_of_its_own(void **state)
{
    scene *s = *state;
    oa_idle idle = {.laden = 0}, taken;
    oa_db *lookup, *count;
    assert_ok(oa_store_take(s->store, OA_DB_LOOKUP, &lookup, s->pool));
    assert_ok(oa_store_take(s->store, OA_DB_COUNT, &count, s->pool));
    oa_idle_put(&idle, lookup, true);
    oa_idle_put(&idle, count, false);
    assert_null(oa_idle_take(&idle, OA_DB_ADMIN));
    assert_ptr_equal(oa_idle_take(&idle, OA_DB_LOOKUP), lookup);
    assert_null(oa_idle_take(&idle, OA_DB_LOOKUP));
    oa_idle_put(&idle, lookup, false);
    oa_idle_detach(&idle, &taken);
    assert_null(oa_idle_take(&idle, OA_DB_LOOKUP));
    oa_idle_close(&taken);
}

OA_TESTS(SCENE_TEST(test_after_a_rush_a_few_connections_keep_their_pages),
         SCENE_TEST(test_the_one_given_last_is_taken_first_and_keeps_its_pages), SCENE_TEST(test_each_use_has_connections_of_its_own))
