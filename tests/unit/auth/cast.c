/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/auth/cast.h"

#include "core/model/key.h"
#include "core/model/status.h"
#include "core/store/care.h"
#include "core/store/usage.h"

#include <apr_base64.h>
#include <apr_file_io.h>
#include <apr_strings.h>
#include <unistd.h>

static const struct {
    int64_t id, parent;
    const char *slug;
    int64_t status;
} orgs[] = {{TOP, 0, "top", 1}, {ACME, TOP, "acme", 1}, {SUB, ACME, "sub", 1}, {OTHER, 0, "other", 1}, {CLOSED, 0, "closed", 2}};

static const struct {
    const char *email;
    int64_t kind, home, status, idle_days, key_org;
} accounts[ACCOUNTS] = {
    [JANE] = {"jane@acme.example", 1, ACME, OA_ACCOUNT_VALIDATED, 1, ACME},
    [BOSS] = {"boss@acme.example", 1, ACME, OA_ACCOUNT_VALIDATED, 1, ACME},
    [ROOT] = {"root@site.example", 1, TOP, OA_ACCOUNT_VALIDATED, 1, TOP},
    [DENIED] = {"denied@acme.example", 1, ACME, OA_ACCOUNT_DENIED, 1, ACME},
    [BANNED] = {"banned@acme.example", 1, ACME, OA_ACCOUNT_BANNED, 1, ACME},
    [INACTIVE] = {"inactive@acme.example", 1, ACME, OA_ACCOUNT_INACTIVE, 1, ACME},
    [GONE] = {"gone@acme.example", 1, ACME, OA_ACCOUNT_VALIDATED, 1, ACME},
    [LEFT] = {"left@acme.example", 1, ACME, OA_ACCOUNT_VALIDATED, 1, ACME},
    [OUT] = {"out@else.example", 1, OTHER, OA_ACCOUNT_VALIDATED, 1, ACME},
    [ROBOT] = {"robot@acme.example", 2, ACME, OA_ACCOUNT_VALIDATED, 1, ACME},
    [IDLE] = {"idle@acme.example", 1, ACME, OA_ACCOUNT_VALIDATED, 100, ACME},
    [SHUT] = {"shut@closed.example", 1, CLOSED, OA_ACCOUNT_VALIDATED, 1, CLOSED},
    [VIEWER] = {"viewer@site.example", 1, TOP, OA_ACCOUNT_VALIDATED, 1, TOP},
    [SERVICE] = {"reports@acme.example", 2, ACME, OA_ACCOUNT_VALIDATED, 1, ACME},
    [PRICES] = {"prices@else.example", 2, OTHER, OA_ACCOUNT_VALIDATED, 1, OTHER},
    [LOCAL] = {"local@acme.example", 1, ACME, OA_ACCOUNT_VALIDATED, 1, ACME},
    [GUEST] = {"guest@else.example", 1, OTHER, OA_ACCOUNT_VALIDATED, 1, ACME},
    [NOBODY] = {"nobody@else.example", 1, OTHER, OA_ACCOUNT_VALIDATED, 1, ACME},
};

enum { SUPERADMIN = 1, ADMINISTRATOR, EDITOR, OPERATOR, VIEWERS, API_USER };

static const struct {
    int64_t account, org, role, status, reach;
} memberships[] = {
    {JANE, ACME, EDITOR, 1, 1},   {BOSS, ACME, ADMINISTRATOR, 1, 2}, {ROOT, TOP, SUPERADMIN, 1, 2},
    {DENIED, ACME, EDITOR, 1, 1}, {BANNED, ACME, EDITOR, 1, 1},      {INACTIVE, ACME, EDITOR, 1, 1},
    {GONE, ACME, EDITOR, 2, 2},   {LEFT, ACME, EDITOR, 3, 2},        {OUT, OTHER, EDITOR, 1, 2},
    {ROBOT, ACME, API_USER, 1, 1}, {IDLE, ACME, EDITOR, 1, 1},       {SHUT, CLOSED, EDITOR, 1, 2},
    {VIEWER, TOP, VIEWERS, 1, 2}, {SERVICE, ACME, API_USER, 1, 1},   {LOCAL, ACME, ADMINISTRATOR, 1, 2},
    {PRICES, OTHER, API_USER, 1, 1}, {LOCAL, SUB, EDITOR, 2, 2},
};

static const struct {
    int64_t id, account, org, kind, expires, revoked, replaces, overlap;
    const char *networks;
} keys[] = {
    {EXPIRED_KEY, JANE, ACME, 1, CAST_NOW, 0, 0, 0, ""},
    {REVOKED_KEY, JANE, ACME, 1, 0, CAST_NOW - OA_DAY, 0, 0, ""},
    {NETWORK_KEY, JANE, ACME, 1, 0, 0, 0, 0, "10.0.0.0/8 2001:db8::/32"},
    {JWT_KEY, JANE, ACME, 2, 0, 0, 0, 0, ""},
    {OLD_KEY, JANE, ACME, 1, 0, 0, 0, 0, ""},
    {NEW_KEY, JANE, ACME, 1, 0, 0, OLD_KEY, OA_HOUR, ""},
    {EXPIRING_KEY, JANE, ACME, 1, CAST_NOW + 1, 0, 0, 0, ""},
    {OUT_KEY, OUT, OTHER, 1, 0, 0, 0, 0, ""},
};

static void secret_of(oa_id id, oa_key *key)
{
    key->id = id;
    memset(key->secret, (int)(id % 251), sizeof(key->secret));
}

static void add_key(cast *all, oa_db *db, oa_id id, oa_id account, oa_id org, int64_t kind)
{
    unsigned char verifier[OA_DIGEST_SIZE];
    oa_key key;
    secret_of(id, &key);
    oa_digest(oa_store_subkey(all->store, OA_SUBKEY_API_KEY), key.secret, sizeof(key.secret), verifier);
    assert_ok(oa_db_run(db, NULL,
                        "INSERT INTO api_key (id, account_id, org_id, kind, verifier, created_at)"
                        " VALUES ($1, $2, $3, $4, $5, 1)", "iiiib", id, account, org, kind, verifier, sizeof(verifier)));
}

static const char *right_phc(apr_pool_t *pool)
{
    static char phc[OA_PHC_SIZE];
    if (phc[0] == '\0') {
        assert_ok(oa_password_hash(CAST_PASSWORD, strlen(CAST_PASSWORD), phc, pool));
    }
    return phc;
}

static void add_accounts(cast *all, oa_db *db)
{
    for (int64_t id = JANE; id < ACCOUNTS; id++) {
        assert_ok(oa_db_run(db, NULL,
                            "INSERT INTO account (id, kind, email, home_org_id, status, status_since, password, last_login_at,"
                            " created_at) VALUES ($1, $2, $3, $4, $5, 1, $6, $7, 1)", "iitiiti", id, accounts[id].kind,
                            accounts[id].email, accounts[id].home, accounts[id].status,
                            accounts[id].kind == 1 ? right_phc(all->pool) : NULL,
                            CAST_NOW - accounts[id].idle_days * OA_DAY));
    }
    for (size_t i = 0; i < sizeof(memberships) / sizeof(memberships[0]); i++) {
        assert_ok(oa_db_run(db, NULL,
                            "INSERT INTO membership (account_id, org_id, role_id, status, reach, joined_at)"
                            " VALUES ($1, $2, $3, $4, $5, 1)", "iiiii", memberships[i].account, memberships[i].org,
                            memberships[i].role, memberships[i].status, memberships[i].reach));
    }
}

static void add_keys(cast *all, oa_db *db)
{
    for (oa_id id = JANE; id < ACCOUNTS; id++) {
        add_key(all, db, 1000 + id, id, accounts[id].key_org, 1);
    }
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        add_key(all, db, keys[i].id, keys[i].account, keys[i].org, keys[i].kind);
        assert_ok(oa_db_run(db, NULL,
                            "UPDATE api_key SET expires_at = $2, revoked_at = $3, replaces = $4, overlap = $5, networks = $6"
                            " WHERE id = $1", "iiiiit", keys[i].id, keys[i].expires, keys[i].revoked, keys[i].replaces,
                            keys[i].overlap, keys[i].networks));
    }
}

static void add_all(cast *all, oa_db *db)
{
    for (size_t i = 0; i < sizeof(orgs) / sizeof(orgs[0]); i++) {
        assert_ok(oa_db_run(db, NULL,
                            "INSERT INTO organization (id, parent_id, slug, name, status, created_at)"
                            " VALUES ($1, NULLIF($2, 0), $3, $3, $4, 1)", "iiti", orgs[i].id, orgs[i].parent, orgs[i].slug,
                            orgs[i].status));
    }
    add_accounts(all, db);
    assert_ok(oa_db_run(db, NULL,
                        "INSERT INTO web_api (id, org_id, name, service_account_id, created_at)"
                        " VALUES (1, $1, 'reports', $2, 1), (2, $3, 'prices', $4, 1)", "iiii", (int64_t)ACME,
                        (int64_t)SERVICE, (int64_t)OTHER, (int64_t)PRICES));
    assert_ok(oa_db_run(db, NULL, "INSERT INTO attachment (account_id, api_id, created_at) VALUES ($1, 1, 1), ($2, 1, 1)",
                        "ii", (int64_t)OUT, (int64_t)GUEST));
    add_keys(all, db);
}

void cast_enter_store(cast *all)
{
    apr_pool_create(&all->store_pool, all->pool);
    assert_ok(oa_store_make(apr_pstrcat(all->pool, all->directory, "/store.db", NULL),
                            apr_pstrcat(all->pool, all->directory, "/secret", NULL), &all->store, all->store_pool));
    assert_ok(oa_authority_make(all->store, all->host, &all->authority, all->store_pool));
}

void cast_leave_store(cast *all)
{
    apr_pool_destroy(all->store_pool);
    all->store_pool = NULL;
    all->store = NULL;
    all->authority = NULL;
}

int cast_begin(void **state)
{
    apr_pool_t *pool;
    char directory[] = "/tmp/orgauth-cast-XXXXXX";
    oa_db *db;
    if (oa_test_begin((void **)&pool) != 0 || mkdtemp(directory) == NULL) {
        return 1;
    }
    cast *all = apr_pcalloc(pool, sizeof(*all));
    all->pool = pool;
    all->directory = apr_pstrdup(pool, directory);
    assert_ok(oa_store_init(apr_pstrcat(pool, directory, "/store.db", NULL), apr_pstrcat(pool, directory, "/secret", NULL),
                            -1, -1, pool));
    assert_ok(oa_host_make(2, 400, geteuid(), &all->host, pool));
    cast_enter_store(all);
    assert_ok(oa_store_take(all->store, OA_DB_ADMIN, &db, pool));
    assert_ok(oa_db_begin(db, true));
    add_all(all, db);
    assert_ok(oa_db_commit(db));
    oa_store_give(all->store, db);
    *state = all;
    return 0;
}

int cast_end(void **state)
{
    static const char *const files[] = {"store.db", "store.db-wal", "store.db-shm", "secret"};
    cast *all = *state;
    if (all->store != NULL) {
        cast_leave_store(all);
    }
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        apr_file_remove(apr_pstrcat(all->pool, all->directory, "/", files[i], NULL), all->pool);
    }
    apr_dir_remove(all->directory, all->pool);
    apr_pool_destroy(all->pool);
    return 0;
}

void cast_run(cast *all, const char *sql)
{
    oa_db *db;
    assert_ok(oa_store_take(all->store, OA_DB_ADMIN, &db, all->pool));
    assert_ok(oa_db_begin(db, true));
    assert_ok(oa_db_run(db, NULL, sql, NULL));
    assert_ok(oa_db_commit(db));
    oa_store_give(all->store, db);
}

int64_t cast_int(cast *all, const char *sql)
{
    oa_db *db;
    int64_t value;
    assert_ok(oa_store_take(all->store, OA_DB_ADMIN, &db, all->pool));
    assert_ok(oa_db_int(db, &value, INT64_MIN, sql, NULL));
    oa_store_give(all->store, db);
    return value;
}

static const char *bearer(cast *all, oa_id id, unsigned char flip)
{
    char text[OA_KEY_LENGTH + 1];
    oa_key key;
    secret_of(id, &key);
    key.secret[7] ^= flip;
    oa_key_format(&key, text);
    return apr_pstrcat(all->pool, "Bearer ", text, NULL);
}

const char *cast_bearer(cast *all, oa_id key)
{
    return bearer(all, key, 0);
}

const char *cast_wrong_bearer(cast *all, oa_id key)
{
    return bearer(all, key, 1);
}

const char *cast_basic(cast *all, const char *user, const char *password)
{
    const char *pair = apr_pstrcat(all->pool, user, ":", password, NULL);
    char *encoded = apr_palloc(all->pool, (apr_size_t)apr_base64_encode_len((int)strlen(pair)));
    apr_base64_encode(encoded, pair, (int)strlen(pair));
    return apr_pstrcat(all->pool, "Basic ", encoded, NULL);
}

const char *cast_email(oa_id account)
{
    return accounts[account].email;
}

oa_question cast_question(const char *authorization, const char *org)
{
    oa_question question = {.presented = {authorization, NULL, OA_BY_BEARER | OA_BY_HEADER | OA_BY_BASIC, NULL},
                            .address = {.bytes = {192, 0, 2, 1}, .size = 4},
                            .address_text = "192.0.2.1",
                            .secure = true,
                            .org = org,
                            .now = CAST_NOW};
    return question;
}

const oa_decision *cast_ask(cast *all, const char *authorization, const char *org)
{
    oa_question question = cast_question(authorization, org);
    return oa_decide(all->authority, &question, all->pool);
}
