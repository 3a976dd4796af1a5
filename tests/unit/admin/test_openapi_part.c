/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "core/admin/openapi_part.h"

static const char *type_of(apr_pool_t *pool, oa_type type, unsigned flags, const char *choices)
{
    const oa_parameter parameter = {"x", type, flags, "", choices};
    return oa_json_canonical(oa_openapi_type(&parameter, pool), pool);
}

static void a_parameter_becomes_a_schema(void **state)
{
    assert_string_equal(type_of(*state, OA_TYPE_INTEGER, 0, NULL), "{\"type\":\"integer\"}");
    assert_string_equal(type_of(*state, OA_TYPE_CHOICE, 0, "a b"), "{\"enum\":[\"a\",\"b\"],\"type\":\"string\"}");
    assert_string_equal(type_of(*state, OA_TYPE_TEXT, OA_CLEARS, NULL), "{\"maxLength\":1000,\"type\":[\"string\",\"null\"]}");
    assert_string_equal(type_of(*state, OA_TYPE_USER, OA_LIST, NULL),
                        "{\"items\":{\"type\":\"string\"},\"maxItems\":1000,\"minItems\":1,\"type\":\"array\"}");
    assert_string_equal(type_of(*state, OA_TYPE_PAIR, 0, NULL),
                        "{\"additionalProperties\":{\"type\":[\"string\",\"null\"]},\"type\":\"object\"}");
    assert_string_equal(type_of(*state, OA_TYPE_SECRET, 0, NULL), "{\"format\":\"password\",\"maxLength\":1024,\"type\":\"string\"}");
}

static void a_file_is_a_body_of_its_types(void **state)
{
    static const oa_parameter parameters[] = {{"file", OA_TYPE_FILE, OA_REQUIRED, "", NULL}, {"n", OA_TYPE_INTEGER, 0, "", NULL}, {.name = NULL}};
    const oa_operation import = {.name = "x.import", .method = "POST", .path = "/v1/x", .accepts = "text/csv a/b", .parameters = parameters};
    const oa_json *body = oa_openapi_body(&import, import.path, *state);
    assert_non_null(oa_json_get(oa_json_get(body, "content"), "a/b"));
    const oa_json *list = oa_openapi_parameters(&import, import.path, *state);
    assert_string_equal(oa_json_get_text(oa_json_at(list, 0), "name"), "n");
    assert_string_equal(oa_json_get_text(oa_json_at(list, 0), "in"), "query");
}

static void answers_are_by_status_and_problems_for_the_rest(void **state)
{
    static const oa_operation made = {.name = "x.make", .scope = OA_SCOPE_NONE, .method = "POST", .path = "/v1/x", .changes = true, .status = 201, .answers = "Org"};
    static const oa_operation text = {.name = "x.text", .method = "GET", .path = "/v1/x", .gives = "text/csv"};
    const oa_json *responses = oa_openapi_responses_of(&made, *state);
    assert_non_null(oa_json_get(responses, "201"));
    assert_non_null(oa_json_get(responses, "200")); /* a dry run */
    assert_non_null(oa_json_get(oa_json_get(oa_json_get(responses, "default"), "content"), "application/problem+json"));
    responses = oa_openapi_responses_of(&text, *state);
    assert_non_null(oa_json_get(oa_json_get(oa_json_get(responses, "200"), "content"), "text/csv"));
    assert_null(oa_json_get(oa_json_get(oa_openapi_responses(204, "x", NULL, *state), "204"), "content"));
}

OA_TESTS(OA_POOL_TEST(a_parameter_becomes_a_schema), OA_POOL_TEST(a_file_is_a_body_of_its_types),
         OA_POOL_TEST(answers_are_by_status_and_problems_for_the_rest))
