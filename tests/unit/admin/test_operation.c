/* SPDX-License-Identifier: Apache-2.0 */
/* The table itself: every face is made from its rows, so a malformed one must not get in. */
#include "tests/unit/unit.h"

#include "core/admin/operation.h"
#include "core/base/text.h"

#include <apr_strings.h>

#define EACH_OPERATION(row) (const oa_operation *const *row = oa_operations; (*row)->name != NULL; row++)

static void a_row_is_found_by_its_whole_name(void **state)
{
    (void)state;
    int count = 0;
    for EACH_OPERATION(row) {
        assert_ptr_equal(oa_operation_find((*row)->name), *row); /* so names are unique too */
        count++;
    }
    assert_true(count > 30);
    assert_null(oa_operation_find("user"));
    assert_null(oa_operation_find("user.ban "));
    assert_null(oa_operation_find("User.ban"));
    assert_null(oa_operation_find(""));
}

static void a_row_says_what_every_face_needs(void **state)
{
    (void)state;
    for EACH_OPERATION(row) {
        const oa_operation *operation = *row;
        const char *dot = strchr(operation->name, '.');
        assert_non_null(dot);
        assert_true(oa_slug_is_valid(dot + 1));
        assert_non_null(operation->summary);
        assert_int_not_equal(operation->summary[strlen(operation->summary) - 1], '.');
        assert_non_null(operation->run);
        bool asks = operation->scope == OA_SCOPE_ORG || operation->scope == OA_SCOPE_HOME;
        assert_int_equal(asks, operation->permission != NULL);
        assert_int_equal(operation->method == NULL, operation->path == NULL);
        assert_true(operation->method == NULL || operation->changes == (strcmp(operation->method, "GET") != 0));
    }
}

static const oa_parameter *find(const oa_operation *operation, const char *name)
{
    const oa_parameter *parameter = operation->parameters;
    while (parameter->name != NULL && strcmp(parameter->name, name) != 0) {
        parameter++;
    }
    return parameter->name != NULL ? parameter : NULL;
}

static void names_in_the_braces_of_a_path_are_parameters(void **state)
{
    apr_pool_t *pool = *state;
    for EACH_OPERATION(row) {
        for (const char *at = (*row)->path; at != NULL && (at = strchr(at, '{')) != NULL; at++) {
            const char *name = apr_pstrmemdup(pool, at + 1, strcspn(at + 1, "}"));
            if (find(*row, name) == NULL) {
                fail_msg("%s: {%s} in %s", (*row)->name, name, (*row)->path);
            }
        }
    }
}

static void parameters_are_told_apart_and_explained(void **state)
{
    (void)state;
    for EACH_OPERATION(row) {
        bool last_seen = false;
        for (const oa_parameter *parameter = (*row)->parameters; parameter->name != NULL; parameter++) {
            assert_ptr_equal(find(*row, parameter->name), parameter);
            assert_non_null(parameter->help);
            assert_int_equal(parameter->type == OA_TYPE_CHOICE, parameter->choices != NULL);
            if ((parameter->flags & OA_POSITIONAL) != 0) {
                assert_false(last_seen); /* nothing can follow a positional list, or one that may be left out */
                last_seen = (parameter->flags & OA_LIST) != 0 || (parameter->flags & OA_REQUIRED) == 0;
            }
        }
    }
}

OA_TESTS(cmocka_unit_test(a_row_is_found_by_its_whole_name), cmocka_unit_test(a_row_says_what_every_face_needs),
         OA_POOL_TEST(names_in_the_braces_of_a_path_are_parameters),
         cmocka_unit_test(parameters_are_told_apart_and_explained))
