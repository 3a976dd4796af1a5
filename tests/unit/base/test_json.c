/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "core/base/json.h"

#include <apr_strings.h>

#define COUNT(cases) (sizeof(cases) / sizeof((cases)[0]))

static void test_members_keep_their_order(void **state)
{
    oa_json *object = oa_json_object(*state);
    oa_json *list = oa_json_array(*state);
    oa_json_set_text(object, "zeta", "z");
    oa_json_set_int(object, "alpha", INT64_MIN);
    oa_json_set_bool(object, "beta", true);
    oa_json_set_bool(object, "gamma", false);
    oa_json_set_time(object, "at", INT64_C(1795442719000));
    oa_json_set_time(object, "never", 0);
    oa_json_set_text(object, "nothing", NULL);
    oa_json_append_text(list, "one");
    oa_json_append(list, NULL);
    oa_json_set(object, "list", list);
    oa_json_set(object, "none", NULL);
    assert_string_equal(oa_json_format(object, false, *state),
                        "{\"zeta\":\"z\",\"alpha\":-9223372036854775808,\"beta\":true,\"gamma\":false,"
                        "\"at\":\"2026-11-23T14:05:19Z\",\"never\":null,\"nothing\":null,"
                        "\"list\":[\"one\",null],\"none\":null}");
    assert_string_equal(oa_json_canonical(object, *state),
                        "{\"alpha\":-9223372036854775808,\"at\":\"2026-11-23T14:05:19Z\",\"beta\":true,"
                        "\"gamma\":false,\"list\":[\"one\",null],\"never\":null,\"none\":null,\"nothing\":null,"
                        "\"zeta\":\"z\"}");
}

static void test_lists_joined(void **state)
{
    oa_json *list = oa_json_array(*state);
    oa_json *more = oa_json_array(*state);
    oa_json_append_text(list, "one");
    oa_json_append_text(more, "two");
    oa_json_append(more, oa_json_object(*state));
    oa_json_extend(list, more);
    assert_string_equal(oa_json_format(list, false, *state), "[\"one\",\"two\",{}]");
    assert_int_equal(oa_json_size(more), 2);
}

static void test_indented(void **state)
{
    oa_json *object = oa_json_object(*state);
    oa_json_set_int(object, "a", 1);
    assert_string_equal(oa_json_format(object, true, *state), "{\n  \"a\": 1\n}");
    assert_string_equal(oa_json_format(NULL, false, *state), "null");
    assert_string_equal(oa_json_format(oa_json_array(*state), true, *state), "[]");
}

static void test_text_that_is_not_utf8_is_repaired(void **state)
{
    oa_json *object = oa_json_object(*state);
    oa_json_set_text(object, "a\xff", "x\xc3(\xe2\x82");
    oa_json_set_text(object, "overlong", "\xc0\x80");
    oa_json_set_text(object, "surrogate", "\xed\xa0\x80");
    oa_json_set_text(object, "quote", "\"\\\n\x1f</script>");
    const char *text = oa_json_format(object, false, *state);
    assert_non_null(strstr(text, "\"a\xef\xbf\xbd\":\"x\xef\xbf\xbd(\xef\xbf\xbd\""));
    assert_non_null(strstr(text, "\"quote\":\"\\\"\\\\\\n\\u001F</script>\""));
    oa_json *again;
    assert_ok(oa_json_parse(text, strlen(text), &again, *state));
}

static void test_values_outlive_the_pool_they_came_from(void **state)
{
    apr_pool_t *child;
    apr_pool_create(&child, *state);
    oa_json *object = oa_json_object(*state);
    oa_json *inner = oa_json_object(child);
    oa_json_set_text(inner, "name", "kept");
    oa_json_set(object, "inner", inner);
    apr_pool_destroy(child);
    assert_string_equal(oa_json_get_text(oa_json_get(object, "inner"), "name"), "kept");
}

static void test_readers_of_missing_and_other_types(void **state)
{
    static const char text[] = "{\"i\":5,\"t\":\"x\",\"b\":true,\"n\":null,\"r\":1.5,\"a\":[1,2],\"o\":{\"k\":1}}";
    oa_json *value;
    assert_ok(oa_json_parse(text, sizeof(text) - 1, &value, *state));
    static const struct {
        const char *name;
        oa_json_type type;
        const char *as_text;
        int64_t as_int;
        bool as_bool;
        size_t size;
    } cases[] = {
        {"i", OA_JSON_INTEGER, NULL, 5, false, 0}, {"t", OA_JSON_STRING, "x", 0, false, 0},
        {"b", OA_JSON_BOOL, NULL, 0, true, 0},     {"n", OA_JSON_NULL, NULL, 0, false, 0},
        {"r", OA_JSON_REAL, NULL, 0, false, 0},    {"a", OA_JSON_ARRAY, NULL, 0, false, 2},
        {"o", OA_JSON_OBJECT, NULL, 0, false, 1},  {"missing", OA_JSON_NULL, NULL, 0, false, 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const oa_json *member = oa_json_get(value, cases[i].name);
        const char *as_text = oa_json_get_text(value, cases[i].name);
        assert_int_equal(oa_json_type_of(member), cases[i].type);
        assert_true(cases[i].as_text == NULL ? as_text == NULL : strcmp(as_text, cases[i].as_text) == 0);
        assert_true(oa_json_get_int(value, cases[i].name) == cases[i].as_int);
        assert_int_equal(oa_json_get_bool(value, cases[i].name), cases[i].as_bool);
        assert_int_equal(oa_json_size(member), cases[i].size);
    }
    const oa_json *array = oa_json_get(value, "a");
    assert_true(oa_json_int(oa_json_at(array, 1)) == 2);
    assert_null(oa_json_at(array, 2));
    assert_null(oa_json_at(value, 0));
    assert_null(oa_json_get(array, "i"));
    assert_null(oa_json_get(NULL, "i"));
}

struct walk {
    char names[8];
    int count, limit;
};

static bool note(void *context, const char *name, const oa_json *value)
{
    struct walk *walk = context;
    assert_true(oa_json_int(value) == walk->count);
    walk->names[walk->count++] = name[0];
    return walk->count < walk->limit;
}

static void test_each_member_in_order_until_told_to_stop(void **state)
{
    static const char text[] = "{\"c\":0,\"a\":1,\"b\":2}";
    oa_json *value;
    assert_ok(oa_json_parse(text, sizeof(text) - 1, &value, *state));
    struct walk all = {.limit = 9}, two = {.limit = 2};
    oa_json_each(value, note, &all);
    assert_string_equal(all.names, "cab");
    oa_json_each(value, note, &two);
    assert_string_equal(two.names, "ca");
    oa_json_each(NULL, note, &all);
    oa_json_each(oa_json_get(value, "c"), note, &all);
    assert_int_equal(all.count, 3);
}

static void test_values_that_are_read(void **state)
{
    static const char *const cases[] = {
        "null", "true", "false", "0", "-1", "9223372036854775807", "-9223372036854775808", "1.5", "\"\"", "[]", "{}",
        " [ 1 , 2 ] ", "\"\\u20ac\"", "\"\\ud83d\\ude00\"", "{\"a\":{\"a\":1}}", "\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"",
        "\"\\\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\\\\"",
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        oa_json *value = NULL;
        assert_ok(oa_json_parse(cases[i], strlen(cases[i]), &value, *state));
        const char *once = oa_json_format(value, false, *state);
        assert_ok(oa_json_parse(once, strlen(once), &value, *state));
        assert_string_equal(oa_json_format(value, false, *state), once);
    }
}

static void test_values_that_are_refused(void **state)
{
    static const struct {
        const char *text, *reason;
    } cases[] = {
        {"", "early"},
        {" ", "early"},
        {"{", "early"},
        {"[1,", "early"},
        {"\"abc", "early"},
        {"{\"a\":1}x", "follows"},
        {"1 2", "follows"},
        {"[1,]", "syntax"},
        {"{\"a\":1,}", "syntax"},
        {"{a:1}", "syntax"},
        {"{'a':1}", "syntax"},
        {"{\"a\":1,\"a\":2}", "twice"},
        {"{\"a\":1,\"\\u0061\":2}", "twice"},
        {"{\"x\":{\"a\":1,\"a\":1}}", "twice"},
        {"9223372036854775808", "large"},
        {"-9223372036854775809", "large"},
        {"1e999", "large"},
        {"01", "syntax"},
        {"+1", "syntax"},
        {".5", "syntax"},
        {"NaN", "syntax"},
        {"Infinity", "syntax"},
        {"TRUE", "syntax"},
        {"// c\n1", "syntax"},
        {"\xef\xbb\xbf{}", "syntax"},
        {"\"\xff\"", "UTF-8"},
        {"\"\xed\xa0\x80\"", "UTF-8"},
        {"\"\xc0\x80\"", "UTF-8"},
        {"\"\\u0000\"", "NUL"},
        {"{\"\\u0000\":1}", "NUL"},
        {"\"\\ud800\"", "syntax"},
        {"\"\\udc00\\ud800\"", "syntax"},
        {"\"a\nb\"", "syntax"},
        {"\"\\x\"", "syntax"},
        {"]", "syntax"},
        {"]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]", "syntax"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        oa_json *value = NULL;
        oa_error *error = oa_json_parse(cases[i].text, strlen(cases[i].text), &value, *state);
        assert_code(error, OA_INVALID);
        assert_null(value);
        if (strstr(error->message, cases[i].reason) == NULL) {
            fail_msg("%s: %s", cases[i].text, error->message);
        }
    }
}

static void test_nul_bytes_are_refused(void **state)
{
    static const struct {
        const char *text;
        size_t size;
    } cases[] = {{"1\0", 2}, {"\0", 1}, {"\"a\0b\"", 5}, {"{\"a\0\":1}", 8}, {"{}\0garbage", 10}, {"[1\0]", 4}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        oa_json *value = NULL;
        assert_code(oa_json_parse(cases[i].text, cases[i].size, &value, *state), OA_INVALID);
    }
}

static oa_error *parse_nested(int depth, bool objects, bool closed, apr_pool_t *pool)
{
    const char *text = "";
    size_t unit = objects ? 5 : 1;
    char *buffer = apr_palloc(pool, (size_t)depth * (unit + 1) + 2);
    char *end = buffer;
    for (int i = 0; i < depth; i++) {
        memcpy(end, objects ? "{\"a\":" : "[", unit);
        end += unit;
    }
    if (objects) {
        *end++ = '1';
    }
    for (int i = 0; closed && i < depth; i++) {
        *end++ = objects ? '}' : ']';
    }
    text = buffer;
    oa_json *value;
    return oa_json_parse(text, (size_t)(end - buffer), &value, pool);
}

static void test_depth(void **state)
{
    for (int objects = 0; objects < 2; objects++) {
        assert_ok(parse_nested(32, objects, true, *state));
        assert_code(parse_nested(33, objects, true, *state), OA_INVALID);
        assert_code(parse_nested(10000, objects, true, *state), OA_INVALID);
        assert_code(parse_nested(1000000, objects, false, *state), OA_INVALID);
    }
}

static void test_errors_name_the_place_and_quote_nothing(void **state)
{
    static const char text[] = "{\n  \"password\": \"hunter2\n";
    oa_json *value;
    oa_error *error = oa_json_parse(text, sizeof(text) - 1, &value, *state);
    assert_code(error, OA_INVALID);
    assert_non_null(strstr(error->message, "line 2, column"));
    assert_null(strstr(error->message, "hunter2"));
    assert_null(error->detail);
}

OA_TESTS(OA_POOL_TEST(test_members_keep_their_order), OA_POOL_TEST(test_lists_joined), OA_POOL_TEST(test_indented),
         OA_POOL_TEST(test_text_that_is_not_utf8_is_repaired), OA_POOL_TEST(test_values_outlive_the_pool_they_came_from),
         OA_POOL_TEST(test_readers_of_missing_and_other_types),
         OA_POOL_TEST(test_each_member_in_order_until_told_to_stop), OA_POOL_TEST(test_values_that_are_read),
         OA_POOL_TEST(test_values_that_are_refused), OA_POOL_TEST(test_nul_bytes_are_refused), OA_POOL_TEST(test_depth),
         OA_POOL_TEST(test_errors_name_the_place_and_quote_nothing))
