/* SPDX-License-Identifier: Apache-2.0 */
/* From path, query and body to the arguments of a row. What the arguments must be like is checked where the command line's are. */
#include "core/admin/argument.h"
#include "core/admin/rest.h"
#include "core/base/text.h"

#include <apr_strings.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

enum { KEY_MAX = 255 };

typedef struct reading {
    const oa_route *route;
    oa_json *arguments;
    oa_manner *manner;
    oa_error *error;
    apr_pool_t *pool;
} reading;

/* Whether the body is JSON (or nothing), so that the query is not for arguments. */
static bool has_json_body(const oa_operation *operation)
{
    return operation->accepts == NULL && operation->method != NULL && operation->method[0] == 'P';
}

const char *oa_rest_where(const oa_route *route, const char *parameter)
{
    if (oa_route_names(route->template, parameter)) {
        return "path";
    }
    return route->operation != NULL && has_json_body(route->operation) ? "body" : "query";
}

static oa_error *unknown(const reading *all, const char *name)
{
    const char *quoted = oa_quoted(name, all->pool);
    oa_error *error = oa_error_make(all->pool, OA_USAGE, "there is no \"%s\" here", quoted);
    error->field = apr_pstrcat(all->pool, "/", quoted, NULL); /* no parameter: not to be taken for one that has another name here */
    return error;
}

/* The query (WHATWG URL section 5.1). */

static const char *decode(const char *text, size_t size, apr_pool_t *pool)
{
    char *out = apr_palloc(pool, size + 1);
    size_t length = 0;
    for (size_t i = 0; i < size; i++) {
        char digits[3] = {0};
        char *end = digits;
        if (text[i] == '%' && i + 2 < size) {
            digits[0] = text[i + 1];
            digits[1] = text[i + 2];
        }
        long value = digits[0] != '\0' && digits[0] != '+' && digits[0] != '-' && digits[0] != ' ' ? strtol(digits, &end, 16) : 0;
        if (end == digits + 2) {
            out[length++] = (char)value;
            i += 2;
        } else {
            out[length++] = text[i] == '+' ? ' ' : text[i];
        }
    }
    out[length] = '\0';
    return oa_text_is_utf8(out, length) ? out : NULL;
}

static oa_error *read_integer(const reading *all, const oa_parameter *parameter, const char *text)
{
    char *end;
    errno = 0;
    int64_t number = strtoll(text, &end, 10);
    if (*text == '\0' || strspn(text, "-0123456789") != strlen(text) || *end != '\0' || errno != 0) {
        return oa_error_field(all->pool, parameter->name, "%s is not a whole number", parameter->name);
    }
    oa_json_set_int(all->arguments, parameter->name, number);
    return NULL;
}

static oa_error *read_flag(const reading *all, const oa_parameter *parameter, const char *text, bool *truth)
{
    *truth = strcmp(text, "true") == 0;
    return *truth || strcmp(text, "false") == 0
               ? NULL
               : oa_error_field(all->pool, parameter->name, "%s is neither true nor false", parameter->name);
}

static oa_error *add_to_list(const reading *all, const oa_parameter *parameter, const char *text)
{
    oa_json *list = oa_json_array(all->pool);
    const oa_json *before = oa_json_get(all->arguments, parameter->name);
    if (before != NULL) {
        oa_json_extend(list, before);
    }
    oa_json_append_text(list, text);
    oa_json_set(all->arguments, parameter->name, list);
    return NULL;
}

static oa_error *read_typed(const reading *all, const oa_parameter *parameter, const char *text)
{
    bool truth;
    if ((parameter->flags & OA_LIST) != 0) {
        return add_to_list(all, parameter, text);
    }
    if (oa_json_get(all->arguments, parameter->name) != NULL) {
        return oa_error_field(all->pool, parameter->name, "%s is given twice", parameter->name);
    }
    if (parameter->type == OA_TYPE_INTEGER) {
        return read_integer(all, parameter, text);
    }
    if (parameter->type == OA_TYPE_FLAG) {
        OA_TRY(read_flag(all, parameter, text, &truth));
        oa_json_set_bool(all->arguments, parameter->name, truth);
        return NULL;
    }
    oa_json_set_text(all->arguments, parameter->name, text);
    return NULL;
}

bool oa_rest_takes_dry_run(const oa_operation *operation)
{
    return operation->changes && operation->scope != OA_SCOPE_PUBLIC;
}

static oa_error *read_dry_run(const reading *all, const char *text)
{
    static const oa_parameter dry_run = {.name = "dry_run", .type = OA_TYPE_FLAG};
    return read_flag(all, &dry_run, text, &all->manner->dry_run);
}

/* A secret in a query would stand in logs; what is of the path stands there already. */
static bool may_be_in_query(const reading *all, const oa_parameter *parameter)
{
    return parameter != NULL && parameter->type != OA_TYPE_SECRET && parameter->type != OA_TYPE_PAIR &&
           !has_json_body(all->route->operation) && !oa_route_names(all->route->template, parameter->name);
}

static oa_error *read_pair(const reading *all, const char *pair, size_t size)
{
    const oa_operation *operation = all->route->operation;
    size_t equals = strcspn(pair, "=&");
    const char *name = decode(pair, equals, all->pool);
    const char *value = equals < size ? decode(pair + equals + 1, size - equals - 1, all->pool) : "";
    if (name == NULL || value == NULL) {
        return oa_error_make(all->pool, OA_USAGE, "the query is not UTF-8");
    }
    const oa_parameter *parameter = operation != NULL ? oa_rest_parameter(operation, name) : NULL;
    if (parameter == NULL && operation != NULL && oa_rest_takes_dry_run(operation) && strcmp(name, "dry_run") == 0) {
        return read_dry_run(all, value);
    }
    return operation != NULL && may_be_in_query(all, parameter) ? read_typed(all, parameter, value) : unknown(all, name);
}

static oa_error *read_query(const reading *all, const char *query)
{
    while (query != NULL && *query != '\0') {
        size_t size = strcspn(query, "&");
        if (size > 0) {
            OA_TRY(read_pair(all, query, size));
        }
        query += size + (query[size] == '&');
    }
    return NULL;
}

/* The body. */

/* "application/json; charset=utf-8" -> "application/json" */
static const char *media_type(const char *field, apr_pool_t *pool)
{
    char *type = apr_pstrmemdup(pool, field != NULL ? field : "", field != NULL ? strcspn(field, "; \t") : 0);
    for (char *c = type; *c != '\0'; c++) {
        *c = *c >= 'A' && *c <= 'Z' ? (char)(*c + ('a' - 'A')) : *c;
    }
    return type;
}

static bool is_word_of(const char *words, const char *word)
{
    size_t size = strlen(word);
    for (; *words != '\0'; words += strcspn(words, " ") + (words[strcspn(words, " ")] == ' ')) {
        if (strcspn(words, " ") == size && size > 0 && strncmp(words, word, size) == 0) {
            return true;
        }
    }
    return false;
}

static const char *types_of(const oa_operation *operation)
{
    if (operation->accepts != NULL) {
        return operation->accepts;
    }
    return strcmp(operation->method, "PATCH") == 0 ? "application/merge-patch+json application/json" : "application/json";
}

static oa_error *check_type(const reading *all, const oa_rest_request *request, const char **type)
{
    *type = media_type(request->content_type, all->pool);
    const char *types = types_of(all->route->operation);
    return is_word_of(types, *type) ? NULL
                                    : oa_error_make(all->pool, OA_MEDIA_TYPE, "the body must be of the type %s", types);
}

static bool is_contradiction(const oa_json *mine, const oa_json *theirs)
{
    return oa_json_text(mine) == NULL || oa_json_text(theirs) == NULL ||
           strcmp(oa_json_text(mine), oa_json_text(theirs)) != 0;
}

/* Of a map whose values are texts: what else JSON has for one is spelled as that. */
static void set_entry(const reading *all, const char *name, const oa_json *value)
{
    oa_json_type type = oa_json_type_of(value);
    if (type == OA_JSON_INTEGER) {
        oa_json_set_text(all->arguments, name, apr_psprintf(all->pool, "%" PRId64, oa_json_int(value)));
    } else if (type == OA_JSON_BOOL) {
        oa_json_set_text(all->arguments, name, oa_json_bool(value) ? "on" : "off");
    } else {
        oa_json_set(all->arguments, name, (oa_json *)(uintptr_t)value);
    }
}

/* An entry is a name and a value, which the body may not give besides. */
static bool is_new(reading *all, const char *name)
{
    if (oa_json_get(all->arguments, name) == NULL) {
        return true;
    }
    all->error = oa_error_field(all->pool, name, "%s is given twice", name);
    return false;
}

static bool read_entry(reading *all, const char *name, const oa_json *value)
{
    const char *pair = all->route->operation->entry;
    const char *key = apr_pstrmemdup(all->pool, pair, strcspn(pair, " ")), *value_key = pair + strlen(key) + 1;
    if (oa_json_get(all->arguments, key) != NULL) {
        all->error = oa_error_field(all->pool, key, "one at a time: \"%s\" is another one", oa_quoted(name, all->pool));
        return false;
    }
    if (!is_new(all, value_key)) {
        return false;
    }
    oa_json_set_text(all->arguments, key, name);
    set_entry(all, value_key, value);
    return true;
}

static bool read_member(void *context, const char *name, const oa_json *value)
{
    reading *all = context;
    const oa_parameter *parameter = oa_rest_parameter(all->route->operation, name);
    if (parameter == NULL && all->route->operation->entry != NULL && strchr(name, '.') != NULL) {
        return read_entry(all, name, value);
    }
    if (parameter == NULL || parameter->type == OA_TYPE_FILE) {
        all->error = unknown(all, name);
        return false;
    }
    const oa_json *before = oa_json_get(all->route->path_arguments, parameter->name);
    if (before != NULL && is_contradiction(before, value)) {
        all->error = oa_error_field(all->pool, parameter->name, "%s contradicts the path", parameter->name);
        return false;
    }
    if (before == NULL && !is_new(all, parameter->name)) {
        return false;
    }
    if (oa_json_type_of(value) == OA_JSON_NULL && (parameter->flags & (OA_LIST | OA_CLEARS)) == (OA_LIST | OA_CLEARS)) {
        value = oa_json_array(all->pool); /* what null means for a list */
    }
    oa_json_set(all->arguments, parameter->name, (oa_json *)(uintptr_t)value);
    return true;
}

static oa_error *read_json(reading *all, const oa_rest_request *request)
{
    oa_json *body;
    OA_TRY(oa_json_parse((const char *)request->body, request->size, &body, all->pool));
    if (oa_json_type_of(body) != OA_JSON_OBJECT) {
        return oa_error_field(all->pool, "", "the body is not a JSON object");
    }
    oa_json_each(body, read_member, all);
    return all->error;
}

static const oa_parameter *file_of(const oa_operation *operation)
{
    const oa_parameter *parameter = operation->parameters;
    while (parameter->name != NULL && parameter->type != OA_TYPE_FILE) {
        parameter++;
    }
    return parameter->name != NULL ? parameter : NULL;
}

static oa_error *read_file(reading *all, const oa_rest_request *request, const char *type)
{
    const oa_parameter *parameter = file_of(all->route->operation);
    oa_file *file = apr_pcalloc(all->pool, sizeof *file);
    *file = (oa_file){"", type, request->body, request->size};
    all->manner->file = file;
    if (parameter != NULL && oa_json_get(all->arguments, parameter->name) == NULL) {
        oa_json_set_text(all->arguments, parameter->name, "-");
    }
    return NULL;
}

static oa_error *read_body(reading *all, const oa_rest_request *request)
{
    const char *type;
    const oa_operation *operation = all->route->operation;
    if (operation == NULL || strcmp(operation->method, "GET") == 0 || (request->size == 0 && operation->accepts == NULL)) {
        return NULL;
    }
    OA_TRY(check_type(all, request, &type));
    return operation->accepts != NULL ? read_file(all, request, type) : read_json(all, request);
}

/* The path, and what the headers say about the manner. */

static bool read_path(void *context, const char *name, const oa_json *value)
{
    reading *all = context;
    oa_json_set_text(all->arguments, name, oa_json_text(value));
    return true;
}

static oa_error *read_manner(const reading *all, const oa_rest_request *request)
{
    const oa_operation *operation = all->route->operation;
    if (operation == NULL || !operation->changes) {
        return NULL;
    }
    all->manner->if_match = request->if_match;
    if (strcmp(operation->method, "PATCH") == 0 && request->if_match == NULL && oa_route_resource(operation) != NULL) {
        return oa_error_make(all->pool, OA_PRECONDITION_REQUIRED,
                             "say with If-Match which version you change: the ETag that GET gave, or *");
    }
    const char *key = strcmp(operation->method, "POST") == 0 ? request->idempotency_key : NULL;
    if (key != NULL && (*key == '\0' || strlen(key) > KEY_MAX)) {
        return oa_error_make(all->pool, OA_USAGE, "Idempotency-Key must have 1 to %d characters", KEY_MAX);
    }
    all->manner->idempotency_key = key;
    return NULL;
}

oa_error *oa_rest_read(const oa_rest_request *request, const oa_route *route, oa_json **arguments, oa_manner *manner,
                       apr_pool_t *pool)
{
    reading all = {route, oa_json_object(pool), manner, NULL, pool};
    *arguments = all.arguments;
    oa_json_each(route->path_arguments, read_path, &all);
    OA_TRY(read_manner(&all, request));
    OA_TRY(read_query(&all, request->query));
    return read_body(&all, request);
}
