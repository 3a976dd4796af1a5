/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of the table of operations, performed as the local operator. */
#include "admin-cli/cells.h"
#include "admin-cli/command.h"
#include "admin-cli/csv.h"
#include "admin-cli/file.h"
#include "admin-cli/visible.h"
#include "core/admin/operations.h"

#include <stdio.h>
#include <unistd.h>

enum { PAGE = 1000 }; /* the most that operations give at once */

static oa_error *page(oa_session *session, const oa_operation *row, const oa_json *arguments, oa_json **result,
                      apr_pool_t *pool)
{
    oa_store *store;
    oa_done done;
    oa_manner manner = {.dry_run = session->dry_run && row->changes};
    OA_TRY(oa_session_store(session, &store));
    OA_TRY(oa_file_read(row, arguments, &manner.file, pool));
    manner.progress = manner.file != NULL && isatty(STDERR_FILENO) ? oa_file_progress : NULL;
    const oa_actor actor = {.kind = OA_ACTOR_LOCAL, .name = oa_session_user(pool), .address = ""};
    oa_error *error = oa_perform_so(store, &actor, row->name, arguments, &manner, &done, pool);
    *result = done.result;
    return error;
}

/* Whether to go on to the end: lists without a limit of the caller. */
static bool follows(const oa_operation *row, const oa_json *arguments)
{
    for (const oa_parameter *p = row->parameters; p != NULL && p->name != NULL; p++) {
        if (p->type == OA_TYPE_CURSOR) {
            return oa_json_get(arguments, "limit") == NULL;
        }
    }
    return false;
}

static oa_error *all_pages(oa_session *session, const oa_operation *row, oa_json *arguments, oa_json **result)
{
    oa_json *items = oa_json_array(session->pool), *one;
    do {
        OA_TRY(page(session, row, arguments, &one, session->pool));
        oa_json_extend(items, oa_json_get(one, "items"));
        oa_json_set_text(arguments, "after", oa_json_get_text(one, "next"));
    } while (oa_json_get_text(one, "next") != NULL);
    oa_json_set(one, "items", items);
    *result = one;
    return NULL;
}

typedef void print_page(const oa_operation *row, const oa_json *items, bool first, apr_pool_t *pool);

static void print_csv(const oa_operation *row, const oa_json *items, bool first, apr_pool_t *pool)
{
    const apr_array_header_t *columns = oa_columns(row->columns, NULL, pool);
    if (first) {
        oa_csv_head(columns, pool);
    }
    oa_csv_rows(columns, items, pool);
}

static void print_lines(const oa_operation *row, const oa_json *items, bool first, apr_pool_t *pool)
{
    (void)row;
    (void)first;
    for (size_t i = 0; i < oa_json_size(items); i++) {
        puts(oa_visible(oa_json_format(oa_json_at(items, i), false, pool), "", pool));
    }
}

/* Page by page to stdout, so that a store of any size needs the memory of one page. */
static oa_error *stream(oa_session *session, const oa_operation *row, oa_json *arguments, print_page *print)
{
    apr_pool_t *scratch;
    bool first = true, more = true;
    apr_pool_create(&scratch, session->pool);
    while (more) {
        oa_json *one;
        OA_TRY(page(session, row, arguments, &one, scratch));
        print(row, oa_json_get(one, "items"), first, scratch);
        first = false;
        more = oa_json_get_text(one, "next") != NULL;
        oa_json_set_text(arguments, "after", oa_json_get_text(one, "next"));
        apr_pool_clear(scratch);
    }
    return NULL;
}

oa_error *oa_command_perform(oa_session *session, const oa_operation *row, oa_json *arguments, oa_json **result)
{
    if (!follows(row, arguments)) {
        return page(session, row, arguments, result, session->pool);
    }
    oa_json_set_int(arguments, "limit", PAGE);
    if (session->output == OA_OUTPUT_CSV && row->columns != NULL) {
        *result = NULL;
        return stream(session, row, arguments, print_csv);
    }
    return all_pages(session, row, arguments, result);
}

static oa_error *run_audit_export(oa_session *session, const oa_operation *row, oa_json *arguments, oa_json **result)
{
    (void)row;
    *result = NULL;
    oa_json_set_int(arguments, "limit", PAGE);
    return stream(session, &oa_op_audit_list, arguments, session->output == OA_OUTPUT_CSV ? print_csv : print_lines);
}

static const oa_operation audit_export = {
    .name = "audit.export",
    .summary = "print all events, newest first, one JSON object to a line; as CSV with --output csv",
    .parameters = OA_PARAMETERS{OA_P_EVENTS, OA_P_END}};

const oa_command oa_export_commands[] = {{&audit_export, run_audit_export, 0}, {NULL, NULL, 0}};
