/* SPDX-License-Identifier: Apache-2.0 */
/* What REST gives to anybody beside the operations: how the service is, and its description. */
#ifndef OA_ADMIN_DOCUMENT_H
#define OA_ADMIN_DOCUMENT_H

#include "core/admin/operation.h"

typedef struct oa_document {
    const char *name;    /* as an operation's: "openapi.show" */
    const char *path;    /* GET */
    const char *summary;
    const char *answers; /* schema, or NULL: any object */
    oa_error *(*run)(oa_store *store, const oa_actor *actor, const char *mount, oa_json **result, apr_pool_t *pool);
} oa_document;

/* Ended by a row whose path is NULL. */
extern const oa_document oa_documents[];

/* OpenAPI 3.1 of everything that has a path; `mount` is what stands before the paths. */
oa_error *oa_openapi_make(oa_store *store, const oa_actor *actor, const char *mount, oa_json **result, apr_pool_t *pool);

#endif
