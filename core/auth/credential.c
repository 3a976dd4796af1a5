/* SPDX-License-Identifier: Apache-2.0 */
#include "core/auth/credential.h"

#include "core/auth/basic.h"
#include "core/model/key.h"

#include <apr_cstr.h>

enum { HEADER_MAX = 8192 };

typedef struct run {
    const char *text;
    size_t size;
} run;

typedef struct scheme {
    const char *name;
    unsigned by;
    unsigned counts_under; /* ways, one of which is accepted where it counts */
    oa_outcome (*read)(run value, oa_credential *credential, apr_pool_t *pool);
} scheme;

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static run trim(run value)
{
    while (value.size > 0 && is_blank(value.text[0])) {
        value.text++;
        value.size--;
    }
    while (value.size > 0 && is_blank(value.text[value.size - 1])) {
        value.size--;
    }
    return value;
}

/* A field's value; one byte more than may be is enough to see that it is too long. */
static run field(const char *value)
{
    run whole = {value, value == NULL ? 0 : strnlen(value, HEADER_MAX + 1)};

    return trim(whole);
}

static bool has_comma(run value)
{
    return value.size > 0 && memchr(value.text, ',', value.size) != NULL;
}

static oa_outcome take(run value, oa_credential_kind kind, oa_credential *credential)
{
    credential->kind = kind;
    credential->text = value.text;
    credential->size = value.size;
    return OA_ALLOWED;
}

/* Of base64url. */
static bool is_in_alphabet(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

/* The compact form of RFC 7515: three parts of base64url with a dot between. */
static bool is_compact_jwt(run value)
{
    size_t i, dots = 0;

    for (i = 0; i < value.size; i++) {
        if (value.text[i] == '.') {
            dots++;
        } else if (!is_in_alphabet(value.text[i])) {
            return false;
        }
    }
    return dots == 2;
}

/* A key in either form, alone. */
static oa_outcome read_token(run value, oa_credential *credential, apr_pool_t *pool)
{
    (void)pool;
    if (oa_key_looks_like(value.text, value.size)) {
        return take(value, OA_CREDENTIAL_KEY, credential);
    }
    return is_compact_jwt(value) ? take(value, OA_CREDENTIAL_JWT, credential) : OA_MALFORMED;
}

static oa_outcome read_basic(run value, oa_credential *credential, apr_pool_t *pool)
{
    oa_basic basic;
    run password;

    if (!oa_basic_read(value.text, value.size, &basic, pool)) {
        return OA_MALFORMED;
    }
    password.text = (const char *)basic.password->bytes;
    password.size = basic.password->size;
    if (oa_key_looks_like(password.text, password.size)) {
        return take(password, OA_CREDENTIAL_KEY, credential);
    }
    credential->kind = OA_CREDENTIAL_PASSWORD;
    credential->user = basic.user;
    credential->password = basic.password;
    return OA_ALLOWED;
}

static const scheme schemes[] = {
    {"Bearer", OA_BY_BEARER, OA_BY_BEARER, read_token},
    {"Basic", OA_BY_BASIC, OA_BY_BASIC | OA_BY_BASIC_KEY, read_basic},
    {NULL, 0, 0, NULL},
};

/* What `value` begins with, up to a blank; it is taken off. */
static run take_word(run *value)
{
    run word = {value->text, 0};

    while (word.size < value->size && !is_blank(word.text[word.size])) {
        word.size++;
    }
    value->text += word.size;
    value->size -= word.size;
    *value = trim(*value);
    return word;
}

/* The last row for a foreign one. */
static const scheme *find_scheme(run name)
{
    const scheme *row = schemes;

    while (row->name != NULL &&
           (strlen(row->name) != name.size || apr_cstr_casecmpn(row->name, name.text, name.size) != 0)) {
        row++;
    }
    return row;
}

static oa_outcome read_authorization(const oa_presented *presented, run value, oa_credential *credential,
                                     apr_pool_t *pool)
{
    bool oversized = value.size > HEADER_MAX;
    const scheme *row;
    oa_outcome outcome;
    run name = take_word(&value);

    row = find_scheme(name);
    /* httpd joins repeated fields by a comma. No scheme's name can hold one, nor the values of the two here. */
    if (has_comma(name) || (row->name != NULL && has_comma(value))) {
        return OA_TWO_CREDENTIALS;
    }
    if ((presented->accepted & row->counts_under) == 0) {
        return OA_NO_CREDENTIAL;
    }
    credential->by = row->by;
    outcome = oversized ? OA_MALFORMED : row->read(value, credential, pool);
    if ((presented->accepted & row->by) == 0 && credential->kind != OA_CREDENTIAL_KEY) {
        memset(credential, 0, sizeof(*credential));
        return OA_NO_CREDENTIAL;
    }
    return outcome;
}

static oa_outcome read_header(const oa_presented *presented, run value, oa_credential *credential, apr_pool_t *pool)
{
    if (has_comma(value)) {
        return OA_TWO_CREDENTIALS;
    }
    if ((presented->accepted & OA_BY_HEADER) == 0) {
        return OA_NO_CREDENTIAL;
    }
    credential->by = OA_BY_HEADER;
    return value.size > HEADER_MAX ? OA_MALFORMED : read_token(value, credential, pool);
}

/* Its form is judged with the session: a wrong one has ended like any other. */
static oa_outcome read_session(const oa_presented *presented, oa_credential *credential, apr_pool_t *pool)
{
    if ((presented->accepted & OA_BY_SESSION) == 0 || presented->session == NULL || presented->session[0] == '\0') {
        return OA_NO_CREDENTIAL;
    }
    credential->by = OA_BY_SESSION;
    credential->kind = OA_CREDENTIAL_SESSION;
    credential->token = oa_secret_make(presented->session, strnlen(presented->session, HEADER_MAX), pool);
    return OA_ALLOWED;
}

static oa_outcome read_explicit(const oa_presented *presented, oa_credential *credential, apr_pool_t *pool)
{
    run authorization = field(presented->authorization);
    run header = field(presented->key_header);

    if (authorization.size > 0 && header.size > 0) {
        return OA_TWO_CREDENTIALS;
    }
    if (header.size > 0) {
        return read_header(presented, header, credential, pool);
    }
    return authorization.size > 0 ? read_authorization(presented, authorization, credential, pool) : OA_NO_CREDENTIAL;
}

oa_outcome oa_credential_read(const oa_presented *presented, oa_credential *credential, apr_pool_t *pool)
{
    oa_outcome outcome;

    memset(credential, 0, sizeof(*credential));
    outcome = read_explicit(presented, credential, pool);
    return outcome == OA_NO_CREDENTIAL ? read_session(presented, credential, pool) : outcome;
}
