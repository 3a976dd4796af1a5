/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The site's master secret in its own file: 64 hexadecimal digits and a line feed, mode 0640 or tighter.
 */
#ifndef OA_STORE_SECRET_H
#define OA_STORE_SECRET_H

#include "core/base/crypto.h"

enum { OA_SECRET_FILE_SIZE = 2 * OA_MASTER_SIZE + 1 };

/* Reads it. OA_UNAVAILABLE with the remedy when it is missing, not a regular file, of another form, or open to others.
 * The caller wipes `master`. */
oa_error *oa_secret_read(const char *file, unsigned char master[OA_MASTER_SIZE], apr_pool_t *pool);

/* Makes a new one, mode 0640, owner and group as given (-1: leave); never over an existing file (OA_CONFLICT). */
oa_error *oa_secret_write(const char *file, int uid, int gid, apr_pool_t *pool);

#endif
