/* SPDX-License-Identifier: Apache-2.0 */
#include "core/store/setting.h"

oa_error *oa_setting_get(oa_db *db, const char *name, const char **value, apr_pool_t *pool)
{
    oa_rows *rows;
    OA_TRY(oa_db_select(db, &rows, "SELECT value FROM setting WHERE name = $1", "t", name));
    *value = oa_rows_next(rows) ? oa_rows_copy(rows, 0, pool) : NULL;
    return oa_rows_end(rows);
}

oa_error *oa_setting_put(oa_db *db, const char *name, const char *value)
{
    if (value == NULL) {
        return oa_db_run(db, NULL, "DELETE FROM setting WHERE name = $1", "t", name);
    }
    return oa_db_run(db, NULL,
                     "INSERT INTO setting (name, value) VALUES ($1, $2)"
                     " ON CONFLICT (name) DO UPDATE SET value = $2",
                     "tt", name, value);
}

oa_error *oa_setting_load(oa_db *db, oa_settings *settings, apr_pool_t *pool)
{
    oa_rows *rows;
    oa_settings_init(settings, pool);
    OA_TRY(oa_db_select(db, &rows, "SELECT name, value FROM setting", NULL));
    while (oa_rows_next(rows)) {
        const oa_setting_row *row = oa_setting_find(oa_rows_text(rows, 0));
        if (row != NULL) {
            (void)row->parse(settings, row, oa_rows_copy(rows, 1, pool), pool);
        }
    }
    return oa_rows_end(rows);
}
