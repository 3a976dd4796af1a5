/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/admin/rest_cast.h"

#define ADMIN "admin@acme.example"
#define VIEWER "/v1/orgs/acme/users/viewer@acme.example"

static const char *tag_of(cast *c, const char *path)
{
    oa_rest_answer answer = ASK(ADMIN, "GET", path, NULL);
    return rest_header(&answer, "ETag");
}

static int patch(cast *c, const char *match, const char *body)
{
    return rest_ask(c, ADMIN, (oa_rest_request){.method = "PATCH", .path = VIEWER, .if_match = match}, body).status;
}

static void a_change_of_what_was_changed_since_is_refused(void **state)
{
    cast *c = *state;
    const char *tag = tag_of(c, VIEWER);
    int64_t before = cast_events(c);
    assert_int_equal(patch(c, tag, "{'first_name': 'Ann'}"), 200);
    assert_int_equal(patch(c, tag, "{'first_name': 'Bea'}"), 412);
    assert_int_equal(cast_events(c), before + 1);
    assert_string_not_equal(tag_of(c, VIEWER), tag);
}

/* Also where it is not the account's own row that changed. */
static void a_role_is_part_of_what_is_shown(void **state)
{
    cast *c = *state;
    const char *tag = tag_of(c, VIEWER);
    DO("user.set-role", "{'user': 'viewer@acme.example', 'org': 'acme', 'role': 'Editor'}");
    assert_int_equal(patch(c, tag, "{'first_name': 'Ann'}"), 412);
}

static void its_use_alone_does_not_change_a_tag(void **state)
{
    cast *c = *state;
    const char *tag = tag_of(c, VIEWER);
    cast_sql(c, "UPDATE account SET last_login_at = 1700000000000, key_failures = 3");
    assert_string_equal(tag_of(c, VIEWER), tag);
}

static void fields_are_read_as_lists_of_strong_tags(void **state)
{
    cast *c = *state;
    const char *tag = tag_of(c, VIEWER);
    assert_int_equal(patch(c, "*", "{}"), 200);
    tag = tag_of(c, VIEWER);
    assert_int_equal(patch(c, apr_pstrcat(c->pool, "W/", tag, NULL), "{}"), 412);
    assert_int_equal(patch(c, apr_pstrcat(c->pool, "\"a\", W/", tag, ", ", tag, NULL), "{}"), 200);
    assert_int_equal(patch(c, "\"a\", \"b\"", "{}"), 412);
    const char *stem = apr_pstrmemdup(c->pool, tag_of(c, VIEWER), strlen(tag) - 1);
    assert_int_equal(patch(c, apr_pstrcat(c->pool, stem, "-more\"", NULL), "{}"), 412);
    assert_int_equal(patch(c, apr_pstrcat(c->pool, stem, "-gzip\"", NULL), "{}"), 200);
    assert_int_equal(patch(c, NULL, "{}"), 428);
    assert_int_equal(patch(c, "", "{}"), 412);
    assert_int_equal(patch(c, " * ", "{}"), 200);
}

static void a_patch_answers_with_the_tag_that_get_gives_next(void **state)
{
    cast *c = *state;
    oa_rest_answer answer = rest_ask(c, ADMIN, (oa_rest_request){.method = "PATCH", .path = VIEWER, .if_match = "*"}, "{'last_name': 'Lee'}");
    assert_string_equal(rest_header(&answer, "ETag"), tag_of(c, VIEWER));
    answer = rest_ask(c, ADMIN, (oa_rest_request){.method = "PATCH", .path = VIEWER, .if_match = "*", .query = "dry_run=true"},
                      "{'last_name': 'Moe'}");
    assert_string_equal(rest_header(&answer, "ETag"), "(none)");
}

static void a_list_has_no_tag_and_what_has_none_never_matches_one(void **state)
{
    cast *c = *state;
    assert_string_equal(tag_of(c, "/v1/orgs/acme/users"), "(none)");
    oa_rest_answer answer = rest_ask(
        c, "super@site.example", (oa_rest_request){.method = "PATCH", .path = "/v1/settings", .if_match = "\"a\""},
        "{'name': 'login.deny_after', 'value': '5'}");
    assert_int_equal(answer.status, 412);
}

OA_TESTS(CAST_TEST(a_change_of_what_was_changed_since_is_refused), CAST_TEST(a_role_is_part_of_what_is_shown),
         CAST_TEST(its_use_alone_does_not_change_a_tag), CAST_TEST(fields_are_read_as_lists_of_strong_tags),
         CAST_TEST(a_patch_answers_with_the_tag_that_get_gives_next), CAST_TEST(a_list_has_no_tag_and_what_has_none_never_matches_one))
