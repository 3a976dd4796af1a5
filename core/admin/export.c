/* SPDX-License-Identifier: Apache-2.0 */
/* The users of an organization as CSV that user.import reads back. */
#include "core/admin/import.h"
#include "core/admin/operations.h"
#include "core/admin/user.h"
#include "core/base/csv.h"
#include "core/store/user_list.h"

#include <apr_strings.h>

typedef struct export {
    oa_call *call;
    apr_array_header_t *columns; /* const char * */
    apr_hash_t *homes;           /* of oa_user_at_home */
    char *text;
    size_t size, room;
    int64_t users;
} export;

typedef oa_error *page_taker(export *e, const oa_member *member, apr_pool_t *scratch);

/* Goes through all users that the arguments ask for, a page of memory at a time. */
static oa_error *each_user(export *e, page_taker *take)
{
    oa_listed_query query = {0};
    apr_array_header_t *members;
    apr_pool_t *scratch;
    OA_TRY(oa_user_read_query(e->call, &query));
    query.limit = OA_PAGE_MAX;
    apr_pool_create(&scratch, e->call->pool);
    do {
        apr_pool_clear(scratch);
        OA_TRY(oa_user_list(e->call->db, &query, &members, scratch));
        for (int i = 0; i < members->nelts; i++) {
            const oa_member *member = APR_ARRAY_IDX(members, i, const oa_member *);
            OA_TRY(take(e, member, scratch));
            query.after = member->user.id;
        }
    } while (members->nelts == OA_PAGE_MAX);
    apr_pool_destroy(scratch);
    return NULL;
}

/* Fields are the home organization's affair, as in user.show. */
static oa_error *fields_of(export *e, const oa_user *user, oa_json **fields, apr_pool_t *scratch)
{
    bool stands;
    OA_TRY(oa_user_at_home(e->call, e->homes, user->home_org_id, &stands));
    const char *text = stands ? user->fields : "{}";
    return oa_json_parse(text, strlen(text), fields, scratch);
}

/* The columns: the fixed ones, and those fields that any user has. */

static const char *const fixed[] = {"email", "first_name", "last_name", "role", "kind"};
enum { FIXED = sizeof fixed / sizeof *fixed };

static bool add_field(void *context, const char *name, const oa_json *value)
{
    export *e = context;
    (void)value;
    for (int i = FIXED; i < e->columns->nelts; i++) {
        if (strcmp(APR_ARRAY_IDX(e->columns, i, const char *) + sizeof OA_IMPORT_FIELD - 1, name) == 0) {
            return true;
        }
    }
    APR_ARRAY_PUSH(e->columns, const char *) = apr_pstrcat(e->call->pool, OA_IMPORT_FIELD, name, NULL);
    return e->columns->nelts < OA_IMPORT_COLUMNS_MAX;
}

static oa_error *note_fields(export *e, const oa_member *member, apr_pool_t *scratch)
{
    oa_json *fields;
    if (strcmp(member->user.fields, "{}") != 0) {
        OA_TRY(fields_of(e, &member->user, &fields, scratch));
        oa_json_each(fields, add_field, e);
    }
    return NULL;
}

static oa_error *choose_columns(export *e)
{
    const oa_json *chosen = oa_argument_list(e->call, "column");
    for (size_t i = 0; i < oa_json_size(chosen); i++) {
        APR_ARRAY_PUSH(e->columns, const char *) = oa_json_text(oa_json_at(chosen, i));
    }
    if (chosen != NULL) {
        return NULL;
    }
    for (int i = 0; i < FIXED; i++) {
        APR_ARRAY_PUSH(e->columns, const char *) = fixed[i];
    }
    return each_user(e, note_fields);
}

/* The lines. */

static void append(export *e, const char *line)
{
    size_t size = strlen(line);
    if (e->size + size >= e->room) {
        e->room = 2 * (e->room + size);
        char *larger = apr_palloc(e->call->pool, e->room);
        memcpy(larger, e->text, e->size);
        e->text = larger;
    }
    memcpy(e->text + e->size, line, size + 1);
    e->size += size;
}

static const char *cell_of(const oa_member *member, const oa_json *fields, const char *column)
{
    const oa_user *user = &member->user;
    const char *const values[FIXED] = {user->email, user->first_name, user->last_name, member->membership.role.name,
                                       user->kind == OA_USER_SYSTEM ? "system" : "person"};
    for (int i = 0; i < FIXED; i++) {
        if (strcmp(fixed[i], column) == 0) {
            return values[i];
        }
    }
    const char *text = oa_json_get_text(fields, column + sizeof OA_IMPORT_FIELD - 1);
    return text != NULL ? text : "";
}

static oa_error *write_user(export *e, const oa_member *member, apr_pool_t *scratch)
{
    oa_json *fields;
    const char *cells[OA_IMPORT_COLUMNS_MAX];
    OA_TRY(fields_of(e, &member->user, &fields, scratch));
    for (int i = 0; i < e->columns->nelts; i++) {
        const char *column = APR_ARRAY_IDX(e->columns, i, const char *);
        cells[i] = oa_csv_guarded(cell_of(member, fields, column), scratch);
    }
    append(e, oa_csv_line(cells, e->columns->nelts, scratch));
    e->users++;
    return NULL;
}

static oa_error *check_columns(oa_call *call)
{
    const oa_json *chosen = oa_argument_list(call, "column");
    for (size_t i = 0; i < oa_json_size(chosen); i++) {
        const char *column = oa_json_text(oa_json_at(chosen, i));
        bool known = strncmp(column, OA_IMPORT_FIELD, sizeof OA_IMPORT_FIELD - 1) == 0;
        for (int j = 0; j < FIXED; j++) {
            known = known || strcmp(column, fixed[j]) == 0;
        }
        if (!known || i >= OA_IMPORT_COLUMNS_MAX) {
            return oa_error_field(call->pool, "column", "column is email, first_name, last_name, role, kind or " OA_IMPORT_FIELD "NAME");
        }
    }
    return NULL;
}

static oa_error *run_export(oa_call *call, oa_json **result)
{
    export e = {.call = call, .homes = apr_hash_make(call->pool), .text = apr_pstrdup(call->pool, "")};
    e.columns = apr_array_make(call->pool, 8, sizeof(const char *));
    OA_TRY(check_columns(call));
    OA_TRY(choose_columns(&e));
    append(&e, oa_csv_line((const char *const *)e.columns->elts, e.columns->nelts, call->pool));
    OA_TRY(each_user(&e, write_user));
    *result = oa_json_object(call->pool);
    oa_json_set_text(*result, "text", e.text);
    oa_json_set_int(*result, "users", e.users);
    return NULL;
}

const oa_operation oa_op_user_export = {
    .name = "user.export",
    .summary = "export the users of an organization as CSV that user import reads back",
    .permission = "users:view",
    .scope = OA_SCOPE_ORG,
    .method = "GET",
    .path = "/v1/orgs/{org}/users.csv",
    .renamed = "search:q",
    .gives = "text/csv",
    .answers = "Export",
    .run = run_export,
    .parameters = OA_PARAMETERS{
        OA_P_ORG,
        {"search", OA_TYPE_TEXT, OA_CLEARS, "part of first name, last name or e-mail", NULL},
        {"status", OA_TYPE_CHOICE, 0, "only users of this status", "VALIDATED DENIED BANNED INACTIVE DEACTIVATED"},
        {"role", OA_TYPE_ROLE, 0, "only users with this role, by id or exact name", NULL},
        {"column", OA_TYPE_TEXT, OA_LIST, "only this column, as email or field:department; else all", NULL},
        OA_P_END}};
