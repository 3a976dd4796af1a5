/* SPDX-License-Identifier: Apache-2.0 */
/* A new password by a link that came by mail. It lifts no lock: who is DENIED, BANNED or INACTIVE needs an administrator. */
#include "core/admin/link.h"
#include "core/admin/operations.h"
#include "core/admin/password.h"
#include "core/admin/user.h"
#include "core/model/status.h"
#include "core/store/link.h"

/* Links of one account at a time, so that nobody's mailbox is flooded. The milliseconds that every answer takes, or a multiple of them. */
enum { LINKS_MAX = 3, PACE = 100 };

static oa_error *stale(oa_call *call)
{
    return oa_error_because(OA_BECAUSE_LINK_OVER,
                            oa_error_make(call->pool, OA_NOT_FOUND,
                                          "the link does not hold any more: it was used, replaced or has expired: ask for a new one"));
}

static bool may_reset(const oa_user *user)
{
    return user != NULL && user->status == OA_ACCOUNT_VALIDATED && user->kind == OA_USER_PERSON;
}

static oa_error *mail_link(oa_call *call, const oa_user *user, oa_made_link *link)
{
    oa_json *facts = oa_json_object(call->pool);
    oa_time expires_at = call->now + call->settings.reset_valid_for;
    oa_json_set_text(facts, "address", call->actor->address);
    oa_json_set_time(facts, "expires_at", expires_at);
    oa_link_make(call, "password-resets", link);
    OA_TRY(oa_link_mail(call, "reset", user->email, facts, link));
    return oa_link_insert(call->db, link->digest, OA_LINK_RESET, user->id, call->now, expires_at);
}

/* Whoever asks hears the same, whether there is such an account or not. */
static oa_error *run_request(oa_call *call, oa_json **result)
{
    const oa_user *user;
    int64_t live = 0;
    oa_made_link link;
    OA_TRY(oa_user_find_email(call->db, oa_argument(call, "email"), &user, call->pool));
    if (user != NULL) {
        call->event_org = user->home_org_id;
        call->target_id = user->id;
        call->target_name = user->email;
        OA_TRY(oa_link_count(call->db, user->id, OA_LINK_RESET, call->now, &live));
    }
    bool sent = may_reset(user) && live < LINKS_MAX;
    if (sent) {
        OA_TRY(mail_link(call, user, &link));
    }
    oa_json_set_text(call->detail, "mail", sent ? link.mail : "none");
    *result = oa_json_object(call->pool);
    oa_json_set_bool(*result, "accepted", true);
    return NULL;
}

const oa_operation oa_op_reset_request = {
    .name = "reset.request",
    .summary = "ask for a link by which a user's password can be set anew; it is mailed to the user",
    .scope = OA_SCOPE_PUBLIC,
    .changes = true,
    .method = "POST",
    .path = "/v1/password-resets",
    .answers = "Accepted",
    .run = run_request,
    .before = oa_call_strike,
    .remote = true,
    .pace = PACE,
    .status = 202,
    .parameters = OA_PARAMETERS{
        {"email", OA_TYPE_EMAIL, OA_REQUIRED, "the user's e-mail address", NULL},
        OA_P_END}};

/* No hash is computed for a link that does not hold. Whether it does is judged again within the transaction. */
static oa_error *before_set(oa_call *call)
{
    unsigned char digest[OA_DIGEST_SIZE];
    oa_id account = 0;
    oa_db *db;
    if (!oa_link_digest(call, oa_argument(call, "token"), digest)) {
        return stale(call);
    }
    OA_TRY(oa_store_take(call->store, OA_DB_LOOKUP, &db, call->pool));
    oa_error *error = oa_link_find(db, digest, OA_LINK_RESET, call->now, &account);
    oa_store_give(call->store, db);
    OA_TRY(error);
    return account != 0 ? oa_password_prepare(call) : stale(call);
}

static oa_error *run_set(oa_call *call, oa_json **result)
{
    unsigned char digest[OA_DIGEST_SIZE];
    oa_id account = 0;
    const oa_user *user = NULL;
    if (oa_link_digest(call, oa_argument(call, "token"), digest)) {
        OA_TRY(oa_link_use(call->db, digest, OA_LINK_RESET, call->now, &account));
    }
    if (account != 0) {
        OA_TRY(oa_user_find(call->db, account, &user, call->pool));
    }
    if (!may_reset(user)) {
        return stale(call);
    }
    OA_TRY(oa_password_set(call, user, 0));
    call->event_org = user->home_org_id;
    call->target_id = user->id;
    call->target_name = user->email;
    *result = oa_json_object(call->pool);
    oa_json_set_text(*result, "email", user->email);
    return NULL;
}

const oa_operation oa_op_reset_set = {
    .name = "reset.set",
    .summary = "set a user's password by a mailed link, which is used up; ends the user's sessions",
    .scope = OA_SCOPE_PUBLIC,
    .changes = true,
    .method = "POST",
    .path = "/v1/password-resets/{token}",
    .answers = "ResetDone",
    .run = run_set,
    .before = before_set,
    .remote = true,
    .parameters = OA_PARAMETERS{
        {"token", OA_TYPE_SECRET, OA_REQUIRED, "the token of the link", NULL},
        {"password", OA_TYPE_SECRET, OA_REQUIRED, "the new password", NULL},
        OA_P_END}};

static oa_error *run_send(oa_call *call, oa_json **result)
{
    const oa_user *user;
    oa_made_link link;
    OA_TRY(oa_link_may_print(call));
    OA_TRY(oa_call_user(call, &user));
    OA_TRY(oa_actor_may_act_on_account(call, user->id, user->home_org_id, false));
    if (!may_reset(user)) {
        return oa_error_make(call->pool, OA_CONFLICT,
                             user->kind != OA_USER_PERSON ? "\"%s\" is a system user, which no mail reaches: set the password"
                                                          : "\"%s\" is locked: validate the account first",
                             user->email);
    }
    OA_TRY(mail_link(call, user, &link));
    OA_TRY(oa_user_answer(call, result));
    oa_link_tell(call, &link, *result);
    return NULL;
}

const oa_operation oa_op_user_send_reset = {
    .name = "user.send-reset",
    .summary = "mail a user a link by which to set a new password",
    .permission = "users:edit",
    .scope = OA_SCOPE_HOME,
    .changes = true,
    .method = "POST",
    .path = "/v1/orgs/{org}/users/{user}/send-reset",
    .answers = "UserWithMail",
    .columns = "id email mail link",
    .run = run_send,
    .parameters = OA_PARAMETERS{OA_P_USER, OA_P_ORG_OF_USER, OA_P_PRINT_LINK, OA_P_END}};
