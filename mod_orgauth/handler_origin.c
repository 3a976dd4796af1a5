/* SPDX-License-Identifier: Apache-2.0 */
#include "mod_orgauth/handler.h"

/* The host and port that a URL names: what stands between "://" and the path. */
static bool is_own(const char *url, const char *host)
{
    const char *at = strstr(url, "://");
    if (at == NULL || host == NULL) {
        return false;
    }
    at += strlen("://");
    size_t size = strcspn(at, "/?#");
    return size == strlen(host) && ap_cstr_casecmpn(at, host, size) == 0;
}

bool oa_handler_is_foreign(request_rec *r, bool proof)
{
    const char *site = apr_table_get(r->headers_in, "Sec-Fetch-Site");
    const char *origin = apr_table_get(r->headers_in, "Origin");
    const char *host = apr_table_get(r->headers_in, "Host");
    if (site != NULL) {
        return strcmp(site, "same-origin") != 0 && strcmp(site, "none") != 0;
    }
    if (origin == NULL) {
        origin = apr_table_get(r->headers_in, "Referer");
    }
    return origin != NULL ? !is_own(origin, host) : proof;
}
