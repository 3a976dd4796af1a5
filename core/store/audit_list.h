/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The audit trail, newest event first, filtered, a page at a time. Inside the caller's transaction.
 *
 * Each filter is one or several words (audit_word.h), and each word has its events in order: a page is where these meet, found by leaping in each from
 * event to event. What filters have in common may be rare though each is frequent, so a page ends after a bounded number of leaps; and, since an event may be
 * large, with the one that fills it: it may then be short, or empty, and yet not be the last one.
 */
#ifndef OA_STORE_AUDIT_LIST_H
#define OA_STORE_AUDIT_LIST_H

#include "core/store/audit.h"

#include <apr_tables.h>

enum {
    OA_AUDIT_SEARCH_WORDS = 8,
    OA_AUDIT_PAGE_OCTETS = 1024 * 1024 /* of details, after which a page ends: one of an import may be a third of that */
};

typedef struct oa_audit_query {
    oa_id org;              /* 0 = any */
    const char *actor;      /* an id or a name; "" = any, likewise below */
    const char *target;     /* an id of any kind, or a name: what the event is about, or one of the things that it is about */
    const char *action;     /* "user.ban"; "user", "user." or "user.*" for all that begin so */
    const char *search;     /* words, each of which begins a part of the name of actor, target or action, in any case; OA_AUDIT_SEARCH_WORDS at most */
    oa_time since, until;   /* from, and before; 0 = any */
    oa_id before;           /* `next` of the page before; 0 = the newest */
    int64_t limit;
} oa_audit_query;

/* The leaps that a page may take beside those that found its events, and the words that a filter may stand for: more are looked for in the events
 * themselves. Tests set them lower. */
extern int oa_audit_leaps, oa_audit_words_max;

/* Array of const oa_event *. *next: where the next page begins, 0 at the end. */
oa_error *oa_audit_list(oa_db *db, const oa_audit_query *query, apr_array_header_t **events, oa_id *next, apr_pool_t *pool);

#endif
