/* SPDX-License-Identifier: Apache-2.0 */
/* Zip archives and workbooks made in memory, right ones and wrong ones. */
#ifndef OA_TESTS_WORKBOOK_H
#define OA_TESTS_WORKBOOK_H

#include "tests/unit/unit.h"

#include <apr_strings.h>
#include <zip.h>

typedef struct entry {
    const char *name, *text;
    size_t size; /* 0: of the text */
} entry;

typedef struct bytes {
    char *at;
    size_t size;
} bytes;

/* Entries are ended by one without a name. */
static inline bytes zipped(const entry *entries, apr_pool_t *pool)
{
    zip_stat_t stat;
    zip_source_t *made = zip_source_buffer_create(NULL, 0, 0, NULL);
    zip_source_keep(made);
    zip_t *zip = zip_open_from_source(made, ZIP_TRUNCATE, NULL);
    assert_non_null(zip);
    for (; entries->name != NULL; entries++) {
        size_t size = entries->size != 0 ? entries->size : strlen(entries->text);
        assert_true(zip_file_add(zip, entries->name, zip_source_buffer(zip, entries->text, size, 0), ZIP_FL_ENC_UTF_8) >= 0);
    }
    assert_int_equal(zip_close(zip), 0);
    assert_int_equal(zip_source_open(made), 0);
    assert_int_equal(zip_source_stat(made, &stat), 0);
    bytes all = {apr_palloc(pool, stat.size + 1), stat.size};
    assert_int_equal(zip_source_read(made, all.at, stat.size), (int64_t)stat.size);
    zip_source_close(made);
    zip_source_free(made);
    return all;
}

#define WORKBOOK_XML                                                                                           \
    "<workbook xmlns:r='r'><sheets><sheet name='One' sheetId='7' r:id='rId3'/><sheet name='Two' sheetId='8' r:id='rId4'/></sheets></workbook>"
#define RELATIONS_XML                                                                                          \
    "<Relationships>"                                                                                          \
    "<Relationship Id='rId1' Type='http://x/sharedStrings' Target='sharedStrings.xml'/>"                       \
    "<Relationship Id='rId2' Type='http://x/styles' Target='styles.xml'/>"                                     \
    "<Relationship Id='rId4' Type='http://x/worksheet' Target='worksheets/sheet2.xml'/>"                       \
    "<Relationship Id='rId3' Type='http://x/worksheet' Target='/xl/worksheets/sheet1.xml'/>"                   \
    "</Relationships>"

/* A workbook whose first worksheet has `rows` within <sheetData>, and whose shared strings are `strings` within <sst>. */
static inline bytes workbook(const char *rows, const char *strings, apr_pool_t *pool)
{
    const entry entries[] = {
        {"xl/workbook.xml", WORKBOOK_XML, 0},
        {"xl/_rels/workbook.xml.rels", RELATIONS_XML, 0},
        {"xl/sharedStrings.xml", apr_pstrcat(pool, "<?xml version='1.0' encoding='UTF-8'?>\n<sst>", strings, "</sst>", NULL), 0},
        {"xl/worksheets/sheet1.xml", apr_pstrcat(pool, "<worksheet><sheetData>", rows, "</sheetData></worksheet>", NULL), 0},
        {"xl/worksheets/sheet2.xml", "<worksheet/>", 0},
        {NULL, NULL, 0}};
    return zipped(entries, pool);
}

static inline char *filled(const char *piece, size_t count, apr_pool_t *pool)
{
    size_t size = strlen(piece);
    char *text = apr_palloc(pool, size * count + 1);
    for (size_t i = 0; i < count; i++) {
        memcpy(text + i * size, piece, size);
    }
    text[size * count] = '\0';
    return text;
}

#endif
