/* SPDX-License-Identifier: Apache-2.0 */
/* orgauth manual: the part of man/orgauth.1 that the rows know, in mdoc(7); and the table of the verbs that print
 * texts. */
#include "admin-cli/command.h"
#include "admin-cli/help.h"
#include "admin-cli/option.h"

#include <apr_lib.h>

typedef struct spelling {
    char character;
    const char *roff;
} spelling;

/* Characters that roff would take for its own; and where a list of choices may be broken. */
static const spelling spellings[] = {{'\\', "\\e"}, {'-', "\\-"}, {'|', "|\\:"}, {'\0', NULL}};

static void put_character(char character)
{
    for (const spelling *row = spellings; row->roff != NULL; row++) {
        if (row->character == character) {
            fputs(row->roff, stdout);
            return;
        }
    }
    putchar(character);
}

/* Text for roff; no line begins with a control character. */
static void put_text(const char *text)
{
    fputs(*text == '.' || *text == '\'' ? "\\&" : "", stdout);
    for (; *text != '\0'; text++) {
        put_character(*text);
    }
}

static void put_item(const char *title, const char *text)
{
    fputs(".It ", stdout);
    put_text(title);
    putchar('\n');
    put_text(text);
    putchar('\n');
}

static void put_command(const oa_command *command, apr_pool_t *pool)
{
    const oa_parameter *parameter = command->row->parameters;
    fputs(".It ", stdout);
    put_text(oa_help_synopsis(command, pool));
    putchar('\n');
    putchar(apr_toupper(*command->row->summary));
    put_text(command->row->summary + 1);
    puts(".");
    if (parameter == NULL || parameter->name == NULL) {
        return;
    }
    puts(".Bl -tag -width 8n -compact");
    for (; parameter->name != NULL; parameter++) {
        put_item(oa_help_parameter(parameter, pool), parameter->help);
    }
    puts(".El");
}

static void put_option(const oa_option *option)
{
    fputs(".It ", stdout);
    put_text("--");
    put_text(option->name);
    if (option->value != NULL) {
        printf(" Ar %s", option->value);
    }
    putchar('\n');
    put_text(option->help);
    puts(".");
}

static oa_error *run_manual(oa_session *session, const oa_operation *row, oa_json *arguments, oa_json **result)
{
    (void)row;
    (void)arguments;
    (void)result;
    puts(".Sh OPTIONS\nThese stand anywhere.\n.Bl -tag -width 8n");
    for (const oa_option *option = oa_options; option->name != NULL; option++) {
        put_option(option);
    }
    puts(".El\n.Sh COMMANDS\n.Bl -tag -width 4n");
    for (const oa_command *command = oa_commands(session->pool); command->row != NULL; command++) {
        if ((command->flags & OA_COMMAND_HIDDEN) == 0) {
            put_command(command, session->pool);
        }
    }
    puts(".El");
    return NULL;
}

static const oa_parameter completion_parameters[] = {
    {"shell", OA_TYPE_CHOICE, OA_REQUIRED | OA_POSITIONAL, "for which shell", "bash zsh"},
    {NULL, OA_TYPE_TEXT, 0, NULL, NULL}};

static const oa_operation rows[] = {{.name = "completion",
                                     .summary = "print what the shell needs to complete commands",
                                     .parameters = completion_parameters},
                                    {.name = "manual", .summary = "print the manual's list of commands"}};

const oa_command oa_text_commands[] = {
    {&rows[0], oa_command_completion, 0}, {&rows[1], run_manual, OA_COMMAND_HIDDEN}, {NULL, NULL, 0}};
