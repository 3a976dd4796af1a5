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

/* What oa_org_list is held against: all that is reached, gone through as it is said in its contract. */
static const char naive_sql[] =
    "WITH RECURSIVE reached (id, down) AS ("
    "  SELECT m.org_id, m.reach FROM membership m WHERE m.account_id = $1 AND m.status = 1"
    "  UNION SELECT c.id, 2 FROM organization c JOIN reached r ON c.parent_id = r.id WHERE r.down = 2)"
    " SELECT o.id FROM organization o WHERE ($1 = 0 OR o.id IN (SELECT id FROM reached)) AND ($2 = 0 OR o.parent_id = $2)"
    "  AND ($3 = 0 OR (CASE $1 WHEN 0 THEN o.parent_id IS NULL ELSE COALESCE(o.parent_id, 0) NOT IN (SELECT id FROM reached) END))"
    "  AND o.id > $4 ORDER BY o.id LIMIT $5";

static void compare(nouns *n, const oa_org_query *query)
{
    oa_rows *rows;
    apr_array_header_t *orgs;
    int i = 0;
    assert_ok(oa_org_list(n->db, query, &orgs, n->pool));
    assert_ok(oa_db_select(n->db, &rows, naive_sql, "iiiii", query->account, query->parent, (int64_t)query->top, query->after, query->limit));
    for (; oa_rows_next(rows); i++) {
        if (i >= orgs->nelts || APR_ARRAY_IDX(orgs, i, const oa_org *)->id != oa_rows_int(rows, 0)) {
            fail_msg("account %d, parent %d, top %d, after %d: item %d is not %d", (int)query->account, (int)query->parent, query->top, (int)query->after,
                     i, (int)oa_rows_int(rows, 0));
        }
    }
    assert_ok(oa_rows_end(rows));
    assert_int_equal(i, orgs->nelts);
}

/* Grows a forest, moves trees in it, and changes what ADA reaches; `seed` is a generator's. */
static void change(nouns *n, unsigned *seed, int orgs)
{
    static const char *const changes[] = {
        "UPDATE organization SET parent_id = NULLIF($1, $2) WHERE id = $2 AND NOT EXISTS (SELECT 1 FROM org_below WHERE above_id = $2 AND id = $1)",
        "INSERT INTO membership (account_id, org_id, role_id, reach, joined_at) SELECT 20, $1, 2, 1 + $2 % 2, 1 WHERE $1 > 0"
        " ON CONFLICT (org_id, account_id) DO UPDATE SET reach = 1 + $2 % 2, status = 1 + $2 % 3",
        "DELETE FROM membership WHERE account_id = 20 AND org_id IN ($1, $2)",
    };
    *seed = *seed * 1103515245U + 12345U;
    unsigned drawn = *seed >> 16;
    assert_ok(oa_db_run(n->db, NULL, changes[drawn % 3], "ii", (int64_t)(100 + drawn / 3 % (unsigned)orgs), (int64_t)(100 + drawn / 97 % (unsigned)orgs)));
}

static void a_list_is_what_is_reached_however_the_trees_stand(void **state)
{
    enum { ORGS = 25 };
    nouns n = nouns_begin(state);
    unsigned seed = 7;
    int64_t differ;
    for (int i = 0; i < ORGS; i++) {
        const oa_org org = {.id = 100 + i, .parent_id = i % 4 == 0 ? 0 : 100 + i / 3, .slug = apr_psprintf(n.pool, "o%d", i), .name = "O",
                            .status = OA_ORG_ACTIVE, .created_at = 5};
        assert_ok(oa_org_insert(n.db, &org));
    }
    for (int round = 0; round < 200; round++) {
        change(&n, &seed, ORGS);
        assert_ok(oa_db_int(n.db, &differ, -1,
                            "SELECT (SELECT count(*) FROM (SELECT * FROM org_below EXCEPT SELECT * FROM org_below_source)) +"
                            " (SELECT count(*) FROM (SELECT * FROM org_below_source EXCEPT SELECT * FROM org_below))",
                            ""));
        assert_int_equal(differ, 0);
        for (int i = 0; i < 16; i++) {
            compare(&n, &(oa_org_query){.account = i % 4 == 0 ? 0 : ADA, .parent = i % 2 == 0 ? 0 : 100 + (round + i) % ORGS, .top = i % 3 == 0 && i != 9,
                                        .after = i % 5 == 0 ? 110 : 0, .limit = i % 7 == 0 ? 3 : 100});
        }
    }
    nouns_end(&n);
}

OA_TESTS(STORE_TEST(one_is_found_as_it_was_written), STORE_TEST(a_slug_is_taken_once),
         STORE_TEST(those_above_come_nearest_first), STORE_TEST(a_member_reaches_down_unless_confined),
         STORE_TEST(what_hangs_on_one_is_counted),
         STORE_TEST(a_tree_is_listed_branch_by_branch), STORE_TEST(roles_of_who_is_not_above_are_foreign),
         STORE_TEST(a_list_is_what_is_reached_however_the_trees_stand))
