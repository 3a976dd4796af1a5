/* SPDX-License-Identifier: Apache-2.0 */
/* A new store in a directory of its own, and words to fill and ask it. */
#ifndef OA_TESTS_STORE_FIXTURE_H
#define OA_TESTS_STORE_FIXTURE_H

#include "tests/unit/unit.h"

#include "core/store/care.h"
#include "core/store/sqlite.h"
#include "core/store/store.h"

#include <apr_strings.h>
#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct fixture {
    apr_pool_t *pool;
    const char *directory;
    const char *path;
    const char *secret;
    oa_store *store;
} fixture;

enum { ACME = 10, ADA = 20, BOB = 21, ADAS_KEY = 30, BOBS_KEY = 31 };

static const char *const two_users =
    "INSERT INTO organization (id, slug, name, created_at) VALUES (10, 'acme', 'Acme', 1);"
    "INSERT INTO account (id, email, home_org_id, status_since, created_at) VALUES"
    " (20, 'ada@acme.example', 10, 1, 1), (21, 'bob@acme.example', 10, 1, 1);"
    "INSERT INTO membership (account_id, org_id, role_id, joined_at) VALUES (20, 10, 2, 1), (21, 10, 5, 1);"
    "INSERT INTO api_key (id, account_id, org_id, verifier, created_at) VALUES (30, 20, 10, x'01', 1),"
    " (31, 21, 10, x'02', 1);";

static inline fixture *fixture_directory(void)
{
    apr_pool_t *pool = NULL;
    assert_int_equal(apr_pool_create(&pool, NULL), APR_SUCCESS);
    assert_ok(oa_crypto_start(pool));
    const char *parent = getenv("TMPDIR");
    fixture *f = apr_pcalloc(pool, sizeof *f);
    char *name = apr_psprintf(pool, "%s/orgauth-XXXXXX", parent == NULL ? "/tmp" : parent);
    assert_non_null(mkdtemp(name));
    f->pool = pool;
    f->directory = name;
    f->path = apr_pstrcat(pool, name, "/store.db", NULL);
    f->secret = apr_pstrcat(pool, name, "/secret", NULL);
    return f;
}

static inline const char *fixture_file(const fixture *f, const char *name)
{
    return apr_pstrcat(f->pool, f->directory, "/", name, NULL);
}

/* Runs SQL as the sqlite3 shell would: no authorizer, on a connection of its own. */
static inline void fixture_sql(const fixture *f, const char *sql)
{
    oa_db *db = NULL;
    assert_ok(oa_sqlite_open(f->path, OA_DB_CARE, &db, f->pool));
    assert_ok(oa_sqlite_script(db, sql));
    oa_sqlite_close(db);
}

/* The integer that `sql` gives. */
static inline int64_t fixture_int(const fixture *f, const char *sql)
{
    oa_db *db = NULL;
    int64_t value = 0;
    assert_ok(oa_sqlite_open(f->path, OA_DB_CARE, &db, f->pool));
    assert_ok(oa_db_int(db, &value, -1, sql, ""));
    oa_sqlite_close(db);
    return value;
}

static inline int fixture_begin(void **state)
{
    fixture *f = fixture_directory();
    assert_ok(oa_store_init(f->path, f->secret, -1, -1, f->pool));
    fixture_sql(f, two_users);
    assert_ok(oa_store_make(f->path, f->secret, &f->store, f->pool));
    *state = f;
    return 0;
}

/* A directory without a store. */
static inline int fixture_begin_empty(void **state)
{
    *state = fixture_directory();
    return 0;
}

static inline int fixture_remove_one(const char *name, const struct stat *found, int kind, struct FTW *at)
{
    (void)found, (void)kind, (void)at;
    return remove(name);
}

static inline int fixture_end(void **state)
{
    fixture *f = *state;
    char directory[400];
    apr_cpystrn(directory, f->directory, sizeof directory);
    apr_pool_destroy(f->pool);
    return nftw(directory, fixture_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

#define STORE_TEST(function) cmocka_unit_test_setup_teardown(function, fixture_begin, fixture_end)
#define EMPTY_TEST(function) cmocka_unit_test_setup_teardown(function, fixture_begin_empty, fixture_end)

#endif
