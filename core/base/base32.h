/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Crockford's base 32 in lower case (0-9a-hjkmnp-tv-z), most significant digit first, strict: no upper
 * case, no look-alikes, no hyphens. Used by keys and public ids.
 */
#ifndef OA_BASE_BASE32_H
#define OA_BASE_BASE32_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Writes `value` as exactly `digits` (1 to 13) characters, zero-padded, without a terminating NUL.
 * The value must fit: value < 32^digits. */
void oa_base32_number(uint64_t value, size_t digits, char *out);

/* Reads exactly `digits` characters. False on a foreign character or a value of 2^64 and above. */
bool oa_base32_read_number(const char *text, size_t digits, uint64_t *value);

/* Bytes to characters: size must be a multiple of 5; writes size / 5 * 8 characters, no NUL. */
void oa_base32_encode(const unsigned char *bytes, size_t size, char *out);

/* The reverse: `length` a multiple of 8. False on a foreign character; then `bytes` is wiped. */
bool oa_base32_decode(const char *text, size_t length, unsigned char *bytes);

#endif
