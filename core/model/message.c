/* SPDX-License-Identifier: Apache-2.0 */
#include "core/model/message.h"

#include "core/base/base32.h"

#include <apr_strings.h>
#include <stdbool.h>

static const char secret[] = "{secret}";
static const char cut[] = "...";

typedef struct spelling {
    char *text;
    size_t size;
    size_t most; /* less room for `cut` */
} spelling;

/* Whether it fitted. */
static bool add(spelling *so_far, const char *piece, size_t size)
{
    if (so_far->size + size > so_far->most) {
        return false;
    }
    memcpy(so_far->text + so_far->size, piece, size);
    so_far->size += size;
    return true;
}

/* How many digits of base 32 `text` begins with. */
static size_t digits_at(const char *text)
{
    size_t count = 0;
    uint64_t value;
    while (oa_base32_read_number(text + count, 1, &value)) {
        count++;
    }
    return count;
}

/* Printable, and never in need of quotes. */
static bool is_plain(unsigned char octet)
{
    return octet > ' ' && octet < 0x7f && octet != '%' && octet != '"';
}

static bool add_octet(spelling *so_far, unsigned char octet)
{
    char encoded[] = "%00";
    if (is_plain(octet)) {
        return add(so_far, (const char *)&octet, 1);
    }
    apr_snprintf(encoded, sizeof encoded, "%%%02X", octet);
    return add(so_far, encoded, strlen(encoded));
}

/* Adds what `*text` begins with and goes past it. */
static bool add_next(spelling *so_far, const char **text)
{
    size_t digits = digits_at(*text);
    const char *piece = *text;
    *text += digits > 0 ? digits : 1;
    if (digits >= OA_MESSAGE_SECRET_MIN) {
        return add(so_far, secret, strlen(secret));
    }
    return digits > 0 ? add(so_far, piece, digits) : add_octet(so_far, (unsigned char)*piece);
}

static const char *spell(const char *text, size_t most, apr_pool_t *pool)
{
    spelling so_far = {apr_palloc(pool, most + 1), 0, most - strlen(cut)};
    bool fits = true;
    while (fits && text != NULL && *text != '\0') {
        fits = add_next(&so_far, &text);
    }
    apr_cpystrn(so_far.text + so_far.size, fits ? "" : cut, sizeof cut);
    return so_far.text;
}

const char *oa_message_path(const char *path, apr_pool_t *pool)
{
    return spell(path, OA_MESSAGE_PATH_MAX, pool);
}

const char *oa_message_method(const char *method, apr_pool_t *pool)
{
    return spell(method, OA_MESSAGE_METHOD_MAX, pool);
}
