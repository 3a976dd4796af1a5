/* SPDX-License-Identifier: Apache-2.0 */
#include "core/store/org.h"

#define ORG_COLUMNS "o.id, COALESCE(o.parent_id, 0), o.slug, o.name, o.status, o.created_at, o.version"

static const oa_org *read_org(oa_rows *rows, apr_pool_t *pool)
{
    oa_org *org = apr_pcalloc(pool, sizeof(*org));
    org->id = oa_rows_int(rows, 0);
    org->parent_id = oa_rows_int(rows, 1);
    org->slug = oa_rows_copy(rows, 2, pool);
    org->name = oa_rows_copy(rows, 3, pool);
    org->status = (int)oa_rows_int(rows, 4);
    org->created_at = oa_rows_int(rows, 5);
    org->version = oa_rows_int(rows, 6);
    return org;
}

static oa_error *read_one(oa_rows *rows, const oa_org **org, apr_pool_t *pool)
{
    *org = oa_rows_next(rows) ? read_org(rows, pool) : NULL;
    return oa_rows_end(rows);
}

oa_error *oa_org_find(oa_db *db, oa_id id, const oa_org **org, apr_pool_t *pool)
{
    oa_rows *rows;
    OA_TRY(oa_db_select(db, &rows, "SELECT " ORG_COLUMNS " FROM organization o WHERE o.id = $1", "i", id));
    return read_one(rows, org, pool);
}

oa_error *oa_org_find_slug(oa_db *db, const char *slug, const oa_org **org, apr_pool_t *pool)
{
    oa_rows *rows;
    OA_TRY(oa_db_select(db, &rows, "SELECT " ORG_COLUMNS " FROM organization o WHERE o.slug = $1", "t", slug));
    return read_one(rows, org, pool);
}

oa_error *oa_org_of_slug(oa_db *db, const char *slug, oa_id *org, bool *former)
{
    oa_rows *rows;
    *org = 0;
    *former = false;
    OA_TRY(oa_db_select(db, &rows,
                        "SELECT id, 0 FROM organization WHERE slug = $1 UNION ALL SELECT org_id, 1 FROM former_slug WHERE slug = $1 ORDER BY 2",
                        "t", slug));
    if (oa_rows_next(rows)) {
        *org = oa_rows_int(rows, 0);
        *former = oa_rows_int(rows, 1) != 0;
    }
    return oa_rows_end(rows);
}

/* Merged by id: the organizations of its memberships, and for each that reaches down those below, one after the other. The ORDER BY of a
 * recursion, which makes it a queue, is SQLite's own (without a LIMIT it would leave it out, seeing a join outside); in PostgreSQL a LATERAL join
 * does the same. */
static const char reached_sql[] =
    "WITH RECURSIVE page (id, above_id) AS ("
    "  SELECT org_id, 0 FROM membership WHERE account_id = $1 AND status = 1 AND org_id > $2"
    "  UNION ALL"
    "  SELECT b.id, b.above_id FROM membership m CROSS JOIN org_below b WHERE m.account_id = $1 AND m.status = 1 AND m.reach = 2"
    "   AND b.above_id = m.org_id AND b.id = (SELECT MIN(id) FROM org_below WHERE above_id = m.org_id AND id > $2)"
    "  UNION ALL"
    "  SELECT b.id, b.above_id FROM page p CROSS JOIN org_below b WHERE b.above_id = p.above_id"
    "   AND b.id = (SELECT MIN(id) FROM org_below WHERE above_id = p.above_id AND id > p.id)"
    "  ORDER BY 1 LIMIT -1)"
    " SELECT DISTINCT " ORG_COLUMNS " FROM page p CROSS JOIN organization o WHERE o.id = p.id LIMIT $3";

#define OWN "membership m CROSS JOIN organization o WHERE m.account_id = $1 AND m.status = 1 AND o.id = m.org_id AND o.id > $2"
#define REACHES_BELOW(org)                                                                                                           \
    "EXISTS (SELECT 1 FROM membership n WHERE n.account_id = $1 AND n.status = 1 AND n.reach = 2 AND n.org_id = " org ")"
#define REACHED_FROM_ABOVE(org)                                                                                                      \
    "EXISTS (SELECT 1 FROM org_below b CROSS JOIN membership n WHERE b.id = " org " AND n.org_id = b.above_id AND n.account_id = $1" \
    " AND n.status = 1 AND n.reach = 2)"

/* Either all that are directly below $4, or those of them that it has memberships in. The limit of 1 has the question asked once, before the rest. */
static const char reached_in_sql[] =
    "SELECT " ORG_COLUMNS " FROM (SELECT 1 WHERE " REACHES_BELOW("$4") " OR " REACHED_FROM_ABOVE("$4") " LIMIT 1)"
    " CROSS JOIN organization o WHERE o.parent_id = $4 AND o.id > $2"
    " UNION ALL SELECT " ORG_COLUMNS " FROM " OWN " AND o.parent_id = $4"
    " AND NOT (" REACHES_BELOW("$4") " OR " REACHED_FROM_ABOVE("$4") ") ORDER BY 1 LIMIT $3";

/* What is reached from above has a parent that is reached. */
static const char reached_top_sql[] =
    "SELECT " ORG_COLUMNS " FROM " OWN " AND ($4 = 0 OR o.parent_id = $4) AND NOT " REACHED_FROM_ABOVE("o.id")
    " AND NOT EXISTS (SELECT 1 FROM membership n WHERE n.account_id = $1 AND n.status = 1 AND n.org_id = o.parent_id) ORDER BY o.id LIMIT $3";

static oa_error *select_reached(oa_db *db, oa_rows **rows, const oa_org_query *query)
{
    if (query->top || query->parent != 0) {
        return oa_db_select(db, rows, query->top ? reached_top_sql : reached_in_sql, "iiii", query->account, query->after, query->limit,
                            query->parent);
    }
    return oa_db_select(db, rows, reached_sql, "iii", query->account, query->after, query->limit);
}

static oa_error *select_all(oa_db *db, oa_rows **rows, const oa_org_query *query)
{
    if (query->parent != 0) {
        return oa_db_select(db, rows,
                            "SELECT " ORG_COLUMNS " FROM organization o WHERE o.parent_id = $1 AND o.id > $2 ORDER BY o.id LIMIT $3",
                            "iii", query->top ? 0 : query->parent, query->after, query->limit);
    }
    if (query->top) {
        return oa_db_select(db, rows,
                            "SELECT " ORG_COLUMNS " FROM organization o WHERE o.parent_id IS NULL AND o.id > $1 ORDER BY o.id LIMIT $2",
                            "ii", query->after, query->limit);
    }
    return oa_db_select(db, rows, "SELECT " ORG_COLUMNS " FROM organization o WHERE o.id > $1 ORDER BY o.id LIMIT $2", "ii", query->after,
                        query->limit);
}

oa_error *oa_org_list(oa_db *db, const oa_org_query *query, apr_array_header_t **orgs, apr_pool_t *pool)
{
    oa_rows *rows;
    *orgs = apr_array_make(pool, 16, sizeof(const oa_org *));
    OA_TRY(query->account != 0 ? select_reached(db, &rows, query) : select_all(db, &rows, query));
    while (oa_rows_next(rows)) {
        APR_ARRAY_PUSH(*orgs, const oa_org *) = read_org(rows, pool);
    }
    return oa_rows_end(rows);
}

oa_error *oa_org_count_below(oa_db *db, oa_id id, oa_id account, int64_t *count)
{
    if (account == 0) {
        return oa_db_int(db, count, 0, "SELECT count(*) FROM organization WHERE parent_id = $1", "i", id);
    }
    return oa_db_int(db, count, 0,
                     "SELECT count(*) FROM membership m JOIN organization o ON o.id = m.org_id"
                     " WHERE m.account_id = $2 AND m.status = 1 AND o.parent_id = $1",
                     "ii", id, account);
}

/* The organization $1 and all below it. */
#define BELOW                                                                                                  \
    "WITH RECURSIVE below (id, far) AS ("                                                                      \
    "  SELECT id, 0 FROM organization WHERE id = $1"                                                           \
    "  UNION ALL"                                                                                              \
    "  SELECT o.id, below.far + 1 FROM organization o JOIN below ON o.parent_id = below.id WHERE below.far < 64)"

oa_error *oa_org_height(oa_db *db, oa_id id, int64_t *levels)
{
    return oa_db_int(db, levels, 0, BELOW " SELECT COALESCE(MAX(far), 0) FROM below", "i", id);
}

#define ALLOWED_ROLE                                                                                           \
    "(r.org_id IS NULL OR r.org_id IN (SELECT id FROM below) OR r.org_id IN (SELECT id FROM above))"

oa_error *oa_org_count_foreign_roles(oa_db *db, oa_id id, oa_id parent, int64_t *count)
{
    return oa_db_int(db, count, 0,
                     BELOW ", above (id, parent_id, far) AS ("
                     "  SELECT id, parent_id, 0 FROM organization WHERE id = $2"
                     "  UNION ALL"
                     "  SELECT p.id, p.parent_id, above.far + 1 FROM organization p JOIN above ON p.id = above.parent_id WHERE above.far < 64)"
                     " SELECT (SELECT count(*) FROM membership m JOIN role r ON r.id = m.role_id"
                     "          WHERE m.org_id IN (SELECT id FROM below) AND m.status <> 3 AND NOT " ALLOWED_ROLE ")"
                     " + (SELECT count(*) FROM invitation i JOIN role r ON r.id = i.role_id"
                     "     WHERE i.org_id IN (SELECT id FROM below) AND i.status = 1 AND NOT " ALLOWED_ROLE ")",
                     "ii", id, parent);
}

oa_error *oa_org_above(oa_db *db, oa_id id, apr_array_header_t **above, apr_pool_t *pool)
{
    oa_rows *rows;
    *above = apr_array_make(pool, 4, sizeof(oa_id));
    OA_TRY(oa_db_select(db, &rows,
                        "WITH RECURSIVE up (id, parent_id, far) AS ("
                        "  SELECT id, parent_id, 0 FROM organization WHERE id = $1"
                        "  UNION ALL"
                        "  SELECT p.id, p.parent_id, up.far + 1 FROM organization p JOIN up ON p.id = up.parent_id"
                        "   WHERE up.far < 64)"
                        " SELECT id FROM up WHERE far > 0 ORDER BY far",
                        "i", id));
    while (oa_rows_next(rows)) {
        APR_ARRAY_PUSH(*above, oa_id) = oa_rows_int(rows, 0);
    }
    return oa_rows_end(rows);
}

oa_error *oa_org_is_below(oa_db *db, oa_id id, oa_id org, bool *below, apr_pool_t *pool)
{
    apr_array_header_t *above;
    *below = false;
    OA_TRY(oa_org_above(db, id, &above, pool));
    for (int i = 0; i < above->nelts; i++) {
        *below = *below || APR_ARRAY_IDX(above, i, oa_id) == org;
    }
    return NULL;
}

oa_error *oa_org_insert(oa_db *db, const oa_org *org)
{
    return oa_db_run(db, NULL,
                     "INSERT INTO organization (id, parent_id, slug, name, status, created_at)"
                     " VALUES ($1, NULLIF($2, 0), $3, $4, $5, $6)",
                     "iittii", org->id, org->parent_id, org->slug, org->name, (int64_t)org->status, org->created_at);
}

oa_error *oa_org_update(oa_db *db, const oa_org *org)
{
    return oa_db_run(db, NULL,
                     "UPDATE organization SET slug = $2, name = $3, status = $4, parent_id = NULLIF($5, 0),"
                     " version = version + 1 WHERE id = $1",
                     "ittii", org->id, org->slug, org->name, (int64_t)org->status, org->parent_id);
}

oa_error *oa_org_count_uses(oa_db *db, oa_id id, oa_org_uses *uses)
{
    oa_rows *rows;
    int64_t *const counts[] = {&uses->members, &uses->below, &uses->accounts,   &uses->keys,
                               &uses->apis,    &uses->roles, &uses->invitations};
    OA_TRY(oa_db_select(db, &rows,
                        "SELECT (SELECT count(*) FROM membership WHERE org_id = $1),"
                        " (SELECT count(*) FROM organization WHERE parent_id = $1),"
                        " (SELECT count(*) FROM account WHERE home_org_id = $1),"
                        " (SELECT count(*) FROM api_key WHERE org_id = $1),"
                        " (SELECT count(*) FROM web_api WHERE org_id = $1),"
                        " (SELECT count(*) FROM role WHERE org_id = $1),"
                        " (SELECT count(*) FROM invitation WHERE org_id = $1)",
                        "i", id));
    bool found = oa_rows_next(rows);
    for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        *counts[i] = found ? oa_rows_int(rows, (int)i) : 0;
    }
    return oa_rows_end(rows);
}

oa_error *oa_org_delete(oa_db *db, oa_id id)
{
    OA_TRY(oa_db_run(db, NULL, "DELETE FROM membership WHERE org_id = $1", "i", id));
    return oa_db_run(db, NULL, "DELETE FROM organization WHERE id = $1", "i", id);
}
