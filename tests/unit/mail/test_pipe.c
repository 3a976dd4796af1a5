/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/store/fixture.h"

#include "core/mail/send.h"

static oa_delivery send_by(const fixture *f, const char *script, oa_send_stops *stops)
{
    const char *path = fixture_file(f, "sendmail");
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0755);
    assert_true(fd >= 0 && write(fd, script, strlen(script)) == (ssize_t)strlen(script) && close(fd) == 0);
    const oa_settings settings = {.mail_relay = apr_pstrcat(f->pool, "sendmail:", path, NULL)};
    const oa_envelope envelope = {.from = "login@acme.example", .to = "-oQ@acme.example", .body = "Hello\r\n.\r\n",
                                  .size = 10, .stops = stops, .context = (void *)(uintptr_t)f};
    return oa_send_pipe(&settings, &envelope, f->pool);
}

static void the_message_is_its_input_with_line_feeds(void **state)
{
    oa_delivery delivery = send_by(*state, "#!/bin/sh\n[ \"$(od -An -tx1 | tr -d ' ')\" = 48656c6c6f0a2e0a ]\n", NULL);
    assert_int_equal(delivery.sent, OA_SENT_DONE);
    assert_string_equal(delivery.trouble, "");
}

static void addresses_stand_behind_two_dashes(void **state)
{
    assert_int_equal(send_by(*state, "#!/bin/sh\n[ \"$*\" = '-i -f login@acme.example -- -oQ@acme.example' ]\n", NULL).sent,
                     OA_SENT_DONE);
}

static void it_inherits_nothing(void **state)
{
    int fd = open("/dev/null", O_RDONLY); /* without O_CLOEXEC */
    assert_true(fd >= 3);
    setenv("SECRET", "x", 1);
    oa_delivery delivery = send_by(*state, "#!/bin/sh\n[ -z \"$SECRET\" ] && ! [ -e /proc/$$/fd/3 ] && ! [ -e /proc/$$/fd/4 ]\n", NULL);
    close(fd);
    assert_int_equal(delivery.sent, OA_SENT_DONE);
}

static void a_status_is_a_trouble_with_what_it_said(void **state)
{
    oa_delivery delivery = send_by(*state, "#!/bin/sh\necho 'no room' >&2\nexit 75\n", NULL);
    assert_int_equal(delivery.sent, OA_SENT_LATER);
    assert_string_equal(delivery.trouble, "the sendmail program ended with 75: no room");
    assert_string_equal(send_by(*state, "#!/bin/sh\nkill -9 $$\n", NULL).trouble,
                        "the sendmail program ended with 137:");
}

/* It would fill the memory. */
static void a_program_that_never_stops_talking_is_cut_short(void **state)
{
    assert_int_equal(send_by(*state, "#!/bin/sh\nexec yes\n", NULL).sent, OA_SENT_LATER);
}

static bool at_once(void *context)
{
    (void)context;
    return true;
}

static void a_program_that_hangs_is_broken_off(void **state)
{
    assert_int_equal(send_by(*state, "#!/bin/sh\nexec sleep 1000\n", at_once).sent, OA_SENT_STOPPED);
}

OA_TESTS(EMPTY_TEST(the_message_is_its_input_with_line_feeds), EMPTY_TEST(addresses_stand_behind_two_dashes),
         EMPTY_TEST(it_inherits_nothing), EMPTY_TEST(a_status_is_a_trouble_with_what_it_said),
         EMPTY_TEST(a_program_that_never_stops_talking_is_cut_short), EMPTY_TEST(a_program_that_hangs_is_broken_off))
