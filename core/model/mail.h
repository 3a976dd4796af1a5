/* SPDX-License-Identifier: Apache-2.0 */
/* The states of a mail, and when it is tried again. Pure. */
#ifndef OA_MODEL_MAIL_H
#define OA_MODEL_MAIL_H

#include "core/base/clock.h"

#include <stdbool.h>

/* The numbers are stored: never change or reuse one. */
typedef enum oa_mail_status {
    OA_MAIL_WAITING = 1,
    OA_MAIL_SENT = 2,    /* a relay has taken it */
    OA_MAIL_GIVEN_UP = 3 /* refused for good, or tried for too long; kept, and may be tried again by hand */
} oa_mail_status;

/* A mail is tried for so long. */
#define OA_MAIL_LIFE (5 * OA_DAY)

/* The longest pause between two tries. */
#define OA_MAIL_PAUSE_MOST (6 * OA_HOUR)

/* Upper-case name ("GIVEN_UP"); "?" for a number that is none. The reverse is exact. */
const char *oa_mail_status_name(int status);
bool oa_mail_status_parse(const char *name, oa_mail_status *status);

/* When a mail is tried again that has failed `tries` times, the last time now: after 1, 5, 15 minutes, then 1, 3 and every 6 hours.
 * 0: given up, since that would be at `give_up_at` or after it. */
oa_time oa_mail_next_try(int64_t tries, oa_time now, oa_time give_up_at);

/* The end of trying for a mail that waits from `now` on, whose link expires at `dead_at` (0: it has none). */
oa_time oa_mail_give_up_at(oa_time now, oa_time dead_at);

/* Whether an SMTP reply (RFC 5321 section 4.2) refuses this mail for good: the mailbox or the content, not the relay's mood,
 * a missing TLS or a wrong log-in. */
bool oa_mail_is_refused_for_good(int reply);

#endif
