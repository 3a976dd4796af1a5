/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SetHandler orgauth-admin: the REST API (core/admin/rest.h) where it is mounted. Authenticates by itself; whatever else protects
 * the place protects it too.
 */
#ifndef MOD_ORGAUTH_HANDLER_H
#define MOD_ORGAUTH_HANDLER_H

#include "mod_orgauth/apache.h"

#include "core/base/error.h"

#include <stdbool.h>

/* Hook handler. */
int oa_handler(request_rec *r);

/* The body, at most `limit` octets, followed by a NUL. OA_TOO_LARGE beyond; OA_USAGE where it cannot be read. */
oa_error *oa_handler_body(request_rec *r, size_t limit, unsigned char **body, size_t *size);

/* Whether the request may have been made by a page of another site, in a browser (HTML forms, CORS; Fetch Metadata). Without `proof`
 * only what says so counts; with it, what does not say that it comes from here does too. */
bool oa_handler_is_foreign(request_rec *r, bool proof);

#endif
