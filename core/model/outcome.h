/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What became of a credential. One row per outcome says all that differs: the HTTP answer, what its holder is
 * told, whether it counts against the user, and its number in the error log.
 */
#ifndef OA_MODEL_OUTCOME_H
#define OA_MODEL_OUTCOME_H

#include <apr_pools.h>
#include <stdbool.h>

typedef enum oa_outcome {
    OA_ALLOWED,
    OA_NO_CREDENTIAL,
    OA_TWO_CREDENTIALS,        /* 400 */
    OA_BAD_REQUEST,            /* a header that cannot be read at all: 400 */
    OA_INSECURE_TRANSPORT,     /* a credential over plain HTTP from afar */
    OA_MALFORMED,              /* a key with a wrong form or checksum */
    OA_UNKNOWN,                /* no such key or user */
    OA_WRONG_SECRET,           /* right key id or user, wrong secret */
    OA_LOGIN_REFUSED,          /* a password for an account that is not VALIDATED, right or wrong: told apart from
                                  OA_WRONG_SECRET in the log alone */
    OA_EXPIRED,
    OA_REVOKED,
    OA_USER_DENIED,
    OA_USER_BANNED,
    OA_USER_INACTIVE,
    OA_MEMBER_DEACTIVATED,     /* also removed */
    OA_ORG_SUSPENDED,
    OA_FOREIGN_ORG,            /* a right credential that has no standing in the organization of this place: 403 */
    OA_THROTTLED,
    OA_OVERLOADED,             /* too many passwords wait to be checked: 503 */
    OA_STORE_UNAVAILABLE,
    OA_SESSION_ENDED,          /* by log-out, by time, or never begun */
    OA_OUTCOMES                /* how many there are */
} oa_outcome;

typedef struct oa_outcome_row {
    const char *name;        /* "wrong_secret": for the note orgauth-decision, logs and tests */
    int http_status;         /* 200 where the request goes on */
    const char *error;       /* RFC 6750 error code for the challenge, or NULL */
    const char *description; /* RFC 6750 error_description, for holders of the right secret only, or NULL */
    bool counts;             /* a wrong attempt of a known user */
    bool strikes;            /* counts against the client's address */
    const char *log;         /* after "OA010nn: " in the error log (nn: the outcome), with %u for the claimed user and %p for the
                                path of the request; NULL: not logged. Those that strike match fail2ban's apache-auth. */
} oa_outcome_row;

/* The row of `outcome`; of OA_STORE_UNAVAILABLE for a number that is none. */
const oa_outcome_row *oa_outcome_of(oa_outcome outcome);

/* The whole line for the error log, "OA01007: user jane@acme.example: password mismatch: /api"; NULL where none is to be written.
 * `user`: the e-mail as claimed or the key's public id, `path`: of the request; "-" for NULL. Never a secret. */
const char *oa_outcome_log(oa_outcome outcome, const char *user, const char *path, apr_pool_t *pool);

#endif
