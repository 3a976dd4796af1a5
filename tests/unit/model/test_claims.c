/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "core/model/claims.h"

#define NOW INT64_C(1795442400000)

static const oa_claims right = {.store_id = "abc", .user = 1, .org = 2, .key = 3, .issued_at = NOW};

static oa_json *changed(const char *name, const char *text, apr_pool_t *pool)
{
    oa_json *claims = oa_claims_write(&right, pool);
    oa_json_set_text(claims, name, text);
    return claims;
}

static void the_claims_are_those_of_a_jwt(void **state)
{
    oa_claims claims = right;
    assert_string_equal(oa_json_format(oa_claims_write(&claims, *state), false, *state),
                        "{\"iss\":\"urn:orgauth:abc\",\"sub\":\"usr_0000000000001\",\"org\":\"org_0000000000002\","
                        "\"jti\":\"key_0000000000003\",\"iat\":1795442400}");
    claims.expires_at = NOW + OA_DAY + 999;
    assert_int_equal(oa_json_get_int(oa_claims_write(&claims, *state), "exp"), 1795442400 + 86400);
}

static void claims_agree_when_every_one_of_them_does(void **state)
{
    static const char *const names[] = {"iss", "sub", "org", "jti", "iat"};
    static const char *const values[] = {NULL, "", "x", "usr_0000000000009", "urn:orgauth:abd", "org_0000000000001"};
    assert_true(oa_claims_agree(oa_claims_write(&right, *state), &right, *state));
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        for (size_t j = 0; j < sizeof(values) / sizeof(values[0]); j++) {
            assert_false(oa_claims_agree(changed(names[i], values[j], *state), &right, *state));
        }
    }
    assert_false(oa_claims_agree(oa_json_object(*state), &right, *state));
}

static void only_a_key_s_id_names_a_key(void **state)
{
    oa_id key = 0;
    assert_true(oa_claims_key(oa_claims_write(&right, *state), &key));
    assert_int_equal(key, 3);
    assert_false(oa_claims_key(changed("jti", "usr_0000000000003", *state), &key));
    assert_false(oa_claims_key(changed("jti", NULL, *state), &key));
    assert_false(oa_claims_key(oa_json_object(*state), &key));
}

static void an_expiry_that_is_no_time_has_come(void **state)
{
    static const struct {
        const char *exp;
        bool expired;
    } cases[] = {
        {"1795442399", true},  {"1795442400", true}, {"1795442401", false},          {"0", true},
        {"-1", true},          {"null", true},       {"\"1795442401\"", true},       {"1795442401.5", true},
        {"1e300", true},       {"true", true},       {"9223372036854775807", false}, {"[1795442401]", true},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        oa_json *value, *claims = oa_claims_write(&right, *state);
        assert_ok(oa_json_parse(cases[i].exp, strlen(cases[i].exp), &value, *state));
        oa_json_set(claims, "exp", value);
        assert_int_equal(oa_claims_end(claims) <= NOW + 500, cases[i].expired);
        assert_true(oa_claims_end(claims) > 0);
    }
    assert_int_equal(oa_claims_end(oa_claims_write(&right, *state)), 0);
    oa_claims ending = right;
    ending.expires_at = NOW;
    assert_int_equal(oa_claims_end(oa_claims_write(&ending, *state)), NOW);
}

OA_TESTS(OA_POOL_TEST(the_claims_are_those_of_a_jwt), OA_POOL_TEST(claims_agree_when_every_one_of_them_does),
         OA_POOL_TEST(only_a_key_s_id_names_a_key), OA_POOL_TEST(an_expiry_that_is_no_time_has_come))
