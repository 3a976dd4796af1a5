/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/admin/rest_cast.h"

#define ADMIN "admin@acme.example"

static void an_answer_is_json_that_nobody_keeps(void **state)
{
    cast *c = *state;
    oa_rest_answer answer = ASK(ADMIN, "GET", "/v1/orgs/acme", NULL);
    assert_int_equal(answer.status, 200);
    assert_string_equal(answer.type, "application/json");
    assert_string_equal(rest_header(&answer, "Cache-Control"), "no-store");
    assert_string_equal(rest_header(&answer, "X-Content-Type-Options"), "nosniff");
    assert_int_equal(answer.size, strlen(answer.body));
    assert_string_equal(cast_text(c, "slug"), "acme");
    assert_null(answer.trouble);
}

static void what_is_made_has_its_place(void **state)
{
    cast *c = *state;
    oa_rest_answer answer = ASK(ADMIN, "POST", "/v1/orgs/acme/users", "{'email': 'new@acme.example', 'role': 'Viewer'}");
    assert_int_equal(answer.status, 201);
    assert_string_equal(rest_header(&answer, "Location"),
                        apr_pstrcat(c->pool, "/orgauth/v1/orgs/acme/users/", cast_text(c, "id"), NULL));
}

static void a_list_says_where_it_goes_on(void **state)
{
    cast *c = *state;
    oa_rest_answer answer = rest_ask(
        c, ADMIN, (oa_rest_request){.method = "GET", .path = "/v1/orgs/acme/users", .query = "limit=2&sort=email"}, NULL);
    const char *next = cast_text(c, "next");
    assert_string_equal(rest_header(&answer, "Link"),
                        apr_pstrcat(c->pool, "</orgauth/v1/orgs/acme/users?limit=2&sort=email&after=", next, ">; rel=\"next\"", NULL));
    answer = rest_ask(c, ADMIN,
                      (oa_rest_request){.method = "GET", .path = "/v1/orgs/acme/users",
                                        .query = apr_pstrcat(c->pool, "limit=50&after=", next, NULL)}, NULL);
    assert_string_equal(rest_header(&answer, "Link"), "(none)");
}

/* A query that would break out of the angle brackets gives no link rather than somebody's header. */
static void a_link_is_not_made_of_everything(void **state)
{
    cast *c = *state;
    oa_rest_answer answer = rest_ask(
        c, ADMIN, (oa_rest_request){.method = "GET", .path = "/v1/orgs/acme/users", .query = "limit=1&q=>;<a"}, NULL);
    assert_string_equal(rest_header(&answer, "Link"), "(none)");
}

static void errors_are_problems(void **state)
{
    cast *c = *state;
    oa_rest_answer answer = ASK(ADMIN, "POST", "/v1/orgs/acme/users", "{'email': 'x', 'role': 'Viewer'}");
    assert_int_equal(answer.status, 400);
    assert_string_equal(answer.type, "application/problem+json");
    assert_string_equal(rest_pointer(c), "/email");
    assert_int_equal(ASK("viewer@acme.example", "POST", "/v1/orgs/acme/users", "{'email': 'x@acme.example', 'role': 'Viewer'}").status, 403);
    assert_int_equal(ASK(ADMIN, "GET", "/v1/orgs/globex/users", NULL).status, 404);
    assert_int_equal(ASK(ADMIN, "GET", "/v1/none", NULL).status, 404);
    assert_int_equal(ASK(NULL, "GET", "/v1/orgs", NULL).status, 403);
}

static void methods_are_those_of_the_path(void **state)
{
    cast *c = *state;
    oa_rest_answer answer = ASK(NULL, "OPTIONS", "/v1/orgs", NULL);
    assert_int_equal(answer.status, 204);
    assert_null(answer.type);
    assert_string_equal(rest_header(&answer, "Allow"), "GET, HEAD, POST, OPTIONS");
    answer = ASK(ADMIN, "DELETE", "/v1/orgs", NULL);
    assert_int_equal(answer.status, 405);
    assert_string_equal(rest_header(&answer, "Allow"), "GET, HEAD, POST, OPTIONS");
}

static void a_patch_says_which_types_it_takes(void **state)
{
    cast *c = *state;
    oa_rest_answer answer = rest_ask(
        c, ADMIN, (oa_rest_request){.method = "PATCH", .path = "/v1/orgs/acme", .content_type = "text/plain", .if_match = "*"},
        "{'name': 'A'}");
    assert_int_equal(answer.status, 415);
    assert_string_equal(rest_header(&answer, "Accept-Patch"), "application/merge-patch+json, application/json");
}

static void a_store_that_is_busy_is_503_with_its_reason_in_the_log_alone(void **state)
{
    cast *c = *state;
    oa_rest_answer answer;
    oa_error *error = oa_error_detail(c->pool, oa_error_make(c->pool, OA_BUSY, "try again"), "locked by 7");
    oa_rest_refuse(NULL, error, &answer, c->pool);
    assert_int_equal(answer.status, 503);
    assert_string_equal(rest_header(&answer, "Retry-After"), "1");
    assert_string_equal(answer.trouble, "try again: locked by 7");
    assert_null(strstr(answer.body, "locked"));
}

OA_TESTS(CAST_TEST(an_answer_is_json_that_nobody_keeps), CAST_TEST(what_is_made_has_its_place), CAST_TEST(a_list_says_where_it_goes_on),
         CAST_TEST(a_link_is_not_made_of_everything), CAST_TEST(errors_are_problems), CAST_TEST(methods_are_those_of_the_path),
         CAST_TEST(a_patch_says_which_types_it_takes), CAST_TEST(a_store_that_is_busy_is_503_with_its_reason_in_the_log_alone))
