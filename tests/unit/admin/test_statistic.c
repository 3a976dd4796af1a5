/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/admin/cast.h"

#define SINCE "'since': '2026-11-23T10:00:00Z', 'until': '2026-11-23T13:00:00Z'"

static const oa_time ten = INT64_C(1795428000000); /* 2026-11-23T10:00:00Z */

static void put(cast *c, const char *org, const char *api, oa_time at, int allowed, int refused, int failed)
{
    cast_sql(c, apr_psprintf(c->pool,
                             "INSERT INTO statistic (org_id, at, api_id, allowed, refused, failed) SELECT o.id, %" PRId64
                             ", COALESCE((SELECT id FROM web_api WHERE name = '%s'), 0), %d, %d, %d FROM organization o WHERE o.slug = '%s'",
                             at, api, allowed, refused, failed, org));
}

static const oa_json *element(cast *c, const char *list, size_t index)
{
    return oa_json_at(oa_json_get(c->result, list), index);
}

/* "allowed/refused/failed" of an object. */
static const char *figures(cast *c, const oa_json *object)
{
    return apr_psprintf(c->pool, "%d/%d/%d", (int)oa_json_get_int(object, "allowed"), (int)oa_json_get_int(object, "refused"),
                        (int)oa_json_get_int(object, "failed"));
}

static void every_step_is_there_with_what_was_counted_in_it(void **state)
{
    cast *c = *state;
    put(c, "acme", "", ten, 5, 1, 0);
    put(c, "acme", "", ten + 2 * OA_HOUR, 3, 0, 2);
    put(c, "acme", "", ten + 3 * OA_HOUR, 9, 9, 9);
    put(c, "globex", "", ten, 7, 7, 7);
    DO("org.statistics", "{'org': 'acme', " SINCE "}");
    assert_int_equal(oa_json_size(oa_json_get(c->result, "series")), 3);
    assert_string_equal(figures(c, element(c, "series", 0)), "5/1/0");
    assert_string_equal(figures(c, element(c, "series", 1)), "0/0/0");
    assert_string_equal(figures(c, element(c, "series", 2)), "3/0/2");
    assert_string_equal(oa_json_get_text(element(c, "series", 1), "at"), "2026-11-23T11:00:00Z");
    assert_string_equal(figures(c, oa_json_get(c->result, "counts")), "8/1/2");
    DO("org.statistics", "{'org': 'acme', 'step': 'day', " SINCE "}");
    assert_int_equal(oa_json_size(oa_json_get(c->result, "series")), 1);
    assert_string_equal(cast_text(c, "since"), "2026-11-23T00:00:00Z");
    assert_string_equal(cast_text(c, "until"), "2026-11-24T00:00:00Z");
    assert_string_equal(figures(c, element(c, "series", 0)), "17/10/11");
}

static void where_no_time_is_given_it_is_the_last_day_or_month(void **state)
{
    cast *c = *state;
    DO("org.statistics", "{'org': 'acme'}");
    assert_int_equal(oa_json_size(oa_json_get(c->result, "series")), 24);
    DO("org.statistics", "{'org': 'acme', 'step': 'day'}");
    assert_int_equal(oa_json_size(oa_json_get(c->result, "series")), 30);
    REFUSED(OA_INVALID, "org.statistics", "{'org': 'acme', 'until': '1970-01-01T00:30:00Z'}"); /* none before the first */
    REFUSED(OA_INVALID, "org.statistics", "{'org': 'acme', 'since': '2020-01-01', 'until': '2020-01-01'}");
    REFUSED(OA_INVALID, "org.statistics", "{'org': 'acme', 'since': '2020-01-02', 'until': '2020-01-01'}");
    REFUSED(OA_INVALID, "org.statistics", "{'org': 'acme', 'since': '2020-01-01'}");
    REFUSED(OA_INVALID, "org.statistics", "{'org': 'acme', 'step': 'week'}");
    DO("org.statistics", "{'org': 'acme', 'since': '2026-01-01', 'until': '2026-02-11'}"); /* 984 hours */
    REFUSED(OA_INVALID, "org.statistics", "{'org': 'acme', 'since': '2026-01-01', 'until': '2026-02-12'}");
}

static void the_most_used_web_apis_are_named(void **state)
{
    cast *c = *state;
    DO("api.register", "{'org': 'acme', 'name': 'reports'}");
    DO("api.register", "{'org': 'acme', 'name': 'billing'}");
    put(c, "acme", "reports", ten, 5, 1, 0);
    put(c, "acme", "billing", ten, 6, 0, 0);
    AS("viewer@acme.example", "org.statistics", "{'org': 'acme', " SINCE "}");
    assert_int_equal(oa_json_size(oa_json_get(c->result, "apis")), 2);
    assert_string_equal(oa_json_get_text(element(c, "apis", 0), "name"), "billing");
    assert_int_equal(oa_json_get_int(element(c, "apis", 1), "refused"), 1);
}

static bool sees_users(cast *c)
{
    bool sees = oa_json_size(oa_json_get(c->result, "users")) == 6;
    assert_int_equal(oa_json_type_of(oa_json_get(c->result, "keys")) != OA_JSON_NULL, sees);
    assert_int_equal(oa_json_type_of(oa_json_get(c->result, "expiring_keys")) != OA_JSON_NULL, sees);
    return sees;
}

static void who_may_see_no_users_sees_no_figures_of_them(void **state)
{
    cast *c = *state;
    static const struct {
        const char *email;
        bool users;
    } rows[] = {{"admin@acme.example", true}, {"desk@acme.example", true}, {"super@site.example", true},
                {"editor@acme.example", false}, {"operator@acme.example", false}, {"viewer@acme.example", false}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        AS(rows[i].email, "org.statistics", "{'org': 'acme'}");
        assert_int_equal(sees_users(c), rows[i].users);
    }
    REFUSED_AS(OA_NOT_ALLOWED, "api@acme.example", "org.statistics", "{'org': 'acme'}");
    REFUSED_AS(OA_NOT_FOUND, "admin@globex.example", "org.statistics", "{'org': 'acme'}");
    REFUSED_AS(OA_NOT_FOUND, "admin@lab.example", "org.statistics", "{'org': 'acme'}");
    AS("admin@acme.example", "org.statistics", "{'org': 'lab'}");
}

static void users_and_keys_are_counted_as_their_lists_show_them(void **state)
{
    cast *c = *state;
    DO("user.ban", "{'user': 'viewer@acme.example'}");
    DO("user.deactivate", "{'user': 'editor@acme.example'}");
    DO("invitation.send", "{'email': ['new@else.example'], 'org': 'acme', 'role': 'Viewer'}");
    DO("key.issue", "{'user': 'admin@acme.example', 'name': 'later', 'expires': '20d'}");
    DO("key.issue", "{'user': 'admin@acme.example', 'name': 'soon', 'expires': '3d'}");
    DO("key.issue", "{'user': 'admin@acme.example', 'name': 'never'}");
    DO("org.statistics", "{'org': 'acme'}");
    static const struct {
        const char *status;
        int users;
    } rows[] = {{"VALIDATED", 4}, {"DENIED", 0}, {"BANNED", 1}, {"INACTIVE", 0}, {"DEACTIVATED", 1}, {"INVITED", 1}};
    oa_json *statistics = c->result;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_string_equal(oa_json_get_text(element(c, "users", i), "status"), rows[i].status);
        assert_int_equal(oa_json_get_int(element(c, "users", i), "users"), rows[i].users);
        DO("user.list", apr_psprintf(c->pool, "{'org': 'acme', 'status': '%s'}", rows[i].status));
        assert_int_equal(oa_json_size(cast_items(c)), rows[i].users);
        c->result = statistics;
    }
    assert_int_equal(oa_json_get_int(element(c, "keys", 0), "keys"), 1);
    assert_int_equal(oa_json_get_int(element(c, "keys", 1), "keys"), 2);
    assert_string_equal(oa_json_get_text(element(c, "expiring_keys", 0), "name"), "soon");
    assert_string_equal(oa_json_get_text(element(c, "expiring_keys", 1), "name"), "later");
    DO("key.list", "{'org': 'acme', 'status': 'active', 'expires_within': '30d'}");
    assert_int_equal(oa_json_size(cast_items(c)), 2);
}

OA_TESTS(CAST_TEST(every_step_is_there_with_what_was_counted_in_it), CAST_TEST(where_no_time_is_given_it_is_the_last_day_or_month),
         CAST_TEST(the_most_used_web_apis_are_named), CAST_TEST(who_may_see_no_users_sees_no_figures_of_them),
         CAST_TEST(users_and_keys_are_counted_as_their_lists_show_them))
