/* SPDX-License-Identifier: Apache-2.0 */
#include "admin-cli/cells.h"

#include <apr_strings.h>

typedef struct gathering {
    apr_array_header_t *columns;
    const char *prefix;
    apr_pool_t *pool;
} gathering;

static void add_once(apr_array_header_t *columns, const char *name)
{
    for (int i = 0; i < columns->nelts; i++) {
        if (strcmp(APR_ARRAY_IDX(columns, i, const char *), name) == 0) {
            return;
        }
    }
    APR_ARRAY_PUSH(columns, const char *) = name;
}

/* One level of objects is taken apart: a result has no more that a table could show. */
static bool gather(void *context, const char *name, const oa_json *value)
{
    const gathering *to = context;
    bool apart = *to->prefix == '\0' && oa_json_type_of(value) == OA_JSON_OBJECT && oa_json_size(value) > 0;
    if (apart) {
        gathering inner = {to->columns, apr_pstrcat(to->pool, name, ".", NULL), to->pool};
        oa_json_each(value, gather, &inner);
    } else {
        add_once(to->columns, apr_pstrcat(to->pool, to->prefix, name, NULL));
    }
    return true;
}

static void split(apr_array_header_t *columns, const char *words, apr_pool_t *pool)
{
    while (*words != '\0') {
        size_t length = strcspn(words, " ");
        APR_ARRAY_PUSH(columns, const char *) = apr_pstrmemdup(pool, words, length);
        words += length + (words[length] == ' ');
    }
}

const apr_array_header_t *oa_columns(const char *words, const oa_json *items, apr_pool_t *pool)
{
    apr_array_header_t *columns = apr_array_make(pool, 10, sizeof(const char *));
    gathering to = {columns, "", pool};
    if (words != NULL) {
        split(columns, words, pool);
        return columns;
    }
    for (size_t i = 0; i < oa_json_size(items); i++) {
        oa_json_each(oa_json_at(items, i), gather, &to);
    }
    return columns;
}

static const oa_json *member(const oa_json *item, const char *column, apr_pool_t *pool)
{
    const oa_json *value = oa_json_get(item, column);
    const char *dot = strchr(column, '.');
    if (value != NULL || dot == NULL) {
        return value;
    }
    const oa_json *outer = oa_json_get(item, apr_pstrmemdup(pool, column, (apr_size_t)(dot - column)));
    return outer != NULL ? oa_json_get(outer, dot + 1) : NULL;
}

static const char *list_text(const oa_json *list, apr_pool_t *pool)
{
    const char *text = "";
    for (size_t i = 0; i < oa_json_size(list); i++) {
        const oa_json *element = oa_json_at(list, i);
        const char *word = oa_json_text(element);
        word = word != NULL ? word : oa_json_format(element, false, pool);
        text = apr_pstrcat(pool, text, i > 0 ? ", " : "", word, NULL);
    }
    return text;
}

const char *oa_cell(const oa_json *item, const char *column, apr_pool_t *pool)
{
    const oa_json *value = member(item, column, pool);
    oa_json_type type = oa_json_type_of(value);
    if (type == OA_JSON_NULL) {
        return "";
    }
    if (type == OA_JSON_STRING) {
        return oa_json_text(value);
    }
    return type == OA_JSON_ARRAY ? list_text(value, pool) : oa_json_format(value, false, pool);
}

bool oa_cell_is_text(const oa_json *item, const char *column, apr_pool_t *pool)
{
    oa_json_type type = oa_json_type_of(member(item, column, pool));
    return type == OA_JSON_STRING || type == OA_JSON_ARRAY || type == OA_JSON_OBJECT;
}
