/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/store/scene.h"

#include "core/store/usage.h"

static const oa_time noon = INT64_C(1795442400000);
static const oa_usage_pace usual = {OA_MINUTE, OA_DAY};

static void note(scene *s, oa_id account, oa_id key, oa_time last_seen, oa_time now)
{
    oa_record record = {.account_id = account, .key_id = key, .last_seen = last_seen};
    oa_usage_note(s->store, &record, &usual, now);
}

static int64_t used_at(scene *s, oa_id key)
{
    return fixture_int(s, apr_psprintf(s->pool, "SELECT last_used_at FROM api_key WHERE id = %d", (int)key));
}

static int64_t seen_at(scene *s, oa_id account)
{
    return fixture_int(s, apr_psprintf(s->pool, "SELECT last_login_at FROM account WHERE id = %d", (int)account));
}

static void test_a_use_is_written_to_key_and_account(void **state)
{
    scene *s = *state;
    note(s, 101, 1001, 0, noon);
    assert_int_equal(used_at(s, 1001), 0);
    assert_ok(oa_usage_flush(s->store, s->pool));
    assert_int_equal(used_at(s, 1001), noon);
    assert_int_equal(seen_at(s, 101), noon);
    assert_int_equal(used_at(s, 1002), 0);
    assert_int_equal(fixture_int(s, "SELECT last_seen FROM credential WHERE key_id = 1001"), noon);
}

static void test_a_login_is_written_to_the_account_alone(void **state)
{
    scene *s = *state;
    note(s, 101, 0, 0, noon);
    assert_ok(oa_usage_flush(s->store, s->pool));
    assert_int_equal(seen_at(s, 101), noon);
    assert_int_equal(used_at(s, 1001), 0);
}

static void test_each_is_written_once_a_minute(void **state)
{
    scene *s = *state;
    note(s, 101, 1001, 0, noon);
    assert_ok(oa_usage_flush(s->store, s->pool));
    note(s, 101, 1001, 0, noon + OA_MINUTE - 1);
    assert_ok(oa_usage_flush(s->store, s->pool));
    assert_int_equal(used_at(s, 1001), noon);
    note(s, 101, 1001, 0, noon + OA_MINUTE);
    assert_ok(oa_usage_flush(s->store, s->pool));
    assert_int_equal(used_at(s, 1001), noon + OA_MINUTE);
}

static void test_a_later_time_is_never_overwritten_by_an_earlier(void **state)
{
    scene *s = *state;
    note(s, 101, 1001, 0, noon + OA_DAY);
    assert_ok(oa_usage_flush(s->store, s->pool));
    note(s, 101, 1001, 0, noon);
    assert_ok(oa_usage_flush(s->store, s->pool));
    assert_int_equal(used_at(s, 1001), noon + OA_DAY);
    assert_int_equal(seen_at(s, 101), noon + OA_DAY);
}

static void test_a_use_voids_nothing_and_costs_no_change_log(void **state)
{
    scene *s = *state;
    int64_t before = fixture_int(s, "SELECT MAX(seq) FROM change_log");
    note(s, 101, 1001, noon, noon);
    assert_ok(oa_usage_flush(s->store, s->pool));
    assert_int_equal(fixture_int(s, "SELECT MAX(seq) FROM change_log"), before);
}

static void test_who_was_not_seen_for_a_day_is_read_again_once_written(void **state)
{
    scene *s = *state;
    oa_usage_note(s->store, key_of(s, 1001), &usual, noon);
    assert_ok(oa_usage_flush(s->store, s->pool));
    assert_int_equal(key_of(s, 1001)->last_seen, noon);
}

static void add_accounts(scene *s)
{
    scene_run(s, "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)"
                 " INSERT INTO account (id, email, home_org_id, status_since, created_at)"
                 " SELECT 5000 + i, 'u' || i || '@example.org', 9, 1, 1 FROM n");
}

/* How many of a thousand accounts that were seen an hour before are written. */
static int64_t written_in_a_rush(scene *s, oa_time now)
{
    for (oa_id i = 1; i <= 1000; i++) {
        note(s, 5000 + i, 0, now - OA_HOUR, now);
    }
    assert_ok(oa_usage_flush(s->store, s->pool));
    return fixture_int(s, apr_psprintf(s->pool, "SELECT COUNT(*) FROM account WHERE last_login_at = %" APR_INT64_T_FMT, (apr_int64_t)now));
}

static void test_a_lasting_rush_writes_its_share_and_what_was_saved(void **state)
{
    scene *s = *state;
    oa_time now = noon;
    add_accounts(s);
    assert_int_equal(written_in_a_rush(s, now += OA_MINUTE), OA_USAGE_BATCH / 2);
    assert_int_equal(written_in_a_rush(s, now += OA_MINUTE), OA_USAGE_SHARE);
    assert_int_equal(written_in_a_rush(s, now += OA_MINUTE), OA_USAGE_SHARE);
    assert_ok(oa_usage_flush(s->store, s->pool));
    assert_int_equal(written_in_a_rush(s, now += OA_MINUTE), 2 * OA_USAGE_SHARE);
    for (int batches = 0; batches < 100; batches++) {
        assert_ok(oa_usage_flush(s->store, s->pool));
    }
    assert_int_equal(written_in_a_rush(s, now += OA_MINUTE), OA_USAGE_BATCH / 2);
}

static void test_a_session_is_written_in_a_rush(void **state)
{
    scene *s = *state;
    scene_run(s, "INSERT INTO session (digest, id, account_id, created_at, last_seen_at, expires_at) VALUES (x'01', 77, 101, 1, 1, 1)");
    for (oa_id i = 1; i <= 1000; i++) {
        note(s, 5000 + i, 0, noon - OA_HOUR, noon);
    }
    oa_usage_note_session(s->store, 77, OA_MINUTE, noon);
    assert_ok(oa_usage_flush(s->store, s->pool));
    assert_int_equal(fixture_int(s, "SELECT last_seen_at FROM session WHERE id = 77"), noon);
}

static void test_half_a_batch_is_kept_for_those_not_seen_for_a_day(void **state)
{
    scene *s = *state;
    add_accounts(s);
    for (oa_id i = 1; i <= 1000; i++) {
        note(s, 5000 + i, 0, noon - OA_HOUR, noon);
    }
    for (oa_id i = 1001; i <= 2000; i++) {
        note(s, 5000 + i, 0, 0, noon);
    }
    assert_ok(oa_usage_flush(s->store, s->pool));
    assert_int_equal(
        fixture_int(s, "SELECT COUNT(*) FROM account WHERE id BETWEEN 5001 AND 6000 AND last_login_at > 0"),
        OA_USAGE_BATCH / 2);
    assert_int_equal(fixture_int(s, "SELECT COUNT(*) FROM account WHERE id > 6000 AND last_login_at > 0"),
                     OA_USAGE_BATCH / 2);
}

static void test_who_would_soon_be_idle_goes_first_however_soon_that_is(void **state)
{
    scene *s = *state;
    oa_usage_pace pace = oa_usage_pace_of(2 * OA_HOUR);
    oa_record record = {.account_id = 7000, .last_seen = noon - OA_HOUR};
    scene_run(s, "INSERT INTO account (id, email, home_org_id, status_since, created_at) VALUES (7000, 'u@example.org', 9, 1, 1)");
    for (oa_id i = 1; i <= OA_USAGE_BATCH; i++) {
        oa_usage_note(s->store, &(oa_record){.account_id = 5000 + i, .last_seen = noon - OA_MINUTE}, &pace, noon);
    }
    oa_usage_note(s->store, &record, &pace, noon);
    assert_ok(oa_usage_flush(s->store, s->pool));
    assert_int_equal(seen_at(s, 7000), noon);
}

static void test_the_pace_follows_the_time_until_an_account_is_idle(void **state)
{
    static const struct {
        oa_duration after, every, late;
    } rows[] = {{0, OA_MINUTE, OA_DAY}, {90 * OA_DAY, OA_MINUTE, OA_DAY}, {OA_DAY, OA_MINUTE, 6 * OA_HOUR},
                {OA_HOUR, OA_MINUTE, 15 * OA_MINUTE}, {8 * OA_SECOND, 2 * OA_SECOND, 2 * OA_SECOND}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        oa_usage_pace pace = oa_usage_pace_of(rows[i].after);
        assert_int_equal(pace.every, rows[i].every);
        assert_int_equal(pace.late, rows[i].late);
    }
}

static void test_a_note_that_found_no_room_is_taken_at_the_next_use(void **state)
{
    scene *s = *state;
    for (oa_id i = 1; i <= OA_USAGE_BATCH; i++) {
        note(s, 5000 + i, 0, 0, noon);
    }
    note(s, 101, 1001, 0, noon);
    assert_ok(oa_usage_flush(s->store, s->pool));
    assert_int_equal(used_at(s, 1001), 0);
    note(s, 101, 1001, 0, noon + 1);
    assert_ok(oa_usage_flush(s->store, s->pool));
    assert_int_equal(used_at(s, 1001), noon + 1);
}

static void test_what_a_busy_store_refused_is_written_later(void **state)
{
    scene *s = *state;
    oa_db *holder = NULL;
    assert_ok(oa_store_take(s->store, OA_DB_ADMIN, &holder, s->pool));
    assert_ok(oa_db_begin(holder, true));
    note(s, 101, 1001, 0, noon);
    assert_code(oa_usage_flush(s->store, s->pool), OA_BUSY);
    note(s, 102, 1002, 0, noon);
    oa_db_rollback(holder);
    oa_store_give(s->store, holder);
    assert_ok(oa_usage_flush(s->store, s->pool));
    assert_int_equal(used_at(s, 1001), noon);
    assert_int_equal(used_at(s, 1002), noon);
}

OA_TESTS(SCENE_TEST(test_a_use_is_written_to_key_and_account), SCENE_TEST(test_a_login_is_written_to_the_account_alone),
         SCENE_TEST(test_each_is_written_once_a_minute),
         SCENE_TEST(test_a_later_time_is_never_overwritten_by_an_earlier),
         SCENE_TEST(test_a_use_voids_nothing_and_costs_no_change_log),
         SCENE_TEST(test_who_was_not_seen_for_a_day_is_read_again_once_written),
         SCENE_TEST(test_a_lasting_rush_writes_its_share_and_what_was_saved),
         SCENE_TEST(test_a_session_is_written_in_a_rush),
         SCENE_TEST(test_half_a_batch_is_kept_for_those_not_seen_for_a_day),
         SCENE_TEST(test_who_would_soon_be_idle_goes_first_however_soon_that_is),
         SCENE_TEST(test_the_pace_follows_the_time_until_an_account_is_idle),
         SCENE_TEST(test_a_note_that_found_no_room_is_taken_at_the_next_use),
         SCENE_TEST(test_what_a_busy_store_refused_is_written_later))
