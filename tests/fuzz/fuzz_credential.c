/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What strangers send as a credential. The input: a byte for the ways that are accepted, the Authorization field's value, and after the
 * first line feed the key header's value; without one that header is absent.
 */
#include "tests/fuzz/fuzz.h"

#include "core/auth/credential.h"
#include "core/base/text.h"
#include "core/model/key.h"

#include <apr_strings.h>

static bool is_clean(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f) {
            return false;
        }
    }
    return oa_text_is_utf8(text, size);
}

/* The text is within the field's value, to its end but for blanks; what was a Basic password is a copy. */
static void check_text(const oa_presented *presented, const oa_credential *credential)
{
    const char *value = credential->by == OA_BY_HEADER ? presented->key_header : presented->authorization;
    const char *end = credential->text + credential->size;
    MUST(credential->size > 0 && strspn(end, " \t") == strlen(end));
    MUST(credential->by == OA_BY_BASIC || (credential->text >= value && end <= value + strlen(value)));
}

static void check_key(const oa_presented *presented, const oa_credential *credential)
{
    check_text(presented, credential);
    MUST(oa_key_looks_like(credential->text, credential->size));
}

static void check_jwt(const oa_presented *presented, const oa_credential *credential)
{
    check_text(presented, credential);
    MUST(credential->by != OA_BY_BASIC && !oa_key_looks_like(credential->text, credential->size));
}

static void check_password(const oa_presented *presented, const oa_credential *credential)
{
    const char *password = (const char *)credential->password->bytes;
    (void)presented;
    MUST(credential->by == OA_BY_BASIC && credential->password->size <= OA_PASSWORD_MAX);
    MUST(strlen(credential->user) <= OA_EMAIL_MAX && strchr(credential->user, ':') == NULL);
    MUST(is_clean(credential->user, strlen(credential->user)) && is_clean(password, credential->password->size));
    MUST(!oa_key_looks_like(password, credential->password->size));
}

static unsigned ways_of(const oa_presented *presented, const oa_credential *credential)
{
    bool key_by_basic = credential->kind == OA_CREDENTIAL_KEY && (presented->accepted & OA_BY_BASIC_KEY) != 0;
    return presented->accepted | (key_by_basic ? OA_BY_BASIC : 0);
}

static void check(const oa_presented *presented, oa_outcome outcome, const oa_credential *credential)
{
    static void (*const checks[])(const oa_presented *, const oa_credential *) = {
        [OA_CREDENTIAL_KEY] = check_key, [OA_CREDENTIAL_JWT] = check_jwt, [OA_CREDENTIAL_PASSWORD] = check_password};
    if (outcome != OA_ALLOWED) {
        MUST(outcome == OA_NO_CREDENTIAL || outcome == OA_TWO_CREDENTIALS || outcome == OA_MALFORMED);
        MUST(credential->kind == OA_CREDENTIAL_NONE && credential->text == NULL && credential->size == 0);
        return;
    }
    MUST(credential->kind != OA_CREDENTIAL_NONE && (credential->by & ways_of(presented, credential)) == credential->by);
    const char *value = credential->by == OA_BY_HEADER ? presented->key_header : presented->authorization;
    const char *other = credential->by == OA_BY_HEADER ? presented->authorization : presented->key_header;
    MUST(strchr(value, ',') == NULL && (other == NULL || strspn(other, " \t") == strlen(other)));
    checks[credential->kind](presented, credential);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    apr_pool_t *pool = oa_fuzz_pool();
    if (size == 0) {
        return 0;
    }
    char *text = apr_pstrmemdup(pool, (const char *)data + 1, size - 1);
    char *end = strchr(text, '\n');
    if (end != NULL) {
        *end = '\0';
    }
    oa_presented presented = {text, end != NULL ? end + 1 : NULL, data[0] & 31, NULL};
    oa_credential credential;
    oa_outcome outcome = oa_credential_read(&presented, &credential, pool);
    check(&presented, outcome, &credential);
    return 0;
}
