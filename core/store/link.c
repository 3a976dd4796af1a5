/* SPDX-License-Identifier: Apache-2.0 */
#include "core/store/link.h"

#define SIZE ((size_t)OA_DIGEST_SIZE)

oa_error *oa_link_insert(oa_db *db, const unsigned char digest[OA_DIGEST_SIZE], oa_purpose purpose, oa_id account, oa_time now,
                         oa_time expires_at)
{
    return oa_db_run(db, NULL,
                     "INSERT INTO link (digest, purpose, account_id, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)",
                     "biiii", digest, SIZE, (int64_t)purpose, account, now, expires_at);
}

oa_error *oa_link_find(oa_db *db, const unsigned char digest[OA_DIGEST_SIZE], oa_purpose purpose, oa_time now, oa_id *account)
{
    return oa_db_int(db, account, 0,
                     "SELECT account_id FROM link WHERE digest = $1 AND purpose = $2 AND used_at = 0 AND expires_at > $3"
                     " AND created_at <= $4",
                     "biii", digest, SIZE, (int64_t)purpose, now, now + OA_CLOCK_SKEW);
}

oa_error *oa_link_use(oa_db *db, const unsigned char digest[OA_DIGEST_SIZE], oa_purpose purpose, oa_time now, oa_id *account)
{
    int64_t used = 0;
    oa_id found;
    *account = 0;
    OA_TRY(oa_link_find(db, digest, purpose, now, &found));
    OA_TRY(oa_db_run(db, &used,
                     "UPDATE link SET used_at = $3 WHERE digest = $1 AND purpose = $2 AND used_at = 0 AND expires_at > $3"
                     " AND created_at <= $4",
                     "biii", digest, SIZE, (int64_t)purpose, now, now + OA_CLOCK_SKEW));
    *account = used == 1 ? found : 0;
    return NULL;
}

oa_error *oa_link_count(oa_db *db, oa_id account, oa_purpose purpose, oa_time now, int64_t *count)
{
    return oa_db_int(db, count, 0,
                     "SELECT count(*) FROM link WHERE account_id = $1 AND purpose = $2 AND used_at = 0 AND expires_at > $3"
                     " AND created_at <= $4",
                     "iiii", account, (int64_t)purpose, now, now + OA_CLOCK_SKEW);
}

oa_error *oa_link_void(oa_db *db, oa_id account, oa_time now)
{
    return oa_db_run(db, NULL, "UPDATE link SET used_at = $2 WHERE account_id = $1 AND used_at = 0", "ii", account, now);
}

oa_error *oa_link_sweep(oa_db *db, oa_time before, int64_t limit, int64_t *removed)
{
    return oa_db_run(db, removed,
                     "DELETE FROM link WHERE digest IN (SELECT digest FROM link WHERE expires_at <= $1 LIMIT $2)", "ii",
                     before, limit);
}
