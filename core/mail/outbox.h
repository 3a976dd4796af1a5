/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sending what is due. Each mail is claimed in one short transaction and settled in another; in between no connection to the store is
 * held, so that a mail server that hangs holds up nobody. A sender that dies gives its mail back when the claim has run out:
 * no mail is lost, and only one whose acknowledgement was lost goes out twice, with the same Message-ID.
 */
#ifndef OA_MAIL_OUTBOX_H
#define OA_MAIL_OUTBOX_H

#include "core/mail/send.h"
#include "core/store/store.h"

typedef struct oa_outbox_report {
    int64_t sent;
    int64_t failed;      /* to be tried again */
    int64_t given_up;
    const char *trouble; /* of the last that failed, or NULL */
} oa_outbox_report;

/* Sends until nothing is due, a relay cannot be reached, `stops` says so, or `span` is over (0: no limit). `stops` may be NULL. Nothing where
 * mail is not configured: mails wait. */
oa_error *oa_outbox_send(oa_store *store, oa_duration span, oa_send_stops *stops, void *context,
                         oa_outbox_report *report, apr_pool_t *pool);

#endif
