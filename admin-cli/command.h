/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verbs of the command line: every row of the table of operations, and those that look after the store itself. All
 * of them are described by an oa_operation, so that arguments, help, completion and manual know one shape.
 */
#ifndef OA_CLI_COMMAND_H
#define OA_CLI_COMMAND_H

#include "admin-cli/session.h"
#include "core/admin/operation.h"

#include <apr_tables.h>

/* Does the work. *result (NULL: nothing to show) may be set beside an error: a refusal with its reasons. */
typedef oa_error *oa_command_run(oa_session *session, const oa_operation *row, oa_json *arguments, oa_json **result);

enum {
    OA_COMMAND_ASKS = 1,  /* asks on a terminal before it runs: what it takes away does not come back by itself */
    OA_COMMAND_HIDDEN = 2 /* for the build: not in help, completion and manual */
};

typedef struct oa_command {
    const oa_operation *row; /* row->name "noun.verb", or "noun" where it is a verb by itself */
    oa_command_run *run;
    unsigned flags;
} oa_command;

/* All, in the order of the manual, ended by a row NULL. Made at the first call, in `pool`. */
const oa_command *oa_commands(apr_pool_t *pool);

/* The command, verb NULL for a noun that is a verb by itself; NULL where there is none. */
const oa_command *oa_command_find(const char *noun, const char *verb, apr_pool_t *pool);

/* Nouns and the verbs of a noun, each once, hidden ones left out: arrays of const char *. */
const apr_array_header_t *oa_command_nouns(apr_pool_t *pool);
const apr_array_header_t *oa_command_verbs(const char *noun, apr_pool_t *pool);

/* "user.set-role" -> "user", "set-role" (NULL: none), and "user set-role". */
const char *oa_command_noun(const oa_command *command, apr_pool_t *pool);
const char *oa_command_verb(const oa_command *command);
const char *oa_command_spelling(const oa_command *command, apr_pool_t *pool);

/* Verbs that are not operations; each table ends with a row NULL. */
extern const oa_command oa_store_commands[];
extern const oa_command oa_check_commands[];
extern const oa_command oa_doctor_commands[];
extern const oa_command oa_text_commands[];
extern const oa_command oa_upkeep_commands[];

/* Runs a row of the table of operations: all pages where no limit was given. */
oa_error *oa_command_perform(oa_session *session, const oa_operation *row, oa_json *arguments, oa_json **result);

/* Prints the completion of the shell that argument `shell` names. */
oa_error *oa_command_completion(oa_session *session, const oa_operation *row, oa_json *arguments, oa_json **result);

#endif
