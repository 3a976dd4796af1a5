/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/store/nouns.h"

#include "core/store/session.h"

static void add(nouns *n, oa_id id, oa_id account, oa_time created, oa_time expires)
{
    unsigned char digest[OA_DIGEST_SIZE] = {(unsigned char)id, (unsigned char)(id >> 8)};
    oa_session session = {.id = id, .account_id = account, .address = "192.0.2.1", .agent = "Browser", .created_at = created,
                          .expires_at = expires};
    assert_ok(oa_session_insert(n->db, &session, digest));
}

static void one_is_found_as_it_was_written(void **state)
{
    nouns n = nouns_begin(state);
    const oa_session *session;
    add(&n, 100, BOB, 5, 90);
    assert_ok(oa_session_find(n.db, 100, &session, n.pool));
    assert_int_equal(session->account_id, BOB);
    assert_int_equal(session->created_at, 5);
    assert_int_equal(session->last_seen_at, 5);
    assert_int_equal(session->expires_at, 90);
    assert_string_equal(session->agent, "Browser");
    assert_ok(oa_session_find(n.db, 101, &session, n.pool));
    assert_null(session);
    nouns_end(&n);
}

static void a_list_has_those_in_force(void **state)
{
    static const struct {
        oa_time now, begun, seen;
        oa_id after;
        int count;
    } cases[] = {{10, 0, 0, 0, 2}, {90, 0, 0, 0, 1}, {10, 5, 0, 0, 1}, {10, 0, 6, 0, 0}, {10, 0, 0, 100, 1}};
    nouns n = nouns_begin(state);
    apr_array_header_t *sessions;
    add(&n, 100, BOB, 5, 90);
    add(&n, 101, BOB, 6, 99);
    add(&n, 102, ADA, 6, 99);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_ok(oa_session_list(n.db, BOB, cases[i].now, cases[i].begun, cases[i].seen, cases[i].after, 10, &sessions, n.pool));
        assert_int_equal(sessions->nelts, cases[i].count);
    }
    nouns_end(&n);
}

static void they_end_one_by_one_all_but_one_and_by_time(void **state)
{
    nouns n = nouns_begin(state);
    int64_t ended;
    for (oa_id id = 100; id < 105; id++) {
        add(&n, id, BOB, id, 1000 + id);
    }
    add(&n, 200, ADA, 100, 2000);
    assert_ok(oa_session_end(n.db, ADA, 100, &ended));
    assert_int_equal(ended, 0); /* not hers */
    assert_ok(oa_session_end(n.db, BOB, 100, &ended));
    assert_int_equal(ended, 1);
    assert_ok(oa_session_sweep(n.db, 1101, 0, 0, 10, &ended));
    assert_int_equal(ended, 1); /* 101 has expired */
    assert_ok(oa_session_sweep(n.db, 0, 102, 0, 10, &ended));
    assert_int_equal(ended, 2); /* 102 and 200 began too long ago */
    assert_ok(oa_session_end_others(n.db, BOB, 103, &ended));
    assert_int_equal(ended, 1);
    assert_ok(oa_session_sweep(n.db, 0, 0, 103, 0, &ended));
    assert_int_equal(ended, 0); /* none at a time */
    assert_ok(oa_session_sweep(n.db, 0, 0, 103, 1, &ended));
    assert_int_equal(ended, 1); /* 103 was not seen since */
    nouns_end(&n);
}

static void an_account_has_no_more_than_so_many(void **state)
{
    nouns n = nouns_begin(state);
    int64_t count, first;
    for (oa_id id = 1; id <= OA_SESSIONS_MAX + 3; id++) {
        add(&n, id, BOB, 5, 90);
    }
    assert_ok(oa_db_int(n.db, &count, 0, "SELECT count(*) FROM session", ""));
    assert_ok(oa_db_int(n.db, &first, 0, "SELECT min(id) FROM session", ""));
    assert_int_equal(count, OA_SESSIONS_MAX);
    assert_int_equal(first, 4);
    nouns_end(&n);
}

/* I4, at the level of the schema: whoever writes the lock. */
static void a_lock_ends_sessions_and_voids_links(void **state)
{
    fixture *f = *state;
    nouns n = nouns_begin(state);
    add(&n, 100, BOB, 5, 90);
    add(&n, 101, ADA, 5, 90);
    nouns_end(&n);
    fixture_sql(f, "INSERT INTO link (digest, purpose, account_id, created_at, expires_at) VALUES (x'01', 1, 21, 5, 90), (x'02', 1, 20, 5, 90)");
    fixture_sql(f, "UPDATE account SET status = 1 WHERE id = 21");
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM session"), 2);
    fixture_sql(f, "UPDATE account SET status = 2, status_since = 50 WHERE id = 21");
    assert_int_equal(fixture_int(f, "SELECT group_concat(id) FROM session"), 101);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM link WHERE used_at = 0"), 1);
    fixture_sql(f, "UPDATE membership SET status = 2 WHERE account_id = 20");
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM session"), 1);
    fixture_sql(f, "UPDATE membership SET status = 3 WHERE account_id = 20");
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM session"), 0);
}

OA_TESTS(STORE_TEST(one_is_found_as_it_was_written), STORE_TEST(a_list_has_those_in_force),
         STORE_TEST(they_end_one_by_one_all_but_one_and_by_time), STORE_TEST(an_account_has_no_more_than_so_many),
         STORE_TEST(a_lock_ends_sessions_and_voids_links))
