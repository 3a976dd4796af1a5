/* SPDX-License-Identifier: Apache-2.0 */
/* The file that an operation takes beside its arguments. */
#ifndef OA_CLI_FILE_H
#define OA_CLI_FILE_H

#include "core/admin/operation.h"

/* The content of the file that the argument of OA_TYPE_FILE names, "-" for standard input; *file = NULL where the row has no such argument.
 * OA_TOO_LARGE beyond what REST takes. */
oa_error *oa_file_read(const oa_operation *row, const oa_json *arguments, const oa_file **file, apr_pool_t *pool);

/* For oa_manner: one line on stderr, which must be a terminal, written over until it is done. */
void oa_file_progress(void *context, size_t done, size_t total);

#endif
