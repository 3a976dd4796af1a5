/* SPDX-License-Identifier: Apache-2.0 */
#include "core/admin/import.h"
#include "core/admin/operations.h"
#include "core/admin/resolve.h"

#include <apr_strings.h>

typedef struct attachment {
    const oa_api *api;
    oa_id user;
} attachment;

typedef struct found_api {
    const oa_api *api;
    oa_error *error;
} found_api;

/* Once for all lines that name it. */
static oa_error *find_api(oa_import *import, oa_import_line *line, apr_hash_t *apis, const oa_api **api)
{
    const char *name = oa_import_value(import, line, "api");
    found_api *found = apr_hash_get(apis, name, APR_HASH_KEY_STRING);
    if (*name == '\0') {
        oa_import_fault(import, line, "api", OA_BECAUSE_MISSING, "a Web API is missing, here or as the argument api");
        return NULL;
    }
    if (found == NULL) {
        oa_call lasting = oa_import_lasting(import, apis);
        found = apr_pcalloc(lasting.pool, sizeof *found);
        found->error = oa_resolve_api(&lasting, lasting.org, name, &found->api);
        oa_import_remember(import, apis, name, found);
    }
    *api = found->api;
    return oa_import_note(import, line, "api", found->error);
}

static oa_error *judge(oa_import *import, oa_import_line *line, void *context)
{
    bool attached;
    oa_call *call = import->call;
    const oa_user *user;
    attachment plan = {NULL, 0};
    OA_TRY(find_api(import, line, context, &plan.api));
    oa_json_set_text(line->row, "api", plan.api != NULL ? plan.api->name : NULL);
    const char *email = oa_import_email(import, line, plan.api != NULL ? plan.api->name : "");
    if (oa_import_is_faulty(line)) {
        return NULL;
    }
    OA_TRY(oa_user_find_email(call->db, email, &user, call->pool));
    if (user == NULL) {
        oa_import_fault(import, line, "email", OA_BECAUSE_NO_ACCOUNT, "there is no account: create the user, or send an invitation");
        return NULL;
    }
    plan.user = user->id;
    OA_TRY(oa_api_is_attached(call->db, plan.api->id, plan.user, &attached));
    line->plan = attached ? NULL : apr_pmemdup(import->pool, &plan, sizeof plan);
    oa_import_settle(line, "attach", attached ? "unchanged" : "attach");
    return NULL;
}

static oa_error *apply(oa_import *import, oa_import_line *line, void *context)
{
    int64_t changed;
    const attachment *plan = line->plan;
    (void)context;
    oa_call_concerns(import->call, plan->api->id);
    oa_call_concerns(import->call, plan->user);
    return oa_api_attach(import->call->db, plan->api->id, plan->user, import->call->now, &changed);
}

/* The users that got a Web API, where they are few enough for an event. */
static void note_users(oa_call *call)
{
    const oa_import *import = call->prepared;
    oa_json *ids = oa_json_array(call->pool);
    for (int i = 0; i < import->lines->nelts; i++) {
        const oa_import_line *line = &APR_ARRAY_IDX(import->lines, i, oa_import_line);
        const attachment *plan = line->plan;
        if (plan != NULL && !oa_import_is_faulty(line)) {
            oa_json_append_text(ids, oa_id_format(OA_KIND_USER, plan->user, call->pool));
        }
    }
    if (oa_json_size(ids) <= OA_IMPORT_USERS_MAX) {
        oa_json_set(call->detail, "users", ids);
    }
}

/* Where neither `org` nor `api` says it (the local operator): that of the first Web API that is there, as for one that is attached. */
static oa_error *find_org(oa_call *call)
{
    oa_import *import = call->prepared;
    for (int i = 0; call->org == 0 && i < import->lines->nelts; i++) {
        const oa_api *api;
        const char *name = oa_import_cell(import, &APR_ARRAY_IDX(import->lines, i, oa_import_line), "api");
        oa_error *error = oa_resolve_api_anywhere(call, name, &api);
        if (error == NULL) {
            call->org = api->org_id;
        } else if (error->code != OA_NOT_FOUND) {
            return error;
        }
    }
    return call->org != 0 ? NULL : oa_error_field(call->pool, "org", "no line names a Web API that is there: name the organization with org");
}

static oa_error *run_import(oa_call *call, oa_json **result)
{
    static const oa_import_work steps = {judge, apply, "attach unchanged"};
    OA_TRY(find_org(call));
    OA_TRY(oa_import_do(call, &steps, apr_hash_make(call->pool), result));
    note_users(call);
    return NULL;
}

static oa_error *read_file(oa_call *call)
{
    static const char *const columns[] = {"email", "api", NULL};
    return oa_import_read(call, columns, false);
}

const oa_operation oa_op_api_import = {
    .name = "api.import",
    .summary = "attach Web APIs to many users from a CSV or .xlsx file",
    .permission = "users:edit",
    .scope = OA_SCOPE_ORG,
    .changes = true,
    .method = "POST",
    .path = "/v1/orgs/{org}/attachments",
    .columns = "line email api result detail",
    .answers = "Import",
    .accepts = OA_IMPORT_TYPES,
    .run = run_import,
    .before = read_file,
    .parameters = OA_PARAMETERS{
        OA_P_IMPORT_FILE,
        {"org", OA_TYPE_ORG, 0, "the organization that they belong to, by id or slug; else that of the first one named", NULL},
        {"api", OA_TYPE_API, 0, "the Web API of lines that name none, by id or name", NULL},
        OA_P_IMPORT_PARTIAL,
        OA_P_END}};
