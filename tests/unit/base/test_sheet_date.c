/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "core/base/sheet_date.h"

enum { N = 0, D = OA_SHEET_DAY, T = OA_SHEET_TIME };

static const struct {
    const char *code;
    unsigned kind;
} formats[] = {
    {"General", N}, {"0.00", N}, {"#,##0.00\\ \"EUR\"", N}, {"@", N}, {"0.00E+00", N}, {"", N}, {"# ?/?", N},
    {"yyyy-mm-dd", D}, {"dd.mm.yyyy", D}, {"m/d/yy", D}, {"mmm", D}, {"[$-407]d. mmmm yyyy;@", D}, {"YYYY", D}, {"d\\.m\\.", D},
    {"hh:mm", T}, {"h:mm AM/PM", T}, {"mm:ss.0", T}, {"[h]:mm", T}, {"[ss]", T}, {"[mm]", T},
    {"m/d/yy h:mm", D | T}, {"yyyy-mm-dd\"T\"hh:mm:ss", D | T},
    {"0\" days\"", N}, {"0\\d", N}, {"0_d", N}, {"0*y", N}, {"[Red]0", N}, {"[>5]0", N}, {"0;[Red]-0\"d\"", N}, {"0;yyyy", N},
    {"\"d", N}, {"[d", N}, {"0\\", N}, {"[", N}, {"\"", N}, {"[]", N},
};

static void a_format_says_what_its_numbers_are(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        if (oa_format_kind(formats[i].code) != formats[i].kind) {
            fail_msg("%s: %u", formats[i].code, oa_format_kind(formats[i].code));
        }
    }
}

static const struct {
    double number;
    unsigned kind;
    bool from_1904;
    const char *spelled;
} dates[] = {
    {1, D, false, "1900-01-01"}, {59, D, false, "1900-02-28"}, {60, D, false, NULL}, {61, D, false, "1900-03-01"}, {25569, D, false, "1970-01-01"},
    {46352, D, false, "2026-11-26"}, {36585, D, false, "2000-02-29"}, {2958465, D, false, "9999-12-31"}, {2958466, D, false, NULL}, {0, D, false, NULL},
    {0.5, D, false, NULL}, {-1, D, false, NULL}, {-1, T, false, NULL}, {1e300, T, false, NULL}, {0, D, true, "1904-01-01"}, {2957003, D, true, "9999-12-31"},
    {2957004, D, true, NULL}, {46352.9999999, D, false, "2026-11-26"}, {46352.9999999, D | T, false, "2026-11-27T00:00:00"},
    {46352.604166666664, D | T, false, "2026-11-26T14:30:00"}, {0.604166666664, T, false, "14:30:00"}, {1.25, T, false, "30:00:00"}, {0, T, false, "00:00:00"},
};

static void a_number_is_the_date_that_a_workbook_shows(void **state)
{
    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
        const char *spelled = oa_sheet_date(dates[i].number, dates[i].kind, dates[i].from_1904, *state);
        if ((spelled == NULL) != (dates[i].spelled == NULL) || (spelled != NULL && strcmp(spelled, dates[i].spelled) != 0)) {
            fail_msg("%g: %s", dates[i].number, spelled != NULL ? spelled : "none");
        }
    }
}

OA_TESTS(OA_POOL_TEST(a_format_says_what_its_numbers_are), OA_POOL_TEST(a_number_is_the_date_that_a_workbook_shows))
