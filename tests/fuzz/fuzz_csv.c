/* SPDX-License-Identifier: Apache-2.0 */
/* What was read as CSV is written so that it reads the same; what is guarded comes back. */
#include "tests/fuzz/fuzz.h"

#include "core/base/csv.h"
#include "core/base/text.h"

#include <apr_strings.h>
#include <apr_tables.h>

typedef struct both {
    const oa_record *first;
    apr_pool_t *pool;
    int records;
} both;

static oa_error *compare(void *context, const oa_record *record)
{
    const both *b = context;
    MUST(record->count == b->first->count);
    for (int i = 0; i < record->count; i++) {
        MUST(strcmp(oa_csv_unguarded(record->cells[i]), b->first->cells[i]) == 0);
    }
    return NULL;
}

static oa_error *again(void *context, const oa_record *record)
{
    both *b = context;
    const char *cells[OA_COLUMNS_MAX];
    MUST(record->count >= 1 && record->count <= OA_COLUMNS_MAX && record->line >= 1);
    for (int i = 0; i < record->count; i++) {
        MUST(oa_text_is_utf8(record->cells[i], strlen(record->cells[i])) && strlen(record->cells[i]) <= OA_CELL_MAX);
        cells[i] = oa_csv_guarded(record->cells[i], b->pool);
        if (strlen(cells[i]) > OA_CELL_MAX) {
            return NULL;
        }
    }
    const char *line = oa_csv_line(cells, record->count, b->pool);
    b->first = record;
    if (strncmp(line, "\xef\xbb\xbf", 3) != 0) { /* else it would be a mark now */
        MUST(oa_csv_read(line, strlen(line), compare, b, b->pool) == NULL);
    }
    b->records++;
    return NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    both b = {NULL, oa_fuzz_pool(), 0};
    const oa_error *error = oa_csv_read(data, size, again, &b, b.pool);
    MUST(error == NULL || error->code == OA_UNPROCESSABLE || error->code == OA_TOO_LARGE || error->code == OA_MEDIA_TYPE);
    return 0;
}
