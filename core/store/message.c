/* SPDX-License-Identifier: Apache-2.0 */
#include "core/store/message.h"

#include "core/base/crypto.h"
#include "core/store/lookup.h"
#include "core/store/writer.h"

#include <pthread.h>

enum { TRIM_MOST = 10000, TENTH = 10 };

/* One message in a load, with its texts behind it. */
typedef struct parcel {
    oa_message message;
    size_t size; /* with the texts, rounded up so that the next one is aligned */
} parcel;

typedef struct load {
    unsigned char *bytes;
    size_t size;
} load;

struct oa_messages {
    oa_store *store;
    pthread_mutex_t mutex; /* of gathered and dropped; never held over SQL */
    load gathered;
    int64_t dropped;
    pthread_mutex_t flushing; /* of what follows */
    load flight;              /* taken from `gathered`, until it is written */
};

static apr_status_t destroy(void *data)
{
    oa_messages *messages = data;
    pthread_mutex_destroy(&messages->mutex);
    pthread_mutex_destroy(&messages->flushing);
    return APR_SUCCESS;
}

/* Not cleared, so that a process that records nothing has no memory for it. */
oa_error *oa_messages_make(oa_store *store, oa_messages **made, apr_pool_t *pool)
{
    oa_messages *messages = apr_pcalloc(pool, sizeof(*messages));

    messages->store = store;
    messages->gathered.bytes = apr_palloc(pool, OA_MESSAGE_ROOM);
    messages->flight.bytes = apr_palloc(pool, OA_MESSAGE_ROOM);
    pthread_mutex_init(&messages->mutex, NULL);
    pthread_mutex_init(&messages->flushing, NULL);
    apr_pool_cleanup_register(pool, messages, destroy, apr_pool_cleanup_null);
    *made = messages;
    return NULL;
}

/* Noting ---------------------------------------------------------------------------------------------------- */

static size_t size_of(const oa_message *message)
{
    size_t size = sizeof(parcel) + strlen(message->method) + strlen(message->path) + strlen(message->address) + 3;
    return (size + _Alignof(parcel) - 1) / _Alignof(parcel) * _Alignof(parcel);
}

static const char *put_text(char **end, const char *text)
{
    size_t size = strlen(text) + 1;
    const char *put = memcpy(*end, text, size);
    *end += size;
    return put;
}

static void pack(load *onto, const oa_message *message, size_t size)
{
    parcel *p = (parcel *)(onto->bytes + onto->size);
    char *end = (char *)(p + 1);
    p->size = size;
    p->message = *message;
    p->message.method = put_text(&end, message->method);
    p->message.path = put_text(&end, message->path);
    p->message.address = put_text(&end, message->address);
    onto->size += size;
}

/* Whether there was room. *before: octets gathered until now. */
static bool gather(oa_messages *messages, const oa_message *message, size_t size, size_t *before)
{
    pthread_mutex_lock(&messages->mutex);
    *before = messages->gathered.size;
    bool room = size <= OA_MESSAGE_ROOM - *before;
    if (room) {
        pack(&messages->gathered, message, size);
    } else {
        messages->dropped++;
    }
    pthread_mutex_unlock(&messages->mutex);
    return room;
}

void oa_message_note(oa_store *store, const oa_message *message)
{
    static const size_t half = OA_MESSAGE_ROOM / 2;
    size_t before, size = size_of(message);
    bool room = gather(oa_store_messages(store), message, size, &before);
    bool hurry = before < half && before + size >= half;

    if (room && (before == 0 || hurry)) {
        oa_writer_wake(store, hurry);
    }
}

int64_t oa_messages_dropped(oa_store *store)
{
    oa_messages *messages = oa_store_messages(store);

    pthread_mutex_lock(&messages->mutex);
    int64_t dropped = messages->dropped;
    messages->dropped = 0;
    pthread_mutex_unlock(&messages->mutex);
    return dropped;
}

/* Writing --------------------------------------------------------------------------------------------------- */

/* Another process may have made the same id: then the next one. */
static oa_error *insert(oa_db *db, const oa_message *m, oa_time now)
{
    int64_t inserted = 0;

    while (inserted == 0) {
        OA_TRY(oa_db_run(db, &inserted,
                         "INSERT INTO message (id, account_id, org_id, key_id, at, method, path, status, duration, address)"
                         " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (id) DO NOTHING",
                         "iiiiittiit", (int64_t)oa_id_make(now), (int64_t)m->account_id, (int64_t)m->org_id,
                         (int64_t)m->key_id, (int64_t)m->at, m->method, m->path, (int64_t)m->status, m->duration,
                         m->address));
    }
    return NULL;
}

oa_error *oa_message_trim(oa_db *db, oa_id account, int64_t kept, int64_t limit, int64_t *count)
{
    return oa_db_run(db, count,
                     "DELETE FROM message WHERE id IN (SELECT id FROM message WHERE account_id = $1 AND id <="
                     " (SELECT id FROM message WHERE account_id = $1 ORDER BY id DESC LIMIT 1 OFFSET $2)"
                     " ORDER BY id LIMIT $3)",
                     "iii", (int64_t)account, kept, limit);
}

/* Now and then, by chance and so in proportion to what comes in, the writer of a message also trims its account: about a tenth
 * more than is kept is there until the sweep. */
static oa_error *write_message(oa_db *db, const oa_message *message, int64_t kept, oa_time now)
{
    int64_t trimmed;

    OA_TRY(insert(db, message, now));
    return oa_random_below((uint32_t)(kept / TENTH + 1)) != 0
               ? NULL
               : oa_message_trim(db, message->account_id, kept, TRIM_MOST, &trimmed);
}

static oa_error *write_each(oa_db *db, const load *flight, int64_t kept)
{
    oa_time now = oa_clock_now();

    for (size_t at = 0; at < flight->size; at += ((const parcel *)(flight->bytes + at))->size) {
        OA_TRY(write_message(db, &((const parcel *)(flight->bytes + at))->message, kept, now));
    }
    return NULL;
}

static oa_error *write_load(oa_db *db, const load *flight, int64_t kept)
{
    oa_db_relax(db);
    OA_TRY(oa_db_begin(db, true));
    return oa_db_end(db, write_each(db, flight, kept));
}

static oa_error *put_down(oa_messages *messages, apr_pool_t *pool)
{
    const oa_policy *policy;
    oa_db *db;

    OA_TRY(oa_lookup_policy(messages->store, &policy, pool));
    if (policy->settings.messages_keep_count == 0) {
        return NULL;
    }
    OA_TRY(oa_store_take(messages->store, OA_DB_COUNT, &db, pool));
    oa_error *error = write_load(db, &messages->flight, policy->settings.messages_keep_count);
    oa_store_give(messages->store, db);
    return error;
}

static oa_error *write_flight(oa_messages *messages, apr_pool_t *pool)
{
    if (messages->flight.size > 0) {
        OA_TRY(put_down(messages, pool));
        messages->flight.size = 0;
    }
    return NULL;
}

static void take_off(oa_messages *messages)
{
    pthread_mutex_lock(&messages->mutex);
    load empty = messages->flight;
    messages->flight = messages->gathered;
    messages->gathered = empty;
    pthread_mutex_unlock(&messages->mutex);
}

static oa_error *flush(oa_messages *messages, apr_pool_t *pool)
{
    OA_TRY(write_flight(messages, pool)); /* that an earlier try left */
    take_off(messages);
    return write_flight(messages, pool);
}

oa_error *oa_message_flush(oa_store *store, apr_pool_t *pool)
{
    oa_messages *messages = oa_store_messages(store);

    pthread_mutex_lock(&messages->flushing);
    oa_error *error = flush(messages, pool);
    pthread_mutex_unlock(&messages->flushing);
    return error;
}
