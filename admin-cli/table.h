/* SPDX-License-Identifier: Apache-2.0 */
/* Tables for people, on stdout, by libsmartcols. */
#ifndef OA_CLI_TABLE_H
#define OA_CLI_TABLE_H

#include "core/base/json.h"

#include <apr_tables.h>

/* A line per element of `items` under a heading; nothing at all where there is none. */
oa_error *oa_table_list(const apr_array_header_t *columns, const oa_json *items, apr_pool_t *pool);

/* One object, a line per column: its name and its value. */
oa_error *oa_table_record(const apr_array_header_t *columns, const oa_json *item, apr_pool_t *pool);

#endif
