/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/csv.h"

#include "core/base/text.h"

#include <apr_strings.h>
#include <stdbool.h>

typedef struct reading {
    const char *at, *end;
    char separator;
    size_t line;  /* that `at` is in */
    size_t begun; /* line that the record begins in */
    const char *cells[OA_COLUMNS_MAX];
    int count;
    bool quoted;         /* one of the record's cells was */
    apr_pool_t *scratch; /* of one record */
    apr_pool_t *pool;
} reading;

static oa_error *wrong(const reading *r, const char *what)
{
    return oa_error_make(r->pool, OA_UNPROCESSABLE, "line %lu, column %d: %s", (unsigned long)r->line, r->count + 1, what);
}

static oa_error *too_large(const reading *r, const char *what)
{
    return oa_error_make(r->pool, OA_TOO_LARGE, "line %lu, column %d: %s", (unsigned long)r->line, r->count + 1, what);
}

static oa_error *check_text(const reading *r, const char *text, size_t size)
{
    if (size > OA_CELL_MAX) {
        return too_large(r, "the cell is longer than 65536 octets");
    }
    return oa_text_is_utf8(text, size) ? NULL : wrong(r, "the cell is not UTF-8 text; save the file as UTF-8");
}

static bool ends_line(char c)
{
    return c == '\r' || c == '\n';
}

static oa_error *read_plain(reading *r, const char **cell)
{
    const char *start = r->at;
    while (r->at < r->end && *r->at != r->separator && !ends_line(*r->at)) {
        if (*r->at++ == '"') {
            return wrong(r, "a quote within a cell that does not begin with one");
        }
    }
    size_t size = (size_t)(r->at - start);
    OA_TRY(check_text(r, start, size));
    *cell = size > 0 ? apr_pstrmemdup(r->scratch, start, size) : "";
    return NULL;
}

static void count_lines(reading *r, const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        r->line += text[i] == '\n' || (text[i] == '\r' && !(i + 1 < size && text[i + 1] == '\n'));
    }
}

/* The end of the quoted text that begins at `text`: its closing quote, or NULL. */
static const char *closing_quote(const char *text, const char *end)
{
    for (;;) {
        const char *quote = memchr(text, '"', (size_t)(end - text));
        if (quote == NULL || quote + 1 == end || quote[1] != '"') {
            return quote;
        }
        text = quote + 2;
    }
}

static oa_error *read_quoted(reading *r, const char **cell)
{
    const char *text = r->at + 1;
    const char *quote = closing_quote(text, r->end);
    if (quote == NULL) {
        return wrong(r, "the quote that opens this cell is never closed");
    }
    size_t size = (size_t)(quote - text);
    OA_TRY(check_text(r, text, size));
    char *out = apr_pstrmemdup(r->scratch, text, size);
    *cell = out;
    for (size_t i = 0; i < size; i++) {
        *out++ = text[i];
        i += text[i] == '"';
    }
    *out = '\0';
    count_lines(r, text, size);
    r->quoted = true;
    r->at = quote + 1;
    return r->at == r->end || *r->at == r->separator || ends_line(*r->at)
               ? NULL
               : wrong(r, "text after the quote that closes the cell");
}

static void end_line(reading *r)
{
    if (r->at < r->end) {
        r->at += r->at[0] == '\r' && r->at + 1 < r->end && r->at[1] == '\n' ? 2 : 1;
        r->line++;
    }
}

static oa_error *read_record(reading *r)
{
    r->begun = r->line;
    r->quoted = false;
    for (r->count = 0;; r->at++) {
        const char *cell = "";
        if (r->count == OA_COLUMNS_MAX) {
            return too_large(r, "more than 256 columns");
        }
        OA_TRY(r->at < r->end && *r->at == '"' ? read_quoted(r, &cell) : read_plain(r, &cell));
        r->cells[r->count++] = cell;
        if (r->at == r->end || *r->at != r->separator) {
            end_line(r);
            return NULL;
        }
    }
}

static char find_separator(const char *at, const char *end)
{
    char found = ',';
    bool quoted = false;
    for (; at < end && (quoted || !ends_line(*at)); at++) {
        quoted = quoted != (*at == '"');
        if (!quoted && *at == ',') {
            return ',';
        }
        if (!quoted && (*at == ';' || *at == '\t') && found == ',') {
            found = *at;
        }
    }
    return found;
}

/* UTF-16 has a mark, or NULs among what is ASCII. */
static bool is_utf16(const unsigned char *bytes, size_t size)
{
    return size >= 2 && ((bytes[0] == 0xff && bytes[1] == 0xfe) || (bytes[0] == 0xfe && bytes[1] == 0xff) ||
                         (bytes[0] == 0) != (bytes[1] == 0));
}

static oa_error *open_file(reading *r, const char *bytes, size_t size)
{
    if (size > OA_TABLE_MAX) {
        return oa_error_make(r->pool, OA_TOO_LARGE, "the file is larger than 16 MiB: split it");
    }
    if (is_utf16((const unsigned char *)bytes, size)) {
        return oa_error_make(r->pool, OA_MEDIA_TYPE, "the file is UTF-16: save it as CSV UTF-8");
    }
    size_t mark = size >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    r->at = bytes + mark;
    r->end = bytes + size;
    r->line = 1;
    r->separator = find_separator(r->at, r->end);
    return NULL;
}

static bool is_empty_line(const reading *r)
{
    return r->count == 1 && *r->cells[0] == '\0' && !r->quoted;
}

static oa_error *read_all(reading *r, oa_record_taker *take, void *context)
{
    int records = 0;
    while (r->at < r->end) {
        apr_pool_clear(r->scratch);
        OA_TRY(read_record(r));
        if (is_empty_line(r)) {
            continue;
        }
        if (records++ == OA_RECORDS_MAX) {
            return oa_error_make(r->pool, OA_TOO_LARGE, "line %lu: more than %d lines: split the file",
                                 (unsigned long)r->begun, OA_RECORDS_MAX);
        }
        const oa_record record = {r->begun, r->count, r->cells};
        OA_TRY(take(context, &record));
    }
    return NULL;
}

oa_error *oa_csv_read(const void *bytes, size_t size, oa_record_taker *take, void *context, apr_pool_t *pool)
{
    reading *r = apr_pcalloc(pool, sizeof *r);
    r->pool = pool;
    OA_TRY(open_file(r, bytes, size));
    apr_pool_create(&r->scratch, pool);
    oa_error *error = read_all(r, take, context);
    apr_pool_destroy(r->scratch);
    return error;
}

/* Writing */

static char *put_quoted(char *out, const char *text)
{
    *out++ = '"';
    for (; *text != '\0'; text++) {
        if (*text == '"') {
            *out++ = '"';
        }
        *out++ = *text;
    }
    *out++ = '"';
    return out;
}

/* A line of one empty cell would be an empty line. */
static bool needs_quotes(const char *text, int count)
{
    return strpbrk(text, ",;\t\"\r\n") != NULL || (count == 1 && *text == '\0');
}

const char *oa_csv_line(const char *const *cells, int count, apr_pool_t *pool)
{
    size_t size = sizeof "\r\n";
    for (int i = 0; i < count; i++) {
        size += 2 * strlen(cells[i]) + sizeof ",\"\"";
    }
    char *line = apr_palloc(pool, size);
    char *out = line;
    for (int i = 0; i < count; i++) {
        if (i > 0) {
            *out++ = ',';
        }
        if (needs_quotes(cells[i], count)) {
            out = put_quoted(out, cells[i]);
        } else {
            size_t length = strlen(cells[i]);
            memcpy(out, cells[i], length);
            out += length;
        }
    }
    memcpy(out, "\r\n", sizeof "\r\n");
    return line;
}

static bool begins_formula(const char *text)
{
    return *text != '\0' && strchr("=+-@\t\r", *text) != NULL;
}

const char *oa_csv_guarded(const char *text, apr_pool_t *pool)
{
    return begins_formula(text + strspn(text, "'")) ? apr_pstrcat(pool, "'", text, NULL) : text;
}

const char *oa_csv_unguarded(const char *text)
{
    return *text == '\'' && begins_formula(text + strspn(text, "'")) ? text + 1 : text;
}
