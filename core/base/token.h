/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tokens of sessions and one-time links: random bytes in base 32. The store keeps a keyed digest of one and never the token, so
 * that it is found by its digest and nothing is compared.
 */
#ifndef OA_BASE_TOKEN_H
#define OA_BASE_TOKEN_H

#include "core/base/crypto.h"

enum { OA_TOKEN_BYTES = 35, OA_TOKEN_LENGTH = 56 }; /* 280 bits: a whole number of base-32 digits */

/* A new one in `pool`, wiped with it. */
const char *oa_token_make(apr_pool_t *pool);

/* False, and no digest, for what has not the form of a token. */
bool oa_token_digest(const unsigned char key[OA_SUBKEY_SIZE], const char *text, size_t size,
                     unsigned char digest[OA_DIGEST_SIZE]);

/* The same of a token that is good for `site` alone: another digest for each; "" or NULL: for all, as above. */
bool oa_token_digest_at(const unsigned char key[OA_SUBKEY_SIZE], const char *site, const char *text, size_t size,
                        unsigned char digest[OA_DIGEST_SIZE]);

/* Whether so long a run of base-32 digits is in `text` that it may be a token, or the secret of a key (39 digits with its checksum), or what begins as a
 * JWT does. A number in hexadecimal, as commits and layers of images are named, is none. */
bool oa_token_is_within(const char *text);

/* `text` with "{secret}" in the place of each of these; `text` itself where there is none. NULL-safe. */
char *oa_token_hide(char *text, apr_pool_t *pool);

#endif
