/* SPDX-License-Identifier: Apache-2.0 */
#include "core/store/file.h"

#include <apr_file_info.h>
#include <apr_strings.h>
#include <stdbool.h>
#include <strings.h>

static bool begins(const char *text, const char *prefix)
{
    return strncasecmp(text, prefix, strlen(prefix)) == 0;
}

oa_error *oa_file_of_url(const char *url, const char **path, apr_pool_t *pool)
{
    if (begins(url, "postgresql:") || begins(url, "postgres:")) {
        return oa_error_make(pool, OA_UNAVAILABLE, "PostgreSQL is not built in: name the path of an SQLite store");
    }
    const char *name = begins(url, "sqlite:") ? url + strlen("sqlite:") : url;
    if (name[0] == '\0' || strstr(name, "://") != NULL) {
        return oa_error_field(pool, "store", "\"%s\" names no store: give a path or sqlite:PATH", url);
    }
    char *absolute = NULL;
    if (apr_filepath_merge(&absolute, NULL, name, 0, pool) != APR_SUCCESS || absolute[0] != '/') {
        return oa_error_field(pool, "store", "\"%s\" is no path that can be used", url);
    }
    *path = absolute;
    return NULL;
}
