/* SPDX-License-Identifier: Apache-2.0 */
/* The networks that a key may be used from. */
#ifndef OA_AUTH_NETWORK_H
#define OA_AUTH_NETWORK_H

#include "core/auth/host.h"

/* Whether `address` is in one of `networks`: CIDRs ("10.0.0.0/8", "2001:db8::/32", an address alone is itself), one space between; ""
 * is everywhere. Deny by default: false for an unknown address, and what is no CIDR holds nothing. IPv4-mapped addresses are IPv4. */
bool oa_network_has(const char *networks, const oa_address *address);

/* An address as httpd spells it; unknown (size 0) for what is none. */
void oa_address_read(const char *text, oa_address *address);

#endif
