/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/admin/cast.h"

/* acme: lab, shop; lab: cell. holding: nothing yet; boss@holding is its Administrator, both@… one of acme and of holding. */
static int begin(void **state)
{
    int failed = cast_begin(state);
    cast *c = *state;
    DO("org.create", "{'name': 'Shop', 'parent': 'acme'}");
    DO("org.create", "{'name': 'Cell', 'parent': 'lab'}");
    DO("org.create", "{'name': 'Holding'}");
    DO("user.create", "{'email': 'boss@holding.example', 'org': 'holding', 'role': 'Administrator'}");
    DO("user.create", "{'email': 'both@acme.example', 'org': 'acme', 'role': 'Administrator'}");
    DO("user.add", "{'email': ['both@acme.example'], 'org': 'holding', 'role': 'Administrator'}");
    return failed;
}

static const char *parent_of(cast *c, const char *org)
{
    oa_db *db = cast_take(c);
    oa_rows *rows;
    const char *slug = "";
    assert_ok(oa_db_select(db, &rows, "SELECT p.slug FROM organization o JOIN organization p ON p.id = o.parent_id WHERE o.slug = $1",
                           "t", org));
    if (oa_rows_next(rows)) {
        slug = oa_rows_copy(rows, 0, c->pool);
    }
    assert_ok(oa_rows_end(rows));
    oa_store_give(c->store, db);
    return slug;
}

static void who_moves_what_where(void **state)
{
    static const struct {
        const char *who, *org, *parent;
        oa_code code; /* 0: done */
    } cases[] = {
        {"both@acme.example", "lab", "holding", 0},
        {"admin@acme.example", "lab", "shop", 0},
        {"admin@acme.example", "cell", "acme", 0},
        {NULL, "lab", "", 0},
        {"super@site.example", "acme", "holding", 0},
        {"both@acme.example", "lab", "acme", 0}, /* where it is */
        {"admin@acme.example", "lab", "holding", OA_NOT_FOUND},
        {"boss@holding.example", "lab", "holding", OA_NOT_FOUND},
        {"admin@lab.example", "lab", "", OA_NOT_ALLOWED},
        {"admin@lab.example", "lab", "cell", OA_NOT_ALLOWED},
        {"admin@acme.example", "lab", "", OA_NOT_ALLOWED},
        {"both@acme.example", "acme", "holding", OA_NOT_ALLOWED}, /* nobody above acme */
        {"editor@acme.example", "lab", "shop", OA_NOT_ALLOWED},
        {"super@site.example", "lab", "lab", OA_INVALID},
        {"super@site.example", "lab", "cell", OA_INVALID},
        {"super@site.example", "acme", "cell", OA_INVALID},
        {"super@site.example", "lab", "no-such", OA_NOT_FOUND},
    };
    cast *c = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *before = parent_of(c, cases[i].org);
        oa_error *error = cast_perform(c, cases[i].who, "org.edit",
                                       apr_psprintf(c->pool, "{'org': '%s', 'parent': '%s'}", cases[i].org, cases[i].parent), false);
        if ((error == NULL ? 0 : error->code) != cases[i].code) {
            fail_msg("case %d: %s", (int)i, error == NULL ? "done" : error->message);
        }
        assert_string_equal(parent_of(c, cases[i].org), error == NULL ? cases[i].parent : before);
        if (error == NULL) {
            DO("org.edit", apr_psprintf(c->pool, "{'org': '%s', 'parent': '%s'}", cases[i].org, before));
        }
    }
}

static void who_is_no_full_administrator_hands_nothing_over(void **state)
{
    cast *c = *state;
    DO("role.create", "{'name': 'Planner', 'org': 'acme', 'type': 'administrator', 'permission': ['orgs:*']}");
    DO("user.create", "{'email': 'planner@acme.example', 'org': 'acme', 'role': 'Planner'}");
    REFUSED_AS(OA_NOT_ALLOWED, "planner@acme.example", "org.edit", "{'org': 'lab', 'parent': 'shop'}");
    DO("user.add", "{'email': ['admin@acme.example'], 'org': 'cell', 'role': 'Viewer'}"); /* there, that one decides */
    REFUSED_AS(OA_NOT_ALLOWED, "admin@acme.example", "org.edit", "{'org': 'lab', 'parent': 'shop'}");
    DO("user.confine", "{'user': 'both@acme.example', 'org': 'acme', 'reach': 'here'}");
    REFUSED_AS(OA_NOT_FOUND, "both@acme.example", "org.edit", "{'org': 'lab', 'parent': 'holding'}");
}

static void a_tree_stays_within_its_depth(void **state)
{
    cast *c = *state;
    DO("org.create", "{'name': 'Deep', 'slug': 'deep-1'}");
    for (int i = 2; i <= 14; i++) {
        DO("org.create", apr_psprintf(c->pool, "{'name': 'Deep', 'slug': 'deep-%d', 'parent': 'deep-%d'}", i, i - 1));
    }
    REFUSED(OA_INVALID, "org.edit", "{'org': 'acme', 'parent': 'deep-14'}"); /* with lab and cell below it */
    DO("org.edit", "{'org': 'lab', 'parent': 'deep-14'}");
    REFUSED(OA_INVALID, "org.create", "{'name': 'More', 'parent': 'cell'}");
}

static void roles_of_strangers_are_not_taken_along(void **state)
{
    cast *c = *state;
    DO("user.confine", "{'user': 'desk@acme.example', 'org': 'acme', 'sub_org': ['cell']}");
    REFUSED(OA_CONFLICT, "org.edit", "{'org': 'lab', 'parent': 'holding'}");
    assert_non_null(strstr(c->error->message, "1 members"));
    DO("org.edit", "{'org': 'lab', 'parent': 'shop'}"); /* acme is still above */
    DO("user.set-role", "{'user': 'desk@acme.example', 'org': 'cell', 'role': 'Viewer'}");
    DO("org.edit", "{'org': 'shop', 'parent': 'holding'}");
}

static void reach_follows_the_move(void **state)
{
    cast *c = *state;
    AS("admin@acme.example", "user.list", "{'org': 'cell'}");
    REFUSED_AS(OA_NOT_FOUND, "boss@holding.example", "user.list", "{'org': 'cell'}");
    DO("org.edit", "{'org': 'lab', 'parent': 'holding'}");
    REFUSED_AS(OA_NOT_FOUND, "admin@acme.example", "user.list", "{'org': 'cell'}");
    AS("boss@holding.example", "user.list", "{'org': 'cell'}");
    AS("admin@lab.example", "user.list", "{'org': 'cell'}");
    DO("audit.list", "{'action': 'org.edit', 'limit': 1}");
    const oa_json *detail = oa_json_get(oa_json_at(cast_items(c), 0), "detail");
    assert_non_null(oa_json_get_text(detail, "old_parent_id"));
}

#define MOVE_TEST(function) cmocka_unit_test_setup_teardown(function, begin, cast_end)
OA_TESTS(MOVE_TEST(who_moves_what_where), MOVE_TEST(who_is_no_full_administrator_hands_nothing_over),
         MOVE_TEST(a_tree_stays_within_its_depth), MOVE_TEST(roles_of_strangers_are_not_taken_along), MOVE_TEST(reach_follows_the_move))
