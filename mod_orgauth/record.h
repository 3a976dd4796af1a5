/* SPDX-License-Identifier: Apache-2.0 */
/* What is kept of a call once it has ended: its figures, and where `OrgAuthMessages on` holds and a key made it, an API message. */
#ifndef MOD_ORGAUTH_RECORD_H
#define MOD_ORGAUTH_RECORD_H

/* Registers the hook. */
void oa_record_register(void);

#endif
