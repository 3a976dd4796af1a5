/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ids of stored objects: positive 63-bit integers, ordered by the time they were made: 41 bits of
 * milliseconds since 2020-01-01, then 22 random bits. Outside they wear a prefix: "usr_" + 13 base-32 characters.
 */
#ifndef OA_BASE_ID_H
#define OA_BASE_ID_H

#include "core/base/clock.h"

#include <apr_pools.h>
#include <stdbool.h>
#include <stdint.h>

typedef int64_t oa_id; /* 0 = none */

typedef enum oa_kind { OA_KIND_ORG, OA_KIND_USER, OA_KIND_KEY, OA_KIND_API, OA_KIND_INVITATION,
                       OA_KIND_ROLE, OA_KIND_EVENT, OA_KIND_MAIL, OA_KIND_SESSION, OA_KIND_MESSAGE } oa_kind;

enum { OA_ID_DIGITS = 13, OA_PUBLIC_ID_SIZE = 4 + OA_ID_DIGITS + 1 };

/* A new id; strictly greater than any that this process made before, safe among threads. */
oa_id oa_id_make(oa_time now);

/* The smallest id that is made at `time`, so that ids are compared with times. */
oa_id oa_id_floor(oa_time time);

/* The public spelling, in `pool`; NULL for 0. */
const char *oa_id_format(oa_kind kind, oa_id id, apr_pool_t *pool);

/* Reads a public id of that kind. False for another prefix, length, or character, or 0. */
bool oa_id_parse(oa_kind kind, const char *text, oa_id *id);

#endif
