/* SPDX-License-Identifier: Apache-2.0 */
#include "core/store/erase.h"

#include "core/base/text.h"
#include "core/model/tombstone.h"
#include "core/store/audit.h"

#include <apr_strings.h>

enum { EVENTS_AT_ONCE = 200 };

oa_error *oa_user_is_service(oa_db *db, oa_id account, bool *service)
{
    int64_t count = 0;
    OA_TRY(oa_db_int(db, &count, 0, "SELECT count(*) FROM web_api WHERE service_account_id = $1 AND removed_at = 0", "i", account));
    *service = count > 0;
    return NULL;
}

/* The audit trail ------------------------------------------------------------------------------------------- */

static const oa_json *parse_detail(const char *detail, apr_pool_t *pool)
{
    oa_json *json;
    oa_error *error = oa_json_parse(detail, strlen(detail), &json, pool);
    return error == NULL ? json : oa_json_object(pool);
}

/* The e-mail that it has, and those that it had, which the events of its changes tell. */
static oa_error *find_emails(oa_db *db, const oa_user *user, oa_traces *traces)
{
    oa_rows *rows;
    apr_pool_t *pool = oa_db_pool(db);
    traces->emails = apr_array_make(pool, 2, sizeof(const char *));
    APR_ARRAY_PUSH(traces->emails, const char *) = user->email;
    OA_TRY(oa_db_select(db, &rows, "SELECT detail FROM audit_event WHERE target_id = $1 AND action = 'user.edit'", "i", user->id));
    while (oa_rows_next(rows)) {
        const char *old = oa_json_get_text(parse_detail(oa_rows_copy(rows, 0, pool), pool), "old_email");
        if (old != NULL && !oa_traces_in(traces, old)) {
            APR_ARRAY_PUSH(traces->emails, const char *) = old;
        }
    }
    return oa_rows_end(rows);
}

typedef struct trace_event {
    oa_event event;
    bool about; /* the account, or one of its keys */
} trace_event;

static void read_trace(oa_rows *rows, trace_event *trace, apr_pool_t *pool)
{
    trace->event = (oa_event){
        .id = oa_rows_int(rows, 0),
        .actor_kind = oa_rows_copy(rows, 1, pool),
        .actor_id = oa_rows_int(rows, 2),
        .actor_name = oa_rows_copy(rows, 3, pool),
        .target_name = oa_rows_copy(rows, 4, pool),
        .address = oa_rows_copy(rows, 5, pool),
        .detail = oa_rows_copy(rows, 6, pool),
    };
    trace->about = oa_rows_int(rows, 7) != 0;
}

/* The next events, after `last`, in which the account acts, or which are about it, one of its keys, or name the e-mail. */
static oa_error *find_events(oa_db *db, oa_id account, const char *email, oa_id last, apr_array_header_t *found, apr_pool_t *pool)
{
    oa_rows *rows;
    OA_TRY(oa_db_select(db, &rows,
                        "SELECT id, actor_kind, actor_id, actor_name, target_name, address, detail,"
                        " CASE WHEN target_id = $1 OR target_id IN (SELECT id FROM api_key WHERE account_id = $1) THEN 1 ELSE 0 END"
                        " FROM audit_event WHERE id > $3 AND (actor_id = $1 OR target_id = $1"
                        " OR target_id IN (SELECT id FROM api_key WHERE account_id = $1)"
                        " OR instr(target_name, $2) > 0 OR instr(actor_name, $2) > 0 OR instr(detail, $2) > 0)"
                        " ORDER BY id LIMIT $4",
                        "itii", account, email, last, (int64_t)EVENTS_AT_ONCE));
    while (oa_rows_next(rows)) {
        read_trace(rows, apr_array_push(found), pool);
    }
    return oa_rows_end(rows);
}

/* The client's address is the account's where it acts, or where somebody who is not known yet does it to the account: a log-in. */
static bool is_own_address(const trace_event *trace, oa_id account, bool about)
{
    return trace->event.actor_id == account || (about && strcmp(trace->event.actor_kind, "user") != 0);
}

static oa_error *erase_event(oa_db *db, const unsigned char *key, oa_id account, const oa_traces *traces, trace_event *trace, apr_pool_t *pool)
{
    oa_event *event = &trace->event;
    bool about = trace->about || oa_traces_in(traces, event->target_name);
    if (is_own_address(trace, account, about)) {
        event->address = "";
    }
    event->actor_name = oa_tombstone_text(traces, event->actor_name);
    event->target_name = oa_tombstone_text(traces, event->target_name);
    event->detail = oa_json_canonical(oa_tombstone_detail(traces, parse_detail(event->detail, pool), about, pool), pool);
    return oa_audit_rewrite(db, key, event);
}

static oa_error *erase_some(oa_db *db, const unsigned char *key, oa_id account, const oa_traces *traces, const char *email, oa_id *last,
                            int64_t *count, apr_pool_t *pool)
{
    apr_array_header_t *found = apr_array_make(pool, EVENTS_AT_ONCE, sizeof(trace_event));
    OA_TRY(find_events(db, account, email, *last, found, pool));
    for (int i = 0; i < found->nelts; i++) {
        OA_TRY(erase_event(db, key, account, traces, &APR_ARRAY_IDX(found, i, trace_event), pool));
        *last = APR_ARRAY_IDX(found, i, trace_event).event.id;
    }
    *last = found->nelts == 0 ? 0 : *last;
    *count += found->nelts;
    return NULL;
}

static oa_error *erase_events(oa_db *db, const unsigned char *key, oa_id account, const oa_traces *traces, const char *email, int64_t *count)
{
    oa_id last = 0;
    oa_error *error = NULL;
    do {
        apr_pool_t *scratch;
        apr_pool_create(&scratch, oa_db_pool(db));
        error = erase_some(db, key, account, traces, email, &last, count, scratch);
        if (error == NULL) {
            apr_pool_destroy(scratch); /* an error lives in it, or in the pool above */
        }
    } while (error == NULL && last != 0);
    return error;
}

static oa_error *erase_trail(oa_db *db, const unsigned char *key, oa_id account, const oa_traces *traces, int64_t *count)
{
    for (int i = 0; i < traces->emails->nelts; i++) {
        OA_TRY(erase_events(db, key, account, traces, APR_ARRAY_IDX(traces->emails, i, const char *), count));
    }
    return NULL;
}

/* Everything else ------------------------------------------------------------------------------------------- */

static oa_error *end_ways_in(oa_db *db, oa_id account, oa_time now, int64_t *keys)
{
    static const char *const statements[] = {
        "DELETE FROM attachment WHERE account_id = $1",
        "DELETE FROM link WHERE account_id = $1",
        "DELETE FROM session WHERE account_id = $1",
        "DELETE FROM notice WHERE account_id = $1",
        "DELETE FROM repeat WHERE account_id = $1",
        "UPDATE message SET address = '' WHERE account_id = $1",
        "UPDATE api_key SET name = '', networks = '', sealed = NULL, version = version + 1 WHERE account_id = $1"};
    OA_TRY(oa_db_run(db, keys, "UPDATE api_key SET revoked_at = $2 WHERE account_id = $1 AND revoked_at = 0", "ii", account, now));
    OA_TRY(oa_db_run(db, NULL,
                     "UPDATE membership SET status = 3, removed_at = $2, version = version + 1 WHERE account_id = $1 AND status <> 3", "ii",
                     account, now));
    for (size_t i = 0; i < sizeof(statements) / sizeof(statements[0]); i++) {
        OA_TRY(oa_db_run(db, NULL, statements[i], "i", account));
    }
    return NULL;
}

static oa_error *erase_mail(oa_db *db, oa_id mail, const char *email, const char *tombstone)
{
    return oa_db_run(db, NULL,
                     "UPDATE mail SET recipient = CASE WHEN recipient = $2 THEN $3 ELSE recipient END, subject = '', body = $4,"
                     " trouble = '', status = CASE WHEN status = 1 THEN 3 ELSE status END WHERE id = $1",
                     "ittb", mail, email, tombstone, "", (size_t)0);
}

/* The mails to that address, and those that tell others of it. One that waits is not sent any more. */
static oa_error *erase_mails(oa_db *db, const oa_traces *traces, const char *email)
{
    oa_rows *rows;
    apr_pool_t *pool = oa_db_pool(db);
    apr_array_header_t *found = apr_array_make(pool, 8, sizeof(oa_id));
    OA_TRY(oa_db_select(db, &rows,
                        "SELECT id, recipient, subject, CASE WHEN status <> 2 THEN CAST(body AS TEXT) ELSE '' END FROM mail"
                        " WHERE recipient = $1 OR instr(subject, $1) > 0 OR (status <> 2 AND instr(body, CAST($1 AS BLOB)) > 0)",
                        "t", email));
    while (oa_rows_next(rows)) {
        bool named = oa_traces_in(traces, oa_rows_text(rows, 1)) || oa_traces_in(traces, oa_rows_text(rows, 2)) ||
                     oa_traces_in(traces, oa_rows_text(rows, 3));
        if (named) {
            APR_ARRAY_PUSH(found, oa_id) = oa_rows_int(rows, 0);
        }
    }
    OA_TRY(oa_rows_end(rows));
    for (int i = 0; i < found->nelts; i++) {
        OA_TRY(erase_mail(db, APR_ARRAY_IDX(found, i, oa_id), email, traces->tombstone));
    }
    return NULL;
}

/* Where only an e-mail tells whose it is. */
static oa_error *erase_address(oa_db *db, oa_id account, const oa_traces *traces, const char *email)
{
    OA_TRY(oa_db_run(db, NULL,
                     "UPDATE invitation SET email = $3, first_name = '', last_name = '', status = CASE WHEN status = 1 THEN 4 ELSE status END,"
                     " version = version + 1 WHERE email = $2 OR account_id = $1",
                     "itt", account, email, traces->tombstone));
    OA_TRY(erase_mails(db, traces, email));
    return oa_db_run(db, NULL, "DELETE FROM repeat WHERE instr(answer, '\"' || $1 || '\"') > 0", "t", email);
}

static oa_error *bury(oa_db *db, const oa_user *user, const char *tombstone, oa_time now)
{
    return oa_db_run(db, NULL,
                     "UPDATE account SET email = $2, first_name = '', last_name = '', folded = $3, fields = '{}', password = NULL,"
                     " password_failures = 0, key_failures = 0, status = 3, status_since = $4, erased_at = $4, version = version + 1"
                     " WHERE id = $1",
                     "itti", user->id, tombstone, oa_text_fold(tombstone, oa_db_pool(db)), now);
}

oa_error *oa_user_erase(oa_db *db, const unsigned char chain_key[OA_SUBKEY_SIZE], const oa_user *user, oa_time now, oa_erased *erased)
{
    oa_traces traces = {.tombstone = oa_tombstone_email(user->id, oa_db_pool(db))};
    *erased = (oa_erased){0};
    OA_TRY(find_emails(db, user, &traces));
    OA_TRY(erase_trail(db, chain_key, user->id, &traces, &erased->events));
    OA_TRY(end_ways_in(db, user->id, now, &erased->keys));
    for (int i = 0; i < traces.emails->nelts; i++) {
        OA_TRY(erase_address(db, user->id, &traces, APR_ARRAY_IDX(traces.emails, i, const char *)));
    }
    return bury(db, user, traces.tombstone, now);
}
