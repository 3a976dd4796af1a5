/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The members of an organization: searched, filtered, sorted, a page at a time. Sorted by creation, a page costs what it
 * shows; by anything else, or searched, one pass over the organization's members. Inside the caller's transaction.
 */
#ifndef OA_STORE_USER_LIST_H
#define OA_STORE_USER_LIST_H

#include "core/store/membership.h"
#include "core/store/user.h"

#include <apr_tables.h>

/* The words of `sort`, one space between, the default first; "-" means downwards. */
extern const char oa_user_sorts[];

typedef struct oa_user_query {
    oa_id org;
    const char *search;    /* oa_text_fold of what first name, last name and e-mail are searched for; "" = all */
    int account_status;    /* oa_account_status, of an ACTIVE membership; 0 = any */
    int membership_status; /* oa_membership_status; 0 = ACTIVE and DEACTIVATED */
    oa_id role;            /* 0 = any */
    const char *sort;      /* a word of oa_user_sorts */
    oa_id after;           /* the last account of the page before; 0 = from the start */
    int64_t limit;
} oa_user_query;

typedef struct oa_member {
    oa_user user;
    oa_membership membership; /* only status, joined_at, role.id, role.name, org_id, account_id */
} oa_member;

/* Array of const oa_member *. */
oa_error *oa_user_list(oa_db *db, const oa_user_query *query, apr_array_header_t **members, apr_pool_t *pool);

#endif
