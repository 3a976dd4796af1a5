/* SPDX-License-Identifier: Apache-2.0 */
/* A key that is accepted is the one spelling of its number and secret; what is refused leaves nothing behind. */
#include "tests/fuzz/fuzz.h"

#include "core/model/key.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const oa_key wiped;
    const char *text = (const char *)data;
    oa_key key;
    char again[OA_KEY_LENGTH + 1];
    if (!oa_key_parse(text, size, &key)) {
        MUST(memcmp(&key, &wiped, sizeof(key)) == 0);
        return 0;
    }
    MUST(size == OA_KEY_LENGTH && oa_key_looks_like(text, size) && key.id > 0);
    oa_key_format(&key, again);
    MUST(memcmp(again, text, size) == 0);
    return 0;
}
