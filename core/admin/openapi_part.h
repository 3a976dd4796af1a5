/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of an operation's description in OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.0). For openapi.c. */
#ifndef OA_ADMIN_OPENAPI_PART_H
#define OA_ADMIN_OPENAPI_PART_H

#include "core/admin/operation.h"

/* What a parameter takes, as a schema. */
oa_json *oa_openapi_type(const oa_parameter *parameter, apr_pool_t *pool);

/* What stands in path, query and headers: a list of parameter objects. `template`: the path. */
oa_json *oa_openapi_parameters(const oa_operation *operation, const char *template, apr_pool_t *pool);

/* The body; NULL where there is none. */
oa_json *oa_openapi_body(const oa_operation *operation, const char *template, apr_pool_t *pool);

/* The answers by status. `answers` as in a row; `type`: media type of success. */
oa_json *oa_openapi_responses(int status, const char *type, const char *answers, apr_pool_t *pool);

/* Those of a row: a dry run, which makes nothing, is answered with 200. */
oa_json *oa_openapi_responses_of(const oa_operation *operation, apr_pool_t *pool);

#endif
