/* SPDX-License-Identifier: Apache-2.0 */
/* How far memberships reach when they are made, whichever way; and that nobody lets others reach farther than himself. */
#include "tests/unit/admin/cast.h"

/* "here flow [lab]" of a member of acme. */
static const char *extent_of(cast *c, const char *email)
{
    DO("user.show", apr_psprintf(c->pool, "{'user': '%s', 'org': 'acme'}", email));
    const char *text = apr_pstrdup(c->pool, cast_text(c, "reach"));
    static const char *const members[] = {"modules", "sub_orgs"};
    for (size_t i = 0; i < 2; i++) {
        const oa_json *list = oa_json_get(c->result, members[i]);
        for (size_t j = 0; j < oa_json_size(list); j++) {
            const char *word = oa_json_text(oa_json_at(list, j));
            oa_id id;
            if (oa_id_parse(OA_KIND_ORG, word, &id)) {
                oa_db *db = cast_take(c);
                oa_rows *rows;
                assert_ok(oa_db_select(db, &rows, "SELECT slug FROM organization WHERE id = $1", "i", id));
                assert_true(oa_rows_next(rows));
                word = apr_psprintf(c->pool, "[%s]", oa_rows_text(rows, 0));
                assert_ok(oa_rows_end(rows));
                oa_store_give(c->store, db);
            }
            text = apr_pstrcat(c->pool, text, " ", word, NULL);
        }
    }
    return text;
}

/* A body for each way in, and what comes of it. */
static const struct {
    const char *said, *extent;
} said[] = {
    {"", "below"},
    {", 'reach': 'here'", "here"},
    {", 'reach': 'below'", "below"},
    {", 'module': ['flow', 'stock', 'flow']", "below flow stock"},
    {", 'sub_org': ['lab']", "here [lab]"},
    {", 'sub_org': ['lab', 'shop', 'lab'], 'module': ['flow']", "here flow [lab] [shop]"},
    {", 'sub_org': ['lab'], 'reach': 'below'", "below [lab]"},
};

static void a_membership_reaches_as_far_as_was_said(void **state)
{
    cast *c = *state;
    DO("org.create", "{'name': 'Shop', 'parent': 'acme'}");
    for (size_t i = 0; i < sizeof said / sizeof said[0]; i++) {
        const char *made = apr_psprintf(c->pool, "c%d@acme.example", (int)i), *added = apr_psprintf(c->pool, "a%d@acme.example", (int)i);
        AS("admin@acme.example", "user.create",
           apr_psprintf(c->pool, "{'email': '%s', 'org': 'acme', 'role': 'Viewer'%s}", made, said[i].said));
        assert_string_equal(extent_of(c, made), said[i].extent);
        DO("user.create", apr_psprintf(c->pool, "{'email': '%s', 'org': 'globex', 'role': 'Viewer'}", added));
        AS("admin@acme.example", "user.add",
           apr_psprintf(c->pool, "{'email': ['%s'], 'org': 'acme', 'role': 'Viewer'%s}", added, said[i].said));
        assert_string_equal(extent_of(c, added), said[i].extent);
    }
    assert_int_equal(cast_int(c, "SELECT count(*) FROM membership m JOIN organization o ON o.id = m.org_id JOIN account a ON a.id = m.account_id"
                                 " WHERE o.slug = 'shop' AND m.role_id = 5 AND m.reach = 2"), 2);
    REFUSED_AS(OA_INVALID, "admin@acme.example", "user.create",
               "{'email': 'x@acme.example', 'org': 'acme', 'role': 'Viewer', 'sub_org': ['globex']}");
    assert_string_equal(c->error->field, "sub_org");
    REFUSED(OA_INVALID, "user.create", "{'email': 'x@acme.example', 'org': 'acme', 'role': 'Viewer', 'sub_org': ['acme']}");
}

/* near@acme is an Administrator of acme who does not reach below. */
static void near_administrator(cast *c)
{
    DO("user.create", "{'email': 'near@acme.example', 'org': 'acme', 'role': 'Administrator', 'reach': 'here'}");
}

static void who_does_not_reach_below_lets_nobody_reach_there(void **state)
{
    static const struct {
        const char *name, *arguments;
        oa_code code;
    } cases[] = {
        {"user.create", "{'email': 'x@acme.example', 'org': 'acme', 'role': 'Viewer', 'reach': 'below'}", OA_NOT_ALLOWED},
        {"user.create", "{'email': 'x@acme.example', 'org': 'acme', 'role': 'Viewer', 'sub_org': ['lab']}", OA_INVALID},
        {"user.add", "{'email': ['viewer@globex.example'], 'org': 'acme', 'role': 'Viewer', 'reach': 'below'}", OA_NOT_ALLOWED},
        {"invitation.send", "{'email': ['x@else.example'], 'org': 'acme', 'role': 'Viewer', 'reach': 'below'}", OA_NOT_ALLOWED},
        {"invitation.send", "{'email': ['x@else.example'], 'org': 'acme', 'role': 'Viewer', 'sub_org': ['lab']}", OA_INVALID},
        {"user.set-role", "{'user': 'viewer@acme.example', 'org': 'acme', 'role': 'Administrator'}", OA_NOT_ALLOWED},
        {"user.confine", "{'user': 'low@acme.example', 'org': 'acme', 'reach': 'below'}", OA_NOT_ALLOWED},
        {"user.confine", "{'user': 'near@acme.example', 'org': 'acme', 'reach': 'below'}", OA_NOT_ALLOWED},
        {"role.edit", "{'role': 'Runner', 'org': 'acme', 'permission': ['flow:*']}", OA_NOT_ALLOWED},
    };
    cast *c = *state;
    near_administrator(c);
    DO("role.create", "{'name': 'Runner', 'org': 'acme', 'permission': ['flow:run']}");
    AS("near@acme.example", "user.create", "{'email': 'low@acme.example', 'org': 'acme', 'role': 'Viewer'}");
    assert_string_equal(extent_of(c, "low@acme.example"), "here");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        REFUSED_AS(cases[i].code, "near@acme.example", cases[i].name, cases[i].arguments);
    }
    AS("near@acme.example", "user.set-role", "{'user': 'low@acme.example', 'org': 'acme', 'role': 'Administrator'}");
    AS("near@acme.example", "user.confine", "{'user': 'viewer@acme.example', 'org': 'acme', 'reach': 'here'}");
    AS("near@acme.example", "invitation.send", "{'email': ['x@else.example'], 'org': 'acme', 'role': 'Viewer'}");
    assert_string_equal(oa_json_get_text(oa_json_at(cast_items(c), 0), "reach"), "here");
}

/* Above one is an Administrator, and in lab, by a membership there, a Viewer: lab's counts. */
static void where_one_is_weaker_below_others_get_no_more_there(void **state)
{
    cast *c = *state;
    DO("user.create", "{'email': 'odd@acme.example', 'org': 'acme', 'role': 'Administrator'}");
    AS("odd@acme.example", "user.create", "{'email': 'x1@acme.example', 'org': 'acme', 'role': 'Administrator'}");
    DO("user.add", "{'email': ['odd@acme.example'], 'org': 'lab', 'role': 'Viewer'}");
    REFUSED_AS(OA_NOT_ALLOWED, "odd@acme.example", "user.create",
               "{'email': 'x2@acme.example', 'org': 'acme', 'role': 'Administrator'}");
    AS("odd@acme.example", "user.create", "{'email': 'x2@acme.example', 'org': 'acme', 'role': 'Viewer'}");
    AS("odd@acme.example", "user.create", "{'email': 'x3@acme.example', 'org': 'acme', 'role': 'Administrator', 'reach': 'here'}");
}

static void who_is_confined_to_modules_confines_others_to_these(void **state)
{
    cast *c = *state;
    DO("user.create", "{'email': 'part@acme.example', 'org': 'acme', 'role': 'Administrator', 'module': ['flow', 'stock']}");
    REFUSED_AS(OA_NOT_ALLOWED, "part@acme.example", "user.create", "{'email': 'x@acme.example', 'org': 'acme', 'role': 'Viewer'}");
    REFUSED_AS(OA_NOT_ALLOWED, "part@acme.example", "user.create",
               "{'email': 'x@acme.example', 'org': 'acme', 'role': 'Viewer', 'module': ['flow', 'sales']}");
    AS("part@acme.example", "user.create", "{'email': 'x@acme.example', 'org': 'acme', 'role': 'Viewer', 'module': ['flow']}");
    AS("part@acme.example", "user.set-role", "{'user': 'x@acme.example', 'org': 'acme', 'role': 'Editor'}");
    REFUSED_AS(OA_NOT_ALLOWED, "part@acme.example", "user.confine", "{'user': 'x@acme.example', 'org': 'acme', 'module': []}");
    REFUSED_AS(OA_NOT_ALLOWED, "part@acme.example", "user.confine", "{'user': 'part@acme.example', 'org': 'acme', 'module': []}");
}

/* Somebody of another organization, stronger from above it, does not become weaker there. */
static void nobody_is_made_weaker_below_by_a_weaker_one(void **state)
{
    cast *c = *state;
    DO("org.create", "{'name': 'Bench', 'parent': 'lab'}");
    REFUSED_AS(OA_NOT_ALLOWED, "admin@lab.example", "user.add",
               "{'email': ['admin@acme.example'], 'org': 'lab', 'role': 'Viewer', 'sub_org': ['bench']}");
    DO("user.add", "{'email': ['viewer@globex.example'], 'org': 'lab', 'role': 'Viewer'}");
    AS("admin@lab.example", "user.confine", "{'user': 'viewer@globex.example', 'org': 'lab', 'sub_org': ['bench']}");
}

OA_TESTS(CAST_TEST(a_membership_reaches_as_far_as_was_said), CAST_TEST(who_does_not_reach_below_lets_nobody_reach_there),
         CAST_TEST(where_one_is_weaker_below_others_get_no_more_there), CAST_TEST(who_is_confined_to_modules_confines_others_to_these),
         CAST_TEST(nobody_is_made_weaker_below_by_a_weaker_one))
