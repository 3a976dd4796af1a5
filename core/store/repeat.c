/* SPDX-License-Identifier: Apache-2.0 */
#include "core/store/repeat.h"

#include <string.h>

oa_error *oa_repeat_find(oa_db *db, oa_id account, const char *key, oa_time now, const char **answer,
                         unsigned char digest[OA_DIGEST_SIZE], apr_pool_t *pool)
{
    oa_rows *rows;
    size_t size = 0;
    *answer = NULL;
    OA_TRY(oa_db_select(db, &rows,
                        "SELECT answer, digest FROM repeat WHERE account_id = $1 AND name = $2 AND created_at > $3",
                        "iti", account, key, now - OA_REPEAT_KEPT));
    if (oa_rows_next(rows)) {
        const void *stored = oa_rows_blob(rows, 1, &size);
        if (size == OA_DIGEST_SIZE) {
            memcpy(digest, stored, size);
            *answer = oa_rows_copy(rows, 0, pool);
        }
    }
    return oa_rows_end(rows);
}

oa_error *oa_repeat_keep(oa_db *db, oa_id account, const char *key, oa_time now, const char *answer,
                         const unsigned char digest[OA_DIGEST_SIZE])
{
    OA_TRY(oa_db_run(db, NULL, "DELETE FROM repeat WHERE created_at <= $1", "i", now - OA_REPEAT_KEPT));
    return oa_db_run(db, NULL,
                     "INSERT INTO repeat (account_id, name, digest, answer, created_at) VALUES ($1, $2, $3, $4, $5)",
                     "itbti", account, key, digest, (size_t)OA_DIGEST_SIZE, answer, now);
}
