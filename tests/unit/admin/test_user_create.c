/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/admin/cast.h"

static void a_user_is_made_as_asked(void **state)
{
    cast *c = *state;
    DO("user.create", "{'email': 'Eve@ACME.example', 'org': 'acme', 'role': 'Editor', 'first_name': ' Eve ', "
                      "'last_name': 'Älvdalen', 'set': {'desk': '7', 'floor': ''}}");
    assert_string_equal(cast_text(c, "email"), "eve@acme.example");
    assert_string_equal(cast_text(c, "first_name"), "Eve");
    assert_string_equal(cast_text(c, "kind"), "person");
    assert_string_equal(cast_text(c, "role"), "Editor");
    assert_string_equal(cast_text(c, "status"), "VALIDATED");
    assert_false(oa_json_get_bool(c->result, "has_password"));
    assert_string_equal(oa_json_canonical(oa_json_get(c->result, "fields"), c->pool), "{\"desk\":\"7\"}");
    DO("user.create", "{'email': 'robot@acme.example', 'org': 'acme', 'role': 'API User', 'system': true}");
    assert_string_equal(cast_text(c, "kind"), "system");
    DO("user.list", "{'org': 'acme', 'search': 'ÄLVD'}"); /* what searches look at is folded */
    assert_int_equal(oa_json_size(cast_items(c)), 1);
}

static void one_address_is_one_account_whatever_its_spelling(void **state)
{
    static const char *const spellings[] = {"viewer@acme.example", " Viewer@Acme.Example", "ｖiewer@acme.example"};
    cast *c = *state;
    for (size_t i = 0; i < sizeof(spellings) / sizeof(spellings[0]); i++) {
        REFUSED(OA_CONFLICT, "user.create",
                apr_psprintf(c->pool, "{'email': '%s', 'org': 'globex', 'role': 'Viewer'}", spellings[i]));
        assert_string_equal(c->error->field, "email");
        assert_non_null(strstr(c->error->message, "viewer@acme.example"));
    }
}

static void a_first_password_obeys_the_policy(void **state)
{
    cast *c = *state;
    REFUSED(OA_INVALID, "user.create",
            "{'email': 'p@acme.example', 'org': 'acme', 'role': 'Viewer', 'password': 'fourteen chars'}");
    assert_string_equal(c->error->field, "password");
    assert_null(strstr(c->error->message, "fourteen chars"));
    DO("user.create", "{'email': 'p@acme.example', 'org': 'acme', 'role': 'Viewer', 'password': 'fifteen charsäö'}");
    assert_true(oa_json_get_bool(c->result, "has_password"));
}

static void those_who_have_an_account_are_added_all_or_none(void **state)
{
    cast *c = *state;
    REFUSED(OA_NOT_FOUND, "user.add", "{'email': ['viewer@lab.example', 'who@x.example'], 'org': 'globex', 'role': 'Viewer'}");
    REFUSED(OA_NOT_FOUND, "user.show", "{'user': 'viewer@lab.example', 'org': 'globex'}");
    DO("user.add", "{'email': ['viewer@lab.example', 'viewer@acme.example'], 'org': 'globex', 'role': 'Viewer'}");
    assert_int_equal(oa_json_size(cast_items(c)), 2);
    REFUSED(OA_CONFLICT, "user.add", "{'email': ['viewer@lab.example'], 'org': 'globex', 'role': 'Editor'}");
    DO("user.show", "{'user': 'viewer@lab.example', 'org': 'globex'}");
    assert_string_equal(cast_text(c, "role"), "Viewer");
}

static void who_was_removed_is_added_again_with_the_new_role(void **state)
{
    cast *c = *state;
    DO("user.remove", "{'user': 'editor@acme.example'}");
    REFUSED(OA_NOT_FOUND, "user.show", "{'user': 'editor@acme.example'}");
    REFUSED(OA_CONFLICT, "user.create", "{'email': 'editor@acme.example', 'org': 'acme', 'role': 'Viewer'}");
    DO("user.add", "{'email': ['editor@acme.example'], 'org': 'acme', 'role': 'Viewer'}");
    DO("user.show", "{'user': 'editor@acme.example'}");
    assert_string_equal(cast_text(c, "role"), "Viewer");
}

OA_TESTS(CAST_TEST(a_user_is_made_as_asked), CAST_TEST(one_address_is_one_account_whatever_its_spelling), CAST_TEST(a_first_password_obeys_the_policy),
         CAST_TEST(those_who_have_an_account_are_added_all_or_none),
         CAST_TEST(who_was_removed_is_added_again_with_the_new_role))
