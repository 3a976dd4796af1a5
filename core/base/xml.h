/* SPDX-License-Identifier: Apache-2.0 */
/*
 * XML from strangers, event by event. xml.c alone includes expat. No DTD, so no entities of a file's own and nothing external; memory, depth
 * and size of a tag are bounded whatever the file says.
 */
#ifndef OA_BASE_XML_H
#define OA_BASE_XML_H

#include "core/base/error.h"

#include <apr_pools.h>
#include <stddef.h>

typedef struct oa_xml oa_xml;

/* Names come without their prefix. An error ends the reading. */
typedef struct oa_xml_events {
    oa_error *(*start)(void *context, const char *name, const char **attributes);
    oa_error *(*end)(void *context, const char *name);
    oa_error *(*text)(void *context, const char *text, size_t size);
} oa_xml_events;

/* `what` names the document in errors. Freed with `pool`. */
oa_xml *oa_xml_make(const oa_xml_events *events, void *context, const char *what, apr_pool_t *pool);

/* The next octets of the document; `last` with the last ones (size 0 will do). OA_UNPROCESSABLE for what is no XML or has a DTD, OA_TOO_LARGE
 * beyond the bounds, or what an event returned. */
oa_error *oa_xml_feed(oa_xml *xml, const void *bytes, size_t size, int last);

/* The value of the attribute called `name` without its prefix, or NULL. */
const char *oa_xml_attribute(const char **attributes, const char *name);

#endif
