/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/store/nouns.h"

#include "core/store/org.h"

static void fill(nouns *n)
{
    const oa_org orgs[] = {{.id = 40, .parent_id = ACME, .slug = "lab", .name = "Lab", .status = OA_ORG_ACTIVE, .created_at = 5},
                           {.id = 41, .parent_id = 40, .slug = "cell", .name = "Cell", .status = OA_ORG_SUSPENDED, .created_at = 6},
                           {.id = 42, .slug = "globex", .name = "Globex", .status = OA_ORG_ACTIVE, .created_at = 7}};
    for (size_t i = 0; i < 3; i++) {
        assert_ok(oa_org_insert(n->db, &orgs[i]));
    }
}

static void one_is_found_as_it_was_written(void **state)
{
    nouns n = nouns_begin(state);
    const oa_org *org;
    fill(&n);
    assert_ok(oa_org_find_slug(n.db, "cell", &org, n.pool));
    assert_int_equal(org->id, 41);
    assert_int_equal(org->parent_id, 40);
    assert_int_equal(org->status, OA_ORG_SUSPENDED);
    assert_int_equal(org->created_at, 6);
    oa_org changed = *org;
    changed.slug = "room";
    changed.name = "Room";
    changed.status = OA_ORG_ACTIVE;
    changed.parent_id = 42;
    assert_ok(oa_org_update(n.db, &changed));
    assert_ok(oa_org_find(n.db, 41, &org, n.pool));
    assert_string_equal(org->slug, "room");
    assert_string_equal(org->name, "Room");
    assert_int_equal(org->parent_id, 42);
    assert_int_equal(org->version, 2);
    assert_ok(oa_org_find_slug(n.db, "cell", &org, n.pool));
    assert_null(org);
    nouns_end(&n);
}

static void a_slug_is_taken_once(void **state)
{
    nouns n = nouns_begin(state);
    const oa_org twin = {.id = 50, .slug = "acme", .name = "Acme", .status = OA_ORG_ACTIVE, .created_at = 1};
    assert_code(oa_org_insert(n.db, &twin), OA_CONFLICT);
    nouns_end(&n);
}

static void those_above_come_nearest_first(void **state)
{
    nouns n = nouns_begin(state);
    apr_array_header_t *above;
    fill(&n);
    assert_ok(oa_org_above(n.db, 41, &above, n.pool));
    assert_int_equal(above->nelts, 2);
    assert_int_equal(APR_ARRAY_IDX(above, 0, oa_id), 40);
    assert_int_equal(APR_ARRAY_IDX(above, 1, oa_id), ACME);
    assert_ok(oa_org_above(n.db, ACME, &above, n.pool));
    assert_int_equal(above->nelts, 0);
    nouns_end(&n);
}

static void a_member_reaches_down_unless_confined(void **state)
{
    nouns n = nouns_begin(state);
    apr_array_header_t *orgs;
    fill(&n);
    assert_ok(oa_org_list(n.db, &(oa_org_query){.account = ADA, .limit = 100}, &orgs, n.pool));
    assert_int_equal(orgs->nelts, 3);
    assert_ok(oa_db_run(n.db, NULL, "UPDATE membership SET reach = 1 WHERE account_id = 20", ""));
    assert_ok(oa_org_list(n.db, &(oa_org_query){.account = ADA, .limit = 100}, &orgs, n.pool));
    assert_int_equal(orgs->nelts, 1);
    assert_ok(oa_db_run(n.db, NULL, "UPDATE membership SET status = 2 WHERE account_id = 20", ""));
    assert_ok(oa_org_list(n.db, &(oa_org_query){.account = ADA, .limit = 100}, &orgs, n.pool));
    assert_int_equal(orgs->nelts, 0);
    assert_ok(oa_org_list(n.db, &(oa_org_query){.after = 40, .limit = 1}, &orgs, n.pool));
    assert_int_equal(orgs->nelts, 1);
    assert_int_equal(APR_ARRAY_IDX(orgs, 0, const oa_org *)->id, 41);
    nouns_end(&n);
}

static void what_hangs_on_one_is_counted(void **state)
{
    nouns n = nouns_begin(state);
    oa_org_uses uses;
    fill(&n);
    assert_ok(oa_org_count_uses(n.db, ACME, &uses));
    assert_int_equal(uses.members, 2);
    assert_int_equal(uses.below, 1);
    assert_int_equal(uses.accounts, 2);
    assert_int_equal(uses.keys, 2);
    assert_int_equal(uses.apis + uses.roles + uses.invitations, 0);
    assert_ok(oa_org_count_uses(n.db, 42, &uses));
    assert_int_equal(uses.members + uses.below + uses.accounts + uses.keys, 0);
    assert_ok(oa_org_delete(n.db, 42));
    assert_code(oa_org_delete(n.db, 40), OA_CONFLICT);
    nouns_end(&n);
}

static int64_t listed(nouns *n, oa_org_query query)
{
    apr_array_header_t *orgs;
    query.limit = 100;
    assert_ok(oa_org_list(n->db, &query, &orgs, n->pool));
    return orgs->nelts;
}

static void a_tree_is_listed_branch_by_branch(void **state)
{
    nouns n = nouns_begin(state);
    int64_t count;
    fill(&n);
    assert_int_equal(listed(&n, (oa_org_query){.top = true}), 2);
    assert_int_equal(listed(&n, (oa_org_query){.parent = ACME}), 1);
    assert_int_equal(listed(&n, (oa_org_query){.parent = 42}), 0);
    assert_int_equal(listed(&n, (oa_org_query){.account = ADA, .top = true}), 1);
    assert_int_equal(listed(&n, (oa_org_query){.account = ADA, .parent = 40}), 1);
    assert_ok(oa_org_count_below(n.db, ACME, 0, &count));
    assert_int_equal(count, 1);
    assert_ok(oa_org_count_below(n.db, ACME, ADA, &count));
    assert_int_equal(count, 0);
    assert_ok(oa_org_height(n.db, ACME, &count));
    assert_int_equal(count, 2);
    assert_ok(oa_org_height(n.db, 42, &count));
    assert_int_equal(count, 0);
    nouns_end(&n);
}

static void roles_of_who_is_not_above_are_foreign(void **state)
{
    static const struct {
        oa_id role_org, moved, parent;
        int64_t foreign;
    } cases[] = {{0, 40, 42, 0}, {ACME, 40, 42, 1}, {ACME, 40, 0, 1}, {ACME, 40, ACME, 0}, {ACME, 41, 42, 1},
                 {40, 40, 42, 0}, {40, 41, 42, 1}, {42, 40, 42, 0}, {42, 40, 0, 1}};
    nouns n = nouns_begin(state);
    fill(&n);
    assert_ok(oa_db_run(n.db, NULL, "INSERT INTO membership (account_id, org_id, role_id, joined_at) VALUES (20, 41, 5, 1)", ""));
    assert_ok(oa_db_run(n.db, NULL, "INSERT INTO role (id, name, type, permissions, created_at) VALUES (80, 'Clerk', 3, '', 1)", ""));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t foreign;
        assert_ok(oa_db_run(n.db, NULL, "UPDATE role SET org_id = NULLIF($1, 0) WHERE id = 80", "i", cases[i].role_org));
        assert_ok(oa_db_run(n.db, NULL, "UPDATE membership SET role_id = 80 WHERE org_id = 41", ""));
        assert_ok(oa_org_count_foreign_roles(n.db, cases[i].moved, cases[i].parent, &foreign));
        assert_int_equal(foreign, cases[i].foreign);
    }
    nouns_end(&n);
}

OA_TESTS(STORE_TEST(one_is_found_as_it_was_written), STORE_TEST(a_slug_is_taken_once),
         STORE_TEST(those_above_come_nearest_first), STORE_TEST(a_member_reaches_down_unless_confined),
         STORE_TEST(what_hangs_on_one_is_counted),
         STORE_TEST(a_tree_is_listed_branch_by_branch), STORE_TEST(roles_of_who_is_not_above_are_foreign))
