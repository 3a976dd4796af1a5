/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/store/nouns.h"

#include "core/store/audit_list.h"
#include "core/store/audit_word.h"

enum { ZOE = 500, FEW = 5 };

static oa_id append(nouns *n, oa_event event)
{
    assert_ok(oa_audit_append(n->db, oa_store_subkey(n->f->store, OA_SUBKEY_AUDIT), &event));
    return event.id;
}

static void fill(nouns *n)
{
    for (int i = 1; i <= 6; i++) {
        append(n, (oa_event){.at = i, .actor_kind = "user", .actor_id = i % 2 == 0 ? ADA : BOB,
                             .actor_name = i % 2 == 0 ? "ada@acme.example" : "bob.builder@acme.example", .action = i % 3 == 0 ? "user.ban" : "role.edit",
                             .org_id = i > 3 ? ACME : 0, .target_id = 100 + i / 2, .target_name = "Help Desk", .detail = "{}"});
    }
}

/* Times of the events found, one digit each, page by page. */
static const char *times_of(nouns *n, oa_audit_query query, int *pages)
{
    const char *times = "";
    *pages = 0;
    query.actor = query.actor != NULL ? query.actor : "";
    query.target = query.target != NULL ? query.target : "";
    query.action = query.action != NULL ? query.action : "";
    query.search = query.search != NULL ? query.search : "";
    do {
        oa_id next;
        apr_array_header_t *events;
        assert_ok(oa_audit_list(n->db, &query, &events, &next, n->pool));
        query.before = next;
        assert_true(events->nelts <= query.limit);
        for (int i = 0; i < events->nelts; i++) {
            times = apr_psprintf(n->pool, "%s%d", times, (int)APR_ARRAY_IDX(events, i, const oa_event *)->at);
        }
    } while (++*pages < 1000 && query.before != 0);
    return times;
}

static const struct {
    oa_audit_query query;
    const char *times;
} cases[] = {
    {{.limit = 100}, "654321"},
    {{.org = ACME}, "654"},
    {{.org = 11}, ""},
    {{.actor = "usr_000000000000m"}, "642"},
    {{.actor = "bob.builder@acme.example"}, "531"},
    {{.actor = "BOB.Builder@acme.example"}, "531"},
    {{.actor = "bob"}, ""},
    {{.target = "usr_0000000000035"}, "32"},
    {{.target = "key_0000000000035"}, "32"},
    {{.target = "help desk"}, "654321"},
    {{.target = "u"}, ""},
    {{.action = "user.ban"}, "63"},
    {{.action = "user"}, "63"},
    {{.action = "user."}, "63"},
    {{.action = "user.*"}, "63"},
    {{.action = "user.b*"}, "63"},
    {{.action = "u*"}, "63"},
    {{.action = "user.e*"}, ""},
    {{.action = "us"}, ""},
    {{.action = "user.edit"}, ""},
    {{.since = 3, .until = 5}, "43"},
    {{.since = 7}, ""},
    {{.until = 1}, ""},
    {{.org = ACME, .actor = "usr_000000000000m"}, "64"},
    {{.org = ACME, .target = "usr_0000000000036"}, "54"},
    {{.actor = "usr_000000000000m", .target = "usr_0000000000036"}, "4"},
    {{.org = ACME, .actor = "usr_000000000000m", .target = "usr_0000000000036", .action = "role", .since = 4, .until = 5}, "4"},
    {{.search = "builder"}, "531"},
    {{.search = "BUILD"}, "531"},
    {{.search = "uilder"}, ""},
    {{.search = "acme.ex"}, "654321"},
    {{.search = "  ban   ada "}, "6"},
    {{.search = "desk bob ban"}, "3"},
    {{.search = "usr_000000000000m"}, "642"},
    {{.search = "bob nobody"}, ""},
    {{.org = ACME, .search = "bob"}, "5"},
};

static void each_filter_narrows_and_the_newest_come_first(void **state)
{
    nouns n = nouns_begin(state);
    fill(&n);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        int pages;
        oa_audit_query query = cases[i].query;
        query.limit = 100;
        assert_string_equal(times_of(&n, query, &pages), cases[i].times);
        query.limit = 2;
        assert_string_equal(times_of(&n, query, &pages), cases[i].times);
        const int full = ((int)strlen(cases[i].times) + 1) / 2;
        if (query.since == 0) { /* these times are all before the first id */
            assert_int_equal(pages, full > 0 ? full : 1);
        }
    }
    nouns_end(&n);
}

/* The same where a page takes hardly a leap, and every search is too broad for its words to be gone through. */
static void what_a_page_leaves_is_on_the_next(void **state)
{
    nouns n = nouns_begin(state);
    const int leaps = oa_audit_leaps, words = oa_audit_words_max;
    fill(&n);
    oa_audit_leaps = FEW;
    oa_audit_words_max = 0;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        int pages;
        oa_audit_query query = cases[i].query;
        query.limit = 100;
        assert_string_equal(times_of(&n, query, &pages), cases[i].times);
    }
    oa_audit_leaps = leaps;
    oa_audit_words_max = words;
    nouns_end(&n);
}

static void what_never_meets_ends_each_page_after_so_many_leaps(void **state)
{
    nouns n = nouns_begin(state);
    int pages;
    const int leaps = oa_audit_leaps;
    for (int i = 0; i < 200; i++) {
        append(&n, (oa_event){.at = 1, .actor_name = i % 2 == 0 ? "ada" : "bob", .action = i % 2 == 0 ? "user.ban" : "user.edit"});
    }
    oa_audit_leaps = 50;
    assert_string_equal(times_of(&n, (oa_audit_query){.actor = "ada", .action = "user.edit", .limit = 10}, &pages), "");
    assert_in_range(pages, 3, 10);
    oa_audit_leaps = leaps;
    nouns_end(&n);
}

static void an_event_is_found_by_everything_that_it_concerns(void **state)
{
    nouns n = nouns_begin(state);
    int pages;
    apr_array_header_t *about = apr_array_make(n.pool, 2, sizeof(oa_id));
    APR_ARRAY_PUSH(about, oa_id) = ZOE;
    APR_ARRAY_PUSH(about, oa_id) = BOB;
    assert_ok(oa_db_run(n.db, NULL, "INSERT INTO invitation (id, org_id, email, digest, created_at, expires_at) VALUES (500, 10, 'zoe@else.example', x'01', 1, 1)", ""));
    assert_ok(oa_db_run(n.db, NULL, "INSERT INTO organization (id, slug, name, created_at) VALUES (11, 'other', 'Other', 1)", ""));
    assert_ok(oa_db_run(n.db, NULL, "WITH RECURSIVE i (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < 150) INSERT INTO invitation"
                                    " (id, org_id, email, digest, status, created_at, expires_at) SELECT 300 + n, 11, 'zoe@else.example', randomblob(32), 4, 1, 1 FROM i", ""));
    append(&n, (oa_event){.at = 1, .action = "user.import", .org_id = ACME, .detail = "{\"a\":[{\"b\":\"to guest@else.example.\"},\"key_000000000000z\",7]}",
                          .about = about});
    static const char *const found[] = {"bob@acme.example", "usr_000000000000n", "zoe@else.example", "inv_00000000000fm", "guest@else.example", "key_000000000000z"};
    for (size_t i = 0; i < sizeof found / sizeof *found; i++) {
        assert_string_equal(times_of(&n, (oa_audit_query){.target = found[i], .limit = 9}, &pages), "1");
        assert_string_equal(times_of(&n, (oa_audit_query){.org = ACME, .target = found[i], .limit = 9}, &pages), "1");
        assert_string_equal(times_of(&n, (oa_audit_query){.org = 11, .target = found[i], .limit = 9}, &pages), "");
    }
    assert_string_equal(times_of(&n, (oa_audit_query){.target = "ada@acme.example", .limit = 9}, &pages), "");
    assert_string_equal(times_of(&n, (oa_audit_query){.search = "bob@acme.example", .limit = 9}, &pages), "1");
    nouns_end(&n);
}

/* Two hours ahead, back again, and nothing of it is lost or shown twice. */
static void times_hold_though_a_clock_was_set_back(void **state)
{
    nouns n = nouns_begin(state);
    const oa_time start = INT64_C(1795442400000);
    static const int minutes[] = {0, 1, 120, 2, 3, 121, 4, 130};
    static const struct {
        int since, until;
        const char *found;
    } spans[] = {{0, 5, "43210"}, {1, 3, "21"}, {3, 4, "3"}, {100, 125, "98"}, {0, 200, "74932810"}, {122, 129, ""}};
    for (size_t i = 0; i < sizeof minutes / sizeof *minutes; i++) {
        append(&n, (oa_event){.at = start + minutes[i] * 60 * 1000, .action = "a.b", .address = apr_psprintf(n.pool, "%d", minutes[i] < 100 ? minutes[i] : minutes[i] == 120 ? 8 : minutes[i] == 121 ? 9 : 7)});
    }
    for (size_t i = 0; i < sizeof spans / sizeof *spans; i++) {
        apr_array_header_t *events;
        oa_id next;
        const char *seen = "";
        const oa_audit_query query = {.actor = "", .target = "", .action = "", .search = "", .since = start + spans[i].since * 60 * 1000,
                                      .until = start + spans[i].until * 60 * 1000, .limit = 100};
        assert_ok(oa_audit_list(n.db, &query, &events, &next, n.pool));
        for (int j = 0; j < events->nelts; j++) {
            seen = apr_pstrcat(n.pool, seen, APR_ARRAY_IDX(events, j, const oa_event *)->address, NULL);
        }
        assert_string_equal(seen, spans[i].found);
    }
    nouns_end(&n);
}

/* An import tells of up to ten thousand. */
static void a_page_of_large_events_ends_early(void **state)
{
    nouns n = nouns_begin(state);
    int pages;
    char *large = apr_palloc(n.pool, OA_AUDIT_PAGE_OCTETS / 2 + 1);
    memset(large, 'x', OA_AUDIT_PAGE_OCTETS / 2);
    large[OA_AUDIT_PAGE_OCTETS / 2] = '\0';
    for (int i = 1; i <= 9; i++) {
        append(&n, (oa_event){.at = i, .action = "a.b", .detail = i > 1 && i < 9 ? apr_psprintf(n.pool, "{\"a\":\"%s\"}", large) : "{}"});
    }
    assert_string_equal(times_of(&n, (oa_audit_query){.limit = 100}, &pages), "987654321");
    assert_int_equal(pages, 4); /* of 9 8 7, 6 5, 4 3, and 2 1 */
    nouns_end(&n);
}

OA_TESTS(STORE_TEST(a_page_of_large_events_ends_early), STORE_TEST(each_filter_narrows_and_the_newest_come_first), STORE_TEST(what_a_page_leaves_is_on_the_next),
         STORE_TEST(what_never_meets_ends_each_page_after_so_many_leaps), STORE_TEST(an_event_is_found_by_everything_that_it_concerns),
         STORE_TEST(times_hold_though_a_clock_was_set_back))
