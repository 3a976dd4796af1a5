/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A request by lines: method, path, query, media type, and the rest is the body. Whatever it is, it is refused, or its arguments are
 * named as parameters of the row, and what the path says stands.
 */
#include "tests/fuzz/fuzz.h"

#include "core/admin/argument.h"
#include "core/admin/rest.h"

#include <apr_strings.h>

/* The next line of `text`, NULL at its end. */
static const char *line(char **text)
{
    return *text != NULL ? strsep(text, "\n") : NULL;
}

static bool is_argument(void *operation, const char *name, const oa_json *value)
{
    const oa_parameter *parameter = ((const oa_operation *)operation)->parameters;
    while (parameter->name != NULL && strcmp(parameter->name, name) != 0) {
        parameter++;
    }
    MUST(parameter->name != NULL && value != NULL);
    return true;
}

static bool stands(void *arguments, const char *name, const oa_json *value)
{
    MUST(strcmp(oa_json_get_text(arguments, name), oa_json_text(value)) == 0);
    return true;
}

static void check_read(const oa_rest_request *request, const oa_route *route, apr_pool_t *pool)
{
    oa_json *arguments, *clean, *told;
    oa_manner manner = {0};
    oa_error *error = oa_rest_read(request, route, &arguments, &manner, pool);
    if (error == NULL && route->operation != NULL) {
        union {
            const oa_operation *row;
            void *context;
        } operation = {.row = route->operation};
        oa_json_each(arguments, is_argument, operation.context);
        oa_json_each(route->path_arguments, stands, arguments);
        error = oa_arguments_check(route->operation, arguments, &clean, &told, pool);
    }
    if (error != NULL) {
        oa_rest_answer answer;
        oa_json *problem;
        oa_rest_refuse(route, error, &answer, pool);
        MUST(answer.status >= 400 && answer.status < 500);
        MUST(oa_json_parse(answer.body, answer.size, &problem, pool) == NULL);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    apr_pool_t *pool = oa_fuzz_pool();
    char *text = apr_pstrmemdup(pool, (const char *)data, size);
    const char *method = line(&text), *path = line(&text), *query = line(&text), *type = line(&text);
    oa_rest_request request = {.method = method, .path = path != NULL ? path : "/", .mount = "", .query = query, .content_type = type,
                               .if_match = "*", .body = (const unsigned char *)(text != NULL ? text : ""),
                               .size = text != NULL ? strlen(text) : 0};
    oa_rest_answer answer;
    oa_route route;
    bool done;
    oa_rest_open(&request, &route, &done, &answer, pool);
    MUST(done == (route.operation == NULL && route.document == NULL));
    if (!done) {
        check_read(&request, &route, pool);
    }
    return 0;
}
