/* SPDX-License-Identifier: Apache-2.0 */
#include "core/admin/document.h"
#include "core/admin/openapi_part.h"
#include "core/admin/schema.h"

#include <apr_lib.h>
#include <apr_strings.h>

/* The member `name` of `object`, made where it is missing. */
static oa_json *member(oa_json *object, const char *name, apr_pool_t *pool)
{
    oa_json *value = (oa_json *)(uintptr_t)oa_json_get(object, name);
    if (value == NULL) {
        value = oa_json_object(pool);
        oa_json_set(object, name, value);
    }
    return value;
}

static oa_json *tags_of(const char *name, apr_pool_t *pool)
{
    oa_json *tags = oa_json_array(pool);
    oa_json_append_text(tags, apr_pstrmemdup(pool, name, strcspn(name, ".")));
    return tags;
}

static oa_json *describe(const char *name, const char *summary, bool public, apr_pool_t *pool)
{
    oa_json *object = oa_json_object(pool);
    oa_json_set_text(object, "operationId", name);
    oa_json_set_text(object, "summary", summary);
    oa_json_set(object, "tags", tags_of(name, pool));
    if (public) {
        oa_json_set(object, "security", oa_json_array(pool));
    }
    return object;
}

static const char *who(const oa_operation *operation, apr_pool_t *pool)
{
    if (operation->permission != NULL) {
        return apr_pstrcat(pool, "Permission: ", operation->permission, NULL);
    }
    return operation->scope == OA_SCOPE_SITE ? "For SuperAdmins" : NULL;
}

static oa_json *describe_operation(const oa_operation *operation, const char *template, const char *id, apr_pool_t *pool)
{
    oa_json *object = describe(id, operation->summary, operation->scope == OA_SCOPE_PUBLIC, pool);
    oa_json *body = oa_openapi_body(operation, template, pool);
    if (who(operation, pool) != NULL) {
        oa_json_set_text(object, "description", who(operation, pool));
    }
    oa_json_set(object, "parameters", oa_openapi_parameters(operation, template, pool));
    if (body != NULL) {
        oa_json_set(object, "requestBody", body);
    }
    oa_json_set(object, "responses", oa_openapi_responses_of(operation, pool));
    return object;
}

/* An operation with several paths has as many ids. */
static void add_operation(oa_json *paths, const oa_operation *operation, apr_pool_t *pool)
{
    int number = 1;
    char *method = apr_pstrdup(pool, operation->method);
    for (char *c = method; *c != '\0'; c++) {
        *c = (char)apr_tolower(*c);
    }
    for (const char *path = operation->path; *path != '\0'; number++) {
        size_t size = strcspn(path, " ");
        const char *template = apr_pstrmemdup(pool, path, size);
        const char *id = number == 1 ? operation->name : apr_psprintf(pool, "%s.%d", operation->name, number);
        oa_json_set(member(paths, template, pool), method, describe_operation(operation, template, id, pool));
        path += size + (path[size] == ' ');
    }
}

static oa_json *make_paths(apr_pool_t *pool)
{
    oa_json *paths = oa_json_object(pool);
    for (const oa_operation *const *row = oa_operations; (*row)->name != NULL; row++) {
        if ((*row)->method != NULL && (*row)->path != NULL) {
            add_operation(paths, *row, pool);
        }
    }
    for (const oa_document *row = oa_documents; row->path != NULL; row++) {
        oa_json *object = describe(row->name, row->summary, true, pool);
        oa_json_set(object, "responses", oa_openapi_responses(200, "application/json", row->answers, pool));
        oa_json_set(member(paths, row->path, pool), "get", object);
    }
    return paths;
}

/* The ways of authentication. */
static const struct {
    const char *name, *type, *member, *value, *in, *description;
} schemes[] = {{"bearer", "http", "scheme", "bearer", NULL, "a key: Authorization: Bearer oak_..."},
               {"basic", "http", "scheme", "basic", NULL, "a key as the password, whatever the user name"},
               {"header", "apiKey", "name", "X-API-Key", "header", "a key in a header of its own"},
               {"session", "apiKey", "name", "__Host-orgauth", "cookie", "the session that POST /v1/sessions opens"}};
enum { SCHEMES = sizeof schemes / sizeof *schemes };

static oa_json *make_schemes(apr_pool_t *pool)
{
    oa_json *all = oa_json_object(pool);
    for (size_t i = 0; i < SCHEMES; i++) {
        oa_json *scheme = member(all, schemes[i].name, pool);
        oa_json_set_text(scheme, "type", schemes[i].type);
        oa_json_set_text(scheme, schemes[i].member, schemes[i].value);
        if (schemes[i].in != NULL) {
            oa_json_set_text(scheme, "in", schemes[i].in);
        }
        oa_json_set_text(scheme, "description", schemes[i].description);
    }
    return all;
}

static oa_json *make_security(apr_pool_t *pool)
{
    oa_json *any = oa_json_array(pool);
    for (size_t i = 0; i < SCHEMES; i++) {
        oa_json *one = oa_json_object(pool);
        oa_json_set(one, schemes[i].name, oa_json_array(pool));
        oa_json_append(any, one);
    }
    return any;
}

static oa_json *make_components(apr_pool_t *pool)
{
    oa_json *components = oa_json_object(pool);
    oa_json *all = member(components, "schemas", pool);
    for (const oa_schema *schema = oa_schemas; schema->name != NULL; schema++) {
        oa_json_set(all, schema->name, oa_schema_make(schema, pool));
    }
    oa_json_set(components, "securitySchemes", make_schemes(pool));
    return components;
}

oa_error *oa_openapi_make(oa_store *store, const oa_actor *actor, const char *mount, oa_json **result, apr_pool_t *pool)
{
    oa_json *root = oa_json_object(pool);
    oa_json *servers = oa_json_array(pool);
    oa_json *server = oa_json_object(pool);
    (void)store;
    (void)actor;
    oa_json_set_text(root, "openapi", "3.1.0");
    oa_json *info = member(root, "info", pool);
    oa_json_set_text(info, "title", "mod_orgauth");
    oa_json_set_text(info, "version", PACKAGE_VERSION);
    oa_json_set_text(info, "summary", "organizations, users, keys and what they may do");
    oa_json_set_text(server, "url", *mount != '\0' ? mount : "/");
    oa_json_append(servers, server);
    oa_json_set(root, "servers", servers);
    oa_json_set(root, "security", make_security(pool));
    oa_json_set(root, "paths", make_paths(pool));
    oa_json_set(root, "components", make_components(pool));
    *result = root;
    return NULL;
}
