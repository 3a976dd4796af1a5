/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "core/mail/message.h"

#include <apr_strings.h>

static oa_message usual(void)
{
    return (oa_message){.from_name = "Acme", .from = "login@acme.example", .to = "ann@acme.example",
                        .subject = "Hello", .text = "Hello\n", .html = "<p>Hello</p>\n",
                        .at = INT64_C(1795442400000)};
}

static const char *written(const oa_message *message, apr_pool_t *pool)
{
    const char *text;
    size_t size;
    assert_ok(oa_message_write(message, &text, &size, pool));
    assert_int_equal(strlen(text), size);
    return text;
}

/* How many lines begin so. */
static int lines_with(const char *text, const char *beginning)
{
    int count = strncmp(text, beginning, strlen(beginning)) == 0;
    for (const char *at = strstr(text, "\r\n"); at != NULL; at = strstr(at + 2, "\r\n")) {
        count += strncmp(at + 2, beginning, strlen(beginning)) == 0;
    }
    return count;
}

static void check_lines(const char *text)
{
    for (const char *c = text; *c != '\0'; c++) {
        assert_true((unsigned char)*c < 0x7f);
        assert_true(*c != '\n' || (c > text && c[-1] == '\r'));
        assert_true(*c != '\r' || c[1] == '\n');
    }
    while (*text != '\0') {
        size_t length = strcspn(text, "\r");
        assert_true(length <= 78);
        text += length + 2;
    }
}

static void a_date_is_spelled_as_rfc_5322_has_it(void **state)
{
    assert_string_equal(oa_message_date(INT64_C(1795442400000), *state), "Mon, 23 Nov 2026 14:00:00 +0000");
    assert_string_equal(oa_message_date(INT64_C(1709164799999), *state), "Wed, 28 Feb 2024 23:59:59 +0000");
}

static void plain_words_stay_and_others_are_encoded(void **state)
{
    apr_pool_t *pool = *state;
    assert_string_equal(oa_message_words("Your account", pool), "Your account");
    assert_string_equal(oa_message_words("Zo\xc3\xab", pool), "=?UTF-8?B?Wm/Dqw==?=");
    /* What only looks encoded is encoded, or it would be decoded. */
    assert_string_equal(oa_message_words("=?UTF-8?B?Wm/Dqw==?=", pool),
                        "=?UTF-8?B?PT9VVEYtOD9CP1dtL0Rxdz09Pz0=?=");
}

static void no_character_is_torn_between_two_encoded_words(void **state)
{
    apr_pool_t *pool = *state;
    for (int ahead = 0; ahead < 4; ahead++) {
        const char *text = apr_psprintf(pool, "%.*s%s", ahead, "aaaa",
                                        "\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80"
                                        "\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80");
        const char *words = oa_message_words(text, pool);
        /* The second word begins with a whole character: base64 of f0 9f 98. */
        assert_non_null(strstr(words, "\r\n =?UTF-8?B?8J+Y"));
        assert_true(strcspn(words, "\r") <= 67);
    }
}

/* HARDENING: CR LF, Bcc: in names. */
static void no_text_makes_a_header(void **state)
{
    oa_message message = usual();
    message.from_name = "Acme\r\nBcc: eve@evil.example\r\n\r\nbody";
    message.subject = "Hello\r\nBcc: eve@evil.example\n\nBcc: x\rBcc: y";
    message.text = "Bcc: eve@evil.example\n.\nQUIT\n";
    const char *text = written(&message, *state);
    check_lines(text);
    const char *end = strstr(text, "\r\n\r\n");
    const char *head = apr_pstrmemdup(*state, text, (apr_size_t)(end - text));
    assert_int_equal(lines_with(head, "Bcc:"), 0);
    assert_int_equal(lines_with(head, "Subject: "), 1);
    assert_int_equal(lines_with(head, "To: <ann@acme.example>"), 1);
}

static void an_address_that_could_be_two_is_refused(void **state)
{
    static const char *const wrong[] = {
        "a@b.example\r\nBcc: c@d.example", "a@b.example, c@d.example", "<a@b.example>", "a b@c.example", "nobody", "",
        "a@b.example\n", "\"a\"@b.example", "a@[1.2.3.4]", "a;b@c.example"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        oa_message to = usual(), from = usual();
        const char *text;
        size_t size;
        to.to = wrong[i];
        from.from = wrong[i];
        assert_code(oa_message_write(&to, &text, &size, *state), OA_INVALID);
        assert_code(oa_message_write(&from, &text, &size, *state), OA_INVALID);
    }
}

static void an_address_beyond_ascii_is_in_no_header(void **state)
{
    oa_message message = usual();
    message.to = "j\xc3\xb6rg@acme.example";
    const char *text = written(&message, *state);
    check_lines(text);
    assert_int_equal(lines_with(text, "To: undisclosed-recipients:;"), 1);
}

static void bodies_are_quoted_printable(void **state)
{
    oa_message message = usual();
    message.text = "a=b \xc3\xa9 \nblank at the end \n" "123456789 123456789 123456789 123456789 123456789 123456789 123456789"
                   " 123456789\n";
    const char *text = written(&message, *state);
    check_lines(text);
    assert_non_null(strstr(text, "a=3Db =C3=A9=20\r\nblank at the end=20\r\n"));
    assert_non_null(strstr(text, "123456789 12345=\r\n6789\r\n"));
}

static void each_message_has_an_id_of_its_own(void **state)
{
    oa_message message = usual();
    const char *one = strstr(written(&message, *state), "Message-ID: ");
    const char *two = strstr(written(&message, *state), "Message-ID: ");
    assert_true(strncmp(one, two, 36) != 0);
    assert_non_null(strstr(one, "@acme.example>\r\n"));
}

OA_TESTS(OA_POOL_TEST(a_date_is_spelled_as_rfc_5322_has_it), OA_POOL_TEST(plain_words_stay_and_others_are_encoded),
         OA_POOL_TEST(no_character_is_torn_between_two_encoded_words), OA_POOL_TEST(no_text_makes_a_header),
         OA_POOL_TEST(an_address_that_could_be_two_is_refused), OA_POOL_TEST(an_address_beyond_ascii_is_in_no_header),
         OA_POOL_TEST(bodies_are_quoted_printable), OA_POOL_TEST(each_message_has_an_id_of_its_own))
