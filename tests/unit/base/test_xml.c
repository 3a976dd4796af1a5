/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "core/base/xml.h"

#include <apr_strings.h>

typedef struct trace {
    const char *text;
    apr_pool_t *pool;
} trace;

static void put(trace *t, const char *text)
{
    t->text = apr_pstrcat(t->pool, t->text, text, NULL);
}

static oa_error *start(void *context, const char *name, const char **attributes)
{
    const char *id = oa_xml_attribute(attributes, "id");
    put(context, apr_psprintf(((trace *)context)->pool, "<%s%s%s>", name, id != NULL ? " " : "", id != NULL ? id : ""));
    return strcmp(name, "stop") == 0 ? oa_error_make(((trace *)context)->pool, OA_CONFLICT, "stopped") : NULL;
}

static oa_error *end(void *context, const char *name)
{
    put(context, apr_psprintf(((trace *)context)->pool, "</%s>", name));
    return NULL;
}

static oa_error *text(void *context, const char *piece, size_t size)
{
    put(context, apr_pstrmemdup(((trace *)context)->pool, piece, size));
    return NULL;
}

static const oa_xml_events events = {start, end, text};

/* One octet at a time, as it may come. */
static oa_error *read_text(const char *document, trace *t, apr_pool_t *pool)
{
    *t = (trace){"", pool};
    oa_xml *xml = oa_xml_make(&events, t, "the document", pool);
    for (; *document != '\0'; document++) {
        OA_TRY(oa_xml_feed(xml, document, 1, 0));
    }
    return oa_xml_feed(xml, "", 0, 1);
}

static void events_come_in_order_without_prefixes(void **state)
{
    trace t;
    assert_ok(read_text("<?xml version='1.0'?><!-- c --><x:a xmlns:x='x' x:id='1'>b<c/>&amp;<![CDATA[<d>]]></x:a>", &t, *state));
    assert_string_equal(t.text, "<a 1>b<c></c>&<d></a>");
}

static void what_is_no_xml_is_refused(void **state)
{
    static const char *const documents[] = {"", "a", "<a>", "<a></b>", "<a/><b/>", "<a>&undefined;</a>", "<a b='1' b='2'/>", "<a>\x01</a>",
                                            "<a>\xff</a>", "<!DOCTYPE a><a/>"};
    for (size_t i = 0; i < sizeof documents / sizeof *documents; i++) {
        trace t;
        assert_code(read_text(documents[i], &t, *state), OA_UNPROCESSABLE);
    }
}

static void an_error_of_an_event_ends_the_reading(void **state)
{
    trace t;
    assert_code(read_text("<a><stop><b/></stop></a>", &t, *state), OA_CONFLICT);
    assert_string_equal(t.text, "<a><stop>");
}

static oa_error *feed_often(const char *before, const char *piece, int count, apr_pool_t *pool)
{
    static const oa_xml_events nothing = {start, end, NULL};
    apr_pool_t *scratch;
    apr_pool_create(&scratch, pool);
    trace t = {"", scratch};
    oa_error *error = NULL;
    oa_xml *xml = oa_xml_make(&nothing, &t, "the document", pool);
    error = oa_xml_feed(xml, before, strlen(before), 0);
    for (int i = 0; i < count && error == NULL; i++) {
        error = oa_xml_feed(xml, piece, strlen(piece), 0);
        t.text = "";
    }
    return error;
}

static void memory_depth_and_tags_are_bounded(void **state)
{
    char *name = apr_pcalloc(*state, 1024 + 1);
    memset(name, 'a', 1024);
    assert_code(feed_often("", "<a>", 65, *state), OA_TOO_LARGE);
    assert_ok(feed_often("", "<a>", 64, *state));
    assert_code(feed_often("<a b='", name, 1025, *state), OA_TOO_LARGE);
    assert_code(feed_often("<", name, 1025, *state), OA_TOO_LARGE);
    assert_ok(feed_often("<a>", name, 4096, *state));
}

OA_TESTS(OA_POOL_TEST(events_come_in_order_without_prefixes), OA_POOL_TEST(what_is_no_xml_is_refused),
         OA_POOL_TEST(an_error_of_an_event_ends_the_reading), OA_POOL_TEST(memory_depth_and_tags_are_bounded))
