/* SPDX-License-Identifier: Apache-2.0 */
#include "core/admin/openapi_part.h"

#include "core/admin/problem.h"
#include "core/admin/rest.h"
#include "core/admin/schema.h"
#include "core/base/crypto.h"

#include <apr_strings.h>

/* Schemas of what is sent. */

static const struct {
    const char *type, *format, *pattern;
    int longest;
} types[] = {
    [OA_TYPE_TEXT] = {"string", NULL, NULL, OA_TEXT_MAX},
    [OA_TYPE_NAME] = {"string", NULL, NULL, 0},
    [OA_TYPE_SLUG] = {"string", NULL, "^[a-z0-9]([a-z0-9-]*[a-z0-9])?$", 63},
    [OA_TYPE_EMAIL] = {"string", "email", NULL, 0},
    [OA_TYPE_INTEGER] = {"integer", NULL, NULL, 0},
    [OA_TYPE_FLAG] = {"boolean", NULL, NULL, 0},
    [OA_TYPE_DURATION] = {"string", NULL, "^([0-9]+[smhdw]|0)$", 0},
    [OA_TYPE_TIME] = {"string", NULL, NULL, 0},
    [OA_TYPE_CHOICE] = {"string", NULL, NULL, 0},
    [OA_TYPE_SECRET] = {"string", "password", NULL, OA_PASSWORD_MAX},
    [OA_TYPE_PAIR] = {"object", NULL, NULL, 0},
    [OA_TYPE_PERMISSION] = {"string", NULL, "^[^:]+:[^:]+$", 0},
    [OA_TYPE_ORG] = {"string", NULL, NULL, 0},
    [OA_TYPE_USER] = {"string", NULL, NULL, 0},
    [OA_TYPE_KEY] = {"string", NULL, "^key_[0-9a-hjkmnp-tv-z]{13}$", 0},
    [OA_TYPE_API] = {"string", NULL, NULL, 0},
    [OA_TYPE_ROLE] = {"string", NULL, NULL, 0},
    [OA_TYPE_CURSOR] = {"string", NULL, NULL, 0},
    [OA_TYPE_FILE] = {"string", NULL, NULL, 0},
};

static oa_json *words_of(const char *words, apr_pool_t *pool)
{
    oa_json *list = oa_json_array(pool);
    while (*words != '\0') {
        size_t size = strcspn(words, " ");
        oa_json_append_text(list, apr_pstrmemdup(pool, words, size));
        words += size + (words[size] == ' ');
    }
    return list;
}

/* An object with the one text member `name`. */
static oa_json *with_text(const char *name, const char *text, apr_pool_t *pool)
{
    oa_json *object = oa_json_object(pool);
    oa_json_set_text(object, name, text);
    return object;
}

static oa_json *nullable(const char *type, apr_pool_t *pool)
{
    oa_json *list = oa_json_array(pool);
    oa_json_append_text(list, type);
    oa_json_append_text(list, "null");
    return list;
}

static oa_json *one_type(const oa_parameter *parameter, bool clears, apr_pool_t *pool)
{
    oa_json *schema = oa_json_object(pool);
    const char *type = types[parameter->type].type;
    if (clears) {
        oa_json_set(schema, "type", nullable(type, pool));
    } else {
        oa_json_set_text(schema, "type", type);
    }
    if (types[parameter->type].format != NULL) {
        oa_json_set_text(schema, "format", types[parameter->type].format);
    }
    if (types[parameter->type].pattern != NULL && !clears) {
        oa_json_set_text(schema, "pattern", types[parameter->type].pattern);
    }
    if (types[parameter->type].longest != 0) {
        oa_json_set_int(schema, "maxLength", types[parameter->type].longest);
    }
    if (parameter->type == OA_TYPE_CHOICE) {
        oa_json_set(schema, "enum", words_of(parameter->choices, pool));
    }
    if (parameter->type == OA_TYPE_PAIR) {
        oa_json *member = oa_json_object(pool);
        oa_json_set(member, "type", nullable("string", pool));
        oa_json_set(schema, "additionalProperties", member);
    }
    return schema;
}

oa_json *oa_openapi_type(const oa_parameter *parameter, apr_pool_t *pool)
{
    bool clears = (parameter->flags & OA_CLEARS) != 0 && parameter->type != OA_TYPE_CHOICE;
    if ((parameter->flags & OA_LIST) == 0 || parameter->type == OA_TYPE_PAIR) {
        return one_type(parameter, clears, pool);
    }
    oa_json *list = oa_json_object(pool);
    if (clears) {
        oa_json_set(list, "type", nullable("array", pool));
    } else {
        oa_json_set_text(list, "type", "array");
        oa_json_set_int(list, "minItems", 1);
    }
    oa_json_set(list, "items", one_type(parameter, false, pool));
    oa_json_set_int(list, "maxItems", OA_LIST_MAX);
    return list;
}

/* Parameters. */

static bool is_patch(const oa_operation *operation)
{
    return strcmp(operation->method, "PATCH") == 0;
}

static bool is_post(const oa_operation *operation)
{
    return strcmp(operation->method, "POST") == 0;
}

static bool has_json_body(const oa_operation *operation)
{
    return operation->accepts == NULL && (is_patch(operation) || is_post(operation));
}

static void add(oa_json *list, const char *name, const char *in, const char *help, bool required, oa_json *schema,
                apr_pool_t *pool)
{
    oa_json *object = with_text("name", name, pool);
    oa_json_set_text(object, "in", in);
    oa_json_set_text(object, "description", help);
    oa_json_set_bool(object, "required", required);
    oa_json_set(object, "schema", schema);
    oa_json_append(list, object);
}

static void add_headers(const oa_operation *operation, oa_json *list, apr_pool_t *pool)
{
    const bool resource = operation->changes && oa_route_resource(operation) != NULL;
    if (resource) {
        add(list, "If-Match", "header", "the ETag that GET gave, or *", is_patch(operation),
            with_text("type", "string", pool), pool);
    }
    if (is_post(operation) && operation->changes && operation->scope != OA_SCOPE_PUBLIC) {
        add(list, "Idempotency-Key", "header", "a repetition within 24 hours gets the first answer, without its secrets",
            false, with_text("type", "string", pool), pool);
    }
    if (oa_rest_takes_dry_run(operation)) {
        add(list, "dry_run", "query", "true: says what would happen, and changes nothing", false,
            with_text("type", "boolean", pool), pool);
    }
}

oa_json *oa_openapi_parameters(const oa_operation *operation, const char *template, apr_pool_t *pool)
{
    oa_json *list = oa_json_array(pool);
    for (const oa_parameter *parameter = operation->parameters; parameter->name != NULL; parameter++) {
        if (oa_route_names(template, parameter->name)) {
            add(list, parameter->name, "path", parameter->help, true, one_type(parameter, false, pool), pool);
        } else if (!has_json_body(operation) && parameter->type != OA_TYPE_FILE && parameter->type != OA_TYPE_SECRET &&
                   parameter->type != OA_TYPE_PAIR) {
            add(list, oa_rest_name(operation, parameter->name, pool), "query", parameter->help,
                (parameter->flags & OA_REQUIRED) != 0, oa_openapi_type(parameter, pool), pool);
        }
    }
    add_headers(operation, list, pool);
    return list;
}

/* Bodies. */

/* The members of a map, one at a time. */
static oa_json *entries(apr_pool_t *pool)
{
    oa_json *patterns = oa_json_object(pool);
    oa_json *value = oa_json_object(pool);
    oa_json_set(value, "type", words_of("string integer boolean null", pool));
    oa_json_set(patterns, "\\.", value);
    return patterns;
}

static oa_json *json_body_schema(const oa_operation *operation, const char *template, bool *required, apr_pool_t *pool)
{
    oa_json *schema = with_text("type", "object", pool);
    oa_json *properties = oa_json_object(pool);
    oa_json *names = oa_json_array(pool);
    for (const oa_parameter *parameter = operation->parameters; parameter->name != NULL; parameter++) {
        if (oa_route_names(template, parameter->name) || parameter->type == OA_TYPE_FILE) {
            continue;
        }
        const char *name = oa_rest_name(operation, parameter->name, pool);
        oa_json *type = oa_openapi_type(parameter, pool);
        oa_json_set_text(type, "description", parameter->help);
        oa_json_set(properties, name, type);
        if ((parameter->flags & OA_REQUIRED) != 0) {
            oa_json_append_text(names, name);
        }
    }
    *required = oa_json_size(names) > 0;
    oa_json_set(schema, "properties", properties);
    if (operation->entry != NULL) {
        oa_json_set(schema, "patternProperties", entries(pool));
    } else {
        oa_json_set(schema, "required", names);
    }
    oa_json_set_bool(schema, "additionalProperties", false);
    return schema;
}

/* {"media/type": {"schema": schema}, …} for each of the words. */
static oa_json *content_of(const char *media_types, oa_json *schema, apr_pool_t *pool)
{
    oa_json *content = oa_json_object(pool);
    oa_json *words = words_of(media_types, pool);
    for (size_t i = 0; i < oa_json_size(words); i++) {
        oa_json *media = oa_json_object(pool);
        if (schema != NULL) {
            oa_json_set(media, "schema", schema);
        }
        oa_json_set(content, oa_json_text(oa_json_at(words, i)), media);
    }
    return content;
}

oa_json *oa_openapi_body(const oa_operation *operation, const char *template, apr_pool_t *pool)
{
    bool required = true;
    const char *media_types = is_patch(operation) ? "application/merge-patch+json application/json" : "application/json";
    oa_json *schema = NULL;
    if (operation->accepts != NULL) {
        media_types = operation->accepts;
    } else if (has_json_body(operation)) {
        schema = json_body_schema(operation, template, &required, pool);
        if (oa_json_size(oa_json_get(schema, "properties")) == 0) {
            return NULL;
        }
    } else {
        return NULL;
    }
    oa_json *body = oa_json_object(pool);
    oa_json_set_bool(body, "required", required);
    oa_json_set(body, "content", content_of(media_types, schema, pool));
    return body;
}

/* Answers. */

static oa_json *success(int status, const char *description, const char *type, const char *answers, apr_pool_t *pool)
{
    oa_json *response = with_text("description", description, pool);
    if (status != 204) {
        bool json = strcmp(type, "application/json") == 0;
        oa_json_set(response, "content",
                    content_of(type, json ? oa_schema_ref(answers, pool) : with_text("type", "string", pool), pool));
    }
    return response;
}

oa_json *oa_openapi_responses(int status, const char *type, const char *answers, apr_pool_t *pool)
{
    oa_json *responses = oa_json_object(pool);
    oa_json_set(responses, apr_itoa(pool, status),
                success(status, status == 202 ? "accepted" : "done", type, answers, pool));
    oa_json *problem = with_text("description", "refused: why", pool);
    oa_json_set(problem, "content", content_of(OA_PROBLEM_TYPE, oa_schema_ref("Problem", pool), pool));
    oa_json_set(responses, "default", problem);
    return responses;
}

oa_json *oa_openapi_responses_of(const oa_operation *operation, apr_pool_t *pool)
{
    int status = operation->status != 0 ? operation->status : 200;
    const char *type = operation->gives != NULL ? operation->gives : "application/json";
    oa_json *responses = oa_openapi_responses(status, type, operation->answers, pool);
    if (status != 200 && oa_rest_takes_dry_run(operation)) {
        oa_json_set(responses, "200", success(200, "a dry run: what would be made", type, operation->answers, pool));
    }
    return responses;
}
