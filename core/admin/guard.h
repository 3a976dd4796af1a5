/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The last administrators (P4): a change that could cost an organization its last usable Administrator, or the site its
 * last usable SuperAdmin, is made between begin and end. Both run in one writing transaction, so parallel ones wait.
 */
#ifndef OA_ADMIN_GUARD_H
#define OA_ADMIN_GUARD_H

#include "core/admin/call.h"

#include <apr_tables.h>

typedef struct oa_guard {
    apr_array_header_t *orgs; /* oa_id: where the account is an Administrator */
    bool site;                /* it is a SuperAdmin, or there is one */
} oa_guard;

/* org 0: the change concerns the account in all its organizations. */
oa_error *oa_guard_begin(oa_call *call, oa_id account, oa_id org, oa_guard *guard);

/* For a change of an organization itself. */
oa_error *oa_guard_begin_org(oa_call *call, oa_guard *guard);

/* OA_CONFLICT with the remedy when nobody is left. */
oa_error *oa_guard_end(oa_call *call, const oa_guard *guard);

#endif
