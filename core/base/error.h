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

/* Why, where programs and translations may want to know more than the code tells. */
typedef enum oa_reason {
    OA_BECAUSE_UNSAID,
    OA_BECAUSE_LOGIN_REFUSED,      /* e-mail or password not right, or the account locked */
    OA_BECAUSE_PASSWORD_WRONG,     /* the one until now */
    OA_BECAUSE_PASSWORD_SHORT,
    OA_BECAUSE_PASSWORD_LONG,
    OA_BECAUSE_PASSWORD_EASY,      /* to guess */
    OA_BECAUSE_NOT_AN_EMAIL,
    OA_BECAUSE_NOT_A_NAME,         /* empty, too long, or with control characters */
    OA_BECAUSE_MALFORMED,          /* not of the form that the argument's type has */
    OA_BECAUSE_EMAIL_TAKEN,        /* by another account */
    OA_BECAUSE_NAME_TAKEN,
    OA_BECAUSE_NO_ACCOUNT,         /* of that e-mail */
    OA_BECAUSE_MEMBER_ALREADY,
    OA_BECAUSE_INVITED_ALREADY,
    OA_BECAUSE_ATTACHED_ALREADY,
    OA_BECAUSE_PERMISSION_LACKING,
    OA_BECAUSE_GRANTS_MORE,        /* than the actor holds */
    OA_BECAUSE_STRONGER_USER,      /* than the actor is */
    OA_BECAUSE_MANAGED_ELSEWHERE,  /* the account, by its home organization */
    OA_BECAUSE_LAST_ADMINISTRATOR, /* usable one, of an organization */
    OA_BECAUSE_LAST_SUPERADMIN,
    OA_BECAUSE_IN_USE,             /* so it is not removed */
    OA_BECAUSE_BUILT_IN,           /* so it is not changed */
    OA_BECAUSE_LINK_OVER,          /* used, replaced, taken back, or expired */
    OA_BECAUSE_KEY_OVER,           /* revoked or expired */
    OA_BECAUSE_MISSING,            /* and needed */
    OA_BECAUSE_REPEATED,           /* of what may be there once */
    OA_BECAUSE_NOT_A_KIND,         /* person or system */
    OA_BECAUSE_NOT_AN_ACTION,      /* create, add or invite */
    OA_BECAUSE_NOT_A_MODULE,       /* as modules are named */
    OA_BECAUSE_NOT_A_VALUE,        /* one line, not too long */
    OA_BECAUSE_TOO_MANY,           /* of them */
    OA_BECAUSE_NO_ROLE,            /* of that name */
    OA_BECAUSE_NO_API,             /* of that name */
    OA_BECAUSE_FIELD_REQUIRED,     /* by the role */
    OA_BECAUSE_ACCOUNT_ALREADY,    /* where one was to be made */
    OA_BECAUSE_MEMBER_OTHERWISE,   /* already, and not as an import says */
    OA_BECAUSE_MEMBER_UNATTACHED,  /* already, but without that Web API */
    OA_BECAUSE_INVITED_OTHERWISE,  /* already, and not as an import says */
    OA_BECAUSE_NOT_BY_INVITATION,  /* what it cannot carry */
    OA_BECAUSE_LAST = OA_BECAUSE_NOT_BY_INVITATION
} oa_reason;

typedef struct oa_error {
    oa_code code;
    const char *message; /* one line, no full stop at the end, names the thing and the remedy */
    oa_reason reason;    /* or OA_BECAUSE_UNSAID */
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

/* The stable name of a reason, lower case with underscores: "last_administrator". NULL for OA_BECAUSE_UNSAID. */
const char *oa_reason_name(oa_reason reason);

/* Sets the reason and returns `error`. */
oa_error *oa_error_because(oa_reason reason, oa_error *error) __attribute__((returns_nonnull, nonnull));

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
