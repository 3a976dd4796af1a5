/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/store/nouns.h"

#include "core/store/lease.h"

static const oa_time now = INT64_C(1795442400000);

static bool take(nouns *n, oa_id holder, oa_time at)
{
    bool is_free, taken;
    assert_ok(oa_lease_is_free(n->db, "x", holder, at, OA_MINUTE, &is_free));
    assert_ok(oa_lease_take(n->db, "x", holder, at, OA_MINUTE, &taken));
    assert_int_equal(is_free, taken);
    return taken;
}

static void one_holds_it_until_it_ends(void **state)
{
    nouns n = nouns_begin(state);
    assert_true(take(&n, 1, now));
    assert_false(take(&n, 2, now));
    assert_false(take(&n, 2, now + OA_MINUTE - 1));
    assert_true(take(&n, 2, now + OA_MINUTE));
    assert_false(take(&n, 1, now + OA_MINUTE));
    nouns_end(&n);
}

static void its_holder_may_hold_on(void **state)
{
    nouns n = nouns_begin(state);
    assert_true(take(&n, 1, now));
    assert_true(take(&n, 1, now + OA_MINUTE - 1));
    assert_false(take(&n, 2, now + OA_MINUTE));
    nouns_end(&n);
}

static void only_its_holder_gives_it_back(void **state)
{
    nouns n = nouns_begin(state);
    assert_true(take(&n, 1, now));
    assert_ok(oa_lease_give(n.db, "x", 2));
    assert_false(take(&n, 2, now));
    assert_ok(oa_lease_give(n.db, "x", 1));
    assert_true(take(&n, 2, now));
    nouns_end(&n);
}

static void one_of_a_clock_far_ahead_is_void(void **state)
{
    nouns n = nouns_begin(state);
    assert_true(take(&n, 1, now + OA_DAY));
    assert_true(take(&n, 2, now));
    nouns_end(&n);
}

static void names_are_apart(void **state)
{
    nouns n = nouns_begin(state);
    bool taken;
    assert_true(take(&n, 1, now));
    assert_ok(oa_lease_take(n.db, "y", 2, now, OA_MINUTE, &taken));
    assert_true(taken);
    nouns_end(&n);
}

OA_TESTS(STORE_TEST(one_holds_it_until_it_ends), STORE_TEST(its_holder_may_hold_on),
         STORE_TEST(only_its_holder_gives_it_back), STORE_TEST(one_of_a_clock_far_ahead_is_void),
         STORE_TEST(names_are_apart))
