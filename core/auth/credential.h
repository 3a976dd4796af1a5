/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the headers of a request to one parsed credential: pure, strict, no store. RFC 9110 section 11 (Authorization),
 * RFC 6750 (Bearer), RFC 7617 (Basic, UTF-8).
 */
#ifndef OA_AUTH_CREDENTIAL_H
#define OA_AUTH_CREDENTIAL_H

#include "core/base/crypto.h"
#include "core/model/outcome.h"

#include <apr_pools.h>

/* Ways of presenting a credential: a set. OA_BY_BASIC_KEY is only ever accepted, and means: of Basic passwords those that are keys; what came
 * so came by OA_BY_BASIC. */
enum { OA_BY_BEARER = 1, OA_BY_HEADER = 2, OA_BY_BASIC = 4, OA_BY_SESSION = 8, OA_BY_BASIC_KEY = 16 };

typedef struct oa_presented {
    const char *authorization; /* the field's value, several joined by ", " as httpd does; NULL where absent */
    const char *key_header;    /* the value of the header that OrgAuthKeyHeader names; NULL where absent */
    unsigned accepted;         /* OA_BY_… that count here; the rest is as if absent (but two credentials stay two) */
    const char *session;       /* the session's cookie (cookie.h), NULL where absent. Browsers send it with everything, so it counts only
                                  where nothing else does: a credential that was given on purpose goes first, right or wrong */
} oa_presented;

typedef enum oa_credential_kind { OA_CREDENTIAL_NONE, OA_CREDENTIAL_KEY, OA_CREDENTIAL_JWT, OA_CREDENTIAL_PASSWORD,
                                  OA_CREDENTIAL_SESSION } oa_credential_kind;

typedef struct oa_credential {
    oa_credential_kind kind;
    unsigned by;            /* OA_BY_… */
    const char *text;       /* KEY, JWT: as presented, `size` characters of the field or of the password */
    size_t size;
    const oa_secret *token; /* SESSION: as sent */
    const char *user;       /* PASSWORD: as typed, valid UTF-8 */
    const oa_secret *password;
} oa_credential;

/* OA_ALLOWED: *credential is to be judged. Else the outcome: NO_CREDENTIAL, TWO_CREDENTIALS, BAD_REQUEST, MALFORMED. What begins as a key
 * does is taken as one, whatever follows (core/model/key.h), also in the place of a Basic password. An empty value is as if absent. Copies of
 * secrets are wiped with `pool`. Header values over 8 KiB are MALFORMED. */
oa_outcome oa_credential_read(const oa_presented *presented, oa_credential *credential, apr_pool_t *pool);

#endif
