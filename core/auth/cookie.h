/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The session's cookie among what a client sends in the field Cookie (RFC 6265 section 4.2). Read strictly: the name byte for byte, and
 * where it comes twice, none counts, since somebody may have planted one.
 */
#ifndef OA_AUTH_COOKIE_H
#define OA_AUTH_COOKIE_H

#include <apr_pools.h>

/* Over TLS; and on loopback over plain HTTP, where browsers take no cookie with the prefix. */
#define OA_COOKIE_SECURE "__Host-orgauth"
#define OA_COOKIE_LOOPBACK "orgauth"

/* The value of the only cookie `name`; NULL where there is none. `field` may be NULL. */
const char *oa_cookie_find(const char *field, const char *name, apr_pool_t *pool);

/* `field` without all cookies of these two names, also where it came more than once: itself where it has none of them, NULL where nothing else
 * is left. */
const char *oa_cookie_hide(const char *field, apr_pool_t *pool);

#endif
