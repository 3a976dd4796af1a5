/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The outbox. A mail is written in the transaction of what it tells of and never deleted. Whoever sends it claims it first, for
 * a time that no attempt exceeds: two senders never have the same mail in hand. All functions run inside the caller's transaction.
 */
#ifndef OA_STORE_MAIL_H
#define OA_STORE_MAIL_H

#include "core/base/clock.h"
#include "core/model/mail.h"
#include "core/store/db.h"

#include <apr_tables.h>

/* Longer than any attempt at sending takes. A sender that died gives its mail back after this. */
#define OA_MAIL_CLAIM (5 * OA_MINUTE)

typedef struct oa_mail {
    oa_id id;
    const char *template;
    const char *recipient; /* normalized */
    const char *subject;   /* one line, decoded */
    const char *body;      /* the message as SMTP takes it; "" in lists, and once it was sent */
    size_t body_size;
    int status;            /* oa_mail_status */
    int64_t tries;         /* failed ones */
    oa_time next_at;
    oa_time give_up_at;
    oa_time dead_at;       /* when the link in it expires; 0: it has none */
    oa_time created_at;
    oa_time sent_at;
    const char *trouble;   /* of the last try; "" where there was none */
} oa_mail;

/* A mail that waits, due at created_at; status, tries, sent_at and trouble are ignored. */
oa_error *oa_mail_insert(oa_db *db, const oa_mail *mail);

/* The mail that has been due for longest, claimed; NULL where none is due. */
oa_error *oa_mail_claim(oa_db *db, oa_time now, const oa_mail **mail, apr_pool_t *pool);

/* What became of a claimed mail. A sent one loses its body. next_at 0: given up; with a link that has expired it loses its body, too. */
oa_error *oa_mail_sent(oa_db *db, oa_id id, oa_time now);
oa_error *oa_mail_failed(oa_db *db, oa_id id, oa_time next_at, const char *trouble, oa_time now);

/* It was not tried: due at once, by whoever comes next. */
oa_error *oa_mail_unclaim(oa_db *db, oa_id id);

/* *mail = NULL where there is none. Without body. */
oa_error *oa_mail_find(oa_db *db, oa_id id, const oa_mail **mail, apr_pool_t *pool);

/* The newest first, those of a status (0: all), with an id below `before` (0: all). Array of const oa_mail *, without bodies. */
oa_error *oa_mail_list(oa_db *db, int status, oa_id before, int64_t limit, apr_array_header_t **mails, apr_pool_t *pool);

/* Makes one (id 0: every one) due now that waits or was given up and whose link has not expired; *count of them. */
oa_error *oa_mail_retry(oa_db *db, oa_id id, oa_time now, int64_t *count);

/* Whether a sender would find work: a mail to claim. */
oa_error *oa_mail_is_due(oa_db *db, oa_time now, bool *due);

#endif
