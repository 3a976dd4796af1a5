/* SPDX-License-Identifier: Apache-2.0 */
#include "core/admin/argument.h"
#include "core/admin/extent.h"
#include "core/admin/import_user.h"
#include "core/admin/operations.h"
#include "core/admin/user.h"
#include "core/base/text.h"
#include "core/model/status.h"

#include <apr_strings.h>

enum { WORDS_MAX = 100 }; /* of a cell */

/* A role as lines name it, judged once for all of them. */
typedef struct named_role {
    const oa_role *role;
    oa_error *error;
} named_role;

typedef struct named_api {
    const oa_api *api;
    oa_error *error;
} named_api;

typedef struct work {
    oa_extent extent;  /* of the new members, but for their modules */
    apr_hash_t *roles; /* "role modules" -> named_role */
    apr_hash_t *apis;  /* name -> named_api */
    oa_error *may_attach;
    bool attach_judged;
    oa_json *users;       /* ids of those that were made or added */
    oa_json *invitations; /* ids of those that were sent */
} work;

/* What is decided of a line, until it is done. */
typedef struct decision {
    oa_id there;   /* the account that is added or invited; 0: to be made */
    oa_id expired; /* as in the plan */
    bool invites;
} decision;

typedef struct judging {
    oa_import *import;
    oa_import_line *line;
    work *work;
    oa_import_plan *plan;
    oa_call *call;
} judging;

static bool is_refusal(const oa_error *error)
{
    return error->code != OA_BUSY && error->code != OA_UNAVAILABLE && error->code != OA_FAILED;
}

/* The role, and whether the actor may grant it so (P4). */

static oa_error *judge_role(judging *j, const char *text, named_role *named)
{
    oa_extent extent = j->work->extent;
    extent.modules = j->plan->modules;
    oa_call lasting = oa_import_lasting(j->import, j->work->roles);
    OA_TRY(oa_resolve_role(&lasting, lasting.org, text, &named->role));
    return oa_extent_may_grant(&lasting, 0, lasting.org, named->role, &extent);
}

static oa_error *read_role(judging *j)
{
    const char *text = oa_import_value(j->import, j->line, "role");
    const char *key = apr_pstrcat(j->call->pool, text, "\n", j->plan->modules, NULL);
    named_role *named = apr_hash_get(j->work->roles, key, APR_HASH_KEY_STRING);
    if (*text == '\0') {
        oa_import_fault(j->import, j->line, "role", OA_BECAUSE_MISSING, "a role is missing, here or as the argument role");
        return NULL;
    }
    if (named == NULL) {
        named = apr_pcalloc(oa_import_lasting(j->import, j->work->roles).pool, sizeof *named);
        named->error = judge_role(j, text, named);
        if (named->error != NULL && !is_refusal(named->error)) {
            return named->error;
        }
        oa_import_remember(j->import, j->work->roles, key, named);
    }
    j->plan->role = named->role;
    j->plan->reach = j->work->extent.reach;
    return oa_import_note(j->import, j->line, "role", named->error);
}

/* The other columns. */

static void read_name(judging *j, const char *column, const char **name)
{
    const char *cell = oa_import_cell(j->import, j->line, column);
    *name = "";
    oa_error *error = *cell != '\0' ? oa_name_clean(column, cell, name, j->call->pool) : NULL;
    if (error != NULL) {
        oa_import_blame(j->import, j->line, column, error);
    }
}

static void read_kind(judging *j)
{
    const char *cell = oa_import_cell(j->import, j->line, "kind");
    bool system = strcmp(cell, "system") == 0;
    j->plan->user.kind = system ? OA_USER_SYSTEM : OA_USER_PERSON;
    if (!system && *cell != '\0' && strcmp(cell, "person") != 0) {
        oa_import_fault(j->import, j->line, "kind", OA_BECAUSE_NOT_A_KIND, "neither person nor system");
    }
}

/* As an argument of the type text: one line of limited length. */
static bool is_field_value(const char *text)
{
    size_t size = strlen(text);
    for (const char *c = text; *c != '\0'; c++) {
        if ((unsigned char)*c < 0x20 || *c == 0x7f) {
            return false;
        }
    }
    return size <= OA_TEXT_MAX;
}

static void read_fields(judging *j)
{
    int count = 0;
    oa_json *fields = oa_json_object(j->call->pool);
    for (int i = 0; i < j->import->columns->nelts; i++) {
        const char *column = APR_ARRAY_IDX(j->import->columns, i, const char *);
        const char *cell = j->line->cells[i];
        if (*cell == '\0' || strncmp(column, OA_IMPORT_FIELD, sizeof OA_IMPORT_FIELD - 1) != 0) {
            continue;
        }
        if (!is_field_value(cell)) {
            oa_import_fault(j->import, j->line, column, OA_BECAUSE_NOT_A_VALUE, "not one line of at most %d octets", OA_TEXT_MAX);
        } else if (++count > OA_USER_FIELDS_MAX) {
            oa_import_fault(j->import, j->line, column, OA_BECAUSE_TOO_MANY, "a user has at most %d further fields", OA_USER_FIELDS_MAX);
        }
        oa_json_set_text(fields, column + sizeof OA_IMPORT_FIELD - 1, cell);
    }
    j->plan->user.fields = oa_json_canonical(fields, j->call->pool);
}

static void read_modules(judging *j)
{
    apr_array_header_t *modules = oa_import_words(j->import, oa_import_cell(j->import, j->line, "modules"));
    const char *all = "";
    if (modules->nelts > WORDS_MAX) {
        oa_import_fault(j->import, j->line, "modules", OA_BECAUSE_TOO_MANY, "at most %d of them", WORDS_MAX);
    }
    for (int i = 0; i < modules->nelts && i < WORDS_MAX; i++) {
        const char *module = APR_ARRAY_IDX(modules, i, const char *);
        if (!oa_slug_is_valid(module)) {
            oa_import_fault(j->import, j->line, "modules", OA_BECAUSE_NOT_A_MODULE, "a module's name is 1 to 63 of a-z, 0-9 and -");
        } else if (!oa_words_have(all, module)) {
            all = apr_pstrcat(j->call->pool, all, *all != '\0' ? " " : "", module, NULL);
        }
    }
    j->plan->modules = all;
}

/* Attaching is users:edit, where the import itself is users:create. */
static oa_error *judge_attaching(judging *j)
{
    if (!j->work->attach_judged) {
        j->work->attach_judged = true;
        oa_call lasting = oa_import_lasting(j->import, NULL);
        j->work->may_attach = oa_actor_require(&lasting, lasting.org, "users:edit");
    }
    return oa_import_note(j->import, j->line, "apis", j->work->may_attach);
}

static oa_error *read_api(judging *j, const char *name)
{
    named_api *named = apr_hash_get(j->work->apis, name, APR_HASH_KEY_STRING);
    if (named == NULL) {
        oa_call lasting = oa_import_lasting(j->import, j->work->apis);
        named = apr_pcalloc(lasting.pool, sizeof *named);
        named->error = oa_resolve_api(&lasting, lasting.org, name, &named->api);
        oa_import_remember(j->import, j->work->apis, name, named);
    }
    if (named->error == NULL) {
        APR_ARRAY_PUSH(j->plan->apis, const oa_api *) = named->api;
    }
    return oa_import_note(j->import, j->line, "apis", named->error);
}

static oa_error *read_apis(judging *j)
{
    apr_array_header_t *names = oa_import_words(j->import, oa_import_cell(j->import, j->line, "apis"));
    j->plan->apis = apr_array_make(j->call->pool, names->nelts, sizeof(const oa_api *));
    if (names->nelts > 0) {
        OA_TRY(judge_attaching(j));
    }
    if (names->nelts > WORDS_MAX) {
        oa_import_fault(j->import, j->line, "apis", OA_BECAUSE_TOO_MANY, "at most %d of them", WORDS_MAX);
    }
    for (int i = 0; i < names->nelts && i < WORDS_MAX; i++) {
        OA_TRY(read_api(j, APR_ARRAY_IDX(names, i, const char *)));
    }
    return NULL;
}

/* Who is there already. */

static void expect(judging *j, const char *column, const char *wanted, const char *stored)
{
    if (*wanted != '\0' && strcmp(wanted, stored) != 0) {
        oa_import_fault(j->import, j->line, column, OA_BECAUSE_MEMBER_OTHERWISE, "the user is a member already, and has another one: an import changes nobody");
    }
}

typedef struct expected_fields {
    judging *judging;
    const oa_json *stored;
} expected_fields;

static bool expect_field(void *context, const char *name, const oa_json *value)
{
    const expected_fields *all = context;
    judging *j = all->judging;
    const char *stored = oa_json_get_text(all->stored, name);
    expect(j, apr_pstrcat(j->call->pool, OA_IMPORT_FIELD, name, NULL), oa_json_text(value), stored != NULL ? stored : "");
    return true;
}

/* An account's fields are its home organization's affair: elsewhere they are not even compared. */
static oa_error *expect_fields(judging *j)
{
    oa_json *wanted;
    oa_json *stored;
    oa_grants grants;
    OA_TRY(oa_json_parse(j->plan->user.fields, strlen(j->plan->user.fields), &wanted, j->call->pool));
    if (oa_json_size(wanted) == 0) {
        return NULL;
    }
    OA_TRY(oa_actor_grants(j->call, j->plan->there->home_org_id, &grants));
    OA_TRY(oa_json_parse(j->plan->there->fields, strlen(j->plan->there->fields), &stored, j->call->pool));
    expected_fields all = {j, grants.type != 0 ? stored : oa_json_object(j->call->pool)};
    oa_json_each(wanted, expect_field, &all);
    return NULL;
}

static oa_error *expect_apis(judging *j)
{
    bool attached;
    for (int i = 0; i < j->plan->apis->nelts; i++) {
        const oa_api *api = APR_ARRAY_IDX(j->plan->apis, i, const oa_api *);
        OA_TRY(oa_api_is_attached(j->call->db, api->id, j->plan->there->id, &attached));
        if (!attached) {
            oa_import_fault(j->import, j->line, "apis", OA_BECAUSE_MEMBER_UNATTACHED, "the user is a member already: attach \"%s\" with api import", api->name);
        }
    }
    return NULL;
}

static oa_error *expect_modules(judging *j, const char *stored)
{
    apr_array_header_t *modules = oa_import_words(j->import, j->plan->modules);
    for (int i = 0; i < modules->nelts; i++) {
        const char *module = APR_ARRAY_IDX(modules, i, const char *);
        expect(j, "modules", module, oa_words_have(stored, module) ? module : "");
    }
    return NULL;
}

/* A member who is all that the line says stays as it is; one who is not is no matter of an import. */
static oa_error *judge_member(judging *j, const oa_membership *membership, const char *action)
{
    oa_import_plan *p = j->plan;
    expect(j, "role", p->role->name, membership->role.name);
    if (strcmp(action, "create") == 0) {
        expect(j, "first_name", p->user.first_name, p->there->first_name);
        expect(j, "last_name", p->user.last_name, p->there->last_name);
        expect(j, "kind", *oa_import_cell(j->import, j->line, "kind") == '\0' || p->user.kind == p->there->kind ? "" : "other", "");
        OA_TRY(expect_fields(j));
    }
    OA_TRY(expect_modules(j, membership->modules));
    OA_TRY(expect_apis(j));
    oa_import_settle(j->line, action, "unchanged");
    return NULL;
}

/* By action. */

static void decide(judging *j)
{
    decision *made = apr_pcalloc(j->import->pool, sizeof *made);
    *made = (decision){j->plan->there != NULL ? j->plan->there->id : 0, j->plan->expired, j->plan->invites};
    j->line->plan = made;
}

static oa_error *go(judging *j, const char *action)
{
    oa_import_settle(j->line, action, action);
    decide(j);
    return NULL;
}

static oa_error *judge_create(judging *j)
{
    oa_import_plan *p = j->plan;
    if (p->there != NULL) {
        oa_import_fault(j->import, j->line, "email", OA_BECAUSE_ACCOUNT_ALREADY, "there is an account already: use the action add");
        return NULL;
    }
    OA_TRY(oa_import_note(j->import, j->line, "role", oa_user_require_fields(j->call, p->role, &p->user)));
    return go(j, "create");
}

static oa_error *judge_add(judging *j)
{
    oa_import_plan *p = j->plan;
    if (p->there == NULL) {
        oa_import_fault(j->import, j->line, "email", OA_BECAUSE_NO_ACCOUNT, "there is no account: use the action create or invite");
        return NULL;
    }
    OA_TRY(oa_import_note(j->import, j->line, "email", oa_actor_may_act_on(j->call, p->there->id, j->call->org)));
    OA_TRY(oa_import_note(j->import, j->line, "role", oa_user_require_fields(j->call, p->role, p->there)));
    return go(j, "add");
}

static oa_error *judge_invite(judging *j)
{
    OA_TRY(oa_import_judge_invitation(j->import, j->line, j->plan));
    if (j->plan->invites) {
        decide(j);
    }
    return NULL;
}

static const struct {
    const char *name;
    oa_error *(*judge)(judging *j);
} actions[] = {{"create", judge_create}, {"add", judge_add}, {"invite", judge_invite}};

static oa_error *judge_action(judging *j)
{
    const oa_membership *membership = NULL;
    const char *action = oa_import_value(j->import, j->line, "action");
    action = *action != '\0' ? action : "create";
    oa_json_set_text(j->line->row, "action", oa_quoted(action, j->call->pool));
    OA_TRY(oa_user_find_email(j->call->db, j->plan->user.email, &j->plan->there, j->call->pool));
    if (j->plan->there != NULL) {
        OA_TRY(oa_membership_find(j->call->db, j->plan->there->id, j->call->org, &membership, j->call->pool));
    }
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++) {
        if (strcmp(actions[i].name, action) == 0) {
            if (membership != NULL && membership->status != OA_MEMBERSHIP_REMOVED) {
                return judge_member(j, membership, action);
            }
            return actions[i].judge(j);
        }
    }
    oa_import_fault(j->import, j->line, "action", OA_BECAUSE_NOT_AN_ACTION, "none of create, add and invite");
    return NULL;
}

/* All that the line says, but for its e-mail and action. */
static oa_error *read_line(judging *j)
{
    read_name(j, "first_name", &j->plan->user.first_name);
    read_name(j, "last_name", &j->plan->user.last_name);
    read_kind(j);
    read_fields(j);
    read_modules(j);
    OA_TRY(read_role(j));
    return read_apis(j);
}

static oa_error *judge(oa_import *import, oa_import_line *line, void *context)
{
    oa_import_plan plan = {.invites = false};
    judging j = {import, line, context, &plan, import->call};
    plan.user.email = oa_import_email(import, line, "");
    OA_TRY(read_line(&j));
    return oa_import_is_faulty(line) ? NULL : judge_action(&j);
}

/* Applying. */

static oa_error *grant(oa_call *call, const oa_import_plan *p, oa_id account)
{
    int64_t changed;
    const oa_extent extent = {p->modules, p->reach, apr_array_make(call->pool, 0, sizeof(oa_id))};
    OA_TRY(oa_extent_join(call, account, call->org, p->role->id, &extent));
    for (int i = 0; i < p->apis->nelts; i++) {
        const oa_api *api = APR_ARRAY_IDX(p->apis, i, const oa_api *);
        OA_TRY(oa_api_attach(call->db, api->id, account, call->now, &changed));
        oa_call_concerns(call, api->id);
    }
    return NULL;
}

static oa_error *invite(judging *j, oa_json *ids)
{
    oa_id invitation;
    OA_TRY(oa_import_invite(j->import, j->line, j->plan, &invitation));
    oa_call_concerns(j->call, invitation);
    oa_json_append_text(ids, oa_id_format(OA_KIND_INVITATION, invitation, j->call->pool));
    return NULL;
}

static oa_error *join(judging *j, oa_id there, oa_json *ids)
{
    oa_user *user = &j->plan->user;
    user->id = there != 0 ? there : oa_id_make(j->call->now);
    user->home_org_id = j->call->org;
    user->created_at = j->call->now;
    if (there == 0) {
        OA_TRY(oa_user_insert(j->call->db, user));
    }
    OA_TRY(grant(j->call, j->plan, user->id));
    oa_call_concerns(j->call, user->id);
    oa_json_append_text(ids, oa_id_format(OA_KIND_USER, user->id, j->call->pool));
    return NULL;
}

static oa_error *apply(oa_import *import, oa_import_line *line, void *context)
{
    work *w = context;
    const decision *made = line->plan;
    oa_call *call = import->call;
    oa_import_plan plan = {.invites = made->invites, .expired = made->expired};
    judging j = {import, line, context, &plan, call};
    plan.user.email = oa_json_get_text(line->row, "email");
    OA_TRY(read_line(&j)); /* once more: what it says is not kept */
    return plan.invites ? invite(&j, w->invitations) : join(&j, made->there, w->users);
}

static void tell(const oa_call *call, const char *member, oa_json *ids)
{
    if (oa_json_size(ids) <= OA_IMPORT_USERS_MAX) {
        oa_json_set(call->detail, member, ids);
    }
}

static oa_error *run_import(oa_call *call, oa_json **result)
{
    static const oa_import_work steps = {judge, apply, "create add invite unchanged"};
    work w = {.roles = apr_hash_make(call->pool), .apis = apr_hash_make(call->pool)};
    OA_TRY(oa_extent_read(call, &w.extent));
    w.users = oa_json_array(call->pool);
    w.invitations = oa_json_array(call->pool);
    OA_TRY(oa_import_do(call, &steps, &w, result));
    tell(call, "users", w.users);
    tell(call, "invitations", w.invitations);
    return NULL;
}

static oa_error *read_file(oa_call *call)
{
    static const char *const columns[] = {"email", "first_name", "last_name", "role", "action", "kind", "modules", "apis", NULL};
    return oa_import_read(call, columns, true);
}

const oa_operation oa_op_user_import = {
    .name = "user.import",
    .summary = "create, add or invite many users from a CSV or .xlsx file",
    .permission = "users:create",
    .scope = OA_SCOPE_ORG,
    .changes = true,
    .method = "POST",
    .path = "/v1/orgs/{org}/imports",
    .columns = "line email action result detail",
    .answers = "Import",
    .accepts = OA_IMPORT_TYPES,
    .run = run_import,
    .before = read_file,
    .parameters = OA_PARAMETERS{
        OA_P_IMPORT_FILE,
        OA_P_ORG,
        {"role", OA_TYPE_ROLE, 0, "the role of lines that name none, by id or exact name", NULL},
        {"action", OA_TYPE_CHOICE, 0, "what to do with lines that say nothing, else create", "create add invite"},
        OA_P_IMPORT_PARTIAL,
        OA_P_END}};
