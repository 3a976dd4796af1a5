/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A request of the REST API and its answer, without a server: what httpd's handler reads goes in, what it is to send comes out.
 * The way: oa_rest_open finds the row; the face authenticates and reads the body, at most route.limit octets; oa_rest_answer does it.
 */
#ifndef OA_ADMIN_REST_H
#define OA_ADMIN_REST_H

#include "core/admin/route.h"

#include <apr_tables.h>

typedef struct oa_rest_request {
    const char *method;          /* as sent */
    const char *path;            /* below the mount, as sent: "/v1/orgs/acme" */
    const char *mount;           /* what stands before it, "/orgauth": for links */
    const char *query;           /* without "?", as sent; NULL where absent, likewise below */
    const char *content_type;
    const char *if_match;
    const char *idempotency_key;
    const unsigned char *body;   /* followed by a NUL */
    size_t size;
} oa_rest_request;

typedef struct oa_rest_answer {
    int status;
    const char *type;     /* media type of the body; NULL: no body */
    const char *body;
    size_t size;
    apr_table_t *headers; /* beside Content-Type and Content-Length */
    const char *cookie;   /* the session token to set; "": end the cookie; NULL: leave it */
    const char *trouble;  /* for the log: why a 5xx; NULL otherwise */
    const char *log;      /* a whole line for the log, or NULL: a refused log-in's */
    struct oa_rest_rest *rest; /* NULL, or what is still to follow `body`, whose whole length nobody knows: see oa_rest_more */
} oa_rest_answer;

/* The row that is asked for. Where there is none, or the request needs nothing more (OPTIONS), *done and the answer are ready. */
void oa_rest_open(const oa_rest_request *request, oa_route *route, bool *done, oa_rest_answer *answer,
                  apr_pool_t *pool);

/* Does what `route` says, for `actor`. Never fails: an error becomes an answer. */
void oa_rest_answer_to(const oa_rest_request *request, const oa_route *route, oa_store *store, const oa_actor *actor,
                       oa_rest_answer *answer, apr_pool_t *pool);

/* The next piece of an answer that has a `rest`, in `pool`; *piece NULL at the end. After an error what was sent is not all: the connection must be broken off, so
 * that nobody takes it for the whole. */
oa_error *oa_rest_more(oa_rest_answer *answer, const char **piece, apr_pool_t *pool);

/* The answer for an error that the face met itself. `route` may be NULL. */
void oa_rest_refuse(const oa_route *route, const oa_error *error, oa_rest_answer *answer, apr_pool_t *pool);

/* Arguments and manner out of path, query and body (rest_arguments.c). */
oa_error *oa_rest_read(const oa_rest_request *request, const oa_route *route, oa_json **arguments, oa_manner *manner,
                       apr_pool_t *pool);

/* Whether ?dry_run=true is for this row: not for what strangers may do, whose attempts must leave their trace. */
bool oa_rest_takes_dry_run(const oa_operation *operation);

/* Where a parameter that is at fault was looked for: "path", "query" or "body". */
const char *oa_rest_where(const oa_route *route, const char *parameter);

#endif
