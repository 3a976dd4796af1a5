/* SPDX-License-Identifier: Apache-2.0 */
/* The user that httpd's children run as, to whom a store made by root belongs. */
#ifndef OA_CLI_OWNER_H
#define OA_CLI_OWNER_H

#include "core/base/error.h"

#include <stdbool.h>

/* Who a new store belongs to. `text`: USER or USER:GROUP, names or numbers, or NULL: the user that httpd usually runs
 * as here. *uid and *gid are -1 (leave them alone) where the caller is not root and `text` is NULL. */
oa_error *oa_owner_find(const char *text, int *uid, int *gid, apr_pool_t *pool);

/* Its name, or its number. */
const char *oa_owner_name(int uid, apr_pool_t *pool);

/* access(2) as that user, in a child that becomes it for good: for root, and for that user. */
bool oa_owner_reaches(int uid, int gid, const char *path, int how, apr_pool_t *pool);

#endif
