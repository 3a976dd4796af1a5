/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of operations: every admin action, declared once. From a row come the command-line verb with its help and
 * completion, the REST route, the checking of arguments, the OpenAPI description and the manual.
 */
#ifndef OA_ADMIN_OPERATION_H
#define OA_ADMIN_OPERATION_H

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/store/store.h"

#include <apr_pools.h>
#include <stdbool.h>

/* Arguments reach an operation as one JSON object, already checked against the parameters. */
typedef enum oa_type {
    OA_TYPE_TEXT,       /* any UTF-8 of up to 1,000 octets */
    OA_TYPE_NAME,       /* oa_name_clean */
    OA_TYPE_SLUG,       /* oa_slug_is_valid */
    OA_TYPE_EMAIL,      /* oa_email_normalize */
    OA_TYPE_INTEGER,
    OA_TYPE_FLAG,       /* true or false; on the command line its presence */
    OA_TYPE_DURATION,   /* "90d" */
    OA_TYPE_TIME,       /* RFC 3339 */
    OA_TYPE_CHOICE,     /* one of `choices` */
    OA_TYPE_SECRET,     /* a password: never in argv; the command line prompts or reads --password-stdin */
    OA_TYPE_PAIR,       /* FIELD=VALUE; in JSON an object with text members */
    OA_TYPE_PERMISSION, /* module:action, either may be * */
    OA_TYPE_ORG,        /* id or slug */
    OA_TYPE_USER,       /* id or e-mail */
    OA_TYPE_KEY,        /* id */
    OA_TYPE_API,        /* id or name (in the organization of the call) */
    OA_TYPE_ROLE,       /* id or name, exact */
    OA_TYPE_CURSOR,     /* what an earlier page gave as `next` */
    OA_TYPE_FILE        /* content that is no JSON; the argument is its name, the content comes in oa_manner's `file`: in REST the
                           request's body, on the command line the file of that name, - for standard input */
} oa_type;

enum {
    OA_REQUIRED = 1,
    OA_POSITIONAL = 2,  /* on the command line without a dash; in the order of the rows */
    OA_LIST = 4,        /* one or more; repeatable on the command line, an array in JSON */
    OA_CLEARS = 8,      /* may be empty, or null in JSON: takes away what is there */
    OA_FILTER = 16      /* narrows a list and is not what the call is about: the function looks it up */
};

enum {
    OA_TEXT_MAX = 1000, /* octets of an OA_TYPE_TEXT */
    OA_LIST_MAX = 1000, /* elements of an OA_LIST, members of an OA_TYPE_PAIR */
    OA_PAGE_DEFAULT = 100, /* items of a page where `limit` is not given */
    OA_PAGE_MAX = 1000
};

typedef struct oa_parameter {
    const char *name;    /* snake_case; on the command line first_name is --first-name */
    oa_type type;
    unsigned flags;
    const char *help;    /* one line */
    const char *choices; /* OA_TYPE_CHOICE: words with one space between; else NULL, or a default shown in help */
} oa_parameter;

/* In whose organization the permission is asked for. */
typedef enum oa_scope {
    OA_SCOPE_PUBLIC,    /* anybody, also without a credential: log-in, links that came by mail */
    OA_SCOPE_NONE,      /* whoever is authenticated; the function limits what is seen */
    OA_SCOPE_SITE,      /* SuperAdmins and the local operator */
    OA_SCOPE_ORG,       /* the organization that argument `org` names, or the one that the target belongs to */
    OA_SCOPE_HOME       /* the home organization of argument `user`, or one above it */
} oa_scope;

typedef struct oa_call oa_call;

typedef struct oa_operation {
    const char *name;        /* "user.ban": noun and verb, the verb as on the command line ("set-role") */
    const char *summary;     /* one line, imperative, no full stop */
    const char *permission;  /* "users:edit", or NULL with OA_SCOPE_NONE and OA_SCOPE_SITE */
    oa_scope scope;
    bool changes;            /* writes, and so leaves exactly one audit event */
    const char *method;      /* REST: "POST", NULL: not there */
    const char *path;        /* "/v1/orgs/{org}/users/{user}/ban": names in braces are parameters; several with one space between */
    const char *columns;     /* members that a table or CSV shows, in order, one space between; NULL: all */
    const char *alone;       /* member that the command line prints alone on stdout (a new key), or NULL; null after a dry run */
    oa_error *(*run)(oa_call *call, oa_json **result);
    /* NULL, or what takes long (a password hash, a log-in's check, a file to parse): done before the transaction, with call->db NULL and
     * nothing resolved or allowed yet, so it may decide nothing and tells its findings to `run` through call->prepared. */
    oa_error *(*before)(oa_call *call);
    const oa_parameter *parameters; /* ended by a row whose name is NULL */

    bool remote;         /* for who has an account or a link of their own: not on the command line */
    int pace;            /* milliseconds: the answer is held until a whole number of them went by since the call began, so that its time tells
                            nothing (core/auth/pace.h); 0: at once */

    /* How REST differs; all may be left out. */
    int status;          /* of success where it is not 200: 201, 202, 204 (without body) */
    const char *renamed; /* parameters that have another name in REST, "search:q set:fields"; those of the path keep theirs */
    const char *entry;   /* "name value": a member of the body that is no parameter and has a dot in its name is an entry of a map; these two
                            parameters are its name and value */
    const char *accepts; /* media types, one space between, of a body that is no JSON: what the parameter of OA_TYPE_FILE takes; the other
                            arguments come from the query */
    const char *gives;   /* media type of an answer that is no JSON: the text member "text" of the result; several, one space between: one for each choice
                            of the parameter `format`. Where the result has a `next`, too, that text is one page, and the faces go on to the last one */
    bool etag;           /* GET of one resource: answers carry an ETag, PATCH of it wants If-Match */
    const char *cookie;  /* text member of the result that becomes the session cookie and is not shown; null ends the cookie */
    const char *answers; /* schema of the result (schema.h), "User"; "User*" for a list of them */
} oa_operation;

/* All operations, ended by a row whose name is NULL; grouped by noun in the order of the manual. */
extern const oa_operation *const oa_operations[];

/* The row called `name`, or NULL. */
const oa_operation *oa_operation_find(const char *name);

/* Of the media types that the row gives, the one that these arguments ask for; NULL where it gives JSON. */
const char *oa_operation_gives(const oa_operation *operation, const oa_json *arguments, apr_pool_t *pool);

/* Who acts. */
typedef enum oa_actor_kind {
    OA_ACTOR_LOCAL,  /* who may read and write the store: the command line */
    OA_ACTOR_USER,   /* authenticated by a key, a login or a session */
    OA_ACTOR_NOBODY  /* not authenticated: OA_SCOPE_PUBLIC only */
} oa_actor_kind;
typedef struct oa_actor {
    oa_actor_kind kind;
    oa_id user_id;        /* USER */
    oa_id key_id;         /* USER: the key it came with, or 0 */
    const char *name;     /* LOCAL: name of the operating-system user; USER: e-mail */
    oa_id session_id;     /* USER: the session it came with, or 0 */
    const char *address;  /* USER, NOBODY: the client's; LOCAL: "" */
    const char *agent;    /* the client's User-Agent; may be NULL */
    const char *site;     /* where a log-in's session is good: oa_question's; may be NULL */
    struct oa_authority *authority; /* to check a password with; NULL: made for the call, without throttle and bound */
} oa_actor;

/* Content beside the arguments. */
typedef struct oa_file {
    const char *name; /* of the file, or "" */
    const char *type; /* media type without parameters, lower case; "" where not known */
    const unsigned char *bytes; /* followed by a NUL */
    size_t size;
} oa_file;

/* How an operation is to be done; zero for all: as such. */
typedef struct oa_manner {
    bool dry_run;
    const oa_file *file;         /* for the parameter of OA_TYPE_FILE */
    const char *if_match;        /* the field If-Match: OA_PRECONDITION unless the resource is as one of these tags says (RFC 9110 13.1.1) */
    const char *idempotency_key; /* a repetition by the same actor within 24 hours gets the first answer, without its secrets */
    void (*progress)(void *context, size_t done, size_t total); /* NULL, or told now and then how far a long operation is */
    void *progress_context;
} oa_manner;

/* What came of it. */
typedef struct oa_done {
    oa_json *result;  /* beside an error: NULL, or a report of all that is wrong */
    const char *etag; /* of the resource, quoted, where its row for GET has one; else NULL */
    bool replayed;    /* the answer to an earlier request */
} oa_done;

/* Does one operation: finds the row, checks `arguments` (a JSON object; an unknown member is an error), begins, checks the actor's permission
 * inside the transaction, runs, writes the audit event, commits. With `dry_run` all of it but the commit.
 * Lists answer {"items": […], "next": cursor or null}; the rest one object. */
oa_error *oa_perform(oa_store *store, const oa_actor *actor, const char *name, const oa_json *arguments,
                     bool dry_run, oa_json **result, apr_pool_t *pool);

/* The same with everything that a face can know. `manner` may be NULL. */
oa_error *oa_perform_so(oa_store *store, const oa_actor *actor, const char *name, const oa_json *arguments,
                        const oa_manner *manner, oa_done *done, apr_pool_t *pool);

#endif
