/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "core/model/password.h"

#define COUNT(cases) (sizeof(cases) / sizeof((cases)[0]))

static const char *const words[] = {"jane.doe@acme.example", "jane.doe", "Jane", "Doe-Smith", "Umbrella", NULL};

static void check(const char *password, int length, bool right, apr_pool_t *pool)
{
    oa_error *error = oa_password_check("password", password, length, words, pool);
    if ((error == NULL) != right) {
        fail_msg("%s: %s", password, error != NULL ? error->message : "taken");
    }
}

static void test_what_is_easily_guessed_is_refused(void **state)
{
    static const char *const easy[] = {
        "password", "Password1", "PASSWORD123!", "p@ssw0rd", "Passw0rd!", "!!password!!", "password12345678", "qwerty123", "letmein1",
        "iloveyou", "ILOVEYOU2", "12345678", "87654321", "123456789012345", "aaaaaaaa", "abababab", "abcabcabcabc", "abcdefgh",
        "zyxwvuts", "qwertyuiop", "1q2w3e4r", "1qaz2wsx", "asdfghjkl", "abc123abc123", "passwordpassword", "monkeymonkey", "dragon2026",
        "l3tm31n1", "trustno1", "welcome1!", "admin1234", "Summer2026!", "jane.doe@acme.example", "janedoe1", "JaneDoe!", "umbrella2026", "d0e-sm1th",
        "correcthorsebatterystaple"};
    for (size_t i = 0; i < COUNT(easy); i++) {
        check(easy[i], 8, false, *state);
    }
}

static void test_what_is_not_is_taken_whatever_it_is_made_of(void **state)
{
    static const char *const good[] = {
        "correct horse battery staple", "quite another horse entirely", "blauwe fiets op zolder", "ключ под ковриком", "aardvark lemur 7",
        "kx8!vq2m", "zwölf Boxkämpfer", "                 a    b", "password is not the word", "7294018365104", "janedoes cat sat",
        "horse horse horse stable"};
    for (size_t i = 0; i < COUNT(good); i++) {
        check(good[i], 8, true, *state);
    }
}

static void test_length_is_counted_in_characters(void **state)
{
    check("zwölfäö", 8, false, *state);
    check("zwölfäöü", 8, true, *state);
    check("kx8!vq2m", 9, false, *state);
    check("kx8!vq2", 1, false, *state); /* never less than eight */
    char *longest = apr_palloc(*state, OA_PASSWORD_MAX + 2);
    for (int i = 0; i <= OA_PASSWORD_MAX; i++) {
        longest[i] = "kvxqmzpw"[(i * i + i / 7) % 8];
    }
    longest[OA_PASSWORD_MAX + 1] = '\0';
    check(longest, 15, false, *state);
    longest[OA_PASSWORD_MAX] = '\0';
    check(longest, 15, true, *state);
}

static void test_the_list_is_searched_to_both_ends(void **state)
{
    static const char *const in[] = {"010203", "abc123", "baseball", "monkey", "zxcvbnm", "zxc123", "acdc", "yankees"};
    static const char *const out[] = {"", "0", "00", "monke", "monkeyz", "zzzz", "\xff", "pass word", " "};
    (void)state;
    for (size_t i = 0; i < COUNT(in); i++) {
        assert_true(oa_password_is_common(in[i]));
    }
    for (size_t i = 0; i < COUNT(out); i++) {
        assert_false(oa_password_is_common(out[i]));
    }
}

OA_TESTS(OA_POOL_TEST(test_what_is_easily_guessed_is_refused),
         OA_POOL_TEST(test_what_is_not_is_taken_whatever_it_is_made_of), OA_POOL_TEST(test_length_is_counted_in_characters),
         cmocka_unit_test(test_the_list_is_searched_to_both_ends))
