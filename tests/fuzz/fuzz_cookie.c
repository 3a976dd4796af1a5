/* SPDX-License-Identifier: Apache-2.0 */
/* The field Cookie: whatever is found stood there as NAME=VALUE, and of what is handed on nothing is ours or new. */
#include "tests/fuzz/fuzz.h"

#include "core/auth/cookie.h"

#include <apr_strings.h>

static void check_found(const char *field, const char *name, apr_pool_t *pool)
{
    const char *value = oa_cookie_find(field, name, pool);
    if (value != NULL) {
        MUST(strstr(field, apr_pstrcat(pool, name, "=", value, NULL)) != NULL);
        MUST(strchr(value, ';') == NULL);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    apr_pool_t *pool = oa_fuzz_pool();
    const char *field = apr_pstrmemdup(pool, (const char *)data, size);
    check_found(field, OA_COOKIE_SECURE, pool);
    check_found(field, OA_COOKIE_LOOPBACK, pool);
    const char *kept = oa_cookie_hide(field, pool);
    if (kept != NULL) {
        MUST(oa_cookie_find(kept, OA_COOKIE_SECURE, pool) == NULL && oa_cookie_find(kept, OA_COOKIE_LOOPBACK, pool) == NULL);
        MUST(oa_cookie_hide(kept, pool) == kept);
        MUST(strlen(kept) <= 2 * strlen(field));
    }
    return 0;
}
