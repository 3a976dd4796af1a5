/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "core/admin/problem.h"

static void a_problem_says_what_and_where(void **state)
{
    oa_error error = {.code = OA_NOT_FOUND, .message = "there is no user"};
    oa_json *problem = oa_problem_make(&error, *state);
    oa_problem_blame(problem, &error, "a/b~c", "path", *state);
    error = (oa_error){.message = "desk is empty", .member = "de/sk", .reason = OA_BECAUSE_MALFORMED};
    oa_problem_blame(problem, &error, "fields", "body", *state);
    assert_string_equal(oa_json_canonical(problem, *state),
                        "{\"code\":\"not_found\",\"detail\":\"there is no user\",\"errors\":[{\"detail\":\"there is no user\",\"in\":\"path\","
                        "\"pointer\":\"/a~1b~0c\"},{\"detail\":\"desk is empty\",\"in\":\"body\",\"pointer\":\"/fields/de~1sk\",\"reason\":\"malformed\"}],"
                        "\"status\":404,\"title\":\"Not Found\",\"type\":\"about:blank\"}");
}

static void without_a_field_there_are_no_errors_and_without_a_reason_no_reason(void **state)
{
    oa_error error = {.code = OA_BUSY, .message = "try again"};
    oa_json *problem = oa_problem_make(&error, *state);
    assert_null(oa_json_get(problem, "errors"));
    assert_null(oa_json_get(problem, "reason"));
    oa_error_because(OA_BECAUSE_IN_USE, &error);
    assert_string_equal(oa_json_text(oa_json_get(oa_problem_make(&error, *state), "reason")), "in_use");
}

static void every_status_that_a_code_has_has_a_title(void **state)
{
    (void)state;
    for (oa_code code = OA_USAGE; code <= OA_FAILED; code++) {
        assert_string_not_equal(oa_problem_title(oa_code_of(code)->http_status), "Error");
    }
}

OA_TESTS(OA_POOL_TEST(a_problem_says_what_and_where), OA_POOL_TEST(without_a_field_there_are_no_errors_and_without_a_reason_no_reason),
         OA_POOL_TEST(every_status_that_a_code_has_has_a_title))
