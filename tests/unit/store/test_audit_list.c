/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/store/nouns.h"

#include "core/store/audit_list.h"

static void fill(nouns *n)
{
    for (int i = 1; i <= 6; i++) {
        oa_event event = {.at = i, .actor_kind = "user", .actor_id = i % 2 == 0 ? ADA : BOB, .actor_name = i % 2 == 0 ? "ada" : "bob",
                          .action = i % 3 == 0 ? "user.ban" : "user.edit", .org_id = i > 3 ? ACME : 0, .target_id = 100 + i / 2,
                          .target_name = "t", .address = "", .detail = "{}"};
        assert_ok(oa_audit_append(n->db, oa_store_subkey(n->f->store, OA_SUBKEY_AUDIT), &event));
    }
}

static void each_filter_narrows_and_the_newest_come_first(void **state)
{
    static const struct {
        oa_audit_query query;
        const char *times; /* of the events found */
    } cases[] = {
        {{.limit = 100}, "654321"},
        {{.limit = 2}, "65"},
        {{.org = ACME, .limit = 100}, "654"},
        {{.actor_id = ADA, .limit = 100}, "642"},
        {{.actor_name = "bob", .limit = 100}, "531"},
        {{.target_id = 101, .limit = 100}, "32"},
        {{.target_name = "u", .limit = 100}, ""},
        {{.action = "user.ban", .limit = 100}, "63"},
        {{.since = 3, .until = 5, .limit = 100}, "43"},
        {{.org = ACME, .actor_id = ADA, .limit = 100}, "64"},
        {{.org = ACME, .target_id = 102, .limit = 100}, "54"},
        {{.actor_id = ADA, .target_id = 102, .limit = 100}, "4"},
    };
    nouns n = nouns_begin(state);
    fill(&n);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        oa_audit_query query = cases[i].query;
        apr_array_header_t *events;
        const char *times = "";
        query.actor_name = query.actor_name != NULL ? query.actor_name : "";
        query.target_name = query.target_name != NULL ? query.target_name : "";
        query.action = query.action != NULL ? query.action : "";
        assert_ok(oa_audit_list(n.db, &query, &events, n.pool));
        for (int j = 0; j < events->nelts; j++) {
            times = apr_psprintf(n.pool, "%s%d", times, (int)APR_ARRAY_IDX(events, j, const oa_event *)->at);
        }
        assert_string_equal(times, cases[i].times);
    }
    nouns_end(&n);
}

static void a_page_begins_behind_the_one_before(void **state)
{
    nouns n = nouns_begin(state);
    apr_array_header_t *events;
    oa_audit_query query = {.actor_name = "", .target_name = "", .action = "", .limit = 4};
    fill(&n);
    assert_ok(oa_audit_list(n.db, &query, &events, n.pool));
    query.before = APR_ARRAY_IDX(events, 3, const oa_event *)->id;
    assert_ok(oa_audit_list(n.db, &query, &events, n.pool));
    assert_int_equal(events->nelts, 2);
    assert_int_equal(APR_ARRAY_IDX(events, 0, const oa_event *)->at, 2);
    nouns_end(&n);
}

OA_TESTS(STORE_TEST(each_filter_narrows_and_the_newest_come_first), STORE_TEST(a_page_begins_behind_the_one_before))
