/* SPDX-License-Identifier: Apache-2.0 */
#include "admin-cli/command.h"

#include <apr_strings.h>
#include <apr_tables.h>

/* Verbs of operations that take something away. */
static const char *const asking_verbs[] = {"remove", "erase", "ban", "deactivate", "detach", "revoke", NULL};

static bool asks(const char *name)
{
    const char *dot = strchr(name, '.');
    for (const char *const *verb = asking_verbs; dot != NULL && *verb != NULL; verb++) {
        if (strcmp(dot + 1, *verb) == 0) {
            return true;
        }
    }
    return false;
}

static void add_local(apr_array_header_t *all, const oa_command *commands)
{
    for (; commands->row != NULL; commands++) {
        APR_ARRAY_PUSH(all, oa_command) = *commands;
    }
}

static void add_operations(apr_array_header_t *all)
{
    for (const oa_operation *const *row = oa_operations; (*row)->name != NULL; row++) {
        if (!(*row)->remote) {
            APR_ARRAY_PUSH(all, oa_command) =
                (oa_command){*row, oa_command_perform, asks((*row)->name) ? OA_COMMAND_ASKS : 0};
        }
    }
}

const oa_command *oa_commands(apr_pool_t *pool)
{
    static const oa_command *commands;
    if (commands == NULL) {
        apr_array_header_t *all = apr_array_make(pool, 100, sizeof(oa_command));
        add_local(all, oa_store_commands);
        add_operations(all);
        add_local(all, oa_upkeep_commands);
        add_local(all, oa_check_commands);
        add_local(all, oa_doctor_commands);
        add_local(all, oa_text_commands);
        APR_ARRAY_PUSH(all, oa_command) = (oa_command){NULL, NULL, 0};
        commands = (const oa_command *)all->elts;
    }
    return commands;
}

const oa_command *oa_command_find(const char *noun, const char *verb, apr_pool_t *pool)
{
    const char *name = verb != NULL ? apr_pstrcat(pool, noun, ".", verb, NULL) : noun;
    const oa_command *command = oa_commands(pool);
    while (command->row != NULL && strcmp(command->row->name, name) != 0) {
        command++;
    }
    return command->row != NULL ? command : NULL;
}

const char *oa_command_noun(const oa_command *command, apr_pool_t *pool)
{
    const char *name = command->row->name;
    return apr_pstrmemdup(pool, name, strcspn(name, "."));
}

const char *oa_command_verb(const oa_command *command)
{
    const char *dot = strchr(command->row->name, '.');
    return dot != NULL ? dot + 1 : NULL;
}

const char *oa_command_spelling(const oa_command *command, apr_pool_t *pool)
{
    char *spelling = apr_pstrdup(pool, command->row->name);
    char *dot = strchr(spelling, '.');
    if (dot != NULL) {
        *dot = ' ';
    }
    return spelling;
}

static void add_once(apr_array_header_t *words, const char *word)
{
    for (int i = 0; i < words->nelts; i++) {
        if (strcmp(APR_ARRAY_IDX(words, i, const char *), word) == 0) {
            return;
        }
    }
    APR_ARRAY_PUSH(words, const char *) = word;
}

const apr_array_header_t *oa_command_nouns(apr_pool_t *pool)
{
    apr_array_header_t *nouns = apr_array_make(pool, 20, sizeof(const char *));
    for (const oa_command *command = oa_commands(pool); command->row != NULL; command++) {
        if ((command->flags & OA_COMMAND_HIDDEN) == 0) {
            add_once(nouns, oa_command_noun(command, pool));
        }
    }
    return nouns;
}

const apr_array_header_t *oa_command_verbs(const char *noun, apr_pool_t *pool)
{
    apr_array_header_t *verbs = apr_array_make(pool, 20, sizeof(const char *));
    for (const oa_command *command = oa_commands(pool); command->row != NULL; command++) {
        const char *verb = oa_command_verb(command);
        if (verb != NULL && strcmp(oa_command_noun(command, pool), noun) == 0) {
            add_once(verbs, verb);
        }
    }
    return verbs;
}
