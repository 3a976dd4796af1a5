/* SPDX-License-Identifier: Apache-2.0 */
/* One-time links that were mailed, by the keyed digest of their token (OA_SUBKEY_LINK). Inside the caller's transaction. */
#ifndef OA_STORE_LINK_H
#define OA_STORE_LINK_H

#include "core/base/clock.h"
#include "core/base/crypto.h"
#include "core/store/db.h"

/* The numbers are stored. */
typedef enum oa_purpose { OA_LINK_RESET = 1 } oa_purpose;

oa_error *oa_link_insert(oa_db *db, const unsigned char digest[OA_DIGEST_SIZE], oa_purpose purpose, oa_id account, oa_time now,
                         oa_time expires_at);

/* Whose it is; *account = 0 where it is not in force: unknown, used, void, expired, or made by a clock that was far ahead. Uses nothing up. */
oa_error *oa_link_find(oa_db *db, const unsigned char digest[OA_DIGEST_SIZE], oa_purpose purpose, oa_time now, oa_id *account);

/* The same, and it is used now: of all that try at once, one gets the account. */
oa_error *oa_link_use(oa_db *db, const unsigned char digest[OA_DIGEST_SIZE], oa_purpose purpose, oa_time now, oa_id *account);

/* How many of an account are in force. */
oa_error *oa_link_count(oa_db *db, oa_id account, oa_purpose purpose, oa_time now, int64_t *count);

/* Makes all of an account void. */
oa_error *oa_link_void(oa_db *db, oa_id account, oa_time now);

/* Takes away up to `limit` that expired before `before`. */
oa_error *oa_link_sweep(oa_db *db, oa_time before, int64_t limit, int64_t *removed);

#endif
