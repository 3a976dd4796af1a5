/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The state of a resource as an entity tag (RFC 9110 section 8.8.3): a digest of what GET shows of it, less what changes by itself
 * (when it was last used). Made of the row for GET inside the transaction of a change, so it needs no help of the noun. For perform.c.
 */
#ifndef OA_ADMIN_ETAG_H
#define OA_ADMIN_ETAG_H

#include "core/admin/call.h"

/* OA_PRECONDITION unless the resource of the call is as manner->if_match says, where that says anything. */
oa_error *oa_etag_check(oa_call *call);

/* The tag that goes with `result` where that shows the resource as it is now, by GET or by a PATCH with the same schema; else NULL. */
const char *oa_etag_after(const oa_call *call, const oa_json *result);

#endif
