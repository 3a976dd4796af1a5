/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

static void test_rows_are_those_of_the_interface(void **state)
{
    (void)state;
    static const struct {
        oa_code code;
        const char *name;
        int http_status, exit_code;
    } cases[] = {
        {OA_USAGE, "usage", 400, 2},
        {OA_INVALID, "invalid", 400, 5},
        {OA_NOT_FOUND, "not_found", 404, 3},
        {OA_NOT_ALLOWED, "not_allowed", 403, 4},
        {OA_CONFLICT, "conflict", 409, 5},
        {OA_BUSY, "busy", 503, 75},
        {OA_UNAVAILABLE, "unavailable", 503, 1},
        {OA_UNAUTHENTICATED, "unauthenticated", 401, 4},
        {OA_TOO_MANY, "too_many", 429, 75},
        {OA_NO_SUCH_METHOD, "no_such_method", 405, 2},
        {OA_NOT_ACCEPTABLE, "not_acceptable", 406, 2},
        {OA_PRECONDITION, "precondition_failed", 412, 5},
        {OA_PRECONDITION_REQUIRED, "precondition_required", 428, 2},
        {OA_TOO_LARGE, "too_large", 413, 5},
        {OA_MEDIA_TYPE, "media_type", 415, 2},
        {OA_UNPROCESSABLE, "unprocessable", 422, 5},
        {OA_FAILED, "failed", 500, 1},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const oa_code_row *row = oa_code_of(cases[i].code);
        assert_string_equal(row->name, cases[i].name);
        assert_int_equal(row->http_status, cases[i].http_status);
        assert_int_equal(row->exit_code, cases[i].exit_code);
    }
    assert_string_equal(oa_code_of((oa_code)99)->name, "failed");
}

static void test_every_reason_has_a_name_of_its_own(void **state)
{
    (void)state;
    for (oa_reason one = OA_BECAUSE_UNSAID + 1; one <= OA_BECAUSE_LAST; one++) {
        assert_non_null(oa_reason_name(one));
        for (oa_reason other = OA_BECAUSE_UNSAID + 1; other < one; other++) {
            assert_string_not_equal(oa_reason_name(one), oa_reason_name(other));
        }
    }
    assert_null(oa_reason_name(OA_BECAUSE_UNSAID));
    assert_null(oa_reason_name((oa_reason)99));
}

static void test_parts_of_an_error(void **state)
{
    oa_error *error = oa_error_field(*state, "email", "not an address: %d", 7);
    assert_int_equal(error->code, OA_INVALID);
    assert_string_equal(error->field, "email");
    assert_string_equal(error->message, "not an address: 7");
    assert_null(error->detail);
    assert_ptr_equal(oa_error_detail(*state, error, "errno %d", 5), error);
    assert_string_equal(error->detail, "errno 5");
    assert_null(oa_error_make(*state, OA_BUSY, "locked")->field);
}

static void test_messages_stay_on_one_line(void **state)
{
    oa_error *error = oa_error_make(*state, OA_NOT_FOUND, "no user %s", "a\r\nX-Evil: \x1b[31m\x7f");
    assert_string_equal(error->message, "no user a??X-Evil: ?[31m?");
    oa_error_detail(*state, error, "%s", "one\ntwo");
    assert_string_equal(error->detail, "one?two");
}

static oa_error *tried(apr_pool_t *pool, bool fails)
{
    OA_TRY(fails ? oa_error_make(pool, OA_CONFLICT, "first") : NULL);
    return oa_error_make(pool, OA_FAILED, "second");
}

static void test_try_returns_the_first_error(void **state)
{
    assert_code(tried(*state, true), OA_CONFLICT);
    assert_code(tried(*state, false), OA_FAILED);
}

OA_TESTS(cmocka_unit_test(test_rows_are_those_of_the_interface), cmocka_unit_test(test_every_reason_has_a_name_of_its_own), OA_POOL_TEST(test_parts_of_an_error),
         OA_POOL_TEST(test_messages_stay_on_one_line), OA_POOL_TEST(test_try_returns_the_first_error))
