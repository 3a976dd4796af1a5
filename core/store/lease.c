/* SPDX-License-Identifier: Apache-2.0 */
#include "core/store/lease.h"

oa_error *oa_lease_take(oa_db *db, const char *name, oa_id holder, oa_time now, oa_duration span, bool *taken)
{
    int64_t changed = 0;
    oa_error *error = oa_db_run(db, &changed,
                                "INSERT INTO lease (name, holder, until) VALUES ($1, $2, $3 + $4)"
                                " ON CONFLICT (name) DO UPDATE SET holder = $2, until = $3 + $4"
                                " WHERE lease.holder = $2 OR lease.until NOT BETWEEN $3 + 1 AND $3 + $4",
                                "tiii", name, holder, now, span);
    *taken = error == NULL && changed > 0;
    return error;
}

oa_error *oa_lease_give(oa_db *db, const char *name, oa_id holder)
{
    return oa_db_run(db, NULL, "DELETE FROM lease WHERE name = $1 AND holder = $2", "ti", name, holder);
}

oa_error *oa_lease_is_free(oa_db *db, const char *name, oa_id holder, oa_time now, oa_duration span, bool *is_free)
{
    int64_t held;
    OA_TRY(oa_db_int(db, &held, 0,
                     "SELECT EXISTS (SELECT 1 FROM lease WHERE name = $1 AND holder <> $2"
                     " AND until BETWEEN $3 + 1 AND $3 + $4)",
                     "tiii", name, holder, now, span));
    *is_free = held == 0;
    return NULL;
}
