/* SPDX-License-Identifier: Apache-2.0 */
/* The members of an organization: searched, filtered, sorted, a page at a time. Inside the caller's transaction. */
#ifndef OA_STORE_USER_LIST_H
#define OA_STORE_USER_LIST_H

#include "core/store/listed.h"
#include "core/store/membership.h"
#include "core/store/user.h"

typedef struct oa_member {
    oa_user user;
    oa_membership membership; /* only status, joined_at, role.id, role.name, org_id, account_id */
} oa_member;

/* Array of const oa_member *; query->status is none of invitations. */
oa_error *oa_user_list(oa_db *db, const oa_listed_query *query, apr_array_header_t **members, apr_pool_t *pool);

#endif
