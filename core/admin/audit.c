/* SPDX-License-Identifier: Apache-2.0 */
#include "core/admin/operations.h"
#include "core/base/csv.h"
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

static const char *text_of(const oa_call *call, const char *argument)
{
    const char *text = oa_argument(call, argument);
    return text != NULL ? text : "";
}

static oa_error *check_search(const oa_call *call, const char *search)
{
    int words = 0;
    for (const char *at = search + strspn(search, " "); *at != '\0'; at += strspn(at, " ")) {
        at += strcspn(at, " ");
        words++;
    }
    return words <= OA_AUDIT_SEARCH_WORDS ? NULL
                                          : oa_error_field(call->pool, "search", "%d words are searched for at most", OA_AUDIT_SEARCH_WORDS);
}

static oa_error *find(const oa_call *call, int64_t limit, apr_array_header_t **events, oa_id *next)
{
    const oa_audit_query query = {.org = call->org,
                                  .actor = text_of(call, "actor"),
                                  .target = text_of(call, "target"),
                                  .action = text_of(call, "action"),
                                  .search = text_of(call, "search"),
                                  .since = oa_argument_time(call, "since"),
                                  .until = oa_argument_time(call, "until"),
                                  .before = oa_argument_after(call),
                                  .limit = limit};
    OA_TRY(check_search(call, query.search));
    return oa_audit_list(call->db, &query, events, next, call->pool);
}

static oa_error *run_list(oa_call *call, oa_json **result)
{
    int64_t limit;
    oa_id next;
    apr_array_header_t *events;
    oa_json *items = oa_json_array(call->pool);
    OA_TRY(oa_argument_limit(call, &limit));
    OA_TRY(find(call, limit, &events, &next));
    for (int i = 0; i < events->nelts; i++) {
        oa_json_append(items, describe(call, APR_ARRAY_IDX(events, i, const oa_event *)));
    }
    *result = oa_page(call, items, next);
    return NULL;
}

#define FILTERS                                                                                                                                     \
    OA_P_ORG_OR_ALL,                                                                                                                                \
        {"actor", OA_TYPE_TEXT, OA_CLEARS, "only what this user did: id, e-mail, or name of an operating-system user", NULL},                     \
        {"target", OA_TYPE_TEXT, OA_CLEARS, "only what was done to this, alone or among others: id of any kind, e-mail or name", NULL},           \
        {"action", OA_TYPE_TEXT, OA_CLEARS, "only this operation, as user.ban, or all that begin so, as user or user.set*", NULL},                \
        {"search", OA_TYPE_TEXT, OA_CLEARS, "only where each of these words begins a part of the name of actor, target or operation", NULL},      \
        {"since", OA_TYPE_TIME, 0, "only from this time on, as 2026-11-23", NULL}, {"until", OA_TYPE_TIME, 0, "only before this time", NULL}

const oa_operation oa_op_audit_list = {
    .name = "audit.list",
    .summary = "list who did what to whom, newest first",
    .permission = "audit:view",
    .scope = OA_SCOPE_ORG,
    .method = "GET",
    .path = "/v1/orgs/{org}/audit /v1/audit",
    .columns = "at actor action target address",
    .answers = "Event*",
    .renamed = "search:q",
    .run = run_list,
    .parameters = OA_PARAMETERS{FILTERS, OA_P_LIMIT, OA_P_AFTER, OA_P_END}};

/* Export. */

static const char *const columns[] = {"id", "at", "actor_kind", "actor", "actor_id", "action", "target", "target_id", "org_id", "address", "detail"};
enum { COLUMNS = sizeof columns / sizeof *columns, EVENTS_AT_ONCE = 200 };

static const char *cell_of(const oa_json *event, const char *column, apr_pool_t *pool)
{
    const oa_json *value = oa_json_get(event, column);
    if (oa_json_type_of(value) == OA_JSON_OBJECT) {
        return oa_json_format(value, false, pool);
    }
    const char *text = oa_json_text(value);
    return oa_csv_guarded(text != NULL ? text : "", pool);
}

static const char *csv_line(const oa_json *event, apr_pool_t *pool)
{
    const char *cells[COLUMNS];
    for (int i = 0; i < COLUMNS; i++) {
        cells[i] = cell_of(event, columns[i], pool);
    }
    return oa_csv_line(cells, COLUMNS, pool);
}

static const char *json_line(const oa_json *event, apr_pool_t *pool)
{
    return apr_pstrcat(pool, oa_json_format(event, false, pool), "\n", NULL);
}

/* One page of the file; its head, where there is one, on the first. */
static oa_error *run_export(oa_call *call, oa_json **result)
{
    oa_id next;
    apr_array_header_t *events, *lines = apr_array_make(call->pool, EVENTS_AT_ONCE + 1, sizeof(const char *));
    const bool csv = strcmp(text_of(call, "format"), "csv") == 0;
    if (csv && !oa_argument_given(call, "after")) {
        APR_ARRAY_PUSH(lines, const char *) = oa_csv_line(columns, COLUMNS, call->pool);
    }
    OA_TRY(find(call, EVENTS_AT_ONCE, &events, &next));
    for (int i = 0; i < events->nelts; i++) {
        const oa_json *event = describe(call, APR_ARRAY_IDX(events, i, const oa_event *));
        APR_ARRAY_PUSH(lines, const char *) = csv ? csv_line(event, call->pool) : json_line(event, call->pool);
    }
    *result = oa_json_object(call->pool);
    oa_json_set_text(*result, "text", apr_array_pstrcat(call->pool, lines, '\0'));
    oa_json_set_text(*result, "next", next != 0 ? oa_cursor_format(next, call->pool) : NULL);
    return NULL;
}

const oa_operation oa_op_audit_export = {
    .name = "audit.export",
    .summary = "write the events that a list would show as JSON lines or CSV, all of them, newest first",
    .permission = "audit:view",
    .scope = OA_SCOPE_ORG,
    .method = "GET",
    .path = "/v1/orgs/{org}/audit.{format} /v1/audit.{format}",
    .answers = "EventExport",
    .renamed = "search:q",
    .gives = "application/x-ndjson text/csv",
    .run = run_export,
    .parameters = OA_PARAMETERS{
        FILTERS,
        {"format", OA_TYPE_CHOICE, 0, "the form of the file, else jsonl", "jsonl csv"},
        OA_P_AFTER, OA_P_END}};

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
