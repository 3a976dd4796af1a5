/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/store/nouns.h"

#include "core/store/statistic.h"

enum { GLOBEX = 11, REPORTS = 50, BILLING = 51, REMOVED = 52 };

static const oa_time noon = INT64_C(1795435200000); /* a whole hour */

static nouns begin(void **state)
{
    nouns n = nouns_begin(state);
    assert_ok(oa_db_run(n.db, NULL, "INSERT INTO organization (id, slug, name, created_at) VALUES (11, 'globex', 'Globex', 1)", ""));
    assert_ok(oa_db_run(n.db, NULL,
                        "INSERT INTO web_api (id, org_id, name, service_account_id, created_at, removed_at) VALUES"
                        " (50, 10, 'reports', 20, 1, 0), (51, 10, 'billing', 20, 1, 0), (52, 10, 'old', 20, 1, 9)", ""));
    return n;
}

static void add(nouns *n, oa_id org, const char *api, oa_time at, int allowed, int refused)
{
    const oa_figures figures = {allowed, refused, 0};
    assert_ok(oa_statistic_add(n->db, org, api, at, &figures));
}

/* "minutes:allowed/refused/failed …" of the steps, in minutes after noon. */
static const char *series(nouns *n, oa_id org, oa_time since, oa_time until, oa_duration step)
{
    apr_array_header_t *moments;
    const char *text = "";
    assert_ok(oa_statistic_series(n->db, org, since, until, step, &moments, n->pool));
    for (int i = 0; i < moments->nelts; i++) {
        const oa_moment *m = &APR_ARRAY_IDX(moments, i, oa_moment);
        text = apr_psprintf(n->pool, "%s%s%d:%d/%d/%d", text, i > 0 ? " " : "", (int)((m->at - noon) / OA_MINUTE),
                            (int)m->figures.allowed, (int)m->figures.refused, (int)m->figures.failed);
    }
    return text;
}

static void figures_of_an_hour_are_added_up_by_organization(void **state)
{
    nouns n = begin(state);
    add(&n, ACME, "", noon, 3, 1);
    add(&n, ACME, "", noon + OA_HOUR - 1, 4, 0);
    add(&n, ACME, "reports", noon + OA_MINUTE, 10, 0);
    add(&n, ACME, "", noon + OA_HOUR, 1, 0);
    add(&n, GLOBEX, "", noon, 7, 7);
    assert_string_equal(series(&n, ACME, noon, noon + 3 * OA_HOUR, OA_HOUR), "0:17/1/0 60:1/0/0");
    assert_string_equal(series(&n, ACME, noon, noon + OA_HOUR, OA_HOUR), "0:17/1/0");
    assert_string_equal(series(&n, ACME, noon + OA_HOUR, noon + 2 * OA_HOUR, OA_HOUR), "60:1/0/0");
    assert_string_equal(series(&n, GLOBEX, noon, noon + OA_HOUR, OA_HOUR), "0:7/7/0");
    assert_string_equal(series(&n, ACME, noon - 12 * OA_HOUR, noon + 12 * OA_HOUR, OA_DAY), "-720:18/1/0");
    nouns_end(&n);
}

static void failures_are_of_the_home_organization(void **state)
{
    nouns n = begin(state);
    assert_ok(oa_db_run(n.db, NULL, "UPDATE account SET home_org_id = 11 WHERE id = $1", "i", (int64_t)BOB));
    assert_ok(oa_statistic_fail(n.db, ADA, noon));
    assert_ok(oa_statistic_fail(n.db, ADA, noon + 1));
    assert_ok(oa_statistic_fail(n.db, BOB, noon));
    assert_string_equal(series(&n, ACME, noon, noon + OA_HOUR, OA_HOUR), "0:0/0/2");
    assert_string_equal(series(&n, GLOBEX, noon, noon + OA_HOUR, OA_HOUR), "0:0/0/1");
    nouns_end(&n);
}

static void the_web_apis_that_are_there_come_by_their_use(void **state)
{
    nouns n = begin(state);
    apr_array_header_t *apis;
    add(&n, ACME, "billing", noon, 5, 0);
    add(&n, ACME, "billing", noon + OA_HOUR, 5, 2);
    add(&n, ACME, "reports", noon, 9, 1);
    add(&n, ACME, "old", noon, 99, 0);
    add(&n, ACME, "nothing", noon, 99, 0);
    add(&n, ACME, "", noon, 99, 0);
    add(&n, GLOBEX, "reports", noon, 99, 0); /* a name of acme's */
    assert_ok(oa_statistic_apis(n.db, ACME, noon, noon + OA_DAY, 10, &apis, n.pool));
    assert_int_equal(apis->nelts, 2);
    const oa_api_figures *first = &APR_ARRAY_IDX(apis, 0, oa_api_figures);
    assert_int_equal(first->api, BILLING);
    assert_string_equal(first->name, "billing");
    assert_int_equal(first->allowed, 10);
    assert_int_equal(first->refused, 2);
    assert_ok(oa_statistic_apis(n.db, ACME, noon, noon + OA_HOUR, 1, &apis, n.pool));
    assert_int_equal(apis->nelts, 1);
    assert_int_equal(APR_ARRAY_IDX(apis, 0, oa_api_figures).api, REPORTS);
    assert_ok(oa_statistic_apis(n.db, GLOBEX, noon, noon + OA_DAY, 10, &apis, n.pool));
    assert_int_equal(apis->nelts, 0);
    nouns_end(&n);
}

static void old_hours_and_those_of_a_wrong_clock_go_in_pieces(void **state)
{
    nouns n = begin(state);
    int64_t count;
    for (int i = 0; i < 5; i++) {
        add(&n, i % 2 == 0 ? ACME : GLOBEX, "", noon + i * OA_HOUR, 1, 0);
    }
    assert_ok(oa_statistic_trim(n.db, noon + 2 * OA_HOUR, noon + 3 * OA_HOUR, 2, &count));
    assert_int_equal(count, 2);
    assert_ok(oa_statistic_trim(n.db, noon + 2 * OA_HOUR, noon + 3 * OA_HOUR, 2, &count));
    assert_int_equal(count, 1);
    nouns_end(&n);
    assert_int_equal(fixture_int(n.f, "SELECT count(*) FROM statistic"), 2);
    assert_int_equal(fixture_int(n.f, "SELECT min(at) FROM statistic"), noon + 2 * OA_HOUR);
}

static void users_are_counted_as_the_list_shows_them(void **state)
{
    nouns n = begin(state);
    int64_t counts[OA_STATISTIC_STATUSES];
    assert_ok(oa_db_run(n.db, NULL,
                        "INSERT INTO account (id, email, home_org_id, status, status_since, created_at) VALUES (22, 'c@acme.example', 10, 3, 1, 1),"
                        " (23, 'd@acme.example', 10, 4, 1, 1), (24, 'e@acme.example', 10, 1, 1, 1), (25, 'f@acme.example', 10, 1, 1, 1)", ""));
    assert_ok(oa_db_run(n.db, NULL,
                        "INSERT INTO membership (account_id, org_id, role_id, status, joined_at) VALUES (22, 10, 5, 1, 1), (23, 10, 5, 2, 1),"
                        " (24, 10, 5, 3, 1), (25, 11, 5, 1, 1)", ""));
    assert_ok(oa_db_run(n.db, NULL,
                        "INSERT INTO invitation (id, org_id, email, digest, created_at, expires_at, status) VALUES"
                        " (1, 10, 'x', x'01', 1, 99, 1), (2, 10, 'y', x'02', 1, 50, 1), (3, 10, 'z', x'03', 1, 99, 4), (4, 11, 'x', x'04', 1, 99, 1)", ""));
    static const int64_t expected[] = {0, 2, 0, 1, 0, 1, 1}; /* by the numbers of the statuses */
    assert_ok(oa_statistic_users(n.db, ACME, 50, counts));
    for (int i = 0; i < OA_STATISTIC_STATUSES; i++) {
        assert_int_equal(counts[i], expected[i]);
    }
    nouns_end(&n);
}

static void keys_that_end_are_those_in_use_alone(void **state)
{
    nouns n = begin(state);
    int64_t count;
    assert_ok(oa_db_run(n.db, NULL,
                        "INSERT INTO api_key (id, account_id, org_id, verifier, created_at, expires_at, revoked_at, replaced_by) VALUES"
                        " (60, 20, 10, x'00', 1, 99, 0, 0), (61, 20, 10, x'00', 1, 100, 0, 0), (62, 20, 10, x'00', 1, 50, 0, 0),"
                        " (63, 20, 10, x'00', 1, 99, 5, 0), (64, 20, 10, x'00', 1, 99, 0, 60), (65, 20, 11, x'00', 1, 99, 0, 0)", ""));
    assert_ok(oa_statistic_ending_keys(n.db, ACME, 50, 99, &count));
    assert_int_equal(count, 1);
    assert_ok(oa_statistic_ending_keys(n.db, ACME, 49, 100, &count));
    assert_int_equal(count, 3);
    nouns_end(&n);
}

OA_TESTS(STORE_TEST(figures_of_an_hour_are_added_up_by_organization), STORE_TEST(failures_are_of_the_home_organization),
         STORE_TEST(the_web_apis_that_are_there_come_by_their_use), STORE_TEST(old_hours_and_those_of_a_wrong_clock_go_in_pieces),
         STORE_TEST(users_are_counted_as_the_list_shows_them), STORE_TEST(keys_that_end_are_those_in_use_alone))
