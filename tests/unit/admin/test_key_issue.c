/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/admin/cast.h"

#include "core/model/key.h"

/* The last key issued, as its holder has it. */
static oa_key issued(cast *c)
{
    oa_key key;
    const char *text = cast_text(c, "key");
    assert_true(oa_key_parse(text, strlen(text), &key));
    assert_string_equal(oa_id_format(OA_KIND_KEY, key.id, c->pool), cast_text(c, "id"));
    return key;
}

static void a_key_is_stored_as_the_keyed_digest_of_its_secret(void **state)
{
    cast *c = *state;
    unsigned char wanted[OA_DIGEST_SIZE];
    oa_rows *rows;
    DO("key.issue", "{'user': 'viewer@acme.example', 'name': 'laptop'}");
    oa_key key = issued(c);
    oa_digest(oa_store_subkey(c->store, OA_SUBKEY_API_KEY), key.secret, sizeof key.secret, wanted);
    oa_db *db = cast_take(c);
    assert_ok(oa_db_select(db, &rows, "SELECT verifier FROM api_key WHERE id = $1", "i", key.id));
    assert_true(oa_rows_next(rows));
    size_t size;
    const void *verifier = oa_rows_blob(rows, 0, &size);
    assert_int_equal(size, OA_DIGEST_SIZE);
    assert_memory_equal(verifier, wanted, OA_DIGEST_SIZE);
    assert_ok(oa_rows_end(rows));
    oa_store_give(c->store, db);
    assert_string_equal(cast_text(c, "expires_at"), "(none)");
    assert_true(oa_json_get_bool(c->result, "covers_all"));
}

static void a_key_covers_the_web_apis_named_which_must_be_attached(void **state)
{
    cast *c = *state;
    DO("api.register", "{'name': 'reports', 'org': 'acme'}");
    DO("api.register", "{'name': 'ledger', 'org': 'acme'}");
    REFUSED(OA_INVALID, "key.issue", "{'user': 'viewer@acme.example', 'api': ['reports']}");
    REFUSED(OA_NOT_FOUND, "key.issue", "{'user': 'viewer@acme.example', 'api': ['nothing']}");
    DO("api.attach", "{'api': 'reports', 'user': ['viewer@acme.example']}");
    DO("api.attach", "{'api': 'ledger', 'user': ['viewer@acme.example']}");
    DO("key.issue", "{'user': 'viewer@acme.example', 'api': ['reports']}");
    assert_false(oa_json_get_bool(c->result, "covers_all"));
    oa_key key = issued(c);
    assert_int_equal(cast_int(c, apr_psprintf(c->pool, "SELECT apis LIKE '%%/reports' FROM credential WHERE key_id = %" PRId64,
                                              key.id)), 1);
    DO("key.issue", "{'user': 'viewer@acme.example'}");
    key = issued(c);
    assert_int_equal(cast_int(c, apr_psprintf(c->pool, "SELECT apis LIKE '%%/reports%%/ledger' OR apis LIKE '%%/ledger%%/reports'"
                                                       " FROM credential WHERE key_id = %" PRId64, key.id)), 1);
}

static void a_key_is_for_an_organization_where_its_user_stands(void **state)
{
    cast *c = *state;
    REFUSED(OA_NOT_FOUND, "key.issue", "{'user': 'viewer@acme.example', 'org': 'globex'}");
    DO("api.register", "{'name': 'reports', 'org': 'globex'}");
    DO("api.attach", "{'api': 'reports', 'user': ['viewer@acme.example']}");
    DO("key.issue", "{'user': 'viewer@acme.example', 'org': 'globex'}");
    DO("user.remove", "{'user': 'editor@acme.example'}");
    REFUSED(OA_CONFLICT, "key.issue", "{'user': 'editor@acme.example'}");
}

static void a_key_expires_when_asked_to(void **state)
{
    cast *c = *state;
    DO("key.issue", "{'user': 'viewer@acme.example', 'expires': '90d'}");
    assert_int_equal(cast_int(c, "SELECT expires_at - created_at FROM api_key"), 90 * OA_DAY);
    REFUSED(OA_INVALID, "key.issue", "{'user': 'viewer@acme.example', 'expires': 'soon'}");
}

static void a_rotated_key_is_replaced_by_one_of_the_same_coverage(void **state)
{
    cast *c = *state;
    DO("api.register", "{'name': 'reports', 'org': 'acme'}");
    DO("api.attach", "{'api': 'reports', 'user': ['viewer@acme.example']}");
    DO("key.issue", "{'user': 'viewer@acme.example', 'api': ['reports'], 'name': 'laptop', 'expires': '90d'}");
    oa_key old = issued(c);
    const char *which = apr_pstrdup(c->pool, cast_text(c, "id"));
    DO("key.rotate", apr_psprintf(c->pool, "{'key': '%s'}", which));
    oa_key new = issued(c);
    assert_int_not_equal(old.id, new.id);
    assert_string_equal(cast_text(c, "replaces"), which);
    assert_string_equal(cast_text(c, "name"), "laptop");
    assert_string_equal(oa_json_canonical(oa_json_get(c->result, "apis"), c->pool), "[\"reports\"]");
    assert_int_equal(cast_int(c, "SELECT count(DISTINCT expires_at) FROM api_key WHERE name = 'laptop'"), 1);
    assert_int_equal(cast_int(c, "SELECT overlap FROM api_key WHERE replaces > 0"), 24 * OA_HOUR);
    assert_int_equal(cast_int(c, "SELECT revoked_at FROM api_key WHERE name = 'laptop' AND replaces = 0"), 0);
    REFUSED(OA_CONFLICT, "key.rotate", apr_psprintf(c->pool, "{'key': '%s'}", cast_text(c, "id"))); /* was not used yet */
}

static void a_key_that_ended_is_not_rotated(void **state)
{
    cast *c = *state;
    DO("key.issue", "{'user': 'viewer@acme.example'}");
    const char *which = apr_psprintf(c->pool, "{'key': '%s', 'overlap': '0'}", cast_text(c, "id"));
    assert_ok(cast_perform(c, NULL, "key.rotate", which, true));
    cast_sql(c, "UPDATE api_key SET expires_at = 1");
    REFUSED(OA_CONFLICT, "key.rotate", which);
    cast_sql(c, "UPDATE api_key SET expires_at = 0, revoked_at = 1");
    REFUSED(OA_CONFLICT, "key.rotate", which);
}

/* Else an organization could add somebody of another one and go about as that person. */
static void no_organization_gets_a_key_of_somebody_at_home_elsewhere(void **state)
{
    cast *c = *state;
    DO("user.add", "{'email': ['viewer@acme.example'], 'org': 'globex', 'role': 'Viewer'}");
    REFUSED_AS(OA_NOT_ALLOWED, "admin@globex.example", "key.issue", "{'user': 'viewer@acme.example', 'org': 'globex'}");
    DO("api.register", "{'name': 'reports', 'org': 'globex'}");
    REFUSED_AS(OA_NOT_ALLOWED, "admin@globex.example", "api.attach",
               "{'api': 'reports', 'org': 'globex', 'user': ['viewer@acme.example'], 'key': true}");
    AS("admin@globex.example", "api.attach", "{'api': 'reports', 'org': 'globex', 'user': ['viewer@acme.example']}");
    DO("key.issue", "{'user': 'viewer@acme.example', 'org': 'globex'}");
    REFUSED_AS(OA_NOT_ALLOWED, "admin@globex.example", "key.rotate", apr_psprintf(c->pool, "{'key': '%s'}", cast_text(c, "id")));
    AS("admin@globex.example", "key.issue", "{'user': 'viewer@globex.example', 'org': 'globex'}");
}

OA_TESTS(CAST_TEST(no_organization_gets_a_key_of_somebody_at_home_elsewhere), CAST_TEST(a_key_is_stored_as_the_keyed_digest_of_its_secret),
         CAST_TEST(a_key_covers_the_web_apis_named_which_must_be_attached),
         CAST_TEST(a_key_is_for_an_organization_where_its_user_stands), CAST_TEST(a_key_expires_when_asked_to),
         CAST_TEST(a_rotated_key_is_replaced_by_one_of_the_same_coverage), CAST_TEST(a_key_that_ended_is_not_rotated))
