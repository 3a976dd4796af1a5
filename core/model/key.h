/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The spelling of an API key: "oak_" id(13) "_" secret(32) checksum(7), 57 characters of lower-case
 * Crockford base 32. The checksum is the CRC-32 of the 50 characters before it (docs/keys.md).
 */
#ifndef OA_MODEL_KEY_H
#define OA_MODEL_KEY_H

#include "core/base/id.h"

#include <stdbool.h>
#include <stddef.h>

enum { OA_KEY_LENGTH = 57, OA_KEY_SECRET_SIZE = 20 };

typedef struct oa_key {
    oa_id id;
    unsigned char secret[OA_KEY_SECRET_SIZE]; /* 160 random bits; wiped by its owner */
} oa_key;

/* Whether `text` begins as a key does ("oak_"): then it is judged as a key and as nothing else. */
bool oa_key_looks_like(const char *text, size_t length);

/* Strict: exact length, alphabet, id within 63 bits, checksum. On false *key is wiped. Allocates nothing. */
bool oa_key_parse(const char *text, size_t length, oa_key *key);

/* Writes OA_KEY_LENGTH characters and a NUL. */
void oa_key_format(const oa_key *key, char out[OA_KEY_LENGTH + 1]);

#endif
