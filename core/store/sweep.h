/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What time makes void, beside invitations, links and sessions, which have sweeps of their own. Each function does a bounded piece inside the caller's writing transaction and says in *count how
 * many rows it changed: less than `limit` means that it is through.
 */
#ifndef OA_STORE_SWEEP_H
#define OA_STORE_SWEEP_H

#include "core/base/clock.h"
#include "core/store/db.h"

#include <apr_tables.h>

/* VALIDATED accounts not seen since `before`, with an id above `after`: array of oa_id. Reads only. */
oa_error *oa_sweep_idle(oa_db *db, oa_time before, oa_id after, int64_t limit, apr_array_header_t **accounts,
                        apr_pool_t *pool);

/* Accounts with more than `kept` API messages (oa_message_trim takes them away), with an id above `after`: array of oa_id. Reads only. */
oa_error *oa_sweep_talkative(oa_db *db, int64_t kept, oa_id after, int64_t limit, apr_array_header_t **accounts,
                             apr_pool_t *pool);

/* API messages from before `before`. */
oa_error *oa_sweep_old_messages(oa_db *db, oa_time before, int64_t limit, int64_t *count);

/* Answers that are kept for requests with an Idempotency-Key, once their time is over. */
oa_error *oa_sweep_repeats(oa_db *db, oa_time before, int64_t *count);

/* Bodies of mails that were given up and whose link has expired are emptied. */
oa_error *oa_sweep_mail_bodies(oa_db *db, oa_time now, int64_t *count);

#endif
