/* SPDX-License-Identifier: Apache-2.0 */
/* From a method and a path to the row that it means (RFC 9110 section 9, RFC 3986 section 3.3). Pure. */
#ifndef OA_ADMIN_ROUTE_H
#define OA_ADMIN_ROUTE_H

#include "core/admin/document.h"
#include "core/admin/operation.h"

enum { OA_BODY_MAX = 1024 * 1024, OA_FILE_MAX = 16 * 1024 * 1024 };

typedef struct oa_route {
    const oa_operation *operation; /* exactly one of the two, except for OPTIONS: none */
    const oa_document *document;
    const char *template;          /* the path of the row that matched, "/v1/orgs/{org}" */
    const oa_json *path_arguments; /* what the names in braces stand for, decoded; an object of texts */
    const char *allow;             /* the methods that the path takes: "GET, HEAD, OPTIONS"; NULL where no row has the path */
} oa_route;

/* `path` is below the mount, as sent, without query: "/v1/orgs/acme". HEAD is GET. OA_NOT_FOUND for a path that no row has;
 * OA_NO_SUCH_METHOD, with route->allow, where others have it. */
oa_error *oa_route_find(const char *method, const char *path, oa_route *route, apr_pool_t *pool);

/* The row for GET of the resource that `operation` changes, where that has an ETag: the one of the same path or, for a verb behind it
 * ("…/{user}/ban"), of the path before. NULL: none. */
const oa_operation *oa_route_resource(const oa_operation *operation);

/* Whether anybody may ask, without a credential. */
bool oa_route_is_public(const oa_route *route);

/* Whether the path holds a secret, as a link's token: it is for no log. */
bool oa_route_has_secret(const oa_route *route);

/* The most octets that a body may have. */
size_t oa_route_limit(const oa_route *route);

/* The name of a parameter in REST; the parameter that has this name there, or NULL. */
const char *oa_rest_name(const oa_operation *operation, const char *parameter, apr_pool_t *pool);
const oa_parameter *oa_rest_parameter(const oa_operation *operation, const char *name);

/* Whether `template` names the parameter in braces. */
bool oa_route_names(const char *template, const char *parameter);

#endif
