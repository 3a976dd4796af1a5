/* SPDX-License-Identifier: Apache-2.0 */
/* The options that every command has, and how the parameters of a row are spelled on the command line. */
#ifndef OA_CLI_OPTION_H
#define OA_CLI_OPTION_H

#include "admin-cli/session.h"
#include "core/admin/operation.h"

#include <apr_tables.h>

typedef struct oa_option {
    const char *name;  /* without the dashes */
    const char *value; /* what its value is called in help; NULL: a flag */
    const char *help;
    const char *choices; /* words with one space between, or NULL */
    oa_error *(*apply)(oa_session *session, const char *value);
} oa_option;

/* Ended by a row whose name is NULL. */
extern const oa_option oa_options[];

const oa_option *oa_option_find(const char *name);

/* Whether it stands without a dash; a secret never does. */
bool oa_parameter_is_positional(const oa_parameter *parameter);

/* first_name -> "first-name". */
const char *oa_parameter_spelling(const oa_parameter *parameter, apr_pool_t *pool);

/* What the value of a parameter is called in help: "EMAIL"; for choices "a|b"; NULL where it takes none on the command
 * line. */
const char *oa_parameter_value(const oa_parameter *parameter, apr_pool_t *pool);

/* The parameter of `row` whose option is `name`; positional ones have none. NULL where there is none. */
const oa_parameter *oa_parameter_find(const oa_operation *row, const char *name, apr_pool_t *pool);

/* The secret parameter of `row` whose option is `name` without "-stdin"; else NULL. */
const oa_parameter *oa_parameter_find_stdin(const oa_operation *row, const char *name, apr_pool_t *pool);

/* All options of `row` and of every command, with dashes: const char *. row may be NULL. */
const apr_array_header_t *oa_option_words(const oa_operation *row, apr_pool_t *pool);

#endif
