/* SPDX-License-Identifier: Apache-2.0 */
#include "core/store/audit_list.h"

/* One text per index that can lead: the leading filter is compared bare, so that the index over it serves the order too. */
#define AUDIT_LIST(org, target, actor)                                                                         \
    "SELECT id, at, actor_kind, actor_id, actor_name, action, org_id, target_id, target_name, address, detail" \
    " FROM audit_event WHERE " org " AND " target " AND " actor                                                \
    " AND ($4 = '' OR actor_name = $4) AND ($5 = '' OR target_name = $5) AND ($6 = '' OR action = $6)"         \
    " AND at >= $7 AND at < $8 AND id < $9 ORDER BY id DESC LIMIT $10"
#define ANY_ORG "($1 = 0 OR org_id = $1)"
#define ANY_TARGET "($2 = 0 OR target_id = $2)"
#define ANY_ACTOR "($3 = 0 OR actor_id = $3)"

static const char *sql_of(const oa_audit_query *query)
{
    if (query->target_id != 0) {
        return AUDIT_LIST(ANY_ORG, "target_id = $2", ANY_ACTOR);
    }
    if (query->actor_id != 0) {
        return AUDIT_LIST(ANY_ORG, ANY_TARGET, "actor_id = $3");
    }
    if (query->org != 0) {
        return AUDIT_LIST("org_id = $1", ANY_TARGET, ANY_ACTOR);
    }
    return AUDIT_LIST(ANY_ORG, ANY_TARGET, ANY_ACTOR);
}

static const oa_event *read_event(oa_rows *rows, apr_pool_t *pool)
{
    oa_event *event = apr_pcalloc(pool, sizeof(*event));
    event->id = oa_rows_int(rows, 0);
    event->at = oa_rows_int(rows, 1);
    event->actor_kind = oa_rows_copy(rows, 2, pool);
    event->actor_id = oa_rows_int(rows, 3);
    event->actor_name = oa_rows_copy(rows, 4, pool);
    event->action = oa_rows_copy(rows, 5, pool);
    event->org_id = oa_rows_int(rows, 6);
    event->target_id = oa_rows_int(rows, 7);
    event->target_name = oa_rows_copy(rows, 8, pool);
    event->address = oa_rows_copy(rows, 9, pool);
    event->detail = oa_rows_copy(rows, 10, pool);
    return event;
}

oa_error *oa_audit_list(oa_db *db, const oa_audit_query *query, apr_array_header_t **events, apr_pool_t *pool)
{
    oa_rows *rows;
    *events = apr_array_make(pool, 16, sizeof(const oa_event *));
    OA_TRY(oa_db_select(db, &rows, sql_of(query), "iiitttiiii", query->org, query->target_id, query->actor_id,
                        query->actor_name, query->target_name, query->action, query->since,
                        query->until != 0 ? query->until : INT64_MAX, query->before != 0 ? query->before : INT64_MAX,
                        query->limit));
    while (oa_rows_next(rows)) {
        APR_ARRAY_PUSH(*events, const oa_event *) = read_event(rows, pool);
    }
    return oa_rows_end(rows);
}
