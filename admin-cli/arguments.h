/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From argv to a command and one JSON object of its arguments, by the rows. Options stand anywhere, as --name=value or
 * --name value; "--" ends them. A word after a repeatable option belongs to it when no positional argument is left: api
 * attach NAME --user EMAIL EMAIL.
 */
#ifndef OA_CLI_ARGUMENTS_H
#define OA_CLI_ARGUMENTS_H

#include "admin-cli/command.h"

typedef struct oa_invocation {
    const char *noun;           /* NULL: none was given */
    const oa_command *command;  /* NULL: no verb was given */
    oa_json *arguments;         /* complete, secrets apart */
    const oa_parameter *secret; /* the one secret parameter of the command that is asked for or required, or NULL */
    bool secret_from_stdin;
} oa_invocation;

/* Reads all of argv (argv[0] apart) into `session` and `invocation`. OA_USAGE for what is unknown, missing or twice;
 * OA_INVALID for a value that is not of its type. With --help nothing is missing. */
oa_error *oa_arguments_read(oa_session *session, int argc, const char *const *argv, oa_invocation *invocation);

/* Asks for, or reads, the secret and adds it to the arguments. */
oa_error *oa_arguments_add_secret(oa_session *session, oa_invocation *invocation);

#endif
