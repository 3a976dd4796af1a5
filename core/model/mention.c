/* SPDX-License-Identifier: Apache-2.0 */
#include "core/model/mention.h"

#include <apr_lib.h>
#include <string.h>

static bool goes_on(const char *at)
{
    const unsigned char c = (unsigned char)*at;
    return c >= 0x80 || apr_isalnum(c) || (c != '\0' && strchr("!#$%&'*+-/=?^_`{|}~@", c) != NULL);
}

static bool is_within(const char *at)
{
    return goes_on(at) || (*at == '.' && goes_on(at + 1));
}

bool oa_mention_next(const char **rest, const char **word, size_t *size)
{
    const char *at = *rest;
    while (*at != '\0' && !goes_on(at)) {
        at++;
    }
    *word = at;
    while (is_within(at)) {
        at++;
    }
    *rest = at;
    *size = (size_t)(at - *word);
    return *size > 0;
}
