/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the store needs done by itself, in httpd: a thread of each child looks every other second whether something is due, and does it
 * where it gets the store's lease. Not mod_watchdog: that need not be loaded and knows one httpd, while the lease holds for all processes
 * and nodes; and not the thread that writes last uses, which must not wait for a mail server.
 */
#ifndef MOD_ORGAUTH_UPKEEP_H
#define MOD_ORGAUTH_UPKEEP_H

#include "mod_orgauth/apache.h"

#include "core/store/store.h"

/* Starts the thread; it ends when `pool` is cleared, breaking off a mail that is under way. Logs for `server`. */
oa_error *oa_upkeep_start(oa_store *store, server_rec *server, apr_pool_t *pool);

#endif
