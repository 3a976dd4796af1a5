/* SPDX-License-Identifier: Apache-2.0 */
/* What a right credential is worth in the organization of a place: pure. */
#ifndef OA_AUTH_FOOTING_H
#define OA_AUTH_FOOTING_H

#include "core/model/outcome.h"
#include "core/store/lookup.h"

/* OA_ALLOWED, MEMBER_DEACTIVATED, ORG_SUSPENDED or FOREIGN_ORG. place NULL: none is asked for, that of the record counts.
 * *member: the record's role and permissions hold there; false: an outsider, who has nothing there but Web APIs. */
oa_outcome oa_footing_of(const oa_record *record, const oa_place *place, bool *member);

/* The outcome that the status of an account means; OA_USER_BANNED for a number that is none. */
oa_outcome oa_account_outcome(int status);

#endif
