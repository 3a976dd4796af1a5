/* SPDX-License-Identifier: Apache-2.0 */
/* Things that one at a time does, over all processes of all nodes. Inside the caller's writing transaction. */
#ifndef OA_STORE_LEASE_H
#define OA_STORE_LEASE_H

#include "core/base/clock.h"
#include "core/store/db.h"

/* Takes `name` for `span`, or holds on to it; *taken false: somebody else has it. A lease from a clock that was further ahead than
 * `span` is void. */
oa_error *oa_lease_take(oa_db *db, const char *name, oa_id holder, oa_time now, oa_duration span, bool *taken);

/* Gives it back; harmless where somebody else has it. */
oa_error *oa_lease_give(oa_db *db, const char *name, oa_id holder);

/* Whether oa_lease_take would succeed. Reads only. */
oa_error *oa_lease_is_free(oa_db *db, const char *name, oa_id holder, oa_time now, oa_duration span, bool *is_free);

#endif
