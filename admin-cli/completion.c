/* SPDX-License-Identifier: Apache-2.0 */
/* orgauth completion SHELL: one POSIX function that says which words may come next, made from the rows, and what each
 * shell needs around it. */
#include "admin-cli/command.h"
#include "admin-cli/option.h"

#include <apr_strings.h>

typedef struct shell {
    const char *name, *head, *tail;
} shell;

/* bash takes --store=URL for three words. */
#define FIND_WORDS                                                                                                     \
    "    if [[ -n $skip ]]; then [[ $word == = ]] || skip=; continue; fi\n"                                            \
    "    case $word in\n"                                                                                              \
    "      --store|--secret-file|--output) skip=1 ;;\n"                                                                \
    "      -*|=) ;;\n"                                                                                                 \
    "      *) if [[ -z $noun ]]; then noun=$word; elif [[ -z $verb ]]; then verb=$word; fi ;;\n"                       \
    "    esac\n"                                                                                                       \
    "  done\n"

static const shell shells[] = {
    {"bash", "# bash completion for orgauth; made by: orgauth completion bash\n",
     "_orgauth() {\n"
     "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} noun= verb= skip= word\n"
     "  [[ $prev != = ]] || prev=${COMP_WORDS[COMP_CWORD-2]}\n"
     "  [[ $cur != = ]] || cur=\n"
     "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n" FIND_WORDS
     "  COMPREPLY=($(compgen -W \"$(_orgauth_words \"$noun\" \"$verb\" \"$prev\")\" -- \"$cur\"))\n"
     "}\n"
     "complete -o default -F _orgauth orgauth\n"},
    {"zsh", "#compdef orgauth\n# zsh completion for orgauth; made by: orgauth completion zsh\n",
     "_orgauth() {\n"
     "  local noun= verb= skip= word\n"
     "  local -a choices\n"
     "  for word in ${words[2,CURRENT-1]}; do\n" FIND_WORDS
     "  choices=(${=\"$(_orgauth_words \"$noun\" \"$verb\" \"${words[CURRENT-1]}\")\"})\n"
     "  compadd -a choices || _files\n"
     "}\n"
     "_orgauth \"$@\"\n"},
    {NULL, NULL, NULL}};

/* After an option that takes a value come its choices, or what the shell completes by itself: files. */
static void print_values(const oa_command *command, apr_pool_t *pool)
{
    for (const oa_parameter *p = command->row->parameters; p != NULL && p->name != NULL; p++) {
        if (!oa_parameter_is_positional(p) && oa_parameter_value(p, pool) != NULL) {
            printf("    '%s --%s') echo '%s'; return ;;\n", oa_command_spelling(command, pool),
                   oa_parameter_spelling(p, pool), p->type == OA_TYPE_CHOICE ? p->choices : "");
        }
    }
}

static void print_global_values(void)
{
    for (const oa_option *option = oa_options; option->name != NULL; option++) {
        if (option->value != NULL) {
            printf("    *' --%s') echo '%s'; return ;;\n", option->name,
                   option->choices != NULL ? option->choices : "");
        }
    }
}

static void print_command(const oa_command *command, apr_pool_t *pool)
{
    const char *choices = "";
    for (const oa_parameter *p = command->row->parameters; p != NULL && p->name != NULL; p++) {
        if (p->type == OA_TYPE_CHOICE && oa_parameter_is_positional(p)) {
            choices = apr_pstrcat(pool, choices, p->choices, " ", NULL);
        }
    }
    /* A noun that is a verb by itself takes a word of its own in the place of the verb. */
    printf("    '%s'%s) echo '%s%s' ;;\n", oa_command_spelling(command, pool),
           oa_command_verb(command) == NULL ? "' '*" : "", choices,
           apr_array_pstrcat(pool, oa_option_words(command->row, pool), ' '));
}

static void print_nouns(apr_pool_t *pool)
{
    const apr_array_header_t *nouns = oa_command_nouns(pool);
    const char *options = apr_array_pstrcat(pool, oa_option_words(NULL, pool), ' ');
    printf("    ' ') echo '%s %s' ;;\n", apr_array_pstrcat(pool, nouns, ' '), options);
    for (int i = 0; i < nouns->nelts; i++) {
        const char *noun = APR_ARRAY_IDX(nouns, i, const char *);
        const apr_array_header_t *verbs = oa_command_verbs(noun, pool);
        if (verbs->nelts > 0) {
            printf("    '%s ') echo '%s --help' ;;\n", noun, apr_array_pstrcat(pool, verbs, ' '));
        }
    }
}

static void print_words(apr_pool_t *pool)
{
    puts("_orgauth_words() {\n  case \"$1 $2 $3\" in");
    print_global_values();
    for (const oa_command *command = oa_commands(pool); command->row != NULL; command++) {
        print_values(command, pool);
    }
    puts("  esac\n  case \"$1 $2\" in");
    print_nouns(pool);
    for (const oa_command *command = oa_commands(pool); command->row != NULL; command++) {
        if ((command->flags & OA_COMMAND_HIDDEN) == 0) {
            print_command(command, pool);
        }
    }
    puts("  esac\n}");
}

oa_error *oa_command_completion(oa_session *session, const oa_operation *row, oa_json *arguments, oa_json **result)
{
    const char *wanted = oa_json_get_text(arguments, "shell");
    (void)row;
    (void)result;
    for (const shell *kind = shells; kind->name != NULL; kind++) {
        if (strcmp(kind->name, wanted) == 0) {
            fputs(kind->head, stdout);
            print_words(session->pool);
            fputs(kind->tail, stdout);
            return NULL;
        }
    }
    return oa_error_make(session->pool, OA_USAGE, "completion is made for bash and zsh, not for \"%s\"", wanted);
}
