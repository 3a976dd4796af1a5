/* SPDX-License-Identifier: Apache-2.0 */
/* A workbook of any octets: read or refused, rows ascending, text UTF-8. Input that is no archive is taken for the rows of one, so that
 * a fuzzer need not learn to pack. */
#include "tests/fuzz/fuzz.h"

#include "core/base/sheet.h"
#include "core/base/text.h"

#include <apr_strings.h>
#include <zip.h>

static oa_error *check(void *context, const oa_record *record)
{
    size_t *line = context;
    MUST(record->line > *line && record->count >= 1 && record->count <= OA_COLUMNS_MAX);
    *line = record->line;
    for (int i = 0; i < record->count; i++) {
        size_t size = strlen(record->cells[i]);
        MUST(size <= OA_CELL_MAX && oa_text_is_utf8(record->cells[i], size));
    }
    return NULL;
}

static void read_bytes(const void *bytes, size_t size, apr_pool_t *pool)
{
    size_t line = 0;
    const oa_error *error = oa_sheet_read(bytes, size, check, &line, pool);
    MUST(error == NULL || error->code == OA_UNPROCESSABLE || error->code == OA_TOO_LARGE || error->code == OA_MEDIA_TYPE);
}

static void add(zip_t *zip, const char *name, const void *bytes, size_t size)
{
    zip_int64_t index = zip_file_add(zip, name, zip_source_buffer(zip, bytes, size, 0), 0);
    MUST(index >= 0 && zip_set_file_compression(zip, (zip_uint64_t)index, ZIP_CM_STORE, 0) == 0);
}

static void read_as_rows(const uint8_t *data, size_t size, apr_pool_t *pool)
{
    static const char book[] = "<workbook><sheets><sheet id='1'/></sheets></workbook>";
    static const char relations[] = "<Relationships><Relationship Id='1' Type='/worksheet' Target='s'/>"
                                    "<Relationship Id='2' Type='/sharedStrings' Target='t'/>"
                                    "<Relationship Id='3' Type='/styles' Target='s'/></Relationships>"; /* its styles may stand there too */
    zip_stat_t stat;
    zip_source_t *made = zip_source_buffer_create(NULL, 0, 0, NULL);
    zip_source_keep(made);
    zip_t *zip = zip_open_from_source(made, ZIP_TRUNCATE, NULL);
    add(zip, "xl/workbook.xml", book, sizeof book - 1);
    add(zip, "xl/_rels/workbook.xml.rels", relations, sizeof relations - 1);
    add(zip, "xl/t", "<sst><si><t>a</t></si></sst>", 28);
    add(zip, "xl/s", data, size);
    MUST(zip_close(zip) == 0 && zip_source_open(made) == 0 && zip_source_stat(made, &stat) == 0);
    char *bytes = apr_palloc(pool, stat.size);
    MUST(zip_source_read(made, bytes, stat.size) == (zip_int64_t)stat.size);
    zip_source_close(made);
    zip_source_free(made);
    read_bytes(bytes, stat.size, pool);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    apr_pool_t *pool = oa_fuzz_pool();
    read_bytes(data, size, pool);
    if (size > 0 && data[0] == '<') {
        read_as_rows(data, size, pool);
    }
    return 0;
}
