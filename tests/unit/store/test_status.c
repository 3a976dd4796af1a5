/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/store/fixture.h"

static void test_the_figures_are_those_of_the_store(void **state)
{
    fixture *f = *state;
    oa_json *result = NULL;
    assert_ok(oa_store_status(f->path, f->secret, &result, f->pool));
    assert_string_equal(oa_json_get_text(result, "path"), f->path);
    assert_string_equal(oa_json_get_text(result, "secret"), "ok");
    assert_int_equal(oa_json_get_int(result, "organizations"), 1);
    assert_int_equal(oa_json_get_int(result, "users"), 2);
    assert_int_equal(oa_json_get_int(result, "keys"), 2);
    assert_int_equal(oa_json_get_int(result, "epoch"), 1);
    assert_int_equal(oa_json_get_int(result, "schema_version"), oa_json_get_int(result, "schema_newest"));
    assert_true(oa_json_get_int(result, "size") > 0);
    assert_true(oa_json_get_int(result, "wal_size") > 0);
    assert_string_equal(oa_json_get_text(result, "sqlite_version"), oa_sqlite_version());
}

static void test_a_store_to_be_migrated_still_tells(void **state)
{
    fixture *f = *state;
    oa_json *result = NULL;
    fixture_sql(f, "PRAGMA user_version=0");
    assert_ok(oa_store_status(f->path, f->secret, &result, f->pool));
    assert_int_equal(oa_json_get_int(result, "schema_version"), 0);
}

static void test_what_is_wrong_with_the_secret_is_told(void **state)
{
    fixture *f = *state;
    oa_json *result = NULL;
    assert_int_equal(chmod(f->secret, 0644), 0);
    assert_ok(oa_store_status(f->path, f->secret, &result, f->pool));
    assert_non_null(strstr(oa_json_get_text(result, "secret"), "open to others"));
}

static void test_a_missing_store_is_unavailable(void **state)
{
    fixture *f = *state;
    oa_json *result = NULL;
    assert_code(oa_store_status(fixture_file(f, "none.db"), f->secret, &result, f->pool), OA_UNAVAILABLE);
}

OA_TESTS(STORE_TEST(test_the_figures_are_those_of_the_store), STORE_TEST(test_a_store_to_be_migrated_still_tells),
         STORE_TEST(test_what_is_wrong_with_the_secret_is_told), STORE_TEST(test_a_missing_store_is_unavailable))
