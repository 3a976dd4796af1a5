/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/admin/cast.h"

#define VIEWER "viewer@acme.example"

static int64_t number;

/* A call of that key in that organization; calls are a minute apart. */
static void record(cast *c, const char *email, const char *org, oa_id key, const char *path, int status)
{
    oa_time at = INT64_C(1795442400000) + ++number * OA_MINUTE;
    cast_sql(c, apr_psprintf(c->pool,
                             "INSERT INTO message (id, account_id, org_id, key_id, at, method, path, status, duration, address)"
                             " SELECT %" PRId64 ", a.id, o.id, %" PRId64 ", %" PRId64 ", 'GET', '%s', %d, 1500, '192.0.2.7'"
                             " FROM account a, organization o WHERE a.email = '%s' AND o.slug = '%s'",
                             (int64_t)oa_id_make(at), (int64_t)key, at, path, status, email, org));
}

/* Issues a key; its number. */
static oa_id key_of(cast *c, const char *email)
{
    oa_id id = 0;
    DO("key.issue", apr_psprintf(c->pool, "{'user': '%s', 'name': 'laptop'}", email));
    assert_true(oa_id_parse(OA_KIND_KEY, cast_text(c, "id"), &id));
    return id;
}

static const char *public(cast *c, oa_id key)
{
    return oa_id_format(OA_KIND_KEY, key, c->pool);
}

/* The paths that were listed, one space between. */
static const char *paths(cast *c)
{
    const char *all = "";
    for (size_t i = 0; i < oa_json_size(cast_items(c)); i++) {
        all = apr_pstrcat(c->pool, all, i > 0 ? " " : "", oa_json_get_text(oa_json_at(cast_items(c), i), "path"), NULL);
    }
    return all;
}

static void everybody_sees_the_own_ones_of_all_organizations_and_no_others(void **state)
{
    cast *c = *state;
    record(c, VIEWER, "acme", 1, "/1", 200);
    record(c, VIEWER, "globex", 1, "/2", 403);
    record(c, "admin@acme.example", "acme", 2, "/3", 200);
    AS(VIEWER, "me.messages", "{}");
    assert_string_equal(paths(c), "/2 /1");
    AS("api@acme.example", "me.messages", "{}");
    assert_string_equal(paths(c), "");
    REFUSED(OA_UNAUTHENTICATED, "me.messages", "{}");
}

static void a_message_tells_who_called_what_with_which_key_and_how_it_went(void **state)
{
    cast *c = *state;
    oa_id key = key_of(c, VIEWER);
    record(c, VIEWER, "acme", key, "/reports", 403);
    DO("org.messages", "{'org': 'acme'}");
    const oa_json *message = oa_json_at(cast_items(c), 0);
    const struct {
        const char *member, *value;
    } rows[] = {{"method", "GET"}, {"path", "/reports"}, {"org", "acme"}, {"user", VIEWER}, {"key_name", "laptop"},
                {"address", "192.0.2.7"}, {"key_id", public(c, key)}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_string_equal(oa_json_get_text(message, rows[i].member), rows[i].value);
    }
    assert_int_equal(oa_json_get_int(message, "status"), 403);
    assert_int_equal(oa_json_get_int(message, "duration_us"), 1500);
}

static void administrators_see_what_was_done_in_their_organization_and_nothing_else(void **state)
{
    cast *c = *state;
    DO("user.add", "{'email': ['" VIEWER "'], 'org': 'globex', 'role': 'Viewer'}");
    record(c, VIEWER, "acme", 1, "/acme", 200);
    record(c, VIEWER, "globex", 2, "/globex", 200);
    AS("admin@acme.example", "user.messages", "{'user': '" VIEWER "'}");
    assert_string_equal(paths(c), "/acme");
    AS("admin@globex.example", "user.messages", "{'user': '" VIEWER "', 'org': 'globex'}");
    assert_string_equal(paths(c), "/globex");
    AS("admin@globex.example", "org.messages", "{'org': 'globex'}");
    assert_string_equal(paths(c), "/globex");
    REFUSED_AS(OA_NOT_FOUND, "admin@globex.example", "user.messages", "{'user': '" VIEWER "', 'org': 'acme'}");
    REFUSED_AS(OA_NOT_FOUND, "admin@globex.example", "org.messages", "{'org': 'acme'}");
    REFUSED_AS(OA_NOT_FOUND, "admin@globex.example", "user.messages", "{'user': 'admin@acme.example', 'org': 'globex'}");
    REFUSED(OA_NOT_FOUND, "user.messages", "{'user': 'admin@acme.example', 'org': 'globex'}");
}

static void who_may_not_view_users_sees_no_list_of_the_organization(void **state)
{
    cast *c = *state;
    static const char *const others[] = {VIEWER, "operator@acme.example", "editor@acme.example", "api@acme.example"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        REFUSED_AS(OA_NOT_ALLOWED, others[i], "org.messages", "{'org': 'acme'}");
        REFUSED_AS(OA_NOT_ALLOWED, others[i], "user.messages",
                   apr_psprintf(c->pool, "{'org': 'acme', 'user': '%s'}", others[i]));
    }
    AS("desk@acme.example", "org.messages", "{'org': 'acme'}");
    AS("admin@acme.example", "org.messages", "{'org': 'lab'}");
    REFUSED_AS(OA_NOT_FOUND, "admin@lab.example", "org.messages", "{'org': 'acme'}");
}

static void filters_narrow_the_list(void **state)
{
    cast *c = *state;
    oa_id viewers = key_of(c, VIEWER), admins = key_of(c, "admin@acme.example");
    record(c, VIEWER, "acme", viewers, "/r/1", 200);
    record(c, VIEWER, "acme", viewers, "/r/2", 404);
    record(c, "admin@acme.example", "lab", admins, "/lab", 200);
    record(c, "admin@acme.example", "acme", admins, "/q", 403);
    const struct {
        const char *arguments, *paths;
    } rows[] = {
        {"{'org': 'acme'}", "/q /r/2 /r/1"},
        {"{'org': 'acme', 'user': '" VIEWER "'}", "/r/2 /r/1"},
        {"{'org': 'acme', 'user': 'nobody@acme.example'}", ""},
        {"{'org': 'lab', 'user': 'admin@acme.example'}", "/lab"}, /* no member there: it came from above */
        {apr_psprintf(c->pool, "{'org': 'lab', 'key': '%s'}", public(c, admins)), "/lab"},
        {apr_psprintf(c->pool, "{'org': 'acme', 'key': '%s'}", public(c, viewers)), "/r/2 /r/1"},
        {apr_psprintf(c->pool, "{'org': 'acme', 'key': '%s', 'user': '" VIEWER "'}", public(c, admins)), ""},
        {"{'org': 'acme', 'key': 'key_0000000000001'}", ""},
        {"{'org': 'acme', 'status': '404'}", "/r/2"},
        {"{'org': 'acme', 'status': '4xx'}", "/q /r/2"},
        {"{'org': 'acme', 'path': '/r/'}", "/r/2 /r/1"},
        {"{'org': 'acme', 'since': '2020-01-02', 'until': '2020-01-03'}", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        DO("org.messages", rows[i].arguments);
        assert_string_equal(paths(c), rows[i].paths);
    }
    DO("user.messages", apr_psprintf(c->pool, "{'user': 'admin@acme.example', 'key': '%s'}", public(c, viewers)));
    assert_string_equal(paths(c), "");
}

static void a_status_that_is_none_is_refused(void **state)
{
    cast *c = *state;
    static const char *const words[] = {"", "4", "4x", "xx", "0xx", "6xx", "99", "600", "2000", "-200", "200x", "40 ", "4xxx", "99999999999999999999"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        REFUSED(OA_INVALID, "org.messages", apr_psprintf(c->pool, "{'org': 'acme', 'status': '%s'}", words[i]));
    }
}

static void pages_follow_one_another(void **state)
{
    cast *c = *state;
    for (int i = 1; i <= 5; i++) {
        record(c, VIEWER, "acme", 1, apr_psprintf(c->pool, "/%d", i), 200);
    }
    AS(VIEWER, "me.messages", "{'limit': 2}");
    assert_string_equal(paths(c), "/5 /4");
    AS(VIEWER, "me.messages", apr_psprintf(c->pool, "{'limit': 2, 'after': '%s'}", cast_text(c, "next")));
    assert_string_equal(paths(c), "/3 /2");
    AS(VIEWER, "me.messages", apr_psprintf(c->pool, "{'limit': 2, 'after': '%s'}", cast_text(c, "next")));
    assert_string_equal(paths(c), "/1");
    assert_string_equal(cast_text(c, "next"), "(none)");
}

static void what_a_user_did_stays_when_it_leaves(void **state)
{
    cast *c = *state;
    record(c, VIEWER, "acme", 1, "/1", 200);
    DO("user.remove", "{'user': '" VIEWER "', 'org': 'acme'}");
    AS("admin@acme.example", "org.messages", "{'org': 'acme', 'user': '" VIEWER "'}");
    assert_string_equal(paths(c), "/1");
}

OA_TESTS(CAST_TEST(everybody_sees_the_own_ones_of_all_organizations_and_no_others),
         CAST_TEST(a_message_tells_who_called_what_with_which_key_and_how_it_went),
         CAST_TEST(administrators_see_what_was_done_in_their_organization_and_nothing_else),
         CAST_TEST(who_may_not_view_users_sees_no_list_of_the_organization), CAST_TEST(filters_narrow_the_list),
         CAST_TEST(a_status_that_is_none_is_refused), CAST_TEST(pages_follow_one_another),
         CAST_TEST(what_a_user_did_stays_when_it_leaves))
