/* SPDX-License-Identifier: Apache-2.0 */
/* What a client asked for, as an API message keeps it: short, printable without quotes, and with nothing in it that may be a secret. */
#include "tests/fuzz/fuzz.h"

#include "core/base/base32.h"
#include "core/model/message.h"

#include <apr_strings.h>

static bool may_hold_secret(const char *text)
{
    size_t digits = 0;
    uint64_t value;
    for (; *text != '\0' && digits < OA_MESSAGE_SECRET_MIN; text += *text == '%' ? strlen("%00") : 1) {
        digits = oa_base32_read_number(text, 1, &value) ? digits + 1 : 0;
    }
    return digits >= OA_MESSAGE_SECRET_MIN;
}

static void check(const char *spelled, size_t most)
{
    MUST(strlen(spelled) <= most && !may_hold_secret(spelled));
    for (const char *c = spelled; *c != '\0'; c++) {
        MUST(*c > ' ' && *c < 0x7f && *c != '"');
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    apr_pool_t *pool = oa_fuzz_pool();
    const char *text = apr_pstrmemdup(pool, (const char *)data, size);
    check(oa_message_path(text, pool), OA_MESSAGE_PATH_MAX);
    check(oa_message_method(text, pool), OA_MESSAGE_METHOD_MAX);
    return 0;
}
