/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What strangers send as a credential. The input: a byte for the ways that are accepted, the Authorization field's value, and after the
 * first line feed the key header's value; without one that header is absent.
 */
#include "tests/fuzz/fuzz.h"

#include "core/auth/credential.h"
#include "core/base/text.h"

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

static void check_key(const oa_presented *presented, const oa_credential *credential)
{
    char text[OA_KEY_LENGTH + 1];
    const char *value = credential->by == OA_BY_HEADER ? presented->key_header : presented->authorization;
    oa_key_format(&credential->key, text);
    MUST(credential->by == OA_BY_BASIC || strstr(value, text) != NULL);
}

static void check_jwt(const oa_presented *presented, const oa_credential *credential)
{
    const char *value = credential->by == OA_BY_HEADER ? presented->key_header : presented->authorization;
    MUST(credential->by != OA_BY_BASIC && strstr(value, (const char *)credential->token->bytes) != NULL);
    MUST(!oa_key_looks_like((const char *)credential->token->bytes, credential->token->size));
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

static void check(const oa_presented *presented, oa_outcome outcome, const oa_credential *credential)
{
    static void (*const checks[])(const oa_presented *, const oa_credential *) = {
        [OA_CREDENTIAL_KEY] = check_key, [OA_CREDENTIAL_JWT] = check_jwt, [OA_CREDENTIAL_PASSWORD] = check_password};
    static const oa_key wiped;
    if (outcome != OA_ALLOWED) {
        MUST(outcome == OA_NO_CREDENTIAL || outcome == OA_TWO_CREDENTIALS || outcome == OA_MALFORMED);
        MUST(credential->kind == OA_CREDENTIAL_NONE && memcmp(&credential->key, &wiped, sizeof(wiped)) == 0);
        return;
    }
    MUST(credential->kind != OA_CREDENTIAL_NONE && (credential->by & presented->accepted) == credential->by);
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
    oa_presented presented = {text, end != NULL ? end + 1 : NULL, data[0] & 15, NULL};
    oa_credential credential;
    oa_outcome outcome = oa_credential_read(&presented, &credential, pool);
    check(&presented, outcome, &credential);
    return 0;
}
