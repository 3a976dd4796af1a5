/* SPDX-License-Identifier: Apache-2.0 */
#include "core/mail/outbox.h"

#include "core/mail/mail.h"
#include "core/store/mail.h"
#include "core/store/setting.h"

#include <apr_strings.h>

/* One round of sending, and the mail in hand. */
typedef struct round {
    oa_store *store;
    oa_send_stops *stops;
    void *context;
    oa_settings settings;
    const oa_mail *mail;
    oa_delivery delivery;
    oa_outbox_report *report;
} round_type;

typedef oa_error *(*round_step)(oa_db *db, round_type *round, apr_pool_t *pool);

static oa_error *run_step(oa_db *db, round_step step, round_type *round, apr_pool_t *pool)
{
    OA_TRY(oa_db_begin(db, true));
    return oa_db_end(db, step(db, round, pool));
}

static oa_error *with_store(round_step step, round_type *round, apr_pool_t *pool)
{
    oa_db *db;
    OA_TRY(oa_store_take(round->store, OA_DB_ADMIN, &db, pool));
    oa_error *error = run_step(db, step, round, pool);
    oa_store_give(round->store, db);
    return error;
}

static oa_error *claim(oa_db *db, round_type *round, apr_pool_t *pool)
{
    OA_TRY(oa_setting_load(db, &round->settings, pool));
    round->mail = NULL;
    return oa_mail_is_configured(&round->settings) ? oa_mail_claim(db, oa_clock_now(), &round->mail, pool) : NULL;
}

static oa_error *settle_failed(oa_db *db, round_type *round)
{
    const oa_mail *mail = round->mail;
    oa_time now = oa_clock_now();
    bool never = round->delivery.sent == OA_SENT_NEVER;
    oa_time next = never ? 0 : oa_mail_next_try(mail->tries + 1, now, mail->give_up_at);
    round->report->failed += next != 0;
    round->report->given_up += next == 0;
    return oa_mail_failed(db, mail->id, next, round->delivery.trouble, now);
}

static oa_error *settle(oa_db *db, round_type *round, apr_pool_t *pool)
{
    (void)pool;
    if (round->delivery.sent == OA_SENT_STOPPED) {
        return oa_mail_unclaim(db, round->mail->id);
    }
    if (round->delivery.sent != OA_SENT_DONE) {
        return settle_failed(db, round);
    }
    round->report->sent++;
    return oa_mail_sent(db, round->mail->id, oa_clock_now());
}

/* What became of a mail must not be forgotten because somebody else holds the store's lock: it would go out twice. */
static oa_error *settle_surely(round_type *round, apr_pool_t *pool)
{
    const oa_outbox_report before = *round->report;
    oa_error *error;
    int left = 15;
    do {
        *round->report = before;
        error = with_store(settle, round, pool);
    } while (error != NULL && error->code == OA_BUSY && --left > 0);
    return error;
}

static void deliver(round_type *round, apr_pool_t *pool)
{
    const char *body;
    size_t size;
    if (!oa_mail_unseal(round->mail, oa_store_subkey(round->store, OA_SUBKEY_MAIL), &body, &size, pool)) {
        round->delivery = (oa_delivery){OA_SENT_NEVER, "it was sealed with another master secret: send another one"};
        return;
    }
    const oa_envelope envelope = {.from = oa_mail_sender(&round->settings, pool),
                                  .to = round->mail->recipient,
                                  .body = body,
                                  .size = size,
                                  .stops = round->stops,
                                  .context = round->context};
    round->delivery = oa_send(&round->settings, &envelope, pool);
}

/* One mail; *goes_on false: there is none, or none would fare better now. */
static oa_error *send_one(round_type *round, bool *goes_on, apr_pool_t *pool)
{
    *goes_on = false;
    OA_TRY(with_store(claim, round, pool));
    if (round->mail == NULL) {
        return NULL;
    }
    deliver(round, pool);
    OA_TRY(settle_surely(round, pool));
    *goes_on = round->delivery.sent == OA_SENT_DONE || round->delivery.sent == OA_SENT_NEVER;
    return NULL;
}

static bool is_over(const round_type *round, oa_time began, oa_duration span)
{
    oa_duration passed = oa_clock_now() - began;
    bool stopped = round->stops != NULL && round->stops(round->context);
    return stopped || (span != 0 && (passed >= span || passed < 0));
}

oa_error *oa_outbox_send(oa_store *store, oa_duration span, oa_send_stops *stops, void *context,
                         oa_outbox_report *report, apr_pool_t *pool)
{
    round_type round = {.store = store, .stops = stops, .context = context, .report = report};
    oa_time began = oa_clock_now();
    oa_error *error = NULL;
    bool goes_on = true;
    apr_pool_t *scratch;
    *report = (oa_outbox_report){0};
    apr_pool_create(&scratch, pool);
    while (error == NULL && goes_on && !is_over(&round, began, span)) {
        apr_pool_clear(scratch);
        error = send_one(&round, &goes_on, scratch);
        if (error == NULL && round.mail != NULL && *round.delivery.trouble != '\0') {
            report->trouble = apr_pstrdup(pool, round.delivery.trouble);
        }
    }
    return error;
}
