/* SPDX-License-Identifier: Apache-2.0 */
/* What requests with an Idempotency-Key were answered, for 24 hours. */
#ifndef OA_STORE_REPEAT_H
#define OA_STORE_REPEAT_H

#include "core/base/clock.h"
#include "core/base/crypto.h"
#include "core/store/db.h"

#define OA_REPEAT_KEPT OA_DAY

/* The answer that `account` got under `key` less than OA_REPEAT_KEPT before `now`, and the digest of the request; *answer NULL: none. */
oa_error *oa_repeat_find(oa_db *db, oa_id account, const char *key, oa_time now, const char **answer,
                         unsigned char digest[OA_DIGEST_SIZE], apr_pool_t *pool);

/* Keeps an answer, and forgets the old ones. */
oa_error *oa_repeat_keep(oa_db *db, oa_id account, const char *key, oa_time now, const char *answer,
                         const unsigned char digest[OA_DIGEST_SIZE]);

#endif
