/* SPDX-License-Identifier: Apache-2.0 */
/* Web APIs and who has them attached. Removed ones are kept for the record and found by nothing here. Inside the caller's transaction. */
#ifndef OA_STORE_API_H
#define OA_STORE_API_H

#include "core/base/clock.h"
#include "core/store/db.h"

#include <apr_tables.h>

typedef struct oa_api {
    oa_id id;
    oa_id org_id;
    const char *name; /* a slug */
    const char *summary;
    oa_id service_account_id;
    oa_time created_at;
    int64_t version;
    const char *org_slug;
    const char *service_email;
    int64_t users;    /* how many have it attached, its own service account apart */
} oa_api;

/* *api = NULL where there is none. */
oa_error *oa_api_find(oa_db *db, oa_id id, const oa_api **api, apr_pool_t *pool);

/* org 0: in any organization; *count says whether there are none of that name, one or more (2), *api is one of them. */
oa_error *oa_api_find_name(oa_db *db, const char *name, oa_id org, const oa_api **api, int64_t *count,
                           apr_pool_t *pool);

/* Those of an organization (0: of all) with an id above `after`: array of const oa_api *. */
oa_error *oa_api_list(oa_db *db, oa_id org, oa_id after, int64_t limit, apr_array_header_t **apis, apr_pool_t *pool);

oa_error *oa_api_insert(oa_db *db, const oa_api *api);
oa_error *oa_api_set_summary(oa_db *db, oa_id id, const char *summary);

/* Takes it from everybody; *attachments counts them. */
oa_error *oa_api_remove(oa_db *db, oa_id id, oa_time now, int64_t *attachments);

/* Those that an account has attached, by id: array of const oa_api *. */
oa_error *oa_api_attached(oa_db *db, oa_id account, apr_array_header_t **apis, apr_pool_t *pool);

/* *changed = 0 where it was (or was not) attached already. */
oa_error *oa_api_attach(oa_db *db, oa_id api, oa_id account, oa_time now, int64_t *changed);
oa_error *oa_api_detach(oa_db *db, oa_id api, oa_id account, int64_t *changed);
oa_error *oa_api_is_attached(oa_db *db, oa_id api, oa_id account, bool *attached);

/* Whether the account has any Web API of `org` attached. */
oa_error *oa_api_has_any(oa_db *db, oa_id account, oa_id org, bool *has);

/* Who has it attached. */
typedef struct oa_api_user {
    oa_id account_id;
    const char *email, *first_name, *last_name;
    int account_status;
    int membership_status; /* oa_membership_status in the Web API's organization; 0: an outsider */
    oa_time attached_at;
} oa_api_user;

/* With an account id above `after`, the service account apart: array of const oa_api_user *. */
oa_error *oa_api_users(oa_db *db, const oa_api *api, oa_id after, int64_t limit, apr_array_header_t **users,
                       apr_pool_t *pool);

#endif
