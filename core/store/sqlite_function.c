/* SPDX-License-Identifier: Apache-2.0 */
/* What the schema's own steps need beyond SQL. */
#include "core/store/sqlite_private.h"

#include "core/base/text.h"

/* orgauth_fold(TEXT): oa_text_fold. */
static void fold(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    apr_pool_t *pool;
    const char *text = (const char *)sqlite3_value_text(values[0]);
    if (text == NULL || apr_pool_create(&pool, NULL) != APR_SUCCESS) {
        sqlite3_result_null(context);
        return;
    }
    sqlite3_result_text(context, oa_text_fold(text, pool), -1, SQLITE_TRANSIENT);
    apr_pool_destroy(pool);
}

int oa_sqlite_add_functions(oa_db *db)
{
    return sqlite3_create_function_v2(db->handle, "orgauth_fold", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL, fold, NULL, NULL, NULL);
}
