/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a process holds beyond a request: in the parent what all children share, in each child the store and the
 * authority over it. The parent never opens the store or the secret: it is root.
 */
#ifndef MOD_ORGAUTH_PROCESS_H
#define MOD_ORGAUTH_PROCESS_H

#include "mod_orgauth/apache.h"

#include "core/auth/decide.h"

/* Hooks post_config and child_init. */
int oa_process_post_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp, server_rec *server);
void oa_process_child_init(apr_pool_t *pchild, server_rec *server);

/* What judges the credentials of this server. NULL as long as the store or its secret cannot be used: *trouble (in
 * `pool`) says why, for the log; it is tried again at most once a second. */
oa_authority *oa_process_authority(const server_rec *server, const char **trouble, apr_pool_t *pool);

/* The virtual host as sessions know it, where this httpd has several: its name and port; else "". */
const char *oa_process_site(const server_rec *server, apr_pool_t *pool);

#endif
