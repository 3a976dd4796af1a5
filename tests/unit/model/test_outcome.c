/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "core/model/outcome.h"

#include <regex.h>

#define COUNT(cases) (sizeof(cases) / sizeof((cases)[0]))

/* docs/directives.md, "Answers". */
static const struct {
    oa_outcome outcome;
    const char *name;
    int http_status;
    const char *error;
    bool described, counts, strikes;
} answers[] = {
    {OA_ALLOWED, "allowed", 200, NULL, false, false, false},
    {OA_NO_CREDENTIAL, "no_credential", 401, NULL, false, false, false},
    {OA_TWO_CREDENTIALS, "two_credentials", 400, "invalid_request", true, false, false},
    {OA_BAD_REQUEST, "bad_request", 400, "invalid_request", true, false, false},
    {OA_INSECURE_TRANSPORT, "insecure_transport", 403, NULL, true, false, false},
    {OA_MALFORMED, "malformed", 401, "invalid_token", false, false, true},
    {OA_UNKNOWN, "unknown", 401, "invalid_token", false, false, true},
    {OA_WRONG_SECRET, "wrong_secret", 401, "invalid_token", false, true, true},
    {OA_LOGIN_REFUSED, "login_refused", 401, "invalid_token", false, false, true},
    {OA_EXPIRED, "expired", 401, "invalid_token", true, false, false},
    {OA_REVOKED, "revoked", 401, "invalid_token", true, false, false},
    {OA_USER_DENIED, "user_denied", 401, "invalid_token", true, false, false},
    {OA_USER_BANNED, "user_banned", 401, "invalid_token", true, false, false},
    {OA_USER_INACTIVE, "user_inactive", 401, "invalid_token", true, false, false},
    {OA_MEMBER_DEACTIVATED, "membership_deactivated", 401, "invalid_token", true, false, false},
    {OA_ORG_SUSPENDED, "org_suspended", 401, "invalid_token", true, false, false},
    {OA_FOREIGN_ORG, "foreign_org", 403, "insufficient_scope", true, false, false},
    {OA_THROTTLED, "throttled", 429, NULL, true, false, false},
    {OA_OVERLOADED, "overloaded", 503, NULL, true, false, false},
    {OA_STORE_UNAVAILABLE, "store_unavailable", 503, NULL, true, false, false},
    {OA_SESSION_ENDED, "session_ended", 401, "invalid_token", true, false, false},
};

static void test_rows_are_those_of_the_table_of_answers(void **state)
{
    (void)state;
    assert_int_equal(COUNT(answers), OA_OUTCOMES);
    for (size_t i = 0; i < COUNT(answers); i++) {
        const oa_outcome_row *row = oa_outcome_of(answers[i].outcome);
        assert_string_equal(row->name, answers[i].name);
        assert_int_equal(row->http_status, answers[i].http_status);
        assert_true(answers[i].error == NULL ? row->error == NULL : strcmp(row->error, answers[i].error) == 0);
        assert_int_equal(row->description != NULL, answers[i].described);
        assert_int_equal(row->counts, answers[i].counts);
        assert_int_equal(row->strikes, answers[i].strikes);
    }
}

static void test_a_number_that_is_none_is_no_allow(void **state)
{
    (void)state;
    assert_int_equal(oa_outcome_of(OA_OUTCOMES)->http_status, 503);
    assert_int_equal(oa_outcome_of((oa_outcome)-1)->http_status, 503);
}

/* RFC 6750, section 3: what error_description may hold, so that it goes into a header unquoted. */
static void test_descriptions_fit_into_a_header(void **state)
{
    (void)state;
    for (int i = 0; i < OA_OUTCOMES; i++) {
        const char *description = oa_outcome_of((oa_outcome)i)->description;
        for (const char *c = description; c != NULL && *c != '\0'; c++) {
            assert_true(*c >= 0x20 && *c < 0x7f && *c != '"' && *c != '\\');
        }
    }
}

/* failregex of fail2ban's filter apache-auth, what follows the client's address, with POSIX spelling. */
static const char *const failregex[] = {
    "^user ([^`].*)? (authorization failure|authentication failure|not found|denied by provider)([^A-Za-z0-9_]|$)",
    "^([A-Z][A-Za-z0-9_]+: )?user .*: password mismatch([^A-Za-z0-9_]|$)",
    "^([A-Z][A-Za-z0-9_]+: )?user `.*' in realm `.+' (authorization failure|authentication failure|not found|denied by "
    "provider)([^A-Za-z0-9_]|$)",
};

static bool is_matched(const char *line)
{
    bool matched = false;
    for (size_t i = 0; i < COUNT(failregex); i++) {
        regex_t regex;
        assert_int_equal(regcomp(&regex, failregex[i], REG_EXTENDED | REG_NOSUB), 0);
        matched = matched || regexec(&regex, line, 0, NULL, 0) == 0;
        regfree(&regex);
    }
    return matched;
}

static void test_fail2ban_matches_what_strikes_and_nothing_else(void **state)
{
    static const char *const users[] = {"jane@acme.example", "o'brien@acme.example", "", NULL, "key_0000000000001",
                                        "a b: c", "` x"};
    for (int i = 0; i < OA_OUTCOMES; i++) {
        for (size_t j = 0; j < COUNT(users); j++) {
            const char *line = oa_outcome_log((oa_outcome)i, users[j], "/api/x y", *state);
            if (line != NULL && is_matched(line) != oa_outcome_of((oa_outcome)i)->strikes) {
                fail_msg("%s", line);
            }
        }
    }
}

static void test_the_line_of_the_log(void **state)
{
    static const struct {
        oa_outcome outcome;
        const char *user, *path, *line;
    } cases[] = {
        {OA_WRONG_SECRET, "jane@acme.example", "/api", "OA01007: user jane@acme.example: password mismatch: /api"},
        {OA_UNKNOWN, "%p%u%s", "%u", "OA01006: user `%p%u%s' in realm `orgauth' not found: %u"},
        {OA_MALFORMED, NULL, NULL, "OA01005: user `-' in realm `orgauth' authentication failure, not a key: -"},
        {OA_ALLOWED, "jane@acme.example", "/", NULL},
        {OA_NO_CREDENTIAL, NULL, "/", NULL},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *line = oa_outcome_log(cases[i].outcome, cases[i].user, cases[i].path, *state);
        assert_true(cases[i].line == NULL ? line == NULL : line != NULL && strcmp(line, cases[i].line) == 0);
    }
}

OA_TESTS(cmocka_unit_test(test_rows_are_those_of_the_table_of_answers),
         cmocka_unit_test(test_a_number_that_is_none_is_no_allow), cmocka_unit_test(test_descriptions_fit_into_a_header),
         OA_POOL_TEST(test_fail2ban_matches_what_strikes_and_nothing_else), OA_POOL_TEST(test_the_line_of_the_log))
