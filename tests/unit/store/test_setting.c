/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/store/nouns.h"

#include "core/store/setting.h"

static void a_value_is_kept_changed_and_taken_back(void **state)
{
    nouns n = nouns_begin(state);
    const char *value;
    assert_ok(oa_setting_get(n.db, "login.deny_after", &value, n.pool));
    assert_null(value);
    assert_ok(oa_setting_put(n.db, "login.deny_after", "5"));
    assert_ok(oa_setting_put(n.db, "login.deny_after", "6"));
    assert_ok(oa_setting_get(n.db, "login.deny_after", &value, n.pool));
    assert_string_equal(value, "6");
    assert_ok(oa_setting_put(n.db, "login.deny_after", NULL));
    assert_ok(oa_setting_get(n.db, "login.deny_after", &value, n.pool));
    assert_null(value);
    nouns_end(&n);
}

static void a_stored_value_that_is_wrong_counts_as_not_set(void **state)
{
    nouns n = nouns_begin(state);
    oa_settings settings;
    assert_ok(oa_setting_put(n.db, "login.deny_after", "many"));
    assert_ok(oa_setting_put(n.db, "password.min_length", "9"));
    assert_ok(oa_setting_put(n.db, "of.another.version", "x"));
    assert_ok(oa_setting_load(n.db, &settings, n.pool));
    assert_int_equal(settings.login_deny_after, 10);
    assert_int_equal(settings.password_min_length, 9);
    nouns_end(&n);
}

OA_TESTS(STORE_TEST(a_value_is_kept_changed_and_taken_back), STORE_TEST(a_stored_value_that_is_wrong_counts_as_not_set))
