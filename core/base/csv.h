/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Comma-separated values (RFC 4180), read strictly and written so that no spreadsheet takes a text for a formula.
 */
#ifndef OA_BASE_CSV_H
#define OA_BASE_CSV_H

#include "core/base/record.h"

/* Reads all of `bytes`: UTF-8 with or without BOM; lines end in CR LF, LF or CR, mixed as it comes; empty lines are left out. Where the
 * first line has no comma, but a semicolon or TAB, that separates. The memory of one record is needed at a time. */
oa_error *oa_csv_read(const void *bytes, size_t size, oa_record_taker *take, void *context, apr_pool_t *pool);

/* One record with its CR LF, quoted where needed. */
const char *oa_csv_line(const char *const *cells, int count, apr_pool_t *pool);

/* An apostrophe before what a spreadsheet would take for a formula: text that begins with = + - @ TAB or CR; and before what looks as
 * if that had been done already, so that oa_csv_unguarded gives back exactly `text`. */
const char *oa_csv_guarded(const char *text, apr_pool_t *pool);

/* Without that apostrophe. */
const char *oa_csv_unguarded(const char *text);

#endif
