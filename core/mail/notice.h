/* SPDX-License-Identifier: Apache-2.0 */
/* Mails about what happened by itself: accounts that became DENIED, keys that are about to expire. */
#ifndef OA_MAIL_NOTICE_H
#define OA_MAIL_NOTICE_H

#include "core/model/setting.h"
#include "core/store/db.h"

/* A key's user is told so long before its end, once; of a robot's key the Administrators are. */
#define OA_NOTICE_KEY_BEFORE (7 * OA_DAY)

/* Turns at most `limit` notices into mails, inside the caller's writing transaction; *count of them. Where mail is not configured they end
 * all the same: what is old news then is not told later. */
oa_error *oa_notice_drain(oa_db *db, const oa_settings *settings, oa_time now, int64_t limit, int64_t *count);

/* Queues the mails about keys that end soon. Nothing where mail is not configured. */
oa_error *oa_notice_keys(oa_db *db, const oa_settings *settings, oa_time now, int64_t limit, int64_t *count);

#endif
