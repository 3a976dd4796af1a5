/* SPDX-License-Identifier: Apache-2.0 */
#include "core/model/outcome.h"

#include <apr_strings.h>

/* Named so that a row reads as a sentence. */
#define COUNTS true
#define STRIKES true

/*
 * What a stranger can cause must look the same (MALFORMED, UNKNOWN, WRONG_SECRET, LOGIN_REFUSED): equal status, error and
 * no description. Their log texts match the stock filter apache-auth of fail2ban, which takes "OA010nn: " for the
 * name of an authentication scheme; the texts of the others do not match it.
 */
static const oa_outcome_row rows[OA_OUTCOMES] = {
    [OA_ALLOWED] = {"allowed", 200, NULL, NULL, false, false, NULL},
    [OA_NO_CREDENTIAL] = {"no_credential", 401, NULL, NULL, false, false, NULL},
    [OA_TWO_CREDENTIALS] = {"two_credentials", 400, "invalid_request", "more than one credential in one request", false,
                            false, "more than one credential in one request: %p"},
    [OA_BAD_REQUEST] = {"bad_request", 400, "invalid_request", "the Authorization header cannot be read", false, false,
                        "the Authorization header cannot be read: %p"},
    [OA_INSECURE_TRANSPORT] = {"insecure_transport", 403, NULL, "credentials are accepted over TLS only", false, false,
                               "a credential came over plain HTTP (OrgAuthRequireTLS): %p"},
    [OA_MALFORMED] = {"malformed", 401, "invalid_token", NULL, false, STRIKES,
                      "user `%u' in realm `orgauth' authentication failure, not a key: %p"},
    [OA_UNKNOWN] = {"unknown", 401, "invalid_token", NULL, false, STRIKES,
                    "user `%u' in realm `orgauth' not found: %p"},
    [OA_WRONG_SECRET] = {"wrong_secret", 401, "invalid_token", NULL, COUNTS, STRIKES,
                         "user %u: password mismatch: %p"},
    [OA_LOGIN_REFUSED] = {"login_refused", 401, "invalid_token", NULL, false, STRIKES,
                          "user `%u' in realm `orgauth' denied by provider, not VALIDATED: %p"},
    [OA_EXPIRED] = {"expired", 401, "invalid_token", "the key has expired", false, false,
                    "key of %u has expired: %p"},
    [OA_REVOKED] = {"revoked", 401, "invalid_token", "the key was revoked", false, false,
                    "key of %u was revoked: %p"},
    [OA_USER_DENIED] = {"user_denied", 401, "invalid_token", "the user is DENIED: too many wrong attempts", false,
                        false, "%u is DENIED: %p"},
    [OA_USER_BANNED] = {"user_banned", 401, "invalid_token", "the user is BANNED by an administrator", false, false,
                        "%u is BANNED: %p"},
    [OA_USER_INACTIVE] = {"user_inactive", 401, "invalid_token", "the user is INACTIVE: no login for too long", false,
                          false, "%u is INACTIVE: %p"},
    [OA_MEMBER_DEACTIVATED] = {"membership_deactivated", 401, "invalid_token",
                               "the user is DEACTIVATED in this organization", false, false,
                               "%u is DEACTIVATED in its organization: %p"},
    [OA_ORG_SUSPENDED] = {"org_suspended", 401, "invalid_token", "the organization is suspended", false, false,
                          "the organization of %u is suspended: %p"},
    [OA_FOREIGN_ORG] = {"foreign_org", 403, "insufficient_scope", "no access to this organization", false, false,
                        "%u has no standing in the organization of %p"},
    [OA_THROTTLED] = {"throttled", 429, NULL, "too many failed attempts from this address", false, false,
                      "too many failed attempts from this address: %p"},
    [OA_OVERLOADED] = {"overloaded", 503, NULL, "too many logins at once", false, false,
                       "too many passwords wait to be checked: %p"},
    [OA_STORE_UNAVAILABLE] = {"store_unavailable", 503, NULL, "the service cannot answer at the moment", false, false,
                              "the store cannot be used: %p"},
    [OA_SESSION_ENDED] = {"session_ended", 401, "invalid_token", "the session has ended: log in again", false, false, NULL},
};

const oa_outcome_row *oa_outcome_of(oa_outcome outcome)
{
    return &rows[(unsigned)outcome < OA_OUTCOMES ? outcome : OA_STORE_UNAVAILABLE];
}

/* The argument that the letter after a percent sign stands for; NULL: none. */
static const char *argument(char letter, const char *user, const char *path)
{
    return letter == 'u' ? user : letter == 'p' ? path : NULL;
}

const char *oa_outcome_log(oa_outcome outcome, const char *user, const char *path, apr_pool_t *pool)
{
    const oa_outcome_row *row = oa_outcome_of(outcome);
    if (row->log == NULL) {
        return NULL;
    }
    const char *text = apr_psprintf(pool, "OA010%02d: ", (int)(row - rows));
    const char *rest = row->log;
    for (const char *c = strchr(rest, '%'); c != NULL; c = strchr(rest, '%')) {
        const char *value = argument(c[1], user != NULL ? user : "-", path != NULL ? path : "-");
        text = apr_pstrcat(pool, text, apr_pstrmemdup(pool, rest, (apr_size_t)(c - rest)), value, NULL);
        rest = c + 2;
    }
    return apr_pstrcat(pool, text, rest, NULL);
}
