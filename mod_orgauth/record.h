/* SPDX-License-Identifier: Apache-2.0 */
/* What is kept of a call once it has ended: its figures, and where `OrgAuthMessages on` holds and a key made it, an API message; and
 * what is not: a key that stood in the request line, in httpd's logs. */
#ifndef MOD_ORGAUTH_RECORD_H
#define MOD_ORGAUTH_RECORD_H

/* Registers the hook. */
void oa_record_register(void);

#endif
