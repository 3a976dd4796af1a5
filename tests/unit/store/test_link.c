/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/store/nouns.h"

#include "core/store/link.h"

static const unsigned char one[OA_DIGEST_SIZE] = {1}, two[OA_DIGEST_SIZE] = {2};

static void a_link_is_used_once_and_looking_uses_nothing(void **state)
{
    nouns n = nouns_begin(state);
    oa_id account;
    assert_ok(oa_link_insert(n.db, one, OA_LINK_RESET, BOB, 5, 90));
    for (int i = 0; i < 2; i++) {
        assert_ok(oa_link_find(n.db, one, OA_LINK_RESET, 6, &account));
        assert_int_equal(account, BOB);
    }
    assert_ok(oa_link_use(n.db, two, OA_LINK_RESET, 6, &account));
    assert_int_equal(account, 0);
    assert_ok(oa_link_use(n.db, one, (oa_purpose)2, 6, &account));
    assert_int_equal(account, 0);
    assert_ok(oa_link_use(n.db, one, OA_LINK_RESET, 6, &account));
    assert_int_equal(account, BOB);
    assert_ok(oa_link_use(n.db, one, OA_LINK_RESET, 6, &account));
    assert_int_equal(account, 0);
    nouns_end(&n);
}

static void one_of_a_clock_far_ahead_is_none(void **state)
{
    nouns n = nouns_begin(state);
    oa_id account;
    int64_t count;
    assert_ok(oa_link_insert(n.db, one, OA_LINK_RESET, BOB, 300 * OA_DAY, 301 * OA_DAY));
    assert_ok(oa_link_find(n.db, one, OA_LINK_RESET, 6, &account));
    assert_int_equal(account, 0);
    assert_ok(oa_link_use(n.db, one, OA_LINK_RESET, 6, &account));
    assert_int_equal(account, 0);
    assert_ok(oa_link_count(n.db, BOB, OA_LINK_RESET, 6, &count));
    assert_int_equal(count, 0);
    nouns_end(&n);
}

static void it_ends_with_its_time_or_when_it_is_made_void(void **state)
{
    nouns n = nouns_begin(state);
    oa_id account;
    int64_t count;
    assert_ok(oa_link_insert(n.db, one, OA_LINK_RESET, BOB, 5, 90));
    assert_ok(oa_link_insert(n.db, two, OA_LINK_RESET, ADA, 5, 90));
    assert_ok(oa_link_use(n.db, one, OA_LINK_RESET, 90, &account));
    assert_int_equal(account, 0);
    assert_ok(oa_link_count(n.db, BOB, OA_LINK_RESET, 89, &count));
    assert_int_equal(count, 1);
    assert_ok(oa_link_void(n.db, BOB, 7));
    assert_ok(oa_link_count(n.db, BOB, OA_LINK_RESET, 89, &count));
    assert_int_equal(count, 0);
    assert_ok(oa_link_count(n.db, ADA, OA_LINK_RESET, 89, &count));
    assert_int_equal(count, 1);
    assert_ok(oa_link_sweep(n.db, 89, 10, &count));
    assert_int_equal(count, 0);
    assert_ok(oa_link_sweep(n.db, 90, 1, &count));
    assert_int_equal(count, 1);
    nouns_end(&n);
}

OA_TESTS(STORE_TEST(one_of_a_clock_far_ahead_is_none), STORE_TEST(a_link_is_used_once_and_looking_uses_nothing), STORE_TEST(it_ends_with_its_time_or_when_it_is_made_void))
