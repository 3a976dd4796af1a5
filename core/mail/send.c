/* SPDX-License-Identifier: Apache-2.0 */
#include "core/mail/send.h"

#include <apr_strings.h>
#include <strings.h>

enum { TROUBLE_MAX = 200 };

const char *oa_send_trouble(const char *text, apr_pool_t *pool)
{
    char *line = apr_pstrndup(pool, text, TROUBLE_MAX);
    for (char *c = line; *c != '\0'; c++) {
        if (*c < 0x20 || *c >= 0x7f) {
            *c = *c == '\r' || *c == '\n' ? ' ' : '?';
        }
    }
    for (char *end = line + strlen(line); end > line && end[-1] == ' '; end--) {
        end[-1] = '\0';
    }
    return line;
}

/* Whether `host` of `size` octets is four numbers, the first 127: "127.0.0.1.example" is not. */
static bool is_loopback_address(const char *host, size_t size)
{
    return size > 4 && strncmp(host, "127.", 4) == 0 && strspn(host, "0123456789.") == size;
}

bool oa_send_is_loopback(const char *relay)
{
    const char *host = strstr(relay, "://");
    if (host == NULL) {
        return false;
    }
    host += 3;
    if (strncmp(host, "[::1]", 5) == 0) {
        return true;
    }
    size_t size = strcspn(host, ":/");
    return is_loopback_address(host, size) || (size == 9 && strncasecmp(host, "localhost", 9) == 0);
}

oa_delivery oa_send(const oa_settings *settings, const oa_envelope *envelope, apr_pool_t *pool)
{
    bool piped = strncmp(settings->mail_relay, "sendmail:", 9) == 0;
    return piped ? oa_send_pipe(settings, envelope, pool) : oa_send_smtp(settings, envelope, pool);
}
