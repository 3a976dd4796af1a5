/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "core/base/csv.h"

#include <apr_strings.h>

typedef struct seen {
    const char *text; /* "1:a|b 2:c" */
    int records;
    apr_pool_t *pool;
} seen;

static oa_error *note(void *context, const oa_record *record)
{
    seen *all = context;
    all->records++;
    all->text = apr_psprintf(all->pool, "%s%s%lu:", all->text, *all->text != '\0' ? " " : "", (unsigned long)record->line);
    for (int i = 0; i < record->count; i++) {
        all->text = apr_pstrcat(all->pool, all->text, i > 0 ? "|" : "", record->cells[i], NULL);
    }
    return NULL;
}

static const char *read_text(const char *text, apr_pool_t *pool)
{
    seen all = {"", 0, pool};
    assert_ok(oa_csv_read(text, strlen(text), note, &all, pool));
    return all.text;
}

static oa_error *refusal(const char *bytes, size_t size, apr_pool_t *pool)
{
    seen all = {"", 0, pool};
    return oa_csv_read(bytes, size, note, &all, pool);
}

static const struct {
    const char *text, *read;
} readable[] = {
    {"", ""},
    {"a,b\r\nc,d\r\n", "1:a|b 2:c|d"},
    {"a,b\nc,d", "1:a|b 2:c|d"},
    {"a\rb\nc\r\nd", "1:a 2:b 3:c 4:d"},
    {"\xef\xbb\xbf" "a,b\n", "1:a|b"},
    {"a,\n,b\n", "1:a| 2:|b"},
    {"\n\n\r\na\n\n", "4:a"},
    {"\"a,b\",\"c \"\"d\"\"\"\n", "1:a,b|c \"d\""},
    {"\"a\nb\",c\nd,e\n", "1:a\nb|c 3:d|e"},
    {"\"a\r\nb\rc\"\nd\n", "1:a\r\nb\rc 4:d"},
    {"\"\"\nx\n", "1: 2:x"},
    {"a;b\nc;\"d,e\"\n", "1:a|b 2:c|d,e"},
    {"a\tb\nc\td\n", "1:a|b 2:c|d"},
    {"a,b;c\n", "1:a|b;c"},
    {"\"a,b\";c\n", "1:a,b|c"},
    {" a , b \n", "1: a | b "},
};

static void what_is_right_is_read(void **state)
{
    for (size_t i = 0; i < sizeof readable / sizeof *readable; i++) {
        assert_string_equal(read_text(readable[i].text, *state), readable[i].read);
    }
}

static const struct {
    const char *bytes;
    size_t size;
    oa_code code;
    const char *says;
} wrong[] = {
#define WRONG(bytes, code, says) {bytes, sizeof(bytes) - 1, code, says}
    WRONG("a,b\nc,\"d\n", OA_UNPROCESSABLE, "line 2, column 2: the quote that opens"),
    WRONG("a,b\nc\"d\n", OA_UNPROCESSABLE, "line 2, column 1: a quote within"),
    WRONG("a\n\"b\" c\n", OA_UNPROCESSABLE, "line 2, column 1: text after the quote"),
    WRONG("ab\nc\0d\n", OA_UNPROCESSABLE, "line 2, column 1: the cell is not UTF-8"),
    WRONG("ab\n\"c\0d\"\n", OA_UNPROCESSABLE, "line 2, column 1: the cell is not UTF-8"),
    WRONG("ab\nM\xfcller\n", OA_UNPROCESSABLE, "line 2, column 1: the cell is not UTF-8"),
    WRONG("\xff\xfe" "a\0,\0", OA_MEDIA_TYPE, "UTF-16"),
    WRONG("\xfe\xff" "\0a\0,", OA_MEDIA_TYPE, "UTF-16"),
    WRONG("a\0,\0b\0", OA_MEDIA_TYPE, "UTF-16"),
    WRONG("\0a\0,\0b", OA_MEDIA_TYPE, "UTF-16"),
#undef WRONG
};

static void what_is_wrong_is_refused_with_line_and_column(void **state)
{
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        const oa_error *error = refusal(wrong[i].bytes, wrong[i].size, *state);
        assert_code(error, wrong[i].code);
        assert_non_null(strstr(error->message, wrong[i].says));
    }
}

static char *repeated(char c, size_t count, apr_pool_t *pool)
{
    char *text = apr_palloc(pool, count + 1);
    memset(text, c, count);
    text[count] = '\0';
    return text;
}

static void limits_hold_at_their_edge(void **state)
{
    const char *longest = repeated('x', OA_CELL_MAX, *state);
    assert_int_equal(strlen(read_text(longest, *state)), OA_CELL_MAX + 2);
    const char *longer = apr_pstrcat(*state, "a\nb,", longest, "x", NULL);
    const oa_error *error = refusal(longer, strlen(longer), *state);
    assert_code(error, OA_TOO_LARGE);
    assert_non_null(strstr(error->message, "line 2, column 2"));
    const char *columns = repeated(',', OA_COLUMNS_MAX - 1, *state);
    assert_ok(refusal(columns, strlen(columns), *state));
    columns = repeated(',', OA_COLUMNS_MAX, *state);
    assert_code(refusal(columns, strlen(columns), *state), OA_TOO_LARGE);
    assert_code(refusal(longest, OA_TABLE_MAX + 1, *state), OA_TOO_LARGE);
}

static oa_error *count_only(void *context, const oa_record *record)
{
    (void)record;
    ++*(int *)context;
    return NULL;
}

static void there_are_so_many_records_and_no_more(void **state)
{
    int count = 0;
    size_t size = 2 * (size_t)OA_RECORDS_MAX;
    char *text = repeated('\n', size + 2, *state);
    for (size_t i = 0; i < size + 2; i += 2) {
        text[i] = 'a';
    }
    assert_ok(oa_csv_read(text, size, count_only, &count, *state));
    assert_int_equal(count, OA_RECORDS_MAX);
    assert_code(oa_csv_read(text, size + 2, count_only, &count, *state), OA_TOO_LARGE);
}

static oa_error *refuse_second(void *context, const oa_record *record)
{
    return record->line == 2 ? oa_error_make(context, OA_CONFLICT, "enough") : NULL;
}

static void an_error_of_the_taker_ends_the_reading(void **state)
{
    assert_code(oa_csv_read("a\nb\n\"", 5, refuse_second, *state, *state), OA_CONFLICT);
}

static void a_line_is_quoted_where_needed_alone(void **state)
{
    const char *const cells[] = {"a", "b,c", "d\"e", "f\ng", "", "h;i", "\xc3\xa4"};
    assert_string_equal(oa_csv_line(cells, 7, *state), "a,\"b,c\",\"d\"\"e\",\"f\ng\",,\"h;i\",\xc3\xa4\r\n");
    assert_string_equal(oa_csv_line(cells + 4, 1, *state), "\"\"\r\n");
}

static void what_would_be_a_formula_is_guarded_and_comes_back(void **state)
{
    static const struct {
        const char *text, *guarded;
    } cases[] = {{"=1+1", "'=1+1"}, {"+49", "'+49"},   {"-1", "'-1"},   {"@x", "'@x"},     {"\tx", "'\tx"},
                 {"\rx", "'\rx"},   {"'=1", "''=1"},   {"''@", "'''@"}, {"'quoted'", "'quoted'"}, {"'", "'"},
                 {"", ""},          {"plain=", "plain="}, {" =1", " =1"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *guarded = oa_csv_guarded(cases[i].text, *state);
        assert_string_equal(guarded, cases[i].guarded);
        assert_string_equal(oa_csv_unguarded(guarded), cases[i].text);
    }
}

OA_TESTS(OA_POOL_TEST(what_is_right_is_read), OA_POOL_TEST(what_is_wrong_is_refused_with_line_and_column),
         OA_POOL_TEST(limits_hold_at_their_edge), OA_POOL_TEST(there_are_so_many_records_and_no_more),
         OA_POOL_TEST(an_error_of_the_taker_ends_the_reading), OA_POOL_TEST(a_line_is_quoted_where_needed_alone),
         OA_POOL_TEST(what_would_be_a_formula_is_guarded_and_comes_back))
