/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/admin/rest_cast.h"

#define ADMIN "admin@acme.example"
#define KEYS "/v1/orgs/acme/users/viewer@acme.example/keys"

static oa_rest_answer post(cast *c, const char *who, const char *key, const char *path, const char *body)
{
    return rest_ask(c, who, (oa_rest_request){.method = "POST", .path = path, .idempotency_key = key}, body);
}

static void a_repetition_is_not_done_again_and_shows_no_secret(void **state)
{
    cast *c = *state;
    post(c, ADMIN, "k", KEYS, "{'name': 'phone'}");
    const char *id = cast_text(c, "id");
    assert_non_null(oa_json_get_text(c->result, "key"));
    int64_t events = cast_events(c);
    oa_rest_answer again = post(c, ADMIN, "k", KEYS, "{'name': 'phone'}");
    assert_int_equal(again.status, 201);
    assert_string_equal(rest_header(&again, "Idempotency-Replayed"), "true");
    assert_string_equal(cast_text(c, "id"), id);
    assert_int_equal(oa_json_type_of(oa_json_get(c->result, "key")), OA_JSON_NULL);
    assert_int_equal(cast_events(c), events);
    assert_int_equal(cast_int(c, "SELECT count(*) FROM repeat WHERE answer LIKE '%oak\\_%' ESCAPE '\\'"), 0);
}

/* Keys in lists too, which the row does not name. */
static void no_secret_is_kept_however_deep_it_stands(void **state)
{
    cast *c = *state;
    DO("api.register", "{'name': 'things', 'org': 'acme'}");
    post(c, ADMIN, "k", "/v1/orgs/acme/apis/things/attachments", "{'users': ['viewer@acme.example', 'editor@acme.example'], 'key': true}");
    assert_int_equal(oa_json_size(cast_items(c)), 2);
    assert_int_equal(cast_int(c, "SELECT count(*) FROM repeat"), 1);
    assert_int_equal(cast_int(c, "SELECT count(*) FROM repeat WHERE answer LIKE '%oak\\_%' ESCAPE '\\'"), 0);
}

static void another_request_under_the_same_key_is_refused(void **state)
{
    cast *c = *state;
    post(c, ADMIN, "k", KEYS, "{'name': 'a'}");
    assert_int_equal(post(c, ADMIN, "k", KEYS, "{'name': 'b'}").status, 422);
    assert_int_equal(post(c, ADMIN, "k", "/v1/orgs/acme/users/viewer@acme.example/ban", NULL).status, 422);
    assert_int_equal(post(c, ADMIN, "K", KEYS, "{'name': 'b'}").status, 201);
}

static void the_answers_are_the_actors_own(void **state)
{
    cast *c = *state;
    post(c, ADMIN, "k", KEYS, "{'name': 'a'}");
    oa_rest_answer other = post(c, "super@site.example", "k", KEYS, "{'name': 'a'}");
    assert_string_equal(rest_header(&other, "Idempotency-Replayed"), "(none)");
    assert_int_equal(cast_int(c, "SELECT count(*) FROM repeat"), 2);
}

static void who_lost_the_permission_gets_no_old_answer(void **state)
{
    cast *c = *state;
    post(c, ADMIN, "k", KEYS, "{'name': 'a'}");
    DO("user.create", "{'email': 'second@acme.example', 'org': 'acme', 'role': 'Administrator'}");
    DO("user.set-role", "{'user': 'admin@acme.example', 'org': 'acme', 'role': 'Viewer'}");
    assert_int_equal(post(c, ADMIN, "k", KEYS, "{'name': 'a'}").status, 403);
}

static void what_failed_or_was_a_dry_run_is_not_kept(void **state)
{
    cast *c = *state;
    assert_int_equal(post(c, ADMIN, "k", KEYS, "{'name': 'a', 'expires': 'x'}").status, 400);
    assert_int_equal(post(c, ADMIN, "k", "/v1/orgs/acme/users", "{'email': 'viewer@acme.example', 'role': 'Viewer'}").status, 409);
    rest_ask(c, ADMIN, (oa_rest_request){.method = "POST", .path = KEYS, .idempotency_key = "k", .query = "dry_run=true"}, "{'name': 'a'}");
    assert_int_equal(cast_int(c, "SELECT count(*) FROM repeat"), 0);
}

static void after_a_day_it_is_forgotten(void **state)
{
    cast *c = *state;
    post(c, ADMIN, "k", KEYS, "{'name': 'a'}");
    post(c, ADMIN, "old", KEYS, "{'name': 'a'}");
    cast_sql(c, "UPDATE repeat SET created_at = created_at - 86400000");
    oa_rest_answer again = post(c, ADMIN, "k", KEYS, "{'name': 'b'}");
    assert_int_equal(again.status, 201);
    assert_string_equal(rest_header(&again, "Idempotency-Replayed"), "(none)");
    assert_int_equal(cast_int(c, "SELECT count(*) FROM repeat"), 1);
}

OA_TESTS(CAST_TEST(a_repetition_is_not_done_again_and_shows_no_secret), CAST_TEST(no_secret_is_kept_however_deep_it_stands),
         CAST_TEST(another_request_under_the_same_key_is_refused), CAST_TEST(the_answers_are_the_actors_own),
         CAST_TEST(who_lost_the_permission_gets_no_old_answer), CAST_TEST(what_failed_or_was_a_dry_run_is_not_kept),
         CAST_TEST(after_a_day_it_is_forgotten))
