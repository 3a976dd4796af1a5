/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "core/base/token.h"
#include "core/model/key.h"
#include "core/model/message.h"

#include <apr_strings.h>

static void test_paths_are_spelled_in_printable_ascii(void **state)
{
    static const struct {
        const char *path, *spelled;
    } rows[] = {
        {NULL, ""},
        {"", ""},
        {"/", "/"},
        {"/reports/2026;v=1/{a}~b'c", "/reports/2026;v=1/{a}~b'c"},
        {"/50% \"off\"", "/50%25%20%22off%22"},
        {"/a\nb\rc\td\x1b[31m\x7f", "/a%0Ab%0Dc%09d%1B[31m%7F"},
        {"/caf\xc3\xa9/\xff", "/caf%C3%A9/%FF"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_string_equal(oa_message_path(rows[i].path, *state), rows[i].spelled);
    }
}

static void test_secrets_are_not_spelled(void **state)
{
    apr_pool_t *pool = *state;
    const char *token = oa_token_make(pool);
    oa_key key = {.id = 77};
    char text[OA_KEY_LENGTH + 1];
    oa_key_format(&key, text);
    const char *paths[] = {"/v1/invitations/", "/v1/password-resets/ab", "/x%"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        assert_null(strstr(oa_message_path(apr_pstrcat(pool, paths[i], token, NULL), pool), token + 8));
    }
    assert_string_equal(oa_message_path(apr_pstrcat(pool, "/i/", token, "/accept", NULL), pool), "/i/{secret}/accept");
    assert_string_equal(oa_message_path(apr_pstrcat(pool, "/k/", text, ".json", NULL), pool),
                        "/k/oak_000000000002d_{secret}.json");
}

static void test_what_is_too_long_is_cut_where_something_ends(void **state)
{
    apr_pool_t *pool = *state;
    char path[3 * OA_MESSAGE_PATH_MAX];
    memset(path, '/', sizeof path);
    path[OA_MESSAGE_PATH_MAX - 3] = '\0';
    assert_string_equal(oa_message_path(path, pool), path);
    memset(path, '/', sizeof path);
    path[sizeof path - 1] = '\0';
    const char *spelled = oa_message_path(path, pool);
    assert_int_equal(strlen(spelled), OA_MESSAGE_PATH_MAX);
    assert_string_equal(spelled + OA_MESSAGE_PATH_MAX - 4, "/...");
    path[OA_MESSAGE_PATH_MAX - 4] = '\n'; /* %0A has no room */
    assert_string_equal(oa_message_path(path, pool) + OA_MESSAGE_PATH_MAX - 5, "/...");
    assert_string_equal(oa_message_method("PROPFINDPROPFINDPROPFIND-PROPFINDPROPFIND", pool), "PROPFINDPROPFINDPROPFIND-PROP...");
    assert_string_equal(oa_message_method("GET", pool), "GET");
}

OA_TESTS(OA_POOL_TEST(test_paths_are_spelled_in_printable_ascii), OA_POOL_TEST(test_secrets_are_not_spelled),
         OA_POOL_TEST(test_what_is_too_long_is_cut_where_something_ends))
