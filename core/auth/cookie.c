/* SPDX-License-Identifier: Apache-2.0 */
#include "core/auth/cookie.h"

#include <apr_strings.h>
#include <stdbool.h>

enum { FIELD_MAX = 32768 };

/* One "name=value" of the field, blanks around it taken off. */
typedef struct pair {
    const char *start;
    size_t size;
} pair;

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* The next one at *field, which steps over it; false at the end. With `joined` a comma parts them too: httpd puts one where the field came
 * twice. */
static bool next_pair(const char **field, bool joined, pair *found)
{
    const char *start = *field + strspn(*field, joined ? ",; \t" : "; \t");
    size_t size = strcspn(start, joined ? ",;" : ";");

    *field = start + size;
    while (size > 0 && is_blank(start[size - 1])) {
        size--;
    }
    *found = (pair){start, size};
    return size > 0;
}

static bool has_name(const pair *one, const char *name)
{
    size_t length = strlen(name);

    return one->size > length && one->start[length] == '=' && memcmp(one->start, name, length) == 0;
}

const char *oa_cookie_find(const char *field, const char *name, apr_pool_t *pool)
{
    const char *value = NULL;
    pair one;

    if (field == NULL || strnlen(field, FIELD_MAX) == FIELD_MAX) {
        return NULL;
    }
    while (next_pair(&field, false, &one)) {
        if (has_name(&one, name)) {
            size_t skipped = strlen(name) + 1;
            if (value != NULL) {
                return NULL;
            }
            value = apr_pstrmemdup(pool, one.start + skipped, one.size - skipped);
        }
    }
    return value;
}

static bool is_ours(const pair *one)
{
    return has_name(one, OA_COOKIE_SECURE) || has_name(one, OA_COOKIE_LOOPBACK);
}

/* A comma may be part of a value: it stays as it stood, with the blanks beside it. */
static char *part(char *end, const char *gap, size_t size)
{
    bool is_comma = memchr(gap, ';', size) == NULL;

    memcpy(end, is_comma ? gap : "; ", is_comma ? size : 2);
    return end + (is_comma ? size : 2);
}

const char *oa_cookie_hide(const char *field, apr_pool_t *pool)
{
    const char *rest = field, *gap = field;
    char *kept, *end;
    bool found = false;
    pair one;

    if (field == NULL || strstr(field, OA_COOKIE_LOOPBACK "=") == NULL) { /* the end of either name */
        return field;
    }
    kept = end = apr_palloc(pool, 2 * strlen(field) + 1); /* a blank may be put after each semicolon */
    for (; next_pair(&rest, true, &one); gap = one.start + one.size) {
        if (is_ours(&one)) {
            found = true;
            continue;
        }
        end = end != kept ? part(end, gap, (size_t)(one.start - gap)) : end;
        memcpy(end, one.start, one.size);
        end += one.size;
    }
    *end = '\0';
    return !found ? field : end != kept ? kept : NULL;
}
