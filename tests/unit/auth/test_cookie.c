/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "core/auth/cookie.h"

#define COUNT(cases) (sizeof(cases) / sizeof((cases)[0]))

static void test_the_only_cookie_of_the_exact_name_counts(void **state)
{
    static const struct {
        const char *field, *name, *value;
    } cases[] = {
        {"orgauth=abc", "orgauth", "abc"},
        {"a=b; orgauth=abc; c=d", "orgauth", "abc"},
        {"a=b;orgauth=abc", "orgauth", "abc"},
        {"  orgauth=abc \t; c=d", "orgauth", "abc"},
        {"orgauth=", "orgauth", ""},
        {"orgauth=a=b", "orgauth", "a=b"},
        {"__Host-orgauth=abc", "__Host-orgauth", "abc"},
        {"__Host-orgauth=abc; orgauth=planted", "__Host-orgauth", "abc"},
        {"__Host-orgauth=abc", "orgauth", NULL},
        {"orgauth=abc", "__Host-orgauth", NULL},
        {"Orgauth=abc", "orgauth", NULL},
        {"__host-orgauth=abc", "__Host-orgauth", NULL},
        {"orgauth =abc", "orgauth", NULL},
        {"xorgauth=abc", "orgauth", NULL},
        {"orgauth.x=abc", "orgauth", NULL},
        {"orgauth", "orgauth", NULL},
        {"orgauth=abc; orgauth=abd", "orgauth", NULL},
        {"orgauth=abc; a=b; orgauth=abc", "orgauth", NULL},
        {"a=\"x; orgauth=abc", "orgauth", "abc"},
        {"a=b, orgauth=abc", "orgauth", NULL},
        {"", "orgauth", NULL},
        {";;; ;", "orgauth", NULL},
        {NULL, "orgauth", NULL},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *value = oa_cookie_find(cases[i].field, cases[i].name, *state);
        if (cases[i].value == NULL ? value != NULL : value == NULL || strcmp(value, cases[i].value) != 0) {
            fail_msg("%s: %s", cases[i].field, value != NULL ? value : "(none)");
        }
    }
}

static void test_a_back_end_sees_all_cookies_but_ours(void **state)
{
    static const struct {
        const char *field, *kept;
    } cases[] = {
        {"orgauth=abc", NULL},
        {"__Host-orgauth=abc; orgauth=abc;", NULL},
        {"a=b; orgauth=abc; c=d", "a=b; c=d"},
        {"orgauth=abc; a=b", "a=b"},
        {"a=b;__Host-orgauth=abc;c=d;e", "a=b; c=d; e"},
        {"orgauth=abc; orgauth=abd; a=orgauth=x", "a=orgauth=x"},
        /* A field that came twice, as httpd joins it. */
        {"a=b, orgauth=abc", "a=b"},
        {"a=b, __Host-orgauth=abc; c=d", "a=b; c=d"},
        {"orgauth=abc, a=b; c=d", "a=b; c=d"},
        {"orgauth=abc, orgauth=abd", NULL},
        {"a=b,orgauth=abc,c=d", "a=b,c=d"},
        {"a=1,2,,3; orgauth=abc; b=4, 5", "a=1,2,,3; b=4, 5"},
    };
    static const char *const untouched[] = {"a=b;c=d", "a=orgauth=x;;", "Orgauth=abc", "xorgauth=abc; a=b", ""};
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *kept = oa_cookie_hide(cases[i].field, *state);
        assert_true(cases[i].kept == NULL ? kept == NULL : kept != NULL && strcmp(kept, cases[i].kept) == 0);
    }
    for (size_t i = 0; i < COUNT(untouched); i++) {
        assert_ptr_equal(oa_cookie_hide(untouched[i], *state), untouched[i]);
    }
    assert_null(oa_cookie_hide(NULL, *state));
}

OA_TESTS(OA_POOL_TEST(test_the_only_cookie_of_the_exact_name_counts),
         OA_POOL_TEST(test_a_back_end_sees_all_cookies_but_ours))
