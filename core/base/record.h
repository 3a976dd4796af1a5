/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A table of text as files hold it, one record after another: what the readers of CSV (csv.h) and of worksheets (sheet.h) have in common.
 * They refuse a file with OA_UNPROCESSABLE where it is not what it should be, naming line and column; with OA_TOO_LARGE
 * where it exceeds a limit; with OA_MEDIA_TYPE where it is something else altogether.
 */
#ifndef OA_BASE_RECORD_H
#define OA_BASE_RECORD_H

#include "core/base/error.h"

#include <apr_pools.h>
#include <stddef.h>

enum {
    OA_TABLE_MAX = 16 * 1024 * 1024, /* octets of a file */
    OA_CELL_MAX = 64 * 1024,        /* octets of a cell */
    OA_COLUMNS_MAX = 256,
    OA_RECORDS_MAX = 100 * 1000
};

typedef struct oa_record {
    size_t line; /* from 1: the line of the file that it begins in, or the row of the worksheet */
    int count;   /* of cells, 1 to OA_COLUMNS_MAX */
    const char *const *cells; /* UTF-8 without NUL; "" where empty */
} oa_record;

/* Gets each record in order; an error ends the reading. `record` lasts until it returns. */
typedef oa_error *oa_record_taker(void *context, const oa_record *record);

#endif
