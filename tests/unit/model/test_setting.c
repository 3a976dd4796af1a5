/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "core/model/setting.h"

#include <apr_strings.h>

#define COUNT(cases) (sizeof(cases) / sizeof((cases)[0]))

static void test_defaults(void **state)
{
    oa_settings settings;
    memset(&settings, 0x55, sizeof(settings));
    oa_settings_init(&settings, *state);
    assert_int_equal(settings.login_deny_after, 10);
    assert_int_equal(settings.login_throttle.count, 60);
    assert_true(settings.login_throttle.window == 60 * OA_SECOND);
    assert_true(settings.login_inactive_after == 90 * OA_DAY);
    assert_true(settings.invitation_valid_for == 7 * OA_DAY);
    assert_true(settings.reset_valid_for == 30 * OA_MINUTE);
    assert_int_equal(settings.password_min_length, 15);
    assert_true(settings.session_idle == 30 * OA_MINUTE);
    assert_true(settings.session_lifetime == 12 * OA_HOUR);
    assert_false(settings.key_reveal);
    assert_int_equal(settings.messages_keep_count, 1000);
    assert_true(settings.messages_keep_age == 90 * OA_DAY);
    assert_null(settings.site_public_url);
    assert_null(settings.site_name);
    assert_null(settings.mail_relay);
    assert_null(settings.mail_from);
    assert_null(settings.mail_user);
    assert_null(settings.mail_password_file);
}

/* In the largest unit that divides it. */
static const char *spelled(oa_duration duration, apr_pool_t *pool)
{
    static const struct {
        oa_duration length;
        const char *letter;
    } units[] = {{OA_DAY, "d"}, {OA_HOUR, "h"}, {OA_MINUTE, "m"}, {OA_SECOND, "s"}};
    size_t i = 0;
    while (duration % units[i].length != 0) {
        i++;
    }
    return duration == 0 ? "0" : apr_psprintf(pool, "%d%s", (int)(duration / units[i].length), units[i].letter);
}

/* What a setting reads as after parsing, in one text. */
static const char *value_of(const oa_settings *s, const char *name, apr_pool_t *pool)
{
    const struct {
        const char *name;
        const char *value;
    } values[] = {
        {"login.deny_after", apr_itoa(pool, s->login_deny_after)},
        {"login.throttle", apr_psprintf(pool, "%d/%s", s->login_throttle.count, spelled(s->login_throttle.window, pool))},
        {"login.inactive_after", spelled(s->login_inactive_after, pool)},
        {"invitation.valid_for", spelled(s->invitation_valid_for, pool)},
        {"reset.valid_for", spelled(s->reset_valid_for, pool)},
        {"password.min_length", apr_itoa(pool, s->password_min_length)},
        {"session.idle", spelled(s->session_idle, pool)},
        {"session.lifetime", spelled(s->session_lifetime, pool)},
        {"key.reveal", s->key_reveal ? "on" : "off"},
        {"messages.keep", apr_psprintf(pool, "%d/%s", s->messages_keep_count, spelled(s->messages_keep_age, pool))},
        {"site.public_url", s->site_public_url},
        {"site.name", s->site_name},
        {"mail.relay", s->mail_relay},
        {"mail.from", s->mail_from},
        {"mail.user", s->mail_user},
        {"mail.password_file", s->mail_password_file},
    };
    for (size_t i = 0; i < COUNT(values); i++) {
        if (strcmp(values[i].name, name) == 0) {
            return values[i].value;
        }
    }
    fail_msg("no such setting: %s", name);
    return NULL;
}

static const struct {
    const char *name, *text, *value;
} good[] = {
    {"login.deny_after", "0", "0"},
    {"login.deny_after", "1", "1"},
    {"login.deny_after", "1000", "1000"},
    {"login.throttle", "0", "0/0"},
    {"login.throttle", "60/60s", "60/1m"},
    {"login.throttle", "1/1s", "1/1s"},
    {"login.throttle", "1000000/1d", "1000000/1d"},
    {"login.throttle", "0/60s", "0/1m"},
    {"login.inactive_after", "0", "0"},
    {"login.inactive_after", "12w", "84d"},
    {"invitation.valid_for", "7d", "7d"},
    {"invitation.valid_for", "365d", "365d"},
    {"reset.valid_for", "7d", "7d"},
    {"password.min_length", "8", "8"},
    {"password.min_length", "128", "128"},
    {"session.idle", "30d", "30d"},
    {"session.lifetime", "1s", "1s"},
    {"key.reveal", "on", "on"},
    {"key.reveal", "off", "off"},
    {"messages.keep", "0/1s", "0/1s"},
    {"messages.keep", "1000000/52w", "1000000/364d"},
    {"site.public_url", "https://auth.example.org", "https://auth.example.org"},
    {"site.public_url", "https://auth.example.org/", "https://auth.example.org"},
    {"site.public_url", "http://localhost:8080/orgauth//", "http://localhost:8080/orgauth"},
    {"site.public_url", "http://[::1]:8080/a/b", "http://[::1]:8080/a/b"},
    {"site.public_url", "http://127.0.0.1", "http://127.0.0.1"},
    {"site.name", " Acme ", "Acme"},
    {"mail.relay", "smtp://mail.example.org", "smtp://mail.example.org"},
    {"mail.relay", "smtps://mail.example.org:465", "smtps://mail.example.org:465"},
    {"mail.relay", "smtp://[::1]:25", "smtp://[::1]:25"},
    {"mail.relay", "sendmail:", "sendmail:"},
    {"mail.relay", "sendmail:/usr/sbin/sendmail", "sendmail:/usr/sbin/sendmail"},
    {"mail.from", "No-Reply@Example.org", "no-reply@example.org"},
    {"mail.user", "mailer", "mailer"},
    {"mail.password_file", "/etc/orgauth/mail", "/etc/orgauth/mail"},
};

static void test_values_that_are_read(void **state)
{
    for (size_t i = 0; i < COUNT(good); i++) {
        oa_settings settings;
        oa_settings_init(&settings, *state);
        const oa_setting_row *row = oa_setting_find(good[i].name);
        assert_non_null(row);
        assert_ok(row->parse(&settings, row, good[i].text, *state));
        assert_string_equal(value_of(&settings, good[i].name, *state), good[i].value);
    }
}

static const struct {
    const char *name;
    const char *texts[32];
} bad[] = {
    {"login.deny_after",
     {"", " ", "-1", "+1", "1001", "1.5", "ten", "10 ", " 10", "0x10", "4294967306", "18446744073709551626", "never"}},
    {"login.throttle",
     {"", "60", "60/", "/60s", "60/60", "60/0", "60/0s", "60/2d", "1000001/60s", "-1/60s", "60/60s/60s", "60 / 60s",
      "4294967297/60s", "off", "00"}},
    {"login.inactive_after", {"", "90", "-90d", "90D", "36526d", "never", "1y"}},
    {"invitation.valid_for", {"", "0", "366d", "7"}},
    {"reset.valid_for", {"", "0", "8d", "30"}},
    {"password.min_length", {"", "0", "7", "129", "fifteen"}},
    {"session.idle", {"", "0", "31d"}},
    {"session.lifetime", {"", "0", "366d"}},
    {"key.reveal", {"", "yes", "1", "true", "ON", "on ", "Off"}},
    {"messages.keep", {"", "1000", "1000/", "/90d", "1000/0", "1000001/90d", "1000/90", "0"}},
    {"site.public_url",
     {"", "auth.example.org", "//auth.example.org", "https://", "https:///x", "https://a b", "https://a/ b",
      "https://a?x", "https://a/?x", "https://a#x", "https://a/#x", "https://user@a", "https://user:pw@a/",
      "ftp://a", "javascript:alert(1)", "HTTPS://a", "https://a:0", "https://a:65536", "https://a:", "https://a:x",
      "https://[::1", "https://a/\"><script>", "https://a/'x", "https://a\r\nX: y", "https://-a", "https://.a",
      "https://a\\b", "https://\xc3\xa9.example", "https://a/\xc3\xa9", " https://a"}},
    {"site.name", {"", " ", "a\nb", "a\r\nBcc: x@example.org", "\xff"}},
    {"mail.relay",
     {"", "mail.example.org", "smtp:", "smtp://", "smtp://user:pw@mail", "smtp://mail/x", "smtp://mail?x",
      "smtp://mail:70000", "http://mail", "sendmail", "sendmail:sendmail", "sendmail:-t", "sendmail: /usr/sbin/sendmail",
      "sendmail:/a\nb", "SMTP://mail"}},
    {"mail.from", {"", "nobody", "a@b", "A <a@example.org>", "a@example.org,b@example.org", "a@example.org\r\nBcc: b@c.d"}},
    {"mail.user", {"", "a\nb", "\x01"}},
    {"mail.password_file", {"", "mail", "./mail", "/a\nb", "/a\xff"}},
};

static void test_values_that_are_refused(void **state)
{
    for (size_t i = 0; i < COUNT(bad); i++) {
        const oa_setting_row *row = oa_setting_find(bad[i].name);
        for (int j = 0; j < 32 && bad[i].texts[j] != NULL; j++) {
            oa_settings settings, before;
            oa_settings_init(&settings, *state);
            before = settings;
            oa_error *error = row->parse(&settings, row, bad[i].texts[j], *state);
            if (error == NULL) {
                fail_msg("%s takes \"%s\"", bad[i].name, bad[i].texts[j]);
            }
            assert_int_equal(error->code, OA_INVALID);
            assert_non_null(strstr(error->message, bad[i].name));
            assert_memory_equal(&settings, &before, sizeof(settings));
        }
    }
}

static void test_each_row_has_good_and_bad_values_here(void **state)
{
    (void)state;
    for (const oa_setting_row *row = oa_setting_rows; row->name != NULL; row++) {
        int found = 0;
        for (size_t i = 0; i < COUNT(good); i++) {
            found |= strcmp(good[i].name, row->name) == 0 ? 1 : 0;
        }
        for (size_t i = 0; i < COUNT(bad); i++) {
            found |= strcmp(bad[i].name, row->name) == 0 ? 2 : 0;
        }
        if (found != 3) {
            fail_msg("%s", row->name);
        }
    }
}

static void test_unset_restores_the_default(void **state)
{
    oa_settings settings, defaults;
    oa_settings_init(&defaults, *state);
    settings = defaults;
    for (size_t i = 0; i < COUNT(good); i++) {
        const oa_setting_row *row = oa_setting_find(good[i].name);
        assert_ok(row->parse(&settings, row, good[i].text, *state));
        assert_ok(row->parse(&settings, row, NULL, *state));
    }
    assert_memory_equal(&settings, &defaults, sizeof(settings));
}

static void test_names_are_found_exactly(void **state)
{
    (void)state;
    assert_string_equal(oa_setting_find("key.reveal")->name, "key.reveal");
    assert_null(oa_setting_find("key.revea"));
    assert_null(oa_setting_find("Key.reveal"));
    assert_null(oa_setting_find(""));
    assert_null(oa_setting_find(NULL));
}

OA_TESTS(OA_POOL_TEST(test_defaults), OA_POOL_TEST(test_values_that_are_read),
         OA_POOL_TEST(test_values_that_are_refused), cmocka_unit_test(test_each_row_has_good_and_bad_values_here),
         OA_POOL_TEST(test_unset_restores_the_default), cmocka_unit_test(test_names_are_found_exactly))
