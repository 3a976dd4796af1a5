/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/xml.h"

#include <apr_strings.h>
#include <expat.h>
#include <stdbool.h>

enum {
    MEMORY_MAX = 8 * 1024 * 1024, /* of expat itself, for one document */
    DEPTH_MAX = 64,
    TAG_MAX = 1024 * 1024 /* octets without an event: expat reads a tag that has not ended from its start with every piece */
};

struct oa_xml {
    XML_Parser parser;
    const oa_xml_events *events;
    void *context;
    const char *what;
    oa_error *error;
    int depth;
    size_t silent; /* octets since the last event */
    apr_pool_t *pool;
};

/* expat's allocator has no context, so what is left is kept for the thread while one document is fed. */
typedef union piece {
    size_t size;
    max_align_t aligned;
} piece;
static __thread size_t used;

static void *allocate(size_t size)
{
    piece *head = size < MEMORY_MAX && used + size <= MEMORY_MAX ? malloc(sizeof *head + size) : NULL;
    if (head == NULL) {
        return NULL;
    }
    head->size = size;
    used += size;
    return head + 1;
}

static void release(void *memory)
{
    if (memory != NULL) {
        piece *head = (piece *)memory - 1;
        used -= head->size < used ? head->size : used;
        free(head);
    }
}

static void *reallocate(void *memory, size_t size)
{
    void *larger = allocate(size);
    if (larger != NULL && memory != NULL) {
        size_t old = ((piece *)memory - 1)->size;
        memcpy(larger, memory, old < size ? old : size);
        release(memory);
    }
    return larger;
}

static const char *local_name(const char *name)
{
    const char *colon = strchr(name, ':');
    return colon != NULL ? colon + 1 : name;
}

static void stop(oa_xml *xml, oa_error *error)
{
    if (error != NULL && xml->error == NULL) {
        xml->error = error;
        XML_StopParser(xml->parser, XML_FALSE);
    }
}

static void on_start(void *context, const char *name, const char **attributes)
{
    oa_xml *xml = context;
    xml->silent = 0;
    if (xml->error == NULL && ++xml->depth > DEPTH_MAX) {
        stop(xml, oa_error_make(xml->pool, OA_TOO_LARGE, "%s is nested too deep", xml->what));
    }
    if (xml->error == NULL) {
        stop(xml, xml->events->start(xml->context, local_name(name), attributes));
    }
}

static void on_end(void *context, const char *name)
{
    oa_xml *xml = context;
    xml->silent = 0;
    xml->depth--;
    if (xml->error == NULL) {
        stop(xml, xml->events->end(xml->context, local_name(name)));
    }
}

static void on_text(void *context, const char *text, int size)
{
    oa_xml *xml = context;
    xml->silent = 0;
    if (xml->error == NULL && xml->events->text != NULL) {
        stop(xml, xml->events->text(xml->context, text, (size_t)size));
    }
}

static void on_rest(void *context, const char *text, int size)
{
    oa_xml *xml = context;
    (void)text, (void)size;
    xml->silent = 0;
}

static void on_doctype(void *context, const char *name, const char *system, const char *public, int internal)
{
    oa_xml *xml = context;
    (void)name, (void)system, (void)public, (void)internal;
    stop(xml, oa_error_make(xml->pool, OA_UNPROCESSABLE, "%s has a document type declaration, which no .xlsx needs", xml->what));
}

static apr_status_t destroy(void *context)
{
    oa_xml *xml = context;
    XML_ParserFree(xml->parser);
    return APR_SUCCESS;
}

oa_xml *oa_xml_make(const oa_xml_events *events, void *context, const char *what, apr_pool_t *pool)
{
    static const XML_Memory_Handling_Suite bounded = {allocate, reallocate, release};
    oa_xml *xml = apr_pcalloc(pool, sizeof *xml);
    *xml = (oa_xml){.events = events, .context = context, .what = what, .pool = pool};
    used = 0;
    xml->parser = XML_ParserCreate_MM(NULL, &bounded, NULL);
    if (xml->parser == NULL) {
        abort();
    }
    apr_pool_cleanup_register(pool, xml, destroy, apr_pool_cleanup_null);
    XML_SetUserData(xml->parser, xml);
    XML_SetElementHandler(xml->parser, on_start, on_end);
    XML_SetCharacterDataHandler(xml->parser, on_text);
    XML_SetDefaultHandler(xml->parser, on_rest);
    XML_SetStartDoctypeDeclHandler(xml->parser, on_doctype);
    return xml;
}

static oa_error *refused(oa_xml *xml)
{
    enum XML_Error code = XML_GetErrorCode(xml->parser);
    if (xml->error != NULL) {
        return xml->error;
    }
    if (code == XML_ERROR_NO_MEMORY) {
        return oa_error_make(xml->pool, OA_TOO_LARGE, "%s needs too much memory", xml->what);
    }
    return oa_error_make(xml->pool, OA_UNPROCESSABLE, "%s is not right: %s at line %lu", xml->what, XML_ErrorString(code),
                         (unsigned long)XML_GetCurrentLineNumber(xml->parser));
}

oa_error *oa_xml_feed(oa_xml *xml, const void *bytes, size_t size, int last)
{
    xml->silent += size;
    if (XML_Parse(xml->parser, bytes, (int)size, last) != XML_STATUS_OK) {
        return refused(xml);
    }
    if (xml->silent > TAG_MAX) {
        return oa_error_make(xml->pool, OA_TOO_LARGE, "%s has a tag of more than 1 MiB", xml->what);
    }
    return NULL;
}

const char *oa_xml_attribute(const char **attributes, const char *name)
{
    for (; attributes[0] != NULL; attributes += 2) {
        if (strcmp(local_name(attributes[0]), name) == 0) {
            return attributes[1];
        }
    }
    return NULL;
}
