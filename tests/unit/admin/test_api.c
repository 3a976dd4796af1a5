/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/admin/cast.h"

static void registering_makes_a_service_account_with_the_apis_own_key(void **state)
{
    cast *c = *state;
    DO("api.register", "{'name': 'reports', 'org': 'acme', 'summary': 'All the figures'}");
    assert_string_equal(cast_text(c, "service_account"), "reports@apis.acme.invalid");
    assert_int_equal(strncmp(cast_text(c, "key"), "oak_", 4), 0);
    assert_int_equal(cast_int(c, "SELECT service_api = 'reports' AND role = 'API User' AND apis LIKE '%/reports' FROM credential"),
                     1);
    DO("user.show", "{'user': 'reports@apis.acme.invalid'}");
    assert_string_equal(cast_text(c, "kind"), "system");
    assert_string_equal(cast_text(c, "role"), "API User");
    REFUSED(OA_CONFLICT, "api.register", "{'name': 'reports', 'org': 'acme'}");
    DO("api.register", "{'name': 'reports', 'org': 'globex'}");
}

static void a_name_that_makes_no_address_still_has_an_account(void **state)
{
    static const char *const slugs[] = {"ab--cd", "a234567890123456789012345678901234567890123456789012345678901ab"};
    cast *c = *state;
    for (size_t i = 0; i < 2; i++) {
        DO("org.create", apr_psprintf(c->pool, "{'name': 'Odd', 'slug': '%s'}", slugs[i]));
        DO("api.register", apr_psprintf(c->pool, "{'name': '%s', 'org': '%s'}", slugs[i], slugs[i]));
        assert_non_null(strstr(cast_text(c, "service_account"), ".invalid"));
    }
}

static void a_web_api_is_named_with_its_organization_where_several_have_it(void **state)
{
    cast *c = *state;
    DO("api.register", "{'name': 'reports', 'org': 'acme'}");
    DO("api.show", "{'api': 'reports'}");
    DO("api.register", "{'name': 'reports', 'org': 'globex'}");
    REFUSED(OA_INVALID, "api.show", "{'api': 'reports'}");
    assert_string_equal(c->error->field, "org");
    DO("api.show", "{'api': 'reports', 'org': 'globex'}");
    const char *id = apr_pstrdup(c->pool, cast_text(c, "id"));
    DO("api.edit", apr_psprintf(c->pool, "{'api': '%s', 'summary': 'x'}", id));
    assert_string_equal(cast_text(c, "summary"), "x");
    assert_int_equal(oa_json_get_int(c->result, "version"), 2);
    REFUSED(OA_NOT_FOUND, "api.show", apr_psprintf(c->pool, "{'api': '%s', 'org': 'acme'}", id));
    DO("api.list", "{}");
    assert_int_equal(oa_json_size(cast_items(c)), 2);
    DO("api.list", "{'org': 'acme'}");
    assert_int_equal(oa_json_size(cast_items(c)), 1);
}

static void removing_revokes_its_key_and_takes_it_from_everybody(void **state)
{
    cast *c = *state;
    DO("api.register", "{'name': 'reports', 'org': 'acme'}");
    DO("api.attach", "{'api': 'reports', 'user': ['viewer@acme.example'], 'key': true}");
    DO("api.remove", "{'api': 'reports'}");
    REFUSED(OA_NOT_FOUND, "api.show", "{'api': 'reports'}");
    REFUSED(OA_NOT_FOUND, "user.show", "{'user': 'reports@apis.acme.invalid'}");
    assert_int_equal(cast_int(c, "SELECT count(*) FROM attachment"), 0);
    assert_int_equal(cast_int(c, "SELECT count(*) FROM credential WHERE apis <> '' OR service_api <> ''"), 0);
    assert_int_equal(cast_int(c, "SELECT count(*) FROM api_key k JOIN account a ON a.id = k.account_id"
                                 " WHERE a.kind = 2 AND k.revoked_at = 0"), 0);
    DO("api.register", "{'name': 'reports', 'org': 'acme'}"); /* the name is free again */
}

OA_TESTS(CAST_TEST(registering_makes_a_service_account_with_the_apis_own_key),
         CAST_TEST(a_name_that_makes_no_address_still_has_an_account),
         CAST_TEST(a_web_api_is_named_with_its_organization_where_several_have_it),
         CAST_TEST(removing_revokes_its_key_and_takes_it_from_everybody))
