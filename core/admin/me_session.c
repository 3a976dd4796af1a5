/* SPDX-License-Identifier: Apache-2.0 */
/* One's own sessions. */
#include "core/admin/argument.h"
#include "core/admin/operations.h"
#include "core/admin/user.h"
#include "core/store/session.h"

static oa_json *describe(oa_call *call, const oa_session *session)
{
    oa_json *object = oa_json_object(call->pool);
    oa_json_set_text(object, "id", oa_id_format(OA_KIND_SESSION, session->id, call->pool));
    oa_json_set_bool(object, "current", session->id == call->actor->session_id);
    oa_json_set_text(object, "address", session->address);
    oa_json_set_text(object, "agent", session->agent);
    oa_json_set_time(object, "created_at", session->created_at);
    oa_json_set_time(object, "last_seen_at", session->last_seen_at);
    oa_json_set_time(object, "expires_at", session->expires_at);
    return object;
}

static oa_error *run_list(oa_call *call, oa_json **result)
{
    const oa_user *user;
    int64_t limit;
    apr_array_header_t *sessions;
    oa_id last = 0;
    oa_json *items = oa_json_array(call->pool);
    OA_TRY(oa_actor_account(call, &user));
    OA_TRY(oa_argument_limit(call, &limit));
    OA_TRY(oa_session_list(call->db, user->id, call->now, call->now - call->settings.session_lifetime,
                           call->now - call->settings.session_idle, oa_argument_after(call), limit + 1, &sessions,
                           call->pool));
    for (int i = 0; i < sessions->nelts && i < limit; i++) {
        const oa_session *session = APR_ARRAY_IDX(sessions, i, const oa_session *);
        oa_json_append(items, describe(call, session));
        last = session->id;
    }
    *result = oa_page(call, items, sessions->nelts > limit ? last : 0);
    return NULL;
}

const oa_operation oa_op_me_sessions = {
    .name = "me.sessions",
    .summary = "list one's own sessions",
    .scope = OA_SCOPE_NONE,
    .method = "GET",
    .path = "/v1/me/sessions",
    .answers = "Session*",
    .run = run_list,
    .remote = true,
    .parameters = OA_PARAMETERS{OA_P_LIMIT, OA_P_AFTER, OA_P_END}};

static oa_error *run_end(oa_call *call, oa_json **result)
{
    const oa_user *user;
    const char *text = oa_argument(call, "session");
    oa_id id = 0;
    int64_t ended = 0;
    OA_TRY(oa_actor_account(call, &user));
    if (oa_id_parse(OA_KIND_SESSION, text, &id)) {
        OA_TRY(oa_session_end(call->db, user->id, id, &ended));
    }
    if (ended == 0) {
        oa_error *error = oa_error_make(call->pool, OA_NOT_FOUND, "you have no session \"%s\"", oa_quoted(text, call->pool));
        error->field = "session";
        return error;
    }
    call->event_org = user->home_org_id;
    call->target_id = user->id;
    call->target_name = user->email;
    *result = oa_json_object(call->pool);
    oa_json_set_text(*result, "id", text);
    if (id == call->actor->session_id && !call->dry_run) {
        oa_json_set_text(*result, "token", NULL);
    }
    return NULL;
}

const oa_operation oa_op_me_end_session = {
    .name = "me.end-session",
    .summary = "end one of one's own sessions",
    .scope = OA_SCOPE_NONE,
    .changes = true,
    .method = "DELETE",
    .path = "/v1/me/sessions/{session}",
    .answers = "EndedSession",
    .run = run_end,
    .remote = true,
    .status = 204,
    .cookie = "token",
    .parameters = OA_PARAMETERS{
        {"session", OA_TYPE_TEXT, OA_REQUIRED, "the session, by id", NULL},
        OA_P_END}};
