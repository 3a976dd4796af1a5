/* SPDX-License-Identifier: Apache-2.0 */
#include "core/admin/route.h"

#include "core/admin/operations.h"
#include "core/base/text.h"

#include <apr_strings.h>
#include <apr_tables.h>


/* A row at a path that fits. */
typedef struct fit {
    const oa_operation *operation;
    const oa_document *document;
    const char *template;
    const oa_json *arguments;
    int literal; /* octets that were spelled out: the more, the better it fits */
} fit;

static int digit_of(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *at = c != '\0' ? strchr(digits, c >= 'A' && c <= 'F' ? c + ('a' - 'A') : c) : NULL;
    return at != NULL ? (int)(at - digits) : -1;
}

/* The segment of `size` octets, decoded; NULL where that is no text. */
static const char *decode(const char *segment, size_t size, apr_pool_t *pool)
{
    char *out = apr_palloc(pool, size + 1);
    size_t length = 0;
    for (size_t i = 0; i < size; i++) {
        int value = (unsigned char)segment[i];
        if (segment[i] == '%') {
            int high = i + 2 < size ? digit_of(segment[i + 1]) : -1;
            int low = high >= 0 ? digit_of(segment[i + 2]) : -1;
            if (low < 0) {
                return NULL;
            }
            value = high * 16 + low;
            i += 2;
        }
        out[length++] = (char)value;
    }
    out[length] = '\0';
    return length > 0 && oa_text_is_utf8(out, length) ? out : NULL;
}

/* Of a segment of a template, of `size` octets: those that stand before what is in braces; the braces reach to its end. */
static size_t spelled_out(const char *segment, size_t size)
{
    const char *brace = memchr(segment, '{', size);
    return brace != NULL ? (size_t)(brace - segment) : size;
}

/* Whether `path` has the segments of `template` (up to `end`); *literal counts the octets that are spelled out. */
static bool matches(const char *template, const char *end, const char *path, int *literal)
{
    *literal = 0;
    while (template < end && *path == '/') {
        size_t wanted = strcspn(template + 1, "/ ");
        size_t given = strcspn(path + 1, "/");
        size_t fixed = spelled_out(template + 1, wanted);
        if (given < fixed || (fixed == wanted && given != wanted) || strncmp(template + 1, path + 1, fixed) != 0) {
            return false;
        }
        *literal += (int)fixed;
        template += wanted + 1;
        path += given + 1;
    }
    return template == end && *path == '\0';
}

/* What the names in braces stand for, where the two match; NULL where that is no text. */
static const oa_json *read_arguments(const char *template, const char *end, const char *path, apr_pool_t *pool)
{
    oa_json *arguments = oa_json_object(pool);
    while (template < end) {
        size_t wanted = strcspn(template + 1, "/ ");
        size_t given = strcspn(path + 1, "/");
        size_t fixed = spelled_out(template + 1, wanted);
        if (fixed < wanted) {
            const char *value = decode(path + 1 + fixed, given - fixed, pool);
            if (value == NULL) {
                return NULL;
            }
            oa_json_set_text(arguments, apr_pstrmemdup(pool, template + 1 + fixed + 1, wanted - fixed - 2), value);
        }
        template += wanted + 1;
        path += given + 1;
    }
    return arguments;
}

static bool fits(const char *template, const char *end, const char *path, fit *found, apr_pool_t *pool)
{
    if (!matches(template, end, path, &found->literal)) {
        return false;
    }
    found->arguments = read_arguments(template, end, path, pool);
    return found->arguments != NULL;
}

/* The rows that have a path which fits, one for each path of theirs. */
typedef struct search {
    const char *path;
    apr_array_header_t *fits; /* fit */
    apr_pool_t *pool;
} search;

static void try_paths(search *all, const char *paths, const oa_operation *operation, const oa_document *document)
{
    while (*paths != '\0') {
        size_t size = strcspn(paths, " ");
        fit found = {.operation = operation, .document = document};
        if (fits(paths, paths + size, all->path, &found, all->pool)) {
            found.template = apr_pstrmemdup(all->pool, paths, size);
            APR_ARRAY_PUSH(all->fits, fit) = found;
        }
        paths += size + (paths[size] == ' ');
    }
}

static void find_fits(search *all)
{
    for (const oa_operation *const *row = oa_operations; (*row)->name != NULL; row++) {
        if ((*row)->method != NULL && (*row)->path != NULL) {
            try_paths(all, (*row)->path, *row, NULL);
        }
    }
    for (const oa_document *row = oa_documents; row->path != NULL; row++) {
        try_paths(all, row->path, NULL, row);
    }
}

static const char *method_of(const fit *found)
{
    return found->operation != NULL ? found->operation->method : "GET";
}

/* What is spelled out wins over what is in braces. */
static int most_literal(const apr_array_header_t *all)
{
    int most = 0;
    for (int i = 0; i < all->nelts; i++) {
        int literal = APR_ARRAY_IDX(all, i, fit).literal;
        most = literal > most ? literal : most;
    }
    return most;
}

static const char *allow_of(const apr_array_header_t *all, int literal, apr_pool_t *pool)
{
    static const char *const methods[] = {"GET", "POST", "PUT", "PATCH", "DELETE"};
    const char *allow = NULL;
    for (size_t m = 0; m < sizeof methods / sizeof *methods; m++) {
        for (int i = 0; i < all->nelts; i++) {
            const fit *found = &APR_ARRAY_IDX(all, i, fit);
            if (found->literal == literal && strcmp(method_of(found), methods[m]) == 0) {
                const char *words = m == 0 ? "GET, HEAD" : methods[m];
                allow = allow == NULL ? words : apr_pstrcat(pool, allow, ", ", words, NULL);
                break;
            }
        }
    }
    return allow != NULL ? apr_pstrcat(pool, allow, ", OPTIONS", NULL) : NULL;
}

static void take(oa_route *route, const fit *found)
{
    route->operation = found->operation;
    route->document = found->document;
    route->template = found->template;
    route->path_arguments = found->arguments;
}

oa_error *oa_route_find(const char *method, const char *path, oa_route *route, apr_pool_t *pool)
{
    search all = {path, apr_array_make(pool, 4, sizeof(fit)), pool};
    *route = (oa_route){0};
    find_fits(&all);
    int literal = most_literal(all.fits);
    route->allow = allow_of(all.fits, literal, pool);
    if (route->allow == NULL) {
        return oa_error_make(pool, OA_NOT_FOUND, "there is nothing at this path: see /v1/openapi.json");
    }
    const char *wanted = strcmp(method, "HEAD") == 0 ? "GET" : method;
    for (int i = 0; i < all.fits->nelts; i++) {
        const fit *found = &APR_ARRAY_IDX(all.fits, i, fit);
        if (found->literal == literal && strcmp(method_of(found), wanted) == 0) {
            take(route, found);
            return NULL;
        }
    }
    return strcmp(method, "OPTIONS") == 0
               ? NULL
               : oa_error_make(pool, OA_NO_SUCH_METHOD, "this path takes %s only", route->allow);
}

static bool begins(const char *paths, const char *template, size_t size)
{
    return strncmp(paths, template, size) == 0 && (paths[size] == '\0' || paths[size] == ' ');
}

static const oa_operation *row_at(const char *method, const char *template, size_t size)
{
    for (const oa_operation *const *row = oa_operations; (*row)->name != NULL; row++) {
        if ((*row)->method != NULL && strcmp((*row)->method, method) == 0 && begins((*row)->path, template, size)) {
            return *row;
        }
    }
    return NULL;
}

const oa_operation *oa_route_resource(const oa_operation *operation)
{
    if (operation->method == NULL) {
        return NULL;
    }
    size_t size = strcspn(operation->path, " ");
    const oa_operation *row = row_at("GET", operation->path, size);
    if (row == NULL && strcmp(operation->method, "POST") == 0) {
        while (size > 0 && operation->path[--size] != '/') {
        }
        row = size > 0 && operation->path[size - 1] == '}' ? row_at("GET", operation->path, size) : NULL;
    }
    return row != NULL && row->etag ? row : NULL;
}

bool oa_route_is_public(const oa_route *route)
{
    return route->operation == NULL || route->operation->scope == OA_SCOPE_PUBLIC;
}

size_t oa_route_limit(const oa_route *route)
{
    return route->operation != NULL && route->operation->accepts != NULL ? OA_FILE_MAX : OA_BODY_MAX;
}

/* Names in REST. */

/* The pair "old:new" whose old (or, `backwards`, new) name is `name`; its other name is *other, of *size octets. */
static bool find_renamed(const char *pairs, const char *name, bool backwards, const char **other, size_t *size)
{
    while (pairs != NULL && *pairs != '\0') {
        size_t end = strcspn(pairs, " ");
        size_t colon = strcspn(pairs, ":");
        const char *old = pairs, *new = pairs + colon + 1;
        size_t old_size = colon, new_size = end - colon - 1;
        if (strlen(name) == (backwards ? new_size : old_size) &&
            strncmp(name, backwards ? new : old, strlen(name)) == 0) {
            *other = backwards ? old : new;
            *size = backwards ? old_size : new_size;
            return true;
        }
        pairs += end + (pairs[end] == ' ');
    }
    return false;
}

const char *oa_rest_name(const oa_operation *operation, const char *parameter, apr_pool_t *pool)
{
    const char *other;
    size_t size;
    return find_renamed(operation->renamed, parameter, false, &other, &size) ? apr_pstrmemdup(pool, other, size)
                                                                             : parameter;
}

static const oa_parameter *parameter_of(const oa_operation *operation, const char *name, size_t size)
{
    const oa_parameter *parameter = operation->parameters;
    while (parameter->name != NULL && (strlen(parameter->name) != size || strncmp(parameter->name, name, size) != 0)) {
        parameter++;
    }
    return parameter->name != NULL ? parameter : NULL;
}

const oa_parameter *oa_rest_parameter(const oa_operation *operation, const char *name)
{
    const char *other;
    size_t size;
    if (find_renamed(operation->renamed, name, true, &other, &size)) {
        return parameter_of(operation, other, size);
    }
    return find_renamed(operation->renamed, name, false, &other, &size) ? NULL
                                                                        : parameter_of(operation, name, strlen(name));
}

bool oa_route_names(const char *template, const char *parameter)
{
    size_t size = strlen(parameter);
    for (const char *brace = strchr(template, '{'); brace != NULL; brace = strchr(brace + 1, '{')) {
        if (strncmp(brace + 1, parameter, size) == 0 && brace[size + 1] == '}') {
            return true;
        }
    }
    return false;
}

bool oa_route_has_secret(const oa_route *route)
{
    const oa_parameter *parameter = route->operation != NULL ? route->operation->parameters : NULL;
    for (; parameter != NULL && parameter->name != NULL; parameter++) {
        if (parameter->type == OA_TYPE_SECRET && oa_route_names(route->template, parameter->name)) {
            return true;
        }
    }
    return false;
}
