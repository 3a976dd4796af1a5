/* SPDX-License-Identifier: Apache-2.0 */
#include "core/admin/import_user.h"
#include "core/admin/invitation.h"
#include "core/model/status.h"

#include <apr_strings.h>

static const char *api_ids(const oa_import_plan *plan, apr_pool_t *pool)
{
    const char *ids = "";
    for (int i = 0; i < plan->apis->nelts; i++) {
        const oa_api *api = APR_ARRAY_IDX(plan->apis, i, const oa_api *);
        ids = apr_psprintf(pool, "%s%s%" APR_INT64_T_FMT, ids, i > 0 ? " " : "", (apr_int64_t)api->id);
    }
    return ids;
}

/* What an invitation does not carry. */
static void refuse_extras(oa_import *import, oa_import_line *line, const oa_import_plan *plan)
{
    if (plan->user.kind == OA_USER_SYSTEM) {
        oa_import_fault(import, line, "kind", OA_BECAUSE_NOT_BY_INVITATION, "a system user reads no mail: use the action create");
    }
    if (strcmp(plan->user.fields, "{}") != 0) {
        oa_import_fault(import, line, OA_IMPORT_FIELD "NAME", OA_BECAUSE_NOT_BY_INVITATION, "an invitation carries no further fields");
    }
}

oa_error *oa_import_judge_invitation(oa_import *import, oa_import_line *line, oa_import_plan *plan)
{
    const oa_invitation *before;
    oa_call *call = import->call;
    refuse_extras(import, line, plan);
    OA_TRY(oa_invitation_find_pending(call->db, call->org, plan->user.email, &before, call->pool));
    if (before == NULL || oa_invitation_standing(before, call->now) == OA_INVITATION_EXPIRED) {
        plan->invites = true;
        plan->expired = before != NULL ? before->id : 0;
        oa_import_settle(line, "invite", "invite");
    } else if (before->role_id == plan->role->id && strcmp(before->modules, plan->modules) == 0) {
        oa_import_settle(line, "invite", "unchanged");
    } else {
        oa_import_fault(import, line, "role", OA_BECAUSE_INVITED_OTHERWISE, "invited already, with another role or other modules: revoke that invitation first");
    }
    return NULL;
}

static void tell_mail(const oa_import_line *line, const oa_made_link *link)
{
    oa_json_set_text(line->row, "mail", link->mail);
    if (strcmp(link->mail, "not_configured") == 0) {
        oa_json_set_text(line->row, "detail", "no mail was sent: set site.public_url and mail.relay, then resend");
    }
}

oa_error *oa_import_invite(oa_import *import, oa_import_line *line, const oa_import_plan *plan, oa_id *invitation)
{
    oa_made_link link;
    const oa_invitation *made;
    oa_call *call = import->call;
    const oa_invitation row = {.id = oa_id_make(call->now), .org_id = call->org, .email = plan->user.email, .role_id = plan->role->id,
                               .first_name = plan->user.first_name, .last_name = plan->user.last_name, .modules = plan->modules,
                               .reach = plan->reach, .sub_orgs = "", .apis = api_ids(plan, call->pool),
                               .invited_by = oa_invitation_inviter(call),
                               .created_at = call->now, .expires_at = call->now + call->settings.invitation_valid_for};
    if (plan->expired != 0) {
        OA_TRY(oa_invitation_settle(call->db, plan->expired, OA_INVITATION_EXPIRED));
    }
    oa_link_make(call, "invitations", &link);
    OA_TRY(oa_invitation_insert(call->db, &row, link.digest));
    OA_TRY(oa_invitation_find(call->db, row.id, &made, call->pool));
    OA_TRY(oa_invitation_mail(call, made, &link));
    tell_mail(line, &link);
    *invitation = row.id;
    return NULL;
}
