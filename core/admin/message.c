/* SPDX-License-Identifier: Apache-2.0 */
/*
 * API messages: the calls that keys made. Everybody sees the own ones, an organization's administrators those that were made in it and
 * no others, not even of the same user.
 */
#include "core/store/message.h"

#include "core/admin/argument.h"
#include "core/admin/operations.h"
#include "core/model/message.h"
#include "core/store/key.h"
#include "core/store/user.h"

enum { NOBODY = -1, STATUS_MIN = 100, STATUS_MAX = 599, CLASS = 100 };

static oa_json *describe(const oa_call *call, const oa_message *message)
{
    oa_json *object = oa_json_object(call->pool);
    oa_json_set_text(object, "id", oa_id_format(OA_KIND_MESSAGE, message->id, call->pool));
    oa_json_set_time(object, "at", message->at);
    oa_json_set_text(object, "method", message->method);
    oa_json_set_text(object, "path", message->path);
    oa_json_set_int(object, "status", message->status);
    oa_json_set_int(object, "duration_us", message->duration);
    oa_json_set_text(object, "org", message->org_slug);
    oa_json_set_text(object, "org_id", oa_id_format(OA_KIND_ORG, message->org_id, call->pool));
    oa_json_set_text(object, "user", message->email);
    oa_json_set_text(object, "user_id", oa_id_format(OA_KIND_USER, message->account_id, call->pool));
    oa_json_set_text(object, "key_name", message->key_name);
    oa_json_set_text(object, "key_id", oa_id_format(OA_KIND_KEY, message->key_id, call->pool));
    oa_json_set_text(object, "address", message->address);
    return object;
}

/* "404", or "4xx" for all that begin so. */
static bool parse_status(const char *text, oa_message_query *query)
{
    int digits = (int)strspn(text, "0123456789");
    int number = (int)strtol(text, NULL, 10);
    bool is_class = digits == 1 && strcmp(text + 1, "xx") == 0;
    query->status_from = is_class ? number * CLASS : number;
    query->status_to = is_class ? query->status_from + CLASS - 1 : number;
    return (is_class || (digits == 3 && text[3] == '\0')) && query->status_from >= STATUS_MIN && query->status_to <= STATUS_MAX;
}

static oa_error *read_filters(oa_call *call, oa_message_query *query)
{
    const char *status = oa_argument(call, "status");
    const char *path = oa_argument(call, "path");
    query->since = oa_argument_time(call, "since");
    query->until = oa_argument_time(call, "until");
    query->path = path != NULL ? path : "";
    query->before = oa_argument_after(call);
    if (status != NULL && !parse_status(status, query)) {
        return oa_error_field(call->pool, "status", "\"%s\" is no status: a number as 404, or a class as 4xx",
                              oa_quoted(status, call->pool));
    }
    return oa_argument_limit(call, &query->limit);
}

static oa_error *answer(oa_call *call, oa_message_query *query, oa_json **result)
{
    apr_array_header_t *messages;
    oa_id last = 0;
    oa_json *items = oa_json_array(call->pool);
    OA_TRY(read_filters(call, query));
    int64_t limit = query->limit++;
    OA_TRY(oa_message_list(call->db, query, &messages, call->pool));
    for (int i = 0; i < messages->nelts && i < limit; i++) {
        const oa_message *message = APR_ARRAY_IDX(messages, i, const oa_message *);
        oa_json_append(items, describe(call, message));
        last = message->id;
    }
    *result = oa_page(call, items, messages->nelts > limit ? last : 0);
    return NULL;
}

/* A key narrows to its user too, which an index finds. One that there is not has made no calls. */
static oa_error *filter_key(oa_call *call, oa_message_query *query)
{
    const oa_stored_key *key = NULL;
    const char *text = oa_argument(call, "key");
    if (text == NULL) {
        return NULL;
    }
    if (oa_id_parse(OA_KIND_KEY, text, &query->key)) {
        OA_TRY(oa_key_find(call->db, query->key, &key, call->pool));
    }
    query->account = key != NULL && (query->account == 0 || query->account == key->account_id) ? key->account_id : NOBODY;
    return NULL;
}

#define FILTERS                                                                                     \
    {"status", OA_TYPE_TEXT, 0, "only calls that were answered so: 404, or 4xx for a class", NULL}, \
    {"since", OA_TYPE_TIME, 0, "only from this time on, as 2026-11-23", NULL},                      \
    {"until", OA_TYPE_TIME, 0, "only before this time", NULL},                                      \
    {"path", OA_TYPE_TEXT, 0, "only paths that begin so, as they are shown", NULL},                 \
    OA_P_LIMIT, OA_P_AFTER, OA_P_END
#define KEY_FILTER {"key", OA_TYPE_KEY, OA_FILTER, "only calls made by this key, by id", NULL}

static oa_error *run_mine(oa_call *call, oa_json **result)
{
    const oa_user *user;
    oa_message_query query = {0};
    OA_TRY(oa_actor_account(call, &user));
    query.account = user->id;
    OA_TRY(filter_key(call, &query));
    return answer(call, &query, result);
}

const oa_operation oa_op_me_messages = {
    .name = "me.messages",
    .summary = "list one's own API messages: the calls that one's keys made, in all organizations, newest first",
    .scope = OA_SCOPE_NONE,
    .method = "GET",
    .path = "/v1/me/messages",
    .answers = "Message*",
    .run = run_mine,
    .remote = true,
    .parameters = OA_PARAMETERS{KEY_FILTER, FILTERS}};

static oa_error *run_of_user(oa_call *call, oa_json **result)
{
    oa_message_query query = {.org = call->org, .account = call->user};
    OA_TRY(filter_key(call, &query));
    return answer(call, &query, result);
}

const oa_operation oa_op_user_messages = {
    .name = "user.messages",
    .summary = "list a user's API messages: the calls that its keys made in the organization, newest first",
    .permission = "users:view",
    .scope = OA_SCOPE_ORG,
    .method = "GET",
    .path = "/v1/orgs/{org}/users/{user}/messages",
    .columns = "at method path status duration_us key_id address",
    .answers = "Message*",
    .run = run_of_user,
    .parameters = OA_PARAMETERS{OA_P_USER, OA_P_ORG_OF_USER, KEY_FILTER, FILTERS}};

/* Also who has left, and who came from above: what the list shows is the organization's anyway. */
static oa_error *filter_user(oa_call *call, oa_message_query *query)
{
    const oa_user *user = NULL;
    oa_id id;
    const char *text = oa_argument(call, "user");
    if (text == NULL) {
        return NULL;
    }
    OA_TRY(oa_id_parse(OA_KIND_USER, text, &id) ? oa_user_find(call->db, id, &user, call->pool)
                                                : oa_user_find_email(call->db, text, &user, call->pool));
    query->account = user != NULL ? user->id : NOBODY;
    return NULL;
}

static oa_error *run_of_org(oa_call *call, oa_json **result)
{
    oa_message_query query = {.org = call->org};
    OA_TRY(filter_user(call, &query));
    OA_TRY(filter_key(call, &query));
    return answer(call, &query, result);
}

const oa_operation oa_op_org_messages = {
    .name = "org.messages",
    .summary = "list an organization's API messages: the calls that keys made in it, newest first",
    .permission = "users:view",
    .scope = OA_SCOPE_ORG,
    .method = "GET",
    .path = "/v1/orgs/{org}/messages",
    .columns = "at user method path status duration_us address",
    .answers = "Message*",
    .run = run_of_org,
    .parameters = OA_PARAMETERS{
        {"org", OA_TYPE_ORG, OA_REQUIRED | OA_POSITIONAL, "the organization, by id or slug", NULL},
        {"user", OA_TYPE_USER, OA_FILTER, "only calls made by this user, by id or e-mail", NULL},
        KEY_FILTER, FILTERS}};
