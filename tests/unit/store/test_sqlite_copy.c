/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/store/fixture.h"

static void test_readers_see_a_copy_as_one_commit(void **state)
{
    fixture *f = *state;
    oa_db *reader, *from = NULL, *to = NULL;
    int64_t value = 0;
    const char *copy = fixture_file(f, "copy");
    assert_ok(oa_store_backup(f->path, copy, f->pool));
    fixture_sql(f, "INSERT INTO setting VALUES ('a', 'b')");
    assert_ok(oa_store_take(f->store, OA_DB_LOOKUP, &reader, f->pool));
    assert_ok(oa_db_begin(reader, false));
    assert_ok(oa_db_int(reader, &value, -1, "SELECT COUNT(*) FROM setting", ""));
    assert_ok(oa_sqlite_open_private(copy, true, &from, f->pool));
    assert_ok(oa_sqlite_open(f->path, OA_DB_CARE, &to, f->pool));
    assert_ok(oa_sqlite_copy(to, from));
    assert_ok(oa_db_int(reader, &value, -1, "SELECT COUNT(*) FROM setting", ""));
    assert_int_equal(value, 1);
    oa_db_rollback(reader);
    assert_ok(oa_db_int(reader, &value, -1, "SELECT COUNT(*) FROM setting", ""));
    assert_int_equal(value, 0);
    oa_store_give(f->store, reader);
    oa_sqlite_close(from);
    oa_sqlite_close(to);
}

static void test_the_target_stays_in_wal_mode(void **state)
{
    fixture *f = *state;
    oa_db *from = NULL, *to = NULL;
    const char *copy = fixture_file(f, "copy");
    assert_ok(oa_store_backup(f->path, copy, f->pool));
    assert_ok(oa_sqlite_open_private(copy, false, &from, f->pool));
    assert_ok(oa_sqlite_open(f->path, OA_DB_CARE, &to, f->pool));
    assert_ok(oa_sqlite_copy(to, from));
    oa_sqlite_close(from);
    oa_sqlite_close(to);
    assert_int_equal(fixture_int(f, "SELECT journal_mode = 'wal' FROM pragma_journal_mode"), 1);
}

static void test_a_writer_of_the_target_makes_it_busy(void **state)
{
    fixture *f = *state;
    oa_db *writer, *from = NULL, *to = NULL;
    const char *copy = fixture_file(f, "copy");
    assert_ok(oa_store_backup(f->path, copy, f->pool));
    assert_ok(oa_store_take(f->store, OA_DB_ADMIN, &writer, f->pool));
    assert_ok(oa_db_begin(writer, true));
    assert_ok(oa_sqlite_open_private(copy, true, &from, f->pool));
    assert_ok(oa_sqlite_open(f->path, OA_DB_CARE, &to, f->pool));
    assert_code(oa_sqlite_copy(to, from), OA_BUSY);
    oa_db_rollback(writer);
    oa_store_give(f->store, writer);
    oa_sqlite_close(from);
    oa_sqlite_close(to);
}

OA_TESTS(STORE_TEST(test_readers_see_a_copy_as_one_commit), STORE_TEST(test_the_target_stays_in_wal_mode),
         STORE_TEST(test_a_writer_of_the_target_makes_it_busy))
