/* SPDX-License-Identifier: Apache-2.0 */
#include "admin-cli/visible.h"

#include <apr_strings.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct range {
    uint32_t first, last;
} range;

/* Control characters; marks and overrides of direction; line and paragraph separators; the byte order mark. */
static const range hidden[] = {{0x00, 0x1f},     {0x7f, 0x9f},     {0x061c, 0x061c}, {0x200b, 0x200f},
                               {0x2028, 0x202e}, {0x2060, 0x2069}, {0xfeff, 0xfeff}};

/* One code point of valid UTF-8 and its size; a stray byte counts as a control character. */
static uint32_t code_point(const unsigned char *text, size_t *size)
{
    static const unsigned char masks[] = {0x7f, 0x1f, 0x0f, 0x07};
    size_t more = *text < 0x80 ? 0 : *text >= 0xf0 ? 3 : *text >= 0xe0 ? 2 : *text >= 0xc0 ? 1 : 4;
    *size = 1;
    if (more == 4) {
        return 0x80;
    }
    uint32_t point = *text & masks[more];
    for (size_t i = 1; i <= more; i++) {
        if ((text[i] & 0xc0) != 0x80) {
            return 0x80;
        }
        point = point << 6 | (text[i] & 0x3f);
    }
    *size = more + 1;
    return point;
}

static bool is_hidden(uint32_t point, const char *keep)
{
    for (size_t i = 0; i < sizeof hidden / sizeof hidden[0]; i++) {
        if (point >= hidden[i].first && point <= hidden[i].last) {
            return point > 0x7f || strchr(keep, (int)point) == NULL;
        }
    }
    return false;
}

const char *oa_visible(const char *text, const char *keep, apr_pool_t *pool)
{
    size_t length = strlen(text);
    char *out = apr_palloc(pool, 6 * length + 1);
    size_t used = 0, size;
    for (const char *at = text; *at != '\0'; at += size) {
        uint32_t point = code_point((const unsigned char *)at, &size);
        if (is_hidden(point, keep)) {
            used += (size_t)snprintf(out + used, 7, "\\u%04x", (unsigned)point);
        } else {
            memcpy(out + used, at, size);
            used += size;
        }
    }
    out[used] = '\0';
    return out;
}

void oa_say(apr_pool_t *pool, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const char *line = apr_pvsprintf(pool, format, arguments);
    va_end(arguments);
    fprintf(stderr, "orgauth: %s\n", oa_visible(line, "", pool));
}

void oa_say_error(apr_pool_t *pool, const oa_error *error)
{
    bool ours = error->code == OA_BUSY || error->code == OA_UNAVAILABLE || error->code == OA_FAILED;
    bool named = error->field == NULL || strstr(error->message, error->field) != NULL;
    const char *message = named ? error->message : apr_pstrcat(pool, error->field, ": ", error->message, NULL);
    if (ours && error->detail != NULL) {
        oa_say(pool, "%s (%s)", message, error->detail);
    } else {
        oa_say(pool, "%s", message);
    }
}
