/* SPDX-License-Identifier: Apache-2.0 */
/* What the schema's own steps need beyond SQL. */
#include "core/store/sqlite_private.h"

#include "core/base/json.h"
#include "core/base/text.h"
#include "core/store/audit_word.h"

#include <apr_strings.h>

static const char *text_of(sqlite3_value *value)
{
    const char *text = (const char *)sqlite3_value_text(value);
    return text != NULL ? text : "";
}

/* orgauth_fold(TEXT): oa_text_fold. */
static const char *fold(sqlite3_value **values, apr_pool_t *pool)
{
    return oa_text_fold(text_of(values[0]), pool);
}

/* orgauth_event_words(ACTOR_ID, ACTOR_NAME, ACTION, TARGET_ID, TARGET_NAME, DETAIL): oa_audit_words as a JSON array, each the digit of its part and its text. */
static const char *event_words(sqlite3_value **values, apr_pool_t *pool)
{
    const oa_event event = {.actor_id = sqlite3_value_int64(values[0]), .actor_name = text_of(values[1]), .action = text_of(values[2]),
                            .target_id = sqlite3_value_int64(values[3]), .target_name = text_of(values[4]), .detail = text_of(values[5])};
    const apr_array_header_t *words = oa_audit_words(&event, pool);
    oa_json *list = oa_json_array(pool);
    for (int i = 0; i < words->nelts; i++) {
        const oa_audit_word *word = &APR_ARRAY_IDX(words, i, oa_audit_word);
        oa_json_append_text(list, apr_psprintf(pool, "%d%s", (int)word->part, word->text));
    }
    return oa_json_format(list, false, pool);
}

/* orgauth_beginnings(TEXT): oa_audit_beginnings as a JSON array. */
static const char *beginnings(sqlite3_value **values, apr_pool_t *pool)
{
    const apr_array_header_t *all = oa_audit_beginnings(text_of(values[0]), pool);
    oa_json *list = oa_json_array(pool);
    for (int i = 0; i < all->nelts; i++) {
        oa_json_append_text(list, APR_ARRAY_IDX(all, i, const char *));
    }
    return oa_json_format(list, false, pool);
}

typedef struct function_row {
    const char *name;
    int arguments;
    const char *(*run)(sqlite3_value **values, apr_pool_t *pool);
} function_row;

static const function_row functions[] = {
    {"orgauth_fold", 1, fold}, {"orgauth_event_words", 6, event_words}, {"orgauth_beginnings", 1, beginnings}};
enum { FUNCTIONS = sizeof functions / sizeof functions[0] };

static void run(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    apr_pool_t *pool;
    const function_row *row = sqlite3_user_data(context);
    if (apr_pool_create(&pool, NULL) != APR_SUCCESS) {
        sqlite3_result_error_nomem(context);
        return;
    }
    sqlite3_result_text(context, row->run(values, pool), -1, SQLITE_TRANSIENT);
    apr_pool_destroy(pool);
}

int oa_sqlite_add_functions(oa_db *db)
{
    int rc = SQLITE_OK;
    for (size_t i = 0; i < FUNCTIONS && rc == SQLITE_OK; i++) {
        rc = sqlite3_create_function_v2(db->handle, functions[i].name, functions[i].arguments, SQLITE_UTF8 | SQLITE_DETERMINISTIC,
                                        (void *)(uintptr_t)&functions[i], run, NULL, NULL, NULL);
    }
    return rc;
}
