/* SPDX-License-Identifier: Apache-2.0 */
#include "core/admin/problem.h"

#include <apr_strings.h>

static const struct {
    int status;
    const char *title;
} titles[] = {{400, "Bad Request"},
              {401, "Unauthorized"},
              {403, "Forbidden"},
              {404, "Not Found"},
              {405, "Method Not Allowed"},
              {406, "Not Acceptable"},
              {409, "Conflict"},
              {412, "Precondition Failed"},
              {413, "Content Too Large"},
              {415, "Unsupported Media Type"},
              {422, "Unprocessable Content"},
              {428, "Precondition Required"},
              {429, "Too Many Requests"},
              {500, "Internal Server Error"},
              {503, "Service Unavailable"}};

const char *oa_problem_title(int status)
{
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
        if (titles[i].status == status) {
            return titles[i].title;
        }
    }
    return "Error";
}

/* The JSON pointer to a member at the top. */
static const char *pointer_to(const char *member, apr_pool_t *pool)
{
    char *out = apr_palloc(pool, 2 * strlen(member) + 2);
    char *end = out;
    *end++ = '/';
    for (const char *c = member; *c != '\0'; c++) {
        if (*c == '~' || *c == '/') {
            *end++ = '~';
            *end++ = *c == '~' ? '0' : '1';
        } else {
            *end++ = *c;
        }
    }
    *end = '\0';
    return out;
}

void oa_problem_reason(oa_json *object, const oa_error *error)
{
    if (error->reason != OA_BECAUSE_UNSAID) {
        oa_json_set_text(object, "reason", oa_reason_name(error->reason));
    }
}

oa_json *oa_problem_make(const oa_error *error, apr_pool_t *pool)
{
    const oa_code_row *row = oa_code_of(error->code);
    oa_json *problem = oa_json_object(pool);
    oa_json_set_text(problem, "type", "about:blank");
    oa_json_set_text(problem, "title", oa_problem_title(row->http_status));
    oa_json_set_int(problem, "status", row->http_status);
    oa_json_set_text(problem, "detail", error->message);
    oa_json_set_text(problem, "code", row->name);
    oa_problem_reason(problem, error);
    return problem;
}

void oa_problem_blame(oa_json *problem, const oa_error *error, const char *field, const char *in, apr_pool_t *pool)
{
    oa_json *errors = oa_json_array(pool);
    oa_json *one = oa_json_object(pool);
    const char *pointer = pointer_to(field, pool);
    if (oa_json_get(problem, "errors") != NULL) {
        oa_json_extend(errors, oa_json_get(problem, "errors"));
    }
    oa_json_set_text(one, "pointer",
                     error->member != NULL ? apr_pstrcat(pool, pointer, pointer_to(error->member, pool), NULL) : pointer);
    oa_json_set_text(one, "in", in);
    oa_json_set_text(one, "detail", error->message);
    oa_problem_reason(one, error);
    oa_json_append(errors, one);
    oa_json_set(problem, "errors", errors);
}
