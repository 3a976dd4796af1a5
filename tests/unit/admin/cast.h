/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A real store with a cast: the organizations site, acme, lab (below acme) and globex, and in each somebody of every kind. Every test ends
 * with the same questions: does the audit chain verify, and is `credential` what its sources say.
 */
#ifndef OA_TESTS_ADMIN_CAST_H
#define OA_TESTS_ADMIN_CAST_H

#include "tests/unit/unit.h"

#include "core/admin/operation.h"
#include "core/base/id.h"
#include "core/store/audit.h"
#include "core/store/care.h"

#include <apr_strings.h>
#include <ftw.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct cast {
    apr_pool_t *pool;
    const char *directory;
    oa_store *store;
    oa_json *result; /* of the last operation */
    oa_error *error;
} cast;

/* Text with ' for ". */
static inline oa_json *cast_json(cast *c, const char *text)
{
    oa_json *json = NULL;
    char *copy = apr_pstrdup(c->pool, text);
    for (char *at = strchr(copy, '\''); at != NULL; at = strchr(at, '\'')) {
        *at = '"';
    }
    assert_ok(oa_json_parse(copy, strlen(copy), &json, c->pool));
    return json;
}

static inline oa_db *cast_take(cast *c)
{
    oa_db *db = NULL;
    assert_ok(oa_store_take(c->store, OA_DB_ADMIN, &db, c->pool));
    return db;
}

/* The integer that `sql` gives; -1 where there is no row. */
static inline int64_t cast_int(cast *c, const char *sql)
{
    int64_t value = -1;
    oa_db *db = cast_take(c);
    assert_ok(oa_db_int(db, &value, -1, apr_pstrdup(c->pool, sql), ""));
    oa_store_give(c->store, db);
    return value;
}

static inline void cast_sql(cast *c, const char *sql)
{
    oa_db *db = cast_take(c);
    assert_ok(oa_db_begin(db, true));
    assert_ok(oa_db_run(db, NULL, apr_pstrdup(c->pool, sql), ""));
    assert_ok(oa_db_commit(db));
    oa_store_give(c->store, db);
}

static inline int64_t cast_events(cast *c)
{
    return cast_int(c, "SELECT count(*) FROM audit_event");
}

static inline oa_id cast_user(cast *c, const char *email)
{
    return cast_int(c, apr_psprintf(c->pool, "SELECT id FROM account WHERE email = '%s'", email));
}

/* The actor of that e-mail; NULL: the local operator. */
static inline oa_actor cast_actor(cast *c, const char *email)
{
    oa_actor actor = {.kind = OA_ACTOR_LOCAL, .name = "root", .address = ""};
    if (email != NULL) {
        actor = (oa_actor){.kind = OA_ACTOR_USER, .user_id = cast_user(c, email), .name = email, .address = "192.0.2.7"};
    }
    return actor;
}

static inline oa_error *cast_perform(cast *c, const char *who, const char *name, const char *arguments, bool dry_run)
{
    oa_actor actor = cast_actor(c, who);
    c->error = oa_perform(c->store, &actor, name, cast_json(c, arguments), dry_run, &c->result, c->pool);
    return c->error;
}

/* By the local operator. */
#define DO(name, arguments) assert_ok(cast_perform(c, NULL, name, arguments, false))
#define REFUSED(code, name, arguments) assert_code(cast_perform(c, NULL, name, arguments, false), code)
/* By a user. */
#define AS(who, name, arguments) assert_ok(cast_perform(c, who, name, arguments, false))
#define REFUSED_AS(code, who, name, arguments) assert_code(cast_perform(c, who, name, arguments, false), code)

static inline const char *cast_text(const cast *c, const char *member)
{
    const char *text = oa_json_get_text(c->result, member);
    return text != NULL ? text : "(none)";
}

static inline const oa_json *cast_items(const cast *c)
{
    return oa_json_get(c->result, "items");
}

static const struct {
    const char *org, *email, *role;
} cast_members[] = {
    {"site", "super@site.example", "SuperAdmin"},       {"acme", "admin@acme.example", "Administrator"},
    {"acme", "editor@acme.example", "Editor"},          {"acme", "operator@acme.example", "Operator"},
    {"acme", "viewer@acme.example", "Viewer"},          {"acme", "api@acme.example", "API User"},
    {"acme", "desk@acme.example", "Help desk"},         {"lab", "admin@lab.example", "Administrator"},
    {"lab", "viewer@lab.example", "Viewer"},            {"globex", "admin@globex.example", "Administrator"},
    {"globex", "viewer@globex.example", "Viewer"},
};

static inline void cast_fill(cast *c)
{
    DO("org.create", "{'name': 'Site'}");
    DO("org.create", "{'name': 'Acme'}");
    DO("org.create", "{'name': 'Lab', 'parent': 'acme'}");
    DO("org.create", "{'name': 'Globex'}");
    DO("role.create", "{'name': 'Help desk', 'org': 'acme', 'type': 'administrator', 'permission': ['*:view', '*:statistics', 'users:edit']}");
    for (size_t i = 0; i < sizeof(cast_members) / sizeof(cast_members[0]); i++) {
        DO("user.create", apr_psprintf(c->pool, "{'email': '%s', 'org': '%s', 'role': '%s'}", cast_members[i].email,
                                       cast_members[i].org, cast_members[i].role));
    }
}

static inline int cast_begin_empty(void **state)
{
    apr_pool_t *pool = NULL;
    const char *parent = getenv("TMPDIR");
    assert_int_equal(apr_pool_create(&pool, NULL), APR_SUCCESS);
    assert_ok(oa_crypto_start(pool));
    cast *c = apr_pcalloc(pool, sizeof *c);
    char *directory = apr_psprintf(pool, "%s/orgauth-XXXXXX", parent == NULL ? "/tmp" : parent);
    assert_non_null(mkdtemp(directory));
    const char *path = apr_pstrcat(pool, directory, "/store.db", NULL);
    const char *secret = apr_pstrcat(pool, directory, "/secret", NULL);
    c->pool = pool;
    c->directory = directory;
    assert_ok(oa_store_init(path, secret, -1, -1, pool));
    assert_ok(oa_store_make(path, secret, &c->store, pool));
    *state = c;
    return 0;
}

static inline int cast_begin(void **state)
{
    int failed = cast_begin_empty(state);
    cast_fill(*state);
    return failed;
}

/* What holds after whatever was done. */
static inline void cast_check(cast *c)
{
    int64_t count = 0;
    oa_id broken = 0;
    oa_db *db = cast_take(c);
    assert_ok(oa_audit_verify(db, oa_store_subkey(c->store, OA_SUBKEY_AUDIT), &count, &broken, c->pool));
    oa_store_give(c->store, db);
    assert_int_equal(broken, 0);
    assert_int_equal(cast_int(c, "SELECT count(*) FROM (SELECT * FROM credential EXCEPT SELECT * FROM credential_source)"), 0);
    assert_int_equal(cast_int(c, "SELECT count(*) FROM (SELECT * FROM credential_source EXCEPT SELECT * FROM credential)"), 0);
}

static inline int cast_remove_one(const char *name, const struct stat *found, int kind, struct FTW *at)
{
    (void)found, (void)kind, (void)at;
    return remove(name);
}

static inline int cast_end(void **state)
{
    cast *c = *state;
    char directory[400];
    cast_check(c);
    apr_cpystrn(directory, c->directory, sizeof directory);
    apr_pool_destroy(c->pool);
    return nftw(directory, cast_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

#define CAST_TEST(function) cmocka_unit_test_setup_teardown(function, cast_begin, cast_end)
#define EMPTY_CAST_TEST(function) cmocka_unit_test_setup_teardown(function, cast_begin_empty, cast_end)

#endif
