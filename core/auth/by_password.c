/* SPDX-License-Identifier: Apache-2.0 */
/*
 * E-mail and password. In turns: look up; known from the cache of verified logins? else reserve a place in the store, hash
 * within the host's bound, settle. Who has to wait for a place, or for an identical login, looks up again afterwards.
 * Strangers get one hash and one answer, whatever there is under that e-mail.
 */
#include "core/auth/footing.h"
#include "core/auth/inquiry.h"
#include "core/auth/pace.h"
#include "core/base/text.h"
#include "core/model/status.h"
#include "core/store/attempt.h"

#include <errno.h>

/* Milliseconds. Waits double from the first to the last: rings wake, the limits are for those that were missed. */
enum { WAIT_FIRST = 50, WAIT_LAST = 1000, PATIENCE = 30000 };

typedef struct trial {
    oa_inquiry *inquiry;
    const char *email;              /* normalized; NULL: what was typed is no address */
    const oa_secret *password;
    const oa_place *place;
    bool place_missing;
    const oa_record *record;        /* of the last look-up; NULL: no such account */
    bool open;                      /* its password may be tried */
    unsigned char digest[OA_DIGEST_SIZE]; /* where open */
    int wait;                       /* the next one */
} trial;

static oa_store *store_of(const trial *login)
{
    return login->inquiry->authority->store;
}

static oa_error *look_up(trial *login)
{
    login->record = NULL;
    if (login->email != NULL) {
        OA_TRY(oa_lookup_login(store_of(login), login->email, login->place, &login->record, login->inquiry->pool));
    }
    login->open = login->record != NULL && login->record->account_status == OA_ACCOUNT_VALIDATED &&
                  login->record->password[0] != '\0';
    if (login->open) {
        oa_verified_digest(login->inquiry->authority->verified, login->email, login->password, login->record->password,
                           login->digest);
    }
    return NULL;
}

/* One hash for nothing, so that a refusal takes as long as any. */
static oa_outcome refuse_slowly(const trial *login)
{
    oa_host *host = login->inquiry->authority->host;

    if (!oa_hash_enter(host)) {
        return OA_OVERLOADED;
    }
    (void)oa_password_matches(oa_password_dummy(), (const char *)login->password->bytes, login->password->size);
    oa_hash_leave(host);
    return login->record == NULL ? OA_UNKNOWN : OA_LOGIN_REFUSED;
}

/* Membership and organization are not for somebody to learn who found a password. */
static oa_outcome stand(trial *login)
{
    oa_outcome outcome = oa_inquiry_admit(login->inquiry, login->record, login->place, login->place_missing);

    return outcome == OA_ALLOWED || outcome == OA_FOREIGN_ORG ? outcome : OA_LOGIN_REFUSED;
}

/* A login that this process verified before. */
static oa_outcome admit_verified(trial *login)
{
    oa_inquiry *inquiry = login->inquiry;
    const oa_record *record = login->record;
    bool idle;
    oa_outcome outcome;
    oa_error *error = oa_inquiry_idle(inquiry, record, login->place, &idle);

    if (error != NULL) {
        return oa_inquiry_trouble(inquiry, error);
    }
    outcome = idle ? OA_LOGIN_REFUSED : stand(login);
    if (outcome == OA_LOGIN_REFUSED) {
        return refuse_slowly(login);
    }
    if (record->password_failures > 0 || record->key_failures > 0) {
        error = oa_attempt_clear(store_of(login), record->account_id, true, inquiry->pool);
        if (error != NULL) {
            return oa_inquiry_trouble(inquiry, error);
        }
    }
    if (outcome == OA_ALLOWED) {
        oa_inquiry_note(inquiry, record);
    }
    return outcome;
}

/* The check was not made or is not to stand: nothing is counted. */
static oa_error *refund(trial *login, oa_id account, oa_id attempt)
{
    oa_error *error = oa_attempt_refund(store_of(login), attempt, login->inquiry->pool);

    oa_bell_ring(login->inquiry->authority->bells, account, OA_BELL_ONE);
    return error;
}

static oa_outcome give_back(trial *login, oa_id account, oa_id attempt, oa_outcome outcome)
{
    oa_error *error = refund(login, account, attempt);

    return error == NULL ? outcome : oa_inquiry_trouble(login->inquiry, error);
}

static oa_outcome settle_wrong(trial *login, oa_id account, oa_id attempt)
{
    oa_inquiry *inquiry = login->inquiry;
    oa_error *error = oa_attempt_wrong(store_of(login), account, attempt, inquiry->policy->settings.login_deny_after,
                                       inquiry->question->now, inquiry->question->address_text,
                                       &inquiry->decision->newly_denied, inquiry->pool);

    if (error != NULL) {
        return oa_inquiry_trouble(inquiry, error);
    }
    if (inquiry->decision->newly_denied) { /* else the place is used up, and nobody need look */
        oa_bell_ring(inquiry->authority->bells, account, OA_BELL_ALL);
    }
    return OA_WRONG_SECRET;
}

static oa_outcome settle_right(trial *login, oa_id account, oa_id attempt)
{
    oa_inquiry *inquiry = login->inquiry;
    bool idle, allowed;
    oa_error *error = oa_inquiry_idle(inquiry, login->record, login->place, &idle);

    if (error != NULL || idle) {
        return give_back(login, account, attempt,
                         error == NULL ? OA_LOGIN_REFUSED : oa_inquiry_trouble(inquiry, error));
    }
    error = oa_attempt_right(store_of(login), account, attempt, inquiry->question->now, &allowed, inquiry->pool);
    oa_bell_ring(inquiry->authority->bells, account,
                 login->record->password_failures + login->record->key_failures > 0 ? OA_BELL_ALL : OA_BELL_ONE);
    if (error != NULL) {
        return oa_inquiry_trouble(inquiry, error);
    }
    if (!allowed) {
        return OA_LOGIN_REFUSED;
    }
    oa_verified_put(inquiry->authority->verified, login->digest);
    return stand(login);
}

typedef enum finding { RIGHT, WRONG, NOT_MADE } finding;

/* The one costly step. libsodium tells by errno when it found no memory: that is nobody's mistake. */
static finding verify(const trial *login)
{
    oa_host *host = login->inquiry->authority->host;
    bool right;
    int error;

    if (!oa_hash_enter(host)) {
        return NOT_MADE;
    }
    oa_hash_note(host);
    errno = 0;
    right = oa_password_matches(login->record->password, (const char *)login->password->bytes, login->password->size);
    error = errno;
    oa_hash_leave(host);
    return right ? RIGHT : error == ENOMEM ? NOT_MADE : WRONG;
}

static bool is_unchanged(const trial *login, const oa_record *before)
{
    return login->open && login->record->account_id == before->account_id &&
           strcmp(login->record->password, before->password) == 0;
}

/* The password matches what was looked up before the hash. False: that was changed meanwhile, look again. */
static bool settle_match(trial *login, oa_id attempt, oa_outcome *outcome)
{
    const oa_record *before = login->record;
    oa_error *error = look_up(login);

    if (error != NULL) {
        *outcome = give_back(login, before->account_id, attempt, oa_inquiry_trouble(login->inquiry, error));
        return true;
    }
    if (is_unchanged(login, before)) {
        *outcome = settle_right(login, before->account_id, attempt);
        return true;
    }
    error = refund(login, before->account_id, attempt);
    *outcome = error == NULL ? OA_LOGIN_REFUSED : oa_inquiry_trouble(login->inquiry, error);
    return error != NULL;
}

/* With a place reserved. False: look again. */
static bool check(trial *login, oa_id attempt, oa_outcome *outcome)
{
    oa_id account = login->record->account_id;
    finding found = verify(login);

    if (found == RIGHT) {
        return settle_match(login, attempt, outcome);
    }
    *outcome = found == WRONG ? settle_wrong(login, account, attempt)
                              : give_back(login, account, attempt, OA_OVERLOADED);
    return true;
}

static void wait_for_place(trial *login, uint32_t state)
{
    oa_bell_wait(login->inquiry->authority->bells, login->record->account_id, state, login->wait);
    login->wait = login->wait * 2 < WAIT_LAST ? login->wait * 2 : WAIT_LAST;
}

/* False: had to wait for a place, look again. */
static bool reserve_and_check(trial *login, oa_outcome *outcome)
{
    oa_inquiry *inquiry = login->inquiry;
    oa_id account = login->record->account_id, attempt;
    oa_duration waited = oa_pace_now() - inquiry->began;
    uint32_t state = oa_bell_state(inquiry->authority->bells, account);
    oa_reservation reservation;
    oa_error *error = oa_attempt_reserve(store_of(login), account, inquiry->policy->settings.login_deny_after,
                                         inquiry->question->now + waited, &reservation, &attempt, inquiry->pool);

    if (error != NULL && error->code == OA_CONFLICT) {
        return false; /* two processes made one id by chance, or the account is gone */
    }
    if (error != NULL) {
        *outcome = oa_inquiry_trouble(inquiry, error);
        return true;
    }
    if (reservation == OA_PLACE_NONE) {
        wait_for_place(login, state);
        return false;
    }
    if (reservation == OA_PLACE_REFUSED) {
        *outcome = OA_LOGIN_REFUSED;
        return true;
    }
    return check(login, attempt, outcome);
}

/* False: an identical login was under way or just ended, look again. */
static bool try_password(trial *login, oa_outcome *outcome)
{
    oa_authority *authority = login->inquiry->authority;
    unsigned char digest[OA_DIGEST_SIZE]; /* look_up may change the login's */
    oa_flight flight;
    bool done;

    memcpy(digest, login->digest, sizeof(digest));
    if (!oa_flight_join(authority->flights, &flight, digest, WAIT_LAST)) {
        return false;
    }
    done = !oa_verified_has(authority->verified, digest) && reserve_and_check(login, outcome);
    oa_flight_leave(authority->flights, &flight);
    return done;
}

static oa_outcome judge(trial *login)
{
    bool waited = false;
    oa_outcome outcome;
    oa_error *error;

    /* Before anything is known of the password: an answer that only a right one gets, without a count, is all that a guesser needs. */
    if (oa_inquiry_is_throttled(login->inquiry)) {
        return OA_THROTTLED;
    }
    for (;; waited = true) {
        error = look_up(login);
        if (error != NULL) {
            return oa_inquiry_trouble(login->inquiry, error);
        }
        if (login->open && oa_verified_has(login->inquiry->authority->verified, login->digest)) {
            return admit_verified(login);
        }
        if (!login->open) {
            return waited ? OA_LOGIN_REFUSED : refuse_slowly(login);
        }
        if (waited && oa_inquiry_is_throttled(login->inquiry)) { /* by those that it waited for */
            return OA_THROTTLED;
        }
        if (oa_pace_now() - login->inquiry->began > PATIENCE) {
            return OA_OVERLOADED;
        }
        if (try_password(login, &outcome)) {
            return outcome;
        }
    }
}

oa_outcome oa_judge_password(oa_inquiry *inquiry, const char *email, const oa_secret *password)
{
    trial login = {.inquiry = inquiry, .password = password, .wait = WAIT_FIRST};
    oa_outcome outcome;
    oa_error *error = oa_inquiry_place(inquiry, &login.place, &login.place_missing);

    if (error != NULL) {
        return oa_inquiry_trouble(inquiry, error);
    }
    if (email == NULL || oa_email_normalize(NULL, email, &login.email, inquiry->pool) != NULL) {
        login.email = NULL;
    }
    inquiry->decision->claimed = login.email;
    outcome = judge(&login);
    oa_wipe(login.digest, sizeof(login.digest));
    return outcome;
}
