/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a new password must be like (NIST SP 800-63B-4, section 3.1.1.2): long enough, and none that is commonly used, expected or easy to
 * guess. Which kinds of characters it is made of is not asked.
 */
#ifndef OA_MODEL_PASSWORD_H
#define OA_MODEL_PASSWORD_H

#include "core/base/error.h"

#include <apr_pools.h>
#include <stdbool.h>

/* Least length where the site says less. */
enum { OA_PASSWORD_MIN = 8 };

/* OA_INVALID on `field`, saying what is wrong, unless `password` (UTF-8, at most OA_PASSWORD_MAX octets) has `min_length` code points and is
 * not easily guessed. `words`, ended by NULL: what belongs to its user and the site (e-mail, names), of which it may not consist. */
oa_error *oa_password_check(const char *field, const char *password, int min_length, const char *const *words,
                            apr_pool_t *pool);

/* Whether `word` (folded) is one of the passwords and parts of passwords that are used most. */
bool oa_password_is_common(const char *word);

#endif
