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
        const oa_key_query query = {.account = cases[i].account, .org = cases[i].org, .after = cases[i].after, .limit = 100};
        assert_ok(oa_key_list(n.db, &query, &keys, n.pool));
        assert_int_equal(keys->nelts, cases[i].count);
    }
    nouns_end(&n);
}

static int64_t listed(nouns *n, oa_key_query query)
{
    apr_array_header_t *keys;
    query.account = BOB;
    query.limit = 100;
    assert_ok(oa_key_list(n->db, &query, &keys, n->pool));
    for (int i = 0; i < keys->nelts && query.state != 0; i++) {
        assert_int_equal(oa_key_state_at(APR_ARRAY_IDX(keys, i, const oa_stored_key *), query.now), query.state);
    }
    return keys->nelts;
}

static void a_list_is_of_one_state_as_well_and_of_what_ends_soon(void **state)
{
    static const struct {
        oa_time expires_at, revoked_at;
        oa_id replaced_by;
    } made_so[] = {{0, 0, 0}, {100, 0, 0}, {101, 0, 0}, {0, 50, 0}, {60, 50, 9}, {0, 0, 9}, {200, 0, 9}, {99, 0, 9}};
    static const int64_t of_state[] = {[OA_KEY_ACTIVE] = 2, [OA_KEY_RETIRING] = 2, [OA_KEY_EXPIRED] = 2, [OA_KEY_REVOKED] = 2};
    nouns n = nouns_begin(state);
    assert_ok(oa_db_run(n.db, NULL, "DELETE FROM api_key WHERE account_id = $1", "i", (oa_id)BOB));
    for (size_t i = 0; i < sizeof made_so / sizeof made_so[0]; i++) {
        oa_stored_key key = made;
        key.id = 90 + (oa_id)i;
        key.replaces = 0;
        key.expires_at = made_so[i].expires_at;
        assert_ok(oa_key_insert(n.db, &key, verifier));
        assert_ok(oa_db_run(n.db, NULL, "UPDATE api_key SET revoked_at = $2, replaced_by = $3 WHERE id = $1", "iii", key.id,
                            made_so[i].revoked_at, made_so[i].replaced_by));
    }
    for (int one = OA_KEY_ACTIVE; one <= OA_KEY_REVOKED; one++) {
        assert_int_equal(listed(&n, (oa_key_query){.state = (oa_key_state)one, .now = 100}), of_state[one]);
    }
    assert_int_equal(listed(&n, (oa_key_query){.expires_before = 150, .now = 100}), 1);
    assert_int_equal(listed(&n, (oa_key_query){.expires_before = 200, .now = 100}), 2);
    assert_int_equal(listed(&n, (oa_key_query){.expires_before = 200, .now = 100, .state = OA_KEY_RETIRING}), 1);
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
         STORE_TEST(a_list_is_of_one_state_as_well_and_of_what_ends_soon),
         STORE_TEST(coverage_is_named_and_copied), STORE_TEST(revoking_all_leaves_those_revoked_before_alone))
