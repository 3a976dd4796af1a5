/* SPDX-License-Identifier: Apache-2.0 */
/* Whether the content of a store is sound. */
#ifndef OA_STORE_CHECK_H
#define OA_STORE_CHECK_H

#include "core/base/crypto.h"
#include "core/base/json.h"
#include "core/store/db.h"

/* Appends an object {"check": NAME, "detail": TEXT} to `problems` for each problem found: damage of the file, dangling references, decision rows
 * that differ from what they are made of, breaks of the audit trail. *events counts the events. An error only where the
 * store cannot be asked at all; damage is a problem. */
oa_error *oa_check_content(oa_db *db, const unsigned char chain_key[OA_SUBKEY_SIZE], oa_json *problems, int64_t *events,
                           apr_pool_t *pool);

#endif
