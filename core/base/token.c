/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/token.h"

#include "core/base/base32.h"

enum { RUN_OF_A_KEY = 39 }; /* what of a secret is worth hiding */

const char *oa_token_make(apr_pool_t *pool)
{
    unsigned char bytes[OA_TOKEN_BYTES];
    char *text = (char *)oa_secret_make(NULL, OA_TOKEN_LENGTH, pool)->bytes;

    oa_random(bytes, sizeof(bytes));
    oa_base32_encode(bytes, sizeof(bytes), text);
    oa_wipe(bytes, sizeof(bytes));
    return text;
}

bool oa_token_digest_at(const unsigned char key[OA_SUBKEY_SIZE], const char *site, const char *text, size_t size,
                        unsigned char digest[OA_DIGEST_SIZE])
{
    unsigned char bytes[OA_TOKEN_BYTES];

    if (size != OA_TOKEN_LENGTH || !oa_base32_decode(text, size, bytes)) {
        return false;
    }
    if (site == NULL || *site == '\0') {
        oa_digest(key, bytes, sizeof(bytes), digest);
    } else {
        const oa_piece pieces[] = {{bytes, sizeof(bytes)}, {site, strlen(site)}};
        oa_digest_pieces(key, pieces, 2, digest);
    }
    oa_wipe(bytes, sizeof(bytes));
    return true;
}

bool oa_token_digest(const unsigned char key[OA_SUBKEY_SIZE], const char *text, size_t size,
                     unsigned char digest[OA_DIGEST_SIZE])
{
    return oa_token_digest_at(key, NULL, text, size, digest);
}

/* The beginning of {" in base64url, and more of it. */
static bool is_jwt(const char *text)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    return strncmp(text, "eyJ", 3) == 0 && strspn(text, digits) >= RUN_OF_A_KEY;
}

bool oa_token_is_within(const char *text)
{
    size_t run = 0;
    bool jwt = false;

    for (const char *at = text; *at != '\0' && run < RUN_OF_A_KEY && !jwt; at++) {
        run = strchr("0123456789abcdefghjkmnpqrstvwxyz", *at) != NULL ? run + 1 : 0;
        jwt = is_jwt(at);
    }
    return run == RUN_OF_A_KEY || jwt;
}
