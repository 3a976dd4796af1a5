/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/sheet.h"

#include "core/base/archive.h"
#include "core/base/sheet_date.h"
#include "core/base/text.h"
#include "core/base/xml.h"

#include <apr_strings.h>
#include <apr_tables.h>
#include <math.h>

enum {
    STRINGS_MAX = 400 * 1000,
    STRINGS_SIZE_MAX = 16 * 1024 * 1024, /* octets of all shared strings */
    ROW_MAX = 1024 * 1024, /* the last row that a worksheet can have */
    COLUMN_MAX = 16384,
    ROW_SIZE_MAX = 1024 * 1024, /* octets of the cells of one row */
    NAME_MAX_SIZE = 256    /* of an entry of the archive */
};

#define RELATIONS "xl/_rels/workbook.xml.rels"
#define WORKBOOK "xl/workbook.xml"

typedef struct book {
    oa_archive *archive;
    const char *sheet_id;     /* relation of the first worksheet */
    const char *sheet_path;
    const char *strings_path; /* NULL: there are none */
    const char *styles_path;  /* the same */
    oa_styles *styles;        /* NULL: there are none */
    bool from_1904;           /* that is when its days begin */
    apr_array_header_t *strings; /* const char * */
    size_t strings_size;
    apr_pool_t *pool;
} book;

/* Text that grows by events, up to a cell's limit. */
typedef struct text {
    char bytes[OA_CELL_MAX + 1];
    size_t size;
} text;

typedef struct sheet {
    book *book;
    text *text;
    bool taking; /* what is between the tags is the cell's */
    unsigned long row;
    bool inside; /* of a row */
    int column;  /* of the cell under way, from 0; -1 before the first */
    size_t size; /* of the row's cells */
    const char *type;
    unsigned kind; /* of its number (sheet_date.h) */
    const char *cells[OA_COLUMNS_MAX];
    int count;
    int records;
    oa_record_taker *take;
    void *context;
    apr_pool_t *scratch; /* of one row */
} sheet;

static bool is(const char *name, const char *wanted)
{
    return strcmp(name, wanted) == 0;
}

static bool append(text *t, const char *bytes, size_t size)
{
    if (size > OA_CELL_MAX - t->size) {
        return false;
    }
    memcpy(t->bytes + t->size, bytes, size);
    t->size += size;
    t->bytes[t->size] = '\0';
    return true;
}

/* One document of the archive. */

static oa_error *feed(void *context, const void *bytes, size_t size)
{
    return oa_xml_feed(context, bytes, size, false);
}

static oa_error *read_document(book *b, const char *name, const oa_xml_events *events, void *context, bool *found)
{
    apr_pool_t *scratch; /* so that expat's memory goes before the next document */
    apr_pool_create(&scratch, b->pool);
    oa_xml *xml = oa_xml_make(events, context, name, scratch);
    oa_error *error = oa_archive_read(b->archive, name, feed, xml, found);
    error = error == NULL && *found ? oa_xml_feed(xml, "", 0, true) : error;
    if (error != NULL) {
        error = oa_error_make(b->pool, error->code, "%s", error->message);
    }
    apr_pool_destroy(scratch);
    return error;
}

static oa_error *need_document(book *b, const char *name, const oa_xml_events *events, void *context)
{
    bool found;
    OA_TRY(read_document(b, name, events, context, &found));
    return found ? NULL : oa_error_make(b->pool, OA_UNPROCESSABLE, "the file is no Excel workbook: it has no %s", name);
}

static oa_error *ignore_end(void *context, const char *name)
{
    (void)context, (void)name;
    return NULL;
}

/* The workbook: which worksheet is the first, and where its parts are. */

static oa_error *workbook_start(void *context, const char *name, const char **attributes)
{
    book *b = context;
    const char *id = is(name, "sheet") && b->sheet_id == NULL ? oa_xml_attribute(attributes, "id") : NULL;
    const char *from_1904 = is(name, "workbookPr") ? oa_xml_attribute(attributes, "date1904") : NULL;
    b->from_1904 = b->from_1904 || (from_1904 != NULL && (is(from_1904, "1") || is(from_1904, "true")));
    if (id != NULL) {
        b->sheet_id = apr_pstrdup(b->pool, id);
    }
    return NULL;
}

/* A target is relative to the workbook, or begins at the archive's top with a slash. */
static const char *resolve(book *b, const char *target)
{
    return target[0] == '/' ? apr_pstrdup(b->pool, target + 1) : apr_pstrcat(b->pool, "xl/", target, NULL);
}

static oa_error *relations_start(void *context, const char *name, const char **attributes)
{
    book *b = context;
    const char *id = oa_xml_attribute(attributes, "Id");
    const char *type = oa_xml_attribute(attributes, "Type");
    const char *target = oa_xml_attribute(attributes, "Target");
    if (!is(name, "Relationship") || id == NULL || type == NULL || target == NULL || strlen(target) > NAME_MAX_SIZE) {
        return NULL;
    }
    const char *kind = strrchr(type, '/');
    if (is(id, b->sheet_id) && b->sheet_path == NULL) {
        b->sheet_path = resolve(b, target);
    } else if (kind != NULL && is(kind, "/sharedStrings") && b->strings_path == NULL) {
        b->strings_path = resolve(b, target);
    } else if (kind != NULL && is(kind, "/styles") && b->styles_path == NULL) {
        b->styles_path = resolve(b, target);
    }
    return NULL;
}

static oa_error *find_parts(book *b)
{
    static const oa_xml_events workbook = {workbook_start, ignore_end, NULL};
    static const oa_xml_events relations = {relations_start, ignore_end, NULL};
    OA_TRY(need_document(b, WORKBOOK, &workbook, b));
    if (b->sheet_id == NULL) {
        return oa_error_make(b->pool, OA_UNPROCESSABLE, "the workbook has no worksheet");
    }
    OA_TRY(need_document(b, RELATIONS, &relations, b));
    return b->sheet_path != NULL ? NULL : oa_error_make(b->pool, OA_UNPROCESSABLE, "the workbook does not say where its worksheet is");
}

/* Shared strings: <si><t>…</t></si>, or runs <si><r><t>…</t></r>…</si>; <rPh> holds how it is pronounced. */

typedef struct strings {
    book *book;
    text text;
    bool taking, phonetic;
} strings;

static oa_error *strings_start(void *context, const char *name, const char **attributes)
{
    strings *s = context;
    (void)attributes;
    if (is(name, "si")) {
        s->text.size = 0;
        s->text.bytes[0] = '\0';
    }
    s->phonetic = s->phonetic || is(name, "rPh");
    s->taking = is(name, "t") && !s->phonetic;
    return NULL;
}

static oa_error *strings_end(void *context, const char *name)
{
    strings *s = context;
    book *b = s->book;
    s->taking = false;
    s->phonetic = s->phonetic && !is(name, "rPh");
    if (!is(name, "si")) {
        return NULL;
    }
    b->strings_size += s->text.size;
    if (b->strings->nelts == STRINGS_MAX || b->strings_size > STRINGS_SIZE_MAX) {
        return oa_error_make(b->pool, OA_TOO_LARGE, "the workbook has too many different texts");
    }
    APR_ARRAY_PUSH(b->strings, const char *) = s->text.size == 0 ? "" : apr_pstrmemdup(b->pool, s->text.bytes, s->text.size);
    return NULL;
}

static oa_error *strings_text(void *context, const char *bytes, size_t size)
{
    strings *s = context;
    if (s->taking && !append(&s->text, bytes, size)) {
        return oa_error_make(s->book->pool, OA_TOO_LARGE, "shared text %d is longer than %d octets", s->book->strings->nelts,
                             OA_CELL_MAX);
    }
    return NULL;
}

static oa_error *read_strings(book *b)
{
    static const oa_xml_events events = {strings_start, strings_end, strings_text};
    b->strings = apr_array_make(b->pool, 64, sizeof(const char *));
    if (b->strings_path == NULL) {
        return NULL;
    }
    strings *s = apr_pcalloc(b->pool, sizeof *s);
    s->book = b;
    return need_document(b, b->strings_path, &events, s);
}

/* Without styles no number is a date. */
static oa_error *read_styles(book *b)
{
    bool found = false;
    oa_styles *styles = oa_styles_make(b->pool);
    if (b->styles_path != NULL) {
        OA_TRY(read_document(b, b->styles_path, &oa_styles_events, styles, &found));
    }
    b->styles = found ? styles : NULL;
    return NULL;
}

/* The worksheet. */

/* "row 7, column AB" */
static oa_error *wrong(sheet *s, oa_code code, const char *what)
{
    char letters[4] = {0};
    int column = s->column;
    for (int i = 2; i >= 0 && column >= 0; i--) {
        letters[i] = (char)('A' + column % 26);
        column = column / 26 - 1;
    }
    const char *name = letters[0] != '\0' ? letters : letters[1] != '\0' ? letters + 1 : letters + 2;
    return oa_error_make(s->book->pool, code, "row %lu, column %s: %s", s->row, name, what);
}

static oa_error *begin_row(sheet *s, const char *number)
{
    unsigned long row = number != NULL ? strtoul(number, NULL, 10) : s->row + 1;
    bool digits = number == NULL || (*number != '\0' && strspn(number, "0123456789") == strlen(number));
    if (!digits || s->inside || row <= s->row || row > ROW_MAX) {
        return oa_error_make(s->book->pool, OA_UNPROCESSABLE, "row %lu: the row after it has no right number", s->row);
    }
    s->row = row;
    s->inside = true;
    s->column = -1;
    s->count = 0;
    s->size = 0;
    apr_pool_clear(s->scratch);
    return NULL;
}

/* The column that "AB12" names, from 0; -1 where it is none. */
static int column_of(const char *reference)
{
    int column = 0;
    size_t letters = strspn(reference, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    if (letters == 0 || letters > 3) {
        return -1;
    }
    for (size_t i = 0; i < letters; i++) {
        column = column * 26 + (reference[i] - 'A' + 1);
    }
    return column - 1;
}

/* The types that a cell may have (ECMA-376 part 1, 18.18.11). */
static const char *type_of(const char *word)
{
    static const char *const types[] = {"n", "s", "str", "inlineStr", "b", "e", "d"};
    for (size_t i = 0; word != NULL && i < sizeof types / sizeof *types; i++) {
        if (is(word, types[i])) {
            return types[i];
        }
    }
    return types[0];
}

static oa_error *begin_cell(sheet *s, const char **attributes)
{
    const char *reference = oa_xml_attribute(attributes, "r");
    int column = reference != NULL ? column_of(reference) : s->column + 1;
    if (!s->inside || column <= s->column || column >= COLUMN_MAX) {
        s->column = s->column < 0 ? 0 : s->column;
        return wrong(s, OA_UNPROCESSABLE, "the cell after it is not in a column to the right");
    }
    s->column = column;
    s->type = type_of(oa_xml_attribute(attributes, "t"));
    s->kind = oa_styles_kind(s->book->styles, oa_xml_attribute(attributes, "s"));
    s->text->size = 0;
    s->text->bytes[0] = '\0';
    return NULL;
}

/* Whole numbers as they stand, the others with the fifteen digits that a spreadsheet has. */
static const char *spell_number(sheet *s, const char *number)
{
    char *end;
    if (number[*number == '-'] != '\0' && strspn(number + (*number == '-'), "0123456789") == strlen(number + (*number == '-'))) {
        return apr_pstrdup(s->scratch, number);
    }
    double value = strtod(number, &end);
    if (end == number || *end != '\0' || !isfinite(value)) {
        return NULL;
    }
    char spelled[64];
    bool whole = value == floor(value) && fabs(value) < 1e15;
    snprintf(spelled, sizeof spelled, whole ? "%.0f" : "%.15g", value);
    return apr_pstrdup(s->scratch, spelled);
}

/* A number that is no day of the calendar, whatever its style, stays one. */
static const char *spell_cell(sheet *s, const char *number)
{
    const char *spelled = spell_number(s, number);
    const char *date = spelled != NULL && s->kind != 0 ? oa_sheet_date(strtod(number, NULL), s->kind, s->book->from_1904, s->scratch) : NULL;
    return date != NULL ? date : spelled;
}

static oa_error *shared_text(sheet *s, const char *number, const char **cell)
{
    char *end;
    unsigned long index = strtoul(number, &end, 10);
    const apr_array_header_t *all = s->book->strings;
    if (*number < '0' || *number > '9' || *end != '\0' || index >= (unsigned long)all->nelts) {
        return wrong(s, OA_UNPROCESSABLE, "the cell names a shared text that is not there");
    }
    *cell = APR_ARRAY_IDX(all, (int)index, const char *);
    return NULL;
}

static oa_error *convert(sheet *s, const char **cell)
{
    const char *value = s->text->bytes;
    *cell = NULL;
    if (is(s->type, "s")) {
        return shared_text(s, value, cell);
    }
    if (is(s->type, "e")) {
        return wrong(s, OA_UNPROCESSABLE, "the cell holds an error");
    }
    if (is(s->type, "b")) {
        *cell = is(value, "1") || is(value, "true") ? "true" : "false";
    } else {
        *cell = is(s->type, "n") ? spell_cell(s, value) : apr_pstrmemdup(s->scratch, value, s->text->size);
    }
    return *cell != NULL ? NULL : wrong(s, OA_UNPROCESSABLE, "the cell holds no right number");
}

static oa_error *end_cell(sheet *s)
{
    const char *cell;
    if (s->text->size == 0) {
        return NULL;
    }
    if (s->column >= OA_COLUMNS_MAX) {
        return wrong(s, OA_TOO_LARGE, "more than 256 columns");
    }
    s->size += s->text->size;
    if (s->size > ROW_SIZE_MAX) {
        return wrong(s, OA_TOO_LARGE, "the row is longer than 1 MiB");
    }
    OA_TRY(convert(s, &cell));
    while (s->count <= s->column) {
        s->cells[s->count++] = "";
    }
    s->cells[s->column] = cell;
    return NULL;
}

static oa_error *end_row(sheet *s)
{
    s->inside = false;
    if (s->count == 0) {
        return NULL;
    }
    if (s->records++ == OA_RECORDS_MAX) {
        return oa_error_make(s->book->pool, OA_TOO_LARGE, "row %lu: more than %d rows: split the file", s->row, OA_RECORDS_MAX);
    }
    const oa_record record = {s->row, s->count, s->cells};
    return s->take(s->context, &record);
}

static oa_error *sheet_start(void *context, const char *name, const char **attributes)
{
    sheet *s = context;
    s->taking = is(name, "v") || is(name, "t");
    if (is(name, "row")) {
        return begin_row(s, oa_xml_attribute(attributes, "r"));
    }
    return is(name, "c") ? begin_cell(s, attributes) : NULL;
}

static oa_error *sheet_end(void *context, const char *name)
{
    sheet *s = context;
    s->taking = false;
    if (is(name, "c")) {
        return end_cell(s);
    }
    return is(name, "row") ? end_row(s) : NULL;
}

static oa_error *sheet_text(void *context, const char *bytes, size_t size)
{
    sheet *s = context;
    return !s->taking || append(s->text, bytes, size) ? NULL
                                                      : wrong(s, OA_TOO_LARGE, "the cell is longer than 65536 octets");
}

static oa_error *read_sheet(book *b, oa_record_taker *take, void *context)
{
    static const oa_xml_events events = {sheet_start, sheet_end, sheet_text};
    sheet *s = apr_pcalloc(b->pool, sizeof *s);
    s->book = b;
    s->text = apr_pcalloc(b->pool, sizeof *s->text);
    s->take = take;
    s->context = context;
    s->type = "n";
    apr_pool_create(&s->scratch, b->pool);
    return need_document(b, b->sheet_path, &events, s);
}

static oa_error *read_book(book *b, const void *bytes, size_t size, oa_record_taker *take, void *context)
{
    if (size > OA_TABLE_MAX) {
        return oa_error_make(b->pool, OA_TOO_LARGE, "the file is larger than 16 MiB: split it");
    }
    OA_TRY(oa_archive_open(bytes, size, &b->archive, b->pool));
    OA_TRY(find_parts(b));
    OA_TRY(read_strings(b));
    OA_TRY(read_styles(b));
    return read_sheet(b, take, context);
}

oa_error *oa_sheet_read(const void *bytes, size_t size, oa_record_taker *take, void *context, apr_pool_t *pool)
{
    book b = {0};
    apr_pool_create(&b.pool, pool);
    oa_error *error = read_book(&b, bytes, size, take, context);
    if (error != NULL) {
        const char *field = error->field != NULL ? apr_pstrdup(pool, error->field) : NULL;
        error = oa_error_make(pool, error->code, "%s", error->message);
        error->field = field;
    }
    apr_pool_destroy(b.pool);
    return error;
}
