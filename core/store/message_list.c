/* SPDX-License-Identifier: Apache-2.0 */
#include "core/store/message.h"

/* One text per index that can lead, which serves the order too. */
#define MESSAGE_LIST(org, account)                                                                                  \
    "SELECT m.id, m.account_id, m.key_id, m.org_id, m.at, m.duration, m.status, m.method, m.path, m.address,"       \
    " a.email, o.slug, k.name FROM message m LEFT JOIN account a ON a.id = m.account_id"                            \
    " LEFT JOIN organization o ON o.id = m.org_id LEFT JOIN api_key k ON k.id = m.key_id"                           \
    " WHERE " org " AND " account " AND ($3 = 0 OR m.key_id = $3) AND m.status >= $4 AND m.status <= $5"            \
    " AND m.at >= $6 AND m.at < $7 AND m.id >= $8 AND m.id < $9 AND substr(m.path, 1, length($10)) = $10"           \
    " ORDER BY m.id DESC LIMIT $11"

static const char *sql_of(const oa_message_query *query)
{
    return query->account != 0 ? MESSAGE_LIST("($1 = 0 OR m.org_id = $1)", "m.account_id = $2")
                               : MESSAGE_LIST("m.org_id = $1", "$2 = 0");
}

static const oa_message *read_message(oa_rows *rows, apr_pool_t *pool)
{
    oa_message *message = apr_pcalloc(pool, sizeof(*message));
    message->id = oa_rows_int(rows, 0);
    message->account_id = oa_rows_int(rows, 1);
    message->key_id = oa_rows_int(rows, 2);
    message->org_id = oa_rows_int(rows, 3);
    message->at = oa_rows_int(rows, 4);
    message->duration = oa_rows_int(rows, 5);
    message->status = (int)oa_rows_int(rows, 6);
    message->method = oa_rows_copy(rows, 7, pool);
    message->path = oa_rows_copy(rows, 8, pool);
    message->address = oa_rows_copy(rows, 9, pool);
    message->email = oa_rows_copy(rows, 10, pool);
    message->org_slug = oa_rows_copy(rows, 11, pool);
    message->key_name = oa_rows_copy(rows, 12, pool);
    return message;
}

/* Ids are made when calls have ended: none of a call that began later is smaller, as long as the clock is not set back by more. */
static oa_id first_since(oa_time since)
{
    return since > OA_HOUR ? oa_id_floor(since - OA_HOUR) : 0;
}

oa_error *oa_message_list(oa_db *db, const oa_message_query *query, apr_array_header_t **messages, apr_pool_t *pool)
{
    oa_rows *rows;
    int64_t status_to = query->status_to != 0 ? query->status_to : INT64_MAX;
    *messages = apr_array_make(pool, 16, sizeof(const oa_message *));
    OA_TRY(oa_db_select(db, &rows, sql_of(query), "iiiiiiiiiti", query->org, query->account, query->key,
                        (int64_t)query->status_from, status_to, query->since,
                        query->until != 0 ? query->until : INT64_MAX, first_since(query->since),
                        query->before != 0 ? query->before : INT64_MAX, query->path, query->limit));
    while (oa_rows_next(rows)) {
        APR_ARRAY_PUSH(*messages, const oa_message *) = read_message(rows, pool);
    }
    return oa_rows_end(rows);
}
