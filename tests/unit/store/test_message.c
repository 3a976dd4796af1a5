/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/store/nouns.h"

#include "core/store/message.h"
#include "core/store/writer.h"

static const oa_time noon = INT64_C(1795442400000);

static void note(fixture *f, oa_id account, const char *path)
{
    const oa_message message = {.account_id = account, .key_id = ADAS_KEY, .org_id = ACME, .at = noon, .duration = 1234,
                                .status = 403, .method = "GET", .path = path, .address = "192.0.2.7"};
    oa_message_note(f->store, &message);
}

static int64_t count(fixture *f)
{
    return fixture_int(f, "SELECT count(*) FROM message");
}

static void keep(fixture *f, const char *value)
{
    fixture_sql(f, apr_psprintf(f->pool, "INSERT OR REPLACE INTO setting (name, value) VALUES ('messages.keep', '%s')", value));
}

static void test_a_message_is_written_as_it_was_noted(void **state)
{
    fixture *f = *state;
    char path[] = "/reports";
    note(f, ADA, path);
    path[1] = 'X';
    assert_int_equal(count(f), 0);
    assert_ok(oa_message_flush(f->store, f->pool));
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM message WHERE account_id = 20 AND key_id = 30 AND org_id = 10"
                                    " AND at = 1795442400000 AND duration = 1234 AND status = 403 AND method = 'GET'"
                                    " AND path = '/reports' AND address = '192.0.2.7'"), 1);
    assert_ok(oa_message_flush(f->store, f->pool));
    assert_int_equal(count(f), 1);
}

static void test_messages_are_written_in_the_order_of_their_calls(void **state)
{
    fixture *f = *state;
    for (int i = 0; i < 300; i++) {
        note(f, ADA, apr_psprintf(f->pool, "/%03d/%.*s", i, i % 7, "xxxxxxx"));
    }
    assert_ok(oa_message_flush(f->store, f->pool));
    assert_int_equal(count(f), 300);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM message a JOIN message b ON a.id < b.id AND a.path > b.path"), 0);
}

static void test_what_finds_no_room_is_dropped_and_counted(void **state)
{
    fixture *f = *state;
    const char *path = apr_psprintf(f->pool, "/%0400d", 1);
    for (int i = 0; i < 3000; i++) {
        note(f, ADA, path);
    }
    int64_t dropped = oa_messages_dropped(f->store);
    assert_in_range(dropped, 1, 2000);
    assert_int_equal(oa_messages_dropped(f->store), 0);
    keep(f, "1000000/90d");
    assert_ok(oa_message_flush(f->store, f->pool));
    assert_int_equal(count(f), 3000 - dropped);
}

static void test_what_a_busy_store_refused_is_written_later(void **state)
{
    fixture *f = *state;
    oa_db *holder = NULL;
    assert_ok(oa_store_take(f->store, OA_DB_ADMIN, &holder, f->pool));
    assert_ok(oa_db_begin(holder, true));
    note(f, ADA, "/first");
    assert_code(oa_message_flush(f->store, f->pool), OA_BUSY);
    note(f, ADA, "/second");
    assert_code(oa_message_flush(f->store, f->pool), OA_BUSY);
    oa_db_rollback(holder);
    oa_store_give(f->store, holder);
    assert_ok(oa_message_flush(f->store, f->pool));
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM message WHERE path IN ('/first', '/second')"), 2);
    assert_int_equal(oa_messages_dropped(f->store), 0);
}

/* By chance: that more than 200 go by untrimmed happens once in 10^35 times. */
static void test_an_account_keeps_about_so_many_while_messages_come_in(void **state)
{
    fixture *f = *state;
    keep(f, "20/90d");
    note(f, BOB, "/bob");
    for (int i = 0; i < 2000; i++) {
        note(f, ADA, "/ada");
    }
    assert_ok(oa_message_flush(f->store, f->pool));
    assert_in_range(fixture_int(f, "SELECT count(*) FROM message WHERE account_id = 20"), 20, 220);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM message WHERE account_id = 21"), 1);
}

static void test_nothing_is_written_where_nothing_is_kept(void **state)
{
    fixture *f = *state;
    keep(f, "0/1s");
    note(f, ADA, "/ada");
    assert_ok(oa_message_flush(f->store, f->pool));
    keep(f, "1000/90d");
    assert_ok(oa_message_flush(f->store, f->pool));
    assert_int_equal(count(f), 0);
}

static void test_an_id_that_is_taken_loses_no_message(void **state)
{
    fixture *f = *state;
    fixture_sql(f, "CREATE TRIGGER taken BEFORE INSERT ON message WHEN NOT EXISTS (SELECT 1 FROM message) BEGIN"
                   " INSERT INTO message (id, account_id, org_id, key_id, at, method, path, status, duration)"
                   " VALUES (NEW.id, 1, 1, 1, 1, 'GET', '/other', 200, 1); END");
    note(f, ADA, "/ada");
    assert_ok(oa_message_flush(f->store, f->pool));
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM message WHERE path IN ('/other', '/ada')"), 2);
}

static void test_the_newest_stay_when_an_account_is_trimmed(void **state)
{
    nouns n = nouns_begin(state);
    int64_t trimmed, total = 0;
    for (int i = 1; i <= 9; i++) {
        assert_ok(oa_db_run(n.db, NULL, "INSERT INTO message (id, account_id, org_id, key_id, at, method, path, status, duration)"
                            " VALUES ($1, $2, 10, 30, 1, 'GET', '/', 200, 1)", "ii", (int64_t)i, (int64_t)(i % 3 == 0 ? BOB : ADA)));
    }
    do {
        assert_ok(oa_message_trim(n.db, ADA, 2, 3, &trimmed));
        assert_in_range(trimmed, 0, 3);
        total += trimmed;
    } while (trimmed > 0);
    nouns_end(&n);
    assert_int_equal(total, 4);
    assert_int_equal(fixture_int(n.f, "SELECT min(id) FROM message WHERE account_id = 20"), 7);
    assert_int_equal(fixture_int(n.f, "SELECT count(*) FROM message WHERE account_id = 21"), 3);
}

static void test_the_writer_writes_by_itself_and_when_it_ends(void **state)
{
    fixture *f = *state;
    apr_pool_t *life;
    apr_pool_create(&life, f->pool);
    assert_ok(oa_writer_start(f->store, NULL, NULL, life));
    note(f, ADA, "/by-itself");
    while (count(f) == 0) { /* ends when the thread has written */
        usleep(10000);
    }
    note(f, ADA, "/at-the-end");
    apr_pool_destroy(life);
    assert_int_equal(count(f), 2);
}

static void hear(void *told, const oa_error *error)
{
    assert_string_equal(error->message, "API messages were dropped: more calls were made than could be written");
    *(int *)told += (int)strtol(error->detail, NULL, 10);
}

static void test_what_was_dropped_is_told_once_with_its_number(void **state)
{
    fixture *f = *state;
    int told = 0;
    apr_pool_t *life;
    const char *path = apr_psprintf(f->pool, "/%0400d", 1);
    for (int i = 0; i < 3000; i++) {
        note(f, ADA, path);
    }
    apr_pool_create(&life, f->pool);
    assert_ok(oa_writer_start(f->store, hear, &told, life));
    apr_pool_destroy(life);
    assert_int_equal(oa_messages_dropped(f->store), 0);
    assert_in_range(told, 1, 2000);
}

OA_TESTS(STORE_TEST(test_a_message_is_written_as_it_was_noted), STORE_TEST(test_messages_are_written_in_the_order_of_their_calls),
         STORE_TEST(test_what_finds_no_room_is_dropped_and_counted), STORE_TEST(test_what_a_busy_store_refused_is_written_later),
         STORE_TEST(test_an_account_keeps_about_so_many_while_messages_come_in),
         STORE_TEST(test_nothing_is_written_where_nothing_is_kept), STORE_TEST(test_an_id_that_is_taken_loses_no_message),
         STORE_TEST(test_the_newest_stay_when_an_account_is_trimmed),
         STORE_TEST(test_the_writer_writes_by_itself_and_when_it_ends),
         STORE_TEST(test_what_was_dropped_is_told_once_with_its_number))
