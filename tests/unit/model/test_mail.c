/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "core/model/mail.h"

static const oa_time now = INT64_C(1795442400000);

static void pauses_grow_to_six_hours(void **state)
{
    static const oa_duration pauses[] = {OA_MINUTE, 5 * OA_MINUTE, 15 * OA_MINUTE, OA_HOUR,
                                         3 * OA_HOUR, 6 * OA_HOUR, 6 * OA_HOUR};
    (void)state;
    for (int64_t tries = 1; tries <= 7; tries++) {
        assert_int_equal(oa_mail_next_try(tries, now, now + OA_MAIL_LIFE), now + pauses[tries - 1]);
    }
    assert_int_equal(oa_mail_next_try(INT64_MAX, now, now + OA_MAIL_LIFE), now + 6 * OA_HOUR);
    assert_int_equal(oa_mail_next_try(0, now, now + OA_MAIL_LIFE), now + OA_MINUTE);
}

/* As if every try failed at once. */
static void after_five_days_it_is_given_up(void **state)
{
    oa_time end = oa_mail_give_up_at(now, 0), at = now, last = now;
    (void)state;
    for (int64_t tries = 1; at != 0; tries++) {
        last = at;
        at = oa_mail_next_try(tries, at, end);
        assert_true(tries < 100);
    }
    assert_true(last < now + 5 * OA_DAY && last >= now + 5 * OA_DAY - 6 * OA_HOUR);
}

static void a_mail_is_given_up_when_its_link_expires(void **state)
{
    (void)state;
    assert_int_equal(oa_mail_give_up_at(now, now + OA_HOUR), now + OA_HOUR);
    assert_int_equal(oa_mail_give_up_at(now, now + 7 * OA_DAY), now + OA_MAIL_LIFE);
    assert_int_equal(oa_mail_next_try(3, now, now + 15 * OA_MINUTE), 0);
}

static void only_what_is_about_the_mail_is_refused_for_good(void **state)
{
    static const struct {
        int reply;
        bool for_good;
    } cases[] = {{250, false}, {421, false}, {450, false}, {451, false}, {500, false}, {530, false}, {535, false},
                 {550, true},  {551, true},  {552, true},  {553, true},  {554, true},  {0, false},   {600, false}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(oa_mail_is_refused_for_good(cases[i].reply), cases[i].for_good);
    }
}

static void states_have_names(void **state)
{
    oa_mail_status status;
    (void)state;
    for (int i = OA_MAIL_WAITING; i <= OA_MAIL_GIVEN_UP; i++) {
        assert_true(oa_mail_status_parse(oa_mail_status_name(i), &status) && (int)status == i);
    }
    assert_string_equal(oa_mail_status_name(0), "?");
    assert_string_equal(oa_mail_status_name(4), "?");
    assert_false(oa_mail_status_parse("sent", &status) || oa_mail_status_parse(NULL, &status));
}

OA_TESTS(cmocka_unit_test(pauses_grow_to_six_hours), cmocka_unit_test(after_five_days_it_is_given_up),
         cmocka_unit_test(a_mail_is_given_up_when_its_link_expires),
         cmocka_unit_test(only_what_is_about_the_mail_is_refused_for_good), cmocka_unit_test(states_have_names))
