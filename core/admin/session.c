/* SPDX-License-Identifier: Apache-2.0 */
/* Log-in and log-out. */
#include "core/admin/operations.h"
#include "core/admin/password.h"
#include "core/admin/user.h"
#include "core/base/text.h"
#include "core/base/token.h"
#include "core/model/status.h"
#include "core/store/session.h"

#include <apr_strings.h>

enum { AGENT_MAX = 200 };

static oa_error *before_create(oa_call *call)
{
    return oa_call_login(call, oa_argument(call, "email"), oa_argument(call, "password"));
}

/* What a client says of itself, fit to be stored and shown. */
static const char *agent_of(const oa_call *call)
{
    const char *said = call->actor->agent != NULL ? call->actor->agent : "";
    size_t size = strnlen(said, AGENT_MAX);
    char *agent = apr_palloc(call->pool, 3 * size + 1);
    oa_text_repair(said, size, agent);
    for (char *c = agent; *c != '\0'; c++) {
        *c = (unsigned char)*c < 0x20 || *c == 0x7f ? ' ' : *c;
    }
    return agent;
}

static oa_error *begin_session(oa_call *call, oa_id account, const oa_session **session, const char **token)
{
    unsigned char digest[OA_DIGEST_SIZE];
    oa_session *row = apr_pcalloc(call->pool, sizeof *row);
    int64_t ended;
    *token = oa_token_make(call->pool);
    oa_token_digest_at(oa_store_subkey(call->store, OA_SUBKEY_SESSION), call->actor->site, *token, OA_TOKEN_LENGTH, digest);
    *row = (oa_session){.id = oa_id_make(call->now),
                        .account_id = account,
                        .address = call->actor->address != NULL ? call->actor->address : "",
                        .agent = agent_of(call),
                        .created_at = call->now,
                        .expires_at = call->now + call->settings.session_lifetime};
    *session = row;
    if (call->actor->session_id != 0) { /* who logs in again leaves the session that the browser had */
        OA_TRY(oa_session_end(call->db, call->actor->user_id, call->actor->session_id, &ended));
    }
    return oa_session_insert(call->db, row, digest);
}

static oa_error *run_create(oa_call *call, oa_json **result)
{
    const oa_user *user;
    const oa_session *session;
    const char *token;
    OA_TRY(oa_login_account(call, &user));
    OA_TRY(begin_session(call, user->id, &session, &token));
    call->event_org = user->home_org_id;
    call->target_id = user->id;
    call->target_name = user->email;
    oa_json_set_text(call->detail, "session_id", oa_id_format(OA_KIND_SESSION, session->id, call->pool));
    *result = oa_json_object(call->pool);
    oa_json_set_text(*result, "id", oa_id_format(OA_KIND_SESSION, session->id, call->pool));
    oa_json_set_text(*result, "user_id", oa_id_format(OA_KIND_USER, user->id, call->pool));
    oa_json_set_text(*result, "email", user->email);
    oa_json_set_time(*result, "created_at", session->created_at);
    oa_json_set_time(*result, "expires_at", session->expires_at);
    if (!call->dry_run) {
        oa_json_set_text(*result, "token", token);
    }
    return NULL;
}

const oa_operation oa_op_session_create = {
    .name = "session.create",
    .summary = "log in: begin a session, whose token becomes a cookie",
    .scope = OA_SCOPE_PUBLIC,
    .changes = true,
    .method = "POST",
    .path = "/v1/sessions",
    .answers = "NewSession",
    .run = run_create,
    .before = before_create,
    .remote = true,
    .status = 201,
    .cookie = "token",
    .parameters = OA_PARAMETERS{
        {"email", OA_TYPE_TEXT, OA_REQUIRED, "the user's e-mail address", NULL},
        {"password", OA_TYPE_SECRET, OA_REQUIRED, "the user's password", NULL},
        OA_P_END}};

static oa_error *run_end(oa_call *call, oa_json **result)
{
    const oa_user *user;
    int64_t ended;
    OA_TRY(oa_actor_account(call, &user));
    if (call->actor->session_id == 0) {
        return oa_error_make(call->pool, OA_CONFLICT, "this request came with no session: there is nothing to log out of");
    }
    OA_TRY(oa_session_end(call->db, user->id, call->actor->session_id, &ended));
    call->event_org = user->home_org_id;
    call->target_id = user->id;
    call->target_name = user->email;
    oa_json_set_text(call->detail, "session_id", oa_id_format(OA_KIND_SESSION, call->actor->session_id, call->pool));
    *result = oa_json_object(call->pool);
    if (!call->dry_run) {
        oa_json_set_text(*result, "token", NULL);
    }
    return NULL;
}

const oa_operation oa_op_session_end = {
    .name = "session.end",
    .summary = "log out: end the session that the request came with",
    .scope = OA_SCOPE_NONE,
    .changes = true,
    .method = "DELETE",
    .path = "/v1/sessions",
    .answers = "EndedSession",
    .run = run_end,
    .remote = true,
    .status = 204,
    .cookie = "token",
    .parameters = OA_PARAMETERS{OA_P_END}};
