/* SPDX-License-Identifier: Apache-2.0 */
#include "core/admin/operations.h"
#include "core/store/audit_list.h"

#include <apr_strings.h>

/* What kind of thing an action's target is, by its noun. */
static const struct {
    const char *noun;
    oa_kind kind;
} target_kinds[] = {{"org.", OA_KIND_ORG}, {"user.", OA_KIND_USER}, {"key.", OA_KIND_KEY},
                    {"api.", OA_KIND_API}, {"role.", OA_KIND_ROLE}};
enum { TARGET_KINDS = sizeof(target_kinds) / sizeof(target_kinds[0]) };

static const char *target_id(const oa_call *call, const oa_event *event)
{
    for (size_t i = 0; i < TARGET_KINDS; i++) {
        if (strncmp(event->action, target_kinds[i].noun, strlen(target_kinds[i].noun)) == 0) {
            return oa_id_format(target_kinds[i].kind, event->target_id, call->pool);
        }
    }
    return NULL;
}

static oa_json *detail_of(const oa_call *call, const oa_event *event)
{
    oa_json *detail;
    oa_error *error = oa_json_parse(event->detail, strlen(event->detail), &detail, call->pool);
    return error == NULL ? detail : oa_json_object(call->pool);
}

static oa_json *describe(const oa_call *call, const oa_event *event)
{
    oa_json *object = oa_json_object(call->pool);
    oa_json_set_text(object, "id", oa_id_format(OA_KIND_EVENT, event->id, call->pool));
    oa_json_set_time(object, "at", event->at);
    oa_json_set_text(object, "actor_kind", event->actor_kind);
    oa_json_set_text(object, "actor", event->actor_name);
    oa_json_set_text(object, "actor_id", oa_id_format(OA_KIND_USER, event->actor_id, call->pool));
    oa_json_set_text(object, "action", event->action);
    oa_json_set_text(object, "target", event->target_name);
    oa_json_set_text(object, "target_id", target_id(call, event));
    oa_json_set_text(object, "org_id", oa_id_format(OA_KIND_ORG, event->org_id, call->pool));
    oa_json_set_text(object, "address", event->address);
    oa_json_set(object, "detail", detail_of(call, event));
    return object;
}

/* An id of any kind, else a name. */
static void filter(const oa_call *call, const char *argument, oa_id *id, const char **name)
{
    const char *text = oa_argument(call, argument);
    *id = 0;
    *name = text != NULL ? text : "";
    for (size_t i = 0; i < TARGET_KINDS && text != NULL; i++) {
        if (oa_id_parse(target_kinds[i].kind, text, id)) {
            *name = "";
            return;
        }
    }
}

static oa_error *run_list(oa_call *call, oa_json **result)
{
    const char *action = oa_argument(call, "action");
    apr_array_header_t *events;
    oa_id last = 0;
    oa_json *items = oa_json_array(call->pool);
    oa_audit_query query = {.org = call->org, .action = action != NULL ? action : "",
                            .since = oa_argument_time(call, "since"), .until = oa_argument_time(call, "until"),
                            .before = oa_argument_after(call)};
    filter(call, "actor", &query.actor_id, &query.actor_name);
    filter(call, "target", &query.target_id, &query.target_name);
    OA_TRY(oa_argument_limit(call, &query.limit));
    int64_t limit = query.limit++;
    OA_TRY(oa_audit_list(call->db, &query, &events, call->pool));
    for (int i = 0; i < events->nelts && i < limit; i++) {
        const oa_event *event = APR_ARRAY_IDX(events, i, const oa_event *);
        oa_json_append(items, describe(call, event));
        last = event->id;
    }
    *result = oa_page(call, items, events->nelts > limit ? last : 0);
    return NULL;
}

const oa_operation oa_op_audit_list = {
    .name = "audit.list",
    .summary = "list who did what to whom, newest first",
    .permission = "audit:view",
    .scope = OA_SCOPE_ORG,
    .method = "GET",
    .path = "/v1/orgs/{org}/audit /v1/audit",
    .columns = "at actor action target address",
    .answers = "Event*",
    .run = run_list,
    .parameters = OA_PARAMETERS{
        OA_P_ORG_OR_ALL,
        {"actor", OA_TYPE_TEXT, 0, "only what this user did: id, e-mail, or name of an operating-system user", NULL},
        {"target", OA_TYPE_TEXT, 0, "only what was done to this: id of any kind, e-mail or name", NULL},
        {"action", OA_TYPE_TEXT, 0, "only this operation, as user.ban", NULL},
        {"since", OA_TYPE_TIME, 0, "only from this time on, as 2026-11-23", NULL},
        {"until", OA_TYPE_TIME, 0, "only before this time", NULL},
        OA_P_LIMIT, OA_P_AFTER, OA_P_END}};

/* On a connection of its own: the walk has its own transaction. */
static oa_error *verify(oa_call *call, int64_t *count, oa_id *broken)
{
    oa_db *db;
    OA_TRY(oa_store_take(call->store, OA_DB_ADMIN, &db, call->pool));
    oa_error *error =
        oa_audit_verify(db, oa_store_subkey(call->store, OA_SUBKEY_AUDIT), count, broken, call->pool);
    oa_store_give(call->store, db);
    return error;
}

static oa_error *run_verify(oa_call *call, oa_json **result)
{
    int64_t count;
    oa_id broken;
    OA_TRY(verify(call, &count, &broken));
    if (broken != 0) {
        return oa_error_make(call->pool, OA_FAILED,
                             "the audit trail is broken: event %s does not follow from the one before (%" PRId64
                             " events seen); compare with a backup",
                             oa_id_format(OA_KIND_EVENT, broken, call->pool), count);
    }
    *result = oa_json_object(call->pool);
    oa_json_set_bool(*result, "sound", true);
    oa_json_set_int(*result, "events", count);
    return NULL;
}

const oa_operation oa_op_audit_verify = {
    .name = "audit.verify",
    .summary = "check that no event of the audit trail was changed, removed or inserted",
    .scope = OA_SCOPE_SITE,
    .answers = "Proof",
    .run = run_verify,
    .parameters = OA_PARAMETERS{OA_P_END}};
