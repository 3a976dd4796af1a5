/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/admin/cast.h"

#include "core/store/repeat.h"

static void an_answer_is_found_by_account_and_key_for_a_day(void **state)
{
    cast *c = *state;
    const char *answer;
    unsigned char digest[OA_DIGEST_SIZE] = {1, 2, 3}, found[OA_DIGEST_SIZE];
    const oa_time then = 1700000000000;
    oa_db *db = cast_take(c);
    assert_ok(oa_db_begin(db, true));
    assert_ok(oa_repeat_keep(db, 7, "k", then, "{}", digest));
    assert_ok(oa_repeat_find(db, 7, "k", then + OA_REPEAT_KEPT - 1, &answer, found, c->pool));
    assert_string_equal(answer, "{}");
    assert_memory_equal(found, digest, sizeof digest);
    assert_ok(oa_repeat_find(db, 7, "k", then + OA_REPEAT_KEPT, &answer, found, c->pool));
    assert_null(answer);
    assert_ok(oa_repeat_find(db, 8, "k", then, &answer, found, c->pool));
    assert_null(answer);
    assert_ok(oa_repeat_find(db, 7, "K", then, &answer, found, c->pool));
    assert_null(answer);
    assert_ok(oa_repeat_keep(db, 7, "k", then + OA_REPEAT_KEPT, "[]", digest));
    oa_db_rollback(db);
    oa_store_give(c->store, db);
}

OA_TESTS(EMPTY_CAST_TEST(an_answer_is_found_by_account_and_key_for_a_day))
