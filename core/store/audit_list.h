/* SPDX-License-Identifier: Apache-2.0 */
/* The audit trail, newest event first, filtered, a page at a time. Inside the caller's transaction. */
#ifndef OA_STORE_AUDIT_LIST_H
#define OA_STORE_AUDIT_LIST_H

#include "core/store/audit.h"

#include <apr_tables.h>

typedef struct oa_audit_query {
    oa_id org;              /* 0 = any, likewise below */
    oa_id actor_id;
    const char *actor_name; /* exact; "" = any */
    oa_id target_id;
    const char *target_name;
    const char *action;
    oa_time since, until;   /* from, and before; 0 = any */
    oa_id before;           /* the last event of the page before */
    int64_t limit;
} oa_audit_query;

/* Array of const oa_event *. */
oa_error *oa_audit_list(oa_db *db, const oa_audit_query *query, apr_array_header_t **events, apr_pool_t *pool);

#endif
