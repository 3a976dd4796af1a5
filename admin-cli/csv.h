/* SPDX-License-Identifier: Apache-2.0 */
/* CSV on stdout (RFC 4180): CR LF, quotes where needed, and nothing that a spreadsheet would take for a formula. */
#ifndef OA_CLI_CSV_H
#define OA_CLI_CSV_H

#include "core/base/json.h"

#include <apr_tables.h>

void oa_csv_head(const apr_array_header_t *columns, apr_pool_t *pool);

/* A line per element of `items`. A text beginning with = + - @ TAB or CR gets an apostrophe before it. */
void oa_csv_rows(const apr_array_header_t *columns, const oa_json *items, apr_pool_t *pool);

#endif
