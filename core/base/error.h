/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Errors. A function that can fail returns oa_error *; NULL is success.
 * An error has a code from the table below, a public message that may be shown to whoever asked, and a
 * private detail (SQL state, path, errno) for the error log alone. Neither ever holds a secret.
 */
#ifndef OA_BASE_ERROR_H
#define OA_BASE_ERROR_H

#include <apr_pools.h>

typedef enum oa_code {
    OA_USAGE,       /* the call itself is wrong: missing or unknown argument */
    OA_INVALID,     /* an argument's value is wrong; `field` names it */
    OA_NOT_FOUND,   /* no such object, or none that the actor may know of */
    OA_NOT_ALLOWED, /* the actor lacks the permission */
    OA_CONFLICT,    /* the change contradicts what is stored (duplicate, last administrator, …) */
    OA_BUSY,        /* the store is locked by somebody else: try again */
    OA_UNAVAILABLE, /* the store cannot be used: missing, corrupt, of another version, full */
    /* Of REST alone, but for the first two: */
    OA_UNAUTHENTICATED,       /* who acts is not known, or not well enough: log-in refused, old password wrong */
    OA_TOO_MANY,              /* too many attempts: try later */
    OA_NO_SUCH_METHOD,        /* the path does not take the method */
    OA_NOT_ACCEPTABLE,        /* the client takes none of the forms that there are */
    OA_PRECONDITION,          /* the resource is not as If-Match says */
    OA_PRECONDITION_REQUIRED, /* If-Match is missing */
    OA_TOO_LARGE,             /* the body exceeds the limit */
    OA_MEDIA_TYPE,            /* the body is not in a form that is taken here */
    OA_UNPROCESSABLE,         /* right in itself, but its content is wrong or contradicts an earlier request */
    OA_FAILED       /* anything else: out of memory, a system call, a defect */
} oa_code;

typedef struct oa_code_row {
    const char *name;  /* stable, lower case with underscores: "not_found" */
    int http_status;   /* RFC 9110 */
    int exit_code;     /* of the command line */
} oa_code_row;

typedef struct oa_error {
    oa_code code;
    const char *message; /* one line, no full stop at the end, names the thing and the remedy */
    const char *field;   /* name of the argument at fault, or NULL */
    const char *member;  /* where that is an object: the name of its member at fault, or NULL */
    struct oa_error *next; /* a further fault in the arguments, that the message tells of too; or NULL */
    const char *detail;  /* for the log alone, or NULL */
    const char *log;     /* a whole line for the log, as a refused log-in's, which fail2ban reads; or NULL */
    int retry_after;     /* seconds until it may be tried again; 0: not known */
} oa_error;

/* The row of `code`. Never NULL. */
const oa_code_row *oa_code_of(oa_code code);

/* A new error in `pool`; `format` as for printf. Never NULL (aborts through the pool's abort function). */
oa_error *oa_error_make(apr_pool_t *pool, oa_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4), returns_nonnull));

/* As oa_error_make, code OA_INVALID, blaming the argument `field`. */
oa_error *oa_error_field(apr_pool_t *pool, const char *field, const char *format, ...)
    __attribute__((format(printf, 3, 4), returns_nonnull));

/* Sets the private detail and returns `error`. */
oa_error *oa_error_detail(apr_pool_t *pool, oa_error *error, const char *format, ...)
    __attribute__((format(printf, 3, 4), returns_nonnull));

/* Returns from the calling function when `expression` is an error. */
#define OA_TRY(expression)                         \
    do {                                           \
        oa_error *oa_try_error_ = (expression);    \
        if (oa_try_error_ != NULL) {               \
            return oa_try_error_;                  \
        }                                          \
    } while (0)

#endif
