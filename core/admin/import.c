/* SPDX-License-Identifier: Apache-2.0 */
#include "core/admin/import.h"

#include "core/admin/argument.h"
#include "core/admin/problem.h"
#include "core/base/crypto.h"
#include "core/base/csv.h"
#include "core/base/sheet.h"
#include "core/base/text.h"

#include <apr_strings.h>
#include <apr_thread_proc.h>
#include <stdarg.h>

/* Octets of cells, and errors that are told of, so that the memory for any file is bounded. */
enum { KEPT_MAX = 8 * 1024 * 1024, PROGRESS_STEP = 100, YIELD_STEP = 8, FAULTS_OF_A_LINE = 8, FAULTS_IN_ALL = 2000, NAMES_MAX = 1000 };

static const char *trimmed(const char *cell, apr_pool_t *pool)
{
    cell = oa_csv_unguarded(cell);
    cell += strspn(cell, " \t\r\n");
    size_t size = strlen(cell);
    while (size > 0 && strchr(" \t\r\n", cell[size - 1]) != NULL) {
        size--;
    }
    return size > 0 ? apr_pstrmemdup(pool, cell, size) : "";
}

/* The header. */

/* "E-Mail", "First name" -> "email", "first_name" */
static const char *column_name(const char *cell, apr_pool_t *pool)
{
    char *name = apr_pstrdup(pool, trimmed(cell, pool));
    for (char *c = name; *c != '\0'; c++) {
        *c = *c >= 'A' && *c <= 'Z' ? (char)(*c + ('a' - 'A')) : *c;
        *c = *c == ' ' || *c == '-' ? '_' : *c;
    }
    return strcmp(name, "e_mail") == 0 ? "email" : name;
}

static const char *all_known(const oa_import *import)
{
    const char *all = import->known[0];
    for (int i = 1; import->known[i] != NULL; i++) {
        all = apr_pstrcat(import->call->pool, all, ", ", import->known[i], NULL);
    }
    return import->fields ? apr_pstrcat(import->call->pool, all, ", " OA_IMPORT_FIELD "NAME", NULL) : all;
}

static bool is_known(const oa_import *import, const char *name)
{
    size_t prefix = sizeof OA_IMPORT_FIELD - 1;
    for (int i = 0; import->known[i] != NULL; i++) {
        if (strcmp(import->known[i], name) == 0) {
            return true;
        }
    }
    return import->fields && strncmp(name, OA_IMPORT_FIELD, prefix) == 0 && oa_field_name_is_valid(name + prefix);
}

static int index_of(const oa_import *import, const char *name)
{
    for (int i = 0; i < import->columns->nelts; i++) {
        if (strcmp(APR_ARRAY_IDX(import->columns, i, const char *), name) == 0) {
            return i;
        }
    }
    return -1;
}

static oa_error *wrong(const oa_import *import, const oa_record *record, int column, const char *what)
{
    return oa_error_make(import->call->pool, OA_UNPROCESSABLE, "line %lu, column %d: %s", (unsigned long)record->line,
                         column + 1, what);
}

static oa_error *read_header(oa_import *import, const oa_record *record)
{
    apr_pool_t *pool = import->call->pool;
    import->columns = apr_array_make(pool, record->count, sizeof(const char *));
    for (int i = 0; i < record->count; i++) {
        const char *name = column_name(record->cells[i], pool);
        if (i == OA_IMPORT_COLUMNS_MAX) {
            return wrong(import, record, i, "too many columns");
        }
        if (*name != '\0' && !is_known(import, name)) {
            return wrong(import, record, i,
                         apr_psprintf(pool, "\"%s\" is no column's name: there are %s", oa_quoted(name, pool), all_known(import)));
        }
        if (*name != '\0' && index_of(import, name) >= 0) {
            return wrong(import, record, i, apr_psprintf(pool, "the column %s is there twice", name));
        }
        APR_ARRAY_PUSH(import->columns, const char *) = name;
    }
    return index_of(import, import->known[0]) >= 0
               ? NULL
               : wrong(import, record, 0, apr_psprintf(pool, "the first line names no column %s: there are %s", import->known[0],
                                                       all_known(import)));
}

/* The lines. */

static oa_error *read_cells(oa_import *import, const oa_record *record, const char **cells, bool *empty)
{
    *empty = true;
    for (int i = 0; i < record->count; i++) {
        const char *cell = trimmed(record->cells[i], import->call->pool);
        if (*cell == '\0') {
            continue;
        }
        if (i >= import->columns->nelts || *APR_ARRAY_IDX(import->columns, i, const char *) == '\0') {
            return wrong(import, record, i, "a cell in a column that the first line does not name");
        }
        import->size += APR_ALIGN_DEFAULT(strlen(cell) + 1);
        cells[i] = cell;
        *empty = false;
    }
    return NULL;
}

static oa_error *take(void *context, const oa_record *record)
{
    oa_import *import = context;
    apr_pool_t *pool = import->call->pool;
    bool empty;
    if (import->columns == NULL) {
        return read_header(import, record);
    }
    oa_import_line line = {.number = record->line};
    line.cells = apr_palloc(pool, sizeof(*line.cells) * (size_t)import->columns->nelts);
    import->size += sizeof(*line.cells) * (size_t)import->columns->nelts;
    for (int i = 0; i < import->columns->nelts; i++) {
        line.cells[i] = "";
    }
    OA_TRY(read_cells(import, record, line.cells, &empty));
    if (empty) {
        return NULL;
    }
    if (import->lines->nelts == OA_IMPORT_LINES_MAX || import->size > KEPT_MAX) {
        return oa_error_make(pool, OA_TOO_LARGE, "line %lu: too much for one import, which takes %d lines at most: split the file",
                             (unsigned long)record->line, OA_IMPORT_LINES_MAX);
    }
    APR_ARRAY_PUSH(import->lines, oa_import_line) = line;
    return NULL;
}

/* What the file says that it is; on the command line, how it begins. */
static bool is_sheet(const oa_file *file)
{
    return *file->type != '\0' ? strcmp(file->type, "text/csv") != 0
                               : file->size >= 4 && memcmp(file->bytes, "PK\3\4", 4) == 0;
}

static void note_digest(oa_call *call)
{
    static const char hex[] = "0123456789abcdef";
    unsigned char digest[OA_DIGEST_SIZE];
    char *text = apr_pcalloc(call->pool, 2 * OA_DIGEST_SIZE + 1);
    oa_digest(NULL, call->manner->file->bytes, call->manner->file->size, digest);
    for (int i = 0; i < OA_DIGEST_SIZE; i++) {
        text[2 * i] = hex[digest[i] >> 4];
        text[2 * i + 1] = hex[digest[i] & 15];
    }
    oa_json_set_text(call->detail, "digest", text);
}

oa_error *oa_import_read(oa_call *call, const char *const *known, bool fields)
{
    const oa_file *file = call->manner->file;
    oa_import *import = apr_pcalloc(call->pool, sizeof *import);
    *import = (oa_import){.known = known, .fields = fields, .call = call, .pool = call->pool};
    import->lines = apr_array_make(call->pool, 256, sizeof(oa_import_line));
    import->seen = apr_hash_make(call->pool);
    if (file == NULL) {
        return oa_error_field(call->pool, "file", "the file's content is missing");
    }
    OA_TRY((is_sheet(file) ? oa_sheet_read : oa_csv_read)(file->bytes, file->size, take, import, call->pool));
    if (import->lines->nelts == 0) {
        return oa_error_make(call->pool, OA_UNPROCESSABLE, "the file has no line%s",
                             import->columns != NULL ? " below the columns' names" : "");
    }
    note_digest(call);
    call->prepared = import;
    return NULL;
}

/* Cells. */

const char *oa_import_cell(const oa_import *import, const oa_import_line *line, const char *column)
{
    int index = index_of(import, column);
    return index >= 0 ? line->cells[index] : "";
}

const char *oa_import_value(const oa_import *import, const oa_import_line *line, const char *column)
{
    const char *cell = oa_import_cell(import, line, column);
    const char *argument = oa_argument(import->call, column);
    return *cell != '\0' || argument == NULL ? cell : argument;
}

apr_array_header_t *oa_import_words(const oa_import *import, const char *cell)
{
    static const char between[] = " ,;\t\r\n";
    apr_array_header_t *words = apr_array_make(import->call->pool, 2, sizeof(const char *));
    for (cell += strspn(cell, between); *cell != '\0'; cell += strspn(cell, between)) {
        size_t size = strcspn(cell, between);
        APR_ARRAY_PUSH(words, const char *) = apr_pstrmemdup(import->call->pool, cell, size);
        cell += size;
    }
    return words;
}

const char *oa_import_email(oa_import *import, oa_import_line *line, const char *alike)
{
    const char *email = NULL;
    oa_error *error = oa_email_normalize("email", oa_import_cell(import, line, "email"), &email, import->call->pool);
    if (error != NULL) {
        oa_import_blame(import, line, "email", error);
        return NULL;
    }
    const char *key = apr_pstrcat(import->pool, email, " ", alike, NULL);
    const oa_import_line *first = apr_hash_get(import->seen, key, APR_HASH_KEY_STRING);
    if (first != NULL) {
        oa_import_fault(import, line, "email", OA_BECAUSE_REPEATED, "the same as in line %lu", (unsigned long)first->number);
        return NULL;
    }
    apr_hash_set(import->seen, key, APR_HASH_KEY_STRING, line);
    oa_json_set_text(line->row, "email", email);
    return email;
}

/* What is wrong with a line. */

void oa_import_blame(oa_import *import, oa_import_line *line, const char *column, const oa_error *fault)
{
    size_t told = oa_json_size(line->errors);
    if (told >= FAULTS_OF_A_LINE || (told > 0 && import->faults >= FAULTS_IN_ALL)) {
        return;
    }
    import->faults++;
    oa_json *error = oa_json_object(import->pool);
    oa_json_set_text(error, "column", column);
    oa_json_set_text(error, "detail", fault->message);
    oa_problem_reason(error, fault);
    oa_json_append(line->errors, error);
    oa_json_set_text(line->row, "result", "error");
}

void oa_import_fault(oa_import *import, oa_import_line *line, const char *column, oa_reason reason, const char *format, ...)
{
    oa_error fault = {.code = OA_INVALID, .reason = reason};
    va_list arguments;
    va_start(arguments, format);
    fault.message = apr_pvsprintf(import->call->pool, format, arguments);
    va_end(arguments);
    oa_import_blame(import, line, column, &fault);
}

/* All its errors in one text. */
static void sum_up(const oa_import *import, const oa_import_line *line)
{
    const char *all = NULL;
    for (size_t i = 0; i < oa_json_size(line->errors); i++) {
        const oa_json *error = oa_json_at(line->errors, i);
        all = apr_pstrcat(import->call->pool, all != NULL ? all : "", all != NULL ? "; " : "", oa_json_get_text(error, "column"), ": ",
                          oa_json_get_text(error, "detail"), NULL);
    }
    if (all != NULL) {
        oa_json_set_text(line->row, "detail", all);
    }
}

oa_call oa_import_lasting(const oa_import *import, apr_hash_t *found)
{
    oa_call call = *import->call;
    call.pool = found == NULL || apr_hash_count(found) < NAMES_MAX ? import->pool : call.pool;
    return call;
}

void oa_import_remember(const oa_import *import, apr_hash_t *found, const char *name, const void *what)
{
    if (apr_hash_count(found) < NAMES_MAX) {
        apr_hash_set(found, apr_pstrdup(import->pool, name), APR_HASH_KEY_STRING, what);
    }
}

oa_error *oa_import_note(oa_import *import, oa_import_line *line, const char *column, oa_error *error)
{
    static const oa_code refusals[] = {OA_USAGE, OA_INVALID, OA_NOT_FOUND, OA_NOT_ALLOWED, OA_CONFLICT};
    for (size_t i = 0; error != NULL && i < sizeof refusals / sizeof *refusals; i++) {
        if (error->code == refusals[i]) {
            for (; error != NULL; error = error->next) {
                bool better = error->field != NULL && is_known(import, error->field);
                oa_import_blame(import, line, better ? error->field : column, error);
            }
            return NULL;
        }
    }
    return error;
}

bool oa_import_is_faulty(const oa_import_line *line)
{
    return oa_json_size(line->errors) > 0;
}

void oa_import_settle(const oa_import_line *line, const char *action, const char *result)
{
    oa_json_set_text(line->row, "action", action);
    if (!oa_import_is_faulty(line)) {
        oa_json_set_text(line->row, "result", result);
    }
}

/* The work. */

static void show(const oa_import *import, int done, int total)
{
    const oa_manner *manner = import->call->manner;
    if (manner->progress != NULL && (done % PROGRESS_STEP == 0 || done == total)) {
        manner->progress(manner->progress_context, (size_t)done, (size_t)total);
    }
}

typedef oa_error *line_step(oa_import *import, oa_import_line *line, void *context);

static void begin_row(const oa_import *import, oa_import_line *line)
{
    line->row = oa_json_object(import->pool);
    line->errors = oa_json_array(import->pool);
    oa_json_set_int(line->row, "line", (int64_t)line->number);
    oa_json_set_text(line->row, "email", oa_quoted(oa_import_cell(import, line, "email"), import->call->pool));
    oa_json_set_text(line->row, "action", NULL);
    oa_json_set_text(line->row, "result", NULL);
    oa_json_set_text(line->row, "detail", NULL);
    oa_json_set(line->row, "errors", line->errors);
}

static oa_error *step(oa_import *import, oa_import_line *line, line_step *judge, line_step *apply, void *context)
{
    if (judge == NULL) {
        return line->plan != NULL && !oa_import_is_faulty(line) ? apply(import, line, context) : NULL;
    }
    begin_row(import, line);
    OA_TRY(judge(import, line, context));
    sum_up(import, line);
    return NULL;
}

/* Either of the two for every line, with a pool of its own; what went wrong stays in the last one. */
static oa_error *each_line(oa_import *import, line_step *judge, line_step *apply, void *context, int done, int total)
{
    apr_pool_t *scratch;
    oa_error *error = NULL;
    apr_pool_create(&scratch, import->pool);
    import->call->pool = scratch;
    for (int i = 0; i < import->lines->nelts && error == NULL; i++) {
        apr_pool_clear(scratch);
        error = step(import, &APR_ARRAY_IDX(import->lines, i, oa_import_line), judge, apply, context);
        show(import, done + i + 1, total);
        if (i % YIELD_STEP == 0) {
            apr_thread_yield(); /* to requests that wait for a processor, rather than when the slice of time is used up */
        }
    }
    import->call->pool = import->pool;
    return error;
}

static int count_faulty(const oa_import *import)
{
    int faulty = 0;
    for (int i = 0; i < import->lines->nelts; i++) {
        faulty += oa_import_is_faulty(&APR_ARRAY_IDX(import->lines, i, oa_import_line));
    }
    return faulty;
}

static oa_json *count(const oa_import *import, const char *words)
{
    oa_json *counts = oa_json_object(import->call->pool);
    char *rest = apr_pstrcat(import->call->pool, words, " error", NULL);
    for (char *word = strsep(&rest, " "); word != NULL; word = strsep(&rest, " ")) {
        oa_json_set_int(counts, word, 0);
    }
    for (int i = 0; i < import->lines->nelts; i++) {
        const char *word = oa_json_get_text(APR_ARRAY_IDX(import->lines, i, oa_import_line).row, "result");
        oa_json_set_int(counts, word, oa_json_get_int(counts, word) + 1);
    }
    return counts;
}

static oa_json *report(const oa_import *import, const char *words, bool applied)
{
    oa_json *all = oa_json_object(import->call->pool);
    oa_json *rows = oa_json_array(import->call->pool);
    oa_json *counts = count(import, words);
    for (int i = 0; i < import->lines->nelts; i++) {
        oa_json_append(rows, APR_ARRAY_IDX(import->lines, i, oa_import_line).row);
    }
    oa_json_set(all, "rows", rows);
    oa_json_set(all, "counts", counts);
    oa_json_set_bool(all, "applied", applied);
    oa_json_set(import->call->detail, "counts", counts);
    return all;
}

static oa_error *refuse(const oa_import *import, int faulty)
{
    const oa_import_line *line = &APR_ARRAY_IDX(import->lines, 0, oa_import_line);
    while (!oa_import_is_faulty(line)) {
        line++;
    }
    return oa_error_make(import->call->pool, OA_UNPROCESSABLE,
                         "nothing was changed, since %d of %d lines %s wrong; line %lu: %s", faulty, import->lines->nelts,
                         faulty == 1 ? "is" : "are", (unsigned long)line->number, oa_json_get_text(line->row, "detail"));
}

oa_error *oa_import_do(oa_call *call, const oa_import_work *work, void *context, oa_json **result)
{
    oa_import *import = call->prepared;
    int total = import->lines->nelts * (call->dry_run ? 1 : 2);
    OA_TRY(each_line(import, work->judge, NULL, context, 0, total));
    int faulty = count_faulty(import);
    bool applies = !call->dry_run && (faulty == 0 || oa_argument_flag(call, "partial"));
    *result = report(import, work->results, applies);
    if (applies) {
        return each_line(import, NULL, work->apply, context, import->lines->nelts, total);
    }
    if (!call->dry_run) {
        call->reasons = *result;
        return refuse(import, faulty);
    }
    return NULL;
}
