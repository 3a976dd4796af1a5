/* SPDX-License-Identifier: Apache-2.0 */
#include "admin-cli/csv.h"
#include "admin-cli/cells.h"
#include "admin-cli/visible.h"

#include <apr_strings.h>
#include <unistd.h>

static const char *guarded(const char *text, apr_pool_t *pool)
{
    bool formula = *text != '\0' && strchr("=+-@\t\r", *text) != NULL;
    return formula ? apr_pstrcat(pool, "'", text, NULL) : text;
}

static void put(const char *text, bool first)
{
    if (!first) {
        putchar(',');
    }
    if (strpbrk(text, ",\"\r\n") == NULL) {
        fputs(text, stdout);
        return;
    }
    putchar('"');
    for (; *text != '\0'; text++) {
        if (*text == '"') {
            putchar('"');
        }
        putchar(*text);
    }
    putchar('"');
}

void oa_csv_head(const apr_array_header_t *columns, apr_pool_t *pool)
{
    for (int i = 0; i < columns->nelts; i++) {
        put(guarded(oa_visible(APR_ARRAY_IDX(columns, i, const char *), "", pool), pool), i == 0);
    }
    fputs("\r\n", stdout);
}

static void put_row(const apr_array_header_t *columns, const oa_json *item, const char *keep, apr_pool_t *pool)
{
    for (int i = 0; i < columns->nelts; i++) {
        const char *column = APR_ARRAY_IDX(columns, i, const char *);
        const char *text = oa_cell(item, column, pool);
        text = oa_cell_is_text(item, column, pool) ? guarded(text, pool) : text;
        put(oa_visible(text, keep, pool), i == 0);
    }
    fputs("\r\n", stdout);
}

void oa_csv_rows(const apr_array_header_t *columns, const oa_json *items, apr_pool_t *pool)
{
    const char *keep = isatty(STDOUT_FILENO) ? "" : "\t\r\n";
    apr_pool_t *scratch;
    apr_pool_create(&scratch, pool);
    for (size_t i = 0; i < oa_json_size(items); i++) {
        put_row(columns, oa_json_at(items, i), keep, scratch);
        apr_pool_clear(scratch);
    }
    apr_pool_destroy(scratch);
}
