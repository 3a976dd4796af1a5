/* SPDX-License-Identifier: Apache-2.0 */
#include "core/admin/document.h"

oa_error *oa_openapi_make(oa_store *store, const oa_actor *actor, oa_json **result, apr_pool_t *pool)
{
    (void)store;
    (void)actor;
    *result = oa_json_object(pool);
    oa_json_set_text(*result, "openapi", "3.1.0");
    return NULL;
}
