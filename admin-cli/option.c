/* SPDX-License-Identifier: Apache-2.0 */
#include "admin-cli/option.h"

#include <apr_lib.h>
#include <apr_strings.h>

static const char *const output_names[] = {
    [OA_OUTPUT_TABLE] = "table", [OA_OUTPUT_JSON] = "json", [OA_OUTPUT_CSV] = "csv"};

static oa_error *set_store(oa_session *session, const char *value)
{
    session->store_url = value;
    return NULL;
}

static oa_error *set_secret_file(oa_session *session, const char *value)
{
    session->secret_file = value;
    return NULL;
}

static oa_error *set_output(oa_session *session, const char *value)
{
    for (size_t i = 0; i < sizeof output_names / sizeof output_names[0]; i++) {
        if (strcmp(value, output_names[i]) == 0) {
            session->output = (oa_output)i;
            return NULL;
        }
    }
    return oa_error_make(session->pool, OA_USAGE, "--output is table, json or csv, not \"%s\"", value);
}

static oa_error *set_json(oa_session *session, const char *value)
{
    (void)value;
    session->output = OA_OUTPUT_JSON;
    return NULL;
}

static oa_error *set_yes(oa_session *session, const char *value)
{
    (void)value;
    session->yes = true;
    return NULL;
}

static oa_error *set_dry_run(oa_session *session, const char *value)
{
    (void)value;
    session->dry_run = true;
    return NULL;
}

static oa_error *set_help(oa_session *session, const char *value)
{
    (void)value;
    session->help = true;
    return NULL;
}

static oa_error *set_version(oa_session *session, const char *value)
{
    (void)value;
    session->version = true;
    return NULL;
}

const oa_option oa_options[] = {
    {"store", "URL", "the store: a path (else ORGAUTH_STORE, else " OA_STORE_DEFAULT ")", NULL, set_store},
    {"secret-file", "FILE", "the master secret (else ORGAUTH_SECRET_FILE, else " OA_SECRET_DEFAULT ")", NULL,
     set_secret_file},
    {"output", "table|json|csv", "how results are printed", "table json csv", set_output},
    {"json", NULL, "the same as --output json", NULL, set_json},
    {"yes", NULL, "ask nothing before taking something away", NULL, set_yes},
    {"dry-run", NULL, "check everything and show the result, but change nothing", NULL, set_dry_run},
    {"help", NULL, "explain this command", NULL, set_help},
    {"version", NULL, "print the version", NULL, set_version},
    {NULL, NULL, NULL, NULL, NULL}};

const oa_option *oa_option_find(const char *name)
{
    const oa_option *option = oa_options;
    while (option->name != NULL && strcmp(option->name, name) != 0) {
        option++;
    }
    return option->name != NULL ? option : NULL;
}

bool oa_parameter_is_positional(const oa_parameter *parameter)
{
    return (parameter->flags & OA_POSITIONAL) != 0 && parameter->type != OA_TYPE_SECRET;
}

const char *oa_parameter_spelling(const oa_parameter *parameter, apr_pool_t *pool)
{
    char *spelling = apr_pstrdup(pool, parameter->name);
    for (char *at = strchr(spelling, '_'); at != NULL; at = strchr(at, '_')) {
        *at = '-';
    }
    return spelling;
}

static const char *const type_values[] = {
    [OA_TYPE_TEXT] = "TEXT",    [OA_TYPE_NAME] = "NAME",        [OA_TYPE_SLUG] = "SLUG",
    [OA_TYPE_EMAIL] = "EMAIL",  [OA_TYPE_INTEGER] = "N",        [OA_TYPE_FLAG] = NULL,
    [OA_TYPE_DURATION] = "90d", [OA_TYPE_TIME] = "TIME",        [OA_TYPE_CHOICE] = "WORD",
    [OA_TYPE_SECRET] = NULL,    [OA_TYPE_PAIR] = "FIELD=VALUE", [OA_TYPE_PERMISSION] = "MODULE:ACTION",
    [OA_TYPE_ORG] = "ORG",      [OA_TYPE_USER] = "USER",        [OA_TYPE_KEY] = "KEY",
    [OA_TYPE_API] = "API",      [OA_TYPE_ROLE] = "ROLE",        [OA_TYPE_CURSOR] = "CURSOR",
    [OA_TYPE_FILE] = "FILE"};

/* A positional text is called by its own name: FILE. */
static const char *own_name(const oa_parameter *parameter, apr_pool_t *pool)
{
    char *name = apr_pstrdup(pool, oa_parameter_spelling(parameter, pool));
    for (char *at = name; *at != '\0'; at++) {
        *at = (char)apr_toupper(*at);
    }
    return name;
}

const char *oa_parameter_value(const oa_parameter *parameter, apr_pool_t *pool)
{
    if (parameter->type == OA_TYPE_CHOICE && parameter->choices != NULL && !oa_parameter_is_positional(parameter)) {
        char *choices = apr_pstrdup(pool, parameter->choices);
        for (char *at = strchr(choices, ' '); at != NULL; at = strchr(at, ' ')) {
            *at = '|';
        }
        return choices;
    }
    bool plain = parameter->type == OA_TYPE_TEXT || parameter->type == OA_TYPE_CHOICE;
    return plain && oa_parameter_is_positional(parameter) ? own_name(parameter, pool) : type_values[parameter->type];
}

const oa_parameter *oa_parameter_find(const oa_operation *row, const char *name, apr_pool_t *pool)
{
    const oa_parameter *parameter = row->parameters;
    for (; parameter != NULL && parameter->name != NULL; parameter++) {
        if (!oa_parameter_is_positional(parameter) && strcmp(oa_parameter_spelling(parameter, pool), name) == 0) {
            return parameter;
        }
    }
    return NULL;
}

const oa_parameter *oa_parameter_find_stdin(const oa_operation *row, const char *name, apr_pool_t *pool)
{
    size_t length = strlen(name), ending = sizeof "-stdin" - 1;
    if (length <= ending || strcmp(name + length - ending, "-stdin") != 0) {
        return NULL;
    }
    const oa_parameter *parameter = oa_parameter_find(row, apr_pstrmemdup(pool, name, length - ending), pool);
    return parameter != NULL && parameter->type == OA_TYPE_SECRET ? parameter : NULL;
}

static void add_parameter(apr_array_header_t *words, const oa_parameter *parameter, apr_pool_t *pool)
{
    const char *spelling = oa_parameter_spelling(parameter, pool);
    if (oa_parameter_is_positional(parameter)) {
        return;
    }
    APR_ARRAY_PUSH(words, const char *) = apr_pstrcat(pool, "--", spelling, NULL);
    if (parameter->type == OA_TYPE_SECRET) {
        APR_ARRAY_PUSH(words, const char *) = apr_pstrcat(pool, "--", spelling, "-stdin", NULL);
    }
}

const apr_array_header_t *oa_option_words(const oa_operation *row, apr_pool_t *pool)
{
    apr_array_header_t *words = apr_array_make(pool, 30, sizeof(const char *));
    const oa_parameter *parameter = row != NULL ? row->parameters : NULL;
    for (; parameter != NULL && parameter->name != NULL; parameter++) {
        add_parameter(words, parameter, pool);
    }
    for (const oa_option *option = oa_options; option->name != NULL; option++) {
        APR_ARRAY_PUSH(words, const char *) = apr_pstrcat(pool, "--", option->name, NULL);
    }
    return words;
}
