/* SPDX-License-Identifier: Apache-2.0 */
#include "core/admin/argument.h"

#include "core/admin/route.h"
#include "core/base/base32.h"
#include "core/base/id.h"
#include "core/base/text.h"
#include "core/model/permission.h"

#include <apr_strings.h>

enum { QUOTED_MAX = 100, FIELD_NAME_MAX = 64 };

const char *oa_quoted(const char *text, apr_pool_t *pool)
{
    size_t size = strlen(text);
    size_t kept = size > QUOTED_MAX ? QUOTED_MAX : size;
    while (kept < size && ((unsigned char)text[kept] & 0xc0) == 0x80) {
        kept--;
    }
    char *quoted = apr_pstrmemdup(pool, text, kept);
    for (char *c = quoted; *c != '\0'; c++) {
        if ((unsigned char)*c < 0x20 || *c == 0x7f) {
            *c = '?';
        }
    }
    return kept < size ? apr_pstrcat(pool, quoted, "...", NULL) : quoted;
}

/* One per type that is text in JSON: checks `text` and gives the spelling to go on with. */
typedef oa_error *text_check(const oa_parameter *parameter, const char *text, const char **clean, apr_pool_t *pool);

static oa_error *wrong(const oa_parameter *parameter, const char *text, const char *remedy, apr_pool_t *pool)
{
    return oa_error_because(OA_BECAUSE_MALFORMED,
                            oa_error_field(pool, parameter->name,
                                           "%s \"%s\" is not right: %s", parameter->name, oa_quoted(text, pool), remedy));
}

static oa_error *check_text(const oa_parameter *parameter, const char *text, const char **clean, apr_pool_t *pool)
{
    if (strlen(text) > OA_TEXT_MAX) {
        return oa_error_field(pool, parameter->name, "%s is too long: at most %d octets", parameter->name,
                              OA_TEXT_MAX);
    }
    for (const char *c = text; *c != '\0'; c++) {
        if ((unsigned char)*c < 0x20 || *c == 0x7f) {
            return wrong(parameter, text, "give one line without control characters", pool);
        }
    }
    *clean = text;
    return NULL;
}

static oa_error *check_name(const oa_parameter *parameter, const char *text, const char **clean, apr_pool_t *pool)
{
    return oa_name_clean(parameter->name, text, clean, pool);
}

static oa_error *check_slug(const oa_parameter *parameter, const char *text, const char **clean, apr_pool_t *pool)
{
    *clean = text;
    return oa_slug_is_valid(text)
               ? NULL
               : wrong(parameter, text, "use 1 to 63 of a-z, 0-9 and -, beginning and ending with a letter or digit",
                       pool);
}

static oa_error *check_email(const oa_parameter *parameter, const char *text, const char **clean, apr_pool_t *pool)
{
    return oa_email_normalize(parameter->name, text, clean, pool);
}

static oa_error *check_duration(const oa_parameter *parameter, const char *text, const char **clean, apr_pool_t *pool)
{
    oa_duration ignored;
    *clean = text;
    return oa_duration_parse(text, &ignored)
               ? NULL
               : wrong(parameter, text, "give a whole number and s, m, h, d or w, as 90d", pool);
}

static oa_error *check_time(const oa_parameter *parameter, const char *text, const char **clean, apr_pool_t *pool)
{
    oa_time ignored;
    *clean = text;
    return oa_time_parse(text, &ignored)
               ? NULL
               : wrong(parameter, text, "give a date or time as 2026-11-23 or 2026-11-23T14:05:19Z", pool);
}

static oa_error *check_choice(const oa_parameter *parameter, const char *text, const char **clean, apr_pool_t *pool)
{
    *clean = text;
    return oa_words_have(parameter->choices, text)
               ? NULL
               : wrong(parameter, text, apr_pstrcat(pool, "choose one of ", parameter->choices, NULL), pool);
}

static oa_error *check_secret(const oa_parameter *parameter, const char *text, const char **clean, apr_pool_t *pool)
{
    *clean = text;
    if (*text == '\0') {
        return oa_error_field(pool, parameter->name, "%s is empty", parameter->name);
    }
    if (strlen(text) > OA_PASSWORD_MAX) {
        return oa_error_field(pool, parameter->name, "%s is too long: at most %d octets", parameter->name,
                              OA_PASSWORD_MAX);
    }
    return NULL;
}

static oa_error *check_org(const oa_parameter *parameter, const char *text, const char **clean, apr_pool_t *pool)
{
    oa_id ignored;
    *clean = text;
    return oa_id_parse(OA_KIND_ORG, text, &ignored) || oa_slug_is_valid(text)
               ? NULL
               : wrong(parameter, text, "give an organization's id (org_...) or slug", pool);
}

static oa_error *check_user(const oa_parameter *parameter, const char *text, const char **clean, apr_pool_t *pool)
{
    oa_id ignored;
    *clean = text;
    return oa_id_parse(OA_KIND_USER, text, &ignored)
               ? NULL
               : oa_email_normalize(parameter->name, text, clean, pool);
}

static oa_error *check_key(const oa_parameter *parameter, const char *text, const char **clean, apr_pool_t *pool)
{
    oa_id ignored;
    *clean = text;
    if (oa_id_parse(OA_KIND_KEY, text, &ignored)) {
        return NULL;
    }
    /* A whole key may have been pasted here: its text must not come back in a message. */
    return oa_error_field(pool, parameter->name, "%s is not a key's id: give key_ and 13 characters, as key list shows",
                          parameter->name);
}

static oa_error *check_api(const oa_parameter *parameter, const char *text, const char **clean, apr_pool_t *pool)
{
    oa_id ignored;
    *clean = text;
    return oa_id_parse(OA_KIND_API, text, &ignored) || oa_slug_is_valid(text)
               ? NULL
               : wrong(parameter, text, "give a Web API's id (api_...) or name", pool);
}

static oa_error *check_role(const oa_parameter *parameter, const char *text, const char **clean, apr_pool_t *pool)
{
    OA_TRY(check_text(parameter, text, clean, pool));
    return *text != '\0' ? NULL : wrong(parameter, text, "give a role's id (rol_...) or exact name", pool);
}

static oa_error *check_cursor(const oa_parameter *parameter, const char *text, const char **clean, apr_pool_t *pool)
{
    uint64_t number;
    *clean = text;
    return strlen(text) == OA_ID_DIGITS && oa_base32_read_number(text, OA_ID_DIGITS, &number) && number <= INT64_MAX
               ? NULL
               : wrong(parameter, text, "give what the page before gave as next", pool);
}

static text_check *const text_checks[] = {
    [OA_TYPE_TEXT] = check_text,         [OA_TYPE_NAME] = check_name,     [OA_TYPE_SLUG] = check_slug,
    [OA_TYPE_EMAIL] = check_email,       [OA_TYPE_DURATION] = check_duration, [OA_TYPE_TIME] = check_time,
    [OA_TYPE_CHOICE] = check_choice,     [OA_TYPE_SECRET] = check_secret, [OA_TYPE_PERMISSION] = check_text,
    [OA_TYPE_ORG] = check_org,           [OA_TYPE_USER] = check_user,     [OA_TYPE_KEY] = check_key,
    [OA_TYPE_API] = check_api,           [OA_TYPE_ROLE] = check_role,     [OA_TYPE_CURSOR] = check_cursor,
    [OA_TYPE_FILE] = check_text,
};

/* What a message calls the JSON that a type wants. */
static oa_error *wrong_type(const oa_parameter *parameter, const char *wanted, apr_pool_t *pool)
{
    return oa_error_field(pool, parameter->name, "%s is of the wrong type: give %s", parameter->name, wanted);
}

static oa_error *clean_text(const oa_parameter *parameter, const oa_json *value, const char **clean, apr_pool_t *pool)
{
    if (oa_json_type_of(value) != OA_JSON_STRING) {
        return wrong_type(parameter, "text", pool);
    }
    const char *text = oa_json_text(value);
    return text_checks[parameter->type](parameter, text, clean, pool);
}

static oa_error *clean_list(const oa_parameter *parameter, const oa_json *value, oa_json **list, apr_pool_t *pool)
{
    if (oa_json_type_of(value) != OA_JSON_ARRAY) {
        return wrong_type(parameter, "a list of texts", pool);
    }
    if (oa_json_size(value) == 0 && (parameter->flags & OA_CLEARS) == 0) {
        return oa_error_field(pool, parameter->name, "%s is an empty list: name at least one", parameter->name);
    }
    if (oa_json_size(value) > OA_LIST_MAX) {
        return oa_error_field(pool, parameter->name, "%s has too many elements: at most %d", parameter->name,
                              OA_LIST_MAX);
    }
    *list = oa_json_array(pool);
    for (size_t i = 0; i < oa_json_size(value); i++) {
        const char *clean;
        OA_TRY(clean_text(parameter, oa_json_at(value, i), &clean, pool));
        oa_json_append_text(*list, clean);
    }
    return NULL;
}

/* The members of an OA_TYPE_PAIR while they are looked at. */
typedef struct pairs {
    const oa_parameter *parameter;
    oa_json *clean;
    oa_error *error;
    apr_pool_t *pool;
} pairs;

bool oa_field_name_is_valid(const char *name)
{
    size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_");
    return length >= 1 && length <= FIELD_NAME_MAX && name[length] == '\0' && name[0] >= 'a';
}

static bool clean_pair(void *context, const char *name, const oa_json *value)
{
    pairs *all = context;
    const char *clean = "";
    if (!oa_field_name_is_valid(name)) {
        all->error = wrong(all->parameter, name, "a field's name is a-z, 0-9 and _, and begins with a letter", all->pool);
    } else if (oa_json_type_of(value) == OA_JSON_STRING) {
        all->error = check_text(all->parameter, oa_json_text(value), &clean, all->pool);
    } else if (oa_json_type_of(value) != OA_JSON_NULL) {
        all->error = wrong_type(all->parameter, "an object whose members are texts", all->pool);
    }
    oa_json_set_text(all->clean, name, clean);
    return all->error == NULL;
}

static oa_error *clean_pairs(const oa_parameter *parameter, const oa_json *value, oa_json **clean, apr_pool_t *pool)
{
    if (oa_json_type_of(value) != OA_JSON_OBJECT) {
        return wrong_type(parameter, "an object whose members are texts", pool);
    }
    if (oa_json_size(value) > OA_LIST_MAX) {
        return oa_error_field(pool, parameter->name, "%s has too many members: at most %d", parameter->name,
                              OA_LIST_MAX);
    }
    *clean = oa_json_object(pool);
    pairs all = {parameter, *clean, NULL, pool};
    oa_json_each(value, clean_pair, &all);
    return all.error;
}

/* Sets member parameter->name of `clean` to what `value` cleans up to. */
static oa_error *clean_value(const oa_parameter *parameter, const oa_json *value, oa_json *clean, apr_pool_t *pool)
{
    const char *text = "";
    oa_json *many = NULL;
    if ((parameter->flags & OA_CLEARS) != 0 && (parameter->flags & OA_LIST) == 0 &&
        (oa_json_type_of(value) == OA_JSON_NULL ||
         (oa_json_type_of(value) == OA_JSON_STRING && *oa_json_text(value) == '\0'))) {
        oa_json_set_text(clean, parameter->name, "");
        return NULL;
    }
    if (parameter->type == OA_TYPE_PAIR || (parameter->flags & OA_LIST) != 0) {
        OA_TRY(parameter->type == OA_TYPE_PAIR ? clean_pairs(parameter, value, &many, pool)
                                               : clean_list(parameter, value, &many, pool));
        oa_json_set(clean, parameter->name, many);
    } else if (parameter->type == OA_TYPE_INTEGER) {
        if (oa_json_type_of(value) != OA_JSON_INTEGER) {
            return wrong_type(parameter, "a whole number", pool);
        }
        oa_json_set_int(clean, parameter->name, oa_json_int(value));
    } else if (parameter->type == OA_TYPE_FLAG) {
        if (oa_json_type_of(value) != OA_JSON_BOOL) {
            return wrong_type(parameter, "true or false", pool);
        }
        oa_json_set_bool(clean, parameter->name, oa_json_bool(value));
    } else {
        OA_TRY(clean_text(parameter, value, &text, pool));
        oa_json_set_text(clean, parameter->name, text);
    }
    return NULL;
}

/* The search for members that no parameter names. */
typedef struct members {
    const oa_operation *operation;
    const char *unknown;
} members;

static bool is_known(void *context, const char *name, const oa_json *value)
{
    members *all = context;
    (void)value;
    for (const oa_parameter *parameter = all->operation->parameters; parameter->name != NULL; parameter++) {
        if (strcmp(parameter->name, name) == 0) {
            return true;
        }
    }
    all->unknown = name;
    return false;
}

static oa_error *usage(const char *field, oa_error *error)
{
    error->field = field;
    return error;
}

static oa_error *check_names(const oa_operation *operation, const oa_json *arguments, apr_pool_t *pool)
{
    members all = {operation, NULL};
    if (oa_json_type_of(arguments) != OA_JSON_OBJECT) {
        return oa_error_make(pool, OA_USAGE, "the arguments of %s are not a JSON object", operation->name);
    }
    oa_json_each(arguments, is_known, &all);
    if (all.unknown == NULL) {
        return NULL;
    }
    const char *name = oa_quoted(all.unknown, pool);
    return usage(name, oa_error_make(pool, OA_USAGE, "%s has no argument \"%s\"", operation->name, name));
}

/* What the operation is about (a part of its path), named in no way that such things are named, is as absent as any other. */
static oa_error *names_nothing(const oa_operation *operation, const oa_parameter *parameter, oa_error *error)
{
    bool is_thing = parameter->type == OA_TYPE_ORG || parameter->type == OA_TYPE_USER || parameter->type == OA_TYPE_KEY ||
                    parameter->type == OA_TYPE_API;
    if (error != NULL && is_thing && operation->path != NULL && oa_route_names(operation->path, parameter->name)) {
        error->code = OA_NOT_FOUND;
    }
    return error;
}

oa_error *oa_arguments_check(const oa_operation *operation, const oa_json *arguments, oa_json **clean, oa_json **told,
                             apr_pool_t *pool)
{
    *clean = oa_json_object(pool);
    *told = oa_json_object(pool);
    OA_TRY(check_names(operation, arguments, pool));
    for (const oa_parameter *parameter = operation->parameters; parameter->name != NULL; parameter++) {
        const oa_json *value = oa_json_get(arguments, parameter->name);
        if (value != NULL) {
            OA_TRY(names_nothing(operation, parameter, clean_value(parameter, value, *clean, pool)));
            if (parameter->type != OA_TYPE_SECRET) {
                OA_TRY(clean_value(parameter, value, *told, pool));
            }
        } else if ((parameter->flags & OA_REQUIRED) != 0) {
            return usage(parameter->name, oa_error_make(pool, OA_USAGE, "%s lacks the argument %s: %s",
                                                        operation->name, parameter->name, parameter->help));
        }
    }
    return NULL;
}
