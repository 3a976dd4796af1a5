/* SPDX-License-Identifier: Apache-2.0 */
/* --help at every level, made from the rows. */
#ifndef OA_CLI_HELP_H
#define OA_CLI_HELP_H

#include "admin-cli/arguments.h"

/* The level that `invocation` reached. */
void oa_help(FILE *out, const oa_invocation *invocation, apr_pool_t *pool);

void oa_help_all(FILE *out, apr_pool_t *pool);
void oa_help_noun(FILE *out, const char *noun, apr_pool_t *pool);

/* What it means, its default and choices: "for which shell: bash zsh". */
const char *oa_help_meaning(const oa_parameter *parameter, apr_pool_t *pool);

/* The verbs of `noun` in one line; of a noun that is a verb by itself, what it does. */
const char *oa_help_verbs(const char *noun, apr_pool_t *pool);

#endif
