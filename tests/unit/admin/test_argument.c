/* SPDX-License-Identifier: Apache-2.0 */
/* Arguments: the right ones in the store's spelling, every wrong one refused by name. */
#include "tests/unit/unit.h"

#include "core/admin/argument.h"

#include <apr_strings.h>

static const oa_operation probe = {
    .name = "probe.all",
    .path = "/v1/probes/{thing}",
    .parameters = (const oa_parameter[]){
        {"text", OA_TYPE_TEXT, 0, "h", NULL},
        {"name", OA_TYPE_NAME, 0, "h", NULL},
        {"clears", OA_TYPE_NAME, OA_CLEARS, "h", NULL},
        {"slug", OA_TYPE_SLUG, 0, "h", NULL},
        {"email", OA_TYPE_EMAIL, 0, "h", NULL},
        {"integer", OA_TYPE_INTEGER, 0, "h", NULL},
        {"flag", OA_TYPE_FLAG, 0, "h", NULL},
        {"duration", OA_TYPE_DURATION, 0, "h", NULL},
        {"time", OA_TYPE_TIME, 0, "h", NULL},
        {"choice", OA_TYPE_CHOICE, 0, "h", "red green"},
        {"secret", OA_TYPE_SECRET, 0, "h", NULL},
        {"set", OA_TYPE_PAIR, 0, "h", NULL},
        {"permission", OA_TYPE_PERMISSION, OA_LIST, "h", NULL},
        {"org", OA_TYPE_ORG, 0, "h", NULL},
        {"user", OA_TYPE_USER, 0, "h", NULL},
        {"key", OA_TYPE_KEY, 0, "h", NULL},
        {"api", OA_TYPE_API, 0, "h", NULL},
        {"role", OA_TYPE_ROLE, 0, "h", NULL},
        {"after", OA_TYPE_CURSOR, 0, "h", NULL},
        {"users", OA_TYPE_USER, OA_LIST, "h", NULL},
        {"thing", OA_TYPE_API, 0, "h", NULL},
        {.name = NULL}}};

static oa_json *json(const char *text, apr_pool_t *pool)
{
    oa_json *value = NULL;
    assert_ok(oa_json_parse(text, strlen(text), &value, pool));
    return value;
}

static oa_error *check(const oa_operation *operation, const char *arguments, oa_json **clean, oa_json **told,
                       apr_pool_t *pool)
{
    return oa_arguments_check(operation, json(arguments, pool), clean, told, pool);
}

#define ZEROS "0000000000000"

static void right_arguments_come_out_in_the_spelling_of_the_store(void **state)
{
    static const struct {
        const char *given, *clean;
    } cases[] = {
        {"{}", "{}"},
        {"{\"text\":\" as it is \"}", "{\"text\":\" as it is \"}"},
        {"{\"name\":\"  Ada  \"}", "{\"name\":\"Ada\"}"},
        {"{\"clears\":\"\"}", "{\"clears\":\"\"}"},
        {"{\"clears\":null}", "{\"clears\":\"\"}"},
        {"{\"email\":\" Ada@Acme.EXAMPLE\"}", "{\"email\":\"ada@acme.example\"}"},
        {"{\"user\":\"ADA@acme.example\"}", "{\"user\":\"ada@acme.example\"}"},
        {"{\"users\":[\"ADA@acme.example\",\"usr_0000000000001\"]}",
         "{\"users\":[\"ada@acme.example\",\"usr_0000000000001\"]}"},
        {"{\"set\":{\"b\":\"2\",\"a\":null}}", "{\"set\":{\"a\":\"\",\"b\":\"2\"}}"},
        {"{\"integer\":-3,\"flag\":false}", "{\"flag\":false,\"integer\":-3}"},
        {"{\"choice\":\"green\",\"duration\":\"90d\"}", "{\"choice\":\"green\",\"duration\":\"90d\"}"},
        {"{\"after\":\"" ZEROS "\"}", "{\"after\":\"" ZEROS "\"}"},
    };
    apr_pool_t *pool = *state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        oa_json *clean, *told;
        assert_ok(check(&probe, cases[i].given, &clean, &told, pool));
        assert_string_equal(oa_json_canonical(clean, pool), cases[i].clean);
        assert_string_equal(oa_json_canonical(told, pool), cases[i].clean);
    }
}

static void wrong_arguments_are_refused_by_name(void **state)
{
    static const struct {
        const char *given, *field;
        oa_code code;
    } cases[] = {
        {"[]", NULL, OA_USAGE},
        {"{\"Text\":\"x\"}", "Text", OA_USAGE},
        {"{\"text\":\"a\\nb\"}", "text", OA_INVALID},
        {"{\"text\":7}", "text", OA_INVALID},
        {"{\"text\":null}", "text", OA_INVALID},
        {"{\"text\":[\"x\"]}", "text", OA_INVALID},
        {"{\"name\":\"\"}", "name", OA_INVALID},
        {"{\"name\":\"a\\u202eb\"}", "name", OA_INVALID},
        {"{\"clears\":\"  \"}", "clears", OA_INVALID},
        {"{\"slug\":\"Acme\"}", "slug", OA_INVALID},
        {"{\"slug\":\"-a\"}", "slug", OA_INVALID},
        {"{\"email\":\"ada\"}", "email", OA_INVALID},
        {"{\"email\":\"a@b.example,c@d.example\"}", "email", OA_INVALID},
        {"{\"email\":[\"a@b.example\"]}", "email", OA_INVALID},
        {"{\"email\":\"a@b.example\\r\\nBcc: c@d.example\"}", "email", OA_INVALID},
        {"{\"integer\":\"3\"}", "integer", OA_INVALID},
        {"{\"integer\":3.0}", "integer", OA_INVALID},
        {"{\"flag\":1}", "flag", OA_INVALID},
        {"{\"flag\":\"true\"}", "flag", OA_INVALID},
        {"{\"duration\":\"-1d\"}", "duration", OA_INVALID},
        {"{\"duration\":\"90\"}", "duration", OA_INVALID},
        {"{\"time\":\"yesterday\"}", "time", OA_INVALID},
        {"{\"choice\":\"blue\"}", "choice", OA_INVALID},
        {"{\"choice\":\"red green\"}", "choice", OA_INVALID},
        {"{\"choice\":\"\"}", "choice", OA_INVALID},
        {"{\"secret\":\"\"}", "secret", OA_INVALID},
        {"{\"set\":\"a=b\"}", "set", OA_INVALID},
        {"{\"set\":{\"a\":7}}", "set", OA_INVALID},
        {"{\"set\":{\"A\":\"x\"}}", "set", OA_INVALID},
        {"{\"set\":{\"\":\"x\"}}", "set", OA_INVALID},
        {"{\"set\":{\"__proto__\":\"x\"}}", "set", OA_INVALID},
        {"{\"permission\":\"flow:run\"}", "permission", OA_INVALID},
        {"{\"permission\":[]}", "permission", OA_INVALID},
        {"{\"permission\":[7]}", "permission", OA_INVALID},
        {"{\"org\":\"Acme\"}", "org", OA_INVALID},
        {"{\"org\":\"usr_0000000000001\"}", "org", OA_INVALID},
        {"{\"user\":\"ada\"}", "user", OA_INVALID},
        {"{\"user\":\"org_0000000000001\"}", "user", OA_INVALID},
        {"{\"users\":[\"a@b.example\",\"ada\"]}", "users", OA_INVALID},
        {"{\"key\":\"deploy\"}", "key", OA_INVALID},
        {"{\"api\":\"Reports\"}", "api", OA_INVALID},
        {"{\"thing\":\"Reports\"}", "thing", OA_NOT_FOUND},
        {"{\"role\":\"\"}", "role", OA_INVALID},
        {"{\"after\":\"x\"}", "after", OA_INVALID},
        {"{\"after\":\"zzzzzzzzzzzzz\"}", "after", OA_INVALID},
    };
    apr_pool_t *pool = *state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        oa_json *clean, *told;
        oa_error *error = check(&probe, cases[i].given, &clean, &told, pool);
        if (error == NULL || error->code != cases[i].code) {
            fail_msg("%s: %s", cases[i].given, error != NULL ? error->message : "taken");
        }
        assert_null(strpbrk(error->message, "\r\n"));
        if (cases[i].field != NULL) {
            assert_string_equal(error->field, cases[i].field);
        }
    }
}

static void what_is_too_long_is_refused(void **state)
{
    static const struct {
        const char *name;
        size_t most;
    } cases[] = {{"text", OA_TEXT_MAX}, {"secret", OA_PASSWORD_MAX}, {"name", 200}, {"slug", 63}};
    apr_pool_t *pool = *state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        oa_json *clean, *told;
        char *text = apr_palloc(pool, cases[i].most + 2);
        memset(text, 'a', cases[i].most + 1);
        text[cases[i].most + 1] = '\0';
        oa_json *arguments = oa_json_object(pool);
        oa_json_set_text(arguments, cases[i].name, text);
        assert_code(oa_arguments_check(&probe, arguments, &clean, &told, pool), OA_INVALID);
        text[cases[i].most] = '\0';
        oa_json_set_text(arguments, cases[i].name, text);
        assert_ok(oa_arguments_check(&probe, arguments, &clean, &told, pool));
    }
}

static void a_list_has_a_thousand_elements_at_most(void **state)
{
    apr_pool_t *pool = *state;
    oa_json *clean, *told, *arguments = oa_json_object(pool), *list = oa_json_array(pool);
    for (int i = 0; i < OA_LIST_MAX; i++) {
        oa_json_append_text(list, "flow:run");
    }
    oa_json_set(arguments, "permission", list);
    assert_ok(oa_arguments_check(&probe, arguments, &clean, &told, pool));
    oa_json_append_text(list, "flow:run");
    assert_code(oa_arguments_check(&probe, arguments, &clean, &told, pool), OA_INVALID);
}

/* A secret goes to the operation and nowhere else; a key pasted for its id is not repeated. */
static void a_secret_is_neither_told_nor_quoted(void **state)
{
    apr_pool_t *pool = *state;
    oa_json *clean, *told;
    assert_ok(check(&probe, "{\"secret\":\"canary\",\"text\":\"x\"}", &clean, &told, pool));
    assert_string_equal(oa_json_get_text(clean, "secret"), "canary");
    assert_string_equal(oa_json_canonical(told, pool), "{\"text\":\"x\"}");
    oa_error *error = check(&probe, "{\"key\":\"oak_canary\"}", &clean, &told, pool);
    assert_non_null(error);
    assert_null(strstr(error->message, "canary"));
}

/* What follows holds for every operation there is. */

static void every_operation_names_what_is_missing(void **state)
{
    apr_pool_t *pool = *state;
    for (const oa_operation *const *row = oa_operations; (*row)->name != NULL; row++) {
        oa_json *clean, *told;
        oa_error *error = oa_arguments_check(*row, oa_json_object(pool), &clean, &told, pool);
        const oa_parameter *first = (*row)->parameters;
        while (first->name != NULL && (first->flags & OA_REQUIRED) == 0) {
            first++;
        }
        assert_int_equal(error == NULL, first->name == NULL);
        if (error != NULL) {
            assert_int_equal(error->code, OA_USAGE);
            assert_string_equal(error->field, first->name);
        }
    }
}

static void every_operation_refuses_what_it_does_not_know(void **state)
{
    apr_pool_t *pool = *state;
    for (const oa_operation *const *row = oa_operations; (*row)->name != NULL; row++) {
        oa_json *clean, *told, *arguments = oa_json_object(pool);
        oa_json_set_text(arguments, "org_id", "x");
        oa_error *error = oa_arguments_check(*row, arguments, &clean, &told, pool);
        assert_non_null(error);
        assert_int_equal(error->code, OA_USAGE);
        assert_string_equal(error->field, "org_id");
    }
}

static void every_parameter_refuses_another_type(void **state)
{
    apr_pool_t *pool = *state;
    for (const oa_operation *const *row = oa_operations; (*row)->name != NULL; row++) {
        for (const oa_parameter *parameter = (*row)->parameters; parameter->name != NULL; parameter++) {
            const oa_operation one = {.name = "one", .parameters = (const oa_parameter[]){*parameter, {.name = NULL}}};
            oa_json *clean, *told, *arguments = oa_json_object(pool), *number = json("[1.5]", pool);
            oa_json_set(arguments, parameter->name, number);
            assert_code(oa_arguments_check(&one, arguments, &clean, &told, pool), OA_INVALID);
        }
    }
}

static void quoting_keeps_a_message_on_one_line(void **state)
{
    apr_pool_t *pool = *state;
    assert_string_equal(oa_quoted("a\r\nb\x7f", pool), "a??b?");
    char longer[300];
    memset(longer, 'a', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    longer[99] = '\xc3';
    longer[100] = '\xa9';
    const char *quoted = oa_quoted(longer, pool);
    assert_int_equal(strlen(quoted), 102); /* the letter of two octets is not cut in two */
}

OA_TESTS(OA_POOL_TEST(right_arguments_come_out_in_the_spelling_of_the_store),
         OA_POOL_TEST(wrong_arguments_are_refused_by_name), OA_POOL_TEST(what_is_too_long_is_refused),
         OA_POOL_TEST(a_list_has_a_thousand_elements_at_most), OA_POOL_TEST(a_secret_is_neither_told_nor_quoted),
         OA_POOL_TEST(every_operation_names_what_is_missing), OA_POOL_TEST(every_operation_refuses_what_it_does_not_know),
         OA_POOL_TEST(every_parameter_refuses_another_type), OA_POOL_TEST(quoting_keeps_a_message_on_one_line))
