/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who calls, handed to the back end and the logs, and never taken from the client: environment ORGAUTH_…, request
 * headers X-Orgauth-…, REMOTE_USER. And the credential, taken out of what the back end sees.
 */
#ifndef MOD_ORGAUTH_IDENTITY_H
#define MOD_ORGAUTH_IDENTITY_H

#include "mod_orgauth/request.h"

/* Whether a back end that reads headers as CGI does (any case, every other character an underscore) would take a header
 * of this name for one of X-Orgauth-…. */
bool oa_identity_is_named(const char *header);

/* Hook post_read_request, on every request: takes out what a client sent under these names, and the names out of the
 * field Connection, which would have a proxy take out ours. */
int oa_identity_post_read(request_rec *r);

/* Hook fixups: hands over the identity of the decision, hides the credential. */
int oa_identity_fixups(request_rec *r);

/* Takes the credential out of what the back end of this place would see, unless the place says otherwise. */
void oa_identity_hide(request_rec *r, const oa_request *request);

/* Hook insert_filter: the same again where a subrequest was laid over the request; and a watch over trailers. */
void oa_identity_insert_filter(request_rec *r);

void oa_identity_register(void);

#endif
