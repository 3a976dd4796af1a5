/* SPDX-License-Identifier: Apache-2.0 */
/* What the operations on Web APIs share. */
#ifndef OA_ADMIN_API_H
#define OA_ADMIN_API_H

#include "core/admin/resolve.h"

/* The Web API that the call is about, which is also the event's target. */
oa_error *oa_call_api(oa_call *call, const oa_api **api);

/* What is said of a Web API. */
oa_json *oa_api_describe(oa_call *call, const oa_api *api);

#endif
