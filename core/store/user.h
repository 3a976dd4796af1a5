/* SPDX-License-Identifier: Apache-2.0 */
/* Accounts as they are stored. All functions run inside the caller's transaction; every change raises the version. */
#ifndef OA_STORE_USER_H
#define OA_STORE_USER_H

#include "core/base/clock.h"
#include "core/store/db.h"

enum { OA_USER_PERSON = 1, OA_USER_SYSTEM = 2 };

typedef struct oa_user {
    oa_id id;
    int kind;               /* OA_USER_… */
    const char *email;      /* as oa_email_normalize spells it */
    const char *first_name; /* "" where none, likewise last_name */
    const char *last_name;
    const char *fields;     /* a JSON object */
    oa_id home_org_id;
    int status;             /* oa_account_status */
    oa_time status_since;
    bool has_password;
    int64_t failures;       /* of passwords and keys together */
    oa_time last_login_at;
    oa_time created_at;
    oa_time erased_at;      /* 0: never; else a tombstone is all that is left */
    int64_t version;
} oa_user;

/* The columns of an account, `a` in a query, from which oa_user_read fills *user; those of the query's own follow from OA_USER_WIDTH on. */
#define OA_USER_COLUMNS                                                                                       \
    "a.id, a.kind, a.email, a.first_name, a.last_name, a.fields, a.home_org_id, a.status, a.status_since,"    \
    " CASE WHEN a.password IS NULL THEN 0 ELSE 1 END, a.password_failures + a.key_failures,"                  \
    " a.last_login_at, a.created_at, a.version, a.erased_at"
enum { OA_USER_WIDTH = 15 };
void oa_user_read(oa_rows *rows, oa_user *user, apr_pool_t *pool);

/* *user = NULL where there is none. `email` normalized; a tombstone has none. */
oa_error *oa_user_find(oa_db *db, oa_id id, const oa_user **user, apr_pool_t *pool);
oa_error *oa_user_find_email(oa_db *db, const char *email, const oa_user **user, apr_pool_t *pool);

/* A VALIDATED account without password; created_at is also its status_since. OA_CONFLICT where the e-mail is taken, OA_INVALID
 * where it is a tombstone's. */
oa_error *oa_user_insert(oa_db *db, const oa_user *user);

/* Writes email, names and fields, and what searches look at. The e-mail is as for a new one. */
oa_error *oa_user_update(oa_db *db, const oa_user *user);

oa_error *oa_user_set_status(oa_db *db, oa_id id, int status, oa_time now);

/* Back to VALIDATED, with no failures counted. */
oa_error *oa_user_validate(oa_db *db, oa_id id, oa_time now);

/* What a log-in with that e-mail stands on, to be compared later: another text once the password or the status was changed, or the e-mail went to another
 * account. "" where there is no account. */
oa_error *oa_user_login_mark(oa_db *db, const char *email, const char **mark, apr_pool_t *pool);

/* A PHC string. Clears the failures of passwords. */
oa_error *oa_user_set_password(oa_db *db, oa_id id, const char *phc, oa_time now);

/* Ends its sessions and makes its one-time links void. */
oa_error *oa_user_end_sessions(oa_db *db, oa_id id, oa_time now);

#endif
