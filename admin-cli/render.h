/* SPDX-License-Identifier: Apache-2.0 */
/* Results on stdout, in the form that was asked for. */
#ifndef OA_CLI_RENDER_H
#define OA_CLI_RENDER_H

#include "admin-cli/command.h"

/* Prints `result`: a list ({"items": …, "next": …}) or one object. As a table, the member row->alone of an object
 * stands alone on stdout and the rest goes to stderr; after a dry run it is not shown at all, since it will never be
 * worth anything. */
oa_error *oa_render(const oa_session *session, const oa_operation *row, oa_json *result);

/* Prints what is no JSON, as it stands; on a terminal without control characters. */
void oa_render_text(const char *text, apr_pool_t *pool);

/* OA_FAILED when what was printed did not reach its end (disk full), and whether the change of `row` (may be NULL)
 * stands all the same. */
oa_error *oa_render_finish(const oa_session *session, const oa_operation *row);

#endif
