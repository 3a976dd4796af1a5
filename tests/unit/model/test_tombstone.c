/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "core/model/tombstone.h"

#include <apr_strings.h>

static oa_traces traces_of(apr_pool_t *pool)
{
    oa_traces traces = {.emails = apr_array_make(pool, 2, sizeof(const char *)), .tombstone = "T"};
    APR_ARRAY_PUSH(traces.emails, const char *) = "ann@a.example";
    APR_ARRAY_PUSH(traces.emails, const char *) = "old@a.example";
    return traces;
}

static const struct {
    const char *detail;
    bool about;
    const char *cleaned;
} rows[] = {
    {"{}", true, "{}"},
    {"{\"user\":\"ann@a.example\"}", false, "{\"user\":\"T\"}"},
    {"{\"note\":\"from old@a.example on\"}", false, "{\"note\":\"T\"}"},
    {"{\"email\":[\"ann@a.example\",\"bob@a.example\"]}", false, "{\"email\":[\"T\",\"bob@a.example\"]}"},
    {"{\"a\":{\"b\":[{\"c\":\"ann@a.example\",\"n\":7}]}}", false, "{\"a\":{\"b\":[{\"c\":\"T\",\"n\":7}]}}"},
    {"{\"first_name\":\"Bob\",\"set\":{\"team\":\"x\"}}", false, "{\"first_name\":\"Bob\",\"set\":{\"team\":\"x\"}}"},
    {"{\"first_name\":\"Ann\",\"last_name\":\"Bell\",\"name\":\"hers\",\"role\":\"Viewer\",\"set\":{\"team\":\"x\"}}", true,
     "{\"first_name\":null,\"last_name\":null,\"name\":null,\"role\":\"Viewer\",\"set\":null}"},
    {"{\"a\":\"joann@a.example\",\"b\":\"ann@a.example.org\",\"c\":\"x.ann@a.example\",\"d\":\"ann@a.examples\"}", false,
     "{\"a\":\"joann@a.example\",\"b\":\"ann@a.example.org\",\"c\":\"x.ann@a.example\",\"d\":\"ann@a.examples\"}"},
    {"{\"a\":\"joann@a.example, ann@a.example.\"}", false, "{\"a\":\"T\"}"},
    {"{\"a\":\"ask Ann@A.Example\",\"b\":\"...ann@a.example\",\"c\":\"ask Bob@A.Example\"}", false,
     "{\"a\":\"T\",\"b\":\"T\",\"c\":\"ask Bob@A.Example\"}"},
    {"{\"n\":1,\"t\":true,\"u\":null}", true, "{\"n\":1,\"t\":true,\"u\":null}"},
};

static void what_is_personal_goes_and_the_rest_stays(void **state)
{
    apr_pool_t *pool = *state;
    oa_traces traces = traces_of(pool);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        oa_json *detail;
        assert_ok(oa_json_parse(rows[i].detail, strlen(rows[i].detail), &detail, pool));
        assert_string_equal(oa_json_canonical(oa_tombstone_detail(&traces, detail, rows[i].about, pool), pool), rows[i].cleaned);
        assert_string_equal(oa_json_canonical(detail, pool), rows[i].detail);
    }
}

static void texts(void **state)
{
    oa_traces traces = traces_of(*state);
    assert_string_equal(oa_tombstone_text(&traces, "old@a.example", *state), "T");
    assert_string_equal(oa_tombstone_text(&traces, "bob@a.example", *state), "bob@a.example");
    assert_null(oa_tombstone_text(&traces, NULL, *state));
    assert_string_equal(oa_tombstone_email(0x123, *state), "usr_0000000000093@erased.invalid");
}

OA_TESTS(OA_POOL_TEST(what_is_personal_goes_and_the_rest_stays), OA_POOL_TEST(texts))
