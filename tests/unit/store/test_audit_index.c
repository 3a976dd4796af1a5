/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/store/fixture.h"

#include "core/store/audit.h"
#include "core/store/check.h"
#include "core/store/schema.h"

static oa_id append(fixture *f, oa_event event)
{
    oa_db *db;
    assert_ok(oa_store_take(f->store, OA_DB_COUNT, &db, f->pool));
    assert_ok(oa_db_begin(db, true));
    assert_ok(oa_audit_append(db, oa_store_subkey(f->store, OA_SUBKEY_AUDIT), &event));
    assert_ok(oa_db_commit(db));
    oa_store_give(f->store, db);
    return event.id;
}

static void append_some(fixture *f)
{
    append(f, (oa_event){.at = 1, .actor_kind = "local", .actor_name = "root", .action = "setting.set", .target_name = "key.reveal"});
    append(f, (oa_event){.at = 2, .actor_kind = "user", .actor_id = ADA, .actor_name = "ada@acme.example", .action = "user.edit", .org_id = ACME,
                         .target_id = BOB, .target_name = "bob@acme.example", .detail = "{\"old_email\":\"robert@acme.example\",\"users\":[\"usr_000000000000m\"]}"});
    append(f, (oa_event){.at = 3, .actor_kind = "system", .actor_name = "mod_orgauth", .action = "user.denied", .org_id = ACME, .target_id = BOB,
                         .target_name = "bob@acme.example", .detail = "{\"failures\":10}"});
}

/* What is wrong with the store, by the names of the checks. */
static const char *problems_of(fixture *f)
{
    oa_db *db;
    int64_t events;
    const char *names = "";
    oa_json *problems = oa_json_array(f->pool);
    assert_ok(oa_sqlite_open(f->path, OA_DB_CARE, &db, f->pool));
    assert_ok(oa_check_content(db, oa_store_subkey(f->store, OA_SUBKEY_AUDIT), problems, &events, f->pool));
    oa_sqlite_close(db);
    for (size_t i = 0; i < oa_json_size(problems); i++) {
        names = apr_pstrcat(f->pool, names, oa_json_get_text(oa_json_at(problems, i), "check"), " ", NULL);
    }
    return names;
}

static void an_index_that_is_not_what_the_trail_says_is_told(void **state)
{
    static const struct {
        const char *damage, *told;
    } cases[] = {
        {"SELECT 1", ""},
        {"DELETE FROM audit_find WHERE word_id = (SELECT id FROM audit_word WHERE text = 'robert@acme.example' AND org_id = 10)", "audit_find "},
        {"DELETE FROM audit_find WHERE word_id = (SELECT id FROM audit_word WHERE text = 'key.reveal')", "audit_find "},
        {"UPDATE audit_word SET text = 'x' WHERE text = 'root'", "audit_find audit_beginning "},
        {"DELETE FROM audit_beginning WHERE text = 'denied' AND org_id = 0", "audit_beginning "},
        {"INSERT INTO audit_find SELECT id, 77 FROM audit_word WHERE text = 'root'", "audit_find "},
        {"INSERT INTO audit_find VALUES (4711, (SELECT max(id) FROM audit_event))", "audit_find "},
    };
    fixture *f = *state;
    append_some(f);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        fixture_sql(f, "CREATE TABLE w AS SELECT * FROM audit_word; CREATE TABLE b AS SELECT * FROM audit_beginning; CREATE TABLE e AS SELECT * FROM audit_find");
        fixture_sql(f, cases[i].damage);
        assert_string_equal(problems_of(f), cases[i].told);
        fixture_sql(f, "DELETE FROM audit_find; DELETE FROM audit_beginning; DELETE FROM audit_word;"
                       "INSERT INTO audit_word SELECT * FROM w; INSERT INTO audit_beginning SELECT * FROM b; INSERT INTO audit_find SELECT * FROM e;"
                       "DROP TABLE w; DROP TABLE b; DROP TABLE e");
    }
}

/* As the store was before it knew the index. */
static const char *const back_to_8 =
    "DROP TABLE audit_find; DROP TABLE audit_beginning; DROP TABLE audit_word; DROP INDEX audit_event_late; DROP INDEX invitation_email;"
    "CREATE INDEX audit_event_target ON audit_event (target_id, id); CREATE INDEX audit_event_actor ON audit_event (actor_id, id); PRAGMA user_version=8";

static void an_older_trail_gets_its_index_when_it_comes_forward(void **state)
{
    fixture *f = *state;
    int64_t from, to;
    append_some(f);
    const char *words = "SELECT count(*) FROM audit_word w JOIN audit_find f ON f.word_id = w.id";
    const char *beginnings = "SELECT count(*) FROM audit_beginning";
    const int64_t found = fixture_int(f, words), begun = fixture_int(f, beginnings);
    assert_true(found > 20 && begun > 20);
    fixture_sql(f, back_to_8);
    assert_ok(oa_store_migrate(f->path, &from, &to, f->pool));
    assert_int_equal(from, 8);
    assert_int_equal(fixture_int(f, words), found);
    assert_int_equal(fixture_int(f, beginnings), begun);
    assert_string_equal(problems_of(f), ""); /* verifies the chain, too */
    append(f, (oa_event){.at = 4, .actor_name = "root", .action = "user.ban", .org_id = ACME, .target_id = BOB, .target_name = "bob@acme.example"});
    assert_string_equal(problems_of(f), "");
}

static int64_t cells_with(fixture *f, const char *text)
{
    return fixture_int(f, apr_psprintf(f->pool,
                                       "SELECT (SELECT count(*) FROM audit_word WHERE instr(text, '%s') > 0) +"
                                       " (SELECT count(*) FROM audit_beginning WHERE instr(text, '%s') > 0)",
                                       text, text));
}

static void what_a_rewritten_event_says_no_more_finds_it_no_more(void **state)
{
    fixture *f = *state;
    oa_db *db;
    append_some(f);
    const oa_event event = {.id = fixture_int(f, "SELECT id FROM audit_event WHERE action = 'user.edit'"), .actor_name = "ada@acme.example",
                            .target_name = "nobody@acme.example", .address = "", .detail = "{}"};
    assert_ok(oa_store_take(f->store, OA_DB_ADMIN, &db, f->pool));
    assert_ok(oa_db_begin(db, true));
    assert_ok(oa_audit_rewrite(db, oa_store_subkey(f->store, OA_SUBKEY_AUDIT), &event));
    assert_ok(oa_db_commit(db));
    oa_store_give(f->store, db);
    assert_int_equal(cells_with(f, "robert"), 0);
    assert_true(cells_with(f, "bob@") > 0 && /* of whom another event tells */ cells_with(f, "nobody@") > 0);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM audit_find f JOIN audit_word w ON w.id = f.word_id WHERE w.text = 'bob@acme.example'"), 2);
    assert_string_equal(problems_of(f), "");
}

OA_TESTS(STORE_TEST(an_index_that_is_not_what_the_trail_says_is_told), STORE_TEST(an_older_trail_gets_its_index_when_it_comes_forward),
         STORE_TEST(what_a_rewritten_event_says_no_more_finds_it_no_more))
