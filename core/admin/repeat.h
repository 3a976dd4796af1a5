/* SPDX-License-Identifier: Apache-2.0 */
/* A request that its actor may send twice and that is done once (draft-ietf-httpapi-idempotency-key-header). For perform.c. */
#ifndef OA_ADMIN_REPEAT_H
#define OA_ADMIN_REPEAT_H

#include "core/admin/call.h"

/* Whether an answer is kept for this call: then it is *result. OA_UNPROCESSABLE where the key stands for another request. Somebody who is not
 * authenticated has no such answers: they would be everybody's. */
oa_error *oa_call_replay(oa_call *call, oa_json **result);

/* Keeps the answer, without its secrets. Within the transaction of what it tells of. */
oa_error *oa_call_keep(oa_call *call, const oa_json *result);

#endif
