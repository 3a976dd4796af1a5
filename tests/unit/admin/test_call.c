/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "core/admin/call.h"

static oa_call call_with(const char *arguments, apr_pool_t *pool)
{
    oa_call call = {.pool = pool};
    oa_json *json = NULL;
    assert_ok(oa_json_parse(arguments, strlen(arguments), &json, pool));
    call.arguments = json;
    return call;
}

static void arguments_are_read_by_name_and_type(void **state)
{
    apr_pool_t *pool = *state;
    oa_call call = call_with("{\"t\":\"x\",\"n\":7,\"f\":true,\"d\":\"2d\",\"at\":\"1970-01-01T00:00:01Z\",\"l\":[\"a\"]}", pool);
    assert_string_equal(oa_argument(&call, "t"), "x");
    assert_int_equal(oa_argument_int(&call, "n"), 7);
    assert_true(oa_argument_flag(&call, "f"));
    assert_int_equal(oa_argument_duration(&call, "d"), 2 * OA_DAY);
    assert_int_equal(oa_argument_time(&call, "at"), 1000);
    assert_int_equal(oa_json_size(oa_argument_list(&call, "l")), 1);
    assert_true(oa_argument_given(&call, "l"));
}

static void what_is_not_given_is_nothing(void **state)
{
    oa_call call = call_with("{}", *state);
    assert_null(oa_argument(&call, "t"));
    assert_int_equal(oa_argument_int(&call, "n"), 0);
    assert_false(oa_argument_flag(&call, "f"));
    assert_int_equal(oa_argument_duration(&call, "d"), 0);
    assert_int_equal(oa_argument_time(&call, "at"), 0);
    assert_null(oa_argument_list(&call, "l"));
    assert_false(oa_argument_given(&call, "t"));
    assert_int_equal(oa_argument_after(&call), 0);
}

static void a_page_has_between_one_and_a_thousand_items(void **state)
{
    static const struct {
        const char *arguments;
        int64_t limit; /* 0: refused */
    } cases[] = {{"{}", 100}, {"{\"limit\":1}", 1}, {"{\"limit\":1000}", 1000}, {"{\"limit\":0}", 0}, {"{\"limit\":1001}", 0},
                 {"{\"limit\":-1}", 0}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        oa_call call = call_with(cases[i].arguments, *state);
        int64_t limit;
        oa_error *error = oa_argument_limit(&call, &limit);
        assert_int_equal(error == NULL, cases[i].limit != 0);
        assert_int_equal(error == NULL ? limit : 0, cases[i].limit);
    }
}

static void a_cursor_is_read_as_it_was_written(void **state)
{
    apr_pool_t *pool = *state;
    oa_call call = {.pool = pool};
    oa_json *arguments = oa_json_object(pool);
    const oa_json *page = oa_page(&call, oa_json_array(pool), INT64_MAX - 5);
    oa_json_set_text(arguments, "after", oa_json_get_text(page, "next"));
    call.arguments = arguments;
    assert_true(oa_argument_after(&call) == INT64_MAX - 5);
    page = oa_page(&call, oa_json_array(pool), 0);
    assert_int_equal(oa_json_type_of(oa_json_get(page, "next")), OA_JSON_NULL);
}

OA_TESTS(OA_POOL_TEST(arguments_are_read_by_name_and_type), OA_POOL_TEST(what_is_not_given_is_nothing),
         OA_POOL_TEST(a_page_has_between_one_and_a_thousand_items), OA_POOL_TEST(a_cursor_is_read_as_it_was_written))
