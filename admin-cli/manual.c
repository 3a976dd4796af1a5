/* SPDX-License-Identifier: Apache-2.0 */
/*
 * orgauth manual: copies a page of man/ from stdin to stdout, and puts in what the tables know. A line "@WORD ARGUMENT"
 * stands for that; all is scdoc(5). And the table of the verbs that print texts.
 */
#include "admin-cli/command.h"
#include "admin-cli/help.h"
#include "admin-cli/option.h"
#include "core/model/setting.h"

#include <apr_lib.h>
#include <apr_strings.h>

/* Paths of this build are named as configure does, so that a page can be made on one machine and installed on another.
 */
typedef struct place {
    const char *path, *name;
} place;

static const place places[] = {{OA_STORE_DEFAULT, "$localstatedir/lib/orgauth/orgauth.db"},
                               {OA_SECRET_DEFAULT, "$sysconfdir/orgauth/secret"},
                               {NULL, NULL}};

static const char *portable(const char *text, apr_pool_t *pool)
{
    for (const place *row = places; row->path != NULL; row++) {
        const char *at = strstr(text, row->path);
        if (at != NULL) {
            const char *before = apr_pstrmemdup(pool, text, (apr_size_t)(at - text));
            text = apr_pstrcat(pool, before, row->name, at + strlen(row->path), NULL);
        }
    }
    return text;
}

/* `text` with what scdoc would take for its own behind backslashes. */
static const char *escaped(const char *text, apr_pool_t *pool)
{
    text = portable(text, pool);
    char *copy = apr_palloc(pool, 2 * strlen(text) + 1), *out = copy;
    for (const char *at = text; *at != '\0'; at++) {
        if (strchr("\\*_`", *at) != NULL) {
            *out++ = '\\';
        }
        *out++ = *at;
    }
    *out = '\0';
    return copy;
}

/* "users" -> "Users.", at the beginning of a line: bold begins and ends before a mark, since scdoc would hand what
 * follows a backslash to roff as it is. */
static const char *sentence(const char *text, apr_pool_t *pool)
{
    const char *mark = strchr("#-.[]|:;", *text) != NULL ? "**" : "";
    return apr_pstrcat(pool, mark, escaped(apr_psprintf(pool, "%c%s.", apr_toupper(*text), text + 1), pool), NULL);
}

static const char *bold(const char *text, apr_pool_t *pool)
{
    return apr_pstrcat(pool, "*", escaped(text, pool), "*", NULL);
}

static const char *underlined(const char *text, apr_pool_t *pool)
{
    return apr_pstrcat(pool, "_", escaped(text, pool), "_", NULL);
}

/* One parameter as it is typed. */
static const char *typed(const oa_parameter *parameter, apr_pool_t *pool)
{
    const char *value = oa_parameter_value(parameter, pool);
    const char *more = (parameter->flags & OA_LIST) != 0 ? " ..." : "";
    const char *option = bold(apr_pstrcat(pool, "--", oa_parameter_spelling(parameter, pool), NULL), pool);
    if (oa_parameter_is_positional(parameter)) {
        return apr_pstrcat(pool, underlined(value, pool), more, NULL);
    }
    if (parameter->type == OA_TYPE_SECRET) {
        return apr_pstrcat(pool, option, "[*-stdin*]", NULL);
    }
    return value == NULL ? option : apr_pstrcat(pool, option, " ", underlined(value, pool), more, NULL);
}

static void put_typed(const oa_command *command, apr_pool_t *pool)
{
    fputs(bold(apr_pstrcat(pool, "orgauth ", oa_command_spelling(command, pool), NULL), pool), stdout);
    for (const oa_parameter *p = command->row->parameters; p != NULL && p->name != NULL; p++) {
        bool required = (p->flags & OA_REQUIRED) != 0;
        printf(required ? " %s" : " [%s]", typed(p, pool));
    }
    puts("\n");
}

static void put_item(const char *title, const char *text)
{
    printf("%s\n\t%s\n", title, text);
}

/* In whose organization the permission is asked for. */
static const char *const scopes[] = {[OA_SCOPE_PUBLIC] = "none",
                                     [OA_SCOPE_NONE] = "none; whoever is known sees what is his",
                                     [OA_SCOPE_SITE] = "SuperAdmins only",
                                     [OA_SCOPE_ORG] = " in that organization",
                                     [OA_SCOPE_HOME] = " in the home organization of the user, or above"};

/* "search:q" -> ", where search is called q" */
static const char *renamed(const char *names, apr_pool_t *pool)
{
    const char *text = "";
    char *state, *pair = apr_strtok(apr_pstrdup(pool, names != NULL ? names : ""), " ", &state);
    for (; pair != NULL; pair = apr_strtok(NULL, " ", &state)) {
        char *colon = strchr(pair, ':');
        *colon = '\0';
        text = apr_pstrcat(pool, text, *text == '\0' ? ", where " : " and ", underlined(pair, pool), " is ",
                           underlined(colon + 1, pool), NULL);
    }
    return text;
}

static const char *routes(const oa_operation *row, apr_pool_t *pool)
{
    const char *text = "";
    char *state, *path = apr_strtok(apr_pstrdup(pool, row->path), " ", &state);
    for (; path != NULL; path = apr_strtok(NULL, " ", &state)) {
        const char *route = bold(apr_pstrcat(pool, row->method, " ", path, NULL), pool);
        text = apr_pstrcat(pool, text, *text == '\0' ? "" : " or ", route, NULL);
    }
    return text;
}

/* What is not to be seen from the command: the way by REST, who may, and what it asks. */
static void put_facts(const oa_command *command, apr_pool_t *pool)
{
    const oa_operation *row = command->row;
    if (row->method != NULL) {
        const char *permission = row->permission != NULL ? bold(row->permission, pool) : "";
        printf("REST: %s%s. Permission: %s%s.\n\n", routes(row, pool), renamed(row->renamed, pool), permission,
               scopes[row->scope]);
    }
    if ((command->flags & OA_COMMAND_ASKS) != 0) {
        puts("On a terminal it asks first, unless *--yes* is given.\n");
    }
}

static void put_parameters(const oa_command *command, apr_pool_t *pool)
{
    for (const oa_parameter *p = command->row->parameters; p != NULL && p->name != NULL; p++) {
        put_item(typed(p, pool), sentence(oa_help_meaning(p, pool), pool));
    }
    puts("");
}

static void put_verb(const oa_command *command, apr_pool_t *pool)
{
    if (oa_command_verb(command) != NULL) {
        printf("## %s\n\n", oa_command_verb(command));
        put_typed(command, pool);
        printf("%s\n\n", sentence(command->row->summary, pool));
    }
    put_parameters(command, pool);
    put_facts(command, pool);
}

/* The verbs of a noun, or the noun that is a verb by itself: how many were told of. */
static int each_verb(const char *noun, void (*put)(const oa_command *, apr_pool_t *), apr_pool_t *pool)
{
    int found = 0;
    for (const oa_command *command = oa_commands(pool); command->row != NULL; command++) {
        if ((command->flags & OA_COMMAND_HIDDEN) == 0 && strcmp(oa_command_noun(command, pool), noun) == 0) {
            put(command, pool);
            found++;
        }
    }
    return found;
}

static bool put_verbs(const char *noun, apr_pool_t *pool)
{
    return each_verb(noun, put_verb, pool) > 0;
}

static bool put_synopsis(const char *noun, apr_pool_t *pool)
{
    const apr_array_header_t *verbs = oa_command_verbs(noun, pool);
    if (verbs->nelts == 0) {
        return each_verb(noun, put_typed, pool) > 0;
    }
    printf("%s ", bold(apr_pstrcat(pool, "orgauth ", noun, NULL), pool));
    for (int i = 0; i < verbs->nelts; i++) {
        printf("%s%s", i > 0 ? " | " : "", bold(APR_ARRAY_IDX(verbs, i, const char *), pool));
    }
    puts(" [_ARGUMENT_ ...]\n");
    return true;
}

static bool put_nouns(const char *argument, apr_pool_t *pool)
{
    const apr_array_header_t *nouns = oa_command_nouns(pool);
    (void)argument;
    for (int i = 0; i < nouns->nelts; i++) {
        const char *noun = APR_ARRAY_IDX(nouns, i, const char *);
        put_item(apr_psprintf(pool, "%s(1)", bold(apr_pstrcat(pool, "orgauth-", noun, NULL), pool)),
                 escaped(oa_help_verbs(noun, pool), pool));
    }
    return true;
}

static bool put_options(const char *argument, apr_pool_t *pool)
{
    (void)argument;
    for (const oa_option *option = oa_options; option->name != NULL; option++) {
        const char *name = bold(apr_pstrcat(pool, "--", option->name, NULL), pool);
        const char *value = option->value != NULL ? apr_pstrcat(pool, " ", underlined(option->value, pool), NULL) : "";
        put_item(apr_pstrcat(pool, name, value, NULL), sentence(option->help, pool));
    }
    return true;
}

static bool put_settings(const char *argument, apr_pool_t *pool)
{
    (void)argument;
    for (const oa_setting_row *row = oa_setting_rows; row->name != NULL; row++) {
        const char *initial = row->initial != NULL ? bold(row->initial, pool) : "none";
        put_item(apr_psprintf(pool, "%s (default: %s)", bold(row->name, pool), initial), sentence(row->help, pool));
    }
    return true;
}

/* All that REST does; what the command line does not have is for who has an account of his own. */
static bool put_routes(const char *argument, apr_pool_t *pool)
{
    (void)argument;
    for (const oa_operation *const *row = oa_operations; (*row)->name != NULL; row++) {
        if ((*row)->method != NULL) {
            put_item(routes(*row, pool), sentence((*row)->summary, pool));
        }
    }
    return true;
}

/* What "@word argument" stands for; false: there is no such thing as `argument`. */
typedef struct insertion {
    const char *word;
    bool (*put)(const char *argument, apr_pool_t *pool);
} insertion;

static const insertion insertions[] = {
    {"synopsis", put_synopsis}, {"verbs", put_verbs},   {"nouns", put_nouns}, {"options", put_options},
    {"settings", put_settings}, {"routes", put_routes}, {NULL, NULL}};

static oa_error *insert(const char *line, apr_pool_t *pool)
{
    size_t length = strcspn(line, " ");
    const char *word = apr_pstrmemdup(pool, line, length);
    const insertion *row = insertions;
    while (row->word != NULL && strcmp(row->word, word) != 0) {
        row++;
    }
    return row->word != NULL && row->put(line + length + strspn(line + length, " "), pool)
               ? NULL
               : oa_error_make(pool, OA_INVALID, "nothing can be put in for @%s", line);
}

static oa_error *run_manual(oa_session *session, const oa_operation *row, oa_json *arguments, oa_json **result)
{
    char line[4096];
    (void)row;
    (void)arguments;
    (void)result;
    while (fgets(line, sizeof line, stdin) != NULL) {
        if (*line == '@') {
            OA_TRY(insert(apr_pstrmemdup(session->pool, line + 1, strcspn(line + 1, "\n")), session->pool));
        } else {
            fputs(line, stdout);
        }
    }
    return NULL;
}

static const oa_parameter completion_parameters[] = {
    {"shell", OA_TYPE_CHOICE, OA_REQUIRED | OA_POSITIONAL, "for which shell", "bash zsh"},
    {NULL, OA_TYPE_TEXT, 0, NULL, NULL}};

static const oa_operation rows[] = {{.name = "completion",
                                     .summary = "print what the shell needs to complete commands",
                                     .parameters = completion_parameters},
                                    {.name = "manual", .summary = "complete a page of the manual"}};

const oa_command oa_text_commands[] = {
    {&rows[0], oa_command_completion, 0}, {&rows[1], run_manual, OA_COMMAND_HIDDEN}, {NULL, NULL, 0}};
