/* SPDX-License-Identifier: Apache-2.0 */
#include "mod_orgauth/record.h"

#include "core/base/token.h"
#include "core/model/message.h"
#include "core/store/message.h"
#include "core/store/tally.h"
#include "mod_orgauth/process.h"
#include "mod_orgauth/request.h"

/* What a client asked for, which httpd logs once, with what it became: the targets of internal redirects. */
typedef struct call {
    request_rec *r;            /* as the client asked */
    const request_rec *last;   /* as it was answered */
    const oa_request *counts;  /* the first of them with a right credential; NULL: none */
    const oa_request *records; /* the first with a right key, at a place that records such; NULL: none */
} call;

static const oa_request *right_at(const request_rec *r)
{
    const oa_request *request = ap_get_module_config(r->request_config, &orgauth_module);
    const oa_decision *decision = request != NULL ? request->decision : NULL;
    bool is_right = decision != NULL && (decision->outcome == OA_ALLOWED || decision->outcome == OA_FOREIGN_ORG);
    return is_right ? request : NULL;
}

/* What is administered is in the audit trail. */
static bool is_administration(const request_rec *r)
{
    return r->handler != NULL && strcmp(r->handler, "orgauth-admin") == 0;
}

static void look_at(const request_rec *r, call *c)
{
    const oa_request *request = right_at(r);
    c->last = r;
    if (request == NULL) {
        return;
    }
    if (c->counts == NULL && !is_administration(r)) {
        c->counts = request;
    }
    if (c->records == NULL && request->decision->key_id != 0 && oa_directory_of(r)->messages == 1) {
        c->records = request;
    }
}

/* The Web API that the place asked for, or whose own key this is. */
static const char *api_of(const oa_request *request)
{
    return request->api != NULL ? request->api : request->decision->service_api;
}

static void count(const call *c, oa_store *store)
{
    oa_tally_note(store, c->counts->decision->org_id, api_of(c->counts), c->last->status == HTTP_FORBIDDEN);
}

/* A call that another organization refused is of the one that the key belongs to: the other one has nothing to do with its users. */
static oa_id org_of(const oa_decision *decision)
{
    return decision->outcome == OA_ALLOWED ? decision->org_id : decision->key_org_id;
}

static void record(const call *c, oa_store *store)
{
    request_rec *r = c->r;
    const oa_decision *decision = c->records->decision;
    apr_time_t lasted = apr_time_now() - r->request_time;
    const oa_message message = {
        .account_id = decision->user_id,
        .key_id = decision->key_id,
        .org_id = org_of(decision),
        .at = apr_time_as_msec(r->request_time),
        .duration = lasted > 0 ? lasted : 0,
        .status = c->last->status,
        .method = oa_message_method(r->method, r->pool),
        .path = oa_message_path(r->parsed_uri.path, r->pool),
        .address = r->useragent_ip,
    };
    oa_message_note(store, &message);
}

/* Subrequests are not logged, and count as part of the call. */
static int log_call(request_rec *r)
{
    const char *trouble;
    call c = {.r = r};
    for (const request_rec *at = r; at != NULL; at = at->next) {
        look_at(at, &c);
    }
    oa_authority *authority =
        c.counts != NULL || c.records != NULL ? oa_process_authority(r->server, &trouble, r->pool) : NULL;
    if (authority != NULL && c.counts != NULL) {
        count(&c, oa_authority_store(authority));
    }
    if (authority != NULL && c.records != NULL) {
        record(&c, oa_authority_store(authority));
    }
    return DECLINED;
}

/* A key in the query, or anywhere else in a request line, is never looked at, but httpd would log it. */
static int hide_secrets(request_rec *r)
{
    const char *referer = apr_table_get(r->headers_in, "Referer");
    if (referer != NULL) {
        apr_table_setn(r->headers_in, "Referer", oa_token_hide(apr_pstrdup(r->pool, referer), r->pool));
    }
    for (request_rec *at = r; at != NULL; at = at->next) {
        at->the_request = oa_token_hide(at->the_request, at->pool);
        at->uri = oa_token_hide(at->uri, at->pool);
        at->args = oa_token_hide(at->args, at->pool);
    }
    return DECLINED;
}

void oa_record_register(void)
{
    ap_hook_log_transaction(hide_secrets, NULL, NULL, APR_HOOK_REALLY_FIRST);
    ap_hook_log_transaction(log_call, NULL, NULL, APR_HOOK_MIDDLE);
}
