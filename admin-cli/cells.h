/* SPDX-License-Identifier: Apache-2.0 */
/* A JSON result as cells of text, for tables and CSV. */
#ifndef OA_CLI_CELLS_H
#define OA_CLI_CELLS_H

#include "core/base/json.h"

#include <apr_tables.h>

/* The columns (const char *) that `words` names, one space between; NULL: all members of all `items` in the order in
 * which they first appear. A member of an object within an item is a column "outer.inner". */
const apr_array_header_t *oa_columns(const char *words, const oa_json *items, apr_pool_t *pool);

/* The text of one cell: null and missing are "", lists have ", " between, what is nested deeper is compact JSON. */
const char *oa_cell(const oa_json *item, const char *column, apr_pool_t *pool);

/* Whether the cell is text that somebody wrote (and not a number, a truth or a list). */
bool oa_cell_is_text(const oa_json *item, const char *column, apr_pool_t *pool);

#endif
