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

static int number_of(const names *set, const char *name)
{
    for (int i = 1; name != NULL && i < set->count; i++) {
        if (strcmp(set->name[i], name) == 0) {
            return i;
        }
    }
    return 0;
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

bool oa_account_status_parse(const char *name, oa_account_status *status)
{
    int number = number_of(&accounts, name);
    if (number == 0) {
        return false;
    }
    *status = (oa_account_status)number;
    return true;
}

bool oa_membership_status_parse(const char *name, oa_membership_status *status)
{
    int number = number_of(&memberships, name);
    if (number == 0) {
        return false;
    }
    *status = (oa_membership_status)number;
    return true;
}

int oa_listed_status_parse(const char *word)
{
    return number_of(&listed, word);
}

const char *oa_listed_status(int account, int membership)
{
    return name_of(&listed, membership == OA_MEMBERSHIP_DEACTIVATED ? OA_LISTED_DEACTIVATED : account);
}

bool oa_account_is_idle(oa_time last_seen, oa_duration inactive_after, oa_time now)
{
    return inactive_after > 0 && now > last_seen && now - last_seen > inactive_after;
}
