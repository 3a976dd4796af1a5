/* SPDX-License-Identifier: Apache-2.0 */
/* JSON that is read is written so that it reads the same; the canonical form of it is a fixed point. */
#include "tests/fuzz/fuzz.h"

#include "core/base/json.h"
#include "core/base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    apr_pool_t *pool = oa_fuzz_pool();
    oa_json *value = NULL, *again = NULL;
    oa_error *error = oa_json_parse((const char *)data, size, &value, pool);
    if (error != NULL) {
        MUST(error->code == OA_INVALID && value == NULL);
        return 0;
    }
    const char *canonical = oa_json_canonical(value, pool);
    const char *pretty = oa_json_format(value, true, pool);
    MUST(oa_text_is_utf8(canonical, strlen(canonical)));
    MUST(oa_json_parse(pretty, strlen(pretty), &again, pool) == NULL);
    MUST(strcmp(oa_json_canonical(again, pool), canonical) == 0);
    return 0;
}
