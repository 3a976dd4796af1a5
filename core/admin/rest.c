/* SPDX-License-Identifier: Apache-2.0 */
#include "core/admin/rest.h"

#include "core/admin/problem.h"

#include <apr_strings.h>

#define JSON "application/json"

static void begin(oa_rest_answer *answer, apr_pool_t *pool)
{
    *answer = (oa_rest_answer){.headers = apr_table_make(pool, 8)};
    apr_table_setn(answer->headers, "Cache-Control", "no-store");
    apr_table_setn(answer->headers, "X-Content-Type-Options", "nosniff");
}

static void give(oa_rest_answer *answer, int status, const char *type, const char *body)
{
    answer->status = status;
    answer->type = type;
    answer->body = body;
    answer->size = strlen(body);
}

static const char *line(const oa_json *value, apr_pool_t *pool)
{
    return apr_pstrcat(pool, oa_json_format(value, false, pool), "\n", NULL);
}

/* Errors. */

/* The name by which the client knows it; what rest_arguments.c blames with a "/" before it is the client's own. */
static const char *rest_field(const oa_route *route, const char *field, apr_pool_t *pool)
{
    if (*field == '/') {
        return field + 1;
    }
    return route != NULL && route->operation != NULL ? oa_rest_name(route->operation, field, pool) : field;
}

static void blame(const oa_route *route, const oa_error *error, oa_json *problem, apr_pool_t *pool)
{
    for (; error != NULL; error = error->next) {
        if (error->field != NULL) {
            const char *in = route != NULL && route->template != NULL ? oa_rest_where(route, error->field) : "body";
            oa_problem_blame(problem, error, rest_field(route, error->field, pool), in, pool);
        }
    }
}

/* `report` (may be NULL): all that is wrong, beside what the error says. */
static void refuse_with(const oa_route *route, const oa_error *error, oa_json *report, oa_rest_answer *answer, apr_pool_t *pool)
{
    const oa_code_row *row = oa_code_of(error->code);
    oa_json *problem = oa_problem_make(error, pool);
    blame(route, error, problem, pool);
    if (report != NULL) {
        oa_json_set(problem, "report", report);
    }
    begin(answer, pool);
    give(answer, row->http_status, OA_PROBLEM_TYPE, line(problem, pool));
    if (row->http_status == 503 || error->retry_after > 0) {
        apr_table_setn(answer->headers, "Retry-After", apr_itoa(pool, error->retry_after > 0 ? error->retry_after : 1));
    }
    if (row->http_status == 401) { /* RFC 9110 section 15.5.2 */
        apr_table_setn(answer->headers, "WWW-Authenticate", "Bearer realm=\"orgauth\"");
    }
    answer->log = error->log;
    if (row->http_status >= 500) {
        answer->trouble = apr_pstrcat(pool, error->message, error->detail != NULL ? ": " : "", error->detail, NULL);
    }
}

void oa_rest_refuse(const oa_route *route, const oa_error *error, oa_rest_answer *answer, apr_pool_t *pool)
{
    refuse_with(route, error, NULL, answer, pool);
}

/* 415 says what would be taken (RFC 5789 section 2.2, RFC 9110 section 12.5.1). */
static void say_accepted(const oa_route *route, oa_rest_answer *answer)
{
    const char *method = route->operation->method;
    if (answer->status == 415 && strcmp(method, "PATCH") == 0) {
        apr_table_setn(answer->headers, "Accept-Patch", "application/merge-patch+json, application/json");
    }
}

/* The answer. */

/* A page after this one is asked for by the same request with another `after`. */
static const char *next_link(const oa_rest_request *request, const char *next, apr_pool_t *pool)
{
    const char *kept = "";
    const char *query = request->query != NULL ? request->query : "";
    while (*query != '\0') {
        size_t size = strcspn(query, "&");
        if (size > 0 && strncmp(query, "after=", strlen("after=")) != 0) {
            kept = apr_pstrcat(pool, kept, apr_pstrmemdup(pool, query, size), "&", NULL);
        }
        query += size + (query[size] == '&');
    }
    return apr_pstrcat(pool, "<", request->mount, request->path, "?", kept, "after=", next, ">; rel=\"next\"", NULL);
}

/* Only what may stand between angle brackets (RFC 8288 section 3). */
static bool is_linkable(const char *text)
{
    return text == NULL || strpbrk(text, "<> \"\t") == NULL;
}

static void link_next(const oa_rest_request *request, const oa_json *result, oa_rest_answer *answer, apr_pool_t *pool)
{
    const char *next = oa_json_get_text(result, "next");
    if (next != NULL && oa_json_get(result, "items") != NULL && is_linkable(request->query) && is_linkable(request->path)) {
        apr_table_setn(answer->headers, "Link", next_link(request, next, pool));
    }
}

/* Where the thing made can be had, if there is such a place. */
static void locate(const oa_rest_request *request, const oa_json *result, oa_rest_answer *answer, apr_pool_t *pool)
{
    oa_route route;
    const char *id = oa_json_get_text(result, "id");
    if (id == NULL) {
        return;
    }
    const char *path = apr_pstrcat(pool, request->path, "/", id, NULL);
    if (oa_route_find("GET", path, &route, pool) == NULL) {
        apr_table_setn(answer->headers, "Location", apr_pstrcat(pool, request->mount, path, NULL));
    }
}

/* The result without the member that goes another way. */
typedef struct rest_of {
    const char *member;
    oa_json *object;
} rest_of;

static bool keep_member(void *context, const char *name, const oa_json *value)
{
    rest_of *all = context;
    if (strcmp(name, all->member) != 0) {
        oa_json_set(all->object, name, (oa_json *)(uintptr_t)value);
    }
    return true;
}

static const oa_json *take_cookie(const oa_operation *operation, const oa_json *result, oa_rest_answer *answer,
                                  apr_pool_t *pool)
{
    if (operation->cookie == NULL || oa_json_get(result, operation->cookie) == NULL) {
        return result;
    }
    const char *token = oa_json_get_text(result, operation->cookie);
    answer->cookie = token != NULL ? token : "";
    rest_of all = {operation->cookie, oa_json_object(pool)};
    oa_json_each(result, keep_member, &all);
    return all.object;
}

/* What comes after the first page of a text: the same call with another `after`. */
struct oa_rest_rest {
    const char *operation;
    oa_store *store;
    const oa_actor *actor;
    oa_json *arguments;
};

oa_error *oa_rest_more(oa_rest_answer *answer, const char **piece, apr_pool_t *pool)
{
    oa_json *page;
    struct oa_rest_rest *rest = answer->rest;
    *piece = NULL;
    if (rest == NULL) {
        return NULL;
    }
    OA_TRY(oa_perform(rest->store, rest->actor, rest->operation, rest->arguments, false, &page, pool));
    const char *next = oa_json_get_text(page, "next");
    *piece = oa_json_get_text(page, "text");
    oa_json_set_text(rest->arguments, "after", next);
    answer->rest = next != NULL ? rest : NULL;
    return NULL;
}

/* A cursor is short, so that setting it anew for each page leaves little behind. */
static void go_on(const oa_operation *operation, const oa_json *result, oa_json *arguments, oa_store *store, const oa_actor *actor,
                  oa_rest_answer *answer, apr_pool_t *pool)
{
    const char *next = operation->gives != NULL ? oa_json_get_text(result, "next") : NULL;
    if (next != NULL) {
        answer->rest = apr_palloc(pool, sizeof *answer->rest);
        *answer->rest = (struct oa_rest_rest){operation->name, store, actor, arguments};
        oa_json_set_text(arguments, "after", next);
    }
}

static void give_result(const oa_rest_request *request, const oa_operation *operation, const oa_json *arguments, const oa_done *done,
                        const oa_manner *manner, oa_rest_answer *answer, apr_pool_t *pool)
{
    const oa_json *result = take_cookie(operation, done->result, answer, pool);
    if (manner->dry_run || done->replayed) {
        answer->cookie = NULL; /* nothing began or ended now */
    }
    const char *type = oa_operation_gives(operation, arguments, pool);
    const char *text = type != NULL ? oa_json_get_text(result, "text") : NULL;
    int status = operation->status == 0 || manner->dry_run ? 200 : operation->status;
    give(answer, status, text != NULL ? type : JSON, text != NULL ? text : line(result, pool));
    if (status == 204) {
        answer->type = NULL;
        answer->size = 0;
    }
    if (status == 201) {
        locate(request, result, answer, pool);
    }
    link_next(request, result, answer, pool);
    if (done->etag != NULL) {
        apr_table_setn(answer->headers, "ETag", done->etag);
    }
    if (done->replayed) {
        apr_table_setn(answer->headers, "Idempotency-Replayed", "true");
    }
}

static oa_error *perform(const oa_rest_request *request, const oa_route *route, oa_store *store, const oa_actor *actor,
                         oa_json **report, oa_rest_answer *answer, apr_pool_t *pool)
{
    oa_manner manner = {0};
    oa_json *arguments;
    oa_done done;
    OA_TRY(oa_rest_read(request, route, &arguments, &manner, pool));
    if (route->document != NULL) {
        oa_json *result;
        OA_TRY(route->document->run(store, actor, request->mount, &result, pool));
        give(answer, 200, JSON, line(result, pool));
        return NULL;
    }
    oa_error *error = oa_perform_so(store, actor, route->operation->name, arguments, &manner, &done, pool);
    if (error != NULL) {
        *report = done.result;
        return error;
    }
    give_result(request, route->operation, arguments, &done, &manner, answer, pool);
    go_on(route->operation, done.result, arguments, store, actor, answer, pool);
    return NULL;
}

void oa_rest_answer_to(const oa_rest_request *request, const oa_route *route, oa_store *store, const oa_actor *actor,
                       oa_rest_answer *answer, apr_pool_t *pool)
{
    oa_json *report = NULL;
    begin(answer, pool);
    oa_error *error = perform(request, route, store, actor, &report, answer, pool);
    if (error != NULL) {
        refuse_with(route, error, report, answer, pool);
        if (route->operation != NULL) {
            say_accepted(route, answer);
        }
    }
}

void oa_rest_open(const oa_rest_request *request, oa_route *route, bool *done, oa_rest_answer *answer,
                  apr_pool_t *pool)
{
    begin(answer, pool);
    oa_error *error = oa_route_find(request->method, request->path, route, pool);
    *done = error != NULL || strcmp(request->method, "OPTIONS") == 0;
    if (error != NULL) {
        oa_rest_refuse(NULL, error, answer, pool);
    } else if (*done) {
        answer->status = 204;
    }
    if (*done && route->allow != NULL) {
        apr_table_setn(answer->headers, "Allow", route->allow);
    }
}
