/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/admin/cast.h"

static void validating_brings_every_status_back_and_clears_both_counts(void **state)
{
    cast *c = *state;
    for (int status = 1; status <= 4; status++) {
        cast_sql(c, apr_psprintf(c->pool, "UPDATE account SET status = %d, password_failures = 4, key_failures = 6,"
                                          " status_since = 1 WHERE email = 'viewer@acme.example'", status));
        DO("user.validate", "{'user': 'viewer@acme.example'}");
        assert_string_equal(cast_text(c, "status"), "VALIDATED");
        assert_int_equal(oa_json_get_int(c->result, "failures"), 0);
        assert_true(cast_int(c, "SELECT status_since FROM account WHERE email = 'viewer@acme.example'") > 1);
    }
    assert_int_equal(cast_int(c, "SELECT version FROM account WHERE email = 'viewer@acme.example'"), 5);
}

static void a_ban_holds_everywhere_and_ends_sessions(void **state)
{
    cast *c = *state;
    DO("user.add", "{'email': ['viewer@acme.example'], 'org': 'globex', 'role': 'Viewer'}");
    DO("key.issue", "{'user': 'viewer@acme.example'}");
    cast_sql(c, "INSERT INTO session (digest, id, account_id, created_at, last_seen_at, expires_at)"
                " SELECT x'01', 1, id, 1, 1, 9 FROM account WHERE email = 'viewer@acme.example'");
    DO("user.ban", "{'user': 'viewer@acme.example'}");
    assert_string_equal(cast_text(c, "status"), "BANNED");
    assert_int_equal(cast_int(c, "SELECT count(*) FROM session"), 0);
    assert_int_equal(cast_int(c, "SELECT account_status FROM credential"), 3);
    DO("user.show", "{'user': 'viewer@acme.example', 'org': 'globex'}");
    assert_string_equal(cast_text(c, "status"), "BANNED");
    REFUSED(OA_CONFLICT, "user.ban", "{'user': 'viewer@acme.example'}");
}

static void a_deactivation_holds_in_one_organization(void **state)
{
    cast *c = *state;
    DO("user.add", "{'email': ['viewer@acme.example'], 'org': 'globex', 'role': 'Viewer'}");
    DO("key.issue", "{'user': 'viewer@acme.example'}");
    DO("user.deactivate", "{'user': 'viewer@acme.example'}");
    assert_string_equal(cast_text(c, "status"), "DEACTIVATED");
    assert_string_equal(cast_text(c, "account_status"), "VALIDATED");
    assert_int_equal(cast_int(c, "SELECT membership_status FROM credential"), 2);
    REFUSED(OA_CONFLICT, "user.deactivate", "{'user': 'viewer@acme.example'}");
    DO("user.show", "{'user': 'viewer@acme.example', 'org': 'globex'}");
    assert_string_equal(cast_text(c, "status"), "VALIDATED");
    DO("user.activate", "{'user': 'viewer@acme.example'}");
    assert_string_equal(cast_text(c, "status"), "VALIDATED");
    REFUSED(OA_CONFLICT, "user.activate", "{'user': 'viewer@acme.example'}");
    assert_int_equal(cast_int(c, "SELECT m.version FROM membership m JOIN account a ON a.id = m.account_id"
                                 " WHERE a.email = 'viewer@acme.example' AND m.org_id = a.home_org_id"), 3);
}

static void who_was_removed_is_neither_activated_nor_deactivated(void **state)
{
    cast *c = *state;
    DO("user.remove", "{'user': 'viewer@acme.example'}");
    REFUSED(OA_NOT_FOUND, "user.activate", "{'user': 'viewer@acme.example'}");
    REFUSED(OA_NOT_FOUND, "user.deactivate", "{'user': 'viewer@acme.example'}");
    DO("user.ban", "{'user': 'viewer@acme.example'}"); /* its home still manages the account */
}

OA_TESTS(CAST_TEST(validating_brings_every_status_back_and_clears_both_counts),
         CAST_TEST(a_ban_holds_everywhere_and_ends_sessions), CAST_TEST(a_deactivation_holds_in_one_organization),
         CAST_TEST(who_was_removed_is_neither_activated_nor_deactivated))
