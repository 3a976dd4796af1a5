/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "core/admin/document.h"

static const oa_json *document(apr_pool_t *pool, const char *mount)
{
    oa_json *made;
    assert_ok(oa_openapi_make(NULL, NULL, mount, &made, pool));
    return made;
}

static const oa_json *at(const oa_json *value, const char *a, const char *b, const char *c)
{
    value = oa_json_get(value, a);
    value = b != NULL ? oa_json_get(value, b) : value;
    return c != NULL ? oa_json_get(value, c) : value;
}

static void every_path_of_a_row_is_there(void **state)
{
    const oa_json *root = document(*state, "/x");
    assert_non_null(at(root, "paths", "/v1/orgs/{org}/audit", "get"));
    assert_non_null(at(root, "paths", "/v1/audit", "get"));
    assert_non_null(at(root, "paths", "/v1/openapi.json", "get"));
    assert_string_equal(oa_json_get_text(at(root, "paths", "/v1/audit", "get"), "operationId"), "audit.list.2");
    assert_string_equal(oa_json_get_text(oa_json_at(oa_json_get(root, "servers"), 0), "url"), "/x");
    assert_string_equal(oa_json_get_text(oa_json_at(oa_json_get(document(*state, ""), "servers"), 0), "url"), "/");
}

static void a_body_has_what_the_path_has_not(void **state)
{
    const oa_json *edit = at(document(*state, ""), "paths", "/v1/orgs/{org}/users/{user}", "patch");
    const oa_json *content = at(edit, "requestBody", "content", "application/merge-patch+json");
    const oa_json *properties = at(content, "schema", "properties", NULL);
    assert_non_null(oa_json_get(properties, "fields"));
    assert_null(oa_json_get(properties, "set"));
    assert_null(oa_json_get(properties, "user"));
    assert_non_null(at(edit, "requestBody", "content", "application/json"));
}

static void what_anybody_may_see_says_so(void **state)
{
    const oa_json *health = at(document(*state, ""), "paths", "/v1/health", "get");
    assert_int_equal(oa_json_type_of(oa_json_get(health, "security")), OA_JSON_ARRAY);
    assert_int_equal(oa_json_size(oa_json_get(health, "security")), 0);
    assert_null(oa_json_get(at(document(*state, ""), "paths", "/v1/orgs", "get"), "security"));
}

OA_TESTS(OA_POOL_TEST(every_path_of_a_row_is_there), OA_POOL_TEST(a_body_has_what_the_path_has_not),
         OA_POOL_TEST(what_anybody_may_see_says_so))
