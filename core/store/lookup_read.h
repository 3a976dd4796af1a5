/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rows behind the look-ups, read from the store. Each tells the position of the change log as its own statement saw
 * it, so that the caller can tell an older copy of the store from the one it knows; *position 0 where there was no row.
 */
#ifndef OA_STORE_LOOKUP_READ_H
#define OA_STORE_LOOKUP_READ_H

#include "core/store/flat.h"
#include "core/store/lookup.h"

/* What is looked for. */
typedef struct oa_sought {
    oa_id id;         /* of a key or organization; of a login: the organization of the place or 0; else 0 */
    const char *name; /* normalized e-mail, or slug; NULL where id says it */
    const unsigned char *digest; /* of a session's token; else NULL */
} oa_sought;

/* *found = NULL where there is none; *account: whose changes make it void, 0 = everybody's. In `pool`. */
typedef oa_error *oa_lookup_reader(oa_db *db, const oa_sought *sought, const void **found, oa_id *account,
                                   int64_t *position, apr_pool_t *pool);

oa_lookup_reader oa_read_key;
oa_lookup_reader oa_read_login;
oa_lookup_reader oa_read_place;
oa_lookup_reader oa_read_policy;
oa_lookup_reader oa_read_session;

extern const oa_flat_form oa_record_form;
extern const oa_flat_form oa_place_form;
extern const oa_flat_form oa_policy_form;
extern const oa_flat_form oa_seat_form;

#endif
