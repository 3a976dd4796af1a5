/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/text.h"

#include <apr_strings.h>
#include <idn2.h>
#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

enum { EMAIL_LOCAL_MAX = 64, DOMAIN_MAX = 253, LABEL_MAX = 63 };

/* libunistring's bytes are unsigned. */
static const uint8_t *bytes_of(const char *text)
{
    return (const uint8_t *)text;
}

bool oa_text_is_utf8(const char *text, size_t size)
{
    return memchr(text, '\0', size) == NULL && u8_check(bytes_of(text), size) == NULL;
}

size_t oa_text_repair(const char *text, size_t size, char *out)
{
    uint8_t *end = (uint8_t *)out;
    for (size_t at = 0; at < size;) {
        ucs4_t character;
        at += (size_t)u8_mbtouc(&character, bytes_of(text) + at, size - at);
        end += u8_uctomb(end, character, 6);
    }
    *end = '\0';
    return (size_t)(end - (uint8_t *)out);
}

/* Moves what libunistring allocated into the pool. It fails on valid UTF-8 for want of memory alone. */
static char *moved(uint8_t *result, size_t size, apr_pool_t *pool)
{
    if (result == NULL) {
        abort();
    }
    char *text = apr_pstrmemdup(pool, (const char *)result, size);
    free(result);
    return text;
}

static char *normalize(uninorm_t form, const char *text, apr_pool_t *pool)
{
    size_t size;
    uint8_t *result = u8_normalize(form, bytes_of(text), strlen(text), NULL, &size);
    return moved(result, size, pool);
}

/* Folding can undo a normalization and the other way round: repeated until nothing changes, which two rounds nearly
 * always reach. */
static const char *fold(uninorm_t form, const char *text, apr_pool_t *pool)
{
    for (int round = 0; round < 5; round++) {
        const char *before = text;
        size_t size;
        const char *normal = normalize(form, text, pool);
        uint8_t *folded = u8_casefold(bytes_of(normal), strlen(normal), NULL, form, NULL, &size);
        text = moved(folded, size, pool);
        if (strcmp(before, text) == 0) {
            break;
        }
    }
    return text;
}

/* The first character at or after *text that belongs to one of `categories`, or NULL. */
static const char *find_category(const char *text, uint32_t categories)
{
    ucs4_t character;
    for (const uint8_t *at = bytes_of(text), *next; (next = u8_next(&character, at)) != NULL; at = next) {
        if (uc_is_general_category_withtable(character, categories)) {
            return (const char *)at;
        }
    }
    return NULL;
}

static const uint32_t unseen = UC_CATEGORY_MASK_Cc | UC_CATEGORY_MASK_Cf | UC_CATEGORY_MASK_Cs | UC_CATEGORY_MASK_Co |
                               UC_CATEGORY_MASK_Zl | UC_CATEGORY_MASK_Zp;

/* Without the spaces (Zs) at both ends. */
static char *trim(const char *text, apr_pool_t *pool)
{
    ucs4_t character;
    const uint8_t *start = bytes_of(text);
    const uint8_t *end = start + strlen(text);
    for (const uint8_t *next; (next = u8_next(&character, start)) != NULL; start = next) {
        if (!uc_is_general_category_withtable(character, UC_CATEGORY_MASK_Zs)) {
            break;
        }
    }
    for (const uint8_t *before; (before = u8_prev(&character, end, start)) != NULL; end = before) {
        if (!uc_is_general_category_withtable(character, UC_CATEGORY_MASK_Zs)) {
            break;
        }
    }
    return apr_pstrmemdup(pool, (const char *)start, (apr_size_t)(end - start));
}

static bool is_letter_or_digit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* RFC 5321 Dot-string with the UTF-8 of RFC 6531, after folding. */
static bool local_is_valid(const char *local)
{
    size_t size = strlen(local);
    if (size == 0 || size > EMAIL_LOCAL_MAX || local[0] == '.' || local[size - 1] == '.' ||
        strstr(local, "..") != NULL ||
        find_category(local, unseen | UC_CATEGORY_MASK_Zs | UC_CATEGORY_MASK_Cn) != NULL) {
        return false;
    }
    for (const char *c = local; *c != '\0'; c++) {
        if ((unsigned char)*c < 0x80 && !is_letter_or_digit(*c) && strchr(".!#$%&'*+-/=?^_`{|}~", *c) == NULL) {
            return false;
        }
    }
    return true;
}

static bool label_is_valid(const char *label, size_t size)
{
    if (size == 0 || size > LABEL_MAX || label[0] == '-' || label[size - 1] == '-') {
        return false;
    }
    for (size_t i = 0; i < size; i++) {
        if (!is_letter_or_digit(label[i]) && label[i] != '-') {
            return false;
        }
    }
    return true;
}

/* Labels of letters, digits and hyphens in lower case; the last is not a number, as in an IPv4 address. */
static bool domain_is_valid(const char *domain)
{
    const char *label = domain;
    for (const char *dot = strchr(label, '.'); dot != NULL; dot = strchr(label, '.')) {
        if (!label_is_valid(label, (size_t)(dot - label))) {
            return false;
        }
        label = dot + 1;
    }
    return strlen(domain) <= DOMAIN_MAX && label_is_valid(label, strlen(label)) &&
           label[strspn(label, "0123456789")] != '\0' && (label > domain || strcmp(domain, "localhost") == 0);
}

/* A-labels in lower case, NULL where IDNA2008 has none. Nontransitional: sharp s and final sigma stay what they are,
 * for they name other domains. A plain ASCII name needs no tables. */
static const char *domain_to_ascii(const char *domain, apr_pool_t *pool)
{
    char *lower = apr_pstrdup(pool, domain);
    bool plain = true;
    for (char *c = lower; *c != '\0'; c++) {
        plain = plain && (unsigned char)*c < 0x80;
        *c = *c >= 'A' && *c <= 'Z' ? (char)(*c + ('a' - 'A')) : *c;
    }
    if (plain && strstr(lower, "xn--") == NULL) {
        return lower;
    }
    uint8_t *ascii = NULL;
    if (idn2_lookup_u8(bytes_of(lower), &ascii, IDN2_NONTRANSITIONAL) != IDN2_OK) {
        return NULL;
    }
    const char *result = apr_pstrdup(pool, (const char *)ascii);
    idn2_free(ascii);
    return result;
}

/* Dotless i, and what dotted I folds to: for who reads the address, and for many a mail system, another spelling of i. */
static bool has_turkish_i(const char *folded)
{
    return strstr(folded, "\xc4\xb1") != NULL || strstr(folded, "i\xcc\x87") != NULL;
}

/* The canonical spelling, or NULL. */
static const char *canonical_email(const char *text, apr_pool_t *pool)
{
    char *local = trim(normalize(UNINORM_NFKC, text, pool), pool);
    char *at = strchr(local, '@');
    if (at == NULL || strchr(at + 1, '@') != NULL) {
        return NULL;
    }
    *at = '\0';
    const char *folded = fold(UNINORM_NFKC, local, pool);
    const char *domain = domain_to_ascii(at + 1, pool);
    if (domain == NULL || !local_is_valid(folded) || has_turkish_i(folded) || !domain_is_valid(domain)) {
        return NULL;
    }
    const char *email = apr_pstrcat(pool, folded, "@", domain, NULL);
    return strlen(email) <= OA_EMAIL_MAX ? email : NULL;
}

oa_error *oa_email_normalize(const char *field, const char *text, const char **email, apr_pool_t *pool)
{
    const char *canonical = NULL;
    size_t size = text == NULL ? 0 : strnlen(text, 4 * OA_EMAIL_MAX);
    if (size < 4 * OA_EMAIL_MAX && text != NULL && oa_text_is_utf8(text, size) && find_category(text, unseen) == NULL) {
        canonical = canonical_email(text, pool);
    }
    if (canonical == NULL) {
        return oa_error_because(OA_BECAUSE_NOT_AN_EMAIL,
                                oa_error_field(pool, field,
                                               "not one e-mail address (name@example.org, at most %d characters)", OA_EMAIL_MAX));
    }
    *email = canonical;
    return NULL;
}

oa_error *oa_name_clean(const char *field, const char *text, const char **name, apr_pool_t *pool)
{
    size_t size = text == NULL ? 0 : strnlen(text, 4 * OA_NAME_MAX);
    if (size < 4 * OA_NAME_MAX && text != NULL && oa_text_is_utf8(text, size) && find_category(text, unseen) == NULL) {
        const char *clean = trim(normalize(UNINORM_NFC, text, pool), pool);
        if (*clean != '\0' && strlen(clean) <= OA_NAME_MAX) {
            *name = clean;
            return NULL;
        }
    }
    return oa_error_because(OA_BECAUSE_NOT_A_NAME,
                            oa_error_field(pool, field,
                                           "not a name: 1 to %d bytes of UTF-8 without control characters", OA_NAME_MAX));
}

bool oa_text_mixes_scripts(const char *text)
{
    static const char *const alike[] = {"Latin", "Greek", "Cyrillic", "Armenian", "Cherokee"};
    const uc_script_t *first = NULL;
    ucs4_t character;
    for (const uint8_t *at = u8_next(&character, bytes_of(text)); at != NULL; at = u8_next(&character, at)) {
        const uc_script_t *script = uc_script(character);
        for (size_t i = 0; script != NULL && i < sizeof alike / sizeof *alike; i++) {
            if (strcmp(script->name, alike[i]) == 0) {
                if (first != NULL && first != script) {
                    return true;
                }
                first = script;
            }
        }
    }
    return false;
}

const char *oa_text_fold(const char *text, apr_pool_t *pool)
{
    if (text == NULL) {
        return "";
    }
    size_t size = strlen(text);
    char *valid = apr_palloc(pool, 3 * size + 1);
    oa_text_repair(text, size, valid);
    return fold(UNINORM_NFKC, valid, pool);
}

bool oa_slug_spells(const char *text, size_t size)
{
    if (size == 0 || size > OA_SLUG_MAX) {
        return false;
    }
    for (size_t i = 0; i < size; i++) {
        bool inside = i > 0 && i < size - 1;
        if (!is_letter_or_digit(text[i]) && !(inside && text[i] == '-')) {
            return false;
        }
    }
    return true;
}

bool oa_slug_is_valid(const char *text)
{
    return text != NULL && oa_slug_spells(text, strnlen(text, OA_SLUG_MAX + 1));
}

const char *oa_slug_from(const char *name, apr_pool_t *pool)
{
    static const uint32_t marks = UC_CATEGORY_MASK_M;
    char *slug = apr_pcalloc(pool, OA_SLUG_MAX + 1);
    size_t size = 0;
    ucs4_t character;
    const char *parts = normalize(UNINORM_NFKD, oa_text_fold(name, pool), pool);
    for (const uint8_t *at = bytes_of(parts); (at = u8_next(&character, at)) != NULL && size < OA_SLUG_MAX;) {
        if (character < 0x80 && is_letter_or_digit((char)character)) {
            slug[size++] = (char)character;
        } else if (size > 0 && slug[size - 1] != '-' && !uc_is_general_category_withtable(character, marks)) {
            slug[size++] = '-';
        }
    }
    if (size > 0 && slug[size - 1] == '-') {
        slug[--size] = '\0';
    }
    return size > 0 ? slug : "org";
}
