/* SPDX-License-Identifier: Apache-2.0 */
#include "core/model/status.h"

typedef struct names {
    int count;
    const char *name[7]; /* by stored number; 0 is none */
} names;

static const names accounts = {5, {NULL, "VALIDATED", "DENIED", "BANNED", "INACTIVE"}};
static const names memberships = {4, {NULL, "ACTIVE", "DEACTIVATED", "REMOVED"}};
static const names listed = {7, {NULL, "VALIDATED", "DENIED", "BANNED", "INACTIVE", "DEACTIVATED", "INVITED"}};
static const names invitations = {5, {NULL, "PENDING", "ACCEPTED", "EXPIRED", "REVOKED"}};

static const char *name_of(const names *set, int status)
{
    return status >= 1 && status < set->count ? set->name[status] : "?";
}

const char *oa_account_status_name(int status)
{
    return name_of(&accounts, status);
}

const char *oa_membership_status_name(int status)
{
    return name_of(&memberships, status);
}

const char *oa_invitation_status_name(int status)
{
    return name_of(&invitations, status);
}

int oa_listed_status_parse(const char *word)
{
    for (int i = 1; word != NULL && i < listed.count; i++) {
        if (strcmp(listed.name[i], word) == 0) {
            return i;
        }
    }
    return 0;
}

const char *oa_listed_status(int account, int membership)
{
    return name_of(&listed, membership == OA_MEMBERSHIP_DEACTIVATED ? OA_LISTED_DEACTIVATED : account);
}

bool oa_account_is_idle(oa_time last_seen, oa_duration inactive_after, oa_time now)
{
    return inactive_after > 0 && now > last_seen && now - last_seen > inactive_after;
}
