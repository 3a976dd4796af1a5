/* SPDX-License-Identifier: Apache-2.0 */
/* What is asked of a person: secrets, which are never echoed, and leave. */
#ifndef OA_CLI_PROMPT_H
#define OA_CLI_PROMPT_H

#include "core/base/crypto.h"

/* One line of stdin without its end; what follows it must be nothing. OA_INVALID, blaming `label`, where it is empty,
 * longer than `OA_PASSWORD_MAX`, has a NUL or is not UTF-8. */
oa_error *oa_secret_from_stdin(const char *label, const oa_secret **secret, apr_pool_t *pool);

/* Asks twice on /dev/tty, without echo; interrupted, the terminal is as it was. OA_USAGE names --label-stdin where
 * there is no terminal. */
oa_error *oa_secret_from_terminal(const char *label, const oa_secret **secret, apr_pool_t *pool);

/* Asks for a yes; without a terminal on stdin and stderr nobody is there to ask, and the answer is yes. */
bool oa_prompt_agreed(const char *question, apr_pool_t *pool);

#endif
