/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who is on a page of the list of an organization's users, and in which order: members, or who is invited. A page costs what it shows, however many
 * there are, and a search what it finds. Inside the caller's transaction.
 */
#ifndef OA_STORE_LISTED_H
#define OA_STORE_LISTED_H

#include "core/base/clock.h"
#include "core/store/db.h"

#include <apr_tables.h>

/* The words of `sort`, one space between, the default first; "-" means downwards. By role is by its name, by status in the order of
 * core/model/status.h. Equal ones follow the id. */
extern const char oa_listed_sorts[];

typedef struct oa_listed_query {
    oa_id org;
    int status;         /* as listed (core/model/status.h): OA_LISTED_INVITED are invitations; 0 = all members */
    oa_id role;         /* 0 = any */
    const char *search; /* oa_text_fold of a part of "FIRST LAST E-MAIL"; "" = all */
    const char *sort;   /* a word of oa_listed_sorts; invitations are by creation */
    oa_id after;        /* the last one of the page before; 0 = from the start */
    int64_t limit;
    oa_time now;        /* invitations past their expiry are not listed */
} oa_listed_query;

/* Array of oa_id, of accounts or of invitations. */
oa_error *oa_listed_page(oa_db *db, const oa_listed_query *query, apr_array_header_t **ids, apr_pool_t *pool);

#endif
