/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/base/workbook.h"

#include "core/base/sheet.h"

typedef struct seen {
    const char *text; /* "1:a|b 2:c" */
    int records;
    apr_pool_t *pool;
} seen;

static oa_error *note(void *context, const oa_record *record)
{
    seen *all = context;
    if (all->records++ < 20) {
        all->text = apr_psprintf(all->pool, "%s%s%lu:", all->text, *all->text != '\0' ? " " : "", (unsigned long)record->line);
        for (int i = 0; i < record->count; i++) {
            all->text = apr_pstrcat(all->pool, all->text, i > 0 ? "|" : "", record->cells[i], NULL);
        }
    }
    return NULL;
}

static oa_error *read_bytes(bytes file, seen *all, apr_pool_t *pool)
{
    *all = (seen){"", 0, pool};
    return oa_sheet_read(file.at, file.size, note, all, pool);
}

#define ROW(n, cells) "<row r='" n "'>" cells "</row>"
#define TEXT(at, text) "<c r='" at "' t='inlineStr'><is><t>" text "</t></is></c>"

static const struct {
    const char *rows, *strings, *read;
} readable[] = {
    {"", "", ""},
    {ROW("1", TEXT("A1", "email") TEXT("B1", "role")), "", "1:email|role"},
    {ROW("1", "<c r='A1' t='s'><v>1</v></c><c r='B1' t='s'><v>0</v></c>"), "<si><t>zero</t></si><si><t>one</t></si>", "1:one|zero"},
    {ROW("1", "<c r='A1' t='s'><v>0</v></c>"), "<si><r><t>a</t></r><r><t xml:space='preserve'> b</t></r><rPh><t>no</t></rPh></si>", "1:a b"},
    {ROW("1", "<c r='A1' t='str'><f>CONCAT(1)</f><v>1</v></c>"), "", "1:1"},
    {ROW("1", "<c r='A1'><v>42</v></c><c r='B1'><v>0.10000000000000001</v></c><c r='C1'><v>4.91701234567E+11</v></c><c r='D1'><v>-7</v></c>"),
     "", "1:42|0.1|491701234567|-7"},
    {ROW("1", "<c r='A1' t='b'><v>1</v></c><c r='B1' t='b'><v>0</v></c>"), "", "1:true|false"},
    {ROW("2", TEXT("C2", "x")) ROW("9", "<c r='A9' s='3'/>") ROW("10", TEXT("B10", "y")), "", "2:||x 10:|y"},
    {"<row><c t='inlineStr'><is><t>a</t></is></c><c/><c t='inlineStr'><is><t>b</t></is></c></row><row><c><v>3</v></c></row>", "",
     "1:a||b 2:3"},
    {ROW("1", TEXT("A1", "a&amp;b&#10;c&lt;")), "", "1:a&b\nc<"},
    {ROW("1", TEXT("A1", "\xc3\xa4\xf0\x9f\x98\x80")), "", "1:\xc3\xa4\xf0\x9f\x98\x80"},
    {"<x:row r='1' xmlns:x='x'><x:c r='A1'><x:v>5</x:v></x:c></x:row>", "", "1:5"},
    {ROW("1", TEXT("A1", "a")) "<mergeCells count='999999999'><mergeCell ref='A1:XFD1048576'/></mergeCells>", "", "1:a"},
};

static void what_is_right_is_read(void **state)
{
    for (size_t i = 0; i < sizeof readable / sizeof *readable; i++) {
        seen all;
        assert_ok(read_bytes(workbook(readable[i].rows, readable[i].strings, *state), &all, *state));
        assert_string_equal(all.text, readable[i].read);
    }
}

static const struct {
    const char *rows, *strings;
    oa_code code;
    const char *says;
} wrong[] = {
    {ROW("3", TEXT("A3", "x") "<c r='AB3' t='e'><v>#REF!</v></c>"), "", OA_UNPROCESSABLE, "row 3, column AB: the cell holds an error"},
    {ROW("1", "<c r='A1' t='s'><v>2</v></c>"), "<si/><si/>", OA_UNPROCESSABLE, "row 1, column A: the cell names a shared text"},
    {ROW("1", "<c r='A1' t='s'><v>-1</v></c>"), "<si/>", OA_UNPROCESSABLE, "names a shared text"},
    {ROW("1", "<c r='A1' t='s'><v>18446744073709551615</v></c>"), "<si/>", OA_UNPROCESSABLE, "names a shared text"},
    {ROW("1", "<c r='A1'><v>nan</v></c>"), "", OA_UNPROCESSABLE, "no right number"},
    {ROW("1", "<c r='A1'><v>1 2</v></c>"), "", OA_UNPROCESSABLE, "no right number"},
    {ROW("5", "") ROW("5", ""), "", OA_UNPROCESSABLE, "row 5: the row after it"},
    {"<row r='1'>" ROW("2", TEXT("A2", "x")) "</row>", "", OA_UNPROCESSABLE, "row 1: the row after it"},
    {ROW("-5", ""), "", OA_UNPROCESSABLE, "no right number"},
    {ROW("99999999999999999999999", ""), "", OA_UNPROCESSABLE, "no right number"},
    {ROW("1", TEXT("B1", "x") TEXT("A1", "y")), "", OA_UNPROCESSABLE, "row 1, column B: the cell after it"},
    {ROW("1", TEXT("11", "y")), "", OA_UNPROCESSABLE, "the cell after it"},
    {ROW("1", TEXT("XFE1", "y")), "", OA_UNPROCESSABLE, "the cell after it"},
    {ROW("1", TEXT("IW1", "y")), "", OA_TOO_LARGE, "row 1, column IW: more than 256 columns"},
    {TEXT("A1", "outside of a row"), "", OA_UNPROCESSABLE, "the cell after it"},
    {ROW("1", "<c>") "</c>", "", OA_UNPROCESSABLE, "xl/worksheets/sheet1.xml is not right"},
    {"&lol;", "", OA_UNPROCESSABLE, "sheet1.xml is not right"},
};

static void what_is_wrong_is_refused_with_row_and_column(void **state)
{
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        seen all;
        const oa_error *error = read_bytes(workbook(wrong[i].rows, wrong[i].strings, *state), &all, *state);
        assert_code(error, wrong[i].code);
        assert_non_null(strstr(error->message, wrong[i].says));
    }
}

static oa_error *read_entries(const entry *entries, apr_pool_t *pool)
{
    seen all;
    return read_bytes(zipped(entries, pool), &all, pool);
}

#define BOOK {"xl/workbook.xml", WORKBOOK_XML, 0}, {"xl/_rels/workbook.xml.rels", RELATIONS_XML, 0}, {"xl/sharedStrings.xml", "<sst/>", 0}
#define SHEET(text) (const entry[]){BOOK, {"xl/worksheets/sheet1.xml", text, 0}, {NULL, NULL, 0}}

static void a_document_type_is_refused_before_its_entities(void **state)
{
    static const char *const documents[] = {
        "<!DOCTYPE w [<!ENTITY a 'lol'><!ENTITY b '&a;&a;&a;'>]><worksheet>&b;</worksheet>",
        "<!DOCTYPE w SYSTEM 'file:///etc/passwd'><worksheet/>",
        "<!DOCTYPE w [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><worksheet><row><c><v>&x;</v></c></row></worksheet>",
        "<!DOCTYPE w [<!ENTITY % p SYSTEM 'http://127.0.0.1:1/'> %p;]><worksheet/>"};
    for (size_t i = 0; i < sizeof documents / sizeof *documents; i++) {
        const oa_error *error = read_entries(SHEET(documents[i]), *state);
        assert_code(error, OA_UNPROCESSABLE);
        assert_non_null(strstr(error->message, "document type"));
    }
}

static void what_is_no_workbook_is_refused(void **state)
{
    seen all;
    bytes nothing = {apr_pstrdup(*state, ""), 0}, text = {apr_pstrdup(*state, "email,role\n"), 11};
    bytes old = {apr_pstrdup(*state, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 an old workbook"), 20};
    assert_code(read_bytes(nothing, &all, *state), OA_MEDIA_TYPE);
    assert_code(read_bytes(text, &all, *state), OA_MEDIA_TYPE);
    assert_code(read_bytes(old, &all, *state), OA_MEDIA_TYPE);
    assert_code(read_entries((const entry[]){{"mimetype", "x", 0}, {NULL, NULL, 0}}, *state), OA_UNPROCESSABLE);
    assert_code(read_entries((const entry[]){{"xl/workbook.xml", "<workbook/>", 0}, {NULL, NULL, 0}}, *state), OA_UNPROCESSABLE);
    assert_code(read_entries((const entry[]){BOOK, {NULL, NULL, 0}}, *state), OA_UNPROCESSABLE);
}

#define STYLED(book, styles, cells)                                                                            \
    (const entry[]){{"xl/workbook.xml", book, 0}, {"xl/_rels/workbook.xml.rels", RELATIONS_XML, 0}, {"xl/sharedStrings.xml", "<sst/>", 0},       \
                    {"xl/styles.xml", "<styleSheet>" styles "</styleSheet>", 0},                              \
                    {"xl/worksheets/sheet1.xml", "<worksheet><sheetData><row r='1'>" cells "</row></sheetData></worksheet>", 0}, {NULL, NULL, 0}}
#define STYLES                                                                                                 \
    "<numFmts><numFmt numFmtId='164' formatCode='dd.mm.yyyy'/><numFmt numFmtId='165' formatCode='0&quot; days&quot;'/></numFmts>"                \
    "<cellStyleXfs><xf numFmtId='14'/></cellStyleXfs>"                                                         \
    "<cellXfs><xf numFmtId='0'/><xf numFmtId='14'/><xf numFmtId='164'/><xf numFmtId='165'/><xf numFmtId='22'/><xf numFmtId='20'/><xf/></cellXfs>" \
    "<dxfs><dxf><numFmt numFmtId='165' formatCode='yyyy'/></dxf></dxfs>"
#define CELLS                                                                                                  \
    "<c s='0'><v>46352</v></c><c s='1'><v>46352</v></c><c s='2'><v>46352.75</v></c><c s='3'><v>46352</v></c><c s='4'><v>46352.75</v></c>"        \
    "<c s='5'><v>0.75</v></c><c s='6'><v>46352</v></c><c s='7'><v>46352</v></c><c s='x'><v>1</v></c><c s='1'><v>-1</v></c>"                       \
    "<c s='1' t='str'><v>46352</v></c><c s='1'/><c s='1'><v>1</v></c>"

static void a_number_that_is_shown_as_a_date_is_one(void **state)
{
    seen all;
    assert_ok(read_bytes(zipped(STYLED(WORKBOOK_XML, STYLES, CELLS), *state), &all, *state));
    assert_string_equal(all.text, "1:46352|2026-11-26|2026-11-26|46352|2026-11-26T18:00:00|18:00:00|46352|46352|1|-1|46352||1900-01-01");
    assert_ok(read_bytes(zipped(STYLED("<workbook><workbookPr date1904='1'/><sheets><sheet id='rId3'/></sheets></workbook>", STYLES,
                                       "<c s='1'><v>44890</v></c><c s='4'><v>0.5</v></c>"), *state), &all, *state));
    assert_string_equal(all.text, "1:2026-11-26|1904-01-01T12:00:00");
}

static void styles_are_bounded_and_read_as_strictly_as_the_rest(void **state)
{
    apr_pool_t *pool = *state;
    seen all;
    const char *many = apr_pstrcat(pool, "<styleSheet><cellXfs>", filled("<xf/>", 65491, pool), "</cellXfs></styleSheet>", NULL);
    const entry styled[] = {BOOK, {"xl/styles.xml", many, 0}, {"xl/worksheets/sheet1.xml", "<worksheet/>", 0}, {NULL, NULL, 0}};
    assert_code(read_bytes(zipped(styled, pool), &all, pool), OA_TOO_LARGE);
    assert_code(read_bytes(zipped(STYLED(WORKBOOK_XML, "<cellXfs><xf></cellXfs>", ""), pool), &all, pool), OA_UNPROCESSABLE);
    assert_ok(read_bytes(zipped(STYLED(WORKBOOK_XML, "<numFmts><numFmt numFmtId='-1' formatCode='yyyy'/><numFmt numFmtId='99999999' formatCode='yyyy'/><numFmt numFmtId='65536'"
                                       " formatCode='y'/><numFmt numFmtId='164'/></numFmts><cellXfs><xf numFmtId='65536'/></cellXfs>", "<c s='0'><v>7</v></c>"), pool), &all, pool));
    assert_string_equal(all.text, "1:7");
}

/* A relation may say anything: it is a name in the archive. */
static void a_path_out_of_the_archive_is_a_name_that_is_not_there(void **state)
{
    static const char relations[] = "<Relationships><Relationship Id='rId3' Type='x/worksheet' Target='../../../../etc/passwd'/></Relationships>";
    const oa_error *error = read_entries((const entry[]){{"xl/workbook.xml", WORKBOOK_XML, 0},
                                                         {"xl/_rels/workbook.xml.rels", relations, 0},
                                                         {"../../../../etc/passwd", "<worksheet/>", 0}, {NULL, NULL, 0}}, *state);
    assert_code(error, OA_UNPROCESSABLE);
    assert_non_null(strstr(error->message, "it has no xl/../../../../etc/passwd"));
}

static void a_cut_or_damaged_file_is_refused(void **state)
{
    bytes whole = workbook(filled(ROW("", TEXT("A1", "x")), 0, *state), "", *state);
    for (size_t size = 0; size < whole.size; size += 7) {
        seen all;
        bytes cut = {whole.at, size};
        assert_non_null(read_bytes(cut, &all, *state));
    }
    bytes rows = workbook(filled("<row><c><v>1</v></c></row>", 1000, *state), "", *state);
    for (size_t at = 0; at < rows.size; at += 13) {
        seen all;
        rows.at[at] ^= 0x55;
        read_bytes(rows, &all, *state); /* whatever it says, it comes back */
        rows.at[at] ^= 0x55;
    }
}

static void bombs_are_refused(void **state)
{
    seen all;
    apr_pool_t *pool = *state;
    bytes deep = workbook(filled("<a>", 100000, pool), "", pool);
    bytes blank = workbook(filled("          ", 8 * 1024 * 1024, pool), "", pool);
    bytes tag = workbook(apr_pstrcat(pool, "<c r='", filled("0123456789", 300 * 1000, pool), "'/>", NULL), "", pool);
    bytes strings = workbook("", filled("<si/>", 500 * 1000, pool), pool);
    bytes columns = workbook(ROW("1", "<c r='A1' t='s'><v>0</v></c><c r='B1' t='s'><v>0</v></c>"),
                             apr_pstrcat(pool, "<si><t>", filled("x", OA_CELL_MAX + 1, pool), "</t></si>", NULL), pool);
    assert_code(read_bytes(deep, &all, pool), OA_TOO_LARGE);
    assert_code(read_bytes(blank, &all, pool), OA_TOO_LARGE);
    assert_code(read_bytes(tag, &all, pool), OA_TOO_LARGE);
    assert_code(read_bytes(strings, &all, pool), OA_TOO_LARGE);
    assert_code(read_bytes(columns, &all, pool), OA_TOO_LARGE);
    bytes rows = workbook(filled("<row><c><v>1</v></c></row>", OA_RECORDS_MAX + 1, pool), "", pool);
    assert_code(read_bytes(rows, &all, pool), OA_TOO_LARGE);
}

OA_TESTS(OA_POOL_TEST(a_number_that_is_shown_as_a_date_is_one), OA_POOL_TEST(styles_are_bounded_and_read_as_strictly_as_the_rest),
         OA_POOL_TEST(what_is_right_is_read), OA_POOL_TEST(what_is_wrong_is_refused_with_row_and_column),
         OA_POOL_TEST(a_document_type_is_refused_before_its_entities), OA_POOL_TEST(what_is_no_workbook_is_refused),
         OA_POOL_TEST(a_path_out_of_the_archive_is_a_name_that_is_not_there), OA_POOL_TEST(a_cut_or_damaged_file_is_refused),
         OA_POOL_TEST(bombs_are_refused))
