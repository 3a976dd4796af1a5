/* SPDX-License-Identifier: Apache-2.0 */
#include "core/admin/upkeep.h"

#include "core/mail/mail.h"
#include "core/mail/notice.h"
#include "core/store/attempt.h"
#include "core/store/invitation.h"
#include "core/store/lease.h"
#include "core/store/link.h"
#include "core/store/listed_part.h"
#include "core/store/mail.h"
#include "core/store/message.h"
#include "core/store/notice.h"
#include "core/store/repeat.h"
#include "core/store/session.h"
#include "core/store/setting.h"
#include "core/store/statistic.h"
#include "core/store/sweep.h"

/* Rows that one transaction changes; and how long it takes until what is dead is deleted. */
enum { PIECE = 200 };
#define LEASE_SPAN (10 * OA_MINUTE)
#define SENDING_MOST (4 * OA_MINUTE)
#define DEAD_KEPT OA_DAY

static const char lease_name[] = "upkeep";
static const char sweep_name[] = "sweep";

/* One round. */
typedef struct keeper {
    oa_store *store;
    const oa_upkeep *how;
    oa_upkeep_report *report;
    oa_id holder;
    oa_time now;
    oa_settings settings;
    bool sweeps;
    oa_id account;     /* whose messages are trimmed */
    apr_pool_t *pool;  /* of the round */
    apr_pool_t *piece; /* of a transaction */
} keeper;

typedef oa_error *(*keeper_step)(oa_db *db, keeper *k, int64_t *count);

static oa_error *run_step(oa_db *db, keeper_step step, keeper *k, int64_t *count)
{
    OA_TRY(oa_db_begin(db, true));
    return oa_db_end(db, step(db, k, count));
}

static oa_error *with_store(keeper_step step, keeper *k, int64_t *count)
{
    oa_db *db;
    OA_TRY(oa_store_take(k->store, OA_DB_ADMIN, &db, k->piece));
    oa_error *error = run_step(db, step, k, count);
    oa_store_give(k->store, db);
    return error;
}

static bool stops(const keeper *k)
{
    return k->how->stops != NULL && k->how->stops(k->how->context);
}

/* What went wrong outlives the piece that it went wrong in. */
static oa_error *keep_error(const keeper *k, const oa_error *error)
{
    oa_error *kept = oa_error_make(k->pool, error->code, "%s", error->message);
    return error->detail != NULL ? oa_error_detail(k->pool, kept, "%s", error->detail) : kept;
}

/* Piece by piece until one changes nothing more. */
static oa_error *repeat(keeper *k, keeper_step step, int64_t *total)
{
    int64_t count;
    do {
        apr_pool_clear(k->piece);
        count = 0;
        oa_error *error = with_store(step, k, &count);
        if (error != NULL) {
            return keep_error(k, error);
        }
        *total += count;
    } while (count > 0 && !stops(k));
    return NULL;
}

/* The lease -------------------------------------------------------------------------------------------------- */

static oa_error *begin(oa_db *db, keeper *k, int64_t *taken)
{
    bool has = false;
    OA_TRY(oa_lease_take(db, lease_name, k->holder, k->now, LEASE_SPAN, &has));
    *taken = has;
    if (!has) {
        return NULL;
    }
    OA_TRY(oa_setting_load(db, &k->settings, k->pool));
    /* Not given back: it is the time until the next sweep. */
    OA_TRY(oa_lease_take(db, sweep_name, k->holder, k->now, OA_UPKEEP_SWEEP_EVERY, &k->sweeps));
    k->sweeps = k->sweeps || k->how->sweep;
    return NULL;
}

static oa_error *end(oa_db *db, keeper *k, int64_t *count)
{
    *count = 0;
    return oa_lease_give(db, lease_name, k->holder);
}

/* Sweeping --------------------------------------------------------------------------------------------------- */

/* What is found and mended account by account. */
typedef struct account_sweep {
    oa_error *(*find)(oa_db *db, keeper *k, oa_id after, apr_array_header_t **accounts); /* PIECE of them at most */
    oa_error *(*mend)(keeper *k, const apr_array_header_t *accounts);
} account_sweep;

static oa_error *find_accounts(keeper *k, const account_sweep *how, oa_id after, apr_array_header_t **accounts)
{
    oa_db *db;
    OA_TRY(oa_store_take(k->store, OA_DB_LOOKUP, &db, k->piece));
    oa_error *error = how->find(db, k, after, accounts);
    oa_store_give(k->store, db);
    return error;
}

/* Those after `*after`; *after 0: that was the last of them. */
static oa_error *sweep_some(keeper *k, const account_sweep *how, oa_id *after)
{
    apr_array_header_t *accounts;
    OA_TRY(find_accounts(k, how, *after, &accounts));
    *after = accounts->nelts < PIECE ? 0 : APR_ARRAY_IDX(accounts, accounts->nelts - 1, oa_id);
    return accounts->nelts > 0 ? how->mend(k, accounts) : NULL;
}

static oa_error *sweep_accounts(keeper *k, const account_sweep *how)
{
    oa_id after = 0;
    do {
        apr_pool_clear(k->piece);
        oa_error *error = sweep_some(k, how, &after);
        if (error != NULL) {
            return keep_error(k, error);
        }
    } while (after != 0 && !stops(k));
    return NULL;
}

static oa_error *find_idle(oa_db *db, keeper *k, oa_id after, apr_array_header_t **accounts)
{
    return oa_sweep_idle(db, k->now - k->settings.login_inactive_after, after, PIECE, accounts, k->piece);
}

static oa_error *mend_idle(keeper *k, const apr_array_header_t *accounts)
{
    int64_t count;
    OA_TRY(oa_accounts_idle(k->store, accounts, k->settings.login_inactive_after, k->now, &count, k->piece));
    k->report->inactive += count;
    return NULL;
}

static oa_error *find_talkative(oa_db *db, keeper *k, oa_id after, apr_array_header_t **accounts)
{
    return oa_sweep_talkative(db, k->settings.messages_keep_count, after, PIECE, accounts, k->piece);
}

static oa_error *trim_account(oa_db *db, keeper *k, int64_t *count)
{
    return oa_message_trim(db, k->account, k->settings.messages_keep_count, PIECE, count);
}

static oa_error *mend_talkative(keeper *k, const apr_array_header_t *accounts)
{
    for (int i = 0; i < accounts->nelts; i++) {
        int64_t count = PIECE;
        k->account = APR_ARRAY_IDX(accounts, i, oa_id);
        while (count == PIECE && !stops(k)) {
            OA_TRY(with_store(trim_account, k, &count));
            k->report->messages += count;
        }
    }
    return NULL;
}

static const account_sweep idle = {find_idle, mend_idle};
static const account_sweep talkative = {find_talkative, mend_talkative};

static oa_error *sweep_invitations(oa_db *db, keeper *k, int64_t *count)
{
    return oa_invitation_sweep(db, k->now, PIECE, count);
}

static oa_error *sweep_links(oa_db *db, keeper *k, int64_t *count)
{
    return oa_link_sweep(db, k->now - DEAD_KEPT, PIECE, count);
}

static oa_error *sweep_sessions(oa_db *db, keeper *k, int64_t *count)
{
    oa_time dead = k->now - DEAD_KEPT;
    return oa_session_sweep(db, dead, dead - k->settings.session_lifetime, dead - k->settings.session_idle, PIECE, count);
}

static oa_error *sweep_old_messages(oa_db *db, keeper *k, int64_t *count)
{
    return oa_sweep_old_messages(db, k->now - k->settings.messages_keep_age, PIECE, count);
}

static oa_error *sweep_mail_bodies(oa_db *db, keeper *k, int64_t *count)
{
    return oa_sweep_mail_bodies(db, k->now, count);
}

static oa_error *sweep_repeats(oa_db *db, keeper *k, int64_t *count)
{
    return oa_sweep_repeats(db, k->now - OA_REPEAT_KEPT, count);
}

static oa_error *sweep_statistics(oa_db *db, keeper *k, int64_t *count)
{
    return oa_statistic_trim(db, k->now - OA_STATISTIC_KEPT, k->now + OA_DAY, PIECE, count);
}

static oa_error *tell_of_keys(oa_db *db, keeper *k, int64_t *count)
{
    return oa_notice_keys(db, &k->settings, k->now, PIECE, count);
}

static oa_error *drain_notices(oa_db *db, keeper *k, int64_t *count)
{
    return oa_notice_drain(db, &k->settings, k->now, PIECE, count);
}

static oa_error *settle_parts(oa_db *db, keeper *k, int64_t *count)
{
    (void)k;
    return oa_listed_part_settle(db, PIECE, count);
}

static oa_error *sweep(keeper *k)
{
    int64_t others = 0;
    oa_upkeep_report *report = k->report;
    const struct {
        keeper_step step;
        int64_t *total;
    } steps[] = {{sweep_invitations, &report->invitations},  {sweep_links, &report->links},
                 {sweep_sessions, &report->sessions},        {sweep_old_messages, &report->messages},
                 {sweep_mail_bodies, &others},               {sweep_repeats, &others},
                 {sweep_statistics, &others},                {tell_of_keys, &report->notices}};
    if (k->settings.login_inactive_after != 0) {
        OA_TRY(sweep_accounts(k, &idle));
    }
    OA_TRY(sweep_accounts(k, &talkative));
    for (size_t i = 0; i < sizeof steps / sizeof steps[0] && !stops(k); i++) {
        OA_TRY(repeat(k, steps[i].step, steps[i].total));
    }
    return NULL;
}

/* A piece of sending is shorter than the lease, with the one mail that may be under way at its end. */
static oa_duration sending_span(const keeper *k)
{
    oa_duration wanted = k->how->span;
    return wanted != 0 && wanted < SENDING_MOST ? wanted : SENDING_MOST;
}

static oa_error *work(keeper *k)
{
    if (k->sweeps) {
        OA_TRY(sweep(k));
    }
    int64_t settled = 0;
    OA_TRY(repeat(k, settle_parts, &settled));
    OA_TRY(repeat(k, drain_notices, &k->report->notices));
    return oa_outbox_send(k->store, sending_span(k), k->how->stops, k->how->context, &k->report->mail, k->pool);
}

oa_error *oa_upkeep_run(oa_store *store, const oa_upkeep *how, oa_upkeep_report *report, apr_pool_t *pool)
{
    oa_time now = oa_clock_now();
    keeper k = {.store = store, .how = how, .report = report, .now = now, .holder = oa_id_make(now), .pool = pool};
    int64_t taken = 0;
    *report = (oa_upkeep_report){0};
    apr_pool_create(&k.piece, pool);
    oa_error *error = with_store(begin, &k, &taken);
    report->busy = taken == 0;
    if (error != NULL || taken == 0) {
        return error;
    }
    error = work(&k);
    /* Not given back, it ends by itself. */
    (void)with_store(end, &k, &taken);
    return error;
}

static oa_error *look(oa_db *db, oa_time now, bool *due)
{
    bool mail = false, notice = false, parts = false, sweeps = false, is_free = false;
    OA_TRY(oa_mail_is_due(db, now, &mail));
    OA_TRY(oa_notice_is_due(db, &notice));
    OA_TRY(oa_listed_part_is_due(db, &parts));
    OA_TRY(oa_lease_is_free(db, sweep_name, 0, now, OA_UPKEEP_SWEEP_EVERY, &sweeps));
    OA_TRY(oa_lease_is_free(db, lease_name, 0, now, LEASE_SPAN, &is_free));
    *due = is_free && (mail || notice || parts || sweeps);
    return NULL;
}

oa_error *oa_upkeep_is_due(oa_store *store, bool *due, apr_pool_t *pool)
{
    oa_db *db;
    *due = false;
    OA_TRY(oa_store_take(store, OA_DB_LOOKUP, &db, pool));
    oa_error *error = look(db, oa_clock_now(), due);
    oa_store_give(store, db);
    return error;
}
