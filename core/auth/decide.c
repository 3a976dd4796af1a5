/* SPDX-License-Identifier: Apache-2.0 */
#include "core/auth/decide.h"

#include "core/auth/inquiry.h"
#include "core/auth/pace.h"
#include "core/base/crypto.h"

enum { RETRY_OVERLOADED = 1 };

oa_error *oa_authority_make(oa_store *store, oa_host *host, oa_authority **authority, apr_pool_t *pool)
{
    oa_authority *made = apr_pcalloc(pool, sizeof(*made));

    OA_TRY(oa_crypto_start(pool));
    made->store = store;
    made->host = host;
    made->bells = host != NULL ? oa_host_bells(host) : apr_pcalloc(pool, sizeof(*made->bells));
    OA_TRY(oa_verified_make(&made->verified, pool));
    OA_TRY(oa_flights_make(&made->flights, pool));
    made->jwt = oa_jwt_key_make(oa_store_subkey(store, OA_SUBKEY_JWT), pool);
    (void)oa_password_dummy(); /* made now, so that the first unknown user waits no longer than the next */
    *authority = made;
    return NULL;
}

oa_store *oa_authority_store(const oa_authority *authority)
{
    return authority->store;
}

static void blank(oa_decision *decision)
{
    static const oa_decision nobody = {.email = "", .org = "", .role = "", .service_api = "", .apis = "",
                                       .grants = {.permissions = "", .modules = "", .admin_modules = ""}};
    oa_decision said = *decision;

    *decision = nobody;
    decision->outcome = said.outcome;
    decision->by = said.by;
    decision->retry_after = said.retry_after;
    decision->claimed = said.claimed;
    decision->trouble = said.trouble;
    decision->newly_denied = said.newly_denied;
}

static void begin(oa_inquiry *inquiry, oa_authority *authority, const oa_question *question, apr_pool_t *pool)
{
    memset(inquiry, 0, sizeof(*inquiry));
    inquiry->authority = authority;
    inquiry->question = question;
    inquiry->decision = apr_pcalloc(pool, sizeof(*inquiry->decision));
    inquiry->decision->outcome = OA_STORE_UNAVAILABLE; /* until it is known better */
    inquiry->began = oa_pace_now();
    inquiry->step = OA_PACE_KEY;
    inquiry->pool = pool;
    blank(inquiry->decision);
}

static oa_outcome judge_key(oa_inquiry *inquiry, const oa_credential *credential)
{
    return oa_judge_key(inquiry, credential->text, credential->size);
}

static oa_outcome judge_password(oa_inquiry *inquiry, const oa_credential *credential)
{
    inquiry->step = OA_PACE_PASSWORD;
    return oa_judge_password(inquiry, credential->user, credential->password);
}

static oa_outcome judge_jwt(oa_inquiry *inquiry, const oa_credential *credential)
{
    return oa_judge_jwt(inquiry, credential->text, credential->size);
}

static oa_outcome judge_unknown(oa_inquiry *inquiry, const oa_credential *credential)
{
    (void)credential;
    return oa_inquiry_is_throttled(inquiry) ? OA_THROTTLED : OA_UNKNOWN;
}

static oa_outcome judge_session(oa_inquiry *inquiry, const oa_credential *credential)
{
    return oa_judge_session(inquiry, credential->token);
}

static oa_outcome judge(oa_inquiry *inquiry, const oa_credential *credential)
{
    static oa_outcome (*const judges[])(oa_inquiry *, const oa_credential *) = {
        [OA_CREDENTIAL_NONE] = judge_unknown,
        [OA_CREDENTIAL_KEY] = judge_key,
        [OA_CREDENTIAL_JWT] = judge_jwt,
        [OA_CREDENTIAL_PASSWORD] = judge_password,
        [OA_CREDENTIAL_SESSION] = judge_session,
    };

    return judges[credential->kind](inquiry, credential);
}

/* What is malformed waits for the policy too: with the store gone it is 503 like everything else, and a throttled client learns
 * nothing by its form. */
static oa_outcome weigh(oa_inquiry *inquiry, const oa_credential *credential, bool readable)
{
    const oa_record *record;
    oa_error *error;

    inquiry->decision->by = credential->by;
    if (!inquiry->question->secure) {
        return OA_INSECURE_TRANSPORT;
    }
    error = oa_lookup_begin(inquiry->authority->store, credential->text, credential->size, &inquiry->known,
                            &inquiry->policy, &record, inquiry->pool);
    if (error != NULL) {
        return oa_inquiry_trouble(inquiry, error);
    }
    if (!readable) {
        return oa_inquiry_is_throttled(inquiry) ? OA_THROTTLED : OA_MALFORMED;
    }
    return record != NULL ? oa_judge_right_key(inquiry, record) : judge(inquiry, credential);
}

static void strike(oa_inquiry *inquiry, oa_outcome outcome)
{
    if (inquiry->policy == NULL || !oa_outcome_of(outcome)->strikes) {
        return;
    }
    oa_throttle_strike(inquiry->authority->host, &inquiry->question->address,
                       inquiry->policy->settings.login_throttle, inquiry->question->now);
    oa_pace_hold(inquiry->began, inquiry->step);
}

static const oa_decision *conclude(oa_inquiry *inquiry, oa_outcome outcome)
{
    oa_decision *decision = inquiry->decision;

    decision->outcome = outcome;
    if (outcome == OA_OVERLOADED) {
        decision->retry_after = RETRY_OVERLOADED;
    }
    if (outcome != OA_ALLOWED && outcome != OA_FOREIGN_ORG) {
        blank(decision);
    }
    strike(inquiry, outcome);
    return decision;
}

const oa_decision *oa_decide(oa_authority *authority, const oa_question *question, apr_pool_t *pool)
{
    oa_inquiry inquiry;
    oa_credential credential;
    oa_outcome outcome;

    begin(&inquiry, authority, question, pool);
    outcome = oa_credential_read(&question->presented, &credential, pool);
    if (outcome == OA_ALLOWED || outcome == OA_MALFORMED) {
        outcome = weigh(&inquiry, &credential, outcome == OA_ALLOWED);
    }
    return conclude(&inquiry, outcome);
}

const oa_decision *oa_decide_password(oa_authority *authority, const char *email, const oa_secret *password,
                                      const oa_question *question, apr_pool_t *pool)
{
    oa_inquiry inquiry;
    oa_credential credential = {.kind = OA_CREDENTIAL_PASSWORD, .by = OA_BY_BASIC, .user = email,
                                .password = password};

    begin(&inquiry, authority, question, pool);
    return conclude(&inquiry, weigh(&inquiry, &credential, password->size <= OA_PASSWORD_MAX));
}

oa_error *oa_authority_strike(oa_authority *authority, const oa_address *address, oa_time now, int *retry_after,
                              apr_pool_t *pool)
{
    const oa_policy *policy;

    OA_TRY(oa_lookup_policy(authority->store, &policy, pool));
    *retry_after = oa_throttle_retry_after(authority->host, address, policy->settings.login_throttle,
                                           policy->settings.login_deny_after, now);
    if (*retry_after == 0) {
        oa_throttle_strike(authority->host, address, policy->settings.login_throttle, now);
    }
    return NULL;
}

void oa_authority_forgive(oa_authority *authority, const oa_decision *decision, const oa_address *address, oa_time now, apr_pool_t *pool)
{
    const oa_policy *policy;

    if (oa_outcome_of(decision->outcome)->strikes && oa_lookup_policy(authority->store, &policy, pool) == NULL) {
        oa_throttle_forgive(authority->host, address, policy->settings.login_throttle, now);
    }
}

oa_error *oa_authority_hash(oa_authority *authority, const char *password, size_t size, char phc[OA_PHC_SIZE],
                            apr_pool_t *pool)
{
    oa_error *error;

    if (!oa_hash_enter(authority->host)) {
        return oa_error_make(pool, OA_BUSY, "too many passwords wait to be checked: try again");
    }
    error = oa_password_hash(password, size, phc, pool);
    oa_hash_leave(authority->host);
    return error;
}
