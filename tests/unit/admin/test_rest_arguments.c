/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "core/admin/rest.h"

#include <string.h>

/* A table of its own beside the real one: oa_rest_read looks at the route alone. */
static const oa_parameter parameters[] = {{"org", OA_TYPE_ORG, OA_REQUIRED, "", NULL},
                                          {"search", OA_TYPE_TEXT, 0, "", NULL},
                                          {"limit", OA_TYPE_INTEGER, 0, "", NULL},
                                          {"key", OA_TYPE_FLAG, 0, "", NULL},
                                          {"user", OA_TYPE_USER, OA_LIST | OA_CLEARS, "", NULL},
                                          {"password", OA_TYPE_SECRET, 0, "", NULL},
                                          {"file", OA_TYPE_FILE, 0, "", NULL},
                                          {.name = NULL}};
static const oa_operation get = {.name = "a.get", .scope = OA_SCOPE_NONE, .method = "GET", .renamed = "search:q", .parameters = parameters};
static const oa_operation post = {.name = "a.post", .scope = OA_SCOPE_NONE, .method = "POST", .changes = true, .parameters = parameters};
static const oa_operation delete = {.name = "a.delete", .scope = OA_SCOPE_NONE, .method = "DELETE", .changes = true, .parameters = parameters};
static const oa_operation import = {.name = "a.import", .scope = OA_SCOPE_NONE, .method = "POST", .changes = true, .accepts = "text/csv application/x-sheet",
                                    .parameters = parameters};

static const oa_parameter pair[] = {{"org", OA_TYPE_ORG, OA_REQUIRED, "", NULL}, {"name", OA_TYPE_TEXT, 0, "", NULL}, {"value", OA_TYPE_TEXT, 0, "", NULL}, {.name = NULL}};
static const oa_operation map = {.name = "a.map", .scope = OA_SCOPE_NONE, .method = "PATCH", .path = "/v1/orgs/{org}/x", .changes = true, .entry = "name value",
                              .parameters = pair};
static const oa_operation login = {.name = "a.login", .method = "POST", .changes = true, .scope = OA_SCOPE_PUBLIC, .parameters = parameters};

typedef struct reading {
    oa_error *error;
    const char *arguments; /* canonical */
    oa_manner manner;
} reading;

static reading read_it(apr_pool_t *pool, const oa_operation *operation, oa_rest_request request)
{
    reading got = {0};
    oa_json *arguments, *path = oa_json_object(pool);
    oa_route route = {.operation = operation, .template = "/v1/orgs/{org}/x", .path_arguments = path};
    oa_json_set_text(path, "org", "acme");
    request.size = request.body != NULL ? strlen((const char *)request.body) : 0;
    got.error = oa_rest_read(&request, &route, &arguments, &got.manner, pool);
    got.arguments = got.error == NULL ? oa_json_canonical(arguments, pool) : "";
    return got;
}

#define BODY(text) (const unsigned char *)(text)

static void a_query_is_typed_by_the_row(void **state)
{
    static const struct {
        const char *query, *arguments;
    } cases[] = {
        {NULL, "{\"org\":\"acme\"}"},
        {"", "{\"org\":\"acme\"}"},
        {"&&", "{\"org\":\"acme\"}"},
        {"q=a+b%20c%2Bd", "{\"org\":\"acme\",\"search\":\"a b c+d\"}"},
        {"q=", "{\"org\":\"acme\",\"search\":\"\"}"},
        {"q", "{\"org\":\"acme\",\"search\":\"\"}"},
        {"q=%C3%A4=1", "{\"org\":\"acme\",\"search\":\"ä=1\"}"},
        {"limit=-3", "{\"limit\":-3,\"org\":\"acme\"}"},
        {"key=true&limit=1", "{\"key\":true,\"limit\":1,\"org\":\"acme\"}"},
        {"key=false", "{\"key\":false,\"org\":\"acme\"}"},
        {"user=a&user=b", "{\"org\":\"acme\",\"user\":[\"a\",\"b\"]}"},
        {"%71=x", "{\"org\":\"acme\",\"search\":\"x\"}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        reading got = read_it(*state, &get, (oa_rest_request){.query = cases[i].query});
        assert_ok(got.error);
        assert_string_equal(got.arguments, cases[i].arguments);
    }
}

static void what_a_query_may_not_say_is_refused(void **state)
{
    static const struct {
        const char *query, *field;
    } cases[] = {{"nothing=1", "/nothing"}, {"search=x", "/search"}, {"limit=", "limit"},        {"limit=1x", "limit"},
                 {"limit= 1", "limit"},     {"limit=99999999999999999999", "limit"},             {"key=1", "key"},
                 {"key=True", "key"},       {"q=a&q=b", "search"},  {"org=globex", "/org"},      {"password=x", "/password"},
                 {"dry_run=true", "/dry_run"}, {"%00=x", NULL},     {"q=%ff", NULL},             {"=x", "/"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        reading got = read_it(*state, &get, (oa_rest_request){.query = cases[i].query});
        assert_non_null(got.error);
        if (cases[i].field != NULL) {
            assert_string_equal(got.error->field, cases[i].field);
        }
    }
}

static void a_body_gives_the_arguments_of_a_post(void **state)
{
    reading got = read_it(*state, &post, (oa_rest_request){.content_type = "Application/JSON ; charset=utf-8", .query = "dry_run=true",
                                                        .body = BODY("{\"search\":\"x\",\"org\":\"acme\",\"user\":null}")});
    assert_ok(got.error);
    assert_true(got.manner.dry_run);
    assert_string_equal(got.arguments, "{\"org\":\"acme\",\"search\":\"x\",\"user\":[]}");
}

static void what_a_body_may_not_be_is_refused(void **state)
{
    static const struct {
        const char *type, *body;
        oa_code code;
    } cases[] = {{"application/json", "[]", OA_INVALID},
                 {"application/json", "{\"nothing\":1}", OA_USAGE},
                 {"application/json", "{\"org\":\"globex\"}", OA_INVALID},
                 {"application/json", "{\"org\":null}", OA_INVALID},
                 {"application/json", "{\"file\":\"/etc/passwd\"}", OA_USAGE},
                 {"application/json", "{", OA_INVALID},
                 {"text/json", "{}", OA_MEDIA_TYPE},
                 {NULL, "{}", OA_MEDIA_TYPE},
                 {"", "{}", OA_MEDIA_TYPE},
                 {"application/merge-patch+json", "{}", OA_MEDIA_TYPE}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        reading got = read_it(*state, &post, (oa_rest_request){.content_type = cases[i].type, .body = BODY(cases[i].body)});
        assert_code(got.error, cases[i].code);
    }
    assert_code(read_it(*state, &post, (oa_rest_request){.query = "search=x"}).error, OA_USAGE);
}

static void an_entry_of_a_map_is_a_name_and_a_value(void **state)
{
    static const struct {
        const char *body, *arguments; /* NULL: refused */
    } cases[] = {{"{\"a.b\":\"x\"}", "{\"name\":\"a.b\",\"org\":\"acme\",\"value\":\"x\"}"},
                 {"{\"a.b\":-7}", "{\"name\":\"a.b\",\"org\":\"acme\",\"value\":\"-7\"}"},
                 {"{\"a.b\":true}", "{\"name\":\"a.b\",\"org\":\"acme\",\"value\":\"on\"}"},
                 {"{\"a.b\":null}", "{\"name\":\"a.b\",\"org\":\"acme\",\"value\":null}"},
                 {"{\"name\":\"a.b\",\"value\":\"x\"}", "{\"name\":\"a.b\",\"org\":\"acme\",\"value\":\"x\"}"},
                 {"{\"a.b\":\"x\",\"c.d\":\"y\"}", NULL},
                 {"{\"a.b\":\"x\",\"name\":\"c.d\"}", NULL},
                 {"{\"a.b\":\"x\",\"value\":\"y\"}", NULL},
                 {"{\"a.b\":null,\"value\":\"y\"}", NULL},
                 {"{\"name\":\"c.d\",\"a.b\":\"x\"}", NULL},
                 {"{\"value\":\"y\",\"a.b\":\"x\"}", NULL},
                 {"{\"nothing\":\"x\"}", NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        reading got = read_it(*state, &map, (oa_rest_request){.content_type = "application/merge-patch+json", .body = BODY(cases[i].body)});
        assert_true((got.error == NULL) == (cases[i].arguments != NULL));
        assert_string_equal(got.arguments, cases[i].arguments != NULL ? cases[i].arguments : "");
    }
    assert_non_null(read_it(*state, &post, (oa_rest_request){.content_type = "application/json", .body = BODY("{\"a.b\":\"x\"}")}).error);
}

static void a_delete_takes_its_arguments_from_the_query(void **state)
{
    reading got = read_it(*state, &delete, (oa_rest_request){.query = "user=a&dry_run=false", .if_match = "\"x\"", .idempotency_key = "k"});
    assert_ok(got.error);
    assert_string_equal(got.arguments, "{\"org\":\"acme\",\"user\":[\"a\"]}");
    assert_string_equal(got.manner.if_match, "\"x\"");
    assert_null(got.manner.idempotency_key); /* of POST alone */
    assert_false(got.manner.dry_run);
}

static void a_file_is_the_body_and_the_query_the_arguments(void **state)
{
    reading got = read_it(*state, &import, (oa_rest_request){.content_type = "text/csv; header=present", .query = "limit=3&dry_run=true",
                                                          .body = BODY("a,b\n"), .idempotency_key = "k"});
    assert_ok(got.error);
    assert_string_equal(got.arguments, "{\"file\":\"-\",\"limit\":3,\"org\":\"acme\"}");
    assert_string_equal(got.manner.file->type, "text/csv");
    assert_int_equal(got.manner.file->size, 4);
    assert_memory_equal(got.manner.file->bytes, "a,b\n", 4);
    assert_string_equal(got.manner.idempotency_key, "k");
    assert_code(read_it(*state, &import, (oa_rest_request){.content_type = "application/json", .body = BODY("{}")}).error, OA_MEDIA_TYPE);
    assert_code(read_it(*state, &import, (oa_rest_request){.body = NULL}).error, OA_MEDIA_TYPE);
}

/* An attempt to log in leaves its trace. */
static void strangers_get_no_dry_run(void **state)
{
    reading got = read_it(*state, &login, (oa_rest_request){.query = "dry_run=true"});
    assert_code(got.error, OA_USAGE);
    assert_string_equal(got.error->field, "/dry_run");
}

static void an_idempotency_key_has_bounds(void **state)
{
    char longest[257] = {0};
    memset(longest, 'x', 255);
    assert_ok(read_it(*state, &post, (oa_rest_request){.idempotency_key = longest}).error);
    longest[255] = 'x';
    assert_code(read_it(*state, &post, (oa_rest_request){.idempotency_key = longest}).error, OA_USAGE);
    assert_code(read_it(*state, &post, (oa_rest_request){.idempotency_key = ""}).error, OA_USAGE);
}

OA_TESTS(OA_POOL_TEST(a_query_is_typed_by_the_row), OA_POOL_TEST(what_a_query_may_not_say_is_refused),
         OA_POOL_TEST(a_body_gives_the_arguments_of_a_post), OA_POOL_TEST(what_a_body_may_not_be_is_refused),
         OA_POOL_TEST(an_entry_of_a_map_is_a_name_and_a_value), OA_POOL_TEST(a_delete_takes_its_arguments_from_the_query), OA_POOL_TEST(a_file_is_the_body_and_the_query_the_arguments),
         OA_POOL_TEST(strangers_get_no_dry_run), OA_POOL_TEST(an_idempotency_key_has_bounds))
