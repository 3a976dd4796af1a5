/* SPDX-License-Identifier: Apache-2.0 */
/* Roles as they are stored. Inside the caller's transaction. */
#ifndef OA_STORE_ROLE_H
#define OA_STORE_ROLE_H

#include "core/base/clock.h"
#include "core/store/db.h"

#include <apr_tables.h>

/* Ids of built-in roles that the rules name. */
enum { OA_ROLE_ID_SUPERADMIN = 1, OA_ROLE_ID_ADMINISTRATOR = 2, OA_ROLE_ID_API_USER = 6 };

typedef struct oa_role {
    oa_id id;
    oa_id org_id;                /* 0: built in */
    const char *name;
    int type;                    /* oa_role_type */
    const char *permissions;     /* patterns, one space between */
    const char *required_fields; /* names, one space between */
    const char *summary;
    oa_time created_at;
    int64_t version;
} oa_role;

/* *role = NULL where there is none. The name exact; a built-in one or one of organization `org`. */
oa_error *oa_role_find(oa_db *db, oa_id id, const oa_role **role, apr_pool_t *pool);
oa_error *oa_role_find_name(oa_db *db, const char *name, oa_id org, const oa_role **role, apr_pool_t *pool);

/* Of that exact name in any organization, or built in: *count is 2 where several have one. */
oa_error *oa_role_find_anywhere(oa_db *db, const char *name, const oa_role **role, int64_t *count, apr_pool_t *pool);

/* The built-in ones, and those of organization `org` (0: of all), with an id above `after`: array of const oa_role *. */
oa_error *oa_role_list(oa_db *db, oa_id org, oa_id after, int64_t limit, apr_array_header_t **roles, apr_pool_t *pool);

oa_error *oa_role_insert(oa_db *db, const oa_role *role);

/* Writes name, permissions, required fields and summary; raises the version. */
oa_error *oa_role_update(oa_db *db, const oa_role *role);

/* Members (not REMOVED) and pending invitations with that role. */
oa_error *oa_role_count_uses(oa_db *db, oa_id id, int64_t *members, int64_t *invitations);

/* Former members and settled invitations that had it keep their record, with the role API User. */
oa_error *oa_role_delete(oa_db *db, oa_id id);

/* Reads a role from nine columns of the current row, from `column` on, in the order of OA_ROLE_COLUMNS. */
#define OA_ROLE_COLUMNS                                                                                        \
    "r.id, COALESCE(r.org_id, 0), r.name, r.type, r.permissions, r.required_fields, r.summary, r.created_at, r.version"
void oa_role_read(oa_rows *rows, int column, oa_role *role, apr_pool_t *pool);

#endif
