/* SPDX-License-Identifier: Apache-2.0 */
#include "core/store/user_list.h"

#include <apr_strings.h>

/* Memberships drive, in the order of their primary key; CROSS keeps SQLite from turning the join around. A page begins behind the account
 * $8, where `value` is what the list is sorted by; equal values follow the id. The account must be, or have been, of this organization: else
 * where the page begins would tell what another organization knows of it. */
#define LIST_SELECT                                                                                            \
    "SELECT a.id, a.kind, a.email, a.first_name, a.last_name, a.fields, a.home_org_id, a.status,"              \
    " a.status_since, CASE WHEN a.password IS NULL THEN 0 ELSE 1 END, a.password_failures + a.key_failures,"   \
    " a.last_login_at, a.created_at, a.version, m.status, m.joined_at, r.id, r.name, m.org_id"                 \
    " FROM membership m CROSS JOIN account a CROSS JOIN role r"                                                \
    " WHERE m.org_id = $1 AND a.id = m.account_id AND r.id = m.role_id AND m.status <> 3"                      \
    " AND ($2 = '' OR a.folded LIKE $3 ESCAPE '\\') AND ($4 = 0 OR (a.status = $4 AND m.status = 1))"          \
    " AND ($5 = 0 OR m.status = $5) AND ($6 = 0 OR m.role_id = $6)"
#define BY_ID(sign, order)                                                                                     \
    LIST_SELECT " AND ($8 = 0 OR m.account_id " sign " $8) ORDER BY m.account_id " order " LIMIT $7"
#define BY(value, sign, order)                                                                                 \
    LIST_SELECT " AND ($8 = 0 OR (" value ", a.id) " sign " (SELECT " value ", a.id FROM account a WHERE a.id = $8" \
                " AND EXISTS (SELECT 1 FROM membership s WHERE s.org_id = $1 AND s.account_id = $8)))" \
                " ORDER BY " value " " order ", a.id " order " LIMIT $7"
#define NAME "(a.last_name || ' ' || a.first_name || ' ' || a.email)"

const char oa_user_sorts[] = "created -created email -email name -name last_login -last_login";

static const struct {
    const char *word, *sql;
} sorts[] = {
    {"created", BY_ID(">", "ASC")},
    {"-created", BY_ID("<", "DESC")},
    {"email", BY("a.email", ">", "ASC")},
    {"-email", BY("a.email", "<", "DESC")},
    {"name", BY(NAME, ">", "ASC")},
    {"-name", BY(NAME, "<", "DESC")},
    {"last_login", BY("a.last_login_at", ">", "ASC")},
    {"-last_login", BY("a.last_login_at", "<", "DESC")},
};

static const char *sql_of(const char *word)
{
    for (size_t i = 0; i < sizeof(sorts) / sizeof(sorts[0]); i++) {
        if (strcmp(sorts[i].word, word) == 0) {
            return sorts[i].sql;
        }
    }
    return sorts[0].sql;
}

/* "%text%" with LIKE's own characters taken literally. */
static const char *pattern_of(const char *search, apr_pool_t *pool)
{
    char *pattern = apr_palloc(pool, 2 * strlen(search) + 3);
    char *end = pattern;
    *end++ = '%';
    for (const char *c = search; *c != '\0'; c++) {
        if (*c == '%' || *c == '_' || *c == '\\') {
            *end++ = '\\';
        }
        *end++ = *c;
    }
    *end++ = '%';
    *end = '\0';
    return pattern;
}

static const oa_member *read_member(oa_rows *rows, apr_pool_t *pool)
{
    oa_member *member = apr_pcalloc(pool, sizeof(*member));
    oa_user *user = &member->user;
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
    member->membership.status = (int)oa_rows_int(rows, 14);
    member->membership.joined_at = oa_rows_int(rows, 15);
    member->membership.role.id = oa_rows_int(rows, 16);
    member->membership.role.name = oa_rows_copy(rows, 17, pool);
    member->membership.org_id = oa_rows_int(rows, 18);
    member->membership.account_id = user->id;
    return member;
}

oa_error *oa_user_list(oa_db *db, const oa_user_query *query, apr_array_header_t **members, apr_pool_t *pool)
{
    oa_rows *rows;
    *members = apr_array_make(pool, 16, sizeof(const oa_member *));
    OA_TRY(oa_db_select(db, &rows, sql_of(query->sort), "ittiiiii", query->org, query->search,
                        pattern_of(query->search, pool), (int64_t)query->account_status,
                        (int64_t)query->membership_status, query->role, query->limit, query->after));
    while (oa_rows_next(rows)) {
        APR_ARRAY_PUSH(*members, const oa_member *) = read_member(rows, pool);
    }
    return oa_rows_end(rows);
}
