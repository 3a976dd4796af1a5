/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "core/mail/send.h"

/* Only this host itself is spoken to without TLS. */
static void loopback_is_told_from_what_looks_like_it(void **state)
{
    static const struct {
        const char *relay;
        bool loopback;
    } cases[] = {{"smtp://127.0.0.1", true},          {"smtp://127.0.0.1:2525", true}, {"smtp://127.8.9.10:25", true},
                 {"smtp://localhost", true},          {"smtp://LOCALHOST:25", true},   {"smtp://[::1]:25", true},
                 {"smtps://localhost", true},         {"smtp://127.0.0.1.evil", false}, {"smtp://127.evil.example", false},
                 {"smtp://localhost.evil", false},    {"smtp://mail.example", false},  {"smtp://[::1234]", false},
                 {"smtp://[::ffff:1.2.3.4]", false},  {"smtp://128.0.0.1", false},     {"sendmail:", false}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(oa_send_is_loopback(cases[i].relay), cases[i].loopback);
    }
}

static void a_trouble_is_one_line_of_printable_ascii(void **state)
{
    char large[1000];
    assert_string_equal(oa_send_trouble("550 no\r\n", *state), "550 no");
    assert_string_equal(oa_send_trouble("a\x1b[31m\xc3\xa9\nb", *state), "a?[31m?? b");
    assert_string_equal(oa_send_trouble("\r\n", *state), "");
    memset(large, 'x', sizeof large);
    large[sizeof large - 1] = '\0';
    assert_int_equal(strlen(oa_send_trouble(large, *state)), 200);
}

static void a_program_that_is_not_there_is_told(void **state)
{
    oa_settings settings = {.mail_relay = "sendmail:/nonexistent/sendmail"};
    oa_envelope envelope = {.from = "a@b.example", .to = "c@d.example", .body = "x\r\n", .size = 3};
    oa_delivery delivery = oa_send(&settings, &envelope, *state);
    assert_int_equal(delivery.sent, OA_SENT_LATER);
    assert_string_equal(delivery.trouble, "/nonexistent/sendmail cannot be run: No such file or directory");
}

OA_TESTS(cmocka_unit_test(loopback_is_told_from_what_looks_like_it),
         OA_POOL_TEST(a_trouble_is_one_line_of_printable_ascii), OA_POOL_TEST(a_program_that_is_not_there_is_told))
