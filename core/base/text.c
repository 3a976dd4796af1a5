/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/text.h"

#include <unistr.h>

/* libunistring's bytes are unsigned. */
static const uint8_t *bytes_of(const char *text)
{
    return (const uint8_t *)text;
}

bool oa_text_is_utf8(const char *text, size_t size)
{
    return memchr(text, '\0', size) == NULL && u8_check(bytes_of(text), size) == NULL;
}

size_t oa_text_repair(const char *text, size_t size, char *out)
{
    uint8_t *end = (uint8_t *)out;
    for (size_t at = 0; at < size;) {
        ucs4_t character;
        at += (size_t)u8_mbtouc(&character, bytes_of(text) + at, size - at);
        end += u8_uctomb(end, character, 6);
    }
    *end = '\0';
    return (size_t)(end - (uint8_t *)out);
}
