/* SPDX-License-Identifier: Apache-2.0 */
#include "core/model/key.h"

#include "core/base/base32.h"
#include "core/base/crc32.h"
#include "core/base/crypto.h"

static const char prefix[] = "oak_";

/* Where each part begins. */
enum { ID_AT = 4, UNDERSCORE_AT = 17, SECRET_AT = 18, CHECKSUM_AT = 50, CHECKSUM_DIGITS = 7, SECRET_DIGITS = 32 };

bool oa_key_looks_like(const char *text, size_t length)
{
    return length >= ID_AT && memcmp(text, prefix, ID_AT) == 0;
}

static bool parse(const char *text, size_t length, oa_key *key)
{
    uint64_t id, checksum;
    if (length != OA_KEY_LENGTH || !oa_key_looks_like(text, length) || text[UNDERSCORE_AT] != '_' ||
        !oa_base32_read_number(text + ID_AT, OA_ID_DIGITS, &id) || id == 0 || id > INT64_MAX ||
        !oa_base32_read_number(text + CHECKSUM_AT, CHECKSUM_DIGITS, &checksum) ||
        checksum != oa_crc32(text, CHECKSUM_AT)) {
        return false;
    }
    key->id = (oa_id)id;
    return oa_base32_decode(text + SECRET_AT, SECRET_DIGITS, key->secret);
}

bool oa_key_parse(const char *text, size_t length, oa_key *key)
{
    if (!parse(text, length, key)) {
        oa_wipe(key, sizeof(*key));
        return false;
    }
    return true;
}

void oa_key_format(const oa_key *key, char out[OA_KEY_LENGTH + 1])
{
    memcpy(out, prefix, ID_AT);
    oa_base32_number((uint64_t)key->id, OA_ID_DIGITS, out + ID_AT);
    out[UNDERSCORE_AT] = '_';
    oa_base32_encode(key->secret, OA_KEY_SECRET_SIZE, out + SECRET_AT);
    oa_base32_number(oa_crc32(out, CHECKSUM_AT), CHECKSUM_DIGITS, out + CHECKSUM_AT);
    out[OA_KEY_LENGTH] = '\0';
}
