/* SPDX-License-Identifier: Apache-2.0 */
#include "admin-cli/render.h"
#include "admin-cli/cells.h"
#include "admin-cli/csv.h"
#include "admin-cli/table.h"
#include "admin-cli/visible.h"
#include "core/model/permission.h"

#include <apr_strings.h>
#include <errno.h>
#include <inttypes.h>
#include <unistd.h>

/* "items" of a list, "rows" of a report by line, "series" of figures; NULL for an object. */
static const oa_json *items_of(const oa_json *result)
{
    static const char *const names[] = {"items", "rows", "series"};
    const oa_json *items = NULL;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const oa_json *found = oa_json_get(result, names[i]);
        items = oa_json_type_of(found) == OA_JSON_ARRAY ? found : items;
    }
    return items;
}

typedef struct sentence {
    const char *text;
    apr_pool_t *pool;
} sentence;

static bool add_count(void *context, const char *name, const oa_json *value)
{
    sentence *all = context;
    all->text = apr_psprintf(all->pool, "%s%s%s: %" PRId64, all->text, *all->text != '\0' ? ", " : "", name, oa_json_int(value));
    return true;
}

/* What a report by line comes to. */
static void say_counts(const oa_session *session, const oa_json *result)
{
    const oa_json *counts = oa_json_get(result, "counts");
    sentence all = {"", session->pool};
    if (counts != NULL) {
        oa_json_each(counts, add_count, &all);
        oa_say(session->pool, "%s", all.text);
    }
}

void oa_render_text(const char *text, apr_pool_t *pool)
{
    fputs(isatty(STDOUT_FILENO) ? oa_visible(text, "\t\r\n", pool) : text, stdout);
}

/* What is no JSON, as it stands. */
static bool render_text(const oa_session *session, const oa_operation *row, const oa_json *result)
{
    const char *text = row->gives != NULL ? oa_json_get_text(result, "text") : NULL;
    if (text != NULL) {
        oa_render_text(text, session->pool);
    }
    return text != NULL;
}

static void say_next(const oa_session *session, const oa_json *result)
{
    const char *next = oa_json_get_text(result, "next");
    if (next != NULL) {
        oa_say(session->pool, "there are more: --after %s", next);
    }
}

static oa_error *render_json(const oa_session *session, const oa_operation *row, oa_json *result)
{
    (void)row;
    /* Within the text of JSON such characters are only ever part of a string, where \u001b is the same. */
    puts(oa_visible(oa_json_format(result, isatty(STDOUT_FILENO), session->pool), "\n", session->pool));
    return NULL;
}

/* The columns of the row, and in any case what is shown this once. */
static const apr_array_header_t *columns_of(const oa_operation *row, const oa_json *items, apr_pool_t *pool)
{
    const char *words = row->columns;
    if (words != NULL && row->alone != NULL && !oa_words_have(words, row->alone)) {
        words = apr_pstrcat(pool, words, " ", row->alone, NULL);
    }
    return oa_columns(words, items, pool);
}

static const oa_json *as_items(oa_json *result, apr_pool_t *pool)
{
    const oa_json *items = items_of(result);
    if (items != NULL) {
        return items;
    }
    oa_json *one = oa_json_array(pool);
    oa_json_append(one, result);
    return one;
}

static oa_error *render_csv(const oa_session *session, const oa_operation *row, oa_json *result)
{
    if (render_text(session, row, result)) {
        return NULL;
    }
    const oa_json *items = as_items(result, session->pool);
    const apr_array_header_t *columns = columns_of(row, items, session->pool);
    oa_csv_head(columns, session->pool);
    oa_csv_rows(columns, items, session->pool);
    say_next(session, result);
    say_counts(session, result);
    return NULL;
}

/* The secret by itself, for $(…); what it belongs to is for the person who reads stderr. */
static void render_alone(const oa_session *session, const oa_operation *row, const char *secret, oa_json *result)
{
    const apr_array_header_t *columns = columns_of(row, as_items(result, session->pool), session->pool);
    for (int i = 0; i < columns->nelts; i++) {
        const char *column = APR_ARRAY_IDX(columns, i, const char *);
        const char *text = oa_cell(result, column, session->pool);
        if (strcmp(column, row->alone) != 0 && *text != '\0') {
            fprintf(stderr, "%-14s %s\n", column, oa_visible(text, "", session->pool));
        }
    }
    oa_say(session->pool, "this is shown once and cannot be shown again; keep it where only its user can read it");
    puts(secret);
}

typedef struct further {
    const oa_json *shown; /* the list that was printed already */
    oa_error *error;
    apr_pool_t *pool;
} further;

static bool add_table(void *context, const char *name, const oa_json *value)
{
    further *all = context;
    if (oa_json_type_of(value) == OA_JSON_ARRAY && value != all->shown && oa_json_size(value) > 0) {
        printf("\n%s\n", oa_visible(name, "", all->pool));
        all->error = oa_table_list(oa_columns(NULL, value, all->pool), value, all->pool);
    }
    return all->error == NULL;
}

/* What a result has of lists beside the one that it is about. */
static oa_error *render_further(const oa_session *session, const oa_json *shown, const oa_json *result)
{
    further all = {shown, NULL, session->pool};
    oa_json_each(result, add_table, &all);
    return all.error;
}

static oa_error *render_table(const oa_session *session, const oa_operation *row, oa_json *result)
{
    if (render_text(session, row, result)) {
        return NULL;
    }
    const oa_json *items = items_of(result);
    const char *secret = row->alone != NULL ? oa_json_get_text(result, row->alone) : NULL;
    if (secret != NULL) {
        render_alone(session, row, secret, result);
        return NULL;
    }
    const apr_array_header_t *columns = oa_columns(row->columns, as_items(result, session->pool), session->pool);
    if (items == NULL) {
        return oa_table_record(columns, result, session->pool);
    }
    OA_TRY(oa_table_list(columns, items, session->pool));
    OA_TRY(render_further(session, items, result));
    say_next(session, result);
    say_counts(session, result);
    return NULL;
}

typedef oa_error *renderer(const oa_session *session, const oa_operation *row, oa_json *result);
static renderer *const renderers[] = {
    [OA_OUTPUT_TABLE] = render_table, [OA_OUTPUT_JSON] = render_json, [OA_OUTPUT_CSV] = render_csv};

oa_error *oa_render(const oa_session *session, const oa_operation *row, oa_json *result)
{
    if (session->dry_run && row->alone != NULL && oa_json_get(result, row->alone) != NULL) {
        oa_json_set_text(result, row->alone, NULL);
    }
    return renderers[session->output](session, row, result);
}

oa_error *oa_render_finish(const oa_session *session, const oa_operation *row)
{
    if (fflush(stdout) == 0 && !ferror(stdout)) {
        return NULL;
    }
    bool stands = row != NULL && row->changes && !session->dry_run;
    const char *lost = row != NULL && row->alone != NULL ? "; revoke what was made and make it anew" : "";
    return oa_error_make(session->pool, OA_FAILED, "the result could not be written (%s)%s%s", strerror(errno),
                         stands ? ", but the change is made" : "", stands ? lost : "");
}
