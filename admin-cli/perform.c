/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of the table of operations, performed as the local operator. */
#include "admin-cli/cells.h"
#include "admin-cli/command.h"
#include "admin-cli/csv.h"
#include "admin-cli/file.h"
#include "admin-cli/render.h"

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

/* Page by page to stdout, so that a store of any size needs the memory of one page. */
static oa_error *stream_csv(oa_session *session, const oa_operation *row, oa_json *arguments)
{
    const apr_array_header_t *columns = oa_columns(row->columns, NULL, session->pool);
    apr_pool_t *scratch;
    bool first = true, more = true;
    apr_pool_create(&scratch, session->pool);
    while (more) {
        oa_json *one;
        OA_TRY(page(session, row, arguments, &one, scratch));
        if (first) {
            oa_csv_head(columns, scratch);
            first = false;
        }
        oa_csv_rows(columns, oa_json_get(one, "items"), scratch);
        more = oa_json_get_text(one, "next") != NULL;
        oa_json_set_text(arguments, "after", oa_json_get_text(one, "next"));
        apr_pool_clear(scratch);
    }
    return NULL;
}

/* A text of any length, likewise; in the form that --output names, where the row knows several and none is asked for. */
static oa_error *stream_text(oa_session *session, const oa_operation *row, oa_json *arguments)
{
    apr_pool_t *scratch;
    bool more = true;
    if (session->output == OA_OUTPUT_CSV && strchr(row->gives, ' ') != NULL && oa_json_get(arguments, "format") == NULL) {
        oa_json_set_text(arguments, "format", "csv");
    }
    apr_pool_create(&scratch, session->pool);
    while (more) {
        oa_json *one;
        OA_TRY(page(session, row, arguments, &one, scratch));
        oa_render_text(oa_json_get_text(one, "text"), scratch);
        more = oa_json_get_text(one, "next") != NULL;
        oa_json_set_text(arguments, "after", oa_json_get_text(one, "next"));
        OA_TRY(oa_render_finish(session, row));
        apr_pool_clear(scratch);
    }
    return NULL;
}

oa_error *oa_command_perform(oa_session *session, const oa_operation *row, oa_json *arguments, oa_json **result)
{
    if (!follows(row, arguments)) {
        return page(session, row, arguments, result, session->pool);
    }
    if (row->gives != NULL) {
        *result = NULL;
        return stream_text(session, row, arguments);
    }
    oa_json_set_int(arguments, "limit", PAGE);
    if (session->output == OA_OUTPUT_CSV && row->columns != NULL) {
        *result = NULL;
        return stream_csv(session, row, arguments);
    }
    return all_pages(session, row, arguments, result);
}
