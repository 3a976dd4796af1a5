/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The decision: who calls, whether the credential holds, and with what rights. Made here and nowhere else.
 * Never an allow on any error: a store that does not answer is OA_STORE_UNAVAILABLE.
 */
#ifndef OA_AUTH_DECIDE_H
#define OA_AUTH_DECIDE_H

#include "core/auth/credential.h"
#include "core/auth/host.h"
#include "core/model/permission.h"
#include "core/store/lookup.h"

/* Per process: the store, what the host shares, the cache of verified logins. */
typedef struct oa_authority oa_authority;

/* Argon2 dummies and all are made here, not at the first request. `host` may be NULL (command line): no throttle, no bound. */
oa_error *oa_authority_make(oa_store *store, oa_host *host, oa_authority **authority, apr_pool_t *pool);
oa_store *oa_authority_store(const oa_authority *authority);

typedef struct oa_question {
    oa_presented presented;
    oa_address address;
    const char *address_text; /* for the audit event of a DENIED */
    bool secure;              /* TLS, or a loopback client, or the place does not ask for TLS */
    const char *org;          /* OrgAuthOrg: slug or id; NULL = not set */
    const char *site;         /* the virtual host: a session is good at the one where it began; NULL or "" = there is one alone */
    bool account_alone;       /* a login or session is judged by its account alone, whatever its memberships: where org is NULL, and each act is
                                 judged by its own organization (the admin handler, log-in) */
    oa_time now;
} oa_question;

typedef struct oa_decision {
    oa_outcome outcome;
    unsigned by;             /* OA_BY_…: how the credential came; 0 = none */
    int retry_after;         /* seconds, for THROTTLED, OVERLOADED, STORE_UNAVAILABLE */
    const char *claimed;     /* for logs: the e-mail as claimed or, of a key, its public id; never a secret; NULL where none */
    const char *trouble;     /* for logs: why the store was not usable */
    bool newly_denied;       /* this attempt made the account DENIED */
    /* From here on only where outcome is OA_ALLOWED or OA_FOREIGN_ORG; else 0 and "". */
    oa_id user_id;
    oa_id key_id;            /* 0: a login or session */
    oa_id key_org_id;        /* the organization that the key belongs to; 0 likewise */
    oa_id session_id;        /* 0: a key or login */
    oa_id org_id;            /* the organization of this place */
    const char *email;
    const char *org;         /* its slug */
    const char *role;        /* "" where the caller has none here (an outsider with a Web API) */
    const char *service_api; /* the Web API whose own key this is, or "" */
    const char *apis;        /* words "ORG_ID/name" */
    oa_grants grants;
} oa_decision;

/* Never NULL. Counts, throttles, notes usage, writes INACTIVE. */
const oa_decision *oa_decide(oa_authority *authority, const oa_question *question, apr_pool_t *pool);

/* For AuthBasicProvider and log-in: e-mail and password alone, by the same path. */
const oa_decision *oa_decide_password(oa_authority *authority, const char *email, const oa_secret *password,
                                      const oa_question *question, apr_pool_t *pool);

/* For what strangers may ask for (reset links): counts one strike for the address; *retry_after in seconds, 0 = may go on. */
oa_error *oa_authority_strike(oa_authority *authority, const oa_address *address, oa_time now, int *retry_after,
                              apr_pool_t *pool);

/* Another one than we knew who calls: the strike for a decision that refused is taken back. Once for each. */
void oa_authority_forgive(oa_authority *authority, const oa_decision *decision, const oa_address *address, oa_time now, apr_pool_t *pool);

/* Argon2id to a PHC string within the host's bound: OA_BUSY when too many wait. */
oa_error *oa_authority_hash(oa_authority *authority, const char *password, size_t size, char phc[OA_PHC_SIZE],
                            apr_pool_t *pool);

/* The Require lines, pure functions of a decision; false for any but OA_ALLOWED. Names exact, byte for byte. */
bool oa_decision_has_role(const oa_decision *decision, const char *role);
bool oa_decision_has_permission(const oa_decision *decision, const char *permission);
bool oa_decision_in_org(const oa_decision *decision, const char *slug);
bool oa_decision_has_api(const oa_decision *decision, const char *name); /* in the organization of the place */
bool oa_decision_may_access(const oa_decision *decision, const char *module, const char *method);

#endif
