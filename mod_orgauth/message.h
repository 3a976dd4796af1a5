/* SPDX-License-Identifier: Apache-2.0 */
/* API messages: where `OrgAuthMessages on` holds, calls made by keys are noted once they have ended. */
#ifndef MOD_ORGAUTH_MESSAGE_H
#define MOD_ORGAUTH_MESSAGE_H

/* Registers the hook. */
void oa_message_register(void);

#endif
