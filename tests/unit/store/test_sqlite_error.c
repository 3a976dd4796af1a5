/* SPDX-License-Identifier: Apache-2.0 */
#include "core/store/sqlite_private.h"
#include "tests/unit/store/fixture.h"

typedef struct expectation {
    int rc;
    oa_code code;
    bool breaks;
} expectation;

static const expectation expectations[] = {
    {SQLITE_BUSY, OA_BUSY, false},
    {SQLITE_BUSY_SNAPSHOT, OA_BUSY, false},
    {SQLITE_BUSY_RECOVERY, OA_BUSY, false},
    {SQLITE_LOCKED, OA_BUSY, false},
    {SQLITE_CONSTRAINT_UNIQUE, OA_CONFLICT, false},
    {SQLITE_CONSTRAINT_TRIGGER, OA_CONFLICT, false},
    {SQLITE_CONSTRAINT_FOREIGNKEY, OA_CONFLICT, false},
    {SQLITE_CORRUPT, OA_UNAVAILABLE, true},
    {SQLITE_CORRUPT_INDEX, OA_UNAVAILABLE, true},
    {SQLITE_NOTADB, OA_UNAVAILABLE, true},
    {SQLITE_READONLY, OA_UNAVAILABLE, true},
    {SQLITE_READONLY_DBMOVED, OA_UNAVAILABLE, true},
    {SQLITE_FULL, OA_UNAVAILABLE, false},
    {SQLITE_IOERR_FSYNC, OA_UNAVAILABLE, true},
    {SQLITE_IOERR_SHORT_READ, OA_UNAVAILABLE, true},
    {SQLITE_CANTOPEN, OA_UNAVAILABLE, true},
    {SQLITE_PROTOCOL, OA_UNAVAILABLE, true},
    {SQLITE_NOMEM, OA_FAILED, true},
    {SQLITE_AUTH, OA_FAILED, false},
    {SQLITE_MISUSE, OA_FAILED, false},
    {SQLITE_ERROR, OA_FAILED, false},
    {SQLITE_INTERRUPT, OA_FAILED, false},
};

static void test_every_result_has_its_code(void **state)
{
    fixture *f = *state;
    for (size_t i = 0; i < sizeof expectations / sizeof expectations[0]; i++) {
        oa_db db = {.pool = f->pool};
        oa_error *error = oa_sqlite_error(&db, expectations[i].rc, "a test");
        if (error->code != expectations[i].code || db.broken != expectations[i].breaks) {
            fail_msg("SQLite %d: %s, broken %d", expectations[i].rc, oa_code_of(error->code)->name, db.broken);
        }
    }
}

static void test_the_engine_speaks_in_the_detail_alone(void **state)
{
    fixture *f = *state;
    oa_db db = {.pool = f->pool};
    oa_error *error = oa_sqlite_error(&db, SQLITE_CONSTRAINT, "INSERT INTO account");
    assert_null(strstr(error->message, "account"));
    assert_non_null(strstr(error->detail, "INSERT INTO account"));
}

static void test_this_version_is_judged_by_its_number(void **state)
{
    (void)state;
    int version = sqlite3_libversion_number();
    assert_string_equal(oa_sqlite_version(), sqlite3_libversion());
    if (version >= 3051003) {
        assert_false(oa_sqlite_has_wal_reset_bug());
    } else if (version < 3044006) {
        assert_true(oa_sqlite_has_wal_reset_bug());
    }
}

OA_TESTS(EMPTY_TEST(test_every_result_has_its_code), EMPTY_TEST(test_the_engine_speaks_in_the_detail_alone),
         EMPTY_TEST(test_this_version_is_judged_by_its_number))
