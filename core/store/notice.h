/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What happened by itself and is to be told by mail: written in the transaction of the event by whoever may write no mail,
 * turned into mails by the upkeep. Inside the caller's transaction.
 */
#ifndef OA_STORE_NOTICE_H
#define OA_STORE_NOTICE_H

#include "core/base/clock.h"
#include "core/store/db.h"

#include <apr_tables.h>

typedef struct oa_notice {
    oa_id id;
    const char *about;   /* "denied" */
    oa_id account_id;
    oa_time at;
    const char *address; /* of the client, or "" */
} oa_notice;

/* `notice->id` is ignored. */
oa_error *oa_notice_add(oa_db *db, const oa_notice *notice);

/* The oldest; NULL where there is none. */
oa_error *oa_notice_next(oa_db *db, const oa_notice **notice, apr_pool_t *pool);
oa_error *oa_notice_done(oa_db *db, oa_id id);
oa_error *oa_notice_is_due(oa_db *db, bool *due);

/* E-mails of the Administrators of `org` that are persons, ACTIVE and VALIDATED; where it has none, of the next organization above that
 * has: array of const char *, at most `limit`. */
oa_error *oa_notice_administrators(oa_db *db, oa_id org, int64_t limit, apr_array_header_t **emails, apr_pool_t *pool);

/* A key that ends soon and of which nobody was told. */
typedef struct oa_ending_key {
    oa_id id;
    const char *name;
    oa_id org_id;
    const char *org_name;
    const char *email;  /* of its account */
    bool is_person;
    oa_time expires_at;
} oa_ending_key;

/* The next that ends within `within` from now, made to live longer than that, not revoked, of a VALIDATED account; NULL: none. */
oa_error *oa_notice_ending_key(oa_db *db, oa_time now, oa_duration within, const oa_ending_key **key, apr_pool_t *pool);
oa_error *oa_notice_key_told(oa_db *db, const oa_ending_key *key);

#endif
