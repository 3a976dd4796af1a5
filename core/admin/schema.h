/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What answers look like, for the description of the API and for its tests. A row's fields, one space between, are NAME:TYPE; TYPE is
 * text, int, bool, time, map (an object with text members), any (an object), an id by its prefix (org, usr, key, api, inv, rol, evt, mai, msg), @NAME (another row) or
 * [TYPE] (a list); "?" behind it: may be null; "~" before the name: may be absent.
 */
#ifndef OA_ADMIN_SCHEMA_H
#define OA_ADMIN_SCHEMA_H

#include "core/base/json.h"

typedef struct oa_schema {
    const char *name; /* "User" */
    const char *fields;
} oa_schema;

/* Ended by a row whose name is NULL. */
extern const oa_schema oa_schemas[];

/* A row as a schema (JSON Schema 2020-12, as OpenAPI 3.1 has it). */
oa_json *oa_schema_make(const oa_schema *schema, apr_pool_t *pool);

/* {"$ref": …} to "User", or for "User*" a page of them; NULL: any object. */
oa_json *oa_schema_ref(const char *answers, apr_pool_t *pool);

#endif
