/* SPDX-License-Identifier: Apache-2.0 */
/* Authentication: AuthType OrgAuth, the provider "orgauth" of httpd's Basic authentication, and 403 where httpd would
 * say 401. */
#ifndef MOD_ORGAUTH_AUTHN_H
#define MOD_ORGAUTH_AUTHN_H

#include "mod_orgauth/apache.h"

void oa_authn_register(apr_pool_t *pool);

#endif
