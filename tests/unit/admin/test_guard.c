/* SPDX-License-Identifier: Apache-2.0 */
/* At least one usable SuperAdmin, and one Administrator per organization that has one, remain. */
#include "tests/unit/admin/cast.h"

#include <pthread.h>

static const struct {
    const char *name, *put;
} takings[] = {
    {"user.remove", "{'user': '%s', 'org': '%s'}"},
    {"user.deactivate", "{'user': '%s', 'org': '%s'}"},
    {"user.ban", "{'user': '%s', 'org': '%s'}"},
    {"user.set-role", "{'user': '%s', 'org': '%s', 'role': 'Viewer'}"},
};
enum { TAKINGS = sizeof(takings) / sizeof(takings[0]) };

#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static const char *put(cast *c, size_t i, const char *user, const char *org)
{
    return apr_psprintf(c->pool, takings[i].put, user, org);
}

static void the_last_administrator_stays(void **state)
{
    cast *c = *state;
    for (size_t i = 0; i < TAKINGS; i++) {
        REFUSED(OA_CONFLICT, takings[i].name, put(c, i, "admin@acme.example", "acme"));
        assert_non_null(strstr(c->error->message, "acme"));
        REFUSED_AS(OA_CONFLICT, "admin@acme.example", takings[i].name, put(c, i, "admin@acme.example", "acme"));
    }
    AS("admin@acme.example", "user.set-role", "{'user': 'viewer@acme.example', 'org': 'acme', 'role': 'Administrator'}");
    for (size_t i = 0; i < TAKINGS; i++) {
        assert_ok(cast_perform(c, NULL, takings[i].name, put(c, i, "admin@acme.example", "acme"), true));
    }
}

static void the_last_superadmin_stays(void **state)
{
    cast *c = *state;
    for (size_t i = 0; i < TAKINGS; i++) {
        REFUSED(OA_CONFLICT, takings[i].name, put(c, i, "super@site.example", "site"));
    }
    REFUSED(OA_CONFLICT, "user.set-role", "{'user': 'super@site.example', 'role': 'Administrator'}");
    DO("user.create", "{'email': 'two@site.example', 'org': 'site', 'role': 'SuperAdmin'}");
    DO("user.ban", "{'user': 'two@site.example'}");
    for (size_t i = 0; i < TAKINGS; i++) { /* another one who is banned does not count */
        REFUSED(OA_CONFLICT, takings[i].name, put(c, i, "super@site.example", "site"));
    }
    DO("user.validate", "{'user': 'two@site.example'}");
    DO("user.remove", "{'user': 'super@site.example'}");
}

static void only_usable_administrators_count(void **state)
{
    static const char *const spoilt[] = {
        "UPDATE account SET status = 2 WHERE email = 'second@acme.example'",
        "UPDATE account SET status = 4 WHERE email = 'second@acme.example'",
        "UPDATE membership SET status = 2 WHERE account_id = (SELECT id FROM account WHERE email = 'second@acme.example')",
        "UPDATE membership SET status = 3 WHERE account_id = (SELECT id FROM account WHERE email = 'second@acme.example')",
        "UPDATE membership SET role_id = 3 WHERE account_id = (SELECT id FROM account WHERE email = 'second@acme.example')",
    };
    cast *c = *state;
    DO("user.create", "{'email': 'second@acme.example', 'org': 'acme', 'role': 'Administrator'}");
    for (size_t i = 0; i < sizeof(spoilt) / sizeof(spoilt[0]); i++) {
        assert_ok(cast_perform(c, NULL, "user.ban", "{'user': 'admin@acme.example'}", true));
        cast_sql(c, spoilt[i]);
        REFUSED(OA_CONFLICT, "user.ban", "{'user': 'admin@acme.example'}");
        cast_sql(c, "UPDATE account SET status = 1");
        cast_sql(c, "UPDATE membership SET status = 1, role_id = 2"
                    " WHERE account_id = (SELECT id FROM account WHERE email = 'second@acme.example')");
    }
}

static void a_superadmin_in_the_organization_counts(void **state)
{
    cast *c = *state;
    DO("user.add", "{'email': ['super@site.example'], 'org': 'acme', 'role': 'SuperAdmin'}");
    DO("user.remove", "{'user': 'admin@acme.example'}");
}

static void an_account_is_kept_for_every_organization_that_it_administers(void **state)
{
    cast *c = *state;
    DO("org.create", "{'name': 'Branch', 'admin': 'viewer@acme.example'}");
    REFUSED_AS(OA_CONFLICT, "admin@acme.example", "user.ban", "{'user': 'viewer@acme.example', 'org': 'acme'}");
    assert_null(strstr(c->error->message, "branch")); /* which acme must not hear of */
    DO("user.remove", "{'user': 'viewer@acme.example', 'org': 'acme'}");
}

static void a_web_apis_account_that_became_the_only_administrator_stays(void **state)
{
    cast *c = *state;
    DO("api.register", "{'name': 'reports', 'org': 'acme'}");
    DO("user.set-role", "{'user': 'reports@apis.acme.invalid', 'role': 'Administrator'}");
    REFUSED_AS(OA_NOT_ALLOWED, "editor@acme.example", "api.remove", "{'api': 'reports', 'org': 'acme'}");
    DO("user.remove", "{'user': 'admin@acme.example'}");
    REFUSED(OA_CONFLICT, "api.remove", "{'api': 'reports'}");
}

static void an_organization_may_be_born_without_one(void **state)
{
    cast *c = *state;
    DO("org.create", "{'name': 'Orphan'}");
    DO("user.create", "{'email': 'v@orphan.example', 'org': 'orphan', 'role': 'Viewer'}");
    DO("user.ban", "{'user': 'v@orphan.example'}");
}

/* One thread per administrator, each removing itself in another way; one of them is refused. */
typedef struct remover {
    oa_store *store;
    oa_actor actor;
    const char *name, *arguments;
    oa_code code;
    bool failed;
} remover;

static void *remove_one(void *data)
{
    remover *r = data;
    apr_pool_t *pool = NULL;
    oa_json *arguments, *result;
    apr_pool_create(&pool, NULL);
    oa_error *error = oa_json_parse(r->arguments, strlen(r->arguments), &arguments, pool);
    do {
        error = oa_perform(r->store, &r->actor, r->name, arguments, false, &result, pool);
    } while (error != NULL && error->code == OA_BUSY);
    r->failed = error != NULL;
    r->code = error != NULL ? error->code : OA_FAILED;
    apr_pool_destroy(pool);
    return NULL;
}

static void of_administrators_removed_in_parallel_one_remains(void **state)
{
    enum { ADMINISTRATORS = 8 };
    cast *c = *state;
    remover removers[ADMINISTRATORS];
    pthread_t threads[ADMINISTRATORS];
    for (size_t i = 0; i < ADMINISTRATORS; i++) {
        const char *email = i == 0 ? "admin@acme.example" : apr_psprintf(c->pool, "admin%d@acme.example", (int)i);
        if (i > 0) {
            DO("user.create", apr_psprintf(c->pool, "{'email': '%s', 'org': 'acme', 'role': 'Administrator'}", email));
        }
        const char *arguments = oa_json_canonical(cast_json(c, put(c, i % TAKINGS, email, "acme")), c->pool);
        removers[i] = (remover){c->store, cast_actor(c, NULL), takings[i % TAKINGS].name, arguments, OA_FAILED, false};
    }
    for (size_t i = 0; i < ADMINISTRATORS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, remove_one, &removers[i]), 0);
    }
    int refused = 0;
    for (size_t i = 0; i < ADMINISTRATORS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_true(!removers[i].failed || removers[i].code == OA_CONFLICT);
        refused += removers[i].failed;
    }
    assert_int_equal(refused, 1);
    assert_int_equal(cast_int(c, "SELECT count(*) FROM membership m JOIN account a ON a.id = m.account_id"
                                 " JOIN organization o ON o.id = m.org_id"
                                 " WHERE o.slug = 'acme' AND m.role_id = 2 AND m.status = 1 AND a.status = 1"),
                     1);
}

OA_TESTS(CAST_TEST(the_last_administrator_stays), CAST_TEST(the_last_superadmin_stays),
         CAST_TEST(only_usable_administrators_count), CAST_TEST(a_superadmin_in_the_organization_counts),
         CAST_TEST(an_account_is_kept_for_every_organization_that_it_administers),
         CAST_TEST(a_web_apis_account_that_became_the_only_administrator_stays),
         CAST_TEST(an_organization_may_be_born_without_one),
         CAST_TEST(of_administrators_removed_in_parallel_one_remains))
