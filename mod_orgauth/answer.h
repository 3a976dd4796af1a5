/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Refusals: challenge (RFC 9110 section 11.6.1, RFC 6750 section 3, RFC 7617), the headers beside it, and a body of
 * application/problem+json (RFC 9457) unless the client prefers HTML or the site has an ErrorDocument of its own.
 */
#ifndef MOD_ORGAUTH_ANSWER_H
#define MOD_ORGAUTH_ANSWER_H

#include "mod_orgauth/request.h"

/* Prepares the answer to a decision that is no allow and returns its HTTP status. */
int oa_answer_refusal(request_rec *r, const oa_decision *decision);

/* The same without a challenge of ours: httpd's Basic authentication has set its own. */
int oa_answer_refusal_of_basic(request_rec *r, const oa_decision *decision);

/* The headers alone (challenge, Retry-After); `basic`: offer Basic where the place does. And what is wrong, in words. */
void oa_answer_headers(request_rec *r, const oa_decision *decision, bool basic);
const char *oa_answer_detail(const oa_decision *decision);
void oa_answer_scope_header(request_rec *r); /* the challenge for a right credential that may not do this */

/* A requirement that is not met, by a right credential or whatever was sent: HTTP_FORBIDDEN. */
int oa_answer_forbidden(request_rec *r);

/* Hook note_auth_failure: the challenge without an error. */
int oa_answer_note_failure(request_rec *r, const char *auth_type);

/* Registers what types the body, and the hook that puts it in place. */
void oa_answer_register(void);

/* Whether the field `Accept` (NULL: absent) weighs HTML over JSON (RFC 9110 section 12.5.1). */
bool oa_accept_prefers_html(const char *accept);

/* Whether the field allows `type` at all. */
bool oa_accept_takes(const char *accept, const char *type);

#endif
