/* SPDX-License-Identifier: Apache-2.0 */
#include "core/admin/operations.h"

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
