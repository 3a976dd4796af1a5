/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/store/nouns.h"

#include "core/model/status.h"
#include "core/store/invitation.h"

static const unsigned char first[OA_DIGEST_SIZE] = {1}, second[OA_DIGEST_SIZE] = {2};

static const oa_invitation made = {.id = 90, .org_id = ACME, .email = "zoë@else.example", .role_id = 5, .first_name = "Zoë",
                                   .last_name = "", .modules = "flow", .reach = 1, .sub_orgs = "", .apis = "1 2", .invited_by = ADA,
                                   .created_at = 5, .expires_at = 90};

static void one_is_found_as_it_was_written(void **state)
{
    nouns n = nouns_begin(state);
    const oa_invitation *found;
    assert_ok(oa_invitation_insert(n.db, &made, first));
    assert_ok(oa_invitation_find(n.db, 90, &found, n.pool));
    assert_string_equal(found->email, "zoë@else.example");
    assert_string_equal(found->role, "Viewer");
    assert_string_equal(found->inviter, "ada@acme.example");
    assert_string_equal(found->org_slug, "acme");
    assert_string_equal(found->apis, "1 2");
    assert_int_equal(found->reach, 1);
    assert_int_equal(found->status, OA_INVITATION_PENDING);
    assert_ok(oa_invitation_find_digest(n.db, first, &found, n.pool));
    assert_int_equal(found->id, 90);
    assert_ok(oa_invitation_find_digest(n.db, second, &found, n.pool));
    assert_null(found);
    assert_ok(oa_invitation_find_pending(n.db, ACME, "zoë@else.example", &found, n.pool));
    assert_int_equal(found->id, 90);
    nouns_end(&n);
}

static void one_address_is_pending_once_in_an_organization(void **state)
{
    nouns n = nouns_begin(state);
    oa_invitation again = made;
    again.id = 91;
    assert_ok(oa_invitation_insert(n.db, &made, first));
    assert_code(oa_invitation_insert(n.db, &again, second), OA_CONFLICT);
    assert_ok(oa_invitation_settle(n.db, 90, OA_INVITATION_REVOKED));
    assert_ok(oa_invitation_insert(n.db, &again, second));
    nouns_end(&n);
}

static void it_is_used_once_by_its_newest_link_in_its_time(void **state)
{
    nouns n = nouns_begin(state);
    bool used;
    assert_ok(oa_invitation_insert(n.db, &made, first));
    assert_ok(oa_invitation_use(n.db, 90, first, BOB, 90, &used));
    assert_false(used);
    assert_ok(oa_invitation_renew(n.db, 90, second, 0, 200));
    assert_ok(oa_invitation_use(n.db, 90, first, BOB, 91, &used));
    assert_false(used);
    assert_ok(oa_invitation_use(n.db, 90, second, BOB, 91, &used));
    assert_true(used);
    assert_ok(oa_invitation_use(n.db, 90, second, ADA, 91, &used));
    assert_false(used);
    assert_ok(oa_invitation_renew(n.db, 90, first, 0, 300)); /* settled: nothing */
    assert_ok(oa_invitation_use(n.db, 90, first, ADA, 91, &used));
    assert_false(used);
    nouns_end(&n);
}

static void a_list_is_by_status_as_of_now(void **state)
{
    static const struct {
        int status;
        oa_time now;
        int count;
    } cases[] = {{0, 6, 1}, {1, 6, 1}, {1, 90, 0}, {3, 90, 1}, {3, 6, 0}, {2, 6, 0}};
    nouns n = nouns_begin(state);
    apr_array_header_t *found;
    assert_ok(oa_invitation_insert(n.db, &made, first));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        oa_invitation_query query = {.org = ACME, .status = cases[i].status, .now = cases[i].now, .limit = 10};
        assert_ok(oa_invitation_list(n.db, &query, &found, n.pool));
        assert_int_equal(found->nelts, cases[i].count);
    }
    nouns_end(&n);
}

static void who_waits_is_found_by_role_and_search(void **state)
{
    static const struct {
        const char *search;
        oa_id role;
        oa_time now;
        int count;
    } cases[] = {{"", 0, 6, 1}, {"", 0, 90, 0}, {"zoë", 0, 6, 1}, {"nobody", 0, 6, 0}, {"", 5, 6, 1}, {"", 4, 6, 0}};
    nouns n = nouns_begin(state);
    apr_array_header_t *found;
    assert_ok(oa_invitation_insert(n.db, &made, first));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const oa_listed_query query = {.org = ACME, .status = OA_LISTED_INVITED, .search = cases[i].search, .role = cases[i].role, .sort = "-name",
                                       .now = cases[i].now, .limit = 10};
        assert_ok(oa_invitation_waiting(n.db, &query, &found, n.pool));
        assert_int_equal(found->nelts, cases[i].count);
    }
    nouns_end(&n);
}

static void stored_expired_and_late_ones_are_one_list_by_id(void **state)
{
    nouns n = nouns_begin(state);
    apr_array_header_t *found;
    oa_invitation query_of = made;
    for (int i = 0; i < 6; i++) {
        unsigned char digest[OA_DIGEST_SIZE] = {(unsigned char)(i + 1)};
        query_of.id = 200 + i;
        query_of.email = apr_psprintf(n.pool, "%d@x.example", i);
        assert_ok(oa_invitation_insert(n.db, &query_of, digest));
    }
    assert_ok(oa_db_run(n.db, NULL, "UPDATE invitation SET status = 3 WHERE id % 2 = 0", ""));
    oa_invitation_query query = {.org = ACME, .status = OA_INVITATION_EXPIRED, .now = 90, .limit = 4};
    assert_ok(oa_invitation_list(n.db, &query, &found, n.pool));
    assert_int_equal(found->nelts, 4);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(APR_ARRAY_IDX(found, i, const oa_invitation *)->id, 200 + i);
    }
    query.after = 203;
    assert_ok(oa_invitation_list(n.db, &query, &found, n.pool));
    assert_int_equal(found->nelts, 2);
    nouns_end(&n);
}

static void those_that_expired_are_marked(void **state)
{
    nouns n = nouns_begin(state);
    int64_t expired;
    const oa_invitation *found;
    assert_ok(oa_invitation_insert(n.db, &made, first));
    assert_ok(oa_invitation_sweep(n.db, 89, 10, &expired));
    assert_int_equal(expired, 0);
    assert_ok(oa_invitation_sweep(n.db, 90, 10, &expired));
    assert_int_equal(expired, 1);
    assert_ok(oa_invitation_find_pending(n.db, ACME, made.email, &found, n.pool));
    assert_null(found);
    nouns_end(&n);
}

OA_TESTS(STORE_TEST(one_is_found_as_it_was_written), STORE_TEST(one_address_is_pending_once_in_an_organization),
         STORE_TEST(it_is_used_once_by_its_newest_link_in_its_time), STORE_TEST(a_list_is_by_status_as_of_now),
         STORE_TEST(who_waits_is_found_by_role_and_search), STORE_TEST(stored_expired_and_late_ones_are_one_list_by_id),
         STORE_TEST(those_that_expired_are_marked))
