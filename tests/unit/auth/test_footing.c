/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "core/auth/footing.h"
#include "core/model/permission.h"
#include "core/model/status.h"

enum { ACTIVE = 1, SUSPENDED = 2, ONLY = 1, BELOW = 2, NONE = 0, LOGIN = 0, KEY = 9 };
enum { TOP = 10, ACME = 100, OTHER = 200, SUB = 1000 };

/* 10 is above 100, which is above 1000; 200 stands alone. */
static const oa_place places[] = {
    {TOP, "top", ACTIVE, ""}, {ACME, "acme", ACTIVE, "10"}, {SUB, "sub", ACTIVE, "10 100"}, {OTHER, "other", ACTIVE, ""},
    {ACME, "acme", SUSPENDED, "10"},
};
static const oa_place *const top = &places[0], *const acme = &places[1], *const sub = &places[2],
                            *const other = &places[3], *const shut = &places[4];

typedef struct footing {
    const char *what;
    oa_id key, org;
    int org_status, membership, reach, role;
    const char *apis;
    const oa_place *const *place; /* NULL: none asked for */
    oa_outcome outcome;
    bool member;
} footing;

static const footing rows[] = {
    {"a member at home", KEY, ACME, ACTIVE, ACTIVE, BELOW, OA_ROLE_USER, "", NULL, OA_ALLOWED, true},
    {"a member of the place", KEY, ACME, ACTIVE, ACTIVE, ONLY, OA_ROLE_USER, "", &acme, OA_ALLOWED, true},
    {"a login of the place", LOGIN, ACME, ACTIVE, ACTIVE, ONLY, OA_ROLE_USER, "", &acme, OA_ALLOWED, true},
    {"from above, reaching", KEY, ACME, ACTIVE, ACTIVE, BELOW, OA_ROLE_USER, "", &sub, OA_ALLOWED, true},
    {"from far above", KEY, TOP, ACTIVE, ACTIVE, BELOW, OA_ROLE_USER, "", &sub, OA_ALLOWED, true},
    {"from above, not reaching", KEY, ACME, ACTIVE, ACTIVE, ONLY, OA_ROLE_USER, "", &sub, OA_FOREIGN_ORG, false},
    {"from below", KEY, SUB, ACTIVE, ACTIVE, BELOW, OA_ROLE_ADMINISTRATOR, "", &acme, OA_FOREIGN_ORG, false},
    {"from below to the top", KEY, ACME, ACTIVE, ACTIVE, BELOW, OA_ROLE_ADMINISTRATOR, "", &top, OA_FOREIGN_ORG, false},
    {"from beside", KEY, OTHER, ACTIVE, ACTIVE, BELOW, OA_ROLE_ADMINISTRATOR, "", &acme, OA_FOREIGN_ORG, false},
    {"to beside", KEY, ACME, ACTIVE, ACTIVE, BELOW, OA_ROLE_USER, "", &other, OA_FOREIGN_ORG, false},
    {"an id within an id", KEY, 0 + 1, ACTIVE, ACTIVE, BELOW, OA_ROLE_USER, "", &sub, OA_FOREIGN_ORG, false},
    {"SuperAdmin anywhere", KEY, OTHER, ACTIVE, ACTIVE, ONLY, OA_ROLE_SITE, "", &acme, OA_ALLOWED, true},
    {"SuperAdmin deactivated", KEY, OTHER, ACTIVE, OA_MEMBERSHIP_DEACTIVATED, BELOW, OA_ROLE_SITE, "", &acme,
     OA_MEMBER_DEACTIVATED, false},
    {"SuperAdmin by role without membership", KEY, OTHER, ACTIVE, NONE, BELOW, OA_ROLE_SITE, "", &acme,
     OA_MEMBER_DEACTIVATED, false},
    {"SuperAdmin in a suspended place", KEY, OTHER, ACTIVE, ACTIVE, BELOW, OA_ROLE_SITE, "", &shut, OA_ORG_SUSPENDED, false},
    {"deactivated", KEY, ACME, ACTIVE, OA_MEMBERSHIP_DEACTIVATED, BELOW, OA_ROLE_USER, "", NULL, OA_MEMBER_DEACTIVATED, false},
    {"deactivated, with a Web API", KEY, ACME, ACTIVE, OA_MEMBERSHIP_DEACTIVATED, BELOW, OA_ROLE_USER, "100/reports", &acme,
     OA_MEMBER_DEACTIVATED, false},
    {"removed", KEY, ACME, ACTIVE, OA_MEMBERSHIP_REMOVED, BELOW, OA_ROLE_USER, "", &acme, OA_MEMBER_DEACTIVATED, false},
    {"removed, with a Web API", LOGIN, ACME, ACTIVE, OA_MEMBERSHIP_REMOVED, BELOW, OA_ROLE_USER, "100/reports", &acme,
     OA_MEMBER_DEACTIVATED, false},
    {"a status unheard of", KEY, ACME, ACTIVE, 7, BELOW, OA_ROLE_USER, "", NULL, OA_MEMBER_DEACTIVATED, false},
    {"suspended at home", KEY, ACME, SUSPENDED, ACTIVE, BELOW, OA_ROLE_USER, "", NULL, OA_ORG_SUSPENDED, false},
    {"suspended, elsewhere not", KEY, TOP, SUSPENDED, ACTIVE, BELOW, OA_ROLE_USER, "", &acme, OA_ORG_SUSPENDED, false},
    {"a suspended place", KEY, TOP, ACTIVE, ACTIVE, BELOW, OA_ROLE_USER, "", &shut, OA_ORG_SUSPENDED, false},
    {"a status of an organization unheard of", KEY, ACME, 0, ACTIVE, BELOW, OA_ROLE_USER, "", NULL, OA_ORG_SUSPENDED, false},
    {"an outsider's key", KEY, ACME, ACTIVE, NONE, ONLY, NONE, "100/reports", NULL, OA_ALLOWED, false},
    {"an outsider's key at the place", KEY, ACME, ACTIVE, NONE, ONLY, NONE, "200/x 100/reports", &acme, OA_ALLOWED, false},
    {"an outsider's key elsewhere", KEY, ACME, ACTIVE, NONE, ONLY, NONE, "100/reports", &other, OA_FOREIGN_ORG, false},
    {"an outsider's key below", KEY, ACME, ACTIVE, NONE, BELOW, NONE, "100/reports", &sub, OA_FOREIGN_ORG, false},
    {"an outsider's key, Web APIs of both", KEY, ACME, ACTIVE, NONE, ONLY, NONE, "100/a 200/b", &other, OA_ALLOWED, false},
    {"an outsider's key, detached", KEY, ACME, ACTIVE, NONE, ONLY, NONE, "", NULL, OA_MEMBER_DEACTIVATED, false},
    {"an outsider's key, detached there", KEY, ACME, ACTIVE, NONE, ONLY, NONE, "200/b", &other, OA_MEMBER_DEACTIVATED, false},
    {"a stranger's login", LOGIN, ACME, ACTIVE, NONE, ONLY, NONE, "", &acme, OA_FOREIGN_ORG, false},
    {"an outsider's login", LOGIN, ACME, ACTIVE, NONE, ONLY, NONE, "100/reports", &acme, OA_ALLOWED, false},
    {"an outsider's login with another's Web API", LOGIN, ACME, ACTIVE, NONE, ONLY, NONE, "1000/a 10/b 200/c", &acme,
     OA_FOREIGN_ORG, false},
    {"a login without membership at home", LOGIN, ACME, ACTIVE, NONE, ONLY, NONE, "", NULL, OA_MEMBER_DEACTIVATED, false},
    {"a member elsewhere with a Web API here", KEY, OTHER, ACTIVE, ACTIVE, BELOW, OA_ROLE_ADMINISTRATOR, "100/reports",
     &acme, OA_ALLOWED, false},
    {"an API name that looks like an organization", KEY, OTHER, ACTIVE, ACTIVE, BELOW, OA_ROLE_USER, "200/100", &acme,
     OA_FOREIGN_ORG, false},
};

static void test_footing_is_as_the_table_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const footing *row = &rows[i];
        oa_record record = {.account_id = 5, .key_id = row->key, .org_id = row->org, .org_status = row->org_status,
                            .membership_status = row->membership, .reach = row->reach, .role_type = row->role,
                            .apis = row->apis};
        bool member;
        oa_outcome outcome = oa_footing_of(&record, row->place == NULL ? NULL : *row->place, &member);
        if (outcome != row->outcome || member != row->member) {
            fail_msg("%s: %s, %s", row->what, oa_outcome_of(outcome)->name, member ? "member" : "no member");
        }
    }
}

static void test_only_validated_accounts_pass(void **state)
{
    (void)state;
    assert_int_equal(oa_account_outcome(OA_ACCOUNT_VALIDATED), OA_ALLOWED);
    assert_int_equal(oa_account_outcome(OA_ACCOUNT_DENIED), OA_USER_DENIED);
    assert_int_equal(oa_account_outcome(OA_ACCOUNT_BANNED), OA_USER_BANNED);
    assert_int_equal(oa_account_outcome(OA_ACCOUNT_INACTIVE), OA_USER_INACTIVE);
    for (int status = -100; status < 100; status++) {
        assert_true(status == OA_ACCOUNT_VALIDATED || oa_account_outcome(status) != OA_ALLOWED);
    }
}

OA_TESTS(OA_POOL_TEST(test_footing_is_as_the_table_says), OA_POOL_TEST(test_only_validated_accounts_pass))
