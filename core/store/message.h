/* SPDX-License-Identifier: Apache-2.0 */
/*
 * API messages: the calls that keys made. Requests leave them in memory; the writer (writer.h) writes them in batches, and
 * keeps each account at about the number that `messages.keep` allows: to the number, and to the age, it is brought by the sweep
 * (sweep.h). Memory is bounded: what finds no room is dropped and counted.
 */
#ifndef OA_STORE_MESSAGE_H
#define OA_STORE_MESSAGE_H

#include "core/base/clock.h"
#include "core/store/store.h"

#include <apr_tables.h>

enum { OA_MESSAGE_ROOM = 1 << 20 }; /* octets gathered at most; some 6,000 messages */

typedef struct oa_message {
    oa_id id;             /* 0 until it is written; ordered by when the call ended */
    oa_id account_id;
    oa_id key_id;
    oa_id org_id;         /* where the call was made */
    oa_time at;           /* when it began */
    int64_t duration;     /* microseconds */
    int status;           /* of the answer */
    const char *method;   /* as core/model/message.h spells it, and so the path */
    const char *path;
    const char *address;  /* of the client */
    /* In a list only; "" for what is there no more. */
    const char *email;
    const char *org_slug;
    const char *key_name;
} oa_message;

/* Made by oa_store_make, ends with `pool`. */
typedef struct oa_messages oa_messages;
oa_error *oa_messages_make(oa_store *store, oa_messages **messages, apr_pool_t *pool);

/* Takes a copy. Never blocks on the store. */
void oa_message_note(oa_store *store, const oa_message *message);

/* How many found no room since this was asked last. */
int64_t oa_messages_dropped(oa_store *store);

/* Writes what is gathered, now. */
oa_error *oa_message_flush(oa_store *store, apr_pool_t *pool);

/* Deletes up to `limit` of the account's messages beyond its newest `kept`, inside the caller's writing transaction. */
oa_error *oa_message_trim(oa_db *db, oa_id account, int64_t kept, int64_t limit, int64_t *count);

/* Which messages; 0 and "" mean any. */
typedef struct oa_message_query {
    oa_id org;
    oa_id account;
    oa_id key;
    int status_from, status_to; /* both included; 0 and 0: any */
    oa_time since, until;       /* began not before, began before */
    const char *path;           /* what it begins with */
    oa_id before;               /* the last message of the page before */
    int64_t limit;
} oa_message_query;

/* Array of const oa_message *, the newest first. Inside the caller's transaction. */
oa_error *oa_message_list(oa_db *db, const oa_message_query *query, apr_array_header_t **messages, apr_pool_t *pool);

#endif
