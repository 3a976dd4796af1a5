/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/admin/cast.h"

/* What is offered in a module: "view edit" of "flow:view", "flow:edit". */
static const char *offered(cast *c, const char *module)
{
    const char *text = "";
    const oa_json *list = oa_json_get(c->result, "permissions");
    size_t size = strlen(module);
    for (size_t i = 0; i < oa_json_size(list); i++) {
        const char *permission = oa_json_text(oa_json_at(list, i));
        if (strncmp(permission, module, size) == 0 && permission[size] == ':') {
            text = apr_pstrcat(c->pool, text, *text != '\0' ? " " : "", permission + size + 1, NULL);
        }
    }
    return text;
}

static void a_face_offers_what_is_allowed_and_nothing_else(void **state)
{
    static const struct {
        const char *who, *org, *module, *offered;
    } cases[] = {
        {"admin@acme.example", "acme", "flow", "view create edit delete run statistics"},
        {"admin@acme.example", "acme", "pricing", "view create edit delete run statistics"},
        {"admin@acme.example", "acme", "users", "view create edit delete"},
        {"admin@acme.example", "acme", "other", ""}, /* not named: by patterns */
        {"editor@acme.example", "acme", "pricing", ""},
        {"editor@acme.example", "acme", "apis", "view create edit delete statistics"},
        {"viewer@acme.example", "acme", "flow", "view statistics"},
        {"part@acme.example", "acme", "flow", "view statistics"},
        {"part@acme.example", "acme", "stock", ""},
        {"part@acme.example", "acme", "apis", "view statistics"},
        {"desk@acme.example", "acme", "users", "view edit"},
        {"api@acme.example", "acme", "flow", ""},
        {"editor@acme.example", "lab", "flow", "view create edit delete run statistics"}, /* from above */
        {"super@site.example", "globex", "users", "view create edit delete"},
    };
    cast *c = *state;
    DO("module.create", "{'name': 'flow'}");
    DO("module.create", "{'name': 'stock'}");
    DO("user.create", "{'email': 'part@acme.example', 'org': 'acme', 'role': 'Viewer', 'module': ['flow']}");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        AS(cases[i].who, "me.permissions", apr_psprintf(c->pool, "{'org': '%s'}", cases[i].org));
        if (strcmp(offered(c, cases[i].module), cases[i].offered) != 0) {
            fail_msg("%s in %s, %s: \"%s\"", cases[i].who, cases[i].org, cases[i].module, offered(c, cases[i].module));
        }
        assert_string_equal(cast_text(c, "org"), cases[i].org);
    }
    AS("admin@acme.example", "me.permissions", "{'org': 'acme'}");
    assert_string_equal(cast_text(c, "role_type"), "administrator");
    assert_string_equal(oa_json_canonical(oa_json_get(c->result, "patterns"), c->pool), "[\"*:*\"]");
}

static void another_organization_is_absent(void **state)
{
    cast *c = *state;
    REFUSED_AS(OA_NOT_FOUND, "admin@acme.example", "me.permissions", "{'org': 'globex'}");
    REFUSED_AS(OA_NOT_FOUND, "viewer@lab.example", "me.permissions", "{'org': 'acme'}");
    DO("user.confine", "{'user': 'viewer@acme.example', 'org': 'acme', 'reach': 'here'}");
    REFUSED_AS(OA_NOT_FOUND, "viewer@acme.example", "me.permissions", "{'org': 'lab'}");
    REFUSED(OA_UNAUTHENTICATED, "me.permissions", "{'org': 'acme'}");
}

static void an_outsider_has_nothing_there(void **state)
{
    cast *c = *state;
    DO("api.register", "{'name': 'reports', 'org': 'acme'}");
    DO("api.attach", "{'api': 'reports', 'org': 'acme', 'user': ['viewer@globex.example']}");
    AS("viewer@globex.example", "me.permissions", "{'org': 'acme'}");
    assert_int_equal(oa_json_size(oa_json_get(c->result, "permissions")), 0);
    assert_null(oa_json_get_text(c->result, "role_type"));
}

OA_TESTS(CAST_TEST(a_face_offers_what_is_allowed_and_nothing_else), CAST_TEST(another_organization_is_absent),
         CAST_TEST(an_outsider_has_nothing_there))
