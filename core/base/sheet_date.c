/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/sheet_date.h"

#include "core/base/clock.h"

#include <apr_strings.h>
#include <apr_tables.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    FORMATS_MAX = 65536, /* ids of formats that are looked at */
    STYLES_MAX = 65490,  /* of cells: what a workbook can have */
    SECONDS_OF_DAY = 86400,
    LEAP_1900 = 60,      /* the day that was none */
    DAYS_UNTIL_1970 = 25569,
    FROM_1904 = 1462,    /* days later */
    DAYS_MAX = 2958465   /* 31 December 9999 */
};

struct oa_styles {
    unsigned char formats[FORMATS_MAX]; /* kind by id */
    apr_array_header_t *kinds;          /* unsigned char, by style */
    bool in_formats, in_styles;
    apr_pool_t *pool;
};

/* Formats. */

static const struct {
    int first, last;
    unsigned kind;
} built_in[] = {{14, 17, OA_SHEET_DAY}, {18, 21, OA_SHEET_TIME}, {22, 22, OA_SHEET_DAY | OA_SHEET_TIME}, {45, 47, OA_SHEET_TIME}};

/* What is shown as it stands: a text in quotes, a letter after a backslash, the width of one, what fills a cell. Its octets at `code`, 0: it is none. */
static size_t literal(const char *code)
{
    if (*code == '"') {
        size_t size = strcspn(code + 1, "\"");
        return size + 1 + (code[size + 1] == '"');
    }
    return strchr("\\_*", *code) != NULL ? 1 + (code[1] != '\0') : 0;
}

/* A colour, a condition or a language in brackets; but "[h]" is a time that goes on beyond its usual end. */
static size_t bracket(const char *code, unsigned *kind)
{
    size_t size = strcspn(code + 1, "]");
    if (size > 0 && (strspn(code + 1, "hH") == size || strspn(code + 1, "mM") == size || strspn(code + 1, "sS") == size)) {
        *kind |= OA_SHEET_TIME;
    }
    return size + 1 + (code[size + 1] == ']');
}

static unsigned kind_of_letter(char c)
{
    return c == '\0' ? 0 : strchr("yYdD", c) != NULL ? OA_SHEET_DAY : strchr("hHsS", c) != NULL ? OA_SHEET_TIME : 0;
}

/* Of its first section: the others are for numbers below zero. "m" is a month, unless it stands with hours or seconds alone. */
unsigned oa_format_kind(const char *code)
{
    unsigned kind = 0;
    bool has_m = false;
    while (*code != '\0' && *code != ';') {
        size_t size = *code == '[' ? bracket(code, &kind) : literal(code);
        if (size == 0) {
            kind |= kind_of_letter(*code);
            has_m = has_m || *code == 'm' || *code == 'M';
            size = strncmp(code, "AM/PM", 5) == 0 ? 5 : 1;
        }
        code += size;
    }
    return kind == 0 && has_m ? OA_SHEET_DAY : kind;
}

/* Styles. */

oa_styles *oa_styles_make(apr_pool_t *pool)
{
    oa_styles *styles = apr_pcalloc(pool, sizeof *styles);
    styles->kinds = apr_array_make(pool, 64, sizeof(unsigned char));
    styles->pool = pool;
    for (size_t i = 0; i < sizeof built_in / sizeof *built_in; i++) {
        memset(styles->formats + built_in[i].first, (int)built_in[i].kind, (size_t)(built_in[i].last - built_in[i].first + 1));
    }
    return styles;
}

/* Digits to a number below `limit`; else -1. */
static int index_of(const char *digits, int limit)
{
    size_t size = digits != NULL ? strlen(digits) : 0;
    if (size == 0 || size > 6 || strspn(digits, "0123456789") != size) {
        return -1;
    }
    int index = (int)strtol(digits, NULL, 10);
    return index < limit ? index : -1;
}

static void take_format(oa_styles *styles, const char **attributes)
{
    int id = index_of(oa_xml_attribute(attributes, "numFmtId"), FORMATS_MAX);
    const char *code = oa_xml_attribute(attributes, "formatCode");
    if (id >= 0 && code != NULL) {
        styles->formats[id] = (unsigned char)oa_format_kind(code);
    }
}

static oa_error *take_style(oa_styles *styles, const char **attributes)
{
    int id = index_of(oa_xml_attribute(attributes, "numFmtId"), FORMATS_MAX);
    if (styles->kinds->nelts == STYLES_MAX) {
        return oa_error_make(styles->pool, OA_TOO_LARGE, "the workbook has too many styles");
    }
    APR_ARRAY_PUSH(styles->kinds, unsigned char) = id >= 0 ? styles->formats[id] : 0;
    return NULL;
}

static oa_error *start(void *context, const char *name, const char **attributes)
{
    oa_styles *styles = context;
    styles->in_formats = styles->in_formats || strcmp(name, "numFmts") == 0;
    styles->in_styles = styles->in_styles || strcmp(name, "cellXfs") == 0;
    if (styles->in_formats && strcmp(name, "numFmt") == 0) {
        take_format(styles, attributes);
    }
    return styles->in_styles && strcmp(name, "xf") == 0 ? take_style(styles, attributes) : NULL;
}

static oa_error *end(void *context, const char *name)
{
    oa_styles *styles = context;
    styles->in_formats = styles->in_formats && strcmp(name, "numFmts") != 0;
    styles->in_styles = styles->in_styles && strcmp(name, "cellXfs") != 0;
    return NULL;
}

const oa_xml_events oa_styles_events = {start, end, NULL};

unsigned oa_styles_kind(const oa_styles *styles, const char *style)
{
    int index = styles != NULL ? index_of(style, styles->kinds->nelts) : -1;
    return index >= 0 ? APR_ARRAY_IDX(styles->kinds, index, unsigned char) : 0;
}

/* Days. */

/* Days from 1 March 1900 on have a number that is one too high. */
static const char *spell_day(int day, apr_pool_t *pool)
{
    int year, month, date;
    oa_date_of_days(day + (day < LEAP_1900) - DAYS_UNTIL_1970, &year, &month, &date);
    return apr_psprintf(pool, "%04d-%02d-%02d", year, month, date);
}

static const char *spell_time(int64_t seconds, apr_pool_t *pool)
{
    return apr_psprintf(pool, "%02d:%02d:%02d", (int)(seconds / 3600), (int)(seconds / 60 % 60), (int)(seconds % 60));
}

const char *oa_sheet_date(double number, unsigned kind, bool from_1904, apr_pool_t *pool)
{
    if (!(number >= 0 && number < DAYS_MAX + 1)) {
        return NULL;
    }
    int64_t seconds = llround(number * SECONDS_OF_DAY);
    if (kind == OA_SHEET_TIME) {
        return spell_time(seconds, pool);
    }
    int64_t day = (kind & OA_SHEET_TIME) != 0 ? seconds / SECONDS_OF_DAY : (int64_t)floor(number);
    day += from_1904 ? FROM_1904 : 0;
    if (day < 1 || day == LEAP_1900 || day > DAYS_MAX) {
        return NULL;
    }
    const char *date = spell_day((int)day, pool);
    return (kind & OA_SHEET_TIME) == 0 ? date : apr_pstrcat(pool, date, "T", spell_time(seconds % SECONDS_OF_DAY, pool), NULL);
}
