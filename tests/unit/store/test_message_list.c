/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/store/nouns.h"

#include "core/store/message.h"

enum { GLOBEX = 11 };

static const oa_time noon = INT64_C(1795442400000);

/* Calls one minute apart, the first at noon. Their ids are 1, 2, … minutes after noon. */
static const struct {
    oa_id account, org, key;
    int status;
    const char *path;
} calls[] = {
    {ADA, ACME, ADAS_KEY, 200, "/reports/1"}, {ADA, GLOBEX, 32, 403, "/globex"}, {BOB, ACME, BOBS_KEY, 404, "/reports/2"},
    {ADA, ACME, ADAS_KEY, 503, "/flow%25/x"}, {ADA, ACME, 33, 201, "/Reports/3"},
};
enum { CALLS = sizeof calls / sizeof *calls };

static nouns begin(void **state)
{
    nouns n = nouns_begin(state);
    for (int i = 0; i < CALLS; i++) {
        oa_time at = noon + i * OA_MINUTE;
        assert_ok(oa_db_run(n.db, NULL,
                            "INSERT INTO message (id, account_id, org_id, key_id, at, method, path, status, duration, address)"
                            " VALUES ($1, $2, $3, $4, $5, 'GET', $6, $7, 9, '192.0.2.7')",
                            "iiiiiti", (int64_t)oa_id_floor(at + OA_MINUTE), (int64_t)calls[i].account, (int64_t)calls[i].org,
                            (int64_t)calls[i].key, (int64_t)at, calls[i].path, (int64_t)calls[i].status));
    }
    return n;
}

/* The numbers of the calls that are listed, as in "4 3 0". */
static const char *listed(nouns *n, oa_message_query query)
{
    apr_array_header_t *messages;
    const char *numbers = "";
    query.path = query.path != NULL ? query.path : "";
    query.limit = query.limit != 0 ? query.limit : 100;
    assert_ok(oa_message_list(n->db, &query, &messages, n->pool));
    for (int i = 0; i < messages->nelts; i++) {
        const oa_message *message = APR_ARRAY_IDX(messages, i, const oa_message *);
        numbers = apr_psprintf(n->pool, "%s%s%d", numbers, i > 0 ? " " : "", (int)((message->at - noon) / OA_MINUTE));
    }
    return numbers;
}

static void each_filter_takes_what_it_says(void **state)
{
    nouns n = begin(state);
    assert_string_equal(listed(&n, (oa_message_query){.org = ACME}), "4 3 2 0");
    assert_string_equal(listed(&n, (oa_message_query){.org = GLOBEX}), "1");
    assert_string_equal(listed(&n, (oa_message_query){.account = ADA}), "4 3 1 0");
    assert_string_equal(listed(&n, (oa_message_query){.account = ADA, .org = ACME}), "4 3 0");
    assert_string_equal(listed(&n, (oa_message_query){.account = BOB, .org = GLOBEX}), "");
    assert_string_equal(listed(&n, (oa_message_query){.org = ACME, .key = ADAS_KEY}), "3 0");
    assert_string_equal(listed(&n, (oa_message_query){.account = ADA, .key = 33}), "4");
    assert_string_equal(listed(&n, (oa_message_query){.org = ACME, .status_from = 404, .status_to = 404}), "2");
    assert_string_equal(listed(&n, (oa_message_query){.org = ACME, .status_from = 200, .status_to = 299}), "4 0");
    assert_string_equal(listed(&n, (oa_message_query){.org = ACME, .since = noon + 2 * OA_MINUTE}), "4 3 2");
    assert_string_equal(listed(&n, (oa_message_query){.org = ACME, .until = noon + 2 * OA_MINUTE}), "0");
    assert_string_equal(listed(&n, (oa_message_query){.org = ACME, .path = "/reports"}), "2 0");
    assert_string_equal(listed(&n, (oa_message_query){.org = ACME, .path = "/flow%"}), "3");
    assert_string_equal(listed(&n, (oa_message_query){.org = ACME, .path = "/flow_"}), "");
    nouns_end(&n);
}

static void pages_follow_one_another(void **state)
{
    nouns n = begin(state);
    assert_string_equal(listed(&n, (oa_message_query){.account = ADA, .limit = 2}), "4 3");
    assert_string_equal(listed(&n, (oa_message_query){.account = ADA, .limit = 2, .before = oa_id_floor(noon + 4 * OA_MINUTE)}), "1 0");
    nouns_end(&n);
}

static void what_is_there_no_more_has_no_name(void **state)
{
    nouns n = begin(state);
    apr_array_header_t *messages;
    const oa_message_query query = {.account = ADA, .limit = 9, .path = ""};
    assert_ok(oa_message_list(n.db, &query, &messages, n.pool));
    const oa_message *first = APR_ARRAY_IDX(messages, 3, const oa_message *);
    assert_string_equal(first->email, "ada@acme.example");
    assert_string_equal(first->org_slug, "acme");
    assert_string_equal(first->path, "/reports/1");
    assert_string_equal(first->address, "192.0.2.7");
    assert_int_equal(first->duration, 9);
    assert_string_equal(APR_ARRAY_IDX(messages, 2, const oa_message *)->org_slug, "");
    nouns_end(&n);
}

OA_TESTS(STORE_TEST(each_filter_takes_what_it_says), STORE_TEST(pages_follow_one_another),
         STORE_TEST(what_is_there_no_more_has_no_name))
