/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two ways to a page, both over the table `listed`. The walk follows the index of the order, merged from the organization's groups of role and status,
 * and passes over what a search does not want: right always, and quick where much is wanted. The find asks the index of parts and sorts what it gets:
 * quick where little is wanted.
 *
 * This is SQLite's own SQL: the ORDER BY of a recursion, which makes it a queue, and FTS5. In PostgreSQL a LATERAL join and trigrams do the same.
 */
#include "core/store/listed.h"

#include "core/model/status.h"
#include "core/store/listed_part.h"

/* $1 organization, $2 role, $3 status, $4 search, $5 the last one of the page before, $6 now, $7 limit, $8 parts. */
#define GROUP_IS_WANTED(row) "($2 = 0 OR " row ".role_id = $2) AND ($3 = " row ".status OR ($3 = 0 AND " row ".status <> 6))"
#define IS_WANTED "(expires_at = 0 OR expires_at > $6) AND ($4 = '' OR instr(folded, $4) > 0)"

/* The groups are found by skipping from one to the next. */
#define GROUPS                                                                                                                              \
    "groups (role_id, status) AS ("                                                                                                         \
    " SELECT role_id, status FROM (SELECT role_id, status FROM listed WHERE org_id = $1 ORDER BY role_id, status LIMIT 1)"                  \
    " UNION ALL"                                                                                                                            \
    " SELECT n.role_id, n.status FROM groups g CROSS JOIN listed n WHERE n.serial = COALESCE("                                              \
    "  (SELECT serial FROM listed WHERE org_id = $1 AND role_id = g.role_id AND status > g.status ORDER BY status LIMIT 1),"                \
    "  (SELECT serial FROM listed WHERE org_id = $1 AND role_id > g.role_id ORDER BY role_id, status LIMIT 1)))"

/* The first one of a group, and the first behind another one. `order` is "" or "DESC". */
#define FIRST(group, behind, by)                                                                                                            \
    "(SELECT serial FROM listed WHERE org_id = $1 AND role_id = " group ".role_id AND status = " group ".status AND " IS_WANTED behind      \
    " ORDER BY " by " LIMIT 1)"

#define WALK(key, order, by, behind_last, behind_one)                                                                                       \
    "WITH RECURSIVE " GROUPS ", page (key, id, role_id, status) AS ("                                                                       \
    " SELECT " key ", l.id, l.role_id, l.status FROM groups g CROSS JOIN listed l WHERE " GROUP_IS_WANTED("g") " AND l.serial ="          \
    "  CASE $5 WHEN 0 THEN " FIRST("g", "", by) " ELSE " FIRST("g", behind_last, by) " END"                                                 \
    " UNION ALL"                                                                                                                            \
    " SELECT " key ", l.id, l.role_id, l.status FROM page p CROSS JOIN listed l WHERE l.serial = " FIRST("p", behind_one, by)             \
    " ORDER BY 1 " order ", 2 " order " LIMIT $7)"                                                                                          \
    " SELECT id FROM page"

#define FIND(by, behind_last)                                                                                                               \
    "SELECT l.id FROM (" OA_LISTED_HAVING_PARTS ") f CROSS JOIN listed l WHERE l.serial = f.serial AND l.org_id = $1"                       \
    " AND " GROUP_IS_WANTED("l") " AND " IS_WANTED " AND ($5 = 0 OR (TRUE" behind_last ")) ORDER BY " by " LIMIT $7"

/* A bare + takes a value's affinity away, without which the index does not serve the comparison of both columns. `of_account` is the key of the last
 * one of the page before, who may have left the list, but must be, or have been, of this organization: else where the page begins would tell what
 * another organization knows of it. */
#define BEHIND(key, sign, value, id) " AND (" key ", id) " sign " (" value ", " id ")"
#define LAST(of_account)                                                                                                                    \
    "(SELECT " of_account " FROM account WHERE id = $5 AND EXISTS (SELECT 1 FROM membership s WHERE s.org_id = $1 AND s.account_id = $5))"
#define BY(word, key, of_account, sign, order)                                                                                              \
    {word, WALK("l." key, order, key " " order ", id " order, BEHIND(key, sign, LAST(of_account), "$5"), BEHIND(key, sign, "+p.key", "+p.id")),  \
     FIND(key " " order ", id " order, BEHIND(key, sign, LAST(of_account), "$5"))}
#define BY_ID(word, sign, order)                                                                                                            \
    {word, WALK("l.id", order, "id " order, " AND id " sign " $5", " AND id " sign " p.id"), FIND("id " order, " AND id " sign " $5")}

/* Where all of a group have one key, the group is walked by id. Behind the last one: all of it, those with a higher (or lower) id, or nobody. */
#define BEHIND_IN_GROUP(key, sign, last, all, nobody)                                                                                       \
    " AND id " sign " CASE WHEN " key " " sign " " last " THEN " all " WHEN " key " = " last " THEN $5 ELSE " nobody " END"
#define BY_GROUP(word, key_of, last, sign, order, all, nobody)                                                                              \
    {word, WALK(key_of("l"), order, "id " order, BEHIND_IN_GROUP(key_of("g"), sign, last, all, nobody), " AND id " sign " p.id"),           \
     FIND(key_of("l") " " order ", l.id " order, BEHIND(key_of("l"), sign, last, "$5"))}
#define UPWARDS(word, key_of, last) BY_GROUP(word, key_of, last, ">", "", "0", "9223372036854775807")
#define DOWNWARDS(word, key_of, last) BY_GROUP(word, key_of, last, "<", "DESC", "9223372036854775807", "0")
#define ROLE_OF(row) "COALESCE((SELECT name FROM role WHERE id = " row ".role_id), '')"
#define STATUS_OF(row) row ".status"
#define ROLE_OF_LAST "(SELECT " ROLE_OF("s") " FROM membership s WHERE s.org_id = $1 AND s.account_id = $5)"
#define STATUS_OF_LAST                                                                                                                      \
    "(SELECT CASE s.status WHEN 2 THEN 5 ELSE a.status END FROM membership s CROSS JOIN account a WHERE s.org_id = $1 AND s.account_id = $5 AND a.id = $5)"
#define NAME "last_name || ' ' || first_name || ' ' || email"

static const struct {
    const char *word, *walk, *find;
} sorts[] = {
    BY_ID("created", ">", ""),
    BY_ID("-created", "<", "DESC"),
    BY("email", "email", "+email", ">", ""),
    BY("-email", "email", "+email", "<", "DESC"),
    BY("name", "name", NAME, ">", ""),
    BY("-name", "name", NAME, "<", "DESC"),
    BY("last_login", "last_login_at", "+last_login_at", ">", ""),
    BY("-last_login", "last_login_at", "+last_login_at", "<", "DESC"),
    UPWARDS("role", ROLE_OF, ROLE_OF_LAST),
    DOWNWARDS("-role", ROLE_OF, ROLE_OF_LAST),
    UPWARDS("status", STATUS_OF, STATUS_OF_LAST),
    DOWNWARDS("-status", STATUS_OF, STATUS_OF_LAST),
};
enum { SORTS = sizeof(sorts) / sizeof(sorts[0]) };

const char oa_listed_sorts[] = "created -created email -email name -name last_login -last_login role -role status -status";

static size_t sort_of(const char *word)
{
    for (size_t i = 0; i < SORTS; i++) {
        if (strcmp(sorts[i].word, word) == 0) {
            return i;
        }
    }
    return 0;
}

static oa_error *select_page(oa_db *db, const oa_listed_query *query, oa_rows **rows, apr_pool_t *pool)
{
    bool few = false;
    size_t sort = query->status == OA_LISTED_INVITED ? 0 : sort_of(query->sort);
    const char *parts = query->search[0] != '\0' ? oa_listed_parts(query->search, pool) : NULL;
    if (parts != NULL) {
        OA_TRY(oa_listed_parts_are_few(db, query->org, parts, &few));
    }
    if (few) {
        return oa_db_select(db, rows, sorts[sort].find, "iiitiiit", query->org, query->role, (int64_t)query->status, query->search,
                            query->after, query->now, query->limit, parts);
    }
    return oa_db_select(db, rows, sorts[sort].walk, "iiitiii", query->org, query->role, (int64_t)query->status, query->search, query->after,
                        query->now, query->limit);
}

oa_error *oa_listed_page(oa_db *db, const oa_listed_query *query, apr_array_header_t **ids, apr_pool_t *pool)
{
    oa_rows *rows;
    *ids = apr_array_make(pool, 16, sizeof(oa_id));
    OA_TRY(select_page(db, query, &rows, pool));
    while (oa_rows_next(rows)) {
        APR_ARRAY_PUSH(*ids, oa_id) = oa_rows_int(rows, 0);
    }
    return oa_rows_end(rows);
}
