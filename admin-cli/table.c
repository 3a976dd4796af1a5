/* SPDX-License-Identifier: Apache-2.0 */
#include "admin-cli/table.h"
#include "admin-cli/cells.h"
#include "admin-cli/visible.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <libsmartcols.h>

static apr_status_t release(void *table)
{
    scols_unref_table(table);
    return APR_SUCCESS;
}

static oa_error *failed(apr_pool_t *pool)
{
    return oa_error_make(pool, OA_FAILED, "the table could not be printed: out of memory");
}

static struct libscols_table *make_table(apr_pool_t *pool)
{
    struct libscols_table *table = scols_new_table();
    if (table != NULL) {
        apr_pool_cleanup_register(pool, table, release, apr_pool_cleanup_null);
    }
    return table;
}

static const char *heading(const char *column, apr_pool_t *pool)
{
    char *name = apr_pstrdup(pool, oa_visible(column, "", pool));
    for (char *at = name; *at != '\0'; at++) {
        *at = *at == '_' ? ' ' : (char)apr_toupper(*at);
    }
    return name;
}

/* Sets cell `number`; the text has nothing in it that a terminal would obey. */
static bool set_cell(struct libscols_line *line, int number, const char *text, apr_pool_t *pool)
{
    return line != NULL && scols_line_set_data(line, (size_t)number, oa_visible(text, "", pool)) == 0;
}

static bool add_line(struct libscols_table *table, const apr_array_header_t *columns, const oa_json *item, apr_pool_t *pool)
{
    struct libscols_line *line = scols_table_new_line(table, NULL);
    bool good = line != NULL;
    for (int i = 0; good && i < columns->nelts; i++) {
        good = set_cell(line, i, oa_cell(item, APR_ARRAY_IDX(columns, i, const char *), pool), pool);
    }
    return good;
}

/* The table has copies of its own of all cells, of which there may be very many: what they were made of is given back line by line. */
static bool add_lines(struct libscols_table *table, const apr_array_header_t *columns, const oa_json *items, apr_pool_t *pool)
{
    apr_pool_t *scratch;
    bool good = true;
    apr_pool_create(&scratch, pool);
    for (size_t row = 0; good && row < oa_json_size(items); row++) {
        apr_pool_clear(scratch);
        good = add_line(table, columns, oa_json_at(items, row), scratch);
    }
    apr_pool_destroy(scratch);
    return good;
}

oa_error *oa_table_list(const apr_array_header_t *columns, const oa_json *items, apr_pool_t *pool)
{
    struct libscols_table *table = make_table(pool);
    bool good = table != NULL;
    for (int i = 0; good && i < columns->nelts; i++) {
        good = scols_table_new_column(table, heading(APR_ARRAY_IDX(columns, i, const char *), pool), 0, 0) != NULL;
    }
    good = good && add_lines(table, columns, items, pool);
    return good && scols_print_table(table) == 0 ? NULL : failed(pool);
}

oa_error *oa_table_record(const apr_array_header_t *columns, const oa_json *item, apr_pool_t *pool)
{
    struct libscols_table *table = make_table(pool);
    bool good = table != NULL && scols_table_new_column(table, "name", 0, 0) != NULL &&
                scols_table_new_column(table, "value", 0, 0) != NULL && scols_table_enable_noheadings(table, 1) == 0;
    for (int i = 0; good && i < columns->nelts; i++) {
        const char *column = APR_ARRAY_IDX(columns, i, const char *);
        struct libscols_line *line = scols_table_new_line(table, NULL);
        good = set_cell(line, 0, column, pool) && set_cell(line, 1, oa_cell(item, column, pool), pool);
    }
    return good && scols_print_table(table) == 0 ? NULL : failed(pool);
}
