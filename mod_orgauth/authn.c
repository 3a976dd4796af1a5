/* SPDX-License-Identifier: Apache-2.0 */
#include "mod_orgauth/authn.h"

#include "mod_orgauth/answer.h"
#include "mod_orgauth/request.h"

#include <mod_auth.h>

/* AuthType OrgAuth. */

static int check_authn(request_rec *r)
{
    if (oa_request_type(r) != OA_AUTH_ORGAUTH) {
        return DECLINED;
    }
    const oa_decision *decision = oa_request_decide(r);
    if (decision->outcome != OA_ALLOWED) {
        return oa_answer_refusal(r, decision);
    }
    oa_request_name_user(r, decision);
    return OK;
}

/*
 * mod_authz_core answers 401 where a requirement is not met by a known user, its own or anybody's, unless
 * AuthzSendForbiddenOnFailure is on. This hook comes before its, runs the rest of the chain itself, and so sees the
 * result wherever the configuration came from.
 */
static int check_authz(request_rec *r)
{
    oa_request *request = ap_get_module_config(r->request_config, &orgauth_module);
    if (request == NULL || request->judging || request->decision == NULL || request->decision->outcome != OA_ALLOWED) {
        return DECLINED;
    }
    request->judging = true;
    int status = ap_run_auth_checker(r);
    request->judging = false;
    return status == HTTP_UNAUTHORIZED || status == HTTP_FORBIDDEN ? oa_answer_forbidden(r) : status;
}

/* The rest of the chain of ap_hook_check_access_ex: what httpd says without knowing who calls. */
static int check_access_without(request_rec *r, oa_request *request)
{
    request->judging = true;
    int status = ap_run_access_checker_ex(r);
    request->judging = false;
    return status;
}

/* Whether it would say the same to any caller: even to one who meets those Require lines of ours that keep out, and
 * none that let in. It keeps quiet about it in the log. */
static bool is_open_to_all(request_rec *r, oa_request *request)
{
    static const struct ap_logconf quiet = {NULL, APLOG_EMERG};
    const struct ap_logconf *log = r->log;
    r->log = &quiet;
    request->supposing = true;
    int status = check_access_without(r, request);
    request->supposing = false;
    r->log = log;
    return status == OK;
}

/*
 * What is denied whoever calls (Require ip, Require all denied) is denied before anybody is asked who they are. And
 * what would be allowed to nobody in particular, but not to some (Require all granted beside Require not orgauth-role
 * Viewer), is not allowed before it is known who calls: httpd would let in the very ones it is to keep out, if they
 * only do not say who they are.
 */
static int check_access(request_rec *r)
{
    oa_auth_type type = oa_request_type(r);
    if (type == OA_AUTH_FOREIGN) {
        return DECLINED;
    }
    oa_request *request = oa_request_get(r);
    if (request->judging) {
        return DECLINED;
    }
    request->consulted = false;
    int status = check_access_without(r, request);
    request->must_say = status == OK && request->consulted && !is_open_to_all(r, request);
    return type == OA_AUTH_ORGAUTH && status == HTTP_FORBIDDEN ? oa_answer_forbidden(r) : status;
}

static int force_authn(request_rec *r)
{
    const oa_request *request = ap_get_module_config(r->request_config, &orgauth_module);
    return request != NULL && request->must_say ? OK : DECLINED;
}

/* AuthType Basic. */

/* Logged by mod_auth_basic: what it calls a denial or an unknown user. The rest becomes oa_answer_refusal_of_basic's
 * status. */
static authn_status authn_status_of(oa_outcome outcome)
{
    if (outcome == OA_ALLOWED) {
        return AUTH_GRANTED;
    }
    if (outcome == OA_UNKNOWN) {
        return AUTH_USER_NOT_FOUND;
    }
    return oa_outcome_of(outcome)->http_status == HTTP_UNAUTHORIZED ? AUTH_DENIED : AUTH_GENERAL_ERROR;
}

/* Nothing is given to mod_authn_socache: it would go on allowing what was changed since. */
static authn_status check_password(request_rec *r, const char *user, const char *password)
{
    const oa_decision *decision = oa_request_decide_password(r, user, password);
    if (decision->outcome == OA_ALLOWED) {
        r->user = apr_pstrdup(r->pool, decision->email);
    }
    return authn_status_of(decision->outcome);
}

static int status_of_basic(request_rec *r, oa_request *request, int status)
{
    const oa_decision *decision = request->decision;
    if (decision == NULL || decision->outcome == OA_ALLOWED) {
        return status;
    }
    if (status == OK) {
        oa_request_forgive(r, request); /* another provider knew the user */
        return OK;
    }
    return oa_answer_refusal_of_basic(r, decision);
}

/* Basic authentication reads the header itself, which another place may have hidden. */
static bool show(request_rec *r, const oa_request *request)
{
    const char *kept = oa_visit_header(request->visit, r, "Authorization");
    bool shown = kept != NULL && apr_table_get(r->headers_in, "Authorization") == NULL;
    if (shown) {
        apr_table_setn(r->headers_in, "Authorization", kept);
    }
    return shown;
}

/* mod_auth_basic has no word for 429 and 503, so what it made of our provider's answer is put right here. */
static int check_basic(request_rec *r)
{
    if (oa_request_type(r) != OA_AUTH_BASIC) {
        return DECLINED;
    }
    oa_request *request = oa_request_get(r);
    if (request->judging) {
        return DECLINED;
    }
    bool shown = show(r, request);
    request->judging = true;
    int status = ap_run_check_user_id(r);
    request->judging = false;
    if (shown) {
        apr_table_unset(r->headers_in, "Authorization");
    }
    return status_of_basic(r, request, status);
}

static const authn_provider provider = {check_password, NULL};

void oa_authn_register(apr_pool_t *pool)
{
    ap_hook_check_access_ex(check_access, NULL, NULL, APR_HOOK_REALLY_FIRST, AP_AUTH_INTERNAL_PER_CONF);
    ap_hook_force_authn(force_authn, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_check_authn(check_basic, NULL, NULL, APR_HOOK_REALLY_FIRST, AP_AUTH_INTERNAL_PER_CONF);
    ap_hook_check_authn(check_authn, NULL, NULL, APR_HOOK_MIDDLE, AP_AUTH_INTERNAL_PER_CONF);
    ap_hook_check_authz(check_authz, NULL, NULL, APR_HOOK_REALLY_FIRST, AP_AUTH_INTERNAL_PER_CONF);
    ap_hook_note_auth_failure(oa_answer_note_failure, NULL, NULL, APR_HOOK_MIDDLE);
    ap_register_auth_provider(pool, AUTHN_PROVIDER_GROUP, "orgauth", AUTHN_PROVIDER_VERSION, &provider,
                              AP_AUTH_INTERNAL_PER_CONF);
}
