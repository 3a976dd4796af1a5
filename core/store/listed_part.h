/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The index of the parts of names and e-mails that `listed` is searched by. It follows the table a moment later: rows that it does not have as they are now
 * are noted by triggers in `listed_stale`, and looked at by every search besides. Inside the caller's transaction.
 */
#ifndef OA_STORE_LISTED_PART_H
#define OA_STORE_LISTED_PART_H

#include "core/store/db.h"

/* A search with more matches than these in the organization goes through the list for them, instead of sorting them. Tests set it. */
extern int64_t oa_listed_few;

/* Rows of an organization that may have the parts: a statement for FROM, whose one column is `serial`. $1 is the organization, $8 of oa_listed_parts. */
#define OA_LISTED_SHELF(org) "BETWEEN ((" org " & 2147483647) << 32) + 1 AND ((" org " & 2147483647) << 32) + 4294967295"
#define OA_LISTED_HAVING_PARTS                                                                                                              \
    "SELECT rowid AS serial FROM listed_part WHERE listed_part MATCH $8 AND rowid " OA_LISTED_SHELF("$1")                                   \
    " AND rowid NOT IN (SELECT serial FROM listed_stale)"                                                                                   \
    " UNION ALL SELECT serial FROM listed_stale WHERE serial " OA_LISTED_SHELF("$1")

/* What the index is to be asked for `search` (not ""; as oa_text_fold spells it). NULL where it cannot tell. */
const char *oa_listed_parts(const char *search, apr_pool_t *pool);

/* Whether at most oa_listed_few rows of the organization may have them. */
oa_error *oa_listed_parts_are_few(oa_db *db, oa_id org, const char *parts, bool *few);

/* Brings up to `limit` stale rows into the index. */
oa_error *oa_listed_part_settle(oa_db *db, int64_t limit, int64_t *count);

oa_error *oa_listed_part_is_due(oa_db *db, bool *due);

#endif
