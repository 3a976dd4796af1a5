/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/admin/cast.h"

#include "core/model/setting.h"

static void a_list_has_every_setting_with_its_default(void **state)
{
    cast *c = *state;
    size_t count = 0;
    while (oa_setting_rows[count].name != NULL) {
        count++;
    }
    DO("setting.list", "{}");
    assert_int_equal(oa_json_size(cast_items(c)), count);
    DO("setting.get", "{'name': 'login.deny_after'}");
    assert_string_equal(cast_text(c, "value"), "10");
    assert_false(oa_json_get_bool(c->result, "is_set"));
}

static void a_right_value_is_kept_and_an_empty_one_brings_the_default_back(void **state)
{
    cast *c = *state;
    DO("setting.set", "{'name': 'login.deny_after', 'value': '5'}");
    DO("setting.get", "{'name': 'login.deny_after'}");
    assert_string_equal(cast_text(c, "value"), "5");
    assert_string_equal(cast_text(c, "default"), "10");
    assert_true(oa_json_get_bool(c->result, "is_set"));
    DO("setting.set", "{'name': 'login.deny_after', 'value': ''}");
    assert_string_equal(cast_text(c, "value"), "10");
    assert_int_equal(cast_int(c, "SELECT count(*) FROM setting"), 0);
}

static void a_wrong_value_or_name_is_refused(void **state)
{
    static const struct {
        const char *arguments;
        oa_code code;
    } cases[] = {
        {"{'name': 'login.deny_after', 'value': 'ten'}", OA_INVALID},
        {"{'name': 'login.deny_after', 'value': '-1'}", OA_INVALID},
        {"{'name': 'password.min_length', 'value': '7'}", OA_INVALID},
        {"{'name': 'login.throttle', 'value': '60'}", OA_INVALID},
        {"{'name': 'key.reveal', 'value': 'perhaps'}", OA_INVALID},
        {"{'name': 'login.deny', 'value': '5'}", OA_NOT_FOUND},
        {"{'name': 'login.deny_after'}", OA_USAGE},
    };
    cast *c = *state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        REFUSED(cases[i].code, "setting.set", cases[i].arguments);
    }
    REFUSED(OA_NOT_FOUND, "setting.get", "{'name': 'x'}");
    assert_int_equal(cast_int(c, "SELECT count(*) FROM setting"), 0);
}

static void what_names_a_file_of_the_host_is_for_the_local_operator(void **state)
{
    static const char *const settings[] = {"{'name': 'mail.password_file', 'value': '/etc/orgauth/secret'}",
                                           "{'name': 'mail.relay', 'value': 'sendmail:/bin/sh'}", "{'name': 'mail.relay', 'value': 'sendmail:'}"};
    cast *c = *state;
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        REFUSED_AS(OA_NOT_ALLOWED, "super@site.example", "setting.set", settings[i]);
        DO("setting.set", settings[i]);
    }
}

/* The relay is told what that file holds. */
static void who_cannot_name_the_password_file_does_not_send_it_to_another_relay(void **state)
{
    cast *c = *state;
    DO("setting.set", "{'name': 'mail.relay', 'value': 'smtps://mail.example'}");
    DO("setting.set", "{'name': 'mail.password_file', 'value': '/etc/orgauth/mail-password'}");
    AS("super@site.example", "setting.set", "{'name': 'mail.user', 'value': 'orgauth'}");
    AS("super@site.example", "setting.set", "{'name': 'mail.relay', 'value': 'smtps://mail.example'}");
    REFUSED_AS(OA_NOT_ALLOWED, "super@site.example", "setting.set", "{'name': 'mail.relay', 'value': 'smtps://mine.example'}");
    AS("super@site.example", "setting.set", "{'name': 'mail.relay', 'value': ''}");
    REFUSED_AS(OA_NOT_ALLOWED, "super@site.example", "setting.set", "{'name': 'mail.relay', 'value': 'smtps://mine.example'}");
    AS("super@site.example", "setting.set", "{'name': 'mail.password_file', 'value': ''}");
    AS("super@site.example", "setting.set", "{'name': 'mail.relay', 'value': 'smtps://mine.example'}");
    DO("setting.set", "{'name': 'mail.password_file', 'value': '/etc/orgauth/mail-password'}");
    DO("setting.set", "{'name': 'mail.relay', 'value': 'smtps://other.example'}");
}

OA_TESTS(CAST_TEST(what_names_a_file_of_the_host_is_for_the_local_operator),
         CAST_TEST(who_cannot_name_the_password_file_does_not_send_it_to_another_relay),
         EMPTY_CAST_TEST(a_list_has_every_setting_with_its_default),
         EMPTY_CAST_TEST(a_right_value_is_kept_and_an_empty_one_brings_the_default_back),
         EMPTY_CAST_TEST(a_wrong_value_or_name_is_refused))
