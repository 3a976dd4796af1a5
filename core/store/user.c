/* SPDX-License-Identifier: Apache-2.0 */
#include "core/store/user.h"

#include "core/base/text.h"
#include "core/model/tombstone.h"

#include <apr_strings.h>

void oa_user_read(oa_rows *rows, oa_user *user, apr_pool_t *pool)
{
    user->id = oa_rows_int(rows, 0);
    user->kind = (int)oa_rows_int(rows, 1);
    user->email = oa_rows_copy(rows, 2, pool);
    user->first_name = oa_rows_copy(rows, 3, pool);
    user->last_name = oa_rows_copy(rows, 4, pool);
    user->fields = oa_rows_copy(rows, 5, pool);
    user->home_org_id = oa_rows_int(rows, 6);
    user->status = (int)oa_rows_int(rows, 7);
    user->status_since = oa_rows_int(rows, 8);
    user->has_password = oa_rows_int(rows, 9) != 0;
    user->failures = oa_rows_int(rows, 10);
    user->last_login_at = oa_rows_int(rows, 11);
    user->created_at = oa_rows_int(rows, 12);
    user->version = oa_rows_int(rows, 13);
    user->erased_at = oa_rows_int(rows, 14);
}

static oa_error *read_one(oa_rows *rows, const oa_user **user, apr_pool_t *pool)
{
    *user = NULL;
    if (oa_rows_next(rows)) {
        oa_user *found = apr_pcalloc(pool, sizeof(*found));
        oa_user_read(rows, found, pool);
        *user = found;
    }
    return oa_rows_end(rows);
}

oa_error *oa_user_find(oa_db *db, oa_id id, const oa_user **user, apr_pool_t *pool)
{
    oa_rows *rows;
    OA_TRY(oa_db_select(db, &rows, "SELECT " OA_USER_COLUMNS " FROM account a WHERE a.id = $1", "i", id));
    return read_one(rows, user, pool);
}

oa_error *oa_user_find_email(oa_db *db, const char *email, const oa_user **user, apr_pool_t *pool)
{
    oa_rows *rows;
    OA_TRY(oa_db_select(db, &rows, "SELECT " OA_USER_COLUMNS " FROM account a WHERE a.email = $1 AND a.erased_at = 0", "t", email));
    return read_one(rows, user, pool);
}

static const char *folded(oa_db *db, const oa_user *user)
{
    apr_pool_t *pool = oa_db_pool(db);
    return oa_text_fold(apr_pstrcat(pool, user->first_name, " ", user->last_name, " ", user->email, NULL), pool);
}

/* Else somebody could take the address that another one's tombstone will have, and keep that one from being erased. */
static oa_error *refuse_tombstone(oa_db *db, const oa_user *user)
{
    return !oa_tombstone_is(user->email)
               ? NULL
               : oa_error_field(oa_db_pool(db), "email", "\"%s\" would stand for somebody who was erased: give another address", user->email);
}

oa_error *oa_user_insert(oa_db *db, const oa_user *user)
{
    OA_TRY(refuse_tombstone(db, user));
    return oa_db_run(db, NULL,
                     "INSERT INTO account (id, kind, email, first_name, last_name, folded, fields, home_org_id,"
                     " status_since, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                     "iitttttiii", user->id, (int64_t)user->kind, user->email, user->first_name, user->last_name,
                     folded(db, user), user->fields, user->home_org_id, user->created_at, user->created_at);
}

oa_error *oa_user_update(oa_db *db, const oa_user *user)
{
    OA_TRY(refuse_tombstone(db, user));
    return oa_db_run(db, NULL,
                     "UPDATE account SET email = $2, first_name = $3, last_name = $4, folded = $5, fields = $6,"
                     " version = version + 1 WHERE id = $1",
                     "ittttt", user->id, user->email, user->first_name, user->last_name, folded(db, user),
                     user->fields);
}

oa_error *oa_user_set_status(oa_db *db, oa_id id, int status, oa_time now)
{
    return oa_db_run(db, NULL,
                     "UPDATE account SET status = $2, status_since = $3, version = version + 1 WHERE id = $1", "iii",
                     id, (int64_t)status, now);
}

oa_error *oa_user_validate(oa_db *db, oa_id id, oa_time now)
{
    return oa_db_run(db, NULL,
                     "UPDATE account SET status = 1, status_since = $2, password_failures = 0, key_failures = 0,"
                     " version = version + 1 WHERE id = $1",
                     "ii", id, now);
}

oa_error *oa_user_login_mark(oa_db *db, const char *email, const char **mark, apr_pool_t *pool)
{
    oa_rows *rows;
    OA_TRY(oa_db_select(db, &rows, "SELECT id || ' ' || status_since || ' ' || COALESCE(password, '') FROM account WHERE email = $1", "t",
                        email));
    *mark = oa_rows_next(rows) ? oa_rows_copy(rows, 0, pool) : "";
    return oa_rows_end(rows);
}

oa_error *oa_user_set_password(oa_db *db, oa_id id, const char *phc, oa_time now)
{
    return oa_db_run(db, NULL,
                     "UPDATE account SET password = $2, password_changed_at = $3, password_failures = 0,"
                     " version = version + 1 WHERE id = $1",
                     "iti", id, phc, now);
}

oa_error *oa_user_end_sessions(oa_db *db, oa_id id, oa_time now)
{
    OA_TRY(oa_db_run(db, NULL, "DELETE FROM session WHERE account_id = $1", "i", id));
    return oa_db_run(db, NULL, "UPDATE link SET used_at = $2 WHERE account_id = $1 AND used_at = 0", "ii", id, now);
}
