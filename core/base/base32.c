/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/base32.h"

#include "core/base/crypto.h"

static const char alphabet[32] = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f',
                                  'g', 'h', 'j', 'k', 'm', 'n', 'p', 'q', 'r', 's', 't', 'v', 'w', 'x', 'y', 'z'};

/* The value of a digit plus one; 0 is no digit. */
static const unsigned char digit_of[256] = {
    ['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,  ['6'] = 7,  ['7'] = 8,
    ['8'] = 9,  ['9'] = 10, ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
    ['g'] = 17, ['h'] = 18, ['j'] = 19, ['k'] = 20, ['m'] = 21, ['n'] = 22, ['p'] = 23, ['q'] = 24,
    ['r'] = 25, ['s'] = 26, ['t'] = 27, ['v'] = 28, ['w'] = 29, ['x'] = 30, ['y'] = 31, ['z'] = 32,
};

void oa_base32_number(uint64_t value, size_t digits, char *out)
{
    for (size_t i = digits; i > 0; i--) {
        out[i - 1] = alphabet[value & 31];
        value >>= 5;
    }
}

bool oa_base32_read_number(const char *text, size_t digits, uint64_t *value)
{
    uint64_t number = 0;
    for (size_t i = 0; i < digits; i++) {
        unsigned digit = digit_of[(unsigned char)text[i]];
        if (digit == 0 || number >> 59 != 0) {
            return false;
        }
        number = number << 5 | (digit - 1);
    }
    *value = number;
    return true;
}

void oa_base32_encode(const unsigned char *bytes, size_t size, char *out)
{
    for (size_t i = 0; i + 5 <= size; i += 5) {
        uint64_t group = 0;
        for (size_t j = 0; j < 5; j++) {
            group = group << 8 | bytes[i + j];
        }
        oa_base32_number(group, 8, out + i / 5 * 8);
    }
}

bool oa_base32_decode(const char *text, size_t length, unsigned char *bytes)
{
    size_t size = length / 8 * 5;
    for (size_t i = 0; i + 8 <= length; i += 8) {
        uint64_t group;
        if (!oa_base32_read_number(text + i, 8, &group)) {
            oa_wipe(bytes, size);
            return false;
        }
        for (size_t j = 5; j > 0; j--) {
            bytes[i / 8 * 5 + j - 1] = (unsigned char)group;
            group >>= 8;
        }
    }
    return length % 8 == 0;
}
