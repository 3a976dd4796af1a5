/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The connections of a store that nobody uses at the moment: a list for each use, of which the one given last is taken first. A rush opens as many for
 * look-ups as there are threads; few are enough at other times. So only OA_IDLE_LADEN of those keep the pages they read, and may keep many; the
 * others give theirs up. All under the caller's mutex, except where it says otherwise.
 */
#ifndef OA_STORE_IDLE_H
#define OA_STORE_IDLE_H

#include "core/store/sqlite.h"

enum { OA_IDLE_LADEN = 4, OA_IDLE_BARE = OA_DB_ADMIN + 1, OA_IDLE_LISTS };

typedef struct oa_idle {
    oa_db *lists[OA_IDLE_LISTS]; /* by use; and those for look-ups without pages */
    int laden;                   /* how many there are for look-ups with theirs */
} oa_idle;

/* One for `use`, or NULL. */
oa_db *oa_idle_take(oa_idle *idle, oa_db_use use);

/* Whether `db` must be unloaded (oa_sqlite_unload, without the mutex) before it is put back. */
bool oa_idle_is_full(const oa_idle *idle, oa_db *db);
void oa_idle_put(oa_idle *idle, oa_db *db, bool unloaded);

/* Empties `idle` into *taken, which oa_idle_close closes without the mutex. */
void oa_idle_detach(oa_idle *idle, oa_idle *taken);
void oa_idle_close(oa_idle *taken);

#endif
