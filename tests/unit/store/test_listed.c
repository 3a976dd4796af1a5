/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The list against a naive one: random people, terms, filters and orders, whole lists and pages, by both of its ways; and the table that it is made of against
 * its source, whoever writes.
 */
#include "tests/unit/store/nouns.h"

#include "core/base/text.h"
#include "core/model/status.h"
#include "core/store/invitation.h"
#include "core/store/listed_part.h"
#include "core/store/user_list.h"

#include <stdlib.h>

enum { GLOBEX = 11, PEOPLE = 150, NOW = 1000, FIRST_ID = 1000, FIRST_INVITATION = 5000, INVITATIONS = 40 };

static const char *const first_names[] = {"Ada",  "Zoë",  "ZOË",   "Ann",    "Anna",  "ÉMILE", "Straße", "ﬁona", "İrem", "Иван",
                                          "O'Br", "a\"b", "100 %", "under_s", "b\\s",  "",      "x",      "李",   "🦊🦊", "Ann Marie"};
static const char *const domains[] = {"acme.example", "lab.acme.example", "b.example"};
static const char *const terms[] = {"", "a", "an", "ann", "anna", "ё", "Ё", "%", "_", "\\", "%_\\", "'", "\"", "\"\"", "a\" OR \"b", "*", "a*", "zoë", "ZOË", "SS", "ß",
                                    "fi", "ﬁ", "i̇", "@", "@acme", ".example", "acme.example", "lab", "  ", " ", "x ", "李", "🦊", "nobody", "\x01", "an\x1fn", "\n"};

/* One that the naive list knows. */
typedef struct person {
    oa_id id;
    int64_t org, role, status, login, expires;
    const char *email, *name, *folded;
} person;

typedef struct crowd {
    nouns n;
    unsigned seed;
    apr_array_header_t *people; /* person */
} crowd;

static unsigned below(crowd *c, unsigned limit)
{
    c->seed = c->seed * 1103515245U + 12345U;
    return (c->seed >> 16) % limit;
}

#define PICK(c, array) (array)[below((c), sizeof(array) / sizeof((array)[0]))]

static void run(crowd *c, const char *sql)
{
    oa_rows *rows;
    assert_ok(oa_db_select(c->n.db, &rows, sql, ""));
    while (oa_rows_next(rows)) {
    }
    oa_error *error = oa_rows_end(rows);
    if (error != NULL) {
        fail_msg("%s: %s", sql, error->detail);
    }
}

static oa_user random_user(crowd *c, oa_id id)
{
    oa_user user = {.id = id, .kind = OA_USER_PERSON, .first_name = PICK(c, first_names), .last_name = PICK(c, first_names), .fields = "{}",
                    .home_org_id = ACME, .created_at = 1};
    user.email = apr_psprintf(c->n.pool, "%c%c%d@%s", 'a' + (char)below(c, 26), 'a' + (char)below(c, 26), (int)id, PICK(c, domains));
    return user;
}

static void seat(crowd *c, oa_id id, int org)
{
    run(c, apr_psprintf(c->n.pool, "INSERT INTO membership (account_id, org_id, role_id, status, joined_at) VALUES (%d, %d, %d, %d, 1)", (int)id, org,
                        2 + (int)below(c, 4), 1 + (int)below(c, 12) / 9));
}

static void invite(crowd *c, oa_id id)
{
    unsigned char digest[OA_DIGEST_SIZE] = {(unsigned char)id, (unsigned char)(id >> 8), 7};
    const oa_invitation made = {.id = id, .org_id = below(c, 4) == 0 ? GLOBEX : ACME, .email = apr_psprintf(c->n.pool, "guest%d@%s", (int)id, PICK(c, domains)),
                                .role_id = below(c, 5) == 0 ? 0 : 2 + below(c, 4), .first_name = PICK(c, first_names), .last_name = PICK(c, first_names),
                                .modules = "", .sub_orgs = "", .apis = "", .reach = 2, .created_at = 1, .expires_at = NOW - 5 + below(c, 20)};
    assert_ok(oa_invitation_insert(c->n.db, &made, digest));
}

static void fill(crowd *c)
{
    run(c, "INSERT INTO organization (id, slug, name, created_at) VALUES (11, 'globex', 'Globex', 1)");
    for (oa_id id = FIRST_ID; id < FIRST_ID + PEOPLE; id++) {
        const oa_user user = random_user(c, id);
        assert_ok(oa_user_insert(c->n.db, &user));
        if (below(c, 8) != 0) {
            seat(c, id, ACME);
        }
        if (below(c, 3) == 0) {
            seat(c, id, GLOBEX);
        }
    }
    for (oa_id id = FIRST_INVITATION; id < FIRST_INVITATION + INVITATIONS; id++) {
        invite(c, id);
    }
}

/* The ways in which rows change; #a is an account, #i an invitation, #n a small number. */
static const char *const changes[] = {
    "UPDATE account SET status = 1 + #n % 4 WHERE id = #a",
    "UPDATE account SET last_login_at = #n % 5 WHERE id = #a",
    "UPDATE account SET password_failures = 3, key_failures = 2 WHERE id = #a",
    "UPDATE account SET last_name = 'Plain', folded = 'ann plain ' || email WHERE id = #a",
    "UPDATE account SET email = 'moved' || id || '@b.example' WHERE id = #a",
    "UPDATE membership SET role_id = 2 + #n % 4 WHERE account_id = #a",
    "UPDATE membership SET status = 1 + #n % 3 WHERE account_id = #a AND org_id = 10",
    "UPDATE membership SET status = 1, role_id = 5 WHERE account_id = #a",
    "DELETE FROM membership WHERE account_id = #a AND org_id = 11",
    "INSERT INTO membership (account_id, org_id, role_id, joined_at) VALUES (#a, 10, 4, 1) ON CONFLICT (org_id, account_id) DO UPDATE SET role_id = 3",
    "INSERT OR REPLACE INTO membership (account_id, org_id, role_id, joined_at) VALUES (#a, 10, 4, 1)",
    "INSERT OR IGNORE INTO membership (account_id, org_id, role_id, joined_at) VALUES (#a, 11, 4, 1)",
    "UPDATE OR REPLACE membership SET org_id = 10 WHERE account_id = #a AND org_id = 11",
    "UPDATE OR REPLACE account SET folded = 'x' || folded WHERE id = #a",
    "UPDATE invitation SET status = 1 + #n % 4 WHERE id = #i",
    "UPDATE invitation SET expires_at = 990 + #n WHERE id = #i",
    "UPDATE invitation SET org_id = 11 WHERE id = #i",
    "DELETE FROM invitation WHERE id = #i",
};

static void change(crowd *c)
{
    const char *sql = "", *rest = PICK(c, changes);
    for (const char *mark = strchr(rest, '#'); mark != NULL; rest = mark + 2, mark = strchr(rest, '#')) {
        unsigned value = mark[1] == 'a' ? FIRST_ID + below(c, PEOPLE) : mark[1] == 'i' ? FIRST_INVITATION + below(c, INVITATIONS) : below(c, 24);
        sql = apr_psprintf(c->n.pool, "%s%.*s%u", sql, (int)(mark - rest), rest, value);
    }
    run(c, apr_pstrcat(c->n.pool, sql, rest, NULL));
}

/* The naive list ------------------------------------------------------------------------------------------------ */

static const char naive_sql[] =
    "SELECT a.id, m.org_id, m.role_id, CASE WHEN m.status = 2 THEN 5 ELSE a.status END, a.last_login_at, 0, a.email,"
    " a.last_name || ' ' || a.first_name || ' ' || a.email, a.folded FROM membership m JOIN account a ON a.id = m.account_id WHERE m.status <> 3"
    " UNION ALL SELECT id, org_id, COALESCE(role_id, 0), 6, 0, expires_at, email, '', folded FROM invitation WHERE status = 1";

static void note_people(crowd *c)
{
    oa_rows *rows;
    c->people = apr_array_make(c->n.pool, PEOPLE, sizeof(person));
    assert_ok(oa_db_select(c->n.db, &rows, naive_sql, ""));
    while (oa_rows_next(rows)) {
        person *p = apr_array_push(c->people);
        *p = (person){oa_rows_int(rows, 0), oa_rows_int(rows, 1), oa_rows_int(rows, 2), oa_rows_int(rows, 3), oa_rows_int(rows, 4), oa_rows_int(rows, 5),
                      oa_rows_copy(rows, 6, c->n.pool), oa_rows_copy(rows, 7, c->n.pool), oa_rows_copy(rows, 8, c->n.pool)};
    }
    assert_ok(oa_rows_end(rows));
}

static bool is_wanted(const person *p, const oa_listed_query *query)
{
    bool status = query->status != 0 ? p->status == query->status : p->status != OA_LISTED_INVITED;
    return p->org == query->org && status && (query->role == 0 || p->role == query->role) && (p->expires == 0 || p->expires > query->now) &&
           strstr(p->folded, query->search) != NULL;
}

static const char *sort_now;
static const char *const role_names[] = {"", "SuperAdmin", "Administrator", "Editor", "Operator", "Viewer", "API User"};

static int by_sort(const void *left, const void *right)
{
    const person *a = left, *b = right;
    const char *word = sort_now + (*sort_now == '-');
    int order = strcmp(word, "role") == 0     ? strcmp(role_names[a->role], role_names[b->role])
                : strcmp(word, "status") == 0 ? a->status - b->status
                : strcmp(word, "email") == 0  ? strcmp(a->email, b->email)
                : strcmp(word, "name") == 0 ? strcmp(a->name, b->name)
                : strcmp(word, "last_login") == 0 ? (a->login > b->login) - (a->login < b->login)
                                                  : 0;
    order = order != 0 ? order : (a->id > b->id) - (a->id < b->id);
    return *sort_now == '-' ? -order : order;
}

static apr_array_header_t *naive(crowd *c, const oa_listed_query *query)
{
    apr_array_header_t *found = apr_array_make(c->n.pool, 16, sizeof(person));
    for (int i = 0; i < c->people->nelts; i++) {
        const person *p = &APR_ARRAY_IDX(c->people, i, person);
        if (is_wanted(p, query)) {
            APR_ARRAY_PUSH(found, person) = *p;
        }
    }
    sort_now = query->status == OA_LISTED_INVITED ? "created" : query->sort;
    qsort(found->elts, (size_t)found->nelts, sizeof(person), by_sort);
    return found;
}

/* Comparing ----------------------------------------------------------------------------------------------------- */

/* Goes through all pages. */
static void compare(crowd *c, oa_listed_query query)
{
    apr_array_header_t *wanted = naive(c, &query), *page;
    int seen = 0;
    do {
        assert_ok(oa_listed_page(c->n.db, &query, &page, c->n.pool));
        for (int i = 0; i < page->nelts; i++, seen++) {
            if (seen >= wanted->nelts || APR_ARRAY_IDX(page, i, oa_id) != APR_ARRAY_IDX(wanted, seen, person).id) {
                fail_msg("\"%s\", status %d, role %d, by %s, pages of %d, few %d: item %d is %d", query.search, query.status, (int)query.role, query.sort,
                         (int)query.limit, (int)oa_listed_few, seen, (int)APR_ARRAY_IDX(page, i, oa_id));
            }
            query.after = APR_ARRAY_IDX(page, i, oa_id);
        }
    } while (page->nelts == query.limit);
    if (seen != wanted->nelts) {
        fail_msg("\"%s\", status %d, by %s, few %d: %d instead of %d", query.search, query.status, query.sort, (int)oa_listed_few, seen, wanted->nelts);
    }
}

/* A piece of somebody's text, one of the terms, or two of them. */
static const char *random_term(crowd *c)
{
    const person *p = &APR_ARRAY_IDX(c->people, below(c, (unsigned)c->people->nelts), person);
    size_t size = strlen(p->folded), start = below(c, (unsigned)size + 1), length = below(c, 9);
    switch (below(c, 4)) {
    case 0:
        return oa_text_fold(PICK(c, terms), c->n.pool);
    case 1:
        return oa_text_fold(apr_pstrcat(c->n.pool, PICK(c, terms), PICK(c, terms), NULL), c->n.pool);
    default: /* what is cut within a character is repaired, and then is nobody's */
        return oa_text_fold(apr_pstrmemdup(c->n.pool, p->folded + start, length < size - start ? length : size - start), c->n.pool);
    }
}

static const char *random_sort(crowd *c)
{
    char *words = apr_pstrdup(c->n.pool, oa_listed_sorts), *word = NULL, *rest = words;
    for (unsigned skip = below(c, 12) + 1; skip > 0; skip--) {
        word = strsep(&rest, " ");
    }
    return word;
}

static void compare_at_random(crowd *c)
{
    int64_t settled = 0;
    if (below(c, 8) == 0) {
        assert_ok(oa_listed_part_settle(c->n.db, below(c, 60), &settled));
    }
    static const int64_t limits[] = {1, 3, 50, 1000}, few[] = {-1, 5, 4000};
    oa_listed_few = PICK(c, few);
    compare(c, (oa_listed_query){.org = below(c, 5) == 0 ? GLOBEX : ACME, .status = (int)below(c, 3) == 0 ? (int)below(c, 7) : 0,
                                 .role = below(c, 3) == 0 ? 2 + below(c, 5) : 0, .search = random_term(c), .sort = random_sort(c), .limit = PICK(c, limits),
                                 .now = NOW});
}

static void assert_kept(crowd *c)
{
    static const char *const differences[] = {
        "SELECT count(*) FROM (SELECT org_id, id, role_id, status, email, name, last_login_at, expires_at, folded FROM listed_source"
        " EXCEPT SELECT org_id, id, role_id, status, email, name, last_login_at, expires_at, folded FROM listed)",
        "SELECT (SELECT count(*) FROM listed) - (SELECT count(*) FROM listed_source)",
    };
    for (size_t i = 0; i < 2; i++) {
        int64_t count = -1;
        assert_ok(oa_db_int(c->n.db, &count, -1, differences[i], ""));
        assert_int_equal(count, 0);
    }
    run(c, "INSERT INTO listed_part (listed_part, rank) VALUES ('integrity-check', 1)");
}

static void the_list_is_the_naive_one(void **state)
{
    for (unsigned seed = 1; seed <= 2; seed++) {
        crowd c = {.n = nouns_begin(state), .seed = seed};
        fill(&c);
        assert_kept(&c);
        for (int round = 0; round < 8; round++) {
            note_people(&c);
            for (int i = 0; i < 60; i++) {
                compare_at_random(&c);
            }
            for (int i = 0; i < 30; i++) {
                change(&c);
            }
            assert_kept(&c);
        }
        oa_listed_few = 4000;
        oa_db_rollback(c.n.db);
        oa_store_give(c.n.f->store, c.n.db);
    }
}

static void every_term_is_looked_for_as_it_is(void **state)
{
    crowd c = {.n = nouns_begin(state), .seed = 3};
    fill(&c);
    note_people(&c);
    for (size_t i = 0; i < sizeof terms / sizeof terms[0]; i++) {
        for (oa_listed_few = -1; oa_listed_few < 4001; oa_listed_few += 4001) {
            compare(&c, (oa_listed_query){.org = ACME, .search = oa_text_fold(terms[i], c.n.pool), .sort = "name", .limit = 1000, .now = NOW});
        }
    }
    oa_listed_few = 4000;
    nouns_end(&c.n);
}

static void a_very_long_term_is_a_term(void **state)
{
    crowd c = {.n = nouns_begin(state), .seed = 4};
    char *long_term = apr_pcalloc(c.n.pool, 20001);
    memset(long_term, 'a', 20000);
    fill(&c);
    run(&c, "UPDATE account SET folded = replace(hex(zeroblob(1000)), '00', 'ab') || 'c' WHERE id = 1001");
    run(&c, "INSERT INTO membership (account_id, org_id, role_id, joined_at) VALUES (1001, 10, 4, 1) ON CONFLICT DO NOTHING");
    note_people(&c);
    const char *const long_terms[] = {long_term, apr_pstrcat(c.n.pool, apr_pstrndup(c.n.pool, "abababababababababababababababababababababababababab", 50), NULL),
                                      "bababababababababababababababababababac"};
    for (size_t i = 0; i < 3; i++) {
        compare(&c, (oa_listed_query){.org = ACME, .search = long_terms[i], .sort = "email", .limit = 1000, .now = NOW});
    }
    nouns_end(&c.n);
}

/* Where a page begins would tell what another organization knows. */
static void a_page_begins_behind_a_member_or_former_member_alone(void **state)
{
    static const char *const sorts[] = {"email", "-name", "last_login"};
    nouns n = nouns_begin(state);
    apr_array_header_t *ids;
    assert_ok(oa_db_run(n.db, NULL, "INSERT INTO account (id, email, home_org_id, status_since, created_at) VALUES (19, 'a@else.example', 10, 1, 1)", ""));
    static const char *const others[] = {"role", "-role", "status", "-status"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        assert_ok(oa_listed_page(n.db, &(oa_listed_query){.org = ACME, .search = "", .sort = others[i], .after = 19, .limit = 10}, &ids, n.pool));
        assert_int_equal(ids->nelts, 0);
    }
    for (size_t i = 0; i < 3; i++) {
        oa_listed_query query = {.org = ACME, .search = "", .sort = sorts[i], .after = 19, .limit = 10};
        assert_ok(oa_listed_page(n.db, &query, &ids, n.pool));
        assert_int_equal(ids->nelts, 0);
        assert_ok(oa_db_run(n.db, NULL, "INSERT INTO membership (account_id, org_id, role_id, status, joined_at) VALUES (19, 10, 5, 3, 1)", ""));
        assert_ok(oa_listed_page(n.db, &query, &ids, n.pool));
        assert_int_equal(ids->nelts, sorts[i][0] == '-' ? 0 : 2);
        assert_ok(oa_db_run(n.db, NULL, "DELETE FROM membership WHERE account_id = 19", ""));
    }
    nouns_end(&n);
}

/* What every request may write touches the order by last log-in at most. */
static void counting_leaves_the_list_alone(void **state)
{
    fixture *f = *state;
    fixture_sql(f, "CREATE TRIGGER t1 BEFORE UPDATE OF org_id, id, role_id, status, email, name, expires_at, folded ON listed BEGIN SELECT RAISE(ABORT, 'x'); END;"
                   "CREATE TRIGGER t2 BEFORE INSERT ON listed BEGIN SELECT RAISE(ABORT, 'x'); END;"
                   "CREATE TRIGGER t3 BEFORE DELETE ON listed BEGIN SELECT RAISE(ABORT, 'x'); END;"
                   "UPDATE account SET last_login_at = 77, version = version + 1;"
                   "CREATE TRIGGER t4 BEFORE UPDATE ON listed BEGIN SELECT RAISE(ABORT, 'x'); END;"
                   "UPDATE account SET password_failures = 1, key_failures = 2, password = 'x', fields = '{\"a\":1}', version = 3;"
                   "UPDATE account SET last_login_at = 77, status = status, status_since = 5;"
                   "UPDATE api_key SET last_used_at = 5; UPDATE membership SET version = 2, reach = 1;");
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM listed WHERE last_login_at = 77"), 2);
}

static void serials_of_an_organization_stand_together(void **state)
{
    crowd c = {.n = nouns_begin(state), .seed = 5};
    int64_t strays = -1;
    fill(&c);
    assert_ok(oa_db_int(c.n.db, &strays, -1, "SELECT count(*) FROM listed WHERE serial >> 32 <> org_id & 2147483647", ""));
    assert_int_equal(strays, 0);
    nouns_end(&c.n);
}

OA_TESTS(STORE_TEST(the_list_is_the_naive_one), STORE_TEST(every_term_is_looked_for_as_it_is), STORE_TEST(a_very_long_term_is_a_term),
         STORE_TEST(a_page_begins_behind_a_member_or_former_member_alone), STORE_TEST(counting_leaves_the_list_alone),
         STORE_TEST(serials_of_an_organization_stand_together))
