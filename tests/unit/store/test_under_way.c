/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/store/fixture.h"

#include "core/store/attempt.h"
#include "core/store/under_way.h"

enum { LIMIT = 3 };

static const oa_time sometime = INT64_C(1795442400000);

static oa_reservation reserve(fixture *f, oa_time now, oa_id *attempt)
{
    oa_reservation reservation;
    assert_ok(oa_attempt_reserve(f->store, ADA, LIMIT, now, &reservation, attempt, f->pool));
    return reservation;
}

static void test_whoever_is_spoken_for_keeps_the_place(void **state)
{
    fixture *f = *state;
    oa_id attempt;
    oa_time later = sometime + OA_ATTEMPT_LIFE / 2;
    for (int i = 0; i < LIMIT; i++) {
        assert_int_equal(reserve(f, sometime, &attempt), OA_PLACE_TAKEN);
    }
    assert_ok(oa_under_way_renew(f->store, later, f->pool));
    assert_int_equal(reserve(f, later + OA_ATTEMPT_LIFE, &attempt), OA_PLACE_NONE);
    assert_int_equal(reserve(f, later + OA_ATTEMPT_LIFE + 1, &attempt), OA_PLACE_TAKEN);
}

static oa_error *settle(fixture *f, int how, oa_id attempt)
{
    bool done;
    return how == 0   ? oa_attempt_right(f->store, ADA, attempt, sometime, &done, f->pool)
           : how == 1 ? oa_attempt_wrong(f->store, ADA, attempt, LIMIT, sometime, "", &done, f->pool)
                      : oa_attempt_refund(f->store, attempt, f->pool);
}

static void test_nobody_speaks_for_what_is_settled(void **state)
{
    fixture *f = *state;
    for (int how = 0; how < 3; how++) {
        oa_id attempt, other;
        assert_int_equal(reserve(f, sometime, &attempt), OA_PLACE_TAKEN);
        assert_int_equal(reserve(f, sometime, &other), OA_PLACE_TAKEN);
        assert_ok(settle(f, how, attempt));
        fixture_sql(f, apr_psprintf(f->pool, "INSERT INTO attempt (id, account_id, started_at) VALUES (%" APR_INT64_T_FMT ", 20, 1)", attempt));
        assert_ok(oa_under_way_renew(f->store, sometime + 1, f->pool));
        assert_int_equal(fixture_int(f, "SELECT COUNT(*) FROM attempt WHERE started_at = 1"), 1);
        assert_int_equal(fixture_int(f, apr_psprintf(f->pool, "SELECT COUNT(*) FROM attempt WHERE started_at = %" APR_INT64_T_FMT, sometime + 1)), 1);
        assert_ok(oa_attempt_refund(f->store, other, f->pool));
        fixture_sql(f, "DELETE FROM attempt");
    }
}

static void test_of_very_many_the_first_are_spoken_for(void **state)
{
    fixture *f = *state;
    for (oa_id attempt = 1; attempt <= OA_UNDER_WAY_MOST + 1; attempt++) {
        oa_under_way_begin(f->store, attempt);
    }
    fixture_sql(f, apr_psprintf(f->pool, "INSERT INTO attempt (id, account_id, started_at) VALUES (1, 20, 1), (%d, 20, 1), (%d, 20, 1)",
                                (int)OA_UNDER_WAY_MOST, (int)OA_UNDER_WAY_MOST + 1));
    assert_ok(oa_under_way_renew(f->store, sometime, f->pool));
    assert_int_equal(fixture_int(f, "SELECT SUM(started_at > 1) FROM attempt"), 2);
    for (oa_id attempt = 1; attempt <= OA_UNDER_WAY_MOST + 1; attempt++) {
        oa_under_way_end(f->store, attempt);
    }
    fixture_sql(f, "UPDATE attempt SET started_at = 1");
    assert_ok(oa_under_way_renew(f->store, sometime, f->pool));
    assert_int_equal(fixture_int(f, "SELECT SUM(started_at > 1) FROM attempt"), 0);
}

OA_TESTS(STORE_TEST(test_whoever_is_spoken_for_keeps_the_place), STORE_TEST(test_nobody_speaks_for_what_is_settled),
         STORE_TEST(test_of_very_many_the_first_are_spoken_for))
