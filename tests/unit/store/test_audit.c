/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/store/fixture.h"

#include "core/store/audit.h"

static const oa_time sometime = INT64_C(1795442400000);

static const unsigned char *key_of(fixture *f)
{
    return oa_store_subkey(f->store, OA_SUBKEY_AUDIT);
}

static oa_id append(fixture *f, const char *action, oa_time at)
{
    oa_db *db;
    oa_event event = {.at = at,
                      .actor_kind = "user",
                      .actor_id = ADA,
                      .actor_name = "ada@acme.example",
                      .action = action,
                      .org_id = ACME,
                      .target_id = BOB,
                      .target_name = "bob@acme.example",
                      .address = "192.0.2.1",
                      .detail = "{\"a\":1}"};
    assert_ok(oa_store_take(f->store, OA_DB_COUNT, &db, f->pool));
    assert_ok(oa_db_begin(db, true));
    assert_ok(oa_audit_append(db, key_of(f), &event));
    assert_ok(oa_db_commit(db));
    oa_store_give(f->store, db);
    return event.id;
}

static void append_three(fixture *f)
{
    append(f, "user.ban", sometime);
    append(f, "user.validate", sometime + 10);
    append(f, "user.edit", sometime + 20);
}

static oa_id broken_at(fixture *f, int64_t *count)
{
    oa_db *db;
    oa_id broken;
    assert_ok(oa_store_take(f->store, OA_DB_LOOKUP, &db, f->pool));
    assert_ok(oa_audit_verify(db, key_of(f), count, &broken, f->pool));
    oa_store_give(f->store, db);
    return broken;
}

static void assert_whole(fixture *f, int64_t events)
{
    int64_t count;
    assert_int_equal(broken_at(f, &count), 0);
    assert_int_equal(count, events);
}

static void assert_broken(fixture *f, const char *tampering)
{
    int64_t count;
    fixture_sql(f, tampering);
    if (broken_at(f, &count) == 0) {
        fail_msg("not noticed: %s", tampering);
    }
}

static oa_id nth(fixture *f, int n)
{
    return fixture_int(f, apr_psprintf(f->pool, "SELECT id FROM audit_event ORDER BY id LIMIT 1 OFFSET %d", n));
}

static void test_an_empty_trail_is_whole(void **state)
{
    assert_whole(*state, 0);
}

static void test_a_trail_is_whole_as_it_was_written(void **state)
{
    fixture *f = *state;
    append_three(f);
    assert_whole(f, 3);
}

static void test_missing_texts_are_written_empty(void **state)
{
    fixture *f = *state;
    oa_db *db;
    oa_event event = {.at = sometime, .actor_kind = "system", .actor_name = "mod_orgauth", .action = "user.denied"};
    assert_ok(oa_store_take(f->store, OA_DB_ADMIN, &db, f->pool));
    assert_ok(oa_db_begin(db, true));
    assert_ok(oa_audit_append(db, key_of(f), &event));
    assert_ok(oa_db_commit(db));
    oa_store_give(f->store, db);
    assert_whole(f, 1);
    assert_int_equal(fixture_int(f, "SELECT COUNT(*) FROM audit_event WHERE detail = '{}' AND address = ''"), 1);
}

static void test_ids_grow_though_the_clock_goes_back(void **state)
{
    fixture *f = *state;
    oa_id ahead = append(f, "a.b", sometime + 365 * OA_DAY);
    fixture_sql(f, "SELECT 1");
    oa_id behind = append(f, "a.b", sometime);
    assert_true(behind > ahead);
    assert_whole(f, 2);
}

static void test_every_altered_column_shows(void **state)
{
    static const char *const changes[] = {"at = at + 1",        "actor_kind = 'local'", "actor_id = 9",
                                          "actor_name = 'eve'", "action = 'user.show'", "org_id = 11",
                                          "target_id = 9",      "target_name = 'x'",    "address = '192.0.2.2'",
                                          "detail = '{}'",      "chain = zeroblob(32)", "chain = x'00'",
                                          "id = id - 1"};
    fixture *f = *state;
    append_three(f);
    oa_id second = nth(f, 1);
    fixture_sql(f, "CREATE TABLE keep AS SELECT * FROM audit_event");
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        int64_t count;
        fixture_sql(f, apr_psprintf(f->pool, "UPDATE audit_event SET %s WHERE id = %" APR_INT64_T_FMT, changes[i],
                                    (apr_int64_t)second));
        oa_id broken = broken_at(f, &count);
        if (broken != nth(f, 1)) {
            fail_msg("not noticed: %s", changes[i]);
        }
        fixture_sql(f, "DELETE FROM audit_event; INSERT INTO audit_event SELECT * FROM keep");
        assert_whole(f, 3);
    }
}

static void test_text_does_not_move_between_columns(void **state)
{
    fixture *f = *state;
    append_three(f);
    assert_broken(f, "UPDATE audit_event SET actor_name = actor_name || 'u', action = substr(action, 2)");
}

static void test_a_removed_event_shows(void **state)
{
    fixture *f = *state;
    append_three(f);
    assert_broken(f, "DELETE FROM audit_event WHERE action = 'user.validate'");
}

static void test_the_removed_first_event_shows(void **state)
{
    fixture *f = *state;
    append_three(f);
    assert_broken(f, "DELETE FROM audit_event WHERE action = 'user.ban'");
}

static void test_removed_newest_events_show(void **state)
{
    fixture *f = *state;
    append_three(f);
    assert_broken(f, "DELETE FROM audit_event WHERE action = 'user.edit'");
}

static void test_removed_newest_events_show_though_the_head_is_set_back(void **state)
{
    fixture *f = *state;
    append_three(f);
    assert_broken(f, "DELETE FROM audit_event WHERE action = 'user.edit';"
                     "UPDATE audit_head SET event_id = (SELECT MAX(id) FROM audit_event)");
}

static void test_what_is_appended_heals_nothing(void **state)
{
    static const char *const damages[] = {"DELETE FROM audit_event WHERE action = 'user.edit'", "DELETE FROM audit_event"};
    fixture *f = *state;
    append_three(f);
    fixture_sql(f, "CREATE TABLE keep AS SELECT * FROM audit_event; CREATE TABLE keep_head AS SELECT * FROM audit_head");
    for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
        int64_t count;
        fixture_sql(f, damages[i]);
        oa_id first = append(f, "a.b", sometime + OA_DAY);
        append(f, "a.b", sometime + OA_DAY);
        assert_int_equal(broken_at(f, &count), first);
        fixture_sql(f, "DELETE FROM audit_event; DELETE FROM audit_head; INSERT INTO audit_event SELECT * FROM keep; INSERT INTO audit_head SELECT * FROM keep_head");
        assert_whole(f, 3);
    }
}

static void test_a_trail_emptied_with_its_head_shows(void **state)
{
    fixture *f = *state;
    append_three(f);
    assert_broken(f, "DELETE FROM audit_event; DELETE FROM audit_head");
}

static void test_an_inserted_event_shows(void **state)
{
    fixture *f = *state;
    append_three(f);
    assert_broken(
        f, "INSERT INTO audit_event SELECT id - 1, at, actor_kind, actor_id, actor_name, action, org_id, target_id,"
           " target_name, address, detail, chain, rewritten FROM audit_event ORDER BY id LIMIT 1");
}

static void test_nothing_is_appended_to_a_trail_without_head(void **state)
{
    fixture *f = *state;
    oa_db *db;
    oa_event event = {.at = sometime, .actor_kind = "local", .actor_name = "root", .action = "a.b"};
    append_three(f);
    fixture_sql(f, "DELETE FROM audit_head");
    assert_ok(oa_store_take(f->store, OA_DB_ADMIN, &db, f->pool));
    assert_ok(oa_db_begin(db, true));
    assert_code(oa_audit_append(db, key_of(f), &event), OA_UNAVAILABLE);
    oa_db_rollback(db);
    oa_store_give(f->store, db);
}

static void assert_own(fixture *f, const unsigned char *key, bool expected)
{
    oa_db *db = NULL;
    bool own = !expected;
    assert_ok(oa_sqlite_open(f->path, OA_DB_ADMIN, &db, f->pool));
    assert_ok(oa_audit_is_of(db, key, &own));
    oa_sqlite_close(db);
    assert_int_equal(own, expected);
}

static void test_a_trail_tells_its_secret_from_others(void **state)
{
    static const unsigned char other[OA_SUBKEY_SIZE] = {1};
    static const char *const damages[] = {"SELECT 1", "DELETE FROM audit_head", "DELETE FROM audit_event WHERE action = 'user.edit'"};
    fixture *f = *state;
    assert_own(f, key_of(f), true);
    assert_own(f, other, false);
    append_three(f);
    for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
        fixture_sql(f, damages[i]);
        assert_own(f, key_of(f), true);
        assert_own(f, other, false);
    }
    fixture_sql(f, "DELETE FROM audit_event");
    assert_own(f, key_of(f), false);
}

static void test_another_key_breaks_the_trail(void **state)
{
    fixture *f = *state;
    oa_db *db;
    int64_t count;
    oa_id broken;
    append_three(f);
    assert_ok(oa_store_take(f->store, OA_DB_LOOKUP, &db, f->pool));
    assert_ok(oa_audit_verify(db, oa_store_subkey(f->store, OA_SUBKEY_LINK), &count, &broken, f->pool));
    oa_store_give(f->store, db);
    assert_int_equal(broken, nth(f, 0));
}

static oa_error *rewrite(fixture *f, oa_id id)
{
    oa_db *db;
    const oa_event event = {.id = id, .actor_name = "nobody", .target_name = "nobody", .address = "", .detail = "{}"};
    assert_ok(oa_store_take(f->store, OA_DB_ADMIN, &db, f->pool));
    assert_ok(oa_db_begin(db, true));
    oa_error *error = oa_audit_rewrite(db, key_of(f), &event);
    assert_ok(oa_db_commit(db));
    oa_store_give(f->store, db);
    return error;
}

static void test_rewritten_events_keep_the_trail_whole(void **state)
{
    fixture *f = *state;
    append_three(f);
    assert_ok(rewrite(f, nth(f, 0)));
    assert_ok(rewrite(f, nth(f, 1)));
    assert_ok(rewrite(f, nth(f, 1))); /* again */
    assert_ok(rewrite(f, nth(f, 2)));
    assert_whole(f, 3);
    append(f, "user.ban", sometime + 30);
    assert_whole(f, 4);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM audit_event WHERE actor_name = 'ada@acme.example'"), 1);
}

static void test_nobody_else_rewrites_an_event(void **state)
{
    static const char *const tamperings[] = {
        "UPDATE audit_event SET target_name = 'eve' WHERE action = 'user.validate'",
        "UPDATE audit_event SET action = 'user.show' WHERE action = 'user.validate'",
        "UPDATE audit_event SET rewritten = NULL WHERE action = 'user.validate'",
        "UPDATE audit_event SET rewritten = x'00' WHERE action = 'user.validate'",
        "UPDATE audit_event SET rewritten = zeroblob(32) WHERE action = 'user.validate'",
        "UPDATE audit_event SET rewritten = (SELECT rewritten FROM audit_event WHERE action = 'user.validate'), target_name = 'nobody'"
        " WHERE action = 'user.edit'",
        "DELETE FROM audit_event WHERE action = 'user.ban'"};
    for (size_t i = 0; i < sizeof tamperings / sizeof *tamperings; i++) {
        fixture *f = *state;
        append_three(f);
        assert_ok(rewrite(f, nth(f, 1)));
        assert_broken(f, tamperings[i]);
        oa_db *db;
        fixture_sql(f, "DELETE FROM audit_event");
        assert_ok(oa_store_take(f->store, OA_DB_ADMIN, &db, f->pool));
        assert_ok(oa_db_begin(db, true));
        assert_ok(oa_db_run(db, NULL, "DELETE FROM audit_head", ""));
        assert_ok(oa_audit_begin(db, key_of(f)));
        assert_ok(oa_db_commit(db));
        oa_store_give(f->store, db);
    }
}

static void test_an_altered_event_is_not_rewritten(void **state)
{
    fixture *f = *state;
    append_three(f);
    fixture_sql(f, "UPDATE audit_event SET target_name = 'eve' WHERE action = 'user.validate'");
    assert_code(rewrite(f, nth(f, 1)), OA_FAILED);
    assert_code(rewrite(f, 4711), OA_FAILED);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM audit_event WHERE target_name = 'eve'"), 1);
}

OA_TESTS(STORE_TEST(test_rewritten_events_keep_the_trail_whole), STORE_TEST(test_nobody_else_rewrites_an_event),
         STORE_TEST(test_an_altered_event_is_not_rewritten), STORE_TEST(test_an_empty_trail_is_whole), STORE_TEST(test_a_trail_is_whole_as_it_was_written),
         STORE_TEST(test_missing_texts_are_written_empty), STORE_TEST(test_ids_grow_though_the_clock_goes_back),
         STORE_TEST(test_every_altered_column_shows), STORE_TEST(test_text_does_not_move_between_columns),
         STORE_TEST(test_a_removed_event_shows), STORE_TEST(test_the_removed_first_event_shows),
         STORE_TEST(test_removed_newest_events_show),
         STORE_TEST(test_removed_newest_events_show_though_the_head_is_set_back),
         STORE_TEST(test_what_is_appended_heals_nothing), STORE_TEST(test_a_trail_emptied_with_its_head_shows), STORE_TEST(test_an_inserted_event_shows),
         STORE_TEST(test_nothing_is_appended_to_a_trail_without_head), STORE_TEST(test_another_key_breaks_the_trail),
         STORE_TEST(test_a_trail_tells_its_secret_from_others))
