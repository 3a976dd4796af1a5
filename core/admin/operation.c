/* SPDX-License-Identifier: Apache-2.0 */
#include "core/admin/operations.h"

#include <apr_strings.h>

static const oa_operation end_of_operations;

#define OA_OPERATION_ENTRY(name) &oa_op_##name,
const oa_operation *const oa_operations[] = {OA_OPERATIONS(OA_OPERATION_ENTRY) & end_of_operations};

const oa_operation *oa_operation_find(const char *name)
{
    for (const oa_operation *const *row = oa_operations; (*row)->name != NULL; row++) {
        if (strcmp((*row)->name, name) == 0) {
            return *row;
        }
    }
    return NULL;
}

static const char *choices_of_format(const oa_operation *operation)
{
    const oa_parameter *parameter = operation->parameters;
    while (parameter->name != NULL && strcmp(parameter->name, "format") != 0) {
        parameter++;
    }
    return parameter->name != NULL ? parameter->choices : "";
}

const char *oa_operation_gives(const oa_operation *operation, const oa_json *arguments, apr_pool_t *pool)
{
    const char *types = operation->gives, *choices = choices_of_format(operation), *format = oa_json_get_text(arguments, "format");
    if (types == NULL || format == NULL) {
        return types != NULL ? apr_pstrmemdup(pool, types, strcspn(types, " ")) : NULL;
    }
    while (*choices != '\0') {
        size_t size = strcspn(choices, " "), type = strcspn(types, " ");
        if (strlen(format) == size && strncmp(choices, format, size) == 0) {
            break;
        }
        choices += size + (choices[size] == ' ');
        types += type + (types[type] == ' ');
    }
    return apr_pstrmemdup(pool, types, strcspn(types, " "));
}
