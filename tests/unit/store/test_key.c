/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/store/nouns.h"

#include "core/store/key.h"

static const oa_stored_key made = {.id = 90, .account_id = BOB, .org_id = ACME, .kind = OA_KEY_OPAQUE, .name = "laptop",
                                   .covers_all = false, .networks = "", .replaces = BOBS_KEY, .overlap = 5, .created_at = 6,
                                   .created_by = ADA, .expires_at = 7};
static const unsigned char verifier[OA_DIGEST_SIZE] = {1, 2, 3};

static void one_is_found_as_it_was_written(void **state)
{
    nouns n = nouns_begin(state);
    const oa_stored_key *key;
    assert_ok(oa_key_insert(n.db, &made, verifier));
    assert_ok(oa_key_find(n.db, 90, &key, n.pool));
    assert_int_equal(key->account_id, BOB);
    assert_string_equal(key->email, "bob@acme.example");
    assert_string_equal(key->org_slug, "acme");
    assert_string_equal(key->name, "laptop");
    assert_false(key->covers_all);
    assert_int_equal(key->replaces, BOBS_KEY);
    assert_int_equal(key->overlap, 5);
    assert_int_equal(key->created_by, ADA);
    assert_int_equal(key->expires_at, 7);
    assert_int_equal(key->revoked_at, 0);
    nouns_end(&n);
}

static void a_list_is_by_account_by_organization_or_of_all(void **state)
{
    static const struct {
        oa_id account, org, after;
        int count;
    } cases[] = {{0, 0, 0, 3}, {BOB, 0, 0, 2}, {BOB, ACME, 0, 2}, {BOB, 99, 0, 0}, {0, ACME, 0, 3}, {0, 99, 0, 0}, {0, 0, 31, 1},
                 {BOB, 0, 31, 1}};
    nouns n = nouns_begin(state);
    assert_ok(oa_key_insert(n.db, &made, verifier));
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        apr_array_header_t *keys;
        assert_ok(oa_key_list(n.db, cases[i].account, cases[i].org, cases[i].after, 100, &keys, n.pool));
        assert_int_equal(keys->nelts, cases[i].count);
    }
    nouns_end(&n);
}

static void coverage_is_named_and_copied(void **state)
{
    nouns n = nouns_begin(state);
    apr_array_header_t *names;
    oa_stored_key next = made;
    next.id = 91;
    assert_ok(oa_db_run(n.db, NULL, "INSERT INTO web_api (id, org_id, name, service_account_id, created_at)"
                                    " VALUES (70, 10, 'reports', 20, 1), (71, 10, 'ledger', 20, 1)", ""));
    assert_ok(oa_key_insert(n.db, &made, verifier));
    assert_ok(oa_key_insert(n.db, &next, verifier));
    assert_ok(oa_key_cover(n.db, 90, 70));
    assert_ok(oa_key_cover(n.db, 90, 71));
    assert_ok(oa_key_cover_same(n.db, 90, 91));
    assert_ok(oa_key_apis(n.db, 91, &names, n.pool));
    assert_int_equal(names->nelts, 2);
    assert_string_equal(APR_ARRAY_IDX(names, 0, const char *), "ledger");
    nouns_end(&n);
}

static void revoking_all_leaves_those_revoked_before_alone(void **state)
{
    nouns n = nouns_begin(state);
    int64_t keys;
    assert_ok(oa_key_insert(n.db, &made, verifier));
    assert_ok(oa_key_revoke(n.db, 90, 8));
    assert_ok(oa_key_revoke_all(n.db, BOB, 9, &keys));
    assert_int_equal(keys, 1);
    nouns_end(&n);
    assert_int_equal(fixture_int(n.f, "SELECT revoked_at FROM api_key WHERE id = 90"), 8);
    assert_int_equal(fixture_int(n.f, "SELECT revoked_at FROM api_key WHERE id = 31"), 9);
    assert_int_equal(fixture_int(n.f, "SELECT revoked_at FROM api_key WHERE id = 30"), 0);
}

OA_TESTS(STORE_TEST(one_is_found_as_it_was_written), STORE_TEST(a_list_is_by_account_by_organization_or_of_all),
         STORE_TEST(coverage_is_named_and_copied), STORE_TEST(revoking_all_leaves_those_revoked_before_alone))
