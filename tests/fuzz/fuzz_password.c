/* SPDX-License-Identifier: Apache-2.0 */
/* A new password by lines: itself, and two words that belong to its user. What is taken is long enough, and neither word where that
 * has a few letters. */
#include "tests/fuzz/fuzz.h"

#include "core/base/text.h"
#include "core/model/password.h"

#include <apr_strings.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    apr_pool_t *pool = oa_fuzz_pool();
    char *rest = apr_pstrmemdup(pool, (const char *)data, size);
    const char *password = strsep(&rest, "\n"), *words[3] = {NULL};
    for (size_t i = 0; i < 2 && rest != NULL; i++) {
        words[i] = strsep(&rest, "\n");
    }
    const oa_error *error = oa_password_check("password", password, 0, words, pool);
    if (error == NULL) {
        MUST(strlen(password) >= OA_PASSWORD_MIN && strlen(password) <= OA_PASSWORD_MAX);
        MUST(!oa_password_is_common(oa_text_fold(password, pool)));
        for (size_t i = 0; words[i] != NULL; i++) {
            MUST(strspn(words[i], "abcdefghijklmnopqrstuvwxyz") < 4 || strcmp(words[i], password) != 0);
        }
    } else {
        MUST(error->code == OA_INVALID);
    }
    return 0;
}
