/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/store/scene.h"

#include "core/store/freshness.c" /* to stand in the middle of an update, and at the end of a counter */

static oa_freshness *make(scene *s)
{
    oa_freshness *fresh = NULL;
    assert_ok(oa_freshness_make(s->store, &fresh, s->pool));
    return fresh;
}

static bool take_notice(oa_freshness *fresh, scene *s)
{
    bool current = false;
    assert_ok(oa_fresh_update(fresh, &current, s->pool));
    return current;
}

static oa_cache_stamp stamp_of(oa_freshness *fresh, oa_id account)
{
    oa_cache_stamp stamp;
    assert_true(oa_fresh_stamp(fresh, oa_fresh_ticket(fresh), account, &stamp));
    return stamp;
}

static void test_a_stamp_holds_until_its_account_changes(void **state)
{
    scene *s = *state;
    oa_freshness *fresh = make(s);

    assert_true(take_notice(fresh, s));
    oa_cache_stamp ann = stamp_of(fresh, 101), sue = stamp_of(fresh, 102);
    assert_true(oa_fresh_holds(fresh, &ann));
    scene_run(s, "UPDATE account SET key_failures = 1 WHERE id = 101");
    assert_true(take_notice(fresh, s));
    assert_false(oa_fresh_holds(fresh, &ann));
    assert_true(oa_fresh_holds(fresh, &sue));
}

static void test_what_concerns_all_voids_all(void **state)
{
    scene *s = *state;
    oa_freshness *fresh = make(s);

    assert_true(take_notice(fresh, s));
    oa_cache_stamp ann = stamp_of(fresh, 101), nobody = stamp_of(fresh, 0);
    scene_run(s, "UPDATE role SET permissions = 'a:b' WHERE id = 6");
    assert_true(take_notice(fresh, s));
    assert_false(oa_fresh_holds(fresh, &ann));
    assert_false(oa_fresh_holds(fresh, &nobody));
}

static void test_a_commit_that_decides_nothing_voids_nothing(void **state)
{
    scene *s = *state;
    oa_freshness *fresh = make(s);
    uint64_t refreshes[2], voided[2];

    assert_true(take_notice(fresh, s));
    oa_cache_stamp ann = stamp_of(fresh, 101);
    oa_fresh_counts(fresh, &refreshes[0], &voided[0]);
    scene_run(s, "UPDATE api_key SET last_used_at = 9");
    scene_shell(s, "VACUUM;");
    assert_true(take_notice(fresh, s));
    assert_true(take_notice(fresh, s));
    oa_fresh_counts(fresh, &refreshes[1], &voided[1]);
    assert_true(oa_fresh_holds(fresh, &ann));
    assert_int_equal(refreshes[1], refreshes[0] + 1);
    assert_int_equal(voided[1], voided[0]);
}

/* The row may have been read before the change, and the change been taken notice of before the row is remembered. */
static void test_what_was_read_before_an_update_gets_no_stamp(void **state)
{
    scene *s = *state;
    oa_freshness *fresh = make(s);
    oa_cache_stamp stamp;

    assert_true(take_notice(fresh, s));
    uint64_t ticket = oa_fresh_ticket(fresh);
    assert_true(oa_fresh_stamp(fresh, ticket, 101, &stamp));
    scene_run(s, "UPDATE account SET key_failures = 1 WHERE id = 101");
    assert_true(oa_fresh_stamp(fresh, ticket, 101, &stamp));
    assert_true(take_notice(fresh, s));
    assert_false(oa_fresh_holds(fresh, &stamp));
    assert_false(oa_fresh_stamp(fresh, ticket, 101, &stamp));
}

static void test_what_was_read_while_an_update_ran_gets_no_stamp(void **state)
{
    scene *s = *state;
    oa_freshness *fresh = make(s);
    oa_cache_stamp stamp;

    assert_true(take_notice(fresh, s));
    fresh->turn++;
    uint64_t ticket = oa_fresh_ticket(fresh);
    assert_false(oa_fresh_stamp(fresh, ticket, 101, &stamp));
    fresh->turn++;
    assert_false(oa_fresh_stamp(fresh, ticket, 101, &stamp));
    assert_true(oa_fresh_stamp(fresh, oa_fresh_ticket(fresh), 101, &stamp));
}

static void test_who_finds_an_update_under_way_looks_up_directly(void **state)
{
    scene *s = *state;
    oa_freshness *fresh = make(s);

    assert_int_equal(pthread_mutex_lock(&fresh->updating), 0);
    assert_false(take_notice(fresh, s));
    assert_int_equal(pthread_mutex_unlock(&fresh->updating), 0);
    assert_true(take_notice(fresh, s));
}

static void test_a_counter_that_comes_round_voids_all(void **state)
{
    scene *s = *state;
    oa_freshness *fresh = make(s);

    assert_true(take_notice(fresh, s));
    fresh->versions[bucket_of(101)] = UINT32_MAX;
    oa_cache_stamp sue = stamp_of(fresh, 102);
    oa_fresh_void(fresh, 101);
    assert_false(oa_fresh_holds(fresh, &sue));
}

static void test_an_account_is_voided_without_a_change_too(void **state)
{
    scene *s = *state;
    oa_freshness *fresh = make(s);

    assert_true(take_notice(fresh, s));
    oa_cache_stamp ann = stamp_of(fresh, 101), sue = stamp_of(fresh, 102);
    oa_fresh_void(fresh, 101);
    assert_false(oa_fresh_holds(fresh, &ann));
    assert_true(oa_fresh_holds(fresh, &sue));
}

/* Many threads look while one commits: whoever was told `current` after a commit finds the stamp of before it void. */
typedef struct race {
    scene *s;
    oa_freshness *fresh;
    atomic_int committed;
    atomic_bool over;
    atomic_int wrong, looked;
    _Atomic uint64_t slot; /* what a cache would hold: version and number of commits that the row had seen */
} race;

static int read_row(race *r, apr_pool_t *pool)
{
    int64_t failures = -1;
    oa_db *db = NULL;
    if (oa_store_take(r->s->store, OA_DB_LOOKUP, &db, pool) == NULL) {
        if (oa_db_int(db, &failures, -1, "SELECT key_failures FROM account WHERE id = 101", NULL) != NULL) {
            failures = -1;
        }
        oa_store_give(r->s->store, db);
    }
    return (int)failures;
}

static void look_once(race *r, apr_pool_t *pool)
{
    int least = r->committed;
    bool current = false;
    if (oa_fresh_update(r->fresh, &current, pool) != NULL) {
        r->wrong++;
        return;
    }
    uint64_t slot = r->slot;
    oa_cache_stamp stamp;
    uint64_t ticket = oa_fresh_ticket(r->fresh);
    (void)oa_fresh_stamp(r->fresh, ticket, 101, &stamp);
    if (current && slot != 0 && (uint32_t)(slot >> 32) == stamp.version) {
        r->wrong += (int)(uint32_t)slot < least;
        r->looked++;
        return;
    }
    int row = read_row(r, pool);
    if (row >= 0 && oa_fresh_stamp(r->fresh, ticket, 101, &stamp)) {
        r->slot = (uint64_t)stamp.version << 32 | (uint32_t)row;
    }
}

static void *look_on(void *data)
{
    race *r = data;
    apr_pool_t *pool;
    apr_pool_create(&pool, NULL);
    while (!r->over) {
        look_once(r, pool);
        apr_pool_clear(pool);
    }
    apr_pool_destroy(pool);
    return NULL;
}

static void test_no_thread_is_told_that_the_past_is_current(void **state)
{
    race r = {.s = *state};
    pthread_t threads[4];
    apr_pool_t *pool;

    r.fresh = make(r.s);
    assert_true(take_notice(r.fresh, r.s));
    apr_pool_create(&pool, NULL);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, look_on, &r), 0);
    }
    for (int i = 1; i <= 500; i++) {
        oa_db *db = NULL;
        assert_ok(oa_store_take(r.s->store, OA_DB_ADMIN, &db, pool));
        assert_ok(oa_db_run(db, NULL, "UPDATE account SET key_failures = $1 WHERE id = 101", "i", (int64_t)i));
        oa_store_give(r.s->store, db);
        r.committed = i;
        apr_pool_clear(pool);
    }
    r.over = true;
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
    }
    apr_pool_destroy(pool);
    assert_int_equal(r.wrong, 0);
    assert_true(r.looked > 0);
}

/* A checkpoint leaves a doubt, which the next connection settles. */
static bool take_notice_anew(oa_freshness *fresh, scene *s)
{
    oa_db *db = NULL;
    scene_next_look();
    assert_ok(oa_store_take(s->store, OA_DB_LOOKUP, &db, s->pool));
    oa_store_give(s->store, db);
    return take_notice(fresh, s);
}

static void miss(oa_freshness *fresh, scene *s, int times)
{
    for (int i = 0; i < times; i++) {
        oa_fresh_missed(fresh, s->pool);
    }
}

static void test_a_state_in_which_many_look_up_is_held_until_the_next_change(void **state)
{
    scene *s = *state;
    oa_freshness *fresh = make(s);

    assert_true(take_notice(fresh, s));
    miss(fresh, s, HOLD_AFTER - 1);
    assert_int_equal(scene_pages_held_up(s), 0);
    assert_true(take_notice_anew(fresh, s));
    miss(fresh, s, HOLD_AFTER - 1);
    assert_int_equal(scene_pages_held_up(s), 0); /* counted from the change on */
    assert_true(take_notice_anew(fresh, s));
    miss(fresh, s, HOLD_AFTER);
    assert_true(scene_pages_held_up(s) > 0);
    assert_true(take_notice_anew(fresh, s));
    assert_int_equal(scene_pages_held_up(s), 0);
}

static void test_what_is_held_is_given_up_at_rest_and_with_the_store(void **state)
{
    scene *s = *state;
    oa_freshness *fresh = make(s);

    assert_true(take_notice(fresh, s));
    for (int i = 0; i < 2; i++) {
        miss(fresh, s, HOLD_AFTER);
        oa_fresh_rest(fresh, s->pool);
        assert_int_equal(scene_pages_held_up(s), 0);
    }
    miss(fresh, s, HOLD_AFTER);
    assert_true(scene_pages_held_up(s) > 0);
    assert_int_equal(rename(s->path, fixture_file(s, "aside")), 0);
    scene_next_look();
    assert_false(take_notice(fresh, s));
    assert_int_equal(rename(fixture_file(s, "aside"), s->path), 0);
    scene_next_look();
    assert_int_equal(scene_pages_held_up(s), 0);
}

OA_TESTS(SCENE_TEST(test_a_stamp_holds_until_its_account_changes), SCENE_TEST(test_what_concerns_all_voids_all),
         SCENE_TEST(test_a_commit_that_decides_nothing_voids_nothing),
         SCENE_TEST(test_what_was_read_before_an_update_gets_no_stamp),
         SCENE_TEST(test_what_was_read_while_an_update_ran_gets_no_stamp),
         SCENE_TEST(test_who_finds_an_update_under_way_looks_up_directly),
         SCENE_TEST(test_a_counter_that_comes_round_voids_all),
         SCENE_TEST(test_an_account_is_voided_without_a_change_too),
         SCENE_TEST(test_no_thread_is_told_that_the_past_is_current),
         SCENE_TEST(test_a_state_in_which_many_look_up_is_held_until_the_next_change),
         SCENE_TEST(test_what_is_held_is_given_up_at_rest_and_with_the_store))
