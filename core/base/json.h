/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON values (RFC 8259). json.c alone includes jansson; a value is freed with the pool that it was made in.
 * Building never fails short of memory: strings are copied and must be UTF-8 (others become U+FFFD).
 * Members keep the order in which they were added.
 */
#ifndef OA_BASE_JSON_H
#define OA_BASE_JSON_H

#include "core/base/clock.h"
#include "core/base/error.h"

#include <apr_pools.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct json_t oa_json;

typedef enum oa_json_type { OA_JSON_NULL, OA_JSON_BOOL, OA_JSON_INTEGER, OA_JSON_REAL, OA_JSON_STRING,
                            OA_JSON_ARRAY, OA_JSON_OBJECT } oa_json_type;

oa_json *oa_json_object(apr_pool_t *pool);
oa_json *oa_json_array(apr_pool_t *pool);

/* Setters; `text` NULL and `time` 0 set null. oa_json_set shares `value` with the object. */
void oa_json_set_text(oa_json *object, const char *name, const char *text);
void oa_json_set_int(oa_json *object, const char *name, int64_t number);
void oa_json_set_bool(oa_json *object, const char *name, bool truth);
void oa_json_set_time(oa_json *object, const char *name, oa_time time); /* RFC 3339 */
void oa_json_set(oa_json *object, const char *name, const oa_json *value);
void oa_json_append(oa_json *array, const oa_json *value);
void oa_json_append_text(oa_json *array, const char *text);
oa_json *oa_json_words(const char *words, apr_pool_t *pool);               /* an array of words that are separated by one space */
void oa_json_extend(oa_json *array, const oa_json *more); /* by the elements of the array `more`, shared */

/* Readers; NULL, 0, false where the member is missing or of another type. */
oa_json_type oa_json_type_of(const oa_json *value);
const oa_json *oa_json_get(const oa_json *object, const char *name);
const char *oa_json_get_text(const oa_json *object, const char *name);
int64_t oa_json_get_int(const oa_json *object, const char *name);
bool oa_json_get_bool(const oa_json *object, const char *name);
const char *oa_json_text(const oa_json *value);
int64_t oa_json_int(const oa_json *value);
bool oa_json_bool(const oa_json *value);
size_t oa_json_size(const oa_json *value); /* elements or members */
const oa_json *oa_json_at(const oa_json *array, size_t index);

/* Calls `each` for every member in order, until it returns false. */
void oa_json_each(const oa_json *object, bool (*each)(void *context, const char *name, const oa_json *value),
                  void *context);

/* Strict reading: one value, no duplicate members, no trailing text, at most 32 deep, UTF-8, integers within 64 bits.
 * OA_INVALID with line and column otherwise. */
oa_error *oa_json_parse(const char *text, size_t size, oa_json **value, apr_pool_t *pool);

/* Compact, or indented by two for people. NUL-terminated, in `pool`. */
const char *oa_json_format(const oa_json *value, bool indented, apr_pool_t *pool);

/* Members sorted, compact: one byte string per value (for digests). */
const char *oa_json_canonical(const oa_json *value, apr_pool_t *pool);

#endif
