/* SPDX-License-Identifier: Apache-2.0 */
/* Keys as they are stored: never the key itself, only its verifier. Inside the caller's transaction. */
#ifndef OA_STORE_KEY_H
#define OA_STORE_KEY_H

#include "core/base/clock.h"
#include "core/base/crypto.h"
#include "core/store/db.h"

#include <apr_tables.h>

enum { OA_KEY_OPAQUE = 1, OA_KEY_JWT = 2 };

typedef struct oa_stored_key {
    oa_id id;
    oa_id account_id;
    oa_id org_id;
    int kind;               /* OA_KEY_… */
    const char *name;       /* "" where none */
    bool covers_all;        /* false: only the Web APIs of oa_key_apis */
    const char *networks;
    oa_id replaces;         /* the key that retires once this one is used */
    oa_duration overlap;    /* … so long after */
    oa_id replaced_by;      /* the key that is to be used instead */
    oa_time created_at;
    oa_id created_by;
    oa_time expires_at;     /* 0: never */
    oa_time revoked_at;
    oa_time last_used_at;
    int64_t version;
    bool sealed;            /* it can be shown again: oa_key_sealed */
    const char *email;      /* of its account */
    const char *org_slug;
} oa_stored_key;

/* *key = NULL where there is none. */
oa_error *oa_key_find(oa_db *db, oa_id id, const oa_stored_key **key, apr_pool_t *pool);

/* How a key stands at `now`. The numbers are those of the words in oa_key_states, counted from 1. */
typedef enum oa_key_state { OA_KEY_ACTIVE = 1, OA_KEY_RETIRING, OA_KEY_EXPIRED, OA_KEY_REVOKED } oa_key_state;
extern const char oa_key_states[]; /* one space between */
oa_key_state oa_key_state_at(const oa_stored_key *key, oa_time now);

/* What is listed. 0 in a member: whatever it is. */
typedef struct oa_key_query {
    oa_id account;
    oa_id org;
    oa_key_state state;      /* at `now` */
    oa_time expires_before;  /* those that are not over yet, and will be by then */
    oa_time now;
    oa_id after;
    int64_t limit;
} oa_key_query;

/* By id: array of const oa_stored_key *. */
oa_error *oa_key_list(oa_db *db, const oa_key_query *query, apr_array_header_t **keys, apr_pool_t *pool);

/* Those that are ACTIVE and end soonest, not later than `until`: array of const oa_stored_key *. */
oa_error *oa_key_ending(oa_db *db, oa_id org, oa_time now, oa_time until, int64_t limit, apr_array_header_t **keys,
                        apr_pool_t *pool);

oa_error *oa_key_insert(oa_db *db, const oa_stored_key *key, const unsigned char verifier[OA_DIGEST_SIZE]);

/* Makes a key that does not cover all cover one Web API more. */
oa_error *oa_key_cover(oa_db *db, oa_id key, oa_id api);

/* Makes `to` cover the Web APIs that `from` names. */
oa_error *oa_key_cover_same(oa_db *db, oa_id from, oa_id to);

/* Names of the Web APIs that a key names (not removed ones): array of const char *. */
oa_error *oa_key_apis(oa_db *db, oa_id key, apr_array_header_t **names, apr_pool_t *pool);

/* Writes name, networks and expires_at of `key`. */
oa_error *oa_key_update(oa_db *db, const oa_stored_key *key);

/* Notes that `new` replaces `old`. */
oa_error *oa_key_replace(oa_db *db, oa_id old, oa_id new);

/* The sealed text of a key: to keep, and to read (NULL where there is none). */
oa_error *oa_key_seal(oa_db *db, oa_id id, const void *sealed, size_t size);
oa_error *oa_key_sealed(oa_db *db, oa_id id, const void **sealed, size_t *size, apr_pool_t *pool);

/* Revokes a key. The one that it was to replace, and never did, stays for good. */
oa_error *oa_key_revoke(oa_db *db, oa_id id, oa_time now);

/* Revokes all keys of an account that are not yet; *keys counts them. */
oa_error *oa_key_revoke_all(oa_db *db, oa_id account, oa_time now, int64_t *keys);

#endif
