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

static const char digits32[] = "0123456789abcdefghjkmnpqrstvwxyz";
static const char digits16[] = "0123456789abcdef"; /* of which alone is a digest that paths are full of, and one secret in 2^39 */
static const char digits64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* The beginning of {" in base64url, and more of it. */
static bool is_jwt(const char *text)
{
    return strncmp(text, "eyJ", 3) == 0 && strspn(text, digits64) >= RUN_OF_A_KEY;
}

bool oa_token_is_within(const char *text)
{
    size_t run = 0;
    bool found = false, beyond = false;

    if (strnlen(text, RUN_OF_A_KEY) < RUN_OF_A_KEY) {
        return false;
    }
    for (const char *at = text; *at != '\0' && !found; at++) {
        run = strchr(digits32, *at) != NULL ? run + 1 : 0;
        beyond = run > 0 && (beyond || *at > 'f');
        found = (run >= RUN_OF_A_KEY && beyond) || is_jwt(at);
    }
    return found;
}

/* How many octets of a secret `text` begins with; of a JWT with all its parts. */
static size_t secret_at(const char *text)
{
    if (is_jwt(text)) {
        size_t size = strspn(text, digits64);
        while (text[size] == '.') {
            size += 1 + strspn(text + size + 1, digits64);
        }
        return size;
    }
    size_t size = strspn(text, digits32);
    return size >= RUN_OF_A_KEY && strspn(text, digits16) < size ? size : 0;
}

/* How many octets of `text`, which begins with no secret, may stand; the last digit may begin a JWT. */
static size_t plain_at(const char *text)
{
    size_t size = strspn(text, digits16);
    return size > 1 ? size - 1 : 1;
}

char *oa_token_hide(char *text, apr_pool_t *pool)
{
    static const char shown[] = "{secret}"; /* shorter than what it stands for */

    if (text == NULL || !oa_token_is_within(text)) {
        return text;
    }
    char *hidden = apr_palloc(pool, strlen(text) + 1);
    size_t length = 0;
    while (*text != '\0') {
        size_t size = secret_at(text), plain = size > 0 ? 0 : plain_at(text);
        const char *piece = size > 0 ? shown : text;
        size_t piece_size = size > 0 ? sizeof shown - 1 : plain;
        memcpy(hidden + length, piece, piece_size);
        length += piece_size;
        text += size + plain;
    }
    hidden[length] = '\0';
    return hidden;
}
