/* SPDX-License-Identifier: Apache-2.0 */
/* Sessions as they are stored: never the token, only its digest. Inside the caller's transaction. */
#ifndef OA_STORE_SESSION_H
#define OA_STORE_SESSION_H

#include "core/base/clock.h"
#include "core/base/crypto.h"
#include "core/store/db.h"

#include <apr_tables.h>

/* Sessions of one account at most: a log-in ends the oldest beyond. */
enum { OA_SESSIONS_MAX = 100 };

typedef struct oa_session {
    oa_id id;
    oa_id account_id;
    const char *address; /* of the client that logged in */
    const char *agent;   /* its User-Agent, as it said; "" where it did not */
    oa_time created_at;
    oa_time last_seen_at;
    oa_time expires_at;
} oa_session;

/* *session = NULL where there is none. */
oa_error *oa_session_find(oa_db *db, oa_id id, const oa_session **session, apr_pool_t *pool);

/* Those of an account that are in force: not expired at `now`, begun after `begun`, seen after `seen`, with an id above `after`: array of
 * const oa_session *. */
oa_error *oa_session_list(oa_db *db, oa_id account, oa_time now, oa_time begun, oa_time seen, oa_id after, int64_t limit,
                          apr_array_header_t **sessions, apr_pool_t *pool);

/* last_seen_at is created_at. */
oa_error *oa_session_insert(oa_db *db, const oa_session *session, const unsigned char digest[OA_DIGEST_SIZE]);

/* One of an account; *ended = 0 where there is none. */
oa_error *oa_session_end(oa_db *db, oa_id account, oa_id id, int64_t *ended);

/* All of an account but `kept` (0: all). */
oa_error *oa_session_end_others(oa_db *db, oa_id account, oa_id kept, int64_t *ended);

/* Takes away up to `limit` that have ended: expired at `now`, begun before `begun`, not seen since `seen`. *ended counts them. */
oa_error *oa_session_sweep(oa_db *db, oa_time now, oa_time begun, oa_time seen, int64_t limit, int64_t *ended);

#endif
