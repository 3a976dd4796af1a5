/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/store/fixture.h"

static void test_a_copy_is_one_private_file_of_the_same_content(void **state)
{
    fixture *f = *state;
    const char *copy = fixture_file(f, "copy");
    struct stat found;
    assert_ok(oa_store_backup(f->path, copy, f->pool));
    assert_int_equal(stat(copy, &found), 0);
    assert_int_equal(found.st_mode & 07777, 0640);
    assert_int_equal(found.st_nlink, 1);
    assert_int_not_equal(access(fixture_file(f, "copy-wal"), F_OK), 0);
    assert_int_not_equal(access(fixture_file(f, "copy-shm"), F_OK), 0);
    oa_db *db = NULL;
    int64_t accounts = 0;
    assert_ok(oa_sqlite_open_private(copy, false, &db, f->pool));
    assert_ok(oa_db_int(db, &accounts, 0, "SELECT COUNT(*) FROM account", ""));
    oa_sqlite_close(db);
    assert_int_equal(accounts, 2);
}

static void test_nothing_is_written_over(void **state)
{
    fixture *f = *state;
    const char *copy = fixture_file(f, "copy");
    assert_ok(oa_store_backup(f->path, copy, f->pool));
    assert_code(oa_store_backup(f->path, copy, f->pool), OA_CONFLICT);
    assert_code(oa_store_backup(f->path, f->path, f->pool), OA_CONFLICT);
    assert_int_equal(symlink("/nowhere", fixture_file(f, "link")), 0);
    assert_code(oa_store_backup(f->path, fixture_file(f, "link"), f->pool), OA_CONFLICT);
}

static void test_a_directory_that_is_not_there_is_told(void **state)
{
    fixture *f = *state;
    assert_code(oa_store_backup(f->path, fixture_file(f, "no/such/copy"), f->pool), OA_FAILED);
}

static void test_a_missing_store_leaves_no_copy(void **state)
{
    fixture *f = *state;
    assert_int_equal(unlink(f->path), 0);
    assert_code(oa_store_backup(f->path, fixture_file(f, "copy"), f->pool), OA_UNAVAILABLE);
    assert_int_not_equal(access(fixture_file(f, "copy"), F_OK), 0);
}

static void test_a_writer_is_not_held_up(void **state)
{
    fixture *f = *state;
    oa_db *writer;
    assert_ok(oa_store_take(f->store, OA_DB_ADMIN, &writer, f->pool));
    assert_ok(oa_db_begin(writer, true));
    assert_ok(oa_store_backup(f->path, fixture_file(f, "copy"), f->pool));
    assert_ok(oa_db_commit(writer));
    oa_store_give(f->store, writer);
}

OA_TESTS(STORE_TEST(test_a_copy_is_one_private_file_of_the_same_content), STORE_TEST(test_nothing_is_written_over),
         STORE_TEST(test_a_directory_that_is_not_there_is_told), STORE_TEST(test_a_missing_store_leaves_no_copy),
         STORE_TEST(test_a_writer_is_not_held_up))
