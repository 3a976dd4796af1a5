/* SPDX-License-Identifier: Apache-2.0 */
#include "admin-cli/help.h"
#include "admin-cli/option.h"

#include <apr_lib.h>
#include <apr_strings.h>

enum { INDENT = 28 };

static const char *const environment_and_exits =
    "\nExit: 0 done; 1 failed; 2 usage; 3 not found; 4 not allowed; 5 conflict or invalid; 75 store busy, try again.\n"
    "Organizations are named by id or slug, users by id or e-mail, keys by id, Web APIs and roles by id or name.\n"
    "Data goes to stdout, everything else to stderr. Secrets are asked for or read from stdin, never from the command "
    "line.\nMore: man orgauth, man orgauth-NOUN.\n";

/* A line of help: what is typed, and what it does; a long left side gets a line of its own. */
static void line(FILE *out, const char *left, const char *right)
{
    if (strlen(left) + 2 > INDENT) {
        fprintf(out, "  %s\n  %*s%s\n", left, INDENT, "", right);
    } else {
        fprintf(out, "  %-*s%s\n", INDENT, left, right);
    }
}

static const char *option_text(const oa_option *option, apr_pool_t *pool)
{
    return apr_pstrcat(pool, "--", option->name, option->value != NULL ? " " : "",
                       option->value != NULL ? option->value : "", NULL);
}

static void global_options(FILE *out, apr_pool_t *pool)
{
    fputs("\nOptions of every command:\n", out);
    for (const oa_option *option = oa_options; option->name != NULL; option++) {
        line(out, option_text(option, pool), option->help);
    }
}

/* "--first-name NAME", "EMAIL…". */
static const char *spell_parameter(const oa_parameter *parameter, apr_pool_t *pool)
{
    const char *value = oa_parameter_value(parameter, pool);
    const char *more = (parameter->flags & OA_LIST) != 0 ? "..." : "";
    if (oa_parameter_is_positional(parameter)) {
        return apr_pstrcat(pool, value, more, NULL);
    }
    const char *spelling = oa_parameter_spelling(parameter, pool);
    if (parameter->type == OA_TYPE_SECRET) {
        return apr_pstrcat(pool, "--", spelling, "[-stdin]", NULL);
    }
    return value == NULL ? apr_pstrcat(pool, "--", spelling, NULL)
                         : apr_pstrcat(pool, "--", spelling, " ", value, more, NULL);
}

/* "user create EMAIL --org ORG [--system]". */
static const char *synopsis(const oa_command *command, apr_pool_t *pool)
{
    const char *text = oa_command_spelling(command, pool);
    for (const oa_parameter *p = command->row->parameters; p != NULL && p->name != NULL; p++) {
        bool required = (p->flags & OA_REQUIRED) != 0;
        text = apr_pstrcat(pool, text, required ? " " : " [", spell_parameter(p, pool), required ? "" : "]", NULL);
    }
    return text;
}

const char *oa_help_meaning(const oa_parameter *parameter, apr_pool_t *pool)
{
    const char *extra = "";
    if (parameter->type != OA_TYPE_CHOICE && parameter->choices != NULL) {
        extra = apr_pstrcat(pool, " (default ", parameter->choices, ")", NULL);
    } else if (parameter->type == OA_TYPE_CHOICE && oa_parameter_is_positional(parameter)) {
        extra = apr_pstrcat(pool, ": ", parameter->choices, NULL);
    }
    bool repeats = (parameter->flags & OA_LIST) != 0 || parameter->type == OA_TYPE_PAIR;
    return apr_pstrcat(pool, parameter->help, extra, repeats ? "; may be repeated" : "", NULL);
}

static void help_command(FILE *out, const oa_command *command, apr_pool_t *pool)
{
    const oa_parameter *parameter = command->row->parameters;
    const char *summary = command->row->summary;
    fprintf(out, "Usage: orgauth %s\n\n%c%s.\n", synopsis(command, pool), apr_toupper(*summary), summary + 1);
    if (parameter != NULL && parameter->name != NULL) {
        fputs("\nArguments:\n", out);
    }
    for (; parameter != NULL && parameter->name != NULL; parameter++) {
        line(out, spell_parameter(parameter, pool), oa_help_meaning(parameter, pool));
    }
    global_options(out, pool);
}

void oa_help_noun(FILE *out, const char *noun, apr_pool_t *pool)
{
    fprintf(out, "Usage: orgauth %s VERB ...\n\n", noun);
    for (const oa_command *command = oa_commands(pool); command->row != NULL; command++) {
        if (strcmp(oa_command_noun(command, pool), noun) == 0) {
            line(out, oa_command_spelling(command, pool), command->row->summary);
        }
    }
    fprintf(out, "\nMore about one of them: orgauth %s VERB --help; about all: man orgauth-%s\n", noun, noun);
}

const char *oa_help_verbs(const char *noun, apr_pool_t *pool)
{
    const apr_array_header_t *verbs = oa_command_verbs(noun, pool);
    return verbs->nelts > 0 ? apr_array_pstrcat(pool, verbs, ' ') : oa_command_find(noun, NULL, pool)->row->summary;
}

void oa_help_all(FILE *out, apr_pool_t *pool)
{
    const apr_array_header_t *nouns = oa_command_nouns(pool);
    fputs("Usage: orgauth [OPTION]... NOUN VERB ...\n\nManages the store of mod_orgauth.\n\n", out);
    for (int i = 0; i < nouns->nelts; i++) {
        const char *noun = APR_ARRAY_IDX(nouns, i, const char *);
        fprintf(out, "  %-12s%s\n", noun, oa_help_verbs(noun, pool));
    }
    global_options(out, pool);
    fputs(environment_and_exits, out);
}

void oa_help(FILE *out, const oa_invocation *invocation, apr_pool_t *pool)
{
    if (invocation->command != NULL) {
        help_command(out, invocation->command, pool);
    } else if (invocation->noun != NULL) {
        oa_help_noun(out, invocation->noun, pool);
    } else {
        oa_help_all(out, pool);
    }
}
