/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/admin/cast.h"

static void what_is_given_changes_and_the_rest_stays(void **state)
{
    cast *c = *state;
    DO("user.edit", "{'user': 'viewer@acme.example', 'first_name': 'Vera', 'last_name': 'Wolf', 'set': {'a': '1', 'b': '2'}}");
    DO("user.edit", "{'user': 'viewer@acme.example', 'last_name': null, 'set': {'b': null, 'c': '3'}}");
    assert_string_equal(cast_text(c, "first_name"), "Vera");
    assert_string_equal(cast_text(c, "last_name"), "");
    assert_string_equal(oa_json_canonical(oa_json_get(c->result, "fields"), c->pool), "{\"a\":\"1\",\"c\":\"3\"}");
    assert_int_equal(oa_json_get_int(c->result, "version"), 3);
}

static void a_new_email_is_the_accounts_only_one(void **state)
{
    cast *c = *state;
    DO("user.edit", "{'user': 'viewer@acme.example', 'email': 'Vera@acme.example'}");
    REFUSED(OA_NOT_FOUND, "user.show", "{'user': 'viewer@acme.example'}");
    DO("user.list", "{'org': 'acme', 'search': 'vera@'}");
    assert_int_equal(oa_json_size(cast_items(c)), 1);
    REFUSED(OA_CONFLICT, "user.edit", "{'user': 'vera@acme.example', 'email': 'editor@acme.example'}");
    DO("user.edit", "{'user': 'vera@acme.example', 'email': 'vera@acme.example'}");
}

static void what_may_not_be_assigned_is_no_argument(void **state)
{
    static const char *const members[] = {"status", "org_id", "home_org_id", "password", "kind", "id", "fields"};
    cast *c = *state;
    for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
        REFUSED(OA_USAGE, "user.edit", apr_psprintf(c->pool, "{'user': 'viewer@acme.example', '%s': 'x'}", members[i]));
        assert_string_equal(c->error->field, members[i]);
    }
}

static void a_role_is_changed_with_what_it_asks_for(void **state)
{
    cast *c = *state;
    DO("role.create", "{'org': 'acme', 'name': 'Clerk', 'permission': ['flow:view'], 'required_field': ['last_name']}");
    REFUSED(OA_INVALID, "user.edit", "{'org': 'acme', 'user': 'viewer@acme.example', 'role': 'Clerk'}");
    DO("user.edit", "{'org': 'acme', 'user': 'viewer@acme.example', 'role': 'Clerk', 'last_name': 'Wolf'}");
    assert_string_equal(cast_text(c, "role"), "Clerk");
    assert_string_equal(cast_text(c, "last_name"), "Wolf");
    assert_int_equal(cast_int(c, "SELECT count(*) FROM audit_event WHERE action = 'user.edit'"), 1);
}

static void a_password_is_set_hashed_and_ends_sessions_and_links(void **state)
{
    cast *c = *state;
    cast_sql(c, "INSERT INTO session (digest, id, account_id, created_at, last_seen_at, expires_at)"
                " SELECT x'01', 1, id, 1, 1, 9 FROM account WHERE email = 'viewer@acme.example'");
    cast_sql(c, "INSERT INTO link (digest, purpose, account_id, created_at, expires_at)"
                " SELECT x'02', 1, id, 1, 9 FROM account WHERE email = 'viewer@acme.example'");
    cast_sql(c, "UPDATE account SET password_failures = 3, key_failures = 2, status = 2 WHERE email = 'viewer@acme.example'");
    DO("user.set-password", "{'user': 'viewer@acme.example', 'password': 'correct horse battery'}");
    assert_string_equal(cast_text(c, "status"), "DENIED"); /* until validated */
    assert_int_equal(cast_int(c, "SELECT count(*) FROM account WHERE password LIKE '$argon2id$%'"), 1);
    assert_int_equal(cast_int(c, "SELECT count(*) FROM session"), 0);
    assert_int_equal(cast_int(c, "SELECT count(*) FROM link WHERE used_at = 0"), 0);
    DO("user.set-password", "{'user': 'viewer@acme.example', 'password': 'correct horse battery', 'validate': true}");
    assert_string_equal(cast_text(c, "status"), "VALIDATED");
    assert_int_equal(oa_json_get_int(c->result, "failures"), 0);
}

OA_TESTS(CAST_TEST(what_is_given_changes_and_the_rest_stays), CAST_TEST(a_new_email_is_the_accounts_only_one),
         CAST_TEST(what_may_not_be_assigned_is_no_argument), CAST_TEST(a_role_is_changed_with_what_it_asks_for),
         CAST_TEST(a_password_is_set_hashed_and_ends_sessions_and_links))
