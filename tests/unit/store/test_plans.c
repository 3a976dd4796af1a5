/* SPDX-License-Identifier: Apache-2.0 */
/*
 * That a page of a list costs what it shows: each statement of each list is asked for its plan, in which nothing large is scanned and nothing sorted that
 * an index could have in order; and does the same work in a store ten times as large.
 */
#include "tests/unit/store/nouns.h"

#include "core/model/status.h"
#include "core/store/api.h"
#include "core/store/audit_list.h"
#include "core/store/invitation.h"
#include "core/store/key.h"
#include "core/store/listed_part.h"
#include "core/store/mail.h"
#include "core/store/message.h"
#include "core/store/org.h"
#include "core/store/role.h"
#include "core/store/session.h"
#include "core/store/user_list.h"

#include <sqlite3.h>

enum { SMALL = 300, LARGE = 3000, PAGE = 20, NOW = 1000, THE_API = 300001, STATEMENTS_MAX = 16 };

/* What a page takes more when it is full; what is large would take ten times that. */
enum { FULL_PAGE = 3000 };

/* Rows from $1 + 1 to $2 of everything. Of what a list filters by, each 100th has it, so that going through the others costs more than a page may. */
static const char *const growth[] = {
    "INSERT INTO organization (id, parent_id, slug, name, created_at) SELECT 200000 + i, 10, 'part-' || i, 'Part', 1 FROM n",
    "INSERT INTO role (id, org_id, name, type, permissions, created_at) SELECT 500000 + i, 200000 + i, 'own', 3, '', 1 FROM n",
    "INSERT INTO account (id, email, first_name, last_name, folded, home_org_id, status, last_login_at, status_since, created_at)"
    " SELECT 100000 + i, 'user' || i || '@acme.example', 'Ann', 'Bell' || (i % 10), 'ann bell' || (i % 10) || ' user' || i || '@acme.example', 10, 1 + i % 4,"
    " i * 7919 % 1000, 1, 1 FROM n",
    "INSERT INTO membership (account_id, org_id, role_id, status, joined_at) SELECT 100000 + i, 10, 2 + i % 4, 1 + i % 7 / 6, 1 FROM n",
    "INSERT INTO membership (account_id, org_id, role_id, joined_at) SELECT 20, 200000 + i, 2, 1 FROM n WHERE i <= 5",
    "INSERT INTO membership (account_id, org_id, role_id, reach, joined_at) SELECT 21, 200000 + i, 2, 1, 1 FROM n WHERE i <= 5",
    "INSERT INTO web_api (id, org_id, name, service_account_id, created_at) SELECT 300000 + i, CASE WHEN i % 100 = 1 THEN 10 ELSE 200000 + i END,"
    " CASE WHEN i % 100 = 1 AND i > 1 THEN 'api' || i ELSE 'same' END, 100000 + i, 1 FROM n",
    "INSERT INTO attachment (account_id, api_id, created_at) SELECT 100000 + i, 300002, 1 FROM n",
    "INSERT INTO attachment (account_id, api_id, created_at) SELECT 100000 + i, 300001, 1 FROM n WHERE i % 100 = 0",
    "INSERT INTO api_key (id, account_id, org_id, verifier, created_at)"
    " SELECT 600000 + i, CASE WHEN i % 100 = 0 THEN 20 ELSE 21 END, CASE WHEN i % 100 = 0 THEN 10 ELSE 200001 END, x'01', 1 FROM n",
    "INSERT INTO invitation (id, org_id, email, role_id, folded, status, digest, created_at, expires_at)"
    " SELECT 400000 + i, 10, 'guest' || i || '@acme.example', 2 + i % 4, 'guest' || i || '@acme.example', CASE WHEN i % 100 = 0 THEN 4 ELSE 1 + i % 3 END, CAST('x' || i AS BLOB), 1,"
    " CASE WHEN i < 60 THEN 1 ELSE 9999999 END FROM n",
    "INSERT INTO message (id, account_id, org_id, key_id, at, method, path, status, duration)"
    " SELECT 700000 + i, CASE WHEN i % 100 = 0 THEN 20 ELSE 21 END, CASE WHEN i % 100 = 0 THEN 10 ELSE 200001 END, 30, 1, 'GET', '/', 200, 1 FROM n",
    "INSERT INTO mail (id, template, recipient, subject, body, status, next_at, give_up_at, created_at)"
    " SELECT i, 'reset', 'x', 'x', x'', CASE WHEN i % 100 = 0 THEN 3 ELSE 1 + i % 2 END, 1, 1, 1 FROM n",
};

/* Ada does nearly all, Bob each hundredth, who alone edits organizations. */
static void grow_trail(nouns *n, int64_t from, int64_t to)
{
    for (int64_t i = from + 1; i <= to; i++) {
        const bool rare = i % 100 == 0;
        oa_event event = {.at = i, .actor_kind = "local", .actor_name = rare ? "bob" : "ada", .action = rare ? "org.edit" : i % 2 == 0 ? "user.edit" : "user.ban",
                          .org_id = i % 10 == 0 ? ACME : 11, .target_id = i % 100 == 1 ? ADA : 100000 + i, .target_name = apr_psprintf(n->pool, "target%d@acme.example", (int)i)};
        assert_ok(oa_audit_append(n->db, oa_store_subkey(n->f->store, OA_SUBKEY_AUDIT), &event));
    }
}

static void grow(nouns *n, int64_t from, int64_t to)
{
    int64_t settled;
    assert_ok(oa_db_run(n->db, NULL, "UPDATE membership SET reach = 1 WHERE account_id = 21", ""));
    for (size_t i = 0; i < sizeof growth / sizeof growth[0]; i++) {
        const char *into = growth[i], *select = strstr(into, " SELECT");
        const char *sql = apr_psprintf(n->pool, "%.*s WITH RECURSIVE n (i) AS (SELECT $1 + 1 UNION ALL SELECT i + 1 FROM n WHERE i < $2)%s",
                                       (int)(select - into), into, select);
        assert_ok(oa_db_run(n->db, NULL, sql, "ii", from, to));
    }
    assert_ok(oa_listed_part_settle(n->db, INT64_MAX, &settled));
    grow_trail(n, from, to);
}

/* The lists ----------------------------------------------------------------------------------------------------- */

typedef struct list_row list_row;
typedef oa_error *page_of(nouns *n, const list_row *row, apr_array_header_t **found);

struct list_row {
    const char *name;
    page_of *page;
    oa_listed_query query; /* of users; others take from it what they have */
    bool sorts;            /* the few that it found */
};

static oa_error *users(nouns *n, const list_row *row, apr_array_header_t **found)
{
    return oa_user_list(n->db, &row->query, found, n->pool);
}

static oa_error *waiting(nouns *n, const list_row *row, apr_array_header_t **found)
{
    return oa_invitation_waiting(n->db, &row->query, found, n->pool);
}

static oa_error *invitations(nouns *n, const list_row *row, apr_array_header_t **found)
{
    const oa_invitation_query query = {.org = ACME, .status = row->query.status, .now = NOW, .after = row->query.after, .limit = PAGE};
    return oa_invitation_list(n->db, &query, found, n->pool);
}

static oa_error *orgs(nouns *n, const list_row *row, apr_array_header_t **found)
{
    const oa_org_query query = {
        .account = row->query.org, .parent = row->query.role, .top = row->query.status != 0, .after = row->query.after, .limit = PAGE};
    return oa_org_list(n->db, &query, found, n->pool);
}

static oa_error *apis(nouns *n, const list_row *row, apr_array_header_t **found)
{
    return oa_api_list(n->db, row->query.org, row->query.after, PAGE, found, n->pool);
}

static oa_error *api_by_name(nouns *n, const list_row *row, apr_array_header_t **found)
{
    const oa_api *api;
    int64_t count;
    *found = NULL;
    return oa_api_find_name(n->db, "same", row->query.org, &api, &count, n->pool);
}

static oa_error *api_users(nouns *n, const list_row *row, apr_array_header_t **found)
{
    const oa_api api = {.id = THE_API, .org_id = ACME, .service_account_id = 100001};
    return oa_api_users(n->db, &api, row->query.after, PAGE, found, n->pool);
}

static oa_error *keys_of_user(nouns *n, const list_row *row, apr_array_header_t **found)
{
    const oa_key_query query = {.account = ADA, .org = row->query.org, .now = NOW, .after = row->query.after, .limit = PAGE};
    return oa_key_list(n->db, &query, found, n->pool);
}

static oa_error *keys(nouns *n, const list_row *row, apr_array_header_t **found)
{
    const oa_key_query query = {.org = row->query.org, .now = NOW, .after = row->query.after, .limit = PAGE};
    return oa_key_list(n->db, &query, found, n->pool);
}

static oa_error *messages(nouns *n, const list_row *row, apr_array_header_t **found)
{
    const oa_message_query query = {
        .org = row->query.org, .account = row->query.role, .path = "", .before = row->query.after != 0 ? 700100 : 0, .limit = PAGE};
    return oa_message_list(n->db, &query, found, n->pool);
}

static oa_error *roles(nouns *n, const list_row *row, apr_array_header_t **found)
{
    return oa_role_list(n->db, row->query.org, row->query.after, PAGE, found, n->pool);
}

static oa_error *mails(nouns *n, const list_row *row, apr_array_header_t **found)
{
    return oa_mail_list(n->db, row->query.status, row->query.after, PAGE, found, n->pool);
}

static oa_error *sessions(nouns *n, const list_row *row, apr_array_header_t **found)
{
    return oa_session_list(n->db, ADA, NOW, 0, 0, row->query.after, PAGE, found, n->pool);
}

/* .search: actor or words; .sort: operation */
static oa_error *events(nouns *n, const list_row *row, apr_array_header_t **found)
{
    oa_id next;
    const oa_audit_query query = {.org = row->query.org, .actor = row->query.status == 1 ? row->query.search : "", .target = row->query.status == 2 ? row->query.search : "",
                                  .action = row->query.sort, .search = row->query.status == 3 ? row->query.search : "", .until = row->query.now,
                                  .before = row->query.after, .limit = PAGE};
    return oa_audit_list(n->db, &query, found, &next, n->pool);
}

#define USERS(how, word, status_, role_, search_, sorts_)                                                                                             \
    {"users by " word " " how, users, {.org = ACME, .status = status_, .role = role_, .search = search_, .sort = word, .limit = PAGE, .now = NOW}, sorts_}, \
    {"users by " word " " how ", further on", users,                                                                                                 \
     {.org = ACME, .status = status_, .role = role_, .search = search_, .sort = word, .after = 100150, .limit = PAGE, .now = NOW}, sorts_}
#define USERS_EACH_WAY(how, status_, role_, search_, sorts_)                                                                                          \
    USERS(how, "created", status_, role_, search_, sorts_), USERS(how, "-created", status_, role_, search_, sorts_),                                  \
        USERS(how, "email", status_, role_, search_, sorts_), USERS(how, "-email", status_, role_, search_, sorts_),                                  \
        USERS(how, "name", status_, role_, search_, sorts_), USERS(how, "-name", status_, role_, search_, sorts_),                                    \
        USERS(how, "last_login", status_, role_, search_, sorts_), USERS(how, "-last_login", status_, role_, search_, sorts_),                        \
        USERS(how, "role", status_, role_, search_, sorts_), USERS(how, "-role", status_, role_, search_, sorts_),                                    \
        USERS(how, "status", status_, role_, search_, sorts_), USERS(how, "-status", status_, role_, search_, sorts_)
#define OF(word, page, org_, status_) \
    {word, page, {.org = org_, .status = status_}, false}, {word ", further on", page, {.org = org_, .status = status_, .after = 200}, false}

/* Those of an organization are searched until long ago, too. */
#define EVENTS(word, filter, text, action)                                                                                                \
    {word, events, {.status = filter, .search = text, .sort = action}, false}, {word ", of an organization", events, {.org = ACME, .status = filter, .search = text, .sort = action}, false}, \
    {word ", of an organization, further on", events, {.org = ACME, .status = filter, .search = text, .sort = action, .now = 1, .after = 800200}, false}

/* "few" is what the searches are held against below: so the walks here are of what most have, the finds of what few have or nobody of this organization. */
static const list_row lists[] = {
    USERS_EACH_WAY("all", 0, 0, "", false),
    USERS_EACH_WAY("of a status", OA_ACCOUNT_BANNED, 0, "", false),
    USERS_EACH_WAY("of a role", 0, 4, "", false),
    USERS_EACH_WAY("of a role and status", OA_LISTED_DEACTIVATED, 3, "", false),
    USERS_EACH_WAY("with what all have", 0, 0, "acme.example", false),
    USERS_EACH_WAY("with what all have, of a role and status", OA_ACCOUNT_DENIED, 5, "a", false),
    USERS_EACH_WAY("with what one has", 0, 0, "user11@", true),
    USERS_EACH_WAY("with what few have, of a role and status", OA_ACCOUNT_INACTIVE, 5, "user1@", true),
    USERS_EACH_WAY("with what nobody has", 0, 0, "xy", true),
    {"waiting", waiting, {.org = ACME, .status = OA_LISTED_INVITED, .search = "", .limit = PAGE, .now = NOW}, false},
    {"waiting, with what all have", waiting, {.org = ACME, .status = OA_LISTED_INVITED, .search = "acme.example", .limit = PAGE, .now = NOW}, false},
    {"waiting, with what few have", waiting, {.org = ACME, .status = OA_LISTED_INVITED, .search = "guest88@", .limit = PAGE, .now = NOW}, true},
    OF("invitations", invitations, ACME, 0),
    OF("invitations PENDING", invitations, ACME, OA_INVITATION_PENDING),
    OF("invitations REVOKED", invitations, ACME, OA_INVITATION_REVOKED),
    {"invitations EXPIRED", invitations, {.org = ACME, .status = OA_INVITATION_EXPIRED}, true},
    {"invitations EXPIRED, further on", invitations, {.org = ACME, .status = OA_INVITATION_EXPIRED, .after = 400100}, true},
    OF("organizations", orgs, 0, 0),
    OF("organizations of a user", orgs, ADA, 0),
    {"organizations below one", orgs, {.role = ACME}, false},
    {"organizations at the top", orgs, {.status = 1}, false},
    {"organizations of a user below one", orgs, {.org = ADA, .role = ACME}, true},
    {"organizations of a user below one that it does not reach", orgs, {.org = BOB, .role = ACME}, true},
    {"organizations of a user at the top", orgs, {.org = ADA, .status = 1}, true},
    OF("Web APIs", apis, 0, 0),
    OF("Web APIs of an organization", apis, ACME, 0),
    OF("Web API by name", api_by_name, 0, 0),
    OF("Web API of an organization by name", api_by_name, ACME, 0),
    OF("users of a Web API", api_users, 0, 0),
    OF("keys", keys, 0, 0),
    OF("keys of an organization", keys, ACME, 0),
    OF("keys of a user", keys_of_user, 0, 0),
    OF("keys of a user in an organization", keys_of_user, ACME, 0),
    OF("messages of an organization", messages, ACME, 0),
    {"messages of a user", messages, {.role = ADA}, false},
    {"messages of a user in an organization", messages, {.org = ACME, .role = ADA}, false},
    OF("roles", roles, 0, 0),
    {"roles of an organization", roles, {.org = ACME}, true},
    OF("mails", mails, 0, 0),
    OF("mails of a status", mails, 0, 3),
    EVENTS("events", 0, "", ""), EVENTS("events of an actor", 1, "ada", ""), EVENTS("events of an actor who did little", 1, "bob", ""),
    EVENTS("events about an id", 2, "usr_000000000000m", ""), EVENTS("events about nobody", 2, "nobody@acme.example", ""), EVENTS("events of an operation", 0, "", "user.edit"),
    EVENTS("events of a noun", 0, "", "user"), EVENTS("events of a rare operation", 0, "", "org.edit"), EVENTS("events that never meet", 1, "ada", "org.edit"),
    EVENTS("events with what all have", 3, "acme", ""), EVENTS("events with what few have", 3, "bob", ""), EVENTS("events with what nobody has", 3, "xyzzy acme", ""),
    EVENTS("events with what many have", 3, "target", ""),
    {"sessions", sessions, {.search = ""}, true},
};
enum { LISTS = sizeof lists / sizeof lists[0] };

/* Plans --------------------------------------------------------------------------------------------------------- */

typedef struct statements {
    const char *sql[STATEMENTS_MAX];
    int count;
    apr_pool_t *pool;
} statements;

/* What the engine runs by itself within a statement is told as a comment. */
static int note_statement(unsigned event, void *context, void *statement, void *text)
{
    statements *all = context;
    (void)event;
    if (strncmp(text, "--", 2) != 0 && all->count < STATEMENTS_MAX) {
        all->sql[all->count++] = apr_pstrdup(all->pool, sqlite3_sql(statement));
    }
    return 0;
}

/* Rows of a recursion, of a subquery with a limit, and those of the index of parts that match. */
static bool may_be_scanned(const char *what)
{
    static const char *const small[] = {"g", "p", "page", "groups", "up", "f", "CONSTANT ROW"};
    for (size_t i = 0; i < sizeof small / sizeof small[0]; i++) {
        if (strcmp(small[i], what) == 0) {
            return true;
        }
    }
    return strncmp(what, "(subquery", 9) == 0 || strncmp(what, "listed_part VIRTUAL TABLE INDEX 0:M", 35) == 0;
}

static void check_step(const list_row *row, const char *sql, const char *step)
{
    bool scans = strncmp(step, "SCAN ", 5) == 0 && !may_be_scanned(step + 5);
    bool sorts = strstr(step, "TEMP B-TREE FOR") != NULL && strstr(step, "DISTINCT") == NULL && !row->sorts;
    if (scans || sorts) {
        fail_msg("%s: %s\n%s", row->name, step, sql);
    }
}

static void check_plan(const list_row *row, sqlite3 *handle, const char *sql)
{
    sqlite3_stmt *plan = NULL;
    char *explain = sqlite3_mprintf("EXPLAIN QUERY PLAN %s", sql);
    assert_int_equal(sqlite3_prepare_v2(handle, explain, -1, &plan, NULL), SQLITE_OK);
    while (sqlite3_step(plan) == SQLITE_ROW) {
        check_step(row, sql, (const char *)sqlite3_column_text(plan, 3));
    }
    sqlite3_finalize(plan);
    sqlite3_free(explain);
}

static void no_list_scans_or_sorts_what_is_large(void **state)
{
    nouns n = nouns_begin(state);
    sqlite3 *handle = oa_sqlite_handle(n.db);
    grow(&n, 0, SMALL);
    oa_listed_few = SMALL / 2;
    for (size_t i = 0; i < LISTS; i++) {
        apr_array_header_t *found;
        statements all = {.pool = n.pool};
        sqlite3_trace_v2(handle, SQLITE_TRACE_STMT, note_statement, &all);
        assert_ok(lists[i].page(&n, &lists[i], &found));
        sqlite3_trace_v2(handle, 0, NULL, NULL);
        assert_true(all.count > 0);
        for (int j = 0; j < all.count; j++) {
            check_plan(&lists[i], handle, all.sql[j]);
        }
    }
    oa_listed_few = 4000;
    nouns_end(&n);
}

/* Work ---------------------------------------------------------------------------------------------------------- */

static int count_step(void *context)
{
    ++*(int64_t *)context;
    return 0;
}

/* Steps of the engine's machine. */
static int64_t work_of(nouns *n, const list_row *row)
{
    int64_t steps = 0;
    apr_array_header_t *found;
    sqlite3_progress_handler(oa_sqlite_handle(n->db), 1, count_step, &steps);
    assert_ok(row->page(n, row, &found));
    sqlite3_progress_handler(oa_sqlite_handle(n->db), 0, NULL, NULL);
    return steps;
}

static void no_list_does_more_in_a_larger_store(void **state)
{
    nouns n = nouns_begin(state);
    int64_t before[LISTS];
    oa_listed_few = SMALL / 2;
    grow(&n, 0, SMALL);
    for (size_t i = 0; i < LISTS; i++) {
        before[i] = work_of(&n, &lists[i]);
    }
    grow(&n, SMALL, LARGE);
    for (size_t i = 0; i < LISTS; i++) {
        int64_t now = work_of(&n, &lists[i]);
        if (now > before[i] + FULL_PAGE) {
            fail_msg("%s: %d steps among %d, %d among %d", lists[i].name, (int)before[i], SMALL, (int)now, LARGE);
        }
    }
    oa_listed_few = 4000;
    nouns_end(&n);
}

OA_TESTS(STORE_TEST(no_list_scans_or_sorts_what_is_large), STORE_TEST(no_list_does_more_in_a_larger_store))
