/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/store/scene.h"

static const oa_record *login_of(scene *s, const char *email, const char *org)
{
    const oa_place *place = NULL;
    const oa_record *record = NULL;
    if (org != NULL) {
        assert_ok(oa_lookup_place(s->store, org, &place, s->pool));
        assert_non_null(place);
    }
    assert_ok(oa_lookup_login(s->store, email, place, &record, s->pool));
    return record;
}

static const oa_policy *policy_of(scene *s)
{
    const oa_policy *policy = NULL;
    assert_ok(oa_lookup_policy(s->store, &policy, s->pool));
    return policy;
}

static const size_t texts[] = {
    offsetof(oa_record, email),       offsetof(oa_record, org_slug),    offsetof(oa_record, role),
    offsetof(oa_record, permissions), offsetof(oa_record, modules),     offsetof(oa_record, networks),
    offsetof(oa_record, apis),        offsetof(oa_record, service_api), offsetof(oa_record, password),
};

static const char *text_at(const oa_record *record, size_t offset)
{
    return *(const char *const *)(const void *)((const char *)record + offset);
}

static bool same_record(const oa_record *a, const oa_record *b)
{
    bool same = memcmp(a, b, offsetof(oa_record, email)) == 0;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        same = same && strcmp(text_at(a, texts[i]), text_at(b, texts[i])) == 0;
    }
    return same;
}

static void test_a_key_is_read_with_all_that_decides(void **state)
{
    const oa_record *key = key_of(*state, 1001);

    assert_non_null(key);
    assert_int_equal(key->account_id, 101);
    assert_int_equal(key->key_id, 1001);
    assert_int_equal(key->org_id, 2);
    assert_int_equal(key->key_kind, 1);
    assert_int_equal(key->account_status, 1);
    assert_int_equal(key->membership_status, 1);
    assert_int_equal(key->reach, 2);
    assert_int_equal(key->role_type, 3);
    assert_int_equal(key->last_seen, 5);
    assert_string_equal(key->email, "ann@example.org");
    assert_string_equal(key->org_slug, "sales");
    assert_string_equal(key->role, "Editor");
    assert_string_equal(key->modules, "flow");
    assert_string_equal(key->networks, "10.0.0.0/8");
    assert_string_equal(key->apis, "2/reports");
    assert_string_equal(key->service_api, "");
    assert_string_equal(key->password, "");
    assert_string_equal(key_of(*state, 1005)->service_api, "reports");
    assert_null(key_of(*state, 4711));
}

static void test_the_second_look_up_is_a_hit_and_says_the_same(void **state)
{
    scene *s = *state;
    const oa_record *key = key_of(s, 1001);
    const oa_record *login = login_of(s, "ann@example.org", NULL);
    oa_lookup_counts before = counts_of(s);

    assert_true(same_record(key_of(s, 1001), key));
    assert_true(same_record(login_of(s, "ann@example.org", NULL), login));
    oa_lookup_counts after = counts_of(s);
    assert_int_equal(after.hits, before.hits + 3); /* the policy is one */
    assert_int_equal(after.misses, before.misses);
}

static void test_a_text_is_known_for_its_own_key_alone(void **state)
{
    scene *s = *state;
    const oa_record *record = NULL;
    oa_known known;
    key_of(s, 1001);
    assert_ok(scene_begin_with(s, 1002, &known, &record));
    assert_null(record);
    assert_ok(scene_begin_with(s, 1001, &known, &record));
    assert_int_equal(record->key_id, 1001);
    static const unsigned char none[OA_DIGEST_SIZE];
    assert_memory_equal(record->verifier, none, sizeof(none));
}

static void test_what_was_looked_up_before_a_change_is_not_kept(void **state)
{
    scene *s = *state;
    const oa_record *record = NULL, *other = NULL;
    oa_known known, later;
    assert_ok(scene_begin_with(s, 1001, &known, &record));
    assert_ok(oa_lookup_key(s->store, 1001, &record, s->pool));
    scene_run(s, "UPDATE api_key SET revoked_at = 7 WHERE id = 1001");
    assert_ok(scene_begin_with(s, 1002, &later, &other)); /* takes notice of the change */
    oa_lookup_keep(s->store, &known, record);
    assert_int_equal(key_of(s, 1001)->revoked_at, 7);
}

static void test_what_was_kept_before_notice_of_a_change_is_void(void **state)
{
    scene *s = *state;
    const oa_record *record = NULL;
    oa_known known;
    assert_ok(scene_begin_with(s, 1001, &known, &record));
    assert_ok(oa_lookup_key(s->store, 1001, &record, s->pool));
    scene_run(s, "UPDATE api_key SET revoked_at = 7 WHERE id = 1001");
    oa_lookup_keep(s->store, &known, record);
    assert_int_equal(key_of(s, 1001)->revoked_at, 7);
}

static void test_without_cache_every_look_up_but_of_the_policy_is_a_miss(void **state)
{
    scene *s = *state;
    setenv("ORGAUTH_NO_CACHE", "1", 1);
    assert_ok(oa_store_make(s->path, s->secret, &s->store, s->pool));
    unsetenv("ORGAUTH_NO_CACHE");
    key_of(s, 1001); /* finds the store and remembers nothing of it yet */
    oa_lookup_counts before = counts_of(s);
    key_of(s, 1001);
    key_of(s, 1001);
    assert_int_equal(counts_of(s).hits, before.hits + 1);
    assert_int_equal(counts_of(s).misses, before.misses + 3);
}

static void test_a_login_has_the_nearest_membership_that_reaches(void **state)
{
    scene *s = *state;
    const oa_record *home = login_of(s, "ann@example.org", NULL);
    assert_int_equal(home->org_id, 2);
    assert_string_equal(home->password, "$argon2id$ann");
    assert_string_equal(home->role, "Editor");
    assert_string_equal(home->apis, "2/reports");

    const oa_record *below = login_of(s, "ann@example.org", "north");
    assert_int_equal(below->org_id, 3);
    assert_string_equal(below->org_slug, "north");
    assert_string_equal(below->role, "Editor");
    assert_string_equal(below->modules, "flow");
    assert_int_equal(below->membership_status, 1);

    const oa_record *over = login_of(s, "ann@example.org", "root");
    assert_int_equal(over->membership_status, 0);
    assert_string_equal(over->role, "");
    assert_string_equal(over->permissions, "");
    assert_int_equal(over->role_type, 0);
    assert_null(login_of(s, "nobody@example.org", NULL));
}

static void test_a_direct_membership_goes_before_one_above(void **state)
{
    scene *s = *state;
    scene_run(s, "INSERT INTO membership (account_id, org_id, role_id, status, joined_at) VALUES (101, 3, 5, 2, 1)");
    const oa_record *deactivated = login_of(s, "ann@example.org", "north");
    assert_int_equal(deactivated->membership_status, 2);
    assert_string_equal(deactivated->role, "Viewer");
    scene_run(s, "UPDATE membership SET status = 3 WHERE org_id = 3");
    assert_string_equal(login_of(s, "ann@example.org", "north")->role, "Editor");
    scene_run(s, "UPDATE membership SET reach = 1 WHERE account_id = 101 AND org_id = 2");
    assert_int_equal(login_of(s, "ann@example.org", "north")->membership_status, 0);
}

static void test_a_membership_of_a_suspended_organization_reaches_nowhere(void **state)
{
    scene *s = *state;
    assert_int_equal(login_of(s, "ann@example.org", "north")->membership_status, 1);
    scene_run(s, "UPDATE organization SET status = 2 WHERE id = 2");
    assert_int_equal(login_of(s, "ann@example.org", "north")->membership_status, 0);
    assert_int_equal(login_of(s, "ann@example.org", "sales")->org_status, 2);
    scene_run(s, "UPDATE organization SET status = 1 WHERE id = 2");
    assert_string_equal(login_of(s, "ann@example.org", "north")->role, "Editor");
    scene_run(s, "UPDATE organization SET parent_id = 9 WHERE id = 3"); /* moved away */
    assert_int_equal(login_of(s, "ann@example.org", "north")->membership_status, 0);
}

static void test_a_superadmin_has_the_role_everywhere(void **state)
{
    scene *s = *state;
    const oa_record *record = login_of(s, "sue@example.org", "north");
    assert_string_equal(record->role, "SuperAdmin");
    assert_int_equal(record->role_type, 1);
    assert_int_equal(record->membership_status, 1);
    assert_int_equal(record->reach, 2);
    assert_int_equal(record->org_id, 3);
    scene_run(s, "UPDATE membership SET status = 2 WHERE account_id = 102");
    assert_string_equal(login_of(s, "sue@example.org", "north")->role, "");
    assert_int_equal(login_of(s, "sue@example.org", "north")->membership_status, 0);
}

static void test_places_are_found_by_slug_and_by_id(void **state)
{
    scene *s = *state;
    const oa_place *place = NULL;
    for (int round = 0; round < 2; round++) {
        assert_ok(oa_lookup_place(s->store, "north", &place, s->pool));
        assert_int_equal(place->org_id, 3);
        assert_string_equal(place->slug, "north");
        assert_string_equal(place->above, "2 1");
        assert_int_equal(place->status, 1);
        assert_ok(oa_lookup_place(s->store, oa_id_format(OA_KIND_ORG, 1, s->pool), &place, s->pool));
        assert_string_equal(place->slug, "root");
        assert_string_equal(place->above, "");
        assert_ok(oa_lookup_place(s->store, "nowhere", &place, s->pool));
        assert_null(place);
    }
    scene_run(s, "UPDATE organization SET parent_id = 9 WHERE id = 2");
    assert_ok(oa_lookup_place(s->store, "north", &place, s->pool));
    assert_string_equal(place->above, "2 9");
}

static void test_a_circle_of_organizations_ends(void **state)
{
    scene *s = *state;
    const oa_place *place = NULL;
    scene_run(s, "UPDATE organization SET parent_id = 3 WHERE id = 1");
    assert_ok(oa_lookup_place(s->store, "north", &place, s->pool));
    assert_non_null(place);
    assert_non_null(login_of(s, "ann@example.org", "north"));
}

static void test_the_policy_holds_at_the_next_look_up(void **state)
{
    scene *s = *state;
    const oa_policy *policy = policy_of(s);
    assert_int_equal(policy->settings.login_deny_after, 10);
    assert_null(policy->settings.site_public_url);
    assert_string_equal(policy->admin_modules, "audit orgs payment pricing roles settings users");
    scene_shell(s, "INSERT INTO setting VALUES ('login.deny_after', '3'), ('site.public_url', 'https://a.example');"
                   "INSERT INTO module VALUES ('vault', 1);");
    for (int round = 0; round < 2; round++) {
        policy = policy_of(s);
        assert_int_equal(policy->settings.login_deny_after, 3);
        assert_string_equal(policy->settings.site_public_url, "https://a.example");
        assert_string_equal(policy->admin_modules, "audit orgs payment pricing roles settings users vault");
    }
}

static void test_a_setting_that_cannot_be_read_stops_everything(void **state)
{
    scene *s = *state;
    const oa_policy *policy = NULL;
    scene_shell(s, "INSERT INTO setting VALUES ('login.deny_after', 'often');");
    assert_code(oa_lookup_policy(s->store, &policy, s->pool), OA_UNAVAILABLE);
    assert_null(policy);
}

/* What decides, changed by the shell in every way, and the question that is answered 1 afterwards. */
typedef struct change {
    const char *sql;
    const char *made;
} change;

#define OF_THE_KEY "SELECT 1 FROM credential WHERE key_id = 1001 AND "

static const change changes[] = {
    {"UPDATE api_key SET revoked_at = 7 WHERE id = 1001;", OF_THE_KEY "revoked_at = 7"},
    {"UPDATE api_key SET expires_at = 8 WHERE id = 1001;", OF_THE_KEY "expires_at = 8"},
    {"UPDATE api_key SET networks = '' WHERE id = 1001;", OF_THE_KEY "networks = ''"},
    {"UPDATE account SET status = 3 WHERE id = 101;", OF_THE_KEY "account_status = 3"},
    {"UPDATE account SET key_failures = 4 WHERE id = 101;", OF_THE_KEY "key_failures = 4"},
    {"UPDATE account SET email = 'eve@example.org' WHERE id = 101;", OF_THE_KEY "email = 'eve@example.org'"},
    {"UPDATE membership SET role_id = 5 WHERE account_id = 101;", OF_THE_KEY "role = 'Viewer'"},
    {"UPDATE membership SET status = 2 WHERE account_id = 101;", OF_THE_KEY "membership_status = 2"},
    {"DELETE FROM membership_module WHERE account_id = 101;", OF_THE_KEY "modules = ''"},
    {"UPDATE web_api SET name = 'news' WHERE id = 501;", OF_THE_KEY "apis = '2/news'"},
    {"DELETE FROM attachment WHERE account_id = 101;", OF_THE_KEY "apis = ''"},
    {"UPDATE role SET permissions = 'x:y' WHERE id = 5;", OF_THE_KEY "permissions = 'x:y'"},
    {"UPDATE organization SET status = 2 WHERE id = 2;", OF_THE_KEY "org_status = 2"},
    {"UPDATE organization SET slug = 'shop' WHERE id = 2;", OF_THE_KEY "org_slug = 'shop'"},
    {"INSERT OR REPLACE INTO membership (account_id, org_id, role_id, joined_at) VALUES (101, 2, 2, 1);",
     OF_THE_KEY "role = 'Administrator'"},
};

static void test_every_change_by_the_shell_is_in_the_next_look_up(void **state)
{
    scene *s = *state;
    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        const oa_record *before = key_of(s, 1001), *stored = NULL;
        scene_shell(s, changes[i].sql);
        const oa_record *after = key_of(s, 1001);
        assert_int_equal(fixture_int(s, changes[i].made), 1);
        assert_ok(oa_lookup_key(s->store, 1001, &stored, s->pool));
        assert_true(same_record(after, stored));
        assert_false(same_record(after, before));
    }
}

static void test_a_deleted_key_is_unknown_at_once(void **state)
{
    scene *s = *state;
    assert_non_null(key_of(s, 1001));
    scene_shell(s, "DELETE FROM api_key WHERE id = 1001;");
    assert_null(key_of(s, 1001));
}

static void test_a_new_password_is_in_the_next_look_up(void **state)
{
    scene *s = *state;
    login_of(s, "ann@example.org", "north");
    scene_run(s, "UPDATE account SET password = '$new' WHERE id = 101");
    assert_string_equal(login_of(s, "ann@example.org", "north")->password, "$new");
}

static void test_a_change_of_one_account_leaves_the_others_cached(void **state)
{
    scene *s = *state;
    key_of(s, 1001);
    key_of(s, 1002);
    uint64_t voided = counts_of(s).voided_all;
    scene_run(s, "UPDATE account SET key_failures = 1 WHERE id = 101");
    uint64_t hits = counts_of(s).hits;
    key_of(s, 1002);
    assert_int_equal(counts_of(s).hits, hits + 2);
    key_of(s, 1001);
    assert_int_equal(counts_of(s).hits, hits + 3);
    assert_int_equal(counts_of(s).voided_all, voided);
}

static void test_a_gap_in_the_change_log_voids_everything(void **state)
{
    scene *s = *state;
    key_of(s, 1001);
    uint64_t voided = counts_of(s).voided_all;
    scene_shell(s, "UPDATE api_key SET revoked_at = 7 WHERE id = 1001; DELETE FROM change_log;");
    assert_int_equal(key_of(s, 1001)->revoked_at, 7);
    assert_true(counts_of(s).voided_all > voided);
    scene_shell(s,
                "UPDATE api_key SET revoked_at = 0 WHERE id = 1001;"
                "UPDATE account SET key_failures = 1 WHERE id = 102; DELETE FROM change_log WHERE account_id = 101;");
    assert_int_equal(key_of(s, 1001)->revoked_at, 0);
    scene_shell(s,
                "UPDATE account SET key_failures = 2 WHERE id = 102; UPDATE api_key SET revoked_at = 9 WHERE id = 1001;"
                "DELETE FROM change_log WHERE account_id = 101;");
    assert_int_equal(key_of(s, 1001)->revoked_at, 9);
}

static void test_more_news_than_are_read_at_once_void_everything(void **state)
{
    scene *s = *state;
    key_of(s, 1001);
    scene_shell(s, "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9000)"
                   " INSERT INTO change_log (account_id) SELECT 500000 + i FROM n;"
                   "UPDATE api_key SET revoked_at = 7 WHERE id = 1001;");
    assert_int_equal(key_of(s, 1001)->revoked_at, 7);
}

static void test_a_forgotten_account_is_read_again(void **state)
{
    scene *s = *state;
    key_of(s, 1001);
    scene_run(s, "UPDATE account SET last_login_at = 77 WHERE id = 101");
    assert_int_equal(key_of(s, 1001)->last_seen, 5);
    oa_lookup_forget(s->store, 101);
    assert_int_equal(key_of(s, 1001)->last_seen, 77);
}

OA_TESTS(SCENE_TEST(test_a_key_is_read_with_all_that_decides),
         SCENE_TEST(test_the_second_look_up_is_a_hit_and_says_the_same),
         SCENE_TEST(test_a_text_is_known_for_its_own_key_alone),
         SCENE_TEST(test_what_was_looked_up_before_a_change_is_not_kept),
         SCENE_TEST(test_what_was_kept_before_notice_of_a_change_is_void),
         SCENE_TEST(test_without_cache_every_look_up_but_of_the_policy_is_a_miss),
         SCENE_TEST(test_a_login_has_the_nearest_membership_that_reaches),
         SCENE_TEST(test_a_direct_membership_goes_before_one_above),
         SCENE_TEST(test_a_membership_of_a_suspended_organization_reaches_nowhere),
         SCENE_TEST(test_a_superadmin_has_the_role_everywhere), SCENE_TEST(test_places_are_found_by_slug_and_by_id),
         SCENE_TEST(test_a_circle_of_organizations_ends), SCENE_TEST(test_the_policy_holds_at_the_next_look_up),
         SCENE_TEST(test_a_setting_that_cannot_be_read_stops_everything),
         SCENE_TEST(test_every_change_by_the_shell_is_in_the_next_look_up),
         SCENE_TEST(test_a_deleted_key_is_unknown_at_once), SCENE_TEST(test_a_new_password_is_in_the_next_look_up),
         SCENE_TEST(test_a_change_of_one_account_leaves_the_others_cached),
         SCENE_TEST(test_a_gap_in_the_change_log_voids_everything),
         SCENE_TEST(test_more_news_than_are_read_at_once_void_everything),
         SCENE_TEST(test_a_forgotten_account_is_read_again))
