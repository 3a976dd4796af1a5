/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "core/model/network.h"

static void a_network_has_one_spelling(void **state)
{
    static const struct {
        const char *text, *clean; /* NULL: refused */
    } cases[] = {
        {"10.0.0.0/8", "10.0.0.0/8"},
        {"192.0.2.1", "192.0.2.1"},
        {"192.0.2.1/32", "192.0.2.1"},
        {"0.0.0.0/0", "0.0.0.0/0"},
        {"2001:DB8:0:0::/32", "2001:db8::/32"},
        {"2001:db8::1/128", "2001:db8::1"},
        {"::/0", "::/0"},
        {"::ffff:192.0.2.0/120", "192.0.2.0/24"},
        {"::ffff:192.0.2.1", "192.0.2.1"},
        {"10.1.2.3/8", NULL},
        {"2001:db8::1/32", NULL},
        {"::ffff:192.0.2.1/120", NULL},
        {"10.0.0.0/33", NULL},
        {"10.0.0.0/", NULL},
        {"10.0.0.0/-1", NULL},
        {"10.0.0.0/ 8", NULL},
        {"10.0.0.0/8 ", NULL},
        {" 10.0.0.0/8", NULL},
        {"10.0.0.0/8 11.0.0.0/8", NULL},
        {"10.0.0/8", NULL},
        {"010.0.0.0/8", NULL},
        {"2001:db8::/129", NULL},
        {"fe80::1%eth0", NULL},
        {"localhost", NULL},
        {"*", NULL},
        {"", NULL},
        {"/8", NULL},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *clean = NULL;
        const oa_error *error = oa_network_clean("network", cases[i].text, &clean, *state);
        if (cases[i].clean == NULL) {
            assert_code(error, OA_INVALID);
            assert_string_equal(error->field, "network");
            continue;
        }
        assert_ok(error);
        assert_string_equal(clean, cases[i].clean);
    }
}

static void a_refusal_names_what_may_have_been_meant(void **state)
{
    const char *clean;
    const oa_error *error = oa_network_clean("network", "10.1.2.3/8", &clean, *state);
    assert_non_null(strstr(error->message, "10.0.0.0/8"));
    assert_non_null(strstr(error->message, "10.1.2.3"));
}

OA_TESTS(OA_POOL_TEST(a_network_has_one_spelling), OA_POOL_TEST(a_refusal_names_what_may_have_been_meant))
