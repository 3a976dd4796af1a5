/* SPDX-License-Identifier: Apache-2.0 */
/* The Require lines: pure functions of the request's decision. */
#ifndef MOD_ORGAUTH_REQUIRE_H
#define MOD_ORGAUTH_REQUIRE_H

#include "mod_orgauth/apache.h"

void oa_require_register(apr_pool_t *pool);

#endif
