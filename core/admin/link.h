/* SPDX-License-Identifier: Apache-2.0 */
/* One-time links: made, mailed, and shown to nobody but their addressee; the local operator can ask to see one, for sites without mail. */
#ifndef OA_ADMIN_LINK_H
#define OA_ADMIN_LINK_H

#include "core/admin/call.h"

typedef struct oa_made_link {
    const char *url;   /* {site.public_url}/portal/#/{page}/{token}; without the site's part where that is not set */
    const char *token;
    const char *mail;  /* "queued", "not_configured", or "none" as long as it was not to be mailed */
    unsigned char digest[OA_DIGEST_SIZE]; /* what is stored of it */
} oa_made_link;

/* A new token and its link to `page` of the portal ("invitations"). */
void oa_link_make(oa_call *call, const char *page, oa_made_link *link);

/* Queues the mail `template` to `recipient` within the call's transaction; `facts` get the member "token". link->mail says what came of it. */
oa_error *oa_link_mail(oa_call *call, const char *template, const char *recipient, oa_json *facts, oa_made_link *link);

/* False for what has not the form of a token. */
bool oa_link_digest(const oa_call *call, const char *token, unsigned char digest[OA_DIGEST_SIZE]);

/* The flag by which the link is shown, OA_NOT_ALLOWED for anybody but the local operator; the members "mail" and "link" of `object`. */
#define OA_P_PRINT_LINK {"print_link", OA_TYPE_FLAG, 0, "show the link, for sites without mail (local operator only)", NULL}
oa_error *oa_link_may_print(oa_call *call);
void oa_link_tell(const oa_call *call, const oa_made_link *link, oa_json *object);

#endif
