/* SPDX-License-Identifier: Apache-2.0 */
/* What a line of user.import asks for, between the file that reads it and the one that invites. */
#ifndef OA_ADMIN_IMPORT_USER_H
#define OA_ADMIN_IMPORT_USER_H

#include "core/admin/import.h"
#include "core/admin/resolve.h"

/* While a line is judged, and again while it is applied: of the pool of the line. */
typedef struct oa_import_plan {
    oa_user user;
    const oa_role *role;
    const oa_user *there; /* the account of that e-mail, or NULL */
    bool invites;
    oa_id expired;        /* an invitation that makes room */
    const char *modules;  /* one space between */
    int reach;            /* OA_REACH_… */
    apr_array_header_t *apis; /* const oa_api * */
} oa_import_plan;

/* Whether this person can be invited: then plan->invites. A line that is as an earlier invitation is "unchanged". */
oa_error *oa_import_judge_invitation(oa_import *import, oa_import_line *line, oa_import_plan *plan);

/* Invites, and says in the line what becomes of the mail. */
oa_error *oa_import_invite(oa_import *import, oa_import_line *line, const oa_import_plan *plan, oa_id *invitation);

#endif
