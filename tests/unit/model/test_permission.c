/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "tests/unit/model/roles.h"

#include <apr_strings.h>

#define COUNT(cases) (sizeof(cases) / sizeof((cases)[0]))

static const char marked[] = "audit orgs payment pricing roles settings users";

static oa_grants builtin(int index)
{
    return (oa_grants){.type = builtin_roles[index].type,
                       .permissions = builtin_roles[index].permissions,
                       .modules = "",
                       .admin_modules = marked};
}

/* A column per role in the order of roles.h; "x" allows. */
static const struct {
    const char *permission, *allowed;
} matrix[] = {
    {"flow:view", "xxxxx-"},        {"flow:statistics", "xxxxx-"},  {"flow:run", "xxxx--"},
    {"flow:create", "xxx---"},      {"flow:edit", "xxx---"},        {"flow:delete", "xxx---"},
    {"flow:approve", "xx----"},     {"apis:view", "xxxxx-"},        {"apis:create", "xxx---"},
    {"apis:delete", "xxx---"},      {"pricing:view", "xx----"},     {"pricing:edit", "xx----"},
    {"payment:run", "xx----"},      {"users:view", "xx----"},       {"users:edit", "xx----"},
    {"users:create", "xx----"},     {"users:statistics", "xx----"}, {"roles:view", "xx----"},
    {"roles:edit", "xx----"},       {"audit:view", "xx----"},       {"settings:view", "xx----"},
    {"settings:edit", "xx----"},    {"orgs:view", "xx----"},        {"orgs:create", "xx----"},
    {"user:view", "xxxxx-"},        {"userss:view", "xxxxx-"},
    /* Malformed: nobody. */
    {"", "------"},                 {":", "------"},                {"flow", "------"},
    {"flow:", "------"},            {":view", "------"},            {"*:*", "------"},
    {"*:view", "------"},           {"flow:*", "------"},           {"Flow:view", "------"},
    {"flow:View", "------"},        {"flow:view ", "------"},       {" flow:view", "------"},
    {"flow :view", "------"},       {"flow:view:view", "------"},   {"flow:vi_ew", "------"},
    {"fl\xc3\xb6w:view", "------"}, {"flow:view\n", "------"},      {"flow: view", "------"},
};

static void test_what_each_role_may(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(matrix); i++) {
        for (int role = 0; role < ROLES; role++) {
            oa_grants grants = builtin(role);
            if (oa_grants_allow(&grants, matrix[i].permission) != (matrix[i].allowed[role] == 'x')) {
                fail_msg("%s, %s", builtin_roles[role].name, matrix[i].permission);
            }
        }
    }
}

/* Not even where a store's list of marked modules forgets them. */
static void test_own_modules_are_closed_whatever_the_store_marks(void **state)
{
    (void)state;
    static const char *const own[] = {"users", "roles", "audit", "settings", "orgs"};
    for (size_t i = 0; i < COUNT(own); i++) {
        for (int type = OA_ROLE_USER; type <= OA_ROLE_API; type++) {
            char named[32];
            snprintf(named, sizeof(named), "*:* %s:*", own[i]);
            oa_grants grants = {.type = type, .permissions = named, .modules = own[i], .admin_modules = ""};
            assert_false(oa_grants_allow_action(&grants, own[i], "view"));
            grants.admin_modules = NULL;
            assert_false(oa_grants_allow_action(&grants, own[i], "view"));
        }
    }
}

static void test_patterns(void **state)
{
    (void)state;
    static const struct {
        const char *patterns, *permission;
        bool allowed;
    } cases[] = {
        {"flow:run", "flow:run", true},
        {"flow:run", "flow:view", false},
        {"flow:run", "flo:run", false},
        {"flow:run", "flows:run", false},
        {"flow:run", "flow:runs", false},
        {"flow:*", "flow:anything", true},
        {"*:run", "x:run", true},
        {"*:*", "x:y", true},
        {"a:b c:d", "c:d", true},
        {"a:b c:d", "a:d", false},
        {"a:b  c:d", "c:d", true},
        {"fl*:run", "flow:run", false},
        {"**:run", "flow:run", false},
        {"*", "flow:run", false},
        {"flow", "flow:run", false},
        {"flow:run:x", "flow:run", false},
        {":", "flow:run", false},
        {"", "flow:run", false},
        {NULL, "flow:run", false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        oa_grants grants = {.type = OA_ROLE_USER, .permissions = cases[i].patterns, .admin_modules = marked};
        if (oa_grants_allow(&grants, cases[i].permission) != cases[i].allowed) {
            fail_msg("%s, %s", cases[i].patterns, cases[i].permission);
        }
    }
}

static void test_confinement_to_modules(void **state)
{
    (void)state;
    static const struct {
        int role;
        const char *modules, *permission;
        bool allowed;
    } cases[] = {
        {EDITOR, "flow", "flow:edit", true},           {EDITOR, "flow", "report:edit", false},
        {EDITOR, "flow report", "report:edit", true},  {EDITOR, "flow", "flo:edit", false},
        {EDITOR, "flow", "apis:create", true},         {EDITOR, "flow", "users:edit", false},
        {EDITOR, "pricing", "pricing:view", false},    {ADMINISTRATOR, "flow", "users:edit", true},
        {ADMINISTRATOR, "flow", "pricing:edit", false}, {ADMINISTRATOR, "pricing", "pricing:edit", true},
        {SUPERADMIN, "flow", "report:edit", true},     {API_USER, "flow", "flow:view", false},
        {EDITOR, NULL, "report:edit", true},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        oa_grants grants = builtin(cases[i].role);
        grants.modules = cases[i].modules;
        assert_int_equal(oa_grants_allow(&grants, cases[i].permission), cases[i].allowed);
    }
}

static void test_no_type_no_permission(void **state)
{
    (void)state;
    static const int types[] = {0, -1, 5, 100};
    for (size_t i = 0; i < COUNT(types); i++) {
        oa_grants grants = {.type = types[i], .permissions = "*:*", .modules = "", .admin_modules = ""};
        assert_false(oa_grants_allow(&grants, "flow:view"));
        oa_grants nothing = builtin(API_USER), all = builtin(SUPERADMIN);
        assert_false(oa_grants_cover(&grants, &nothing));
        assert_false(oa_grants_cover(&all, &grants));
    }
    oa_grants grants = builtin(ADMINISTRATOR);
    assert_false(oa_grants_allow(NULL, "flow:view"));
    assert_false(oa_grants_allow(&grants, NULL));
    assert_false(oa_grants_allow_action(&grants, NULL, "view"));
    assert_false(oa_grants_allow_action(&grants, "flow", NULL));
    assert_false(oa_grants_cover(&grants, NULL));
    assert_false(oa_grants_cover(NULL, &grants));
}

static void test_a_role_covers_itself_and_the_weaker_ones_alone(void **state)
{
    (void)state;
    for (int mine = 0; mine < ROLES; mine++) {
        for (int theirs = 0; theirs < ROLES; theirs++) {
            oa_grants a = builtin(mine), b = builtin(theirs);
            if (oa_grants_cover(&a, &b) != (mine <= theirs)) {
                fail_msg("%s, %s", builtin_roles[mine].name, builtin_roles[theirs].name);
            }
        }
    }
}

static void test_who_is_confined_grants_within_those_modules(void **state)
{
    (void)state;
    static const struct {
        const char *mine, *theirs;
        bool covered;
    } cases[] = {
        {"", "", true},           {"", "flow", true},           {"flow", "", false},
        {"flow", "flow", true},   {"flow report", "flow", true}, {"flow", "flow report", false},
        {"flow", "report", false}, {"flow", NULL, false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        oa_grants mine = builtin(ADMINISTRATOR), theirs = builtin(EDITOR);
        mine.modules = cases[i].mine;
        theirs.modules = cases[i].theirs;
        assert_int_equal(oa_grants_cover(&mine, &theirs), cases[i].covered);
    }
}

/* Every pair out of a small world: covered must mean that nothing is allowed to them that is not to me. */
static const char *const world_patterns[] = {"",        "*:*",      "*:view",    "flow:*",    "flow:view", "users:view",
                                             "apis:*",  "*:edit",   "pricing:*", "flow:edit", "bad",       "*:view x:edit",
                                             "x:*",     "flow:view x:view"};
static const char *const world_modules[] = {"", "flow", "x", "flow x", "pricing", "users"};
static const char *const world_marks[] = {"", "pricing", "pricing x"};
static const char *const world_names[] = {"flow", "x", "users", "apis", "pricing", "other"};
static const char *const world_actions[] = {"view", "edit", "run"};

enum {
    PATTERNS = COUNT(world_patterns),
    MODULES = COUNT(world_modules),
    MARKS = COUNT(world_marks),
    NAMES = COUNT(world_names),
    ACTIONS = COUNT(world_actions),
    WORLD = PATTERNS * MODULES * MARKS * 4
};

static oa_grants citizen(int number)
{
    return (oa_grants){.permissions = world_patterns[number % PATTERNS],
                       .modules = world_modules[number / PATTERNS % MODULES],
                       .admin_modules = world_marks[number / PATTERNS / MODULES % MARKS],
                       .type = (oa_role_type)(number / PATTERNS / MODULES / MARKS + 1)};
}

/* What the grants allow, a bit for each module and action. */
static unsigned allowed_set(const oa_grants *grants)
{
    unsigned set = 0;
    for (unsigned i = 0; i < NAMES * ACTIONS; i++) {
        set |= (unsigned)oa_grants_allow_action(grants, world_names[i / ACTIONS], world_actions[i % ACTIONS]) << i;
    }
    return set;
}

static void test_covered_means_nothing_beyond(void **state)
{
    (void)state;
    static unsigned sets[WORLD];
    int covered = 0;
    for (int i = 0; i < WORLD; i++) {
        oa_grants grants = citizen(i);
        sets[i] = allowed_set(&grants);
    }
    for (int i = 0; i < WORLD; i++) {
        for (int j = 0; j < WORLD; j++) {
            oa_grants mine = citizen(i), theirs = citizen(j);
            bool covers = oa_grants_cover(&mine, &theirs);
            covered += covers;
            if (covers && (sets[j] & ~sets[i]) != 0) {
                fail_msg("[%d %s|%s|%s] covers [%d %s|%s|%s]", mine.type, mine.permissions, mine.modules,
                         mine.admin_modules, theirs.type, theirs.permissions, theirs.modules, theirs.admin_modules);
            }
        }
    }
    assert_true(covered > WORLD);
}

static void test_lists_of_patterns_are_sorted_and_single(void **state)
{
    static const char *const patterns[] = {"flow:view", "*:run", "apis:*", "flow:view", "*:*"};
    const char *normalized = NULL;
    assert_ok(oa_permissions_normalize("permission", patterns, 5, OA_ROLE_USER, marked, &normalized, *state));
    assert_string_equal(normalized, "*:* *:run apis:* flow:view");
    assert_ok(oa_permissions_normalize("permission", NULL, 0, OA_ROLE_USER, marked, &normalized, *state));
    assert_string_equal(normalized, "");
}

static void test_the_stored_form_of_the_builtin_roles(void **state)
{
    for (int i = 0; i < ROLES; i++) {
        const char *patterns[8], *normalized;
        int count = 0;
        char *last, *list = apr_pstrdup(*state, builtin_roles[i].permissions);
        for (char *word = apr_strtok(list, " ", &last); word != NULL; word = apr_strtok(NULL, " ", &last)) {
            patterns[count++] = word;
        }
        assert_ok(oa_permissions_normalize("permission", patterns, count, builtin_roles[i].type, marked, &normalized,
                                           *state));
        assert_string_equal(normalized, builtin_roles[i].permissions);
    }
}

static void test_patterns_that_no_role_may_hold(void **state)
{
    static const struct {
        const char *pattern;
        oa_role_type type;
        bool good;
    } cases[] = {
        {"flow:view", OA_ROLE_USER, true},      {"users:view", OA_ROLE_USER, false},
        {"users:view", OA_ROLE_API, false},     {"users:view", OA_ROLE_ADMINISTRATOR, true},
        {"pricing:*", OA_ROLE_USER, false},     {"pricing:*", OA_ROLE_ADMINISTRATOR, true},
        {"settings:edit", OA_ROLE_USER, false}, {"apis:create", OA_ROLE_USER, true},
        {"", OA_ROLE_USER, false},              {"flow", OA_ROLE_USER, false},
        {"flow:", OA_ROLE_USER, false},         {":view", OA_ROLE_USER, false},
        {"*", OA_ROLE_USER, false},             {"flow:view x:view", OA_ROLE_USER, false},
        {"Flow:view", OA_ROLE_USER, false},     {"flow:view ", OA_ROLE_USER, false},
        {"fl*w:view", OA_ROLE_USER, false},     {"**:view", OA_ROLE_USER, false},
        {NULL, OA_ROLE_USER, false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *normalized = NULL;
        oa_error *error = oa_permissions_normalize("permission", &cases[i].pattern, 1, cases[i].type, marked,
                                                   &normalized, *state);
        assert_int_equal(error == NULL, cases[i].good);
        assert_true(error == NULL || strcmp(error->field, "permission") == 0);
    }
}

static void test_the_number_of_patterns_is_bounded(void **state)
{
    const char *patterns[201];
    const char *normalized = NULL;
    for (int i = 0; i < 201; i++) {
        patterns[i] = apr_psprintf(*state, "m%d:view", i);
    }
    assert_ok(oa_permissions_normalize("permission", patterns, 200, OA_ROLE_USER, marked, &normalized, *state));
    assert_code(oa_permissions_normalize("permission", patterns, 201, OA_ROLE_USER, marked, &normalized, *state),
                OA_INVALID);
}

static void test_actions_of_methods(void **state)
{
    (void)state;
    static const struct {
        const char *method, *action;
    } cases[] = {
        {"GET", "view"},  {"HEAD", "view"},  {"OPTIONS", "view"},  {"POST", "create"}, {"PUT", "edit"},
        {"PATCH", "edit"}, {"DELETE", "delete"}, {"get", NULL}, {"TRACE", NULL}, {"CONNECT", NULL}, {"PROPFIND", NULL},
        {"GET ", NULL},   {"", NULL},        {NULL, NULL},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *action = oa_method_action(cases[i].method);
        assert_true(cases[i].action == NULL ? action == NULL : action != NULL && strcmp(action, cases[i].action) == 0);
    }
}

static void test_words(void **state)
{
    (void)state;
    static const struct {
        const char *list, *word;
        bool found;
    } cases[] = {
        {"a b c", "a", true},  {"a b c", "c", true}, {"a b c", "d", false}, {"ab", "a", false}, {"ab", "b", false},
        {"a", "ab", false},    {"a b", "a b", false}, {"a  b", "b", true},  {"a  b", "", false}, {"", "", false},
        {"", "a", false},      {NULL, "a", false},   {"a", NULL, false},    {"a ", "a", true},   {" a", "a", true},
        {"1/x 1/xy", "1/x", true}, {"1/xy", "1/x", false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_int_equal(oa_words_have(cases[i].list, cases[i].word), cases[i].found);
    }
}

OA_TESTS(cmocka_unit_test(test_what_each_role_may),
         cmocka_unit_test(test_own_modules_are_closed_whatever_the_store_marks), cmocka_unit_test(test_patterns),
         cmocka_unit_test(test_confinement_to_modules), cmocka_unit_test(test_no_type_no_permission),
         cmocka_unit_test(test_a_role_covers_itself_and_the_weaker_ones_alone),
         cmocka_unit_test(test_who_is_confined_grants_within_those_modules),
         cmocka_unit_test(test_covered_means_nothing_beyond),
         OA_POOL_TEST(test_lists_of_patterns_are_sorted_and_single),
         OA_POOL_TEST(test_the_stored_form_of_the_builtin_roles), OA_POOL_TEST(test_patterns_that_no_role_may_hold),
         OA_POOL_TEST(test_the_number_of_patterns_is_bounded), cmocka_unit_test(test_actions_of_methods),
         cmocka_unit_test(test_words))
