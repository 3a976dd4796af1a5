/* SPDX-License-Identifier: Apache-2.0 */
#include "admin-cli/arguments.h"
#include "admin-cli/option.h"
#include "admin-cli/prompt.h"
#include "admin-cli/suggest.h"
#include "core/base/text.h"

#include <apr_strings.h>
#include <errno.h>

typedef struct argv_reader {
    oa_session *session;
    oa_invocation *invocation;
    const char *const *argv;
    int argc, at;
    bool ended;                 /* "--" was seen */
    const oa_parameter *taking; /* the repeatable option that came last */
    apr_pool_t *pool;
} argv_reader;

static const oa_operation *row_of(const argv_reader *reader)
{
    return reader->invocation->command != NULL ? reader->invocation->command->row : NULL;
}

/* The command as far as it is known: "orgauth user create". */
static const char *spelled(const argv_reader *reader)
{
    const oa_invocation *invocation = reader->invocation;
    if (invocation->command != NULL) {
        return apr_pstrcat(reader->pool, "orgauth ", oa_command_spelling(invocation->command, reader->pool), NULL);
    }
    return invocation->noun != NULL ? apr_pstrcat(reader->pool, "orgauth ", invocation->noun, NULL) : "orgauth";
}

static oa_error *next_word(argv_reader *reader, const char **word)
{
    *word = reader->argv[reader->at++];
    return oa_text_is_utf8(*word, strlen(*word))
               ? NULL
               : oa_error_make(reader->pool, OA_USAGE, "argument %d is not valid UTF-8", reader->at - 1);
}

/* Values by type */

static oa_error *set_text(argv_reader *reader, const oa_parameter *parameter, const char *option, const char *text)
{
    (void)option;
    oa_json *arguments = reader->invocation->arguments;
    if ((parameter->flags & OA_LIST) == 0) {
        oa_json_set_text(arguments, parameter->name, text);
        return NULL;
    }
    oa_json *list = oa_json_array(reader->pool);
    if (oa_json_get(arguments, parameter->name) != NULL) {
        oa_json_extend(list, oa_json_get(arguments, parameter->name));
    }
    /* --api= takes all of them away. */
    if (*text != '\0' || (parameter->flags & OA_CLEARS) == 0) {
        oa_json_append_text(list, text);
    }
    oa_json_set(arguments, parameter->name, list);
    return NULL;
}

static oa_error *set_integer(argv_reader *reader, const oa_parameter *parameter, const char *option, const char *text)
{
    char *end;
    errno = 0;
    long long number = strtoll(text, &end, 10);
    if (end == text || *end != '\0' || errno != 0) {
        return oa_error_field(reader->pool, parameter->name, "%s: \"%s\" is not a whole number", option, text);
    }
    oa_json_set_int(reader->invocation->arguments, parameter->name, number);
    return NULL;
}

static oa_error *set_flag(argv_reader *reader, const oa_parameter *parameter, const char *option, const char *text)
{
    bool no = text != NULL && strcmp(text, "false") == 0;
    if (text != NULL && !no && strcmp(text, "true") != 0) {
        return oa_error_field(reader->pool, parameter->name, "%s is a flag: %s, or =true, or =false", option, option);
    }
    oa_json_set_bool(reader->invocation->arguments, parameter->name, !no);
    return NULL;
}

static bool add_member(void *object, const char *name, const oa_json *value)
{
    oa_json_set_text(object, name, oa_json_text(value));
    return true;
}

static oa_error *set_pair(argv_reader *reader, const oa_parameter *parameter, const char *option, const char *text)
{
    const char *sign = strchr(text, '=');
    if (sign == NULL || sign == text) {
        return oa_error_field(reader->pool, parameter->name, "%s: \"%s\" is not of the form FIELD=VALUE", option, text);
    }
    oa_json *pairs = oa_json_object(reader->pool);
    const oa_json *given = oa_json_get(reader->invocation->arguments, parameter->name);
    if (given != NULL) {
        oa_json_each(given, add_member, pairs);
    }
    oa_json_set_text(pairs, apr_pstrmemdup(reader->pool, text, (apr_size_t)(sign - text)), sign + 1);
    oa_json_set(reader->invocation->arguments, parameter->name, pairs);
    return NULL;
}

/* What was given for a secret is not repeated. */
static oa_error *secret_in_argv(argv_reader *reader, const oa_parameter *parameter)
{
    const char *option = oa_parameter_spelling(parameter, reader->pool);
    return oa_error_make(reader->pool, OA_USAGE,
                         "--%s takes no value: others see the command line; it asks on the terminal, or use --%s-stdin",
                         option, option);
}

/* Without a value it asks for the secret. */
static oa_error *set_secret(argv_reader *reader, const oa_parameter *parameter, const char *option, const char *text)
{
    (void)option;
    reader->invocation->secret = parameter;
    return text == NULL ? NULL : secret_in_argv(reader, parameter);
}

typedef struct value_kind {
    oa_error *(*set)(argv_reader *reader, const oa_parameter *parameter, const char *option, const char *text);
    bool bare;  /* takes no word after it */
    bool twice; /* may be given again */
} value_kind;

static const value_kind text_kind = {set_text, false, false};
static const value_kind kinds[] = {[OA_TYPE_INTEGER] = {set_integer, false, false},
                                   [OA_TYPE_FLAG] = {set_flag, true, false},
                                   [OA_TYPE_SECRET] = {set_secret, true, false},
                                   [OA_TYPE_PAIR] = {set_pair, false, true}};
enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

static const value_kind *kind_of(const oa_parameter *parameter)
{
    return (int)parameter->type < KINDS && kinds[parameter->type].set != NULL ? &kinds[parameter->type] : &text_kind;
}

static oa_error *set_value(argv_reader *reader, const oa_parameter *parameter, const char *option, const char *text)
{
    const value_kind *kind = kind_of(parameter);
    bool again = kind->twice || (parameter->flags & OA_LIST) != 0;
    if (!again && oa_json_get(reader->invocation->arguments, parameter->name) != NULL) {
        return oa_error_make(reader->pool, OA_USAGE, "%s is given twice", option);
    }
    return kind->set(reader, parameter, option, text);
}

/* Options */

/* The value of `option`: behind its "=", or the next word. */
static oa_error *value_of(argv_reader *reader, const char *option, const char *inside, const char **value)
{
    if (inside == NULL && reader->at < reader->argc && strncmp(reader->argv[reader->at], "--", 2) != 0) {
        OA_TRY(next_word(reader, &inside));
    }
    if (inside == NULL) {
        return oa_error_make(reader->pool, OA_USAGE, "%s needs a value (one that begins with -- is written %s=VALUE)",
                             option, option);
    }
    *value = inside;
    return NULL;
}

static oa_error *take_global(argv_reader *reader, const oa_option *row, const char *option, const char *inside)
{
    const char *value = NULL;
    if (row->value == NULL && inside != NULL) {
        return oa_error_make(reader->pool, OA_USAGE, "%s takes no value", option);
    }
    if (row->value != NULL) {
        OA_TRY(value_of(reader, option, inside, &value));
    }
    return row->apply(reader->session, value);
}

static oa_error *take_parameter(argv_reader *reader, const oa_parameter *parameter, const char *option,
                                const char *inside)
{
    const char *value = inside;
    if (!kind_of(parameter)->bare) {
        OA_TRY(value_of(reader, option, inside, &value));
    }
    reader->taking = (parameter->flags & OA_LIST) != 0 && inside == NULL ? parameter : NULL;
    return set_value(reader, parameter, option, value);
}

static oa_error *unknown_option(argv_reader *reader, const char *option)
{
    const oa_operation *row = row_of(reader);
    const char *near = oa_did_you_mean(option, oa_option_words(row, reader->pool), reader->pool);
    const char *where = row == NULL ? " here (options of a verb come after it)" : "";
    return oa_error_make(reader->pool, OA_USAGE, "unknown option %s%s%s; see: %s --help", option, where, near,
                         spelled(reader));
}

static oa_error *take_option(argv_reader *reader, const char *word)
{
    const char *sign = strchr(word, '=');
    const char *option = sign != NULL ? apr_pstrmemdup(reader->pool, word, (apr_size_t)(sign - word)) : word;
    const char *inside = sign != NULL ? sign + 1 : NULL;
    const char *name = strcmp(option, "-h") == 0 ? "help" : strncmp(option, "--", 2) == 0 ? option + 2 : "";
    const oa_operation *row = row_of(reader);
    const oa_option *global = oa_option_find(name);
    const oa_parameter *parameter = row != NULL ? oa_parameter_find(row, name, reader->pool) : NULL;
    const oa_parameter *secret = row != NULL ? oa_parameter_find_stdin(row, name, reader->pool) : NULL;
    reader->taking = NULL;
    if (global != NULL) {
        return take_global(reader, global, option, inside);
    }
    if (secret != NULL) {
        reader->invocation->secret = secret;
        reader->invocation->secret_from_stdin = true;
        return inside == NULL ? NULL : secret_in_argv(reader, secret);
    }
    return parameter != NULL ? take_parameter(reader, parameter, option, inside) : unknown_option(reader, option);
}

/* Words without a dash */

static oa_error *take_noun(argv_reader *reader, const char *word)
{
    const apr_array_header_t *nouns = oa_command_nouns(reader->pool);
    oa_invocation *invocation = reader->invocation;
    if (strcmp(word, "help") == 0) {
        reader->session->help = true;
        return NULL;
    }
    invocation->command = oa_command_find(word, NULL, reader->pool);
    if (invocation->command == NULL && oa_command_verbs(word, reader->pool)->nelts == 0) {
        return oa_error_make(reader->pool, OA_USAGE, "unknown command \"%s\"%s; see: orgauth --help", word,
                             oa_did_you_mean(word, nouns, reader->pool));
    }
    invocation->noun = word;
    return NULL;
}

static oa_error *take_verb(argv_reader *reader, const char *word)
{
    const char *noun = reader->invocation->noun;
    reader->invocation->command = oa_command_find(noun, word, reader->pool);
    if (reader->invocation->command == NULL) {
        return oa_error_make(reader->pool, OA_USAGE, "%s: unknown verb \"%s\"%s; see: orgauth %s --help", noun, word,
                             oa_did_you_mean(word, oa_command_verbs(noun, reader->pool), reader->pool), noun);
    }
    return NULL;
}

/* The next positional parameter: the first without a value, or a last one that takes many. */
static const oa_parameter *next_positional(const argv_reader *reader)
{
    const oa_parameter *many = NULL;
    for (const oa_parameter *p = row_of(reader)->parameters; p != NULL && p->name != NULL; p++) {
        if (oa_parameter_is_positional(p) && oa_json_get(reader->invocation->arguments, p->name) == NULL) {
            return p;
        }
        many = oa_parameter_is_positional(p) && (p->flags & OA_LIST) != 0 ? p : many;
    }
    return many;
}

static oa_error *take_positional(argv_reader *reader, const char *word)
{
    const oa_parameter *parameter = next_positional(reader);
    if (parameter == NULL) {
        parameter = reader->taking;
    }
    if (parameter == NULL && reader->invocation->secret != NULL) {
        return secret_in_argv(reader, reader->invocation->secret);
    }
    if (parameter == NULL) {
        return oa_error_make(reader->pool, OA_USAGE, "\"%s\" is one word too many; see: %s --help", word,
                             spelled(reader));
    }
    return set_value(reader, parameter, oa_parameter_value(parameter, reader->pool), word);
}

static oa_error *take_word(argv_reader *reader, const char *word)
{
    if (reader->invocation->noun == NULL) {
        return take_noun(reader, word);
    }
    return reader->invocation->command == NULL ? take_verb(reader, word) : take_positional(reader, word);
}

static oa_error *take(argv_reader *reader)
{
    const char *word;
    OA_TRY(next_word(reader, &word));
    if (!reader->ended && strcmp(word, "--") == 0) {
        reader->ended = true;
        return NULL;
    }
    bool option = !reader->ended && word[0] == '-' && word[1] != '\0';
    return option ? take_option(reader, word) : take_word(reader, word);
}

/* What is missing */

static const char *shown(const oa_parameter *parameter, apr_pool_t *pool)
{
    return oa_parameter_is_positional(parameter)
               ? oa_parameter_value(parameter, pool)
               : apr_pstrcat(pool, "--", oa_parameter_spelling(parameter, pool), NULL);
}

static oa_error *check_complete(argv_reader *reader)
{
    const char *missing = "";
    oa_invocation *invocation = reader->invocation;
    for (const oa_parameter *p = row_of(reader)->parameters; p != NULL && p->name != NULL; p++) {
        bool required = (p->flags & OA_REQUIRED) != 0;
        if (required && p->type == OA_TYPE_SECRET) {
            invocation->secret = p;
        } else if (required && oa_json_get(invocation->arguments, p->name) == NULL) {
            missing = apr_pstrcat(reader->pool, missing, *missing != '\0' ? ", " : "", shown(p, reader->pool), NULL);
        }
    }
    if (*missing != '\0') {
        return oa_error_make(reader->pool, OA_USAGE, "%s: missing %s; see: %s --help",
                             spelled(reader) + sizeof "orgauth", missing, spelled(reader));
    }
    return NULL;
}

oa_error *oa_arguments_read(oa_session *session, int argc, const char *const *argv, oa_invocation *invocation)
{
    argv_reader reader = {
        .session = session, .invocation = invocation, .argv = argv, .argc = argc, .at = 1, .pool = session->pool};
    *invocation = (oa_invocation){.arguments = oa_json_object(session->pool)};
    while (reader.at < argc) {
        OA_TRY(take(&reader));
    }
    bool runs = invocation->command != NULL && !session->help && !session->version;
    return runs ? check_complete(&reader) : NULL;
}

oa_error *oa_arguments_add_secret(oa_session *session, oa_invocation *invocation)
{
    const oa_secret *secret;
    const oa_parameter *parameter = invocation->secret;
    if (parameter == NULL) {
        return NULL;
    }
    const char *label = oa_parameter_spelling(parameter, session->pool);
    OA_TRY(invocation->secret_from_stdin ? oa_secret_from_stdin(label, &secret, session->pool)
                                         : oa_secret_from_terminal(label, &secret, session->pool));
    oa_json_set_text(invocation->arguments, parameter->name, (const char *)secret->bytes);
    return NULL;
}
