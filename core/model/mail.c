/* SPDX-License-Identifier: Apache-2.0 */
#include "core/model/mail.h"

#include <string.h>

static const char *const names[] = {
    [OA_MAIL_WAITING] = "WAITING", [OA_MAIL_SENT] = "SENT", [OA_MAIL_GIVEN_UP] = "GIVEN_UP"};

enum { NAMES = sizeof names / sizeof names[0] };

const char *oa_mail_status_name(int status)
{
    return status > 0 && status < NAMES ? names[status] : "?";
}

bool oa_mail_status_parse(const char *name, oa_mail_status *status)
{
    for (int i = 1; i < NAMES; i++) {
        if (name != NULL && strcmp(names[i], name) == 0) {
            *status = (oa_mail_status)i;
            return true;
        }
    }
    return false;
}

oa_time oa_mail_next_try(int64_t tries, oa_time now, oa_time give_up_at)
{
    static const oa_duration pauses[] = {OA_MINUTE, 5 * OA_MINUTE, 15 * OA_MINUTE, OA_HOUR, 3 * OA_HOUR, OA_MAIL_PAUSE_MOST};
    const int64_t last = sizeof pauses / sizeof pauses[0] - 1;
    int64_t at = tries < 1 ? 0 : tries - 1;
    oa_time next = now + pauses[at < last ? at : last];
    return next < give_up_at ? next : 0;
}

oa_time oa_mail_give_up_at(oa_time now, oa_time dead_at)
{
    return dead_at != 0 && dead_at < now + OA_MAIL_LIFE ? dead_at : now + OA_MAIL_LIFE;
}

bool oa_mail_is_refused_for_good(int reply)
{
    return reply >= 550 && reply <= 559;
}
