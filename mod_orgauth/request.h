/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A request and its decision. What a client sent is one visit: the request, its subrequests and its internal redirects.
 * A decision is made once per visit and found again wherever the place asks the same question; another place asks anew,
 * of the headers as the client sent them, even where they have been taken out for a back end.
 */
#ifndef MOD_ORGAUTH_REQUEST_H
#define MOD_ORGAUTH_REQUEST_H

#include "mod_orgauth/apache.h"
#include "mod_orgauth/config.h"

#include "core/auth/decide.h"

typedef struct oa_visit oa_visit;

/* What AuthType says of a place, as far as it concerns us. */
typedef enum oa_auth_type { OA_AUTH_FOREIGN, OA_AUTH_ORGAUTH, OA_AUTH_BASIC } oa_auth_type;

typedef struct oa_request {
    oa_visit *visit;
    oa_auth_type type;             /* of the place `typed`: asking httpd evaluates an expression */
    const ap_conf_vector_t *typed; /* NULL: not asked yet */
    const oa_decision *decision;   /* that holds for this request; NULL: none was asked for */
    const char *key_id;            /* of the decision, as it is spelled outside; NULL: no key */
    const char *api;               /* the Web API that a Require line of this place named and the caller has, or NULL */
    const ap_conf_vector_t *place; /* the configuration for which the identity was handed over */
    const char *problem;           /* body of the refusal, problem+json; NULL: none of ours */
    int problem_status;
    bool noted;     /* the notes for log formats are there */
    bool judging;   /* one of our hooks runs the rest of its hook's chain */
    bool consulted; /* a Require line of ours was, before anybody had said who they are */
    bool must_say;  /* whoever calls must say who they are, though httpd would not ask */
    bool supposing; /* Require lines of ours answer as is worst for the caller */
} oa_request;

/* The request's own state. `find` gives NULL where neither it nor the requests above it have any; `get` makes it. */
oa_request *oa_request_find(request_rec *r);
oa_request *oa_request_get(request_rec *r);

/* The type of the place that `r` is at. The request's state is made where the type is one of ours. */
oa_auth_type oa_request_type(request_rec *r);

/* Whether TLS protects what the client sent, or it never left this host. */
bool oa_request_is_secure(const request_rec *r);

/* The name of the session's cookie for this client (core/auth/cookie.h): the one with the prefix, except on loopback over plain HTTP. */
const char *oa_request_cookie_name(const request_rec *r);

/* The path of the request for the error log: escaped, and without a key that somebody pasted into it. */
const char *oa_request_path(request_rec *r);

/* The decision on the headers, for the place that `r` is at. Never NULL; logged when it is a refusal. */
const oa_decision *oa_request_decide(request_rec *r);

/* The same with `accepted` (OA_BY_…) in place of what the place accepts, and for no organization in particular. */
const oa_decision *oa_request_decide_for_admin(request_rec *r, unsigned accepted);

/* The same for a name and password that httpd took from the request. */
const oa_decision *oa_request_decide_password(request_rec *r, const char *user, const char *password);

/* Somebody else knew who calls: our decision, that nobody does, does not hold for this request, nor strike its address. */
void oa_request_forgive(request_rec *r, oa_request *request);

/* r->user and r->ap_auth_type for an allowed decision. */
void oa_request_name_user(request_rec *r, const oa_decision *decision);

/* Where httpd let `r` through because the request above it passed at the very same configuration: takes over that
 * decision. */
void oa_request_inherit(request_rec *r, oa_request *request);

/* A header as the client sent it, also where it was taken out since. */
const char *oa_visit_header(const oa_visit *visit, const request_rec *r, const char *name);
void oa_visit_keep_header(oa_visit *visit, const request_rec *r, const char *name, const char *value);

/* mod_dir and mod_negotiation lay a finished subrequest over the request above it. So each subrequest leaves what it
 * was handed, by its configuration; NULL: it left nothing. */
void oa_visit_leave(oa_visit *visit, const ap_conf_vector_t *place, const oa_request *request);
const oa_request *oa_visit_left(const oa_visit *visit, const ap_conf_vector_t *place);

#endif
