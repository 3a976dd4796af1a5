/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text from outside: always UTF-8, never through the C locale. text.c alone includes libunistring and libidn2.
 */
#ifndef OA_BASE_TEXT_H
#define OA_BASE_TEXT_H

#include "core/base/error.h"

#include <apr_pools.h>
#include <stdbool.h>
#include <stddef.h>

enum {
    OA_EMAIL_MAX = 254, /* octets, RFC 5321 section 4.5.3.1.3 less the angle brackets */
    OA_NAME_MAX = 200,  /* octets of a first, last, organization's, key's or Web API's name */
    OA_SLUG_MAX = 63
};

/* Valid UTF-8 (RFC 3629) without NUL. */
bool oa_text_is_utf8(const char *text, size_t size);

/* Copies `text` to `out` (room for 3 * size + 1), with U+FFFD in place of what is not UTF-8, and a NUL. The new size. */
size_t oa_text_repair(const char *text, size_t size, char *out);

/* One canonical spelling per mailbox: trimmed, NFKC, case-folded, the domain as IDNA2008 A-labels in lower case.
 * OA_INVALID on `field` for what is not one address of RFC 5321 with a dot in its domain or "localhost", for control
 * characters, quotes, comments, lists, a dotless i or dotted I in the name of the mailbox, over OA_EMAIL_MAX. */
oa_error *oa_email_normalize(const char *field, const char *text, const char **email, apr_pool_t *pool);

/* A person's or thing's name: trimmed, NFC, 1 to OA_NAME_MAX octets, no control, format or line characters
 * and no private-use ones; an empty one is invalid. */
oa_error *oa_name_clean(const char *field, const char *text, const char **name, apr_pool_t *pool);

/* Whether letters of Latin, Greek, Cyrillic, Armenian or Cherokee stand beside letters of another one of these, which look
 * alike: so may a name be spelled that reads as one which is there. */
bool oa_text_mixes_scripts(const char *text);

/* For searching: NFKC, full case folding. NULL-safe: NULL gives "". */
const char *oa_text_fold(const char *text, apr_pool_t *pool);

/* A slug: 1 to OA_SLUG_MAX of a-z 0-9 and '-', first and last a letter or digit. Also the form of a module's,
 * an action's and a Web API's name. A slug never looks like a public id: it holds no '_'. */
bool oa_slug_is_valid(const char *text);

/* The same for `size` characters within a longer text. */
bool oa_slug_spells(const char *text, size_t size);

/* A slug made out of any name ("Acme GmbH & Co" -> "acme-gmbh-co"); "org" when nothing is left. */
const char *oa_slug_from(const char *name, apr_pool_t *pool);

#endif
