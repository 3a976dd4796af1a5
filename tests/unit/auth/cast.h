/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A store with a cast that has one of every kind, for the tests of decisions. Organizations: top, below it acme, below it sub; beside
 * them other, and closed, which is suspended. acme has the Web API "reports", other has "prices".
 * The key of account N is 1000 + N.
 */
#ifndef OA_TESTS_CAST_H
#define OA_TESTS_CAST_H

#include "tests/unit/unit.h"

#include "core/auth/decide.h"

enum { TOP = 10, ACME = 100, SUB = 1000, OTHER = 200, CLOSED = 300 };

enum {
    JANE = 1,  /* Editor of acme, reach: acme alone */
    BOSS,      /* Administrator of acme and below */
    ROOT,      /* SuperAdmin, at top */
    DENIED, BANNED, INACTIVE,
    GONE,      /* deactivated in acme */
    LEFT,      /* removed from acme */
    OUT,       /* Editor of other, has "reports" attached; the key is of acme */
    ROBOT,     /* API User of acme without a password */
    IDLE,      /* Editor of acme, not seen for 100 days */
    SHUT,      /* Editor of closed */
    VIEWER,    /* of top and below */
    SERVICE,   /* of "reports" */
    PRICES,    /* of "prices" */
    LOCAL,     /* Administrator of acme and below, but deactivated in sub */
    GUEST,     /* no member of anything, has "reports" attached; the key is of acme */
    NOBODY,    /* no member of anything, nothing attached */
    ACCOUNTS
};

enum { EXPIRED_KEY = 2001, REVOKED_KEY, NETWORK_KEY, JWT_KEY, NEW_KEY, OLD_KEY, EXPIRING_KEY, OUT_KEY /* of other */, NO_KEY };

#define CAST_PASSWORD "correct horse battery staple"
#define CAST_NOW INT64_C(1795442400000)

typedef struct cast {
    apr_pool_t *pool;
    const char *directory;
    oa_store *store;     /* NULL after cast_leave_store */
    oa_host *host;
    oa_authority *authority;
    apr_pool_t *store_pool;
} cast;

/* For cmocka: *state is a cast. */
int cast_begin(void **state);
int cast_end(void **state);
#define CAST_TEST(function) cmocka_unit_test_setup_teardown(function, cast_begin, cast_end)

/* Gives the store up before a fork, and takes it (again) in a child or afterwards. */
void cast_leave_store(cast *all);
void cast_enter_store(cast *all);

/* Pass literals as SQL. */
void cast_run(cast *all, const char *sql);
int64_t cast_int(cast *all, const char *sql);

/* "Bearer oak_…" of a key; a wrong one has one bit of its secret flipped and a right checksum. */
const char *cast_bearer(cast *all, oa_id key);
const char *cast_wrong_bearer(cast *all, oa_id key);
const char *cast_basic(cast *all, const char *user, const char *password);
const char *cast_email(oa_id account);

/* From 192.0.2.1, secure, at CAST_NOW, all ways accepted, at the place `org`. */
oa_question cast_question(const char *authorization, const char *org);
const oa_decision *cast_ask(cast *all, const char *authorization, const char *org);

#define assert_outcome(decision, wanted)                                                                               \
    do {                                                                                                               \
        const oa_decision *assert_decision_ = (decision);                                                              \
        if (assert_decision_->outcome != (wanted)) {                                                                   \
            fail_msg("%s:%d: %s instead of %s (%s)", __FILE__, __LINE__,                                               \
                     oa_outcome_of(assert_decision_->outcome)->name, oa_outcome_of(wanted)->name,                      \
                     assert_decision_->trouble != NULL ? assert_decision_->trouble : "-");                             \
        }                                                                                                              \
    } while (0)

#endif
