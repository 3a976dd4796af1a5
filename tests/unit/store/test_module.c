/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/store/nouns.h"

#include "core/store/module.h"

static void a_module_is_named_marked_and_deleted(void **state)
{
    nouns n = nouns_begin(state);
    const oa_module flow = {.name = "flow"};
    const oa_module *found;
    apr_array_header_t *all;
    assert_ok(oa_module_insert(n.db, &flow));
    assert_code(oa_module_insert(n.db, &flow), OA_CONFLICT);
    assert_ok(oa_module_find(n.db, "flow", &found, n.pool));
    assert_false(found->admins_only);
    assert_ok(oa_module_mark(n.db, "flow", true));
    assert_ok(oa_module_find(n.db, "flow", &found, n.pool));
    assert_true(found->admins_only);
    assert_ok(oa_module_list(n.db, &all, n.pool));
    assert_int_equal(all->nelts, 9);
    assert_string_equal(APR_ARRAY_IDX(all, 0, const oa_module *)->name, "apis");
    assert_ok(oa_module_delete(n.db, "flow"));
    assert_ok(oa_module_find(n.db, "flow", &found, n.pool));
    assert_null(found);
    nouns_end(&n);
}

static void modules_for_administrators_are_words(void **state)
{
    nouns n = nouns_begin(state);
    const char *modules;
    assert_ok(oa_module_admins_only(n.db, &modules, n.pool));
    assert_string_equal(modules, "audit orgs payment pricing roles settings users");
    nouns_end(&n);
}

static void uses_are_counted_by_the_whole_name(void **state)
{
    static const struct {
        const char *name;
        int64_t roles, members, invitations;
    } cases[] = {{"flow", 1, 1, 1}, {"flow-2", 1, 0, 1}, {"low", 0, 0, 0}, {"flo", 0, 0, 0}, {"run", 0, 0, 0}};
    nouns n = nouns_begin(state);
    assert_ok(oa_db_run(n.db, NULL, "INSERT INTO role (id, org_id, name, type, permissions, created_at)"
                                    " VALUES (80, 10, 'Clerk', 3, 'flow-2:run flow:run', 1)", ""));
    assert_ok(oa_db_run(n.db, NULL, "INSERT INTO membership_module (account_id, org_id, module) VALUES (21, 10, 'flow')", ""));
    assert_ok(oa_db_run(n.db, NULL, "INSERT INTO invitation (id, org_id, email, modules, digest, created_at, expires_at)"
                                    " VALUES (90, 10, 'x@y.example', 'flow flow-2', x'00', 1, 2)", ""));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t roles, members, invitations;
        assert_ok(oa_module_count_uses(n.db, cases[i].name, &roles, &members, &invitations));
        assert_int_equal(roles, cases[i].roles);
        assert_int_equal(members, cases[i].members);
        assert_int_equal(invitations, cases[i].invitations);
    }
    nouns_end(&n);
}

OA_TESTS(STORE_TEST(a_module_is_named_marked_and_deleted), STORE_TEST(modules_for_administrators_are_words),
         STORE_TEST(uses_are_counted_by_the_whole_name))
