/* SPDX-License-Identifier: Apache-2.0 */
#include "core/store/idle.h"

static oa_db *pop(oa_idle *idle, int list)
{
    oa_db *db = idle->lists[list];

    if (db != NULL) {
        idle->lists[list] = oa_sqlite_tag(db)->next;
        idle->laden -= list == OA_DB_LOOKUP;
    }
    return db;
}

oa_db *oa_idle_take(oa_idle *idle, oa_db_use use)
{
    oa_db *db = pop(idle, (int)use);

    return db == NULL && use == OA_DB_LOOKUP ? pop(idle, OA_IDLE_BARE) : db;
}

bool oa_idle_is_full(const oa_idle *idle, oa_db *db)
{
    return oa_sqlite_use(db) == OA_DB_LOOKUP && idle->laden >= OA_IDLE_LADEN;
}

void oa_idle_put(oa_idle *idle, oa_db *db, bool unloaded)
{
    int list = unloaded ? OA_IDLE_BARE : (int)oa_sqlite_use(db);

    oa_sqlite_tag(db)->next = idle->lists[list];
    idle->lists[list] = db;
    idle->laden += list == OA_DB_LOOKUP;
}

void oa_idle_detach(oa_idle *idle, oa_idle *taken)
{
    *taken = *idle;
    *idle = (oa_idle){.laden = 0};
}

void oa_idle_close(oa_idle *taken)
{
    for (int list = 0; list < OA_IDLE_LISTS; list++) {
        while (taken->lists[list] != NULL) {
            oa_sqlite_close(pop(taken, list));
        }
    }
}
