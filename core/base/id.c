/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/id.h"

#include "core/base/base32.h"
#include "core/base/crypto.h"

#include <apr_strings.h>
#include <stdatomic.h>

static const oa_time epoch = INT64_C(1577836800000); /* 2020-01-01T00:00:00Z */
static const int random_bits = 22;
static const int64_t most_milliseconds = (INT64_C(1) << 41) - 1;

static const char *const prefixes[] = {
    [OA_KIND_ORG] = "org_",        [OA_KIND_USER] = "usr_", [OA_KIND_KEY] = "key_",   [OA_KIND_API] = "api_",
    [OA_KIND_INVITATION] = "inv_", [OA_KIND_ROLE] = "rol_", [OA_KIND_EVENT] = "evt_",
    [OA_KIND_MAIL] = "mai_",
    [OA_KIND_SESSION] = "ses_",
    [OA_KIND_MESSAGE] = "msg_",
};

/* From 1 on, so that a clock before 2020 never makes the small ids of the built-in roles. */
static int64_t milliseconds(oa_time now)
{
    int64_t since = now - epoch;
    return since < 1 ? 1 : since > most_milliseconds ? most_milliseconds : since;
}

oa_id oa_id_floor(oa_time time)
{
    return milliseconds(time) << random_bits;
}

oa_id oa_id_make(oa_time now)
{
    static _Atomic int64_t last;
    int64_t fresh = milliseconds(now) << random_bits | oa_random_below(1u << random_bits);
    /* At random, too, where the clock stands still: processes that were forked know the same last id. */
    int64_t step = 1 + oa_random_below(1u << (random_bits - 2));
    int64_t before = atomic_load(&last);
    int64_t id;
    do {
        id = fresh > before ? fresh : before + step;
    } while (!atomic_compare_exchange_weak(&last, &before, id));
    return id;
}

const char *oa_id_format(oa_kind kind, oa_id id, apr_pool_t *pool)
{
    if (id <= 0) {
        return NULL;
    }
    char *text = apr_palloc(pool, OA_PUBLIC_ID_SIZE);
    memcpy(text, prefixes[kind], 4);
    oa_base32_number((uint64_t)id, OA_ID_DIGITS, text + 4);
    text[OA_PUBLIC_ID_SIZE - 1] = '\0';
    return text;
}

bool oa_id_parse(oa_kind kind, const char *text, oa_id *id)
{
    uint64_t number;
    if (text == NULL || strlen(text) != OA_PUBLIC_ID_SIZE - 1 || memcmp(text, prefixes[kind], 4) != 0 ||
        !oa_base32_read_number(text + 4, OA_ID_DIGITS, &number) || number == 0 || number > INT64_MAX) {
        return false;
    }
    *id = (oa_id)number;
    return true;
}
