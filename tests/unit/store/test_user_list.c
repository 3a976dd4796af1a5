/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/store/nouns.h"

#include "core/store/user_list.h"

static void a_member_is_read_with_its_role(void **state)
{
    nouns n = nouns_begin(state);
    apr_array_header_t *members;
    const oa_listed_query query = {.org = ACME, .search = "", .sort = "-email", .limit = 100};
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
    char *rest = apr_pstrdup(n.pool, oa_listed_sorts);
    for (const char *word = strsep(&rest, " "); word != NULL; word = strsep(&rest, " ")) {
        apr_array_header_t *members;
        const oa_listed_query query = {.org = ACME, .search = "", .sort = word, .limit = 100};
        assert_ok(oa_user_list(n.db, &query, &members, n.pool));
        const oa_member *first = APR_ARRAY_IDX(members, 0, const oa_member *);
        assert_int_equal(first->user.id, word[0] == '-' ? BOB : ADA);
    }
    nouns_end(&n);
}

OA_TESTS(STORE_TEST(a_member_is_read_with_its_role), STORE_TEST(every_sort_is_one_of_the_words))
