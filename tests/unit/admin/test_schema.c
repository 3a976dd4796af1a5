/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "core/admin/operation.h"
#include "core/admin/schema.h"

#include <apr_strings.h>

static bool is_known(const char *answers)
{
    size_t size = strcspn(answers, "*");
    for (const oa_schema *schema = oa_schemas; schema->name != NULL; schema++) {
        if (strlen(schema->name) == size && strncmp(schema->name, answers, size) == 0) {
            return true;
        }
    }
    return false;
}

static void every_row_of_operations_names_a_schema(void **state)
{
    (void)state;
    for (const oa_operation *const *row = oa_operations; (*row)->name != NULL; row++) {
        if ((*row)->path != NULL && (*row)->gives == NULL && (*row)->status != 204) {
            if ((*row)->answers == NULL || !is_known((*row)->answers)) {
                fail_msg("%s answers with no schema of core/admin/schema.c", (*row)->name);
            }
        }
    }
}

static void fields_become_properties(void **state)
{
    static const oa_schema schema = {"X", "id:usr ~note:text? at:time list:[text] all:[@User] who:@User map:map any:any n:int b:bool"};
    assert_string_equal(
        oa_json_format(oa_schema_make(&schema, *state), false, *state),
        "{\"type\":\"object\",\"properties\":{\"id\":{\"type\":\"string\",\"pattern\":\"^usr_[0-9a-hjkmnp-tv-z]{13}$\"},"
        "\"note\":{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"null\"}]},\"at\":{\"type\":\"string\",\"format\":\"date-time\"},"
        "\"list\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}},"
        "\"all\":{\"type\":\"array\",\"items\":{\"$ref\":\"#/components/schemas/User\"}},\"who\":{\"$ref\":\"#/components/schemas/User\"},"
        "\"map\":{\"type\":\"object\",\"additionalProperties\":{\"type\":\"string\"}},\"any\":{\"type\":\"object\"},"
        "\"n\":{\"type\":\"integer\"},\"b\":{\"type\":\"boolean\"}},"
        "\"required\":[\"id\",\"at\",\"list\",\"all\",\"who\",\"map\",\"any\",\"n\",\"b\"]}");
}

static void a_star_is_a_page(void **state)
{
    const oa_json *page = oa_schema_ref("User*", *state);
    const oa_json *items = oa_json_get(oa_json_get(page, "properties"), "items");
    assert_string_equal(oa_json_get_text(oa_json_get(items, "items"), "$ref"), "#/components/schemas/User");
    assert_string_equal(oa_json_get_text(oa_schema_ref("User", *state), "$ref"), "#/components/schemas/User");
    assert_string_equal(oa_json_get_text(oa_schema_ref(NULL, *state), "type"), "object");
}

OA_TESTS(OA_POOL_TEST(every_row_of_operations_names_a_schema), OA_POOL_TEST(fields_become_properties), OA_POOL_TEST(a_star_is_a_page))
