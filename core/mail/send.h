/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One message to the relay that mail.relay names: SMTP through libcurl (smtp.c alone includes it), or a sendmail program (pipe.c).
 * Over smtp:// TLS is required (STARTTLS) except to loopback; certificates are verified. Blocks, at most OA_SEND_MAX.
 */
#ifndef OA_MAIL_SEND_H
#define OA_MAIL_SEND_H

#include "core/base/error.h"
#include "core/model/setting.h"

#include <stdbool.h>
#include <stddef.h>

enum { OA_SEND_MAX_S = 90, OA_SEND_CONNECT_S = 20 };

/* Asked about once a second while a message is under way: true breaks it off. May be NULL. */
typedef bool oa_send_stops(void *context);

typedef enum oa_sent {
    OA_SENT_DONE,    /* the relay has taken it */
    OA_SENT_LATER,   /* not now: the relay is not there, is busy, wants another log-in */
    OA_SENT_NEVER,   /* the relay refuses this mail */
    OA_SENT_STOPPED  /* broken off */
} oa_sent;

typedef struct oa_envelope {
    const char *from; /* ASCII */
    const char *to;
    const char *body; /* as oa_message_write makes it */
    size_t size;
    oa_send_stops *stops;
    void *context;
} oa_envelope;

typedef struct oa_delivery {
    oa_sent sent;
    const char *trouble; /* one line of printable ASCII, without secrets; "" where it is done */
} oa_delivery;

/* How it went. Never fails otherwise. */
oa_delivery oa_send(const oa_settings *settings, const oa_envelope *envelope, apr_pool_t *pool);

/* Its two ways. */
oa_delivery oa_send_smtp(const oa_settings *settings, const oa_envelope *envelope, apr_pool_t *pool);
oa_delivery oa_send_pipe(const oa_settings *settings, const oa_envelope *envelope, apr_pool_t *pool);

/* `text` as a trouble: printable ASCII, at most 200 characters. */
const char *oa_send_trouble(const char *text, apr_pool_t *pool);

/* Whether `relay` (a URL) is this host itself: 127.0.0.0/8, ::1, localhost. */
bool oa_send_is_loopback(const char *relay);

#endif
