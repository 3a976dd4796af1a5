/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Dates of a workbook: a number, and a style whose number format says that it is one (ECMA-376 part 1, 18.8.10 cellXfs, 18.8.30 numFmt; built-in ones
 * 14 to 22 and 45 to 47). Memory is bounded whatever the styles say.
 */
#ifndef OA_BASE_SHEET_DATE_H
#define OA_BASE_SHEET_DATE_H

#include "core/base/xml.h"

#include <stdbool.h>

/* What a number stands for: a set; 0: itself. */
enum { OA_SHEET_DAY = 1, OA_SHEET_TIME = 2 };

/* For the events of a workbook's styles: a context, in `pool`. OA_TOO_LARGE for more styles than a workbook can have. */
typedef struct oa_styles oa_styles;
oa_styles *oa_styles_make(apr_pool_t *pool);
extern const oa_xml_events oa_styles_events;

/* What numbers of cells with attribute `style` (digits; NULL: none) are. `styles` NULL: there are none. */
unsigned oa_styles_kind(const oa_styles *styles, const char *style);

/* What a format's code says, as "dd.mm.yyyy". */
unsigned oa_format_kind(const char *code);

/* "2026-11-26", "2026-11-26T14:30:00" or, for a time alone, "14:30:00" (of a duration, hours beyond 24). NULL for what is no day of a workbook, whose days
 * are those from 1900 (or 1904) to 9999; 29 February 1900, which workbooks have and calendars have not, is none. */
const char *oa_sheet_date(double number, unsigned kind, bool from_1904, apr_pool_t *pool);

#endif
