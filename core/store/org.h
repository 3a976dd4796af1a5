/* SPDX-License-Identifier: Apache-2.0 */
/* Organizations as they are stored. All functions run inside the caller's transaction. */
#ifndef OA_STORE_ORG_H
#define OA_STORE_ORG_H

#include "core/base/clock.h"
#include "core/store/db.h"

#include <apr_tables.h>

enum { OA_ORG_ACTIVE = 1, OA_ORG_SUSPENDED = 2 };

/* How deep organizations may be nested. */
enum { OA_ORG_DEPTH_MAX = 16 };

typedef struct oa_org {
    oa_id id;
    oa_id parent_id; /* 0: none */
    const char *slug;
    const char *name;
    int status;      /* OA_ORG_… */
    oa_time created_at;
    int64_t version;
} oa_org;

/* *org = NULL where there is none. */
oa_error *oa_org_find(oa_db *db, oa_id id, const oa_org **org, apr_pool_t *pool);
oa_error *oa_org_find_slug(oa_db *db, const char *slug, const oa_org **org, apr_pool_t *pool);

/* Whose slug that is, or was (*former) and is nobody else's; 0: nobody's ever. What was removed has its slug still. */
oa_error *oa_org_of_slug(oa_db *db, const char *slug, oa_id *org, bool *former);

typedef struct oa_org_query {
    oa_id account; /* only those in which it has an ACTIVE membership, and those below the ones where it reaches down; 0 = of the whole store */
    oa_id parent;  /* only those directly below this one; 0 = any */
    bool top;      /* only those of these that are below none of these */
    oa_id after;   /* the last one of the page before */
    int64_t limit;
} oa_org_query;

/* By id: array of const oa_org *. */
oa_error *oa_org_list(oa_db *db, const oa_org_query *query, apr_array_header_t **orgs, apr_pool_t *pool);

/* How many are directly below `id`: all, or (account not 0) those in which that account has an ACTIVE membership. */
oa_error *oa_org_count_below(oa_db *db, oa_id id, oa_id account, int64_t *count);

/* How many levels are below `id`. */
oa_error *oa_org_height(oa_db *db, oa_id id, int64_t *levels);

/* The organizations above `id`, nearest first: array of oa_id. */
oa_error *oa_org_above(oa_db *db, oa_id id, apr_array_header_t **above, apr_pool_t *pool);

/* Whether `id` is below `org`, however deep. */
oa_error *oa_org_is_below(oa_db *db, oa_id id, oa_id org, bool *below, apr_pool_t *pool);

oa_error *oa_org_insert(oa_db *db, const oa_org *org);

/* Members (not REMOVED) in `id` and below it, and pending invitations, whose role belongs to an organization that is neither there nor above `parent` or
 * it: who moves `id` there would leave them with a role of strangers. */
oa_error *oa_org_count_foreign_roles(oa_db *db, oa_id id, oa_id parent, int64_t *count);

/* Writes parent, slug, name and status; raises the version. */
oa_error *oa_org_update(oa_db *db, const oa_org *org);

/* What still hangs on an organization; all 0: it can be deleted. */
typedef struct oa_org_uses {
    int64_t members, below, accounts, keys, apis, roles, invitations;
} oa_org_uses;
oa_error *oa_org_count_uses(oa_db *db, oa_id id, oa_org_uses *uses);

/* With the memberships that are left in it. */
oa_error *oa_org_delete(oa_db *db, oa_id id);

#endif
