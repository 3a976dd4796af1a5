/* SPDX-License-Identifier: Apache-2.0 */
#include "core/auth/basic.h"

#include "core/base/text.h"

#include <apr_strings.h>

static int digit_of(char c)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *found = c == '\0' ? NULL : strchr(alphabet, c);

    return found == NULL ? -1 : (int)(found - alphabet);
}

/* One group of four characters, `digits` of which are not padding, to digits - 1 bytes. */
static bool decode_group(const char *text, size_t digits, unsigned char *out)
{
    uint32_t bits = 0;
    size_t i;

    for (i = 0; i < 4; i++) {
        int digit = i < digits ? digit_of(text[i]) : 0;
        if (digit < 0) {
            return false;
        }
        bits = bits << 6 | (uint32_t)digit;
    }
    for (i = 0; i < digits - 1; i++) {
        out[i] = (unsigned char)(bits >> (16 - 8 * i));
    }
    return (bits & ((1u << (8 * (4 - digits))) - 1)) == 0;
}

bool oa_base64_decode(const char *text, size_t length, unsigned char *out, size_t *size)
{
    size_t at;

    *size = 0;
    if (length % 4 != 0) {
        return false;
    }
    for (at = 0; at < length; at += 4) {
        size_t digits = 4;
        while (at + 4 == length && digits > 2 && text[at + digits - 1] == '=') {
            digits--;
        }
        if (!decode_group(text + at, digits, out + *size)) {
            return false;
        }
        *size += digits - 1;
    }
    return true;
}

static bool has_control(const unsigned char *bytes, size_t size)
{
    size_t i;

    for (i = 0; i < size; i++) {
        if (bytes[i] < 0x20 || bytes[i] == 0x7f) {
            return true;
        }
    }
    return false;
}

bool oa_basic_read(const char *text, size_t length, oa_basic *basic, apr_pool_t *pool)
{
    oa_secret *decoded = oa_secret_make(NULL, length / 4 * 3, pool);
    const unsigned char *colon;
    size_t size, user, password;

    if (!oa_base64_decode(text, length, decoded->bytes, &size) || size == 0 || has_control(decoded->bytes, size) ||
        !oa_text_is_utf8((const char *)decoded->bytes, size)) {
        return false;
    }
    colon = memchr(decoded->bytes, ':', size);
    if (colon == NULL) {
        return false;
    }
    user = (size_t)(colon - decoded->bytes);
    password = size - user - 1;
    if (user > OA_EMAIL_MAX || password > OA_PASSWORD_MAX) {
        return false;
    }
    basic->user = apr_pstrmemdup(pool, (const char *)decoded->bytes, user);
    basic->password = oa_secret_make(colon + 1, password, pool);
    return true;
}
