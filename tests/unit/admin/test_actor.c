/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who may do what where: operation by role by organization, as a table; and P4: nobody grants, or acts on, more than he holds.
 */
#include "tests/unit/admin/cast.h"

static const char *const actors[] = {
    NULL, /* the local operator */
    "super@site.example",  "admin@acme.example", "desk@acme.example", "editor@acme.example", "operator@acme.example",
    "viewer@acme.example", "api@acme.example",   "admin@lab.example", "viewer@lab.example",  "admin@globex.example",
};
enum { ACTORS = sizeof(actors) / sizeof(actors[0]) };

#define ACME "'org': 'acme'"
#define VIEWER "'user': 'viewer@acme.example'"
#define LAB_VIEWER "'user': 'viewer@lab.example'"
#define SECRET "'password': 'correct horse battery'"

/* A letter per actor: '.' done, 'd' not allowed, 'n' not found, as if it did not exist. */
static const struct {
    const char *name, *arguments, *answers;
} matrix[] = {
    {"org.show", "{" ACME "}", "....ddddnnn"},
    {"org.show", "{'org': 'globex'}", "..nnnnnnnn."},
    {"org.edit", "{" ACME ", 'name': 'A'}", "...dddddnnn"},
    {"org.edit", "{" ACME ", 'status': 'suspended'}", "..ddddddnnn"},
    {"org.edit", "{'org': 'lab', 'status': 'suspended'}", "...dddddddn"},
    {"org.edit", "{'org': 'lab', 'parent': ''}", "..ddddddddn"},
    {"org.edit", "{'org': 'lab', 'parent': 'globex'}", "..ndddddndn"},
    {"org.create", "{'name': 'New'}", "..ddddddddd"},
    {"org.create", "{'name': 'New', 'parent': 'acme'}", "...dddddnnn"},
    {"org.create", "{'name': 'New', 'parent': 'lab'}", "...ddddd.dn"},
    {"user.list", "{" ACME "}", "....ddddnnn"},
    {"user.list", "{'org': 'lab'}", "....dddd.dn"},
    {"user.show", "{" VIEWER ", " ACME "}", "....ddddnnn"},
    {"user.show", "{" VIEWER "}", "....ddddnnn"},
    {"user.show", "{" LAB_VIEWER ", 'org': 'lab'}", "....dddd.dn"},
    {"user.create", "{'email': 'n@acme.example', " ACME ", 'role': 'Viewer'}", "...dddddnnn"},
    {"user.create", "{'email': 'n@acme.example', " ACME ", 'role': 'Administrator'}", "...dddddnnn"},
    {"user.create", "{'email': 'n@acme.example', " ACME ", 'role': 'SuperAdmin'}", "..ddddddnnn"},
    {"user.create", "{'email': 'n@lab.example', 'org': 'lab', 'role': 'Viewer'}", "...ddddd.dn"},
    {"user.add", "{'email': ['viewer@globex.example'], " ACME ", 'role': 'Viewer'}", "...dddddnnn"},
    {"user.edit", "{" VIEWER ", " ACME ", 'first_name': 'V'}", "....ddddnnn"},
    {"user.edit", "{'user': 'editor@acme.example', " ACME ", 'first_name': 'E'}", "...dddddnnn"},
    {"user.set-role", "{" VIEWER ", " ACME ", 'role': 'API User'}", "....ddddnnn"},
    {"user.set-role", "{" VIEWER ", " ACME ", 'role': 'Editor'}", "...dddddnnn"},
    {"user.set-role", "{" VIEWER ", " ACME ", 'role': 'SuperAdmin'}", "..ddddddnnn"},
    {"user.confine", "{" VIEWER ", " ACME ", 'reach': 'here'}", "....ddddnnn"},
    {"user.confine", "{" VIEWER ", " ACME ", 'module': ['flow'], 'sub_org': ['lab']}", "...dddddnnn"},
    {"user.confine", "{" LAB_VIEWER ", 'org': 'lab', 'module': ['flow']}", "....dddd.dn"},
    {"user.deactivate", "{" VIEWER ", " ACME "}", "....ddddnnn"},
    {"user.deactivate", "{" LAB_VIEWER ", 'org': 'lab'}", "....dddd.dn"},
    {"user.ban", "{" VIEWER ", " ACME "}", "....ddddnnn"},
    {"user.ban", "{" VIEWER "}", "....ddddnnn"},
    {"user.ban", "{'user': 'editor@acme.example'}", "...dddddnnn"},
    {"user.ban", "{" LAB_VIEWER "}", "....dddd.dn"},
    {"user.validate", "{" VIEWER "}", "....ddddnnn"},
    {"user.remove", "{" VIEWER ", " ACME "}", "...dddddnnn"},
    {"user.erase", "{" VIEWER ", " ACME "}", "...dddddnnn"},
    {"user.erase", "{" LAB_VIEWER "}", "...ddddd.dn"},
    {"user.set-password", "{" VIEWER ", " SECRET "}", "....ddddnnn"},
    {"user.set-password", "{'user': 'admin@acme.example', " SECRET "}", "...dddddnnn"},
    {"user.set-password", "{'user': 'super@site.example', " SECRET "}", "..nnnnnnnnn"},
    {"key.issue", "{" VIEWER ", " ACME "}", "....ddddnnn"},
    {"key.issue", "{'user': 'admin@acme.example', " ACME "}", "...dddddnnn"},
    {"key.list", "{" ACME "}", "....ddddnnn"},
    {"key.list", "{}", "..ddddddddd"},
    {"api.register", "{'name': 'reports', " ACME "}", "...d.dddnnn"},
    {"api.list", "{" ACME "}", ".......dnnn"},
    {"api.show", "{'api': 'ledger', " ACME "}", ".......dnnn"},
    {"api.edit", "{'api': 'ledger', " ACME ", 'summary': 'x'}", "...d.dddnnn"},
    {"api.remove", "{'api': 'ledger', " ACME "}", "...d.dddnnn"},
    {"api.attach", "{'api': 'ledger', " ACME ", 'user': ['viewer@acme.example']}", "....ddddnnn"},
    {"api.attach", "{'api': 'ledger', " ACME ", 'user': ['admin@acme.example'], 'key': true}", "...dddddnnn"},
    {"api.users", "{'api': 'ledger', " ACME "}", "....ddddnnn"},
    {"user.apis", "{" VIEWER ", " ACME "}", "....ddddnnn"},
    {"role.list", "{" ACME "}", "....ddddnnn"},
    {"role.create", "{'name': 'R', " ACME ", 'permission': ['flow:run']}", "...dddddnnn"},
    {"role.edit", "{'role': 'Help desk', " ACME ", 'permission': ['flow:run']}", "...dddddnnn"},
    {"audit.list", "{" ACME "}", "....ddddnnn"},
    {"audit.list", "{}", "..ddddddddd"},
    {"audit.verify", "{}", "..ddddddddd"},
    {"setting.list", "{}", "..ddddddddd"},
    {"setting.get", "{'name': 'key.reveal'}", "..ddddddddd"},
    {"setting.set", "{'name': 'key.reveal', 'value': 'on'}", "..ddddddddd"},
};

static char letter_of(const oa_error *error)
{
    if (error == NULL) {
        return '.';
    }
    return error->code == OA_NOT_ALLOWED ? 'd' : error->code == OA_NOT_FOUND ? 'n' : '?';
}

static void the_matrix_of_roles_operations_and_organizations_holds(void **state)
{
    cast *c = *state;
    DO("api.register", "{'name': 'ledger', 'org': 'acme'}");
    int64_t events = cast_events(c);
    for (size_t i = 0; i < sizeof(matrix) / sizeof(matrix[0]); i++) {
        assert_int_equal(strlen(matrix[i].answers), ACTORS);
        for (size_t j = 0; j < ACTORS; j++) {
            const oa_error *error = cast_perform(c, actors[j], matrix[i].name, matrix[i].arguments, true);
            if (letter_of(error) != matrix[i].answers[j]) {
                fail_msg("%s %s by %s: %s", matrix[i].name, matrix[i].arguments, actors[j] != NULL ? actors[j] : "local",
                         error != NULL ? error->message : "done");
            }
        }
    }
    assert_int_equal(cast_events(c), events);
}

/* What another organization owns is answered in the words of what does not exist, whatever the way it is named. */
static void another_organizations_objects_answer_as_absent_ones(void **state)
{
    cast *c = *state;
    DO("api.register", "{'name': 'ledger', 'org': 'globex'}");
    DO("key.issue", "{'user': 'viewer@globex.example'}");
    const char *key = apr_pstrdup(c->pool, cast_text(c, "id"));
    const char *user = apr_pstrdup(c->pool, cast_text(c, "user_id"));
    const char *org = apr_pstrdup(c->pool, cast_text(c, "org_id"));
    const struct {
        const char *name, *foreign, *absent, *put;
    } pairs[] = {
        {"org.show", "globex", "nowhere", "{'org': '%s'}"},
        {"org.show", org, "org_0000000000001", "{'org': '%s'}"},
        {"user.list", "globex", "nowhere", "{'org': '%s'}"},
        {"user.show", "viewer@globex.example", "nobody@globex.example", "{'user': '%s'}"},
        {"user.show", "viewer@globex.example", "nobody@globex.example", "{'user': '%s', 'org': 'acme'}"},
        {"user.ban", "viewer@globex.example", "nobody@globex.example", "{'user': '%s'}"},
        {"user.ban", user, "usr_0000000000001", "{'user': '%s', 'org': 'acme'}"},
        {"user.edit", user, "usr_0000000000001", "{'user': '%s', 'email': 'x@y.example'}"},
        {"user.set-password", user, "usr_0000000000001", "{'user': '%s', 'password': 'correct horse battery'}"},
        {"key.show", key, "key_0000000000001", "{'key': '%s'}"},
        {"key.rotate", key, "key_0000000000001", "{'key': '%s', 'org': 'acme'}"},
        {"key.revoke", key, "key_0000000000001", "{'key': '%s'}"},
        {"api.show", "ledger", "nothing", "{'api': '%s'}"},
        {"api.attach", "ledger", "nothing", "{'api': '%s', 'org': 'acme', 'user': ['viewer@acme.example']}"},
    };
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        const char *foreign = apr_psprintf(c->pool, pairs[i].put, pairs[i].foreign);
        const char *absent = apr_psprintf(c->pool, pairs[i].put, pairs[i].absent);
#pragma GCC diagnostic pop
        REFUSED_AS(OA_NOT_FOUND, "admin@acme.example", pairs[i].name, foreign);
        char *seen = apr_pstrdup(c->pool, c->error->message);
        REFUSED_AS(OA_NOT_FOUND, "admin@acme.example", pairs[i].name, absent);
        char *at = strstr(seen, pairs[i].foreign);
        assert_non_null(at);
        const char *expected = apr_pstrcat(c->pool, apr_pstrmemdup(c->pool, seen, (size_t)(at - seen)), pairs[i].absent,
                                           at + strlen(pairs[i].foreign), NULL);
        assert_string_equal(c->error->message, expected);
    }
}

static void the_home_organization_alone_manages_the_account(void **state)
{
    cast *c = *state;
    AS("admin@acme.example", "user.add", "{'email': ['viewer@globex.example'], 'org': 'acme', 'role': 'Viewer'}");
    const char *const account_wide[] = {"user.ban", "user.validate"};
    for (size_t i = 0; i < 2; i++) {
        REFUSED_AS(OA_NOT_ALLOWED, "admin@acme.example", account_wide[i],
                   "{'user': 'viewer@globex.example', 'org': 'acme'}");
    }
    REFUSED_AS(OA_NOT_ALLOWED, "admin@acme.example", "user.set-password",
               "{'user': 'viewer@globex.example', 'org': 'acme', 'password': 'correct horse battery'}");
    REFUSED_AS(OA_NOT_ALLOWED, "admin@acme.example", "user.edit",
               "{'user': 'viewer@globex.example', 'org': 'acme', 'email': 'x@acme.example'}");
    AS("admin@acme.example", "user.deactivate", "{'user': 'viewer@globex.example', 'org': 'acme'}");
    AS("admin@globex.example", "user.ban", "{'user': 'viewer@globex.example'}");
    AS("admin@globex.example", "user.validate", "{'user': 'viewer@globex.example'}");
}

static void who_would_sign_in_as_a_user_must_hold_all_that_the_user_holds(void **state)
{
    cast *c = *state;
    DO("user.add", "{'email': ['viewer@acme.example'], 'org': 'globex', 'role': 'Administrator'}");
    REFUSED_AS(OA_NOT_ALLOWED, "admin@acme.example", "user.set-password",
               "{'user': 'viewer@acme.example', 'password': 'correct horse battery'}");
    REFUSED_AS(OA_NOT_ALLOWED, "admin@acme.example", "user.edit",
               "{'user': 'viewer@acme.example', 'email': 'mine@acme.example'}");
    AS("admin@acme.example", "user.ban", "{'user': 'viewer@acme.example'}");
    AS("super@site.example", "user.set-password", "{'user': 'viewer@acme.example', 'password': 'correct horse battery'}");
}

static void an_administrator_below_does_not_act_on_one_from_above(void **state)
{
    cast *c = *state;
    DO("user.add", "{'email': ['viewer@lab.example'], 'org': 'acme', 'role': 'Administrator'}");
    REFUSED_AS(OA_NOT_ALLOWED, "admin@lab.example", "user.ban", "{'user': 'viewer@lab.example'}");
    REFUSED_AS(OA_NOT_ALLOWED, "admin@lab.example", "user.add",
               "{'email': ['admin@acme.example'], 'org': 'lab', 'role': 'API User'}"); /* would make less of him there */
    DO("user.add", "{'email': ['super@site.example'], 'org': 'acme', 'role': 'Viewer'}");
    REFUSED_AS(OA_NOT_ALLOWED, "admin@acme.example", "user.deactivate", "{'user': 'super@site.example', 'org': 'acme'}");
    REFUSED_AS(OA_NOT_ALLOWED, "admin@acme.example", "key.issue", "{'user': 'super@site.example', 'org': 'acme'}");
}

static void an_actor_is_judged_as_it_stands_now(void **state)
{
    cast *c = *state;
    const char *list = "{'org': 'acme'}";
    AS("admin@acme.example", "user.list", list);
    DO("user.create", "{'email': 'two@acme.example', 'org': 'acme', 'role': 'Administrator'}");
    DO("user.ban", "{'user': 'admin@acme.example'}");
    REFUSED_AS(OA_NOT_FOUND, "admin@acme.example", "user.list", list);
    DO("user.validate", "{'user': 'admin@acme.example'}");
    AS("admin@acme.example", "user.list", list);
    DO("user.deactivate", "{'user': 'admin@acme.example'}");
    REFUSED_AS(OA_NOT_FOUND, "admin@acme.example", "user.list", list);
    DO("user.activate", "{'user': 'admin@acme.example'}");
    DO("user.remove", "{'user': 'admin@acme.example'}");
    REFUSED_AS(OA_NOT_FOUND, "admin@acme.example", "user.list", list);
}

static void a_suspended_organization_gives_no_rights(void **state)
{
    cast *c = *state;
    DO("org.edit", "{'org': 'lab', 'status': 'suspended'}");
    REFUSED_AS(OA_NOT_FOUND, "admin@lab.example", "user.list", "{'org': 'lab'}");
    AS("admin@acme.example", "org.edit", "{'org': 'lab', 'status': 'active'}");
    AS("admin@lab.example", "user.list", "{'org': 'lab'}");
}

/* A key of one organization does not carry its user's rights in another one. */
static void a_key_carries_the_rights_of_its_organization_alone(void **state)
{
    cast *c = *state;
    oa_json *result;
    DO("user.add", "{'email': ['admin@acme.example'], 'org': 'globex', 'role': 'Administrator'}");
    DO("key.issue", "{'user': 'admin@acme.example', 'org': 'acme'}");
    oa_actor actor = cast_actor(c, "admin@acme.example");
    assert_true(oa_id_parse(OA_KIND_KEY, cast_text(c, "id"), &actor.key_id));
    assert_ok(oa_perform(c->store, &actor, "user.list", cast_json(c, "{'org': 'acme'}"), false, &result, c->pool));
    assert_ok(oa_perform(c->store, &actor, "user.list", cast_json(c, "{'org': 'lab'}"), false, &result, c->pool));
    assert_code(oa_perform(c->store, &actor, "user.list", cast_json(c, "{'org': 'globex'}"), false, &result, c->pool),
                OA_NOT_FOUND);
    DO("key.revoke", apr_psprintf(c->pool, "{'key': '%s'}", oa_id_format(OA_KIND_KEY, actor.key_id, c->pool)));
    assert_code(oa_perform(c->store, &actor, "user.list", cast_json(c, "{'org': 'acme'}"), false, &result, c->pool),
                OA_NOT_FOUND);
}

OA_TESTS(CAST_TEST(the_matrix_of_roles_operations_and_organizations_holds),
         CAST_TEST(another_organizations_objects_answer_as_absent_ones),
         CAST_TEST(the_home_organization_alone_manages_the_account),
         CAST_TEST(who_would_sign_in_as_a_user_must_hold_all_that_the_user_holds),
         CAST_TEST(an_administrator_below_does_not_act_on_one_from_above),
         CAST_TEST(an_actor_is_judged_as_it_stands_now), CAST_TEST(a_suspended_organization_gives_no_rights),
         CAST_TEST(a_key_carries_the_rights_of_its_organization_alone))
