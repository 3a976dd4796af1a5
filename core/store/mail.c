/* SPDX-License-Identifier: Apache-2.0 */
#include "core/store/mail.h"

#include <apr_strings.h>

#define COLUMNS                                                                                                \
    "id, template, recipient, subject, status, tries, next_at, give_up_at, dead_at, created_at, sent_at, trouble"

/* Due, and in nobody's hand. What was claimed or put off by a clock that was far ahead is free and due, too. */
#define FREE_AND_DUE \
    "status = 1 AND (next_at <= $1 OR next_at > $1 + $3) AND claimed_until NOT BETWEEN $1 + 1 AND $1 + $2"

oa_error *oa_mail_insert(oa_db *db, const oa_mail *mail)
{
    return oa_db_run(db, NULL,
                     "INSERT INTO mail (id, template, recipient, subject, body, next_at, give_up_at, dead_at, created_at)"
                     " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $6)",
                     "itttbiii", mail->id, mail->template, mail->recipient, mail->subject, mail->body, mail->body_size,
                     mail->created_at, mail->give_up_at, mail->dead_at);
}

static oa_mail *read_mail(oa_rows *rows, apr_pool_t *pool)
{
    oa_mail *mail = apr_pcalloc(pool, sizeof *mail);
    mail->id = oa_rows_int(rows, 0);
    mail->template = oa_rows_copy(rows, 1, pool);
    mail->recipient = oa_rows_copy(rows, 2, pool);
    mail->subject = oa_rows_copy(rows, 3, pool);
    mail->body = "";
    mail->status = (int)oa_rows_int(rows, 4);
    mail->tries = oa_rows_int(rows, 5);
    mail->next_at = oa_rows_int(rows, 6);
    mail->give_up_at = oa_rows_int(rows, 7);
    mail->dead_at = oa_rows_int(rows, 8);
    mail->created_at = oa_rows_int(rows, 9);
    mail->sent_at = oa_rows_int(rows, 10);
    mail->trouble = oa_rows_copy(rows, 11, pool);
    return mail;
}

oa_error *oa_mail_claim(oa_db *db, oa_time now, const oa_mail **found, apr_pool_t *pool)
{
    oa_rows *rows;
    *found = NULL;
    OA_TRY(oa_db_select(db, &rows,
                        "UPDATE mail SET claimed_until = $1 + $2 WHERE id ="
                        " (SELECT id FROM mail WHERE " FREE_AND_DUE " ORDER BY next_at, id LIMIT 1)"
                        " RETURNING " COLUMNS ", body",
                        "iii", now, OA_MAIL_CLAIM, OA_MAIL_PAUSE_MOST));
    if (oa_rows_next(rows)) {
        oa_mail *mail = read_mail(rows, pool);
        const void *body = oa_rows_blob(rows, 12, &mail->body_size);
        mail->body = apr_pstrmemdup(pool, body != NULL ? body : "", mail->body_size);
        *found = mail;
    }
    return oa_rows_end(rows);
}

oa_error *oa_mail_sent(oa_db *db, oa_id id, oa_time now)
{
    return oa_db_run(db, NULL,
                     "UPDATE mail SET status = 2, sent_at = $2, claimed_until = 0, trouble = '', body = x'' WHERE id = $1",
                     "ii", id, now);
}

oa_error *oa_mail_failed(oa_db *db, oa_id id, oa_time next_at, const char *trouble, oa_time now)
{
    return oa_db_run(db, NULL,
                     "UPDATE mail SET status = CASE WHEN $2 = 0 THEN 3 ELSE 1 END, tries = tries + 1, claimed_until = 0,"
                     " next_at = $2, trouble = $3,"
                     " body = CASE WHEN $2 = 0 AND dead_at <> 0 AND dead_at <= $4 THEN x'' ELSE body END"
                     " WHERE id = $1 AND status = 1",
                     "iiti", id, next_at, trouble, now);
}

oa_error *oa_mail_unclaim(oa_db *db, oa_id id)
{
    return oa_db_run(db, NULL, "UPDATE mail SET claimed_until = 0 WHERE id = $1 AND status = 1", "i", id);
}

oa_error *oa_mail_find(oa_db *db, oa_id id, const oa_mail **mail, apr_pool_t *pool)
{
    oa_rows *rows;
    OA_TRY(oa_db_select(db, &rows, "SELECT " COLUMNS " FROM mail WHERE id = $1", "i", id));
    *mail = oa_rows_next(rows) ? read_mail(rows, pool) : NULL;
    return oa_rows_end(rows);
}

static const char all_sql[] = "SELECT " COLUMNS " FROM mail WHERE id < $1 ORDER BY id DESC LIMIT $2";
static const char status_sql[] = "SELECT " COLUMNS " FROM mail WHERE status = $3 AND id < $1 ORDER BY id DESC LIMIT $2";

oa_error *oa_mail_list(oa_db *db, int status, oa_id before, int64_t limit, apr_array_header_t **mails, apr_pool_t *pool)
{
    oa_rows *rows;
    *mails = apr_array_make(pool, 16, sizeof(const oa_mail *));
    before = before != 0 ? before : INT64_MAX;
    OA_TRY(status != 0 ? oa_db_select(db, &rows, status_sql, "iii", before, limit, (int64_t)status)
                       : oa_db_select(db, &rows, all_sql, "ii", before, limit));
    while (oa_rows_next(rows)) {
        APR_ARRAY_PUSH(*mails, const oa_mail *) = read_mail(rows, pool);
    }
    return oa_rows_end(rows);
}

/* A claim stays: who has it in hand will say what became of it. */
oa_error *oa_mail_retry(oa_db *db, oa_id id, oa_time now, int64_t *count)
{
    return oa_db_run(db, count,
                     "UPDATE mail SET status = 1, next_at = $2,"
                     " give_up_at = CASE WHEN dead_at <> 0 AND dead_at < $3 THEN dead_at ELSE $3 END"
                     " WHERE ($1 = 0 OR id = $1) AND status IN (1, 3) AND (dead_at = 0 OR dead_at > $2)",
                     "iii", id, now, oa_mail_give_up_at(now, 0));
}

oa_error *oa_mail_is_due(oa_db *db, oa_time now, bool *due)
{
    int64_t found;
    OA_TRY(oa_db_int(db, &found, 0, "SELECT EXISTS (SELECT 1 FROM mail WHERE " FREE_AND_DUE ")", "iii", now,
                     OA_MAIL_CLAIM, OA_MAIL_PAUSE_MOST));
    *due = found != 0;
    return NULL;
}
