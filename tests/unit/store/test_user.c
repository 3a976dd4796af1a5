/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/store/nouns.h"

#include "core/model/status.h"
#include "core/store/user.h"

static const oa_user eve = {.id = 60, .kind = OA_USER_SYSTEM, .email = "eve@acme.example", .first_name = "Eve", .last_name = "ÄLV",
                            .fields = "{\"a\":\"1\"}", .home_org_id = ACME, .created_at = 7};

static void one_is_found_as_it_was_written(void **state)
{
    nouns n = nouns_begin(state);
    const oa_user *user;
    assert_ok(oa_user_insert(n.db, &eve));
    assert_ok(oa_user_find_email(n.db, "eve@acme.example", &user, n.pool));
    assert_int_equal(user->id, 60);
    assert_int_equal(user->kind, OA_USER_SYSTEM);
    assert_string_equal(user->last_name, "ÄLV");
    assert_string_equal(user->fields, "{\"a\":\"1\"}");
    assert_int_equal(user->status, OA_ACCOUNT_VALIDATED);
    assert_int_equal(user->status_since, 7);
    assert_false(user->has_password);
    oa_user changed = *user;
    changed.email = "eva@acme.example";
    changed.first_name = "";
    assert_ok(oa_user_update(n.db, &changed));
    assert_ok(oa_user_find(n.db, 60, &user, n.pool));
    assert_string_equal(user->email, "eva@acme.example");
    assert_int_equal(user->version, 2);
    nouns_end(&n);
    assert_int_equal(fixture_int(n.f, "SELECT folded = ' älv eva@acme.example' FROM account WHERE id = 60"), 1);
}

static void an_address_is_taken_once(void **state)
{
    nouns n = nouns_begin(state);
    oa_user twin = eve;
    twin.email = "ada@acme.example";
    assert_code(oa_user_insert(n.db, &twin), OA_CONFLICT);
    const oa_user *none;
    assert_ok(oa_user_find(n.db, 60, &none, n.pool));
    assert_null(none);
    nouns_end(&n);
}

static void every_change_of_status_or_password_raises_the_version(void **state)
{
    nouns n = nouns_begin(state);
    const oa_user *user;
    assert_ok(oa_db_run(n.db, NULL, "UPDATE account SET password_failures = 2, key_failures = 3 WHERE id = 20", ""));
    assert_ok(oa_user_set_status(n.db, ADA, OA_ACCOUNT_BANNED, 8));
    assert_ok(oa_user_find(n.db, ADA, &user, n.pool));
    assert_int_equal(user->status, OA_ACCOUNT_BANNED);
    assert_int_equal(user->status_since, 8);
    assert_int_equal(user->failures, 5);
    assert_ok(oa_user_set_password(n.db, ADA, "$argon2id$x", 9));
    assert_ok(oa_user_find(n.db, ADA, &user, n.pool));
    assert_true(user->has_password);
    assert_int_equal(user->failures, 3);
    assert_ok(oa_user_validate(n.db, ADA, 10));
    assert_ok(oa_user_find(n.db, ADA, &user, n.pool));
    assert_int_equal(user->status, OA_ACCOUNT_VALIDATED);
    assert_int_equal(user->failures, 0);
    assert_int_equal(user->version, 4);
    nouns_end(&n);
}

OA_TESTS(STORE_TEST(one_is_found_as_it_was_written), STORE_TEST(an_address_is_taken_once),
         STORE_TEST(every_change_of_status_or_password_raises_the_version))
