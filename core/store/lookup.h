/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Look-ups of the request path, through the cache of this process. Every answer is as new as the last commit by any process of
 * this host that ended before the call: the cache is valid only while the store stands still (watch.h), and a change
 * voids the entries of the accounts it names.
 */
#ifndef OA_STORE_LOOKUP_H
#define OA_STORE_LOOKUP_H

#include "core/base/crypto.h"
#include "core/model/setting.h"
#include "core/store/cache.h"
#include "core/store/store.h"

/* A store's cache and watch: made by oa_store_make, ends with `pool`. Environment ORGAUTH_NO_CACHE=1, read here: every
 * look-up but that of the policy, which all requests share, goes to the store (measurements). */
typedef struct oa_lookup oa_lookup;
oa_error *oa_lookup_make(oa_store *store, oa_lookup **lookup, apr_pool_t *pool);

/* What the store knows of a presented key or login, and nothing about whether it is right. */
typedef struct oa_record {
    oa_id account_id;
    oa_id key_id;               /* 0 for a login */
    oa_id org_id;               /* the organization in which role and permissions below hold */
    oa_time expires_at;         /* of the key; 0 = never */
    oa_time revoked_at;
    oa_id replaces;             /* key that retires once this one is used, or 0 */
    oa_time last_seen;
    int key_kind;               /* 1 opaque, 2 JWT; 0 for a login */
    int account_status;         /* oa_account_status */
    int password_failures;      /* logins only */
    int key_failures;
    int org_status;             /* 1 active, 2 suspended */
    int membership_status;      /* oa_membership_status; 0 = none */
    int reach;                  /* 1 this organization only, 2 all below too */
    int role_type;              /* oa_role_type; 0 = none */
    const char *email;          /* all text: never NULL, in the caller's pool */
    const char *org_slug;
    const char *role;
    const char *permissions;
    const char *modules;
    const char *networks;
    const char *apis;           /* words "ORG_ID/name" */
    const char *service_api;
    const char *password;       /* PHC string of a login; "" where none is set */
    unsigned char verifier[OA_DIGEST_SIZE]; /* of the key's secret; zeros where it came from the cache */
} oa_record;

/* The organization that a place belongs to. */
typedef struct oa_place {
    oa_id org_id;
    const char *slug;
    int status;
    const char *above;          /* ids of the organizations above it in decimal, one space between */
} oa_place;

/* What holds for every request. */
typedef struct oa_policy {
    oa_settings settings;
    const char *admin_modules;  /* one space between */
    const char *store_id;       /* which store it is, for ever */
} oa_policy;

/* A text that was presented as a key, as the cache knows it. */
typedef struct oa_known {
    uint64_t ticket; /* of freshness.h */
    oa_cache_key key;
} oa_known;

/* What a decision begins with: the policy and, where this process found this very text right before (oa_lookup_keep), the record of the key;
 * else *record = NULL. Text of size 0: none. *known is for oa_lookup_keep. */
oa_error *oa_lookup_begin(oa_store *store, const char *text, size_t size, oa_known *known, const oa_policy **policy,
                          const oa_record **record, apr_pool_t *pool);

/* A key by its id, past the cache; *record = NULL where there is none. */
oa_error *oa_lookup_key(oa_store *store, oa_id key_id, const oa_record **record, apr_pool_t *pool);

/* The text of `known` was found to be the key of this record, which was looked up since: keeps the record for the next time. Whoever
 * presents the same text then is given it without a question, for as long as no change concerns it. */
void oa_lookup_keep(oa_store *store, const oa_known *known, const oa_record *record);

/* A login by normalized e-mail, for `place` or, NULL, the account's home organization. Role and permissions are those of
 * the direct membership there, else of the nearest membership above whose reach is 2; SuperAdmins have theirs everywhere.
 * *record = NULL where there is no such account. */
oa_error *oa_lookup_login(oa_store *store, const char *email, const oa_place *place, const oa_record **record,
                          apr_pool_t *pool);

/* An organization by slug or public id; *place = NULL where there is none. */
oa_error *oa_lookup_place(oa_store *store, const char *name, const oa_place **place, apr_pool_t *pool);

oa_error *oa_lookup_policy(oa_store *store, const oa_policy **policy, apr_pool_t *pool);

/* A session. */
typedef struct oa_seat {
    oa_id id;
    oa_id account_id;
    oa_time created_at;
    oa_time last_seen_at; /* not followed by the cache */
    oa_time expires_at;
    unsigned char digest[OA_DIGEST_SIZE];
    const char *email;    /* of its account */
} oa_seat;

/* A session by the keyed digest of its token (OA_SUBKEY_SESSION); whether it has ended is not asked. *seat = NULL where there is none. */
oa_error *oa_lookup_session(oa_store *store, const unsigned char digest[OA_DIGEST_SIZE], const oa_seat **seat,
                            apr_pool_t *pool);
oa_error *oa_lookup_session_afresh(oa_store *store, const unsigned char digest[OA_DIGEST_SIZE], const oa_seat **seat,
                                   apr_pool_t *pool);

/* Past the cache: what `record` says now. Used before a decision that an old copy must not take (idle accounts). */
oa_error *oa_lookup_login_afresh(oa_store *store, const char *email, const oa_place *place,
                                 const oa_record **record, apr_pool_t *pool);

/* Counters since the process began, for tests and `bench/`. */
typedef struct oa_lookup_counts { uint64_t hits, misses, refreshes, voided_all; } oa_lookup_counts;
void oa_lookup_counts_get(oa_store *store, oa_lookup_counts *counts);

/* Takes the entries of `account` out of this process's cache: for what changes without an entry in the change log (last_seen). */
void oa_lookup_forget(oa_store *store, oa_id account);

/* Gives up what look-ups hold of the store's present state (oa_fresh_rest). */
void oa_lookup_rest(oa_store *store, apr_pool_t *pool);

/* Pages in the WAL that wait for a checkpoint, as far as this process knows. */
uint32_t oa_lookup_backlog(oa_store *store);

#endif
