/* SPDX-License-Identifier: Apache-2.0 */
/* Networks of client addresses, as CIDR (RFC 4632, RFC 4291 section 2.3): "10.0.0.0/8", "2001:db8::/32"; an address alone is itself. Pure. */
#ifndef OA_MODEL_NETWORK_H
#define OA_MODEL_NETWORK_H

#include "core/base/error.h"

#include <apr_pools.h>
#include <stdbool.h>
#include <stddef.h>

enum { OA_NETWORKS_MAX = 32 }; /* of one key */

typedef struct oa_network {
    unsigned char bytes[16];
    int size; /* 4 or 16 */
    int bits; /* 0 to 8 * size */
} oa_network;

/* Reads `length` characters; false where they are no network. What lies beyond the bits may be set. */
bool oa_network_parse(const char *text, size_t length, oa_network *network);

/* Whether the first network->bits bits of an address of `size` octets are those of `network`. */
bool oa_network_holds(const oa_network *network, const unsigned char *bytes, size_t size);

/* The one spelling of a network, in `pool`: of RFC 5952, without the length where it is one address, IPv4-mapped as IPv4. OA_INVALID on
 * `field` for what is none, and where bits beyond the length are set: somebody meant something else. */
oa_error *oa_network_clean(const char *field, const char *text, const char **clean, apr_pool_t *pool);

#endif
