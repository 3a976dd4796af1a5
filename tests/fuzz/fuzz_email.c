/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses, names, slugs and folded text out of any bytes: what is accepted is clean, and its own canonical spelling. */
#include "tests/fuzz/fuzz.h"

#include "core/base/text.h"

#include <apr_strings.h>

static void check_email(const char *text, apr_pool_t *pool)
{
    const char *email = NULL, *again = NULL;
    if (oa_email_normalize("email", text, &email, pool) != NULL) {
        return;
    }
    size_t size = strlen(email);
    const char *at = strchr(email, '@');
    MUST(size <= OA_EMAIL_MAX && oa_text_is_utf8(email, size));
    MUST(at != NULL && at > email && at == strrchr(email, '@'));
    MUST(strpbrk(email, " \t\r\n\"\\(),:;<>[]") == NULL);
    MUST(strspn(at + 1, "abcdefghijklmnopqrstuvwxyz0123456789.-") == strlen(at + 1));
    MUST(oa_email_normalize("email", email, &again, pool) == NULL && strcmp(again, email) == 0);
}

static void check_name(const char *text, apr_pool_t *pool)
{
    const char *name = NULL, *again = NULL;
    if (oa_name_clean("name", text, &name, pool) == NULL) {
        MUST(*name != '\0' && strlen(name) <= OA_NAME_MAX && strpbrk(name, "\t\r\n\x1b\x7f") == NULL);
        MUST(oa_name_clean("name", name, &again, pool) == NULL && strcmp(again, name) == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    apr_pool_t *pool = oa_fuzz_pool();
    const char *text = apr_pstrmemdup(pool, (const char *)data, size);
    char *repaired = apr_palloc(pool, 3 * size + 1);
    MUST(oa_text_is_utf8(repaired, oa_text_repair(text, strlen(text), repaired)));
    check_email(text, pool);
    check_name(text, pool);
    const char *folded = oa_text_fold(text, pool);
    MUST(strcmp(oa_text_fold(folded, pool), folded) == 0);
    MUST(oa_slug_is_valid(oa_slug_from(text, pool)));
    return 0;
}
