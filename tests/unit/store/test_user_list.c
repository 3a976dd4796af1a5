/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/store/nouns.h"

#include "core/model/status.h"
#include "core/store/user_list.h"

/* The first query is changed by each case in one respect. */
static int count(nouns *n, oa_user_query query)
{
    apr_array_header_t *members;
    assert_ok(oa_user_list(n->db, &query, &members, n->pool));
    return members->nelts;
}

static void filters_narrow(void **state)
{
    nouns n = nouns_begin(state);
    const oa_user_query all = {.org = ACME, .search = "", .sort = "created", .limit = 100};
    oa_user_query query = all;
    assert_ok(oa_db_run(n.db, NULL, "UPDATE account SET folded = email", ""));
    assert_int_equal(count(&n, all), 2);
    query.org = 99;
    assert_int_equal(count(&n, query), 0);
    query = all, query.search = "bob";
    assert_int_equal(count(&n, query), 1);
    query = all, query.search = "b_b";
    assert_int_equal(count(&n, query), 0);
    query = all, query.role = OA_ROLE_ID_ADMINISTRATOR;
    assert_int_equal(count(&n, query), 1);
    query = all, query.account_status = OA_ACCOUNT_VALIDATED;
    assert_int_equal(count(&n, query), 2);
    query = all, query.membership_status = OA_MEMBERSHIP_DEACTIVATED;
    assert_int_equal(count(&n, query), 0);
    query = all, query.after = ADA;
    assert_int_equal(count(&n, query), 1);
    query = all, query.limit = 1;
    assert_int_equal(count(&n, query), 1);
    assert_ok(oa_db_run(n.db, NULL, "UPDATE membership SET status = 3 WHERE account_id = 21", ""));
    assert_int_equal(count(&n, all), 1);
    nouns_end(&n);
}

static void a_member_is_read_with_its_role(void **state)
{
    nouns n = nouns_begin(state);
    apr_array_header_t *members;
    const oa_user_query query = {.org = ACME, .search = "", .sort = "-email", .limit = 100};
    assert_ok(oa_user_list(n.db, &query, &members, n.pool));
    const oa_member *first = APR_ARRAY_IDX(members, 0, const oa_member *);
    assert_string_equal(first->user.email, "bob@acme.example");
    assert_string_equal(first->membership.role.name, "Viewer");
    assert_int_equal(first->membership.org_id, ACME);
    assert_int_equal(first->membership.account_id, BOB);
    nouns_end(&n);
}

/* Every word of the list of sorts has its own text: an unknown one would fall back to the first. */
static void every_sort_is_one_of_the_words(void **state)
{
    nouns n = nouns_begin(state);
    char *rest = apr_pstrdup(n.pool, oa_user_sorts);
    for (const char *word = strsep(&rest, " "); word != NULL; word = strsep(&rest, " ")) {
        apr_array_header_t *members;
        const oa_user_query query = {.org = ACME, .search = "", .sort = word, .limit = 100};
        assert_ok(oa_user_list(n.db, &query, &members, n.pool));
        const oa_member *first = APR_ARRAY_IDX(members, 0, const oa_member *);
        assert_int_equal(first->user.id, word[0] == '-' ? BOB : ADA);
    }
    nouns_end(&n);
}

OA_TESTS(STORE_TEST(filters_narrow), STORE_TEST(a_member_is_read_with_its_role), STORE_TEST(every_sort_is_one_of_the_words))
