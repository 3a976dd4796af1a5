/* SPDX-License-Identifier: Apache-2.0 */
/* Invitations as they are stored: never the token, only its digest (OA_SUBKEY_LINK). Inside the caller's transaction. */
#ifndef OA_STORE_INVITATION_H
#define OA_STORE_INVITATION_H

#include "core/base/clock.h"
#include "core/base/crypto.h"
#include "core/store/listed.h"

typedef struct oa_invitation {
    oa_id id;
    oa_id org_id;
    const char *email;      /* normalized */
    oa_id role_id;          /* 0: an outsider, who gets Web APIs and no membership */
    const char *first_name; /* "" where none, likewise below */
    const char *last_name;
    const char *modules;    /* the member is confined to these, one space between */
    int reach;              /* OA_REACH_… of the membership */
    const char *sub_orgs;   /* ids in decimal, one space between: organizations below with memberships of their own */
    const char *apis;       /* ids in decimal, one space between */
    int status;             /* oa_invitation_status as stored: one that expired may still say PENDING */
    oa_id invited_by;       /* 0: the local operator */
    oa_time created_at;
    oa_time expires_at;
    oa_time accepted_at;
    oa_id account_id;       /* who accepted it */
    int64_t version;
    const char *org_slug, *org_name;
    const char *role;       /* its name */
    const char *inviter;    /* e-mail */
} oa_invitation;

/* PENDING and past its expiry is EXPIRED. */
int oa_invitation_standing(const oa_invitation *invitation, oa_time now);

/* *invitation = NULL where there is none. */
oa_error *oa_invitation_find(oa_db *db, oa_id id, const oa_invitation **invitation, apr_pool_t *pool);
oa_error *oa_invitation_find_digest(oa_db *db, const unsigned char digest[OA_DIGEST_SIZE], const oa_invitation **invitation,
                                    apr_pool_t *pool);

/* The one that is stored as PENDING for that address in that organization. */
oa_error *oa_invitation_find_pending(oa_db *db, oa_id org, const char *email, const oa_invitation **invitation,
                                     apr_pool_t *pool);

typedef struct oa_invitation_query {
    oa_id org;     /* 0 = all */
    int status;    /* oa_invitation_status as of `now`; 0 = any */
    oa_time now;
    oa_id after;   /* the last one of the page before */
    int64_t limit;
} oa_invitation_query;

/* By id: array of const oa_invitation *. */
oa_error *oa_invitation_list(oa_db *db, const oa_invitation_query *query, apr_array_header_t **invitations, apr_pool_t *pool);

/* Those that a list of users shows: query->status is OA_LISTED_INVITED. Array of const oa_invitation *. */
oa_error *oa_invitation_waiting(oa_db *db, const oa_listed_query *query, apr_array_header_t **invitations, apr_pool_t *pool);

oa_error *oa_invitation_insert(oa_db *db, const oa_invitation *invitation, const unsigned char digest[OA_DIGEST_SIZE]);

/* PENDING with a new token, as `invited_by` sends it now; the token before is void. */
oa_error *oa_invitation_renew(oa_db *db, oa_id id, const unsigned char digest[OA_DIGEST_SIZE], oa_id invited_by, oa_time expires_at);

/* From PENDING to another status, except ACCEPTED. */
oa_error *oa_invitation_settle(oa_db *db, oa_id id, int status);

/* From PENDING and not expired to ACCEPTED by `account`, if `digest` still is its token's: of all that try at once, *used for one. */
oa_error *oa_invitation_use(oa_db *db, oa_id id, const unsigned char digest[OA_DIGEST_SIZE], oa_id account, oa_time now,
                            bool *used);

/* Marks up to `limit` that expired. */
oa_error *oa_invitation_sweep(oa_db *db, oa_time now, int64_t limit, int64_t *expired);

#endif
