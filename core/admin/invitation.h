/* SPDX-License-Identifier: Apache-2.0 */
/* What the operations on invitations share. */
#ifndef OA_ADMIN_INVITATION_H
#define OA_ADMIN_INVITATION_H

#include "core/admin/extent.h"
#include "core/admin/link.h"
#include "core/admin/resolve.h"
#include "core/store/invitation.h"

/* An invitation as administrators see it; never its token. */
oa_error *oa_invitation_describe(oa_call *call, const oa_invitation *invitation, oa_json **object);

/* Mails its link. */
oa_error *oa_invitation_mail(oa_call *call, const oa_invitation *invitation, oa_made_link *link);

/* The ids of a stored list ("12 34"), in decimal: array of oa_id. */
apr_array_header_t *oa_ids_read(const char *words, apr_pool_t *pool);

/* How far the membership that it offers reaches, as things stand now. */
oa_error *oa_invitation_extent(oa_call *call, const oa_invitation *invitation, oa_extent *extent);

/* P4 once more when an invitation is used: whether its inviter, as he stands now, may offer it in `org`, which is its organization or one of
 * its sub_orgs. The local operator always may. `role` has id 0 for an outsider. */
oa_error *oa_invitation_is_backed(oa_call *call, const oa_invitation *invitation, const oa_role *role, oa_id org, bool *backed);

/* The account that speaks for an invitation which this call sends; 0: the local operator. */
oa_id oa_invitation_inviter(const oa_call *call);

#endif
