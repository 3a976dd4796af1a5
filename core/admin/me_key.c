/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One's own keys. A key lets nobody make more of itself than it is: with a key as credential, no other key is issued, and only that key itself is
 * rotated, for no longer, or revoked. Else a key that leaked could be made into one that is not known to have leaked.
 */
#include "core/admin/argument.h"
#include "core/admin/key.h"
#include "core/admin/operations.h"

static oa_error *with_key(oa_call *call)
{
    return oa_error_make(call->pool, OA_NOT_ALLOWED,
                         "a key may do this to itself alone, and for no longer than it is valid: log in instead");
}

/* The call is about the actor's own account; a key that it names was found to be of it (resolve.c). */
static oa_error *begin(oa_call *call, const oa_user **user)
{
    OA_TRY(oa_actor_account(call, user));
    call->user = (*user)->id;
    call->home_org = (*user)->home_org_id;
    return NULL;
}

static oa_error *own_key(oa_call *call, const oa_stored_key **key)
{
    const oa_user *user;
    OA_TRY(begin(call, &user));
    return oa_call_key(call, key);
}

static oa_error *run_list(oa_call *call, oa_json **result)
{
    const oa_user *user;
    OA_TRY(begin(call, &user));
    return oa_key_page(call, user->id, 0, result);
}

const oa_operation oa_op_me_keys = {
    .name = "me.keys",
    .summary = "list one's own keys, never the keys themselves",
    .scope = OA_SCOPE_NONE,
    .method = "GET",
    .path = "/v1/me/keys",
    .answers = "Key*",
    .run = run_list,
    .remote = true,
    .parameters = OA_PARAMETERS{OA_P_LIMIT, OA_P_AFTER, OA_P_END}};

static oa_error *run_show(oa_call *call, oa_json **result)
{
    const oa_stored_key *key;
    OA_TRY(own_key(call, &key));
    return oa_key_describe(call, key, result);
}

const oa_operation oa_op_me_show_key = {
    .name = "me.show-key",
    .summary = "show what is known of one of one's own keys",
    .scope = OA_SCOPE_NONE,
    .method = "GET",
    .path = "/v1/me/keys/{key}",
    .answers = "Key",
    .run = run_show,
    .remote = true,
    .parameters = OA_PARAMETERS{OA_P_KEY, OA_P_END}};

static oa_error *run_issue(oa_call *call, oa_json **result)
{
    const oa_user *user;
    OA_TRY(begin(call, &user));
    if (call->actor->key_id != 0) {
        return with_key(call);
    }
    call->target_id = user->id;
    call->target_name = user->email;
    call->org = call->org != 0 ? call->org : user->home_org_id;
    OA_TRY(oa_actor_may_act_on(call, call->user, call->org));
    return oa_key_issue(call, result);
}

const oa_operation oa_op_me_issue_key = {
    .name = "me.issue-key",
    .summary = "issue oneself a key; it is shown this once",
    .scope = OA_SCOPE_NONE,
    .changes = true,
    .method = "POST",
    .path = "/v1/me/keys",
    .answers = "NewKey",
    .renamed = "api:apis network:networks",
    .alone = "key",
    .run = run_issue,
    .remote = true,
    .status = 201,
    .parameters = OA_PARAMETERS{
        {"org", OA_TYPE_ORG, 0, "the organization that it is for, by id or slug; else one's home organization", NULL},
        OA_P_KEY_ISSUE,
        OA_P_END}};

static oa_error *run_rotate(oa_call *call, oa_json **result)
{
    const oa_stored_key *key;
    OA_TRY(own_key(call, &key));
    if (call->actor->key_id != 0 && (call->actor->key_id != key->id || oa_argument_given(call, "expires"))) {
        return with_key(call);
    }
    OA_TRY(oa_actor_may_act_on(call, key->account_id, key->org_id));
    return oa_key_rotate(call, result);
}

const oa_operation oa_op_me_rotate_key = {
    .name = "me.rotate-key",
    .summary = "make a key that replaces one of one's own, which retires some time after the new one is first used",
    .scope = OA_SCOPE_NONE,
    .changes = true,
    .method = "POST",
    .path = "/v1/me/keys/{key}/rotate",
    .answers = "NewKey",
    .alone = "key",
    .run = run_rotate,
    .remote = true,
    .status = 201,
    .parameters = OA_PARAMETERS{
        OA_P_KEY,
        OA_P_KEY_ROTATE,
        OA_P_END}};

static oa_error *run_revoke(oa_call *call, oa_json **result)
{
    const oa_stored_key *key;
    OA_TRY(own_key(call, &key));
    if (call->actor->key_id != 0 && call->actor->key_id != key->id) {
        return with_key(call);
    }
    return oa_key_end(call, result);
}

const oa_operation oa_op_me_revoke_key = {
    .name = "me.revoke-key",
    .summary = "revoke one of one's own keys: it is refused from the next request on",
    .scope = OA_SCOPE_NONE,
    .changes = true,
    .method = "DELETE",
    .path = "/v1/me/keys/{key}",
    .answers = "Key",
    .run = run_revoke,
    .remote = true,
    .parameters = OA_PARAMETERS{OA_P_KEY, OA_P_END}};

/* Where the site allows it, and to its owner, not to whoever has another key of the owner's. */
static oa_error *run_reveal(oa_call *call, oa_json **result)
{
    const oa_stored_key *key;
    OA_TRY(own_key(call, &key));
    return call->actor->key_id != 0 ? with_key(call) : oa_key_reveal(call, result);
}

const oa_operation oa_op_me_reveal_key = {
    .name = "me.reveal-key",
    .summary = "show one of one's own keys again, where the site allows it",
    .scope = OA_SCOPE_NONE,
    .changes = true,
    .method = "POST",
    .path = "/v1/me/keys/{key}/reveal",
    .answers = "NewKey",
    .alone = "key",
    .run = run_reveal,
    .remote = true,
    .parameters = OA_PARAMETERS{OA_P_KEY, OA_P_END}};
