/* SPDX-License-Identifier: Apache-2.0 */
#include "core/store/secret.h"
#include "tests/unit/store/fixture.h"

static void write_secret(fixture *f, const char *text, mode_t mode)
{
    unlink(f->secret);
    int fd = open(f->secret, O_WRONLY | O_CREAT | O_EXCL, 0600);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    assert_int_equal(fchmod(fd, mode), 0);
    close(fd);
}

static oa_error *read_secret(fixture *f, unsigned char master[OA_MASTER_SIZE])
{
    return oa_secret_read(f->secret, master, f->pool);
}

#define GOOD "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1eff\n"

static void test_the_digits_are_the_bytes(void **state)
{
    fixture *f = *state;
    unsigned char master[OA_MASTER_SIZE];
    write_secret(f, GOOD, 0640);
    assert_ok(read_secret(f, master));
    for (int i = 0; i < OA_MASTER_SIZE - 1; i++) {
        assert_int_equal(master[i], i);
    }
    assert_int_equal(master[OA_MASTER_SIZE - 1], 0xff);
}

static void test_what_is_written_is_read_and_differs_each_time(void **state)
{
    fixture *f = *state;
    unsigned char one[OA_MASTER_SIZE], two[OA_MASTER_SIZE];
    assert_ok(oa_secret_write(f->secret, -1, -1, f->pool));
    assert_ok(read_secret(f, one));
    assert_code(oa_secret_write(f->secret, -1, -1, f->pool), OA_CONFLICT);
    assert_int_equal(unlink(f->secret), 0);
    assert_ok(oa_secret_write(f->secret, -1, -1, f->pool));
    assert_ok(read_secret(f, two));
    assert_memory_not_equal(one, two, sizeof one);
}

static void test_other_forms_are_refused_and_not_repeated(void **state)
{
    static const char *const forms[] = {"",
                                        "canary\n",
                                        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1eff",
                                        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1eff\n\n",
                                        "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1EFF\n",
                                        "g00102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1eff\n",
                                        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1eff "};
    fixture *f = *state;
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        unsigned char master[OA_MASTER_SIZE];
        write_secret(f, forms[i], 0640);
        oa_error *error = read_secret(f, master);
        assert_code(error, OA_UNAVAILABLE);
        assert_null(strstr(error->message, "canary"));
        assert_null(strstr(error->message, "0a0b0c"));
    }
}

static void test_a_secret_open_to_others_is_refused(void **state)
{
    static const mode_t modes[] = {0644, 0641, 0642, 0604, 0777};
    fixture *f = *state;
    unsigned char master[OA_MASTER_SIZE];
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        write_secret(f, GOOD, modes[i]);
        assert_code(read_secret(f, master), OA_UNAVAILABLE);
    }
    write_secret(f, GOOD, 0400);
    assert_ok(read_secret(f, master));
}

static void test_a_missing_secret_is_told_with_the_remedy(void **state)
{
    fixture *f = *state;
    unsigned char master[OA_MASTER_SIZE];
    oa_error *error = read_secret(f, master);
    assert_code(error, OA_UNAVAILABLE);
    assert_non_null(strstr(error->message, "orgauth store init"));
}

static void test_what_is_no_regular_file_is_refused_at_once(void **state)
{
    fixture *f = *state;
    unsigned char master[OA_MASTER_SIZE];
    assert_int_equal(mkfifo(f->secret, 0640), 0);
    assert_code(read_secret(f, master), OA_UNAVAILABLE);
    assert_int_equal(unlink(f->secret), 0);
    assert_int_equal(mkdir(f->secret, 0750), 0);
    assert_code(read_secret(f, master), OA_UNAVAILABLE);
}

OA_TESTS(EMPTY_TEST(test_the_digits_are_the_bytes), EMPTY_TEST(test_what_is_written_is_read_and_differs_each_time),
         EMPTY_TEST(test_other_forms_are_refused_and_not_repeated), EMPTY_TEST(test_a_secret_open_to_others_is_refused),
         EMPTY_TEST(test_a_missing_secret_is_told_with_the_remedy),
         EMPTY_TEST(test_what_is_no_regular_file_is_refused_at_once))
