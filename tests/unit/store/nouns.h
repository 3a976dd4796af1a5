/* SPDX-License-Identifier: Apache-2.0 */
/* For the tests of the nouns' files: one writing transaction per test, on the store of fixture.h. */
#ifndef OA_TESTS_STORE_NOUNS_H
#define OA_TESTS_STORE_NOUNS_H

#include "tests/unit/store/fixture.h"

typedef struct nouns {
    fixture *f;
    oa_db *db;
    apr_pool_t *pool;
} nouns;

static inline nouns nouns_begin(void **state)
{
    nouns n = {.f = *state};
    n.pool = n.f->pool;
    assert_ok(oa_store_take(n.f->store, OA_DB_ADMIN, &n.db, n.pool));
    assert_ok(oa_db_begin(n.db, true));
    return n;
}

static inline void nouns_end(nouns *n)
{
    assert_ok(oa_db_commit(n->db));
    oa_store_give(n->f->store, n->db);
    assert_int_equal(fixture_int(n->f, "SELECT count(*) FROM (SELECT * FROM credential EXCEPT SELECT * FROM credential_source)"),
                     0);
}

#endif
