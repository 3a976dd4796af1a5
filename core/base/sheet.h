/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The first worksheet of an Excel workbook (.xlsx, ECMA-376) as records: shared and inline text, numbers, truths; of a formula the result
 * that was stored with it. Of formats it is looked at whether they make a date of a number; merged cells and everything else in the file do not matter.
 */
#ifndef OA_BASE_SHEET_H
#define OA_BASE_SHEET_H

#include "core/base/record.h"

/* Rows in order, empty ones left out; record->line is the row's number. A number is spelled as a spreadsheet shows it without a format
 * ("42", "0.5"), a date as ISO 8601 does (sheet_date.h), a truth "true" or "false". A cell that holds an error (#REF!) is refused. */
oa_error *oa_sheet_read(const void *bytes, size_t size, oa_record_taker *take, void *context, apr_pool_t *pool);

#endif
