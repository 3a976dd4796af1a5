/* SPDX-License-Identifier: Apache-2.0 */
#include "core/admin/link.h"

#include "core/base/token.h"
#include "core/mail/mail.h"

#include <apr_strings.h>

void oa_link_make(oa_call *call, const char *page, oa_made_link *link)
{
    const char *site = call->settings.site_public_url != NULL ? call->settings.site_public_url : "";
    const char *token = link->token = oa_token_make(call->pool);
    oa_token_digest(oa_store_subkey(call->store, OA_SUBKEY_LINK), token, OA_TOKEN_LENGTH, link->digest);
    link->url = apr_pstrcat(call->pool, site, "/portal/#/", page, "/", token, NULL);
    link->mail = "none";
}

oa_error *oa_link_mail(oa_call *call, const char *template, const char *recipient, oa_json *facts, oa_made_link *link)
{
    oa_mail_state state;
    oa_json_set_text(facts, "token", link->token);
    OA_TRY(oa_mail_queue(call->db, oa_store_subkey(call->store, OA_SUBKEY_MAIL), &call->settings, template, recipient, facts, call->now, &state));
    link->mail = oa_mail_state_name(state);
    return NULL;
}

bool oa_link_digest(const oa_call *call, const char *token, unsigned char digest[OA_DIGEST_SIZE])
{
    return token != NULL && oa_token_digest(oa_store_subkey(call->store, OA_SUBKEY_LINK), token, strlen(token), digest);
}

oa_error *oa_link_may_print(oa_call *call)
{
    if (!oa_argument_flag(call, "print_link") || call->actor->kind == OA_ACTOR_LOCAL) {
        return NULL;
    }
    oa_error *error = oa_error_make(call->pool, OA_NOT_ALLOWED, "a link is shown to nobody but its addressee");
    error->field = "print_link";
    return error;
}

void oa_link_tell(const oa_call *call, const oa_made_link *link, oa_json *object)
{
    oa_json_set_text(object, "mail", link->mail);
    if (oa_argument_flag(call, "print_link") && !call->dry_run) {
        oa_json_set_text(object, "link", link->url);
    }
}
