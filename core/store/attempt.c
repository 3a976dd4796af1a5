/* SPDX-License-Identifier: Apache-2.0 */
#include "core/store/attempt.h"

#include "core/model/status.h"
#include "core/store/audit.h"
#include "core/store/notice.h"
#include "core/store/statistic.h"
#include "core/store/under_way.h"

#include <apr_strings.h>

/* What one change is about, and what became of it. */
typedef struct oa_change {
    const unsigned char *chain_key;
    oa_id subject; /* account or key */
    const apr_array_header_t *subjects; /* oa_id: many accounts */
    int64_t count;
    oa_id attempt;
    int deny_after;
    oa_duration inactive_after;
    oa_time now;
    const char *address;
    bool passwords;
    bool done;
    oa_reservation reservation;
} oa_change;

typedef oa_error *(*change_step)(oa_db *db, oa_change *change);

static oa_error *run_step(oa_db *db, change_step step, oa_change *change)
{
    OA_TRY(oa_db_begin(db, true));
    return oa_db_end(db, step(db, change));
}

/* One short writing transaction. A relaxed one may be lost with the power: then a place comes free late or a count
 * is higher than it was, never lower. */
static oa_error *perform(oa_store *store, bool relaxed, change_step step, oa_change *change, apr_pool_t *pool)
{
    oa_db *db;
    change->chain_key = oa_store_subkey(store, OA_SUBKEY_AUDIT);
    OA_TRY(oa_store_take(store, OA_DB_COUNT, &db, pool));
    if (relaxed) {
        oa_db_relax(db);
    }
    oa_error *error = run_step(db, step, change);
    oa_store_give(store, db);
    return error;
}

/* Places ---------------------------------------------------------------------------------------------------- */

/* An account always has one place, or nobody could settle whether it is to be DENIED once the limit was lowered
 * below what is counted already. Reservations from a clock that was far ahead are dead, too. */
static oa_error *look_for_place(oa_db *db, oa_change *change)
{
    oa_rows *rows;
    change->reservation = OA_PLACE_REFUSED;
    OA_TRY(oa_db_select(db, &rows,
                        "SELECT status, password_failures + key_failures,"
                        " (SELECT COUNT(*) FROM attempt WHERE account_id = $1 AND started_at BETWEEN $2 AND $3)"
                        " FROM account WHERE id = $1",
                        "iii", change->subject, change->now - OA_ATTEMPT_LIFE, change->now + OA_ATTEMPT_LIFE));
    if (oa_rows_next(rows) && oa_rows_int(rows, 0) == OA_ACCOUNT_VALIDATED) {
        int64_t left = change->deny_after - oa_rows_int(rows, 1);
        int64_t places = left > 1 ? left : 1;
        bool free_place = change->deny_after == 0 || oa_rows_int(rows, 2) < places;
        change->reservation = free_place ? OA_PLACE_TAKEN : OA_PLACE_NONE;
    }
    return oa_rows_end(rows);
}

static oa_error *take_place(oa_db *db, oa_change *change)
{
    OA_TRY(look_for_place(db, change));
    if (change->reservation != OA_PLACE_TAKEN) {
        return NULL;
    }
    OA_TRY(oa_db_run(db, NULL, "DELETE FROM attempt WHERE account_id = $1 AND started_at NOT BETWEEN $2 AND $3", "iii",
                     change->subject, change->now - OA_ATTEMPT_LIFE, change->now + OA_ATTEMPT_LIFE));
    change->attempt = oa_id_make(change->now);
    return oa_db_run(db, NULL, "INSERT INTO attempt (id, account_id, started_at) VALUES ($1, $2, $3)", "iii",
                     change->attempt, change->subject, change->now);
}

static oa_error *look_first(oa_store *store, oa_change *change, apr_pool_t *pool)
{
    oa_db *db;
    OA_TRY(oa_store_take(store, OA_DB_COUNT, &db, pool));
    oa_error *error = look_for_place(db, change);
    oa_store_give(store, db);
    return error;
}

/* Looked at without the write lock first: those who wait for a place must not keep it from those who settle theirs. */
oa_error *oa_attempt_reserve(oa_store *store, oa_id account, int deny_after, oa_time now, oa_reservation *reservation,
                             oa_id *attempt, apr_pool_t *pool)
{
    oa_change change = {.subject = account, .deny_after = deny_after, .now = now};
    *attempt = 0;
    OA_TRY(look_first(store, &change, pool));
    if (change.reservation == OA_PLACE_TAKEN) {
        OA_TRY(perform(store, true, take_place, &change, pool));
    }
    *reservation = change.reservation;
    if (change.reservation == OA_PLACE_TAKEN) {
        *attempt = change.attempt;
        oa_under_way_begin(store, change.attempt);
    }
    return NULL;
}

/* However it ends, nobody speaks for the place from here on. */
static oa_error *settle(oa_store *store, bool relaxed, change_step step, oa_change *change, apr_pool_t *pool)
{
    oa_error *error = perform(store, relaxed, step, change, pool);
    oa_under_way_end(store, change->attempt);
    return error;
}

static oa_error *free_place(oa_db *db, oa_change *change)
{
    return oa_db_run(db, NULL, "DELETE FROM attempt WHERE id = $1", "i", change->attempt);
}

oa_error *oa_attempt_refund(oa_store *store, oa_id attempt, apr_pool_t *pool)
{
    oa_change change = {.attempt = attempt};
    return settle(store, true, free_place, &change, pool);
}

/* Right ----------------------------------------------------------------------------------------------------- */

static oa_error *clear_counts(oa_db *db, oa_change *change)
{
    return oa_db_run(db, NULL,
                     "UPDATE account SET password_failures = CASE WHEN $2 = 1 THEN 0 ELSE password_failures END,"
                     " key_failures = 0 WHERE id = $1 AND status = 1"
                     " AND (key_failures > 0 OR ($2 = 1 AND password_failures > 0))",
                     "ii", change->subject, (int64_t)change->passwords);
}

static oa_error *settle_right(oa_db *db, oa_change *change)
{
    int64_t status;
    OA_TRY(free_place(db, change));
    OA_TRY(oa_db_int(db, &status, 0, "SELECT status FROM account WHERE id = $1", "i", change->subject));
    change->done = status == OA_ACCOUNT_VALIDATED;
    if (!change->done) {
        return NULL;
    }
    OA_TRY(clear_counts(db, change));
    return oa_db_run(db, NULL, "UPDATE account SET last_login_at = $2 WHERE id = $1 AND last_login_at < $2", "ii",
                     change->subject, change->now);
}

oa_error *oa_attempt_right(oa_store *store, oa_id account, oa_id attempt, oa_time now, bool *allowed, apr_pool_t *pool)
{
    oa_change change = {.subject = account, .attempt = attempt, .now = now, .passwords = true};
    *allowed = false;
    OA_TRY(settle(store, true, settle_right, &change, pool));
    *allowed = change.done;
    return NULL;
}

oa_error *oa_attempt_clear(oa_store *store, oa_id account, bool passwords, apr_pool_t *pool)
{
    oa_change change = {.subject = account, .passwords = passwords};
    return perform(store, true, clear_counts, &change, pool);
}

/* Wrong ----------------------------------------------------------------------------------------------------- */

static oa_error *set_status(oa_db *db, const oa_change *change, oa_account_status status)
{
    return oa_db_run(db, NULL, "UPDATE account SET status = $2, status_since = $3, version = version + 1 WHERE id = $1",
                     "iii", change->subject, (int64_t)status, change->now);
}

static oa_error *tell(oa_db *db, const oa_change *change, const char *action, const char *detail)
{
    oa_rows *rows;
    oa_event event = {.at = change->now,
                      .actor_kind = "system",
                      .actor_name = "mod_orgauth",
                      .action = action,
                      .target_id = change->subject,
                      .address = change->address,
                      .detail = detail};
    OA_TRY(oa_db_select(db, &rows, "SELECT home_org_id, email FROM account WHERE id = $1", "i", change->subject));
    if (oa_rows_next(rows)) {
        event.org_id = oa_rows_int(rows, 0);
        event.target_name = oa_rows_copy(rows, 1, oa_db_pool(db));
    }
    OA_TRY(oa_rows_end(rows));
    return oa_audit_append(db, change->chain_key, &event);
}

/* After a count to `failures`; 0: nothing was counted, since the account is not VALIDATED. The figures tell of each that was. */
static oa_error *deny_at_limit(oa_db *db, oa_change *change, int64_t failures)
{
    change->done = change->deny_after > 0 && failures >= change->deny_after;
    if (failures > 0) {
        OA_TRY(oa_statistic_fail(db, change->subject, change->now));
    }
    if (!change->done) {
        return NULL;
    }
    OA_TRY(set_status(db, change, OA_ACCOUNT_DENIED));
    const oa_notice notice = {
        .about = "denied", .account_id = change->subject, .at = change->now, .address = change->address};
    OA_TRY(oa_notice_add(db, &notice));
    return tell(db, change, "user.denied",
                apr_psprintf(oa_db_pool(db), "{\"failures\":%" APR_INT64_T_FMT "}", (apr_int64_t)failures));
}

static oa_error *settle_wrong(oa_db *db, oa_change *change)
{
    int64_t failures;
    OA_TRY(free_place(db, change));
    OA_TRY(oa_db_int(db, &failures, 0,
                     "UPDATE account SET password_failures = password_failures + 1 WHERE id = $1 AND status = 1"
                     " RETURNING password_failures + key_failures",
                     "i", change->subject));
    return deny_at_limit(db, change, failures);
}

oa_error *oa_attempt_wrong(oa_store *store, oa_id account, oa_id attempt, int deny_after, oa_time now,
                           const char *address, bool *denied, apr_pool_t *pool)
{
    oa_change change = {
        .subject = account, .attempt = attempt, .deny_after = deny_after, .now = now, .address = address};
    *denied = false;
    OA_TRY(settle(store, false, settle_wrong, &change, pool));
    *denied = change.done;
    return NULL;
}

static oa_error *count_wrong_key(oa_db *db, oa_change *change)
{
    int64_t failures;
    OA_TRY(oa_db_int(db, &failures, 0,
                     "UPDATE account SET key_failures = key_failures + 1 WHERE id = $1 AND status = 1"
                     " RETURNING password_failures + key_failures",
                     "i", change->subject));
    return deny_at_limit(db, change, failures);
}

oa_error *oa_attempt_wrong_key(oa_store *store, oa_id account, int deny_after, oa_time now, const char *address,
                               bool *denied, apr_pool_t *pool)
{
    oa_change change = {.subject = account, .deny_after = deny_after, .now = now, .address = address};
    *denied = false;
    OA_TRY(perform(store, false, count_wrong_key, &change, pool));
    *denied = change.done;
    return NULL;
}

/* Idle accounts, replaced keys ------------------------------------------------------------------------------ */

static oa_error *make_inactive(oa_db *db, oa_change *change)
{
    oa_rows *rows;
    OA_TRY(oa_db_select(db, &rows, "SELECT status, last_login_at, status_since FROM account WHERE id = $1", "i",
                        change->subject));
    change->done = false;
    if (oa_rows_next(rows)) {
        oa_time login = oa_rows_int(rows, 1);
        oa_time since = oa_rows_int(rows, 2);
        change->done = oa_rows_int(rows, 0) == OA_ACCOUNT_VALIDATED &&
                       oa_account_is_idle(login > since ? login : since, change->inactive_after, change->now);
    }
    OA_TRY(oa_rows_end(rows));
    if (!change->done) {
        return NULL;
    }
    OA_TRY(set_status(db, change, OA_ACCOUNT_INACTIVE));
    return tell(db, change, "user.inactive", NULL);
}

oa_error *oa_account_idle(oa_store *store, oa_id account, oa_duration inactive_after, oa_time now, bool *done,
                          apr_pool_t *pool)
{
    oa_change change = {.subject = account, .inactive_after = inactive_after, .now = now};
    *done = false;
    OA_TRY(perform(store, false, make_inactive, &change, pool));
    *done = change.done;
    return NULL;
}

static oa_error *make_all_inactive(oa_db *db, oa_change *change)
{
    int64_t count = 0;
    for (int i = 0; i < change->subjects->nelts; i++) {
        change->subject = APR_ARRAY_IDX(change->subjects, i, oa_id);
        OA_TRY(make_inactive(db, change));
        count += change->done;
    }
    change->count = count;
    return NULL;
}

oa_error *oa_accounts_idle(oa_store *store, const apr_array_header_t *accounts, oa_duration inactive_after, oa_time now,
                           int64_t *count, apr_pool_t *pool)
{
    oa_change change = {.subjects = accounts, .inactive_after = inactive_after, .now = now};
    *count = 0;
    OA_TRY(perform(store, false, make_all_inactive, &change, pool));
    *count = change.count;
    return NULL;
}

/* The end that the old key already has stays where it is sooner: its holder knows, and is told by no mail. */
static oa_error *retire_replaced(oa_db *db, oa_change *change)
{
    OA_TRY(oa_db_run(db, NULL,
                     "UPDATE api_key SET expires_at = $2 + (SELECT overlap FROM api_key WHERE id = $1),"
                     " expiry_told = $2 + (SELECT overlap FROM api_key WHERE id = $1), version = version + 1"
                     " WHERE id = (SELECT replaces FROM api_key WHERE id = $1 AND replaces <> 0) AND"
                     " (expires_at = 0 OR expires_at > $2 + (SELECT overlap FROM api_key WHERE id = $1))",
                     "ii", change->subject, change->now));
    return oa_db_run(db, NULL, "UPDATE api_key SET replaces = 0, version = version + 1 WHERE id = $1 AND replaces <> 0",
                     "i", change->subject);
}

oa_error *oa_key_first_use(oa_store *store, oa_id key, oa_time now, apr_pool_t *pool)
{
    oa_change change = {.subject = key, .now = now};
    return perform(store, false, retire_replaced, &change, pool);
}
