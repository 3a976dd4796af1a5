/* SPDX-License-Identifier: Apache-2.0 */
/* Base 32 that is accepted is the one spelling of its bytes or number. */
#include "tests/fuzz/fuzz.h"

#include "core/base/base32.h"

enum { LENGTH_MAX = 4096, DIGITS_MAX = 13 };

static void check_bytes(const char *text, size_t length)
{
    static unsigned char bytes[LENGTH_MAX / 8 * 5];
    static char again[LENGTH_MAX];
    if (length <= LENGTH_MAX && oa_base32_decode(text, length, bytes)) {
        MUST(length % 8 == 0);
        oa_base32_encode(bytes, length / 8 * 5, again);
        MUST(memcmp(again, text, length) == 0);
    }
}

static void check_number(const char *text, size_t digits)
{
    uint64_t number;
    char again[DIGITS_MAX];
    if (digits > 0 && digits <= DIGITS_MAX && oa_base32_read_number(text, digits, &number)) {
        oa_base32_number(number, digits, again);
        MUST(memcmp(again, text, digits) == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    check_bytes((const char *)data, size);
    check_number((const char *)data, size);
    return 0;
}
