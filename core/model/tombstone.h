/* SPDX-License-Identifier: Apache-2.0 */
/* What stands in the place of personal data once it was erased, and where personal data is in what the audit trail tells of. */
#ifndef OA_MODEL_TOMBSTONE_H
#define OA_MODEL_TOMBSTONE_H

#include "core/base/id.h"
#include "core/base/json.h"

#include <apr_tables.h>

/* "usr_…@erased.invalid": an address that nobody has (RFC 2606 2), one for each account. */
const char *oa_tombstone_email(oa_id account, apr_pool_t *pool);

/* Whether a normalized e-mail is of that kind, whosever tombstone it would be. */
bool oa_tombstone_is(const char *email);

typedef struct oa_traces {
    apr_array_header_t *emails; /* const char *: those that the account has and had, normalized */
    const char *tombstone;
} oa_traces;

/* Whether one of the e-mails occurs in `text`, which may be NULL, however it is spelled there; not as a part of a longer one. */
bool oa_traces_in(const oa_traces *traces, const char *text, apr_pool_t *pool);

/* `text`, or the tombstone where an e-mail occurs in it. */
const char *oa_tombstone_text(const oa_traces *traces, const char *text, apr_pool_t *pool);

/* The detail of an event without the account's personal data: texts in which an e-mail occurs become the tombstone. Of an event that is `about`
 * the account, members that hold its names, further fields, device and the names it gave to keys become null, too. Shares what is not changed. */
const oa_json *oa_tombstone_detail(const oa_traces *traces, const oa_json *detail, bool about, apr_pool_t *pool);

#endif
