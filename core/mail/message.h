/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An Internet message (RFC 5322) with a plain and an HTML part (RFC 2046, multipart/alternative). Everything leaves as ASCII: header text in
 * encoded words (RFC 2047), bodies quoted-printable (RFC 2045), lines of at most 76 characters that end with CR LF.
 */
#ifndef OA_MAIL_MESSAGE_H
#define OA_MAIL_MESSAGE_H

#include "core/base/clock.h"
#include "core/base/error.h"

#include <stddef.h>

typedef struct oa_message {
    const char *from_name; /* UTF-8 */
    const char *from;      /* an address in ASCII */
    const char *to;        /* an address; one with more than ASCII is left out of the headers, which could not spell it */
    const char *subject;   /* UTF-8; control characters become blanks */
    const char *text;      /* UTF-8, lines end with LF */
    const char *html;
    oa_time at;
} oa_message;

/* The whole message. OA_INVALID for an address with control characters, blanks, angle brackets or commas, and for a
 * sender that is not ASCII. */
oa_error *oa_message_write(const oa_message *message, const char **text, size_t *size, apr_pool_t *pool);

/* Pieces, for the tests: `text` as header text; `time` as RFC 5322 spells it. */
const char *oa_message_words(const char *text, apr_pool_t *pool);
const char *oa_message_date(oa_time time, apr_pool_t *pool);

#endif
