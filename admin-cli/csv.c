/* SPDX-License-Identifier: Apache-2.0 */
#include "admin-cli/csv.h"
#include "admin-cli/cells.h"
#include "admin-cli/visible.h"
#include "core/base/csv.h"

#include <unistd.h>

void oa_csv_head(const apr_array_header_t *columns, apr_pool_t *pool)
{
    const char **cells = apr_palloc(pool, sizeof(*cells) * (size_t)columns->nelts);
    for (int i = 0; i < columns->nelts; i++) {
        cells[i] = oa_csv_guarded(oa_visible(APR_ARRAY_IDX(columns, i, const char *), "", pool), pool);
    }
    fputs(oa_csv_line(cells, columns->nelts, pool), stdout);
}

static void put_row(const apr_array_header_t *columns, const oa_json *item, const char *keep, apr_pool_t *pool)
{
    const char **cells = apr_palloc(pool, sizeof(*cells) * (size_t)columns->nelts);
    for (int i = 0; i < columns->nelts; i++) {
        const char *column = APR_ARRAY_IDX(columns, i, const char *);
        const char *text = oa_cell(item, column, pool);
        text = oa_cell_is_text(item, column, pool) ? oa_csv_guarded(text, pool) : text;
        cells[i] = oa_visible(text, keep, pool);
    }
    fputs(oa_csv_line(cells, columns->nelts, pool), stdout);
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
