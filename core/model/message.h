/* SPDX-License-Identifier: Apache-2.0 */
/* How an API message, the record of one call that a key made, spells what the client sent. Pure. */
#ifndef OA_MODEL_MESSAGE_H
#define OA_MODEL_MESSAGE_H

#include <apr_pools.h>

enum {
    OA_MESSAGE_METHOD_MAX = 32, /* octets of what is given back; what does not fit ends with "..." */
    OA_MESSAGE_PATH_MAX = 500,
    OA_MESSAGE_SECRET_MIN = 39  /* digits of base 32: a key's secret with its checksum; a link's token has more */
};

/* A path as httpd knows it, decoded and without query, in printable ASCII: every other octet, and the percent sign, is
 * percent-encoded. OA_MESSAGE_SECRET_MIN or more digits of base 32 in a row may be a secret and show as "{secret}". NULL
 * reads as "". */
const char *oa_message_path(const char *path, apr_pool_t *pool);

/* A method likewise. */
const char *oa_message_method(const char *method, apr_pool_t *pool);

#endif
