/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OA_CLI_SUGGEST_H
#define OA_CLI_SUGGEST_H

#include <apr_tables.h>

/* "; did you mean \"list\"?", or "": the word of `words` (const char *) nearest to `wrong`, one that begins with it, or is at most two edits
 * away (Damerau-Levenshtein, and fewer than its own length). */
const char *oa_did_you_mean(const char *wrong, const apr_array_header_t *words, apr_pool_t *pool);

#endif
