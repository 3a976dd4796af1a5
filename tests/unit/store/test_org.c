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
    assert_ok(oa_org_update(n.db, &changed));
    assert_ok(oa_org_find(n.db, 41, &org, n.pool));
    assert_string_equal(org->slug, "room");
    assert_string_equal(org->name, "Room");
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
    assert_ok(oa_org_list(n.db, ADA, 0, 100, &orgs, n.pool));
    assert_int_equal(orgs->nelts, 3);
    assert_ok(oa_db_run(n.db, NULL, "UPDATE membership SET reach = 1 WHERE account_id = 20", ""));
    assert_ok(oa_org_list(n.db, ADA, 0, 100, &orgs, n.pool));
    assert_int_equal(orgs->nelts, 1);
    assert_ok(oa_db_run(n.db, NULL, "UPDATE membership SET status = 2 WHERE account_id = 20", ""));
    assert_ok(oa_org_list(n.db, ADA, 0, 100, &orgs, n.pool));
    assert_int_equal(orgs->nelts, 0);
    assert_ok(oa_org_list(n.db, 0, 40, 1, &orgs, n.pool));
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

OA_TESTS(STORE_TEST(one_is_found_as_it_was_written), STORE_TEST(a_slug_is_taken_once),
         STORE_TEST(those_above_come_nearest_first), STORE_TEST(a_member_reaches_down_unless_confined),
         STORE_TEST(what_hangs_on_one_is_counted))
