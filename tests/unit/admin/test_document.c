/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/admin/rest_cast.h"

static void health_says_no_more_than_that_to_strangers(void **state)
{
    cast *c = *state;
    assert_int_equal(ASK(NULL, "GET", "/v1/health", NULL).status, 200);
    assert_string_equal(oa_json_format(c->result, false, c->pool), "{\"status\":\"ok\"}");
    ASK("admin@acme.example", "GET", "/v1/health", NULL);
    assert_int_equal(oa_json_size(c->result), 1);
    ASK("super@site.example", "GET", "/v1/health", NULL);
    assert_string_equal(cast_text(c, "version"), PACKAGE_VERSION);
}

static void health_is_503_without_a_store(void **state)
{
    cast *c = *state;
    const char *path = oa_store_path(c->store), *aside = apr_pstrcat(c->pool, path, ".aside", NULL);
    assert_int_equal(rename(path, aside), 0);
    usleep(2000); /* the path is looked at every millisecond */
    assert_int_equal(ASK(NULL, "GET", "/v1/health", NULL).status, 503);
    assert_int_equal(rename(aside, path), 0);
}

static void documents_take_no_arguments(void **state)
{
    cast *c = *state;
    assert_int_equal(rest_ask(c, NULL, (oa_rest_request){.method = "GET", .path = "/v1/health", .query = "x=1"}, NULL).status, 400);
    assert_int_equal(ASK(NULL, "POST", "/v1/health", "{}").status, 405);
}

OA_TESTS(CAST_TEST(health_says_no_more_than_that_to_strangers), CAST_TEST(health_is_503_without_a_store),
         CAST_TEST(documents_take_no_arguments))
