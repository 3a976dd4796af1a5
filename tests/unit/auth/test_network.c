/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "core/auth/network.h"

#include <arpa/inet.h>

static oa_address address_of(const char *text)
{
    oa_address address = {.size = 0};
    if (inet_pton(AF_INET, text, address.bytes) == 1) {
        address.size = 4;
    } else if (inet_pton(AF_INET6, text, address.bytes) == 1) {
        address.size = 16;
    }
    return address;
}

static void test_networks_hold_what_the_table_says(void **state)
{
    static const struct {
        const char *networks, *address;
        bool has;
    } cases[] = {
        {"", "192.0.2.1", true},
        {"", "unknown", true},
        {"192.0.2.1", "192.0.2.1", true},
        {"192.0.2.1", "192.0.2.2", false},
        {"192.0.2.0/24", "192.0.2.255", true},
        {"192.0.2.0/24", "192.0.3.0", false},
        {"192.0.2.128/25", "192.0.2.127", false},
        {"192.0.2.128/25", "192.0.2.129", true},
        {"192.0.2.0/31", "192.0.2.1", true},
        {"192.0.2.0/31", "192.0.2.2", false},
        {"0.0.0.0/0", "8.8.8.8", true},
        {"0.0.0.0/0", "2001:db8::1", false},
        {"10.0.0.0/8 192.0.2.0/24", "192.0.2.7", true},
        {"10.0.0.0/8 192.0.2.0/24", "11.0.0.1", false},
        {"192.0.2.0/24", "::ffff:192.0.2.9", true},
        {"192.0.2.0/24", "::ffff:192.0.3.9", false},
        {"2001:db8::/32", "2001:db8:1::1", true},
        {"2001:db8::/32", "2001:db9::1", false},
        {"2001:db8::/33", "2001:db8:8000::1", false},
        {"2001:db8::1", "2001:db8::1", true},
        {"192.0.2.0/24", "unknown", false},
        {"192.0.2.0/33", "192.0.2.1", false},
        {"192.0.2.0/", "192.0.2.1", false},
        {"192.0.2.0/-1", "192.0.2.1", false},
        {"192.0.2.0/0x8", "192.0.2.1", false},
        {"192.0.2/24", "192.0.2.1", false},
        {"anything 192.0.2.0/24", "192.0.2.1", true},
        {" ", "192.0.2.1", false},
        {"0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000/1", "2001:db8::1", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        oa_address address = address_of(cases[i].address);
        if (oa_network_has(cases[i].networks, &address) != cases[i].has) {
            fail_msg("\"%s\" and %s: not %d", cases[i].networks, cases[i].address, cases[i].has);
        }
    }
}

OA_TESTS(OA_POOL_TEST(test_networks_hold_what_the_table_says))
