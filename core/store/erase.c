/* SPDX-License-Identifier: Apache-2.0 */
#include "core/store/erase.h"

#include "core/base/text.h"
#include "core/model/tombstone.h"
#include "core/store/audit_word.h"

#include <apr_strings.h>

oa_error *oa_user_is_service(oa_db *db, oa_id account, bool *service)
{
    int64_t count = 0;
    OA_TRY(oa_db_int(db, &count, 0, "SELECT count(*) FROM web_api WHERE service_account_id = $1 AND removed_at = 0", "i", account));
    *service = count > 0;
    return NULL;
}

/* Whose traces are erased. */
typedef struct person {
    oa_id account;
    oa_traces all; /* every e-mail that the account has and had */
    oa_traces own; /* less those that are another account's now, and tell of that one wherever this one is not named besides */
} person;

/* The audit trail ------------------------------------------------------------------------------------------- */

static const oa_json *parse_detail(const char *detail, apr_pool_t *pool)
{
    oa_json *json;
    oa_error *error = oa_json_parse(detail, strlen(detail), &json, pool);
    return error == NULL ? json : oa_json_object(pool);
}

/* Events that have a word, wherever they are, oldest first. */
#define EVENTS_OF_WORD(part) \
    "SELECT f.event_id FROM audit_word w CROSS JOIN audit_find f ON f.word_id = w.id WHERE w.text = $1 AND w.org_id = 0" part " ORDER BY f.event_id"

static oa_error *add_email(oa_db *db, person *who, const char *email)
{
    int64_t others = 0;
    OA_TRY(oa_db_int(db, &others, 0, "SELECT count(*) FROM account WHERE email = $1 AND id <> $2", "ti", email, who->account));
    APR_ARRAY_PUSH(who->all.emails, const char *) = email;
    if (others == 0) {
        APR_ARRAY_PUSH(who->own.emails, const char *) = email;
    }
    return NULL;
}

/* Those that it had, which the events of its changes tell. */
static oa_error *find_old_emails(oa_db *db, oa_id account, apr_array_header_t *emails)
{
    oa_rows *rows;
    apr_pool_t *pool = oa_db_pool(db);
    OA_TRY(oa_db_select(db, &rows,
                        "SELECT e.detail FROM (" EVENTS_OF_WORD(" AND w.part = 2") ") l CROSS JOIN audit_event e ON e.id = l.event_id"
                        " WHERE e.target_id = $2 AND e.action = 'user.edit'",
                        "ti", oa_audit_id_word(account, pool), account));
    while (oa_rows_next(rows)) {
        const char *old = oa_json_get_text(parse_detail(oa_rows_copy(rows, 0, pool), pool), "old_email");
        if (old != NULL) {
            APR_ARRAY_PUSH(emails, const char *) = old;
        }
    }
    return oa_rows_end(rows);
}

static oa_error *find_emails(oa_db *db, const oa_user *user, person *who)
{
    apr_pool_t *pool = oa_db_pool(db);
    apr_array_header_t *old = apr_array_make(pool, 2, sizeof(const char *));
    who->account = user->id;
    who->all.tombstone = who->own.tombstone = oa_tombstone_email(user->id, pool);
    who->all.emails = apr_array_make(pool, 2, sizeof(const char *));
    who->own.emails = apr_array_make(pool, 2, sizeof(const char *));
    OA_TRY(add_email(db, who, user->email));
    OA_TRY(find_old_emails(db, user->id, old));
    for (int i = 0; i < old->nelts; i++) {
        const char *email = APR_ARRAY_IDX(old, i, const char *);
        OA_TRY(oa_traces_in(&who->all, email, pool) ? NULL : add_email(db, who, email));
    }
    return NULL;
}

/* The words by which the events are found that may tell of the account: its id, those of its keys, and its e-mails. */
static oa_error *find_words(oa_db *db, const person *who, apr_array_header_t *words)
{
    oa_rows *rows;
    apr_pool_t *pool = oa_db_pool(db);
    APR_ARRAY_PUSH(words, const char *) = oa_audit_id_word(who->account, pool);
    for (int i = 0; i < who->own.emails->nelts; i++) {
        APR_ARRAY_PUSH(words, const char *) = oa_text_fold(APR_ARRAY_IDX(who->own.emails, i, const char *), pool);
    }
    OA_TRY(oa_db_select(db, &rows, "SELECT id FROM api_key WHERE account_id = $1", "i", who->account));
    while (oa_rows_next(rows)) {
        APR_ARRAY_PUSH(words, const char *) = oa_audit_id_word(oa_rows_int(rows, 0), pool);
    }
    return oa_rows_end(rows);
}

static oa_error *find_events(oa_db *db, const char *word, apr_array_header_t *events)
{
    oa_rows *rows;
    OA_TRY(oa_db_select(db, &rows, EVENTS_OF_WORD(""), "t", word));
    while (oa_rows_next(rows)) {
        APR_ARRAY_PUSH(events, oa_id) = oa_rows_int(rows, 0);
    }
    return oa_rows_end(rows);
}

typedef struct trace_event {
    oa_event event;
    bool about;   /* the account, or one of its keys */
    bool another; /* about another account */
} trace_event;

static oa_error *read_trace(oa_db *db, oa_id account, oa_id event, trace_event *trace, apr_pool_t *pool)
{
    oa_rows *rows;
    OA_TRY(oa_db_select(db, &rows,
                        "SELECT actor_kind, actor_id, actor_name, target_name, address, detail,"
                        " CASE WHEN target_id = $1 OR target_id IN (SELECT id FROM api_key WHERE account_id = $1) THEN 1 ELSE 0 END,"
                        " CASE WHEN target_id <> $1 AND target_id IN (SELECT id FROM account) THEN 1 ELSE 0 END"
                        " FROM audit_event WHERE id = $2",
                        "ii", account, event));
    if (oa_rows_next(rows)) {
        trace->event = (oa_event){
            .id = event,
            .actor_kind = oa_rows_copy(rows, 0, pool),
            .actor_id = oa_rows_int(rows, 1),
            .actor_name = oa_rows_copy(rows, 2, pool),
            .target_name = oa_rows_copy(rows, 3, pool),
            .address = oa_rows_copy(rows, 4, pool),
            .detail = oa_rows_copy(rows, 5, pool),
        };
        trace->about = oa_rows_int(rows, 6) != 0;
        trace->another = oa_rows_int(rows, 7) != 0;
    }
    return oa_rows_end(rows);
}

/* The client's address is the account's where it acts, or where somebody who is not known yet does it to the account: a log-in. */
static bool is_own_address(const trace_event *trace, oa_id account, bool about)
{
    return trace->event.actor_id == account || (about && strcmp(trace->event.actor_kind, "user") != 0);
}

static bool says_the_same(const oa_event *one, const oa_event *other)
{
    return strcmp(one->actor_name, other->actor_name) == 0 && strcmp(one->target_name, other->target_name) == 0 &&
           strcmp(one->address, other->address) == 0 && strcmp(one->detail, other->detail) == 0;
}

/* Who acted, and which account it was done to, is told by their ids: what somebody else was called then stays. */
static oa_event without(const trace_event *trace, const person *who, apr_pool_t *pool)
{
    oa_event event = trace->event;
    bool about = trace->about || (!trace->another && oa_traces_in(&who->own, event.target_name, pool));
    const oa_traces *traces = about ? &who->all : &who->own;
    if (is_own_address(trace, who->account, about)) {
        event.address = "";
    }
    event.actor_name = event.actor_id == who->account ? oa_tombstone_text(&who->all, event.actor_name, pool) : event.actor_name;
    event.target_name = trace->another ? event.target_name : oa_tombstone_text(traces, event.target_name, pool);
    event.detail = oa_json_canonical(oa_tombstone_detail(traces, parse_detail(event.detail, pool), about, pool), pool);
    return event;
}

static oa_error *erase_event(oa_db *db, const unsigned char *key, const person *who, oa_id id, int64_t *count, apr_pool_t *pool)
{
    trace_event trace = {.event = {.id = 0}};
    OA_TRY(read_trace(db, who->account, id, &trace, pool));
    if (trace.event.id == 0) {
        return NULL;
    }
    const oa_event event = without(&trace, who, pool);
    if (says_the_same(&event, &trace.event)) {
        return NULL;
    }
    ++*count;
    return oa_audit_rewrite(db, key, &event);
}

static oa_error *erase_events(oa_db *db, const unsigned char *key, const person *who, const apr_array_header_t *events, int64_t *count)
{
    apr_pool_t *scratch;
    oa_error *error = NULL;
    apr_pool_create(&scratch, oa_db_pool(db));
    for (int i = 0; i < events->nelts && error == NULL; i++) {
        error = erase_event(db, key, who, APR_ARRAY_IDX(events, i, oa_id), count, scratch);
        apr_pool_clear(scratch); /* errors live in the pool above */
    }
    apr_pool_destroy(scratch);
    return error;
}

/* An event that several words find is the second time as it should be. */
static oa_error *erase_trail(oa_db *db, const unsigned char *key, const person *who, int64_t *count)
{
    apr_pool_t *pool = oa_db_pool(db);
    apr_array_header_t *words = apr_array_make(pool, 8, sizeof(const char *));
    OA_TRY(find_words(db, who, words));
    for (int i = 0; i < words->nelts; i++) {
        apr_array_header_t *events = apr_array_make(pool, 64, sizeof(oa_id));
        OA_TRY(find_events(db, APR_ARRAY_IDX(words, i, const char *), events));
        OA_TRY(erase_events(db, key, who, events, count));
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
        bool named = oa_traces_in(traces, oa_rows_text(rows, 1), pool) || oa_traces_in(traces, oa_rows_text(rows, 2), pool) ||
                     oa_traces_in(traces, oa_rows_text(rows, 3), pool);
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
    person who;
    *erased = (oa_erased){0};
    OA_TRY(find_emails(db, user, &who));
    OA_TRY(erase_trail(db, chain_key, &who, &erased->events));
    OA_TRY(end_ways_in(db, user->id, now, &erased->keys));
    for (int i = 0; i < who.own.emails->nelts; i++) {
        OA_TRY(erase_address(db, user->id, &who.own, APR_ARRAY_IDX(who.own.emails, i, const char *)));
    }
    return bury(db, user, who.own.tombstone, now);
}
