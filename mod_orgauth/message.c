/* SPDX-License-Identifier: Apache-2.0 */
#include "mod_orgauth/message.h"

#include "core/model/message.h"
#include "core/store/message.h"
#include "mod_orgauth/process.h"
#include "mod_orgauth/request.h"

/* What was decided on a call by a key, right in itself, at a place that records such; NULL for anything else. */
static const oa_decision *decision_of(const request_rec *r)
{
    const oa_request *request = ap_get_module_config(r->request_config, &orgauth_module);
    const oa_decision *decision = request != NULL ? request->decision : NULL;
    bool is_right = decision != NULL && (decision->outcome == OA_ALLOWED || decision->outcome == OA_FOREIGN_ORG);
    return is_right && decision->key_id != 0 && oa_directory_of(r)->messages == 1 ? decision : NULL;
}

/* A call that another organization refused is of the one that the key belongs to: the other one has nothing to do with its users. */
static oa_id org_of(const oa_decision *decision)
{
    return decision->outcome == OA_ALLOWED ? decision->org_id : decision->key_org_id;
}

/* `last` is what became of it after internal redirects. */
static void note(request_rec *r, const request_rec *last, const oa_decision *decision)
{
    const char *trouble;
    oa_authority *authority = oa_process_authority(r->server, &trouble, r->pool);
    apr_time_t lasted = apr_time_now() - r->request_time;
    const oa_message message = {
        .account_id = decision->user_id,
        .key_id = decision->key_id,
        .org_id = org_of(decision),
        .at = apr_time_as_msec(r->request_time),
        .duration = lasted > 0 ? lasted : 0,
        .status = last->status,
        .method = oa_message_method(r->method, r->pool),
        .path = oa_message_path(r->parsed_uri.path, r->pool),
        .address = r->useragent_ip,
    };
    if (authority != NULL) {
        oa_message_note(oa_authority_store(authority), &message);
    }
}

/* httpd logs what the client asked for, once, and not what became of it nor what it was made of: subrequests and the targets of internal
 * redirects. The first of these that records makes the one message. */
static int log_call(request_rec *r)
{
    const oa_decision *decision = decision_of(r);
    const request_rec *last = r;
    while (last->next != NULL) {
        last = last->next;
        decision = decision != NULL ? decision : decision_of(last);
    }
    if (decision != NULL) {
        note(r, last, decision);
    }
    return DECLINED;
}

void oa_message_register(void)
{
    ap_hook_log_transaction(log_call, NULL, NULL, APR_HOOK_MIDDLE);
}
