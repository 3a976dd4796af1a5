/* SPDX-License-Identifier: Apache-2.0 */
#include "mod_orgauth/answer.h"

enum { WHOLE = 1000 };

/* A weight of RFC 9110 section 12.4.2 in thousandths; what is not one weighs nothing. */
static int weight_read(const char *text)
{
    int weight = *text == '1' ? WHOLE : 0;
    if (*text != '0' && *text != '1') {
        return 0;
    }
    int digit = WHOLE / 10;
    for (const char *c = text + (text[1] == '.' ? 2 : 1); apr_isdigit(*c) && digit > 0; c++, digit /= 10) {
        weight += (*c - '0') * digit;
    }
    return weight < WHOLE ? weight : WHOLE;
}

/* The weight that one element of the list, from `range` to `end`, gives. */
static int weight_of(const char *range, const char *end)
{
    for (const char *c = memchr(range, ';', (size_t)(end - range)); c != NULL; c = memchr(c, ';', (size_t)(end - c))) {
        do {
            c++;
        } while (c < end && apr_isspace(*c));
        if (end - c > 2 && (*c == 'q' || *c == 'Q') && c[1] == '=') {
            return weight_read(c + 2);
        }
    }
    return WHOLE;
}

/* How closely the range names `type`: 3 exactly, 2 by "type / *", 1 by "* / *", 0 not at all. */
static int closeness(const char *range, size_t length, const char *type)
{
    const size_t major = strcspn(type, "/") + 1;
    if (length == strlen(type) && ap_cstr_casecmpn(range, type, length) == 0) {
        return 3;
    }
    if (length == major + 1 && range[major] == '*' && ap_cstr_casecmpn(range, type, major) == 0) {
        return 2;
    }
    return length == 3 && strncmp(range, "*/*", 3) == 0;
}

/* The weight of `type`: that of the range that names it most closely. */
static int weight_in(const char *accept, const char *type)
{
    int best = 0;
    int weight = 0;
    while (*accept != '\0') {
        accept += strspn(accept, " \t,");
        const char *end = accept + strcspn(accept, ",");
        int close = closeness(accept, strcspn(accept, " \t,;"), type);
        if (close > best) {
            best = close;
            weight = weight_of(accept, end);
        }
        accept = end;
    }
    return weight;
}

bool oa_accept_prefers_html(const char *accept)
{
    if (accept == NULL) {
        return false;
    }
    int html = weight_in(accept, "text/html");
    return html > weight_in(accept, "application/problem+json") && html > weight_in(accept, "application/json");
}

bool oa_accept_takes(const char *accept, const char *type)
{
    return accept == NULL || accept[strspn(accept, " \t")] == '\0' || weight_in(accept, type) > 0;
}
