/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/json.h"

#include "core/base/crypto.h"
#include "core/base/text.h"

#include <apr_strings.h>
#include <jansson.h>

enum { DEPTH_MAX = 32 };

static const oa_json_type types[] = {
    [JSON_OBJECT] = OA_JSON_OBJECT, [JSON_ARRAY] = OA_JSON_ARRAY, [JSON_STRING] = OA_JSON_STRING,
    [JSON_INTEGER] = OA_JSON_INTEGER, [JSON_REAL] = OA_JSON_REAL, [JSON_TRUE] = OA_JSON_BOOL,
    [JSON_FALSE] = OA_JSON_BOOL, [JSON_NULL] = OA_JSON_NULL,
};

/* jansson counts references in values that its readers take as const, and iterates over mutable objects alone. */
static json_t *mutable(const json_t *value)
{
    return (json_t *)(uintptr_t)value;
}

/* jansson fails where memory is out or a value is put into something that holds none: as with pools, the end. */
static json_t *made(json_t *value)
{
    if (value == NULL) {
        abort();
    }
    return value;
}

static void done(int status)
{
    if (status != 0) {
        abort();
    }
}

static apr_status_t release(void *value)
{
    json_decref(value);
    return APR_SUCCESS;
}

static json_t *keep(json_t *value, apr_pool_t *pool)
{
    apr_pool_cleanup_register(pool, made(value), release, apr_pool_cleanup_null);
    return value;
}

oa_json *oa_json_object(apr_pool_t *pool)
{
    return keep(json_object(), pool);
}

oa_json *oa_json_array(apr_pool_t *pool)
{
    return keep(json_array(), pool);
}

static json_t *repaired(const char *text, size_t size)
{
    char *valid = malloc(3 * size + 1);
    if (valid == NULL) {
        abort();
    }
    json_t *value = json_stringn_nocheck(valid, oa_text_repair(text, size, valid));
    oa_wipe(valid, 3 * size + 1);
    free(valid);
    return made(value);
}

static json_t *string_of(const char *text)
{
    if (text == NULL) {
        return json_null();
    }
    size_t size = strlen(text);
    return oa_text_is_utf8(text, size) ? made(json_stringn_nocheck(text, size)) : repaired(text, size);
}

/* Takes over `value`. */
static void set_new(json_t *object, const char *name, json_t *value)
{
    if (oa_text_is_utf8(name, strlen(name))) {
        done(json_object_set_new_nocheck(object, name, made(value)));
        return;
    }
    json_t *valid = repaired(name, strlen(name));
    done(json_object_set_new_nocheck(object, json_string_value(valid), made(value)));
    json_decref(valid);
}

void oa_json_set_text(oa_json *object, const char *name, const char *text)
{
    set_new(object, name, string_of(text));
}

void oa_json_set_int(oa_json *object, const char *name, int64_t number)
{
    set_new(object, name, json_integer(number));
}

void oa_json_set_bool(oa_json *object, const char *name, bool truth)
{
    set_new(object, name, json_boolean(truth));
}

void oa_json_set_time(oa_json *object, const char *name, oa_time time)
{
    char text[OA_TIME_SIZE];
    oa_time_write(time, text);
    oa_json_set_text(object, name, time == 0 ? NULL : text);
}

void oa_json_set(oa_json *object, const char *name, const oa_json *value)
{
    set_new(object, name, value == NULL ? json_null() : json_incref(mutable(value)));
}

void oa_json_append(oa_json *array, const oa_json *value)
{
    done(json_array_append_new(array, value == NULL ? json_null() : json_incref(mutable(value))));
}

void oa_json_append_text(oa_json *array, const char *text)
{
    done(json_array_append_new(array, string_of(text)));
}

oa_json *oa_json_words(const char *words, apr_pool_t *pool)
{
    oa_json *array = oa_json_array(pool);
    for (size_t size; *words != '\0'; words += size + (words[size] == ' ')) {
        size = strcspn(words, " ");
        if (size > 0) {
            oa_json_append_text(array, apr_pstrmemdup(pool, words, size));
        }
    }
    return array;
}

void oa_json_extend(oa_json *array, const oa_json *more)
{
    done(json_array_extend(array, mutable(more)));
}

oa_json_type oa_json_type_of(const oa_json *value)
{
    return value == NULL ? OA_JSON_NULL : types[json_typeof(value)];
}

const oa_json *oa_json_get(const oa_json *object, const char *name)
{
    return json_object_get(object, name);
}

const char *oa_json_get_text(const oa_json *object, const char *name)
{
    return oa_json_text(oa_json_get(object, name));
}

int64_t oa_json_get_int(const oa_json *object, const char *name)
{
    return oa_json_int(oa_json_get(object, name));
}

bool oa_json_get_bool(const oa_json *object, const char *name)
{
    return oa_json_bool(oa_json_get(object, name));
}

const char *oa_json_text(const oa_json *value)
{
    return json_string_value(value);
}

int64_t oa_json_int(const oa_json *value)
{
    return json_integer_value(value);
}

bool oa_json_bool(const oa_json *value)
{
    return json_is_true(value);
}

size_t oa_json_size(const oa_json *value)
{
    return json_is_array(value) ? json_array_size(value) : json_object_size(value);
}

const oa_json *oa_json_at(const oa_json *array, size_t index)
{
    return json_array_get(array, index);
}

void oa_json_each(const oa_json *object, bool (*each)(void *context, const char *name, const oa_json *value),
                  void *context)
{
    json_t *members = mutable(object);
    for (void *i = json_object_iter(members); i != NULL; i = json_object_iter_next(members, i)) {
        if (!each(context, json_object_iter_key(i), json_object_iter_value(i))) {
            return;
        }
    }
}

/* What jansson calls it, without the text that it quotes: that may be a password. */
static const char *reason(const json_error_t *error)
{
    static const char *const reasons[] = {
        [json_error_out_of_memory] = "it is too large",
        [json_error_invalid_utf8] = "it is not UTF-8",
        [json_error_premature_end_of_input] = "it ends too early",
        [json_error_end_of_input_expected] = "something follows the value",
        [json_error_null_character] = "it holds a NUL",
        [json_error_null_byte_in_key] = "it holds a NUL",
        [json_error_duplicate_key] = "a member occurs twice",
        [json_error_numeric_overflow] = "a number is too large",
    };
    size_t code = (size_t)json_error_code(error);
    bool known = code < sizeof(reasons) / sizeof(reasons[0]) && reasons[code] != NULL;
    return known ? reasons[code] : "the syntax is wrong";
}

static oa_error *refuse(int line, int column, const char *why, apr_pool_t *pool)
{
    return oa_error_make(pool, OA_INVALID, "not acceptable as JSON, line %d, column %d: %s", line, column, why);
}

/* jansson allows 2,048 levels; ours are counted before it sees the text. Brackets inside of strings are text. */
static oa_error *check_depth(const char *text, size_t size, apr_pool_t *pool)
{
    int depth = 0;
    int line = 1;
    const char *line_start = text;
    bool quoted = false;
    for (const char *c = text; c < text + size; c++) {
        if (*c == '\n') {
            line++;
            line_start = c + 1;
        } else if (*c == '"') {
            quoted = !quoted;
        } else if (quoted) {
            c += *c == '\\';
        } else if (*c == '[' || *c == '{') {
            if (++depth > DEPTH_MAX) {
                return refuse(line, (int)(c - line_start) + 1, "it is nested more than 32 deep", pool);
            }
        } else {
            depth -= *c == ']' || *c == '}';
        }
    }
    return NULL;
}

oa_error *oa_json_parse(const char *text, size_t size, oa_json **value, apr_pool_t *pool)
{
    if (memchr(text, '\0', size) != NULL) {
        return oa_error_make(pool, OA_INVALID, "not acceptable as JSON: it holds a NUL");
    }
    OA_TRY(check_depth(text, size, pool));
    json_error_t error;
    json_t *parsed = json_loadb(text, size, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
    if (parsed == NULL) {
        return refuse(error.line, error.column, reason(&error), pool);
    }
    *value = keep(parsed, pool);
    return NULL;
}

static const char *dump(const oa_json *value, size_t flags, apr_pool_t *pool)
{
    flags |= JSON_ENCODE_ANY;
    size_t size = value == NULL ? 0 : json_dumpb(value, NULL, 0, flags);
    if (size == 0) {
        return "null";
    }
    char *text = apr_palloc(pool, size + 1);
    text[json_dumpb(value, text, size, flags)] = '\0';
    return text;
}

const char *oa_json_format(const oa_json *value, bool indented, apr_pool_t *pool)
{
    return dump(value, indented ? JSON_INDENT(2) : JSON_COMPACT, pool);
}

const char *oa_json_canonical(const oa_json *value, apr_pool_t *pool)
{
    return dump(value, JSON_COMPACT | JSON_SORT_KEYS, pool);
}
