/* SPDX-License-Identifier: Apache-2.0 */
/* What the operations on users share. */
#ifndef OA_ADMIN_USER_H
#define OA_ADMIN_USER_H

#include "core/admin/resolve.h"
#include "core/store/user_list.h"

#include <apr_hash.h>

/* Further fields of one account at most. */
enum { OA_USER_FIELDS_MAX = 64 };

/* A user as a member of an organization (membership NULL: as an account alone). `homes` as below. */
oa_error *oa_user_describe(oa_call *call, const oa_user *user, const oa_membership *membership, apr_hash_t *homes, oa_json **object);

/* Whether the actor stands in `org`, whose accounts he then sees whole. `homes` remembers the answers for who asks about many; NULL: none. */
oa_error *oa_user_at_home(oa_call *call, apr_hash_t *homes, oa_id org, bool *stands);

/* call->user as it stands now, in call->org; *result of every operation that changes one. */
oa_error *oa_user_answer(oa_call *call, oa_json **result);

/* OA_INVALID for each field that `role` makes mandatory and that is empty: on `set` and its member, or the name's own argument. */
oa_error *oa_user_require_fields(oa_call *call, const oa_role *role, const oa_user *user);

/* Gives call->user the role of argument `role` in call->org: nothing above the actor, nor to anybody stronger, nor from the last Administrator. */
oa_error *oa_user_change_role(oa_call *call);

/* Takes call->user out of organization `org`, with its keys, Web APIs and open invitation there; not the last Administrator, nor anybody stronger. */
oa_error *oa_user_leave(oa_call *call, oa_id org, int64_t *keys, int64_t *attachments);

/* Which users of call->org the arguments search, status, role and sort ask for: all but the page. */
oa_error *oa_user_read_query(oa_call *call, oa_listed_query *query);

/* The same for what the roles of all its memberships ask for and was filled `before`: an edit takes nothing of that away. */
oa_error *oa_user_keep_fields(oa_call *call, const oa_user *user, const oa_user *before);

/* The members of argument `set` laid over those of `fields`; empty ones are taken away. */
oa_error *oa_user_merge_fields(oa_call *call, const char *fields, const char **merged);

#endif
