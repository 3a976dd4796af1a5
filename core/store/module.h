/* SPDX-License-Identifier: Apache-2.0 */
/* The modules that a site has named, and which of them are for administrators only. Inside the caller's transaction. */
#ifndef OA_STORE_MODULE_H
#define OA_STORE_MODULE_H

#include "core/store/db.h"

#include <apr_tables.h>

typedef struct oa_module {
    const char *name; /* a slug */
    bool admins_only;
} oa_module;

/* By name: array of const oa_module *. */
oa_error *oa_module_list(oa_db *db, apr_array_header_t **modules, apr_pool_t *pool);

/* *module = NULL where there is none. */
oa_error *oa_module_find(oa_db *db, const char *name, const oa_module **module, apr_pool_t *pool);

/* OA_CONFLICT where it is there already. */
oa_error *oa_module_insert(oa_db *db, const oa_module *module);
oa_error *oa_module_mark(oa_db *db, const char *name, bool admins_only);
oa_error *oa_module_delete(oa_db *db, const char *name);

/* Roles that name it in a permission; members and pending invitations that are confined to it. */
oa_error *oa_module_count_uses(oa_db *db, const char *name, int64_t *roles, int64_t *members, int64_t *invitations);

/* Modules marked administrators only, one space between. */
oa_error *oa_module_admins_only(oa_db *db, const char **modules, apr_pool_t *pool);

#endif
