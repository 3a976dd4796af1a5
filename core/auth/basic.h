/* SPDX-License-Identifier: Apache-2.0 */
/* The credentials of the Basic scheme (RFC 7617, charset UTF-8): strict base 64 (RFC 4648) of user ":" password. */
#ifndef OA_AUTH_BASIC_H
#define OA_AUTH_BASIC_H

#include "core/base/crypto.h"

#include <apr_pools.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct oa_basic {
    const char *user; /* up to OA_EMAIL_MAX octets, may be empty; in the pool */
    const oa_secret *password;
} oa_basic;

/* Strict RFC 4648: padded, nothing outside the alphabet, unused bits zero. `out` has room for length / 4 * 3. */
bool oa_base64_decode(const char *text, size_t length, unsigned char *out, size_t *size);

/* False for what cannot be decoded, has no colon, holds NUL, a control character or invalid UTF-8, a user of more than
 * OA_EMAIL_MAX or a password of more than OA_PASSWORD_MAX octets. What was decoded is wiped with `pool`. */
bool oa_basic_read(const char *text, size_t length, oa_basic *basic, apr_pool_t *pool);

#endif
