/* SPDX-License-Identifier: Apache-2.0 */
/* The states of accounts, memberships and invitations, as docs/users.md defines them. */
#ifndef OA_MODEL_STATUS_H
#define OA_MODEL_STATUS_H

#include "core/base/clock.h"

#include <stdbool.h>

/* The numbers are stored: never change or reuse one. */
typedef enum oa_account_status {
    OA_ACCOUNT_VALIDATED = 1,
    OA_ACCOUNT_DENIED = 2,   /* too many wrong attempts */
    OA_ACCOUNT_BANNED = 3,   /* by an administrator */
    OA_ACCOUNT_INACTIVE = 4  /* no log-in for login.inactive_after */
} oa_account_status;

typedef enum oa_membership_status {
    OA_MEMBERSHIP_ACTIVE = 1,
    OA_MEMBERSHIP_DEACTIVATED = 2,
    OA_MEMBERSHIP_REMOVED = 3 /* kept for its history; shown nowhere as a member */
} oa_membership_status;

typedef enum oa_invitation_status {
    OA_INVITATION_PENDING = 1,
    OA_INVITATION_ACCEPTED = 2,
    OA_INVITATION_EXPIRED = 3, /* also every PENDING one past its expiry */
    OA_INVITATION_REVOKED = 4
} oa_invitation_status;

/* Upper-case names ("VALIDATED"); "?" for a number that is none. */
const char *oa_account_status_name(int status);
const char *oa_membership_status_name(int status);
const char *oa_invitation_status_name(int status);

/* The one status that a list of users shows and is filtered by: of a member its account's, else one of these. Stored. */
enum {
    OA_LISTED_DEACTIVATED = 5, /* the membership is */
    OA_LISTED_INVITED = 6      /* no member yet: the invitation is PENDING and not past its expiry */
};

/* 0 for a word that is none. */
int oa_listed_status_parse(const char *word);

/* The one status that a list shows: DEACTIVATED where the membership is, else the account's name. */
const char *oa_listed_status(int account, int membership);

/* Whether a VALIDATED account last seen at `last_seen` (its last right credential, else its creation or
 * validation) has been idle for too long at `now`. inactive_after 0: never. */
bool oa_account_is_idle(oa_time last_seen, oa_duration inactive_after, oa_time now);

#endif
