/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/admin/cast.h"

static void a_role_changes_in_one_organization_and_for_its_keys(void **state)
{
    cast *c = *state;
    DO("user.add", "{'email': ['viewer@acme.example'], 'org': 'globex', 'role': 'Viewer'}");
    DO("key.issue", "{'user': 'viewer@acme.example'}");
    DO("user.set-role", "{'user': 'viewer@acme.example', 'role': 'Editor'}");
    assert_string_equal(cast_text(c, "role"), "Editor");
    assert_int_equal(cast_int(c, "SELECT role = 'Editor' FROM credential"), 1);
    DO("user.show", "{'user': 'viewer@acme.example', 'org': 'globex'}");
    assert_string_equal(cast_text(c, "role"), "Viewer");
    REFUSED(OA_INVALID, "user.set-role", "{'user': 'viewer@acme.example', 'org': 'globex', 'role': 'Help desk'}");
}

static void a_removal_ends_keys_and_attachments_there_and_keeps_the_record(void **state)
{
    cast *c = *state;
    DO("api.register", "{'name': 'reports', 'org': 'acme'}");
    DO("user.add", "{'email': ['viewer@globex.example'], 'org': 'acme', 'role': 'Viewer'}");
    DO("api.attach", "{'api': 'reports', 'org': 'acme', 'user': ['viewer@globex.example']}");
    DO("key.issue", "{'user': 'viewer@globex.example', 'org': 'acme'}");
    const char *there = apr_pstrdup(c->pool, cast_text(c, "id"));
    DO("key.issue", "{'user': 'viewer@globex.example', 'org': 'globex'}");
    const char *home = apr_pstrdup(c->pool, cast_text(c, "id"));
    DO("user.remove", "{'user': 'viewer@globex.example', 'org': 'acme'}");
    DO("key.show", apr_psprintf(c->pool, "{'key': '%s'}", there));
    assert_string_equal(cast_text(c, "status"), "revoked");
    DO("key.show", apr_psprintf(c->pool, "{'key': '%s'}", home));
    assert_string_equal(cast_text(c, "status"), "active");
    DO("api.users", "{'api': 'reports'}");
    assert_int_equal(oa_json_size(cast_items(c)), 0);
    assert_int_equal(cast_int(c, "SELECT status FROM membership WHERE removed_at > 0"), 3);
    REFUSED(OA_NOT_FOUND, "user.remove", "{'user': 'viewer@globex.example', 'org': 'acme'}");
    REFUSED(OA_NOT_FOUND, "user.set-role", "{'user': 'viewer@globex.example', 'org': 'acme', 'role': 'Viewer'}");
    DO("audit.list", "{'target': 'viewer@globex.example', 'org': 'acme', 'action': 'user.remove'}");
    assert_int_equal(oa_json_get_int(oa_json_get(oa_json_at(cast_items(c), 0), "detail"), "keys_revoked"), 1);
}

OA_TESTS(CAST_TEST(a_role_changes_in_one_organization_and_for_its_keys),
         CAST_TEST(a_removal_ends_keys_and_attachments_there_and_keeps_the_record))
