/* SPDX-License-Identifier: Apache-2.0 */
/* Look-ups while the store's file, its WAL or the index is taken away, damaged, or another one is put in its place. */
#include "tests/unit/store/scene.h"

static void test_a_vanished_store_is_no_hit(void **state)
{
    scene *s = *state;
    const oa_record *record = NULL;
    const char *aside = apr_pstrcat(s->pool, s->path, ".aside", NULL);
    key_of(s, 1001);
    assert_int_equal(rename(s->path, aside), 0);
    scene_next_look();
    oa_known known;
    assert_code(scene_begin_with(s, 1001, &known, &record), OA_UNAVAILABLE);
    assert_null(record);
    assert_int_equal(rename(aside, s->path), 0);
    scene_next_look();
    assert_non_null(key_of(s, 1001));
}

/* Every look-up in every way is refused. */
static void assert_refused(scene *s)
{
    const oa_record *record = NULL;
    const oa_policy *policy = NULL;
    oa_known known;
    for (int round = 0; round < 3; round++) {
        assert_code(oa_lookup_key(s->store, 1001, &record, s->pool), OA_UNAVAILABLE);
        assert_null(record);
        assert_code(oa_lookup_key(s->store, 4711, &record, s->pool), OA_UNAVAILABLE);
        assert_code(scene_begin_with(s, 1001, &known, &record), OA_UNAVAILABLE);
        assert_null(record);
        assert_code(oa_lookup_login(s->store, "ann@example.org", NULL, &record, s->pool), OA_UNAVAILABLE);
        assert_code(oa_lookup_policy(s->store, &policy, s->pool), OA_UNAVAILABLE);
        assert_null(policy);
    }
}

static void test_an_older_copy_in_the_stores_place_is_not_taken(void **state)
{
    scene *s = *state;
    const char *copy = apr_pstrcat(s->pool, s->path, ".copy", NULL);
    key_of(s, 1001);
    scene_shell(s, apr_psprintf(s->pool, ".backup %s", copy));
    scene_run(s, "UPDATE api_key SET revoked_at = 7 WHERE id = 1001");
    assert_int_equal(key_of(s, 1001)->revoked_at, 7);
    assert_int_equal(unlink(apr_pstrcat(s->pool, s->path, "-wal", NULL)), 0);
    assert_int_equal(unlink(apr_pstrcat(s->pool, s->path, "-shm", NULL)), 0);
    assert_int_equal(rename(copy, s->path), 0);
    scene_next_look();
    assert_refused(s);
}

static void test_an_older_copy_written_into_the_store_is_not_taken(void **state)
{
    scene *s = *state;
    const char *copy = apr_pstrcat(s->pool, s->path, ".copy", NULL);
    key_of(s, 1001);
    scene_shell(s, apr_psprintf(s->pool, ".backup %s", copy));
    scene_run(s, "UPDATE api_key SET revoked_at = 7 WHERE id = 1001");
    assert_int_equal(key_of(s, 1001)->revoked_at, 7);
    scene_shell(s, apr_psprintf(s->pool, ".restore %s", copy));
    assert_refused(s);
    scene_shell(s, "UPDATE store_meta SET value = '2' WHERE name = 'epoch';");
    assert_int_equal(key_of(s, 1001)->revoked_at, 0);
}

/* It has come further than what was seen, row by row, when it is looked at again: only the epoch tells that it has another past. */
static void test_an_older_copy_that_caught_up_voids_everything(void **state)
{
    scene *s = *state;
    const char *copy = fixture_file(s, "copy");
    key_of(s, 1001);
    scene_shell(s, apr_psprintf(s->pool, ".backup %s", copy));
    scene_run(s, "UPDATE api_key SET revoked_at = 7 WHERE id = 1001");
    assert_int_equal(key_of(s, 1001)->revoked_at, 7);
    scene_shell(s, apr_psprintf(s->pool, ".restore %s\nUPDATE store_meta SET value = '2' WHERE name = 'epoch';"
                                         "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 90)"
                                         " INSERT INTO change_log (account_id) SELECT 999 FROM n;", copy));
    assert_int_equal(key_of(s, 1001)->revoked_at, 0);
}

static void remove_beside(scene *s, const char *suffix)
{
    key_of(s, 1001);
    assert_int_equal(unlink(apr_pstrcat(s->pool, s->path, suffix, NULL)), 0);
    scene_next_look();
}

static void test_an_index_removed_under_the_store_hides_no_change(void **state)
{
    scene *s = *state;
    remove_beside(s, "-shm");
    key_of(s, 1001);
    scene_shell(s, "UPDATE api_key SET revoked_at = 7 WHERE id = 1001;");
    assert_int_equal(key_of(s, 1001)->revoked_at, 7);
}

/* What was not written back is gone with it: the store is older than what was seen. */
static void test_a_wal_removed_under_the_store_revives_nothing(void **state)
{
    scene *s = *state;
    scene_run(s, "UPDATE api_key SET revoked_at = 7 WHERE id = 1001");
    remove_beside(s, "-wal");
    assert_refused(s);
}

static void test_a_damaged_header_is_looked_past(void **state)
{
    scene *s = *state;
    key_of(s, 1001);
    FILE *shm = fopen(apr_pstrcat(s->pool, s->path, "-shm", NULL), "r+");
    assert_non_null(shm);
    scene_run(s, "UPDATE api_key SET revoked_at = 7 WHERE id = 1001");
    for (long copy = 0; copy < 2; copy++) {
        assert_int_equal(fseek(shm, copy * 48 + 16, SEEK_SET), 0);
        assert_int_equal(fputc(0x55, shm), 0x55);
        assert_int_equal(fflush(shm), 0);
        assert_int_equal(key_of(s, 1001)->revoked_at, 7);
        assert_int_equal(key_of(s, 1001)->revoked_at, 7);
    }
    scene_run(s, "UPDATE api_key SET revoked_at = 8 WHERE id = 1001");
    assert_int_equal(key_of(s, 1001)->revoked_at, 8);
    fclose(shm);
}

static int open_files(void)
{
    int count = 0;
    for (int fd = 0; fd < 1024; fd++) {
        count += fcntl(fd, F_GETFD) >= 0;
    }
    return count;
}

/* Each checkpoint changes the file and is settled with a new connection. */
static void test_checkpoints_do_not_add_up_connections(void **state)
{
    scene *s = *state;
    int most = 0;
    for (int round = 0; round < 20; round++) {
        scene_shell(s, "UPDATE account SET key_failures = key_failures + 1; PRAGMA wal_checkpoint(TRUNCATE);");
        scene_next_look();
        key_of(s, 1001);
        most = round == 5 ? open_files() : most;
    }
    assert_true(open_files() <= most);
}

static void test_a_restored_store_holds_at_once(void **state)
{
    scene *s = *state;
    const char *copy = fixture_file(s, "copy");
    assert_ok(oa_store_backup(s->path, copy, s->pool));
    scene_run(s, "UPDATE api_key SET revoked_at = 7 WHERE id = 1001");
    assert_int_equal(key_of(s, 1001)->revoked_at, 7);
    assert_ok(oa_store_restore(s->path, s->secret, copy, s->pool));
    assert_int_equal(key_of(s, 1001)->revoked_at, 0);
    scene_run(s, "UPDATE api_key SET revoked_at = 9 WHERE id = 1001");
    assert_int_equal(key_of(s, 1001)->revoked_at, 9);
}

OA_TESTS(SCENE_TEST(test_checkpoints_do_not_add_up_connections), SCENE_TEST(test_a_restored_store_holds_at_once),
         SCENE_TEST(test_a_vanished_store_is_no_hit), SCENE_TEST(test_an_older_copy_in_the_stores_place_is_not_taken),
         SCENE_TEST(test_an_older_copy_written_into_the_store_is_not_taken),
         SCENE_TEST(test_an_older_copy_that_caught_up_voids_everything),
         SCENE_TEST(test_an_index_removed_under_the_store_hides_no_change),
         SCENE_TEST(test_a_wal_removed_under_the_store_revives_nothing),
         SCENE_TEST(test_a_damaged_header_is_looked_past))
