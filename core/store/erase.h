/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Erasure of a person's data from the whole store. The account stays as a tombstone: its id, what it did and what was done to it. All in the
 * caller's writing transaction.
 */
#ifndef OA_STORE_ERASE_H
#define OA_STORE_ERASE_H

#include "core/base/clock.h"
#include "core/base/crypto.h"
#include "core/store/user.h"

typedef struct oa_erased {
    int64_t keys;   /* that were revoked */
    int64_t events; /* of the audit trail from which something was taken out */
} oa_erased;

/* Ends all memberships, keys, attachments, sessions, links and pending invitations of the account, and puts a tombstone in the place of its e-mail
 * (also those it had before), names, fields, password, addresses: in the account, the audit trail, invitations, mails, API messages and kept answers. Events
 * are found by what they name (audit_index.h). */
oa_error *oa_user_erase(oa_db *db, const unsigned char chain_key[OA_SUBKEY_SIZE], const oa_user *user, oa_time now, oa_erased *erased);

/* Whether the account is the service account of a Web API. */
oa_error *oa_user_is_service(oa_db *db, oa_id account, bool *service);

#endif
