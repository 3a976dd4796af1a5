/* SPDX-License-Identifier: Apache-2.0 */
#include "core/store/audit.h"
#include "tests/unit/store/fixture.h"

#include <dirent.h>
#include <pthread.h>

static const char *back_up(fixture *f)
{
    const char *copy = fixture_file(f, "copy");
    assert_ok(oa_store_backup(f->path, copy, f->pool));
    return copy;
}

static oa_error *restore(fixture *f, const char *copy)
{
    return oa_store_restore(f->path, f->secret, copy, f->pool);
}

static void assert_sound(fixture *f)
{
    oa_json *result;
    bool sound = false;
    assert_ok(oa_store_check(f->path, f->secret, &sound, &result, f->pool));
    if (!sound) {
        fail_msg("%s", oa_json_format(result, true, f->pool));
    }
}

static int64_t epoch(fixture *f)
{
    return fixture_int(f, "SELECT value FROM store_meta WHERE name = 'epoch'");
}

static int64_t position(fixture *f)
{
    return fixture_int(f, "SELECT seq FROM sqlite_sequence WHERE name = 'change_log'");
}

static int count_files(fixture *f, const char *word)
{
    int count = 0;
    DIR *directory = opendir(f->directory);
    for (struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
        count += strstr(entry->d_name, word) != NULL;
    }
    closedir(directory);
    return count;
}

static void test_a_restore_brings_the_old_content_as_something_new(void **state)
{
    fixture *f = *state;
    const char *copy = back_up(f);
    fixture_sql(f, "UPDATE account SET first_name = 'later'");
    int64_t old_epoch = epoch(f), old_position = position(f);
    struct stat before, after;
    assert_int_equal(stat(f->path, &before), 0);
    assert_ok(restore(f, copy));
    assert_int_equal(stat(f->path, &after), 0);
    assert_int_equal(before.st_ino, after.st_ino);
    assert_int_equal(fixture_int(f, "SELECT COUNT(*) FROM account WHERE first_name = 'later'"), 0);
    assert_int_equal(epoch(f), old_epoch + 1);
    assert_true(position(f) > old_position);
    assert_int_equal(fixture_int(f, "SELECT COUNT(*) FROM change_log WHERE account_id IS NULL"), 1);
    assert_int_equal(count_files(f, ".new-"), 0);
    assert_sound(f);
}

static void test_a_restore_ends_what_was_under_way(void **state)
{
    fixture *f = *state;
    fixture_sql(f, "INSERT INTO attempt (id, account_id, started_at) VALUES (1, 20, 1)");
    assert_ok(restore(f, back_up(f)));
    assert_int_equal(fixture_int(f, "SELECT COUNT(*) FROM attempt"), 0);
}

static void test_a_missing_store_is_restored(void **state)
{
    fixture *f = *state;
    const char *copy = back_up(f);
    struct stat before, after;
    assert_int_equal(chmod(f->path, 0640), 0);
    assert_int_equal(stat(f->directory, &before), 0);
    assert_int_equal(unlink(f->path), 0);
    assert_ok(restore(f, copy));
    assert_int_equal(stat(f->path, &after), 0);
    assert_int_equal(after.st_mode & 07777, 0640);
    assert_int_equal(after.st_uid, before.st_uid);
    assert_true(epoch(f) > 1000000);
    assert_int_equal(fixture_int(f, "SELECT COUNT(*) FROM account"), 2);
    assert_sound(f);
}

static void test_no_wal_of_a_lost_store_is_played_into_the_copy(void **state)
{
    fixture *f = *state;
    const char *copy = back_up(f);
    fixture_sql(f, "UPDATE account SET first_name = 'later'");
    assert_int_equal(unlink(f->path), 0);
    assert_ok(restore(f, copy));
    assert_int_equal(fixture_int(f, "SELECT COUNT(*) FROM account WHERE first_name = 'later'"), 0);
    assert_sound(f);
}

static void test_a_damaged_store_is_moved_aside(void **state)
{
    fixture *f = *state;
    const char *copy = back_up(f);
    int fd = open(f->path, O_WRONLY);
    assert_int_equal(pwrite(fd, "no database at all, not any more", 32, 0), 32);
    close(fd);
    fd = open(fixture_file(f, "store.db-wal"), O_WRONLY | O_TRUNC);
    close(fd);
    assert_ok(restore(f, copy));
    assert_true(count_files(f, ".damaged-") >= 1);
    assert_int_equal(fixture_int(f, "SELECT COUNT(*) FROM account"), 2);
    assert_sound(f);
}

static void assert_untouched_by(fixture *f, const char *copy, oa_code code)
{
    int64_t before = epoch(f);
    assert_code(restore(f, copy), code);
    assert_true(epoch(f) == before);
    assert_int_equal(count_files(f, ".new-"), 0);
    assert_int_equal(count_files(f, ".damaged-"), 0);
}

static void test_what_is_no_copy_changes_nothing(void **state)
{
    fixture *f = *state;
    assert_untouched_by(f, fixture_file(f, "missing"), OA_INVALID);
    assert_untouched_by(f, f->directory, OA_INVALID);
    assert_untouched_by(f, f->path, OA_INVALID);
    assert_untouched_by(f, f->secret, OA_CONFLICT);
}

static void test_the_copy_of_another_store_changes_nothing(void **state)
{
    fixture *f = *state;
    assert_ok(oa_store_init(fixture_file(f, "other.db"), f->secret, -1, -1, f->pool));
    assert_untouched_by(f, fixture_file(f, "other.db"), OA_CONFLICT);
}

static void test_a_copy_whose_trail_was_tampered_with_changes_nothing(void **state)
{
    fixture *f = *state;
    fixture copy = *f;
    copy.path = back_up(f);
    oa_db *db = NULL;
    assert_ok(oa_sqlite_open_private(copy.path, false, &db, f->pool));
    assert_ok(oa_sqlite_script(db, "UPDATE audit_head SET seal = zeroblob(32)"));
    oa_sqlite_close(db);
    assert_untouched_by(f, copy.path, OA_CONFLICT);
}

static void test_a_copy_made_under_another_secret_changes_nothing(void **state)
{
    fixture *f = *state;
    const char *copy = back_up(f);
    assert_int_equal(unlink(f->secret), 0);
    assert_untouched_by(f, copy, OA_UNAVAILABLE);
}

static void test_a_damaged_copy_changes_nothing(void **state)
{
    fixture *f = *state;
    const char *copy = back_up(f);
    int fd = open(copy, O_RDWR);
    char junk[2000];
    memset(junk, 0x5a, sizeof junk);
    for (off_t at = 8192; at < 120000; at += 4096) {
        assert_int_equal(pwrite(fd, junk, sizeof junk, at), (ssize_t)sizeof junk);
    }
    close(fd);
    int64_t before = epoch(f);
    assert_non_null(restore(f, copy));
    assert_true(epoch(f) == before);
    assert_int_equal(count_files(f, ".new-"), 0);
}

static void test_a_copied_wal_is_part_of_the_copy(void **state)
{
    fixture *f = *state;
    int64_t pages;
    assert_ok(oa_store_checkpoint(f->store, &pages, f->pool));
    fixture_sql(f, "UPDATE account SET first_name = 'in the wal'");
    const char *command =
        apr_psprintf(f->pool, "cp %s %s/raw && cp %s-wal %s/raw-wal", f->path, f->directory, f->path, f->directory);
    assert_int_equal(system(command), 0);
    fixture_sql(f, "UPDATE account SET first_name = 'later'");
    assert_ok(restore(f, fixture_file(f, "raw")));
    assert_int_equal(fixture_int(f, "SELECT COUNT(*) FROM account WHERE first_name = 'in the wal'"), 2);
    assert_sound(f);
}

static void test_a_held_write_lock_puts_it_off(void **state)
{
    fixture *f = *state;
    const char *copy = back_up(f);
    oa_db *writer;
    assert_ok(oa_store_take(f->store, OA_DB_ADMIN, &writer, f->pool));
    assert_ok(oa_db_begin(writer, true));
    assert_code(restore(f, copy), OA_BUSY);
    oa_db_rollback(writer);
    oa_store_give(f->store, writer);
    assert_int_equal(epoch(f), 1);
    assert_int_equal(count_files(f, ".new-"), 0);
    assert_ok(restore(f, copy));
}

/* A writer that keeps two columns equal in one transaction: no copy ever shows them different. */
typedef struct busy_writer {
    fixture *f;
    _Atomic bool stop;
    int written;
} busy_writer;

static void *write_on(void *context)
{
    busy_writer *w = context;
    apr_pool_t *pool;
    apr_pool_create(&pool, NULL);
    for (int64_t i = 1; !w->stop; i++) {
        oa_db *db;
        apr_pool_clear(pool);
        if (oa_store_take(w->f->store, OA_DB_ADMIN, &db, pool) != NULL) {
            continue;
        }
        oa_db_relax(db);
        if (oa_db_begin(db, true) == NULL) {
            (void)oa_db_run(db, NULL, "UPDATE account SET password_changed_at = $1 WHERE id = 20", "i", i);
            (void)oa_db_run(db, NULL, "UPDATE account SET password_changed_at = $1 WHERE id = 21", "i", i);
            w->written += oa_db_commit(db) == NULL;
        }
        oa_store_give(w->f->store, db);
    }
    apr_pool_destroy(pool);
    return NULL;
}

static void test_copies_are_consistent_while_writers_write(void **state)
{
    fixture *f = *state;
    busy_writer w = {.f = f};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, write_on, &w), 0);
    for (int i = 0; i < 10; i++) {
        const char *copy = fixture_file(f, apr_psprintf(f->pool, "copy-%d", i));
        assert_ok(oa_store_backup(f->path, copy, f->pool));
        assert_ok(restore(f, copy));
        assert_int_equal(fixture_int(f, "SELECT COUNT(DISTINCT password_changed_at) FROM account"), 1);
    }
    w.stop = true;
    pthread_join(thread, NULL);
    assert_true(w.written > 0);
    assert_sound(f);
}

OA_TESTS(STORE_TEST(test_a_restore_brings_the_old_content_as_something_new),
         STORE_TEST(test_a_restore_ends_what_was_under_way), STORE_TEST(test_a_missing_store_is_restored),
         STORE_TEST(test_no_wal_of_a_lost_store_is_played_into_the_copy),
         STORE_TEST(test_a_damaged_store_is_moved_aside), STORE_TEST(test_what_is_no_copy_changes_nothing),
         STORE_TEST(test_the_copy_of_another_store_changes_nothing),
         STORE_TEST(test_a_copy_whose_trail_was_tampered_with_changes_nothing),
         STORE_TEST(test_a_copy_made_under_another_secret_changes_nothing),
         STORE_TEST(test_a_damaged_copy_changes_nothing), STORE_TEST(test_a_copied_wal_is_part_of_the_copy),
         STORE_TEST(test_a_held_write_lock_puts_it_off), STORE_TEST(test_copies_are_consistent_while_writers_write))
