/* SPDX-License-Identifier: Apache-2.0 */
#include "mod_orgauth/answer.h"

#include "core/base/json.h"
#include "mod_orgauth/identity.h"
#include "mod_orgauth/process.h"

#include <mod_core.h>
#include <util_filter.h>

#define DEFAULT_REALM "orgauth"

static ap_filter_rec_t *problem_filter;

/* The challenge. */

static const char *realm_of(request_rec *r)
{
    const char *name = ap_auth_name(r); /* escaped for a quoted string */
    return name != NULL ? name : DEFAULT_REALM;
}

/* Basic is offered only where it would be taken: a browser must not be led to send a password in the clear. */
static bool offers_basic(request_rec *r)
{
    const oa_directory *place = oa_directory_of(r);
    return (oa_directory_accepted(place) & OA_BY_BASIC) != 0 &&
           (!oa_directory_requires_tls(place) || oa_request_is_secure(r));
}

static void challenge(request_rec *r, const char *error, const char *description, bool basic)
{
    const char *realm = realm_of(r);
    const char *bearer = apr_pstrcat(r->pool, "Bearer realm=\"", realm, "\"", NULL);
    if (error != NULL) {
        bearer = apr_pstrcat(r->pool, bearer, ", error=\"", error, "\"", NULL);
    }
    if (description != NULL) {
        bearer = apr_pstrcat(r->pool, bearer, ", error_description=\"", description, "\"", NULL);
    }
    apr_table_setn(r->err_headers_out, "WWW-Authenticate", bearer);
    if (basic && offers_basic(r)) {
        apr_table_addn(r->err_headers_out, "WWW-Authenticate",
                       apr_pstrcat(r->pool, "Basic realm=\"", realm, "\", charset=\"UTF-8\"", NULL));
    }
}

int oa_answer_note_failure(request_rec *r, const char *auth_type)
{
    if (ap_cstr_casecmp(auth_type, "OrgAuth") != 0) {
        return DECLINED;
    }
    challenge(r, NULL, NULL, true);
    return OK;
}

/* The body. */

static const char *detail_of(const oa_outcome_row *row)
{
    if (row->description != NULL) {
        return row->description;
    }
    return row->error != NULL ? "the credential is not valid" : "a credential is needed";
}

static const char *problem_of(int status, const char *detail, apr_pool_t *pool)
{
    oa_json *problem = oa_json_object(pool);
    oa_json_set_text(problem, "type", "about:blank");
    oa_json_set_text(problem, "title", ap_get_status_line(status) + strlen("401 "));
    oa_json_set_int(problem, "status", status);
    oa_json_set_text(problem, "detail", detail);
    return oa_json_format(problem, false, pool);
}

static bool has_error_document(request_rec *r, int status)
{
    return ap_response_code_string(r, ap_index_of_response(status)) != NULL;
}

static void set_problem(request_rec *r, oa_request *request, int status, const char *detail)
{
    request->problem = problem_of(status, detail, r->pool);
    request->problem_status = status;
    ap_custom_response(r, status, apr_pstrcat(r->pool, request->problem, "\n", NULL));
}

/* The error document may be a program: it need not see the credential either. */
static void body(request_rec *r, int status, const char *detail)
{
    oa_request *request = oa_request_get(r);
    apr_table_setn(r->err_headers_out, "Cache-Control", "no-store");
    apr_table_mergen(r->err_headers_out, "Vary", "Accept");
    if (has_error_document(r, status)) {
        oa_identity_hide(r, request);
    } else if (!oa_accept_prefers_html(apr_table_get(r->headers_in, "Accept"))) {
        set_problem(r, request, status, detail);
    }
}

/* httpd types every error document as HTML just before it sends it. */
static apr_status_t type_problem(ap_filter_t *filter, apr_bucket_brigade *brigade)
{
    ap_set_content_type(filter->r, "application/problem+json");
    ap_remove_output_filter(filter);
    return ap_pass_brigade(filter->next, brigade);
}

static void insert_error_filter(request_rec *r)
{
    const oa_request *request = ap_get_module_config(r->request_config, &orgauth_module);
    if (request != NULL && request->problem != NULL && request->problem_status == r->status) {
        ap_add_output_filter_handle(problem_filter, NULL, r, r->connection);
    }
}

void oa_answer_register(void)
{
    problem_filter = ap_register_output_filter("ORGAUTH_PROBLEM", type_problem, NULL, AP_FTYPE_CONTENT_SET);
    ap_hook_insert_error_filter(insert_error_filter, NULL, NULL, APR_HOOK_MIDDLE);
}

/* The answers. */

static void retry_after(request_rec *r, const oa_decision *decision, int status)
{
    if (status == HTTP_TOO_MANY_REQUESTS || status == HTTP_SERVICE_UNAVAILABLE) {
        int seconds = decision->retry_after > 0 ? decision->retry_after : 1;
        apr_table_setn(r->err_headers_out, "Retry-After", apr_itoa(r->pool, seconds));
    }
}

int oa_answer_refusal_of_basic(request_rec *r, const oa_decision *decision)
{
    const oa_outcome_row *row = oa_outcome_of(decision->outcome);
    retry_after(r, decision, row->http_status);
    body(r, row->http_status, detail_of(row));
    return row->http_status;
}

const char *oa_answer_detail(const oa_decision *decision)
{
    return detail_of(oa_outcome_of(decision->outcome));
}

void oa_answer_headers(request_rec *r, const oa_decision *decision, bool basic)
{
    const oa_outcome_row *row = oa_outcome_of(decision->outcome);
    bool unauthorized = row->http_status == HTTP_UNAUTHORIZED;
    if (unauthorized || row->error != NULL) {
        challenge(r, row->error, row->description, unauthorized && basic);
    }
    retry_after(r, decision, row->http_status);
}

/* Whoever looks at pages and has no session is shown where to log in; who has a wrong credential of another kind is told so. */
static bool is_for_login_page(request_rec *r, const oa_decision *decision)
{
    return (decision->outcome == OA_NO_CREDENTIAL || decision->outcome == OA_SESSION_ENDED) &&
           (oa_directory_accepted(oa_directory_of(r)) & OA_BY_SESSION) != 0 && r->method_number == M_GET &&
           oa_accept_prefers_html(apr_table_get(r->headers_in, "Accept"));
}

/* Below the site's public URL, and nothing that the client sent. NULL: the site has not said where it is. */
static const char *login_page(request_rec *r)
{
    const char *trouble;
    const oa_policy *policy;
    oa_authority *authority = oa_process_authority(r->server, &trouble, r->pool);
    if (authority == NULL || oa_lookup_policy(oa_authority_store(authority), &policy, r->pool) != NULL ||
        policy->settings.site_public_url == NULL) {
        return NULL;
    }
    return apr_pstrcat(r->pool, policy->settings.site_public_url, "/portal/#/login", NULL);
}

static int redirect(request_rec *r, const char *location)
{
    apr_table_setn(r->headers_out, "Location", location);
    apr_table_setn(r->err_headers_out, "Cache-Control", "no-store");
    apr_table_mergen(r->err_headers_out, "Vary", "Accept");
    return HTTP_SEE_OTHER;
}

int oa_answer_refusal(request_rec *r, const oa_decision *decision)
{
    const char *page = is_for_login_page(r, decision) ? login_page(r) : NULL;
    if (page != NULL) {
        return redirect(r, page);
    }
    oa_answer_headers(r, decision, true);
    return oa_answer_refusal_of_basic(r, decision);
}

void oa_answer_scope_header(request_rec *r)
{
    challenge(r, "insufficient_scope", NULL, false);
}

static bool has_credential(request_rec *r)
{
    const oa_visit *visit = oa_request_get(r)->visit;
    return oa_visit_header(visit, r, "Authorization") != NULL ||
           oa_visit_header(visit, r, oa_directory_key_header(oa_directory_of(r))) != NULL;
}

int oa_answer_forbidden(request_rec *r)
{
    if (has_credential(r)) { /* RFC 6750 section 3.1: no error for who did not authenticate */
        oa_answer_scope_header(r);
    }
    body(r, HTTP_FORBIDDEN, "the caller may not do this here");
    return HTTP_FORBIDDEN;
}
