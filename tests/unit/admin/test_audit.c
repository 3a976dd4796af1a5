/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/admin/cast.h"

static void a_list_is_filtered_newest_first(void **state)
{
    cast *c = *state;
    AS("admin@acme.example", "user.ban", "{'user': 'viewer@acme.example'}");
    AS("admin@acme.example", "user.validate", "{'user': 'viewer@acme.example'}");
    AS("admin@globex.example", "user.ban", "{'user': 'viewer@globex.example'}");
    const char *viewer = oa_id_format(OA_KIND_USER, cast_user(c, "viewer@acme.example"), c->pool);
    const char *admin = oa_id_format(OA_KIND_USER, cast_user(c, "admin@acme.example"), c->pool);
    const struct {
        const char *arguments, *actions;
    } cases[] = {
        {"{'limit': 2}", "user.ban user.validate "},
        {"{'org': 'acme', 'limit': 3}", "user.validate user.ban user.create "},
        {"{'org': 'globex', 'action': 'user.ban'}", "user.ban "},
        {"{'actor': 'admin@acme.example'}", "user.validate user.ban "},
        {apr_psprintf(c->pool, "{'actor': '%s', 'action': 'user.ban'}", admin), "user.ban "},
        {apr_psprintf(c->pool, "{'target': '%s'}", viewer), "user.validate user.ban user.create "},
        {"{'target': 'viewer@acme.example', 'actor': 'root'}", "user.create "},
        {"{'actor': 'nobody'}", ""},
        {"{'until': '2020-01-01'}", ""},
        {"{'since': '2020-01-01', 'until': '2999-01-01', 'action': 'user.validate'}", "user.validate "},
        {"{'org': 'globex', 'action': 'user.validate'}", ""},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *seen = "";
        DO("audit.list", cases[i].arguments);
        for (size_t j = 0; j < oa_json_size(cast_items(c)); j++) {
            seen = apr_pstrcat(c->pool, seen, oa_json_get_text(oa_json_at(cast_items(c), j), "action"), " ", NULL);
        }
        assert_string_equal(seen, cases[i].actions);
    }
    REFUSED(OA_INVALID, "audit.list", "{'since': 'x'}");
}

static void pages_give_every_event_once(void **state)
{
    cast *c = *state;
    int64_t total = cast_events(c), seen = 0;
    const char *next = "";
    DO("audit.list", "{'limit': 4}");
    while (next != NULL) {
        seen += (int64_t)oa_json_size(cast_items(c));
        next = oa_json_get_text(c->result, "next");
        if (next != NULL) {
            DO("audit.list", apr_psprintf(c->pool, "{'limit': 4, 'after': '%s'}", next));
        }
    }
    assert_int_equal(seen, total);
}

static void an_organization_sees_its_own_events_alone(void **state)
{
    cast *c = *state;
    DO("org.show", "{'org': 'acme'}");
    const char *acme = apr_pstrdup(c->pool, cast_text(c, "id"));
    AS("admin@acme.example", "audit.list", "{'org': 'acme', 'limit': 1000}");
    assert_true(oa_json_size(cast_items(c)) > 5);
    for (size_t i = 0; i < oa_json_size(cast_items(c)); i++) {
        assert_string_equal(oa_json_get_text(oa_json_at(cast_items(c), i), "org_id"), acme);
    }
    AS("admin@acme.example", "audit.list", "{'org': 'acme', 'target': 'viewer@globex.example'}");
    assert_int_equal(oa_json_size(cast_items(c)), 0);
}

static void a_sound_trail_verifies(void **state)
{
    cast *c = *state;
    DO("audit.verify", "{}");
    assert_true(oa_json_get_bool(c->result, "sound"));
    assert_int_equal(oa_json_get_int(c->result, "events"), cast_events(c));
}

static void an_altered_trail_is_told(void **state)
{
    cast *c = *state;
    DO("org.create", "{'name': 'One'}");
    DO("org.create", "{'name': 'Two'}");
    cast_sql(c, "UPDATE audit_event SET actor_name = 'nobody' WHERE id = (SELECT min(id) FROM audit_event)");
    REFUSED(OA_FAILED, "audit.verify", "{}");
    assert_non_null(strstr(c->error->message, "evt_"));
    cast_sql(c, "UPDATE audit_event SET actor_name = 'root' WHERE id = (SELECT min(id) FROM audit_event)");
    DO("audit.verify", "{}");
}

OA_TESTS(CAST_TEST(a_list_is_filtered_newest_first), CAST_TEST(pages_give_every_event_once),
         CAST_TEST(an_organization_sees_its_own_events_alone), CAST_TEST(a_sound_trail_verifies),
         EMPTY_CAST_TEST(an_altered_trail_is_told))
