/* SPDX-License-Identifier: Apache-2.0 */
/* What all imports have in common: the table's head, the report, all or nothing, one event. */
#include "tests/unit/admin/import.h"

#define ACME "{'org': 'acme'}"

static const struct {
    const char *table;
    oa_code code;
    const char *says;
} heads[] = {
    {"", OA_UNPROCESSABLE, "no line"},
    {"email,role\n", OA_UNPROCESSABLE, "no line below"},
    {"email,role\n,\n , \n", OA_UNPROCESSABLE, "no line below"},
    {"role\nViewer\n", OA_UNPROCESSABLE, "no column email"},
    {"email,password\na@b.example,x\n", OA_UNPROCESSABLE, "line 1, column 2: \"password\" is no column's name"},
    {"email,field:1st\na@b.example,x\n", OA_UNPROCESSABLE, "line 1, column 2"},
    {"email,E-Mail\na@b.example,x\n", OA_UNPROCESSABLE, "is there twice"},
    {"email,,role\na@b.example,x,Viewer\n", OA_UNPROCESSABLE, "line 2, column 2: a cell in a column"},
    {"email,role\na@b.example,Viewer,x\n", OA_UNPROCESSABLE, "line 2, column 3"},
    {"email,role\na@b.example,\"Viewer\n", OA_UNPROCESSABLE, "line 2, column 2: the quote"},
};

static void a_wrong_head_is_refused_as_a_whole(void **state)
{
    cast *c = *state;
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        assert_code(import_table(c, NULL, "user.import", ACME, heads[i].table, false), heads[i].code);
        assert_non_null(strstr(c->error->message, heads[i].says));
        assert_null(c->result);
    }
}

static void columns_come_in_any_order_and_spelling(void **state)
{
    cast *c = *state;
    assert_ok(import_table(c, NULL, "user.import", ACME, "ROLE,Last Name,E-Mail,first-name\r\nViewer,Low, Ann@B.Example ,Ann\r\n", false));
    assert_int_equal(cast_int(c, "SELECT count(*) FROM account WHERE email = 'ann@b.example' AND last_name = 'Low' AND first_name = 'Ann'"), 1);
}

static void one_wrong_line_and_nothing_is_done(void **state)
{
    cast *c = *state;
    int64_t before = cast_events(c), users = cast_int(c, "SELECT count(*) FROM account");
    const char *table = "email,role\na@b.example,Viewer\nnobody,Viewer\nb@b.example,Nope\n";
    assert_code(import_table(c, NULL, "user.import", ACME, table, false), OA_UNPROCESSABLE);
    assert_non_null(strstr(c->error->message, "2 of 3 lines are wrong; line 3: email"));
    assert_string_equal(import_result(c, 0), "create");
    assert_string_equal(import_result(c, 1), "email");
    assert_string_equal(import_result(c, 2), "role");
    assert_int_equal(import_count(c, "error"), 2);
    assert_false(oa_json_get_bool(c->result, "applied"));
    assert_int_equal(cast_events(c), before);
    assert_int_equal(cast_int(c, "SELECT count(*) FROM account"), users);
}

static void partial_applies_what_is_right(void **state)
{
    cast *c = *state;
    int64_t before = cast_events(c);
    assert_ok(import_table(c, NULL, "user.import", "{'org': 'acme', 'partial': true}", "email,role\na@b.example,Viewer\nnobody,Viewer\n", false));
    assert_true(oa_json_get_bool(c->result, "applied"));
    assert_int_equal(import_count(c, "create"), 1);
    assert_int_equal(import_count(c, "error"), 1);
    assert_true(cast_user(c, "a@b.example") > 0);
    assert_int_equal(cast_events(c), before + 1);
}

static void a_dry_run_says_the_same_and_does_nothing(void **state)
{
    cast *c = *state;
    int64_t before = cast_events(c);
    const char *table = "email,role\na@b.example,Viewer\nnobody,Viewer\n";
    assert_ok(import_table(c, NULL, "user.import", ACME, table, true));
    const char *dry = oa_json_canonical(oa_json_get(c->result, "rows"), c->pool);
    assert_false(oa_json_get_bool(c->result, "applied"));
    assert_int_equal(cast_events(c), before);
    assert_int_equal(cast_user(c, "a@b.example"), -1);
    assert_ok(import_table(c, NULL, "user.import", "{'org': 'acme', 'partial': true}", table, false));
    assert_string_equal(oa_json_canonical(oa_json_get(c->result, "rows"), c->pool), dry);
}

static void the_event_names_counts_digest_and_users(void **state)
{
    cast *c = *state;
    assert_ok(import_table(c, "admin@acme.example", "user.import", ACME, "email,role\na@b.example,Viewer\n", false));
    const char *user = oa_id_format(OA_KIND_USER, cast_user(c, "a@b.example"), c->pool);
    assert_int_equal(cast_int(c, apr_psprintf(c->pool, "SELECT count(*) FROM audit_event WHERE action = 'user.import' AND"
                                              " json_extract(detail, '$.counts.create') = 1 AND length(json_extract(detail, '$.digest')) = 64"
                                              " AND json_extract(detail, '$.users[0]') = '%s'", user)), 1);
}

typedef struct steps {
    size_t count, last, total;
} steps;

static void note(void *context, size_t done, size_t total)
{
    steps *s = context;
    assert_true(done > s->last || s->count == 0);
    *s = (steps){s->count + 1, done, total};
}

static void progress_is_told_to_its_end(void **state)
{
    cast *c = *state;
    steps s = {0};
    oa_done done;
    oa_actor actor = cast_actor(c, NULL);
    char *table = apr_pstrdup(c->pool, "email,role\n");
    for (int i = 0; i < 250; i++) {
        table = apr_psprintf(c->pool, "%su%d@b.example,Viewer\n", table, i);
    }
    const oa_file file = {"t", "", (const unsigned char *)table, strlen(table)};
    const oa_manner manner = {.file = &file, .progress = note, .progress_context = &s};
    assert_ok(oa_perform_so(c->store, &actor, "user.import", cast_json(c, "{'org': 'acme', 'file': 't'}"), &manner, &done, c->pool));
    assert_int_equal(s.total, 500);
    assert_int_equal(s.last, 500);
    assert_int_equal(s.count, 5);
}

static void without_a_file_nothing_is_imported(void **state)
{
    cast *c = *state;
    REFUSED(OA_INVALID, "user.import", "{'org': 'acme', 'file': 'x'}");
    REFUSED(OA_USAGE, "user.import", ACME);
}

OA_TESTS(CAST_TEST(a_wrong_head_is_refused_as_a_whole), CAST_TEST(columns_come_in_any_order_and_spelling),
         CAST_TEST(one_wrong_line_and_nothing_is_done), CAST_TEST(partial_applies_what_is_right),
         CAST_TEST(a_dry_run_says_the_same_and_does_nothing), CAST_TEST(the_event_names_counts_digest_and_users),
         CAST_TEST(progress_is_told_to_its_end), CAST_TEST(without_a_file_nothing_is_imported))
