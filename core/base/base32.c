/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/base32.h"

#include "core/base/crypto.h"

/* All pairs of digits in their order, so that an id is written by seven look-ups. */
#define ROW(d)                                                                                                         \
    d "0" d "1" d "2" d "3" d "4" d "5" d "6" d "7" d "8" d "9" d "a" d "b" d "c" d "d" d "e" d "f" d "g" d "h" d "j"  \
    d "k" d "m" d "n" d "p" d "q" d "r" d "s" d "t" d "v" d "w" d "x" d "y" d "z"
static const char pairs[] = ROW("0") ROW("1") ROW("2") ROW("3") ROW("4") ROW("5") ROW("6") ROW("7") ROW("8") ROW("9")
    ROW("a") ROW("b") ROW("c") ROW("d") ROW("e") ROW("f") ROW("g") ROW("h") ROW("j") ROW("k") ROW("m") ROW("n") ROW("p")
    ROW("q") ROW("r") ROW("s") ROW("t") ROW("v") ROW("w") ROW("x") ROW("y") ROW("z");
_Static_assert(sizeof(pairs) == 2 * 32 * 32 + 1, "32 digits, each beside each");

/* The value of a digit plus one; 0 is no digit. */
static const unsigned char digit_of[256] = {
    ['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,  ['6'] = 7,  ['7'] = 8,
    ['8'] = 9,  ['9'] = 10, ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
    ['g'] = 17, ['h'] = 18, ['j'] = 19, ['k'] = 20, ['m'] = 21, ['n'] = 22, ['p'] = 23, ['q'] = 24,
    ['r'] = 25, ['s'] = 26, ['t'] = 27, ['v'] = 28, ['w'] = 29, ['x'] = 30, ['y'] = 31, ['z'] = 32,
};

void oa_base32_number(uint64_t value, size_t digits, char *out)
{
    size_t left = digits;

    for (; left >= 2; left -= 2) {
        memcpy(out + left - 2, &pairs[2 * (value & 1023)], 2);
        value >>= 10;
    }
    if (left > 0) {
        out[0] = pairs[2 * (value & 31) + 1]; /* the second of "0x" */
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
