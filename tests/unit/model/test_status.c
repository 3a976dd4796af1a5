/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "core/model/status.h"

#define COUNT(cases) (sizeof(cases) / sizeof((cases)[0]))

static const struct {
    const char *(*name_of)(int);
    int number;
    const char *name;
} names[] = {
    {oa_account_status_name, 1, "VALIDATED"},    {oa_account_status_name, 2, "DENIED"},
    {oa_account_status_name, 3, "BANNED"},       {oa_account_status_name, 4, "INACTIVE"},
    {oa_account_status_name, 0, "?"},            {oa_account_status_name, 5, "?"},
    {oa_account_status_name, -1, "?"},           {oa_membership_status_name, 1, "ACTIVE"},
    {oa_membership_status_name, 2, "DEACTIVATED"}, {oa_membership_status_name, 3, "REMOVED"},
    {oa_membership_status_name, 4, "?"},         {oa_invitation_status_name, 1, "PENDING"},
    {oa_invitation_status_name, 2, "ACCEPTED"},  {oa_invitation_status_name, 3, "EXPIRED"},
    {oa_invitation_status_name, 4, "REVOKED"},   {oa_invitation_status_name, 5, "?"},
};

static void test_names_of_stored_numbers(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(names); i++) {
        assert_string_equal(names[i].name_of(names[i].number), names[i].name);
    }
}

static void test_the_one_status_of_a_list(void **state)
{
    (void)state;
    for (int account = 1; account <= 4; account++) {
        assert_string_equal(oa_listed_status(account, OA_MEMBERSHIP_ACTIVE), oa_account_status_name(account));
        assert_string_equal(oa_listed_status(account, OA_MEMBERSHIP_REMOVED), oa_account_status_name(account));
        assert_string_equal(oa_listed_status(account, OA_MEMBERSHIP_DEACTIVATED), "DEACTIVATED");
    }
}

static void test_the_words_of_a_list_are_read_exactly(void **state)
{
    (void)state;
    static const char *const words[] = {"VALIDATED", "DENIED", "BANNED", "INACTIVE", "DEACTIVATED", "INVITED"};
    static const char *const others[] = {NULL, "", "invited", "ACTIVE", "REMOVED", "?"};
    for (int i = 0; i < (int)COUNT(words); i++) {
        assert_int_equal(oa_listed_status_parse(words[i]), i + 1);
        assert_int_equal(oa_listed_status_parse(others[i]), 0);
    }
}

static void test_idle(void **state)
{
    (void)state;
    static const struct {
        oa_time last_seen;
        oa_duration after;
        oa_time now;
        bool idle;
    } cases[] = {
        {1000, 90 * OA_DAY, 1000 + 90 * OA_DAY, false},
        {1000, 90 * OA_DAY, 1001 + 90 * OA_DAY, true},
        {1000, 0, INT64_MAX, false},            /* never */
        {1000, -1, INT64_MAX, false},
        {5000, 1000, 1000, false},              /* seen in the future: a clock jumped */
        {INT64_MAX, 1000, 0, false},
        {0, 1000, INT64_MAX, true},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_int_equal(oa_account_is_idle(cases[i].last_seen, cases[i].after, cases[i].now), cases[i].idle);
    }
}

OA_TESTS(cmocka_unit_test(test_names_of_stored_numbers),
         cmocka_unit_test(test_the_one_status_of_a_list), cmocka_unit_test(test_the_words_of_a_list_are_read_exactly), cmocka_unit_test(test_idle))
