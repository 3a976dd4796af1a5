/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "core/admin/route.h"

#include <apr_hash.h>
#include <apr_strings.h>

static const char *name_of(const oa_route *route)
{
    return route->operation != NULL ? route->operation->name : route->document != NULL ? route->document->name : "(none)";
}

static void a_path_is_matched_to_its_row(void **state)
{
    static const struct {
        const char *method, *path, *name, *argument, *value;
    } cases[] = {
        {"GET", "/v1/orgs", "org.list", NULL, NULL},
        {"POST", "/v1/orgs", "org.create", NULL, NULL},
        {"HEAD", "/v1/orgs/acme", "org.show", "org", "acme"},
        {"GET", "/v1/orgs/acme/users", "user.list", "org", "acme"},
        {"GET", "/v1/orgs/a/users/b@c.example", "user.show", "user", "b@c.example"},
        {"GET", "/v1/orgs/a/users/b%2Bc%40d.example", "user.show", "user", "b+c@d.example"},
        {"GET", "/v1/orgs/a/users/b%2fc", "user.show", "user", "b/c"},
        {"PATCH", "/v1/orgs/a/roles/Help%20desk", "role.edit", "role", "Help desk"},
        {"GET", "/v1/audit", "audit.list", NULL, NULL},
        {"GET", "/v1/orgs/a/audit", "audit.list", "org", "a"},
        {"GET", "/v1/audit.csv", "audit.export", "format", "csv"},
        {"GET", "/v1/orgs/a/audit.jsonl", "audit.export", "format", "jsonl"},
        {"GET", "/v1/orgs/a/audit.jsonl", "audit.export", "org", "a"},
        {"GET", "/v1/health", "health.show", NULL, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        oa_route route;
        assert_ok(oa_route_find(cases[i].method, cases[i].path, &route, *state));
        assert_string_equal(name_of(&route), cases[i].name);
        if (cases[i].argument != NULL) {
            assert_string_equal(oa_json_get_text(route.path_arguments, cases[i].argument), cases[i].value);
        }
    }
}

static void what_no_row_has_is_not_found(void **state)
{
    static const char *const paths[] = {"", "/", "/v1", "/v1/", "/v1/org", "/v1/orgs/", "/v1/orgs//users", "/v1/orgs/a/users/", "v1/orgs",
                                        "/v1/orgs/%", "/v1/orgs/%4", "/v1/orgs/%zz", "/v1/orgs/%00", "/v1/orgs/%ff", "/v1/orgs/a/nothing", "/v1/audit.", "/v1/audi", "/v1/audit.%ff"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        oa_route route;
        assert_code(oa_route_find("GET", paths[i], &route, *state), OA_NOT_FOUND);
        assert_null(route.allow);
    }
}

static void another_method_is_told_which_there_are(void **state)
{
    oa_route route;
    assert_code(oa_route_find("PUT", "/v1/orgs/acme", &route, *state), OA_NO_SUCH_METHOD);
    assert_string_equal(route.allow, "GET, HEAD, PATCH, DELETE, OPTIONS");
    assert_code(oa_route_find("get", "/v1/orgs", &route, *state), OA_NO_SUCH_METHOD);
    assert_ok(oa_route_find("OPTIONS", "/v1/orgs", &route, *state));
    assert_null(route.operation);
    assert_string_equal(route.allow, "GET, HEAD, POST, OPTIONS");
}

static void no_two_rows_have_the_same_place(void **state)
{
    apr_hash_t *places = apr_hash_make(*state);
    for (const oa_operation *const *row = oa_operations; (*row)->name != NULL; row++) {
        if ((*row)->method != NULL) {
            const char *path = apr_pstrmemdup(*state, (*row)->path, strcspn((*row)->path, " "));
            const char *place = apr_pstrcat(*state, (*row)->method, " ", path, NULL);
            assert_null(apr_hash_get(places, place, APR_HASH_KEY_STRING));
            apr_hash_set(places, place, APR_HASH_KEY_STRING, *row);
        }
    }
}

/* A name of a row that is no parameter would silently not be renamed; a path's without one would be lost. */
static void rows_name_their_own_parameters(void **state)
{
    for (const oa_operation *const *row = oa_operations; (*row)->name != NULL; row++) {
        const char *renamed = (*row)->renamed != NULL ? (*row)->renamed : "";
        while (*renamed != '\0') {
            const char *old = apr_pstrmemdup(*state, renamed, strcspn(renamed, ":"));
            const char *new = oa_rest_name(*row, old, *state);
            assert_string_not_equal(new, old);
            assert_non_null(oa_rest_parameter(*row, new));
            assert_string_equal(oa_rest_parameter(*row, new)->name, old);
            assert_null(oa_rest_parameter(*row, old));
            renamed += strcspn(renamed, " ");
            renamed += *renamed == ' ';
        }
    }
}

static void the_resource_of_a_change_is_what_get_shows(void **state)
{
    static const struct {
        const char *operation, *shown;
    } cases[] = {{"user.edit", "user.show"}, {"user.ban", "user.show"},     {"user.remove", "user.show"}, {"org.edit", "org.show"},
                 {"key.rotate", "key.show"}, {"key.revoke", "key.show"},    {"role.edit", "role.show"},   {"setting.set", NULL},
                 {"org.create", NULL},       {"setting.get", NULL}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const oa_operation *row = oa_route_resource(oa_operation_find(cases[i].operation));
        assert_true((row == NULL) == (cases[i].shown == NULL));
        if (row != NULL) {
            assert_string_equal(row->name, cases[i].shown);
        }
    }
}

static void limits_and_publicity_are_the_rows(void **state)
{
    static const oa_operation import = {.name = "x", .accepts = "text/csv"}, login = {.name = "y", .scope = OA_SCOPE_PUBLIC};
    const oa_route file = {.operation = &import}, open = {.operation = &login};
    (void)state;
    assert_int_equal(oa_route_limit(&file), OA_FILE_MAX);
    assert_int_equal(oa_route_limit(&open), OA_BODY_MAX);
    assert_true(oa_route_is_public(&open));
    const oa_operation none = {.name = "z", .scope = OA_SCOPE_NONE};
    assert_false(oa_route_is_public(&(oa_route){.operation = &none}));
}

static void a_template_names_whole_words(void **state)
{
    (void)state;
    assert_true(oa_route_names("/v1/orgs/{org}/users/{user}", "user"));
    assert_false(oa_route_names("/v1/orgs/{org}/users/{user}", "use"));
    assert_false(oa_route_names("/v1/orgs/{org}/users/{user}", "users"));
    assert_false(oa_route_names("/v1/orgs", "orgs"));
}

OA_TESTS(OA_POOL_TEST(a_path_is_matched_to_its_row), OA_POOL_TEST(what_no_row_has_is_not_found),
         OA_POOL_TEST(another_method_is_told_which_there_are), OA_POOL_TEST(no_two_rows_have_the_same_place),
         OA_POOL_TEST(rows_name_their_own_parameters), OA_POOL_TEST(the_resource_of_a_change_is_what_get_shows),
         OA_POOL_TEST(limits_and_publicity_are_the_rows), OA_POOL_TEST(a_template_names_whole_words))
