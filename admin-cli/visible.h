/* SPDX-License-Identifier: Apache-2.0 */
/* What strangers wrote must not steer the terminal that shows it. */
#ifndef OA_CLI_VISIBLE_H
#define OA_CLI_VISIBLE_H

#include "core/base/error.h"

/* `text` (UTF-8) with every control character (C0, DEL, C1), line and paragraph separator and bidirectional control but
 * those in `keep` spelled as JSON does: \u001b. `text` itself where there is none. */
const char *oa_visible(const char *text, const char *keep, apr_pool_t *pool);

/* One line on stderr: "orgauth: …". */
void oa_say(apr_pool_t *pool, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The line of `error`, with the argument at fault, and with its detail where the store or a defect is to blame. */
void oa_say_error(apr_pool_t *pool, const oa_error *error);

#endif
