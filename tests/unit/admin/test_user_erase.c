/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/admin/cast.h"

#define WHO "viewer@acme.example"

/* Wanda, who had another address before, wrote to, changed, keyed and named in what concerns several. */
static void live(cast *c)
{
    DO("user.edit", "{'user': '" WHO "', 'first_name': 'Wanda', 'last_name': 'Wolkow', 'set': {'team': 'Wombat', 'desk': 'wombat@home.example'}}");
    DO("user.edit", "{'user': '" WHO "', 'email': 'wanda@acme.example'}");
    DO("user.add", "{'email': ['wanda@acme.example', 'editor@acme.example'], 'org': 'globex', 'role': 'Viewer'}");
    DO("key.issue", "{'user': 'wanda@acme.example', 'org': 'globex', 'name': 'Wanda at home'}");
    AS("wanda@acme.example", "me.issue-key", "{'org': 'acme', 'name': 'Wanda at work'}");
    DO("invitation.send", "{'email': ['wanda@acme.example', 'other@else.example'], 'org': 'lab', 'role': 'Viewer'}");
}

/* Cells of any table in which `text` still stands, whatever its case. */
static int64_t left(cast *c, const char *text)
{
    static const char *const columns[][2] = {
        {"account", "email || first_name || last_name || folded || fields || COALESCE(password, '')"},
        {"audit_event", "actor_name || target_name || address || detail"}, {"invitation", "email || first_name || last_name"},
        {"mail", "recipient || subject || CAST(body AS TEXT)"}, {"api_key", "name || networks"}, {"repeat", "answer"},
        {"session", "address || agent"}, {"credential", "email"}, {"audit_word", "text"}, {"audit_beginning", "text"}};
    int64_t count = 0;
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        count += cast_int(c, apr_psprintf(c->pool, "SELECT count(*) FROM %s WHERE instr(lower(%s), lower('%s')) > 0", columns[i][0],
                                          columns[i][1], text));
    }
    return count;
}

static void nothing_personal_is_left_and_the_trail_is_whole(void **state)
{
    cast *c = *state;
    live(c);
    oa_id id = cast_user(c, "wanda@acme.example");
    int64_t events = cast_events(c);
    assert_true(left(c, "wanda") > 5 && cast_int(c, "SELECT count(*) FROM audit_beginning WHERE text = 'wanda@acme.example'") > 0 && left(c, "wombat") > 0 && left(c, WHO) > 0);
    DO("user.erase", "{'user': 'wanda@acme.example'}");
    assert_int_equal(oa_json_get_int(c->result, "keys_revoked"), 2);
    assert_int_equal(left(c, "wanda"), 0);
    assert_int_equal(left(c, "wolkow"), 0);
    assert_int_equal(left(c, "wombat"), 0);
    assert_int_equal(left(c, WHO), 0);
    assert_int_equal(cast_events(c), events + 1);
    assert_int_equal(cast_int(c, apr_psprintf(c->pool, "SELECT count(*) FROM account WHERE id = %" PRId64 " AND erased_at > 0", id)), 1);
    cast_check(c); /* verifies the chain */
}

static void others_in_the_same_events_keep_their_names(void **state)
{
    cast *c = *state;
    live(c);
    DO("user.erase", "{'user': 'wanda@acme.example'}");
    assert_true(left(c, "other@else.example") >= 2); /* the invitation, and its event */
    assert_true(left(c, "editor@acme.example") >= 3);
}

static void the_tombstone_is_nobody(void **state)
{
    cast *c = *state;
    live(c);
    oa_id id = cast_user(c, "wanda@acme.example");
    const char *public = oa_id_format(OA_KIND_USER, id, c->pool);
    DO("user.erase", "{'user': 'wanda@acme.example'}");
    const char *email = apr_pstrdup(c->pool, cast_text(c, "email"));
    assert_int_equal(cast_int(c, "SELECT count(*) FROM credential WHERE membership_status = 1 AND revoked_at = 0 AND email LIKE '%erased.invalid'"), 0);
    REFUSED(OA_NOT_FOUND, "user.validate", apr_psprintf(c->pool, "{'user': '%s'}", public));
    REFUSED(OA_NOT_FOUND, "user.show", apr_psprintf(c->pool, "{'user': '%s'}", email));
    REFUSED(OA_NOT_FOUND, "user.erase", apr_psprintf(c->pool, "{'user': '%s'}", public));
    REFUSED(OA_NOT_FOUND, "user.add", apr_psprintf(c->pool, "{'email': ['%s'], 'org': 'acme', 'role': 'Viewer'}", email));
    DO("user.create", "{'email': 'wanda@acme.example', 'org': 'acme', 'role': 'Viewer'}"); /* somebody new */
    assert_true(cast_user(c, "wanda@acme.example") != id);
    DO("audit.list", apr_psprintf(c->pool, "{'target': '%s'}", public));
    assert_true(oa_json_size(cast_items(c)) >= 3);
}

static void nobody_takes_the_address_of_a_tombstone_to_be(void **state)
{
    cast *c = *state;
    const char *email = apr_psprintf(c->pool, "%s@Erased.Invalid", oa_id_format(OA_KIND_USER, cast_user(c, WHO), c->pool));
    REFUSED_AS(OA_INVALID, "admin@globex.example", "user.create", apr_psprintf(c->pool, "{'email': '%s', 'org': 'globex', 'role': 'Viewer'}", email));
    assert_string_equal(c->error->field, "email");
    REFUSED_AS(OA_INVALID, "admin@globex.example", "user.edit", apr_psprintf(c->pool, "{'user': 'viewer@globex.example', 'email': '%s'}", email));
    REFUSED_AS(OA_INVALID, "admin@acme.example", "org.create", apr_psprintf(c->pool, "{'name': 'Den', 'parent': 'acme', 'admin': '%s'}", email));
    DO("user.erase", "{'user': '" WHO "'}");
}

static void a_waiting_mail_to_the_person_is_not_sent(void **state)
{
    cast *c = *state;
    DO("setting.set", "{'name': 'site.public_url', 'value': 'https://login.acme.example'}");
    DO("setting.set", "{'name': 'mail.relay', 'value': 'smtp://127.0.0.1:1'}");
    DO("setting.set", "{'name': 'mail.from', 'value': 'login@acme.example'}");
    DO("user.send-reset", "{'user': '" WHO "'}");
    assert_int_equal(cast_int(c, "SELECT count(*) FROM mail WHERE status = 1"), 1);
    DO("user.erase", "{'user': '" WHO "'}");
    assert_int_equal(cast_int(c, "SELECT count(*) FROM mail WHERE status = 1 OR length(body) > 0"), 0);
}

static void whose_address_is_longer_is_left_alone(void **state)
{
    cast *c = *state;
    DO("setting.set", "{'name': 'site.public_url', 'value': 'https://login.acme.example'}");
    DO("setting.set", "{'name': 'mail.relay', 'value': 'smtp://127.0.0.1:1'}");
    DO("setting.set", "{'name': 'mail.from', 'value': 'login@acme.example'}");
    DO("user.create", "{'email': 'over" WHO "', 'org': 'acme', 'role': 'Viewer'}");
    DO("user.send-reset", "{'user': 'over" WHO "'}");
    DO("user.erase", "{'user': '" WHO "'}");
    assert_int_equal(cast_int(c, "SELECT count(*) FROM mail WHERE status = 1 AND recipient = 'over" WHO "'"), 1);
    assert_int_equal(cast_int(c, "SELECT count(*) FROM audit_event WHERE target_name = 'over" WHO "'"), 2);
}

/* Somebody else got the address that the person had before: what was done by and to that one, and waits for that one, is not the erased person's. */
static void an_address_that_is_another_accounts_now_is_left_to_it(void **state)
{
    cast *c = *state;
    live(c);
    DO("user.create", "{'email': '" WHO "', 'org': 'globex', 'role': 'Viewer'}");
    AS(WHO, "me.edit", "{'first_name': 'Vera'}");
    DO("invitation.send", "{'email': ['" WHO "'], 'org': 'lab', 'role': 'Viewer'}");
    DO("setting.set", "{'name': 'site.public_url', 'value': 'https://login.acme.example'}");
    DO("setting.set", "{'name': 'mail.relay', 'value': 'smtp://127.0.0.1:1'}");
    DO("user.send-reset", "{'user': '" WHO "'}");
    AS("admin@acme.example", "user.erase", "{'user': 'wanda@acme.example'}");
    assert_int_equal(left(c, "wanda"), 0);
    assert_int_equal(cast_int(c, "SELECT count(*) FROM invitation WHERE email = '" WHO "' AND status = 1"), 1);
    assert_int_equal(cast_int(c, "SELECT count(*) FROM mail WHERE recipient = '" WHO "' AND status = 1 AND length(body) > 0"), 1);
    assert_int_equal(cast_int(c, "SELECT count(*) FROM audit_event WHERE actor_name = '" WHO "' AND action = 'me.edit'"), 1);
    assert_int_equal(cast_int(c, "SELECT count(*) FROM audit_event WHERE target_name = '" WHO "' AND action IN ('user.create', 'me.edit', 'user.send-reset')"), 3);
    assert_int_equal(cast_int(c, "SELECT count(*) FROM audit_event WHERE action = 'user.create' AND instr(detail, '" WHO "') > 0"), 1);
    assert_int_equal(cast_int(c, "SELECT count(*) FROM audit_event WHERE action = 'user.edit' AND instr(target_name || detail, 'viewer@acme') > 0"), 0);
    assert_int_equal(cast_int(c, "SELECT count(*) FROM account WHERE email = '" WHO "' AND erased_at = 0"), 1);
}

static void who_may_erase(void **state)
{
    cast *c = *state;
    DO("user.add", "{'email': ['" WHO "'], 'org': 'globex', 'role': 'Viewer'}");
    REFUSED_AS(OA_NOT_ALLOWED, "admin@globex.example", "user.erase", "{'user': '" WHO "', 'org': 'globex'}");
    REFUSED_AS(OA_NOT_ALLOWED, "editor@acme.example", "user.erase", "{'user': '" WHO "', 'org': 'acme'}");
    REFUSED_AS(OA_NOT_FOUND, "admin@globex.example", "user.erase", "{'user': 'editor@acme.example', 'org': 'globex'}");
    REFUSED(OA_CONFLICT, "user.erase", "{'user': 'admin@acme.example'}");
    DO("api.register", "{'name': 'reports', 'org': 'acme'}");
    REFUSED(OA_CONFLICT, "user.erase", "{'user': 'reports@apis.acme.invalid'}");
    AS("admin@acme.example", "user.erase", "{'user': '" WHO "', 'org': 'acme'}");
}

static void what_somebody_altered_is_not_made_good(void **state)
{
    cast *c = *state;
    live(c);
    cast_sql(c, "UPDATE audit_event SET detail = '{\"x\":\"wanda@acme.example\"}' WHERE action = 'user.add'");
    REFUSED(OA_FAILED, "user.erase", "{'user': 'wanda@acme.example'}");
    assert_true(left(c, "wolkow") > 0); /* nothing half-done */
}

static void a_dry_run_erases_nothing(void **state)
{
    cast *c = *state;
    live(c);
    assert_ok(cast_perform(c, NULL, "user.erase", "{'user': 'wanda@acme.example'}", true));
    assert_true(left(c, "wanda") > 5);
}

/* The trail is broken on purpose: only the store is taken away. */
static int end_broken(void **state)
{
    cast *c = *state;
    cast_sql(c, "DELETE FROM audit_event");
    cast_sql(c, "DELETE FROM audit_head");
    oa_db *db = cast_take(c);
    assert_ok(oa_db_begin(db, true));
    assert_ok(oa_audit_begin(db, oa_store_subkey(c->store, OA_SUBKEY_AUDIT)));
    assert_ok(oa_db_commit(db));
    oa_store_give(c->store, db);
    return cast_end(state);
}

OA_TESTS(CAST_TEST(nothing_personal_is_left_and_the_trail_is_whole), CAST_TEST(others_in_the_same_events_keep_their_names),
         CAST_TEST(the_tombstone_is_nobody), CAST_TEST(nobody_takes_the_address_of_a_tombstone_to_be), CAST_TEST(a_waiting_mail_to_the_person_is_not_sent), CAST_TEST(whose_address_is_longer_is_left_alone),
         CAST_TEST(an_address_that_is_another_accounts_now_is_left_to_it), CAST_TEST(who_may_erase),
         CAST_TEST(a_dry_run_erases_nothing),
         cmocka_unit_test_setup_teardown(what_somebody_altered_is_not_made_good, cast_begin, end_broken))
