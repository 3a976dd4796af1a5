/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/store/nouns.h"

#include "core/store/api.h"

static const oa_api reports = {.id = 70, .org_id = ACME, .name = "reports", .summary = "s", .service_account_id = ADA, .created_at = 4};

static void one_is_found_by_id_and_name_until_it_is_removed(void **state)
{
    nouns n = nouns_begin(state);
    const oa_api *api;
    int64_t count;
    assert_ok(oa_api_insert(n.db, &reports));
    assert_ok(oa_api_set_summary(n.db, 70, "t"));
    assert_ok(oa_api_find_name(n.db, "reports", ACME, &api, &count, n.pool));
    assert_int_equal(count, 1);
    assert_string_equal(api->summary, "t");
    assert_string_equal(api->org_slug, "acme");
    assert_string_equal(api->service_email, "ada@acme.example");
    assert_ok(oa_api_find_name(n.db, "reports", 99, &api, &count, n.pool));
    assert_null(api);
    assert_ok(oa_api_find_name(n.db, "reports", 0, &api, &count, n.pool));
    assert_int_equal(count, 1);
    assert_ok(oa_api_remove(n.db, 70, 9, &count));
    assert_ok(oa_api_find(n.db, 70, &api, n.pool));
    assert_null(api);
    assert_ok(oa_api_find_name(n.db, "reports", ACME, &api, &count, n.pool));
    assert_int_equal(count, 0);
    nouns_end(&n);
}

static void attachments_are_counted_listed_and_taken_away(void **state)
{
    nouns n = nouns_begin(state);
    const oa_api *api;
    apr_array_header_t *users;
    int64_t changed;
    bool has;
    assert_ok(oa_api_insert(n.db, &reports));
    assert_ok(oa_api_attach(n.db, 70, ADA, 5, &changed));
    assert_ok(oa_api_attach(n.db, 70, BOB, 5, &changed));
    assert_int_equal(changed, 1);
    assert_ok(oa_api_attach(n.db, 70, BOB, 6, &changed));
    assert_int_equal(changed, 0);
    assert_ok(oa_api_find(n.db, 70, &api, n.pool));
    assert_int_equal(api->users, 1); /* its own account does not count */
    assert_ok(oa_api_users(n.db, api, 0, 100, &users, n.pool));
    assert_int_equal(users->nelts, 1);
    assert_string_equal(APR_ARRAY_IDX(users, 0, const oa_api_user *)->email, "bob@acme.example");
    assert_int_equal(APR_ARRAY_IDX(users, 0, const oa_api_user *)->attached_at, 5);
    assert_ok(oa_api_is_attached(n.db, 70, BOB, &has));
    assert_true(has);
    assert_ok(oa_api_has_any(n.db, BOB, ACME, &has));
    assert_true(has);
    assert_ok(oa_api_detach(n.db, 70, BOB, &changed));
    assert_int_equal(changed, 1);
    assert_ok(oa_api_has_any(n.db, BOB, ACME, &has));
    assert_false(has);
    assert_ok(oa_api_remove(n.db, 70, 9, &changed));
    assert_int_equal(changed, 1);
    nouns_end(&n);
}

OA_TESTS(STORE_TEST(one_is_found_by_id_and_name_until_it_is_removed),
         STORE_TEST(attachments_are_counted_listed_and_taken_away))
