/* SPDX-License-Identifier: Apache-2.0 */
#include "core/store/audit.h"

#include "core/store/audit_index.h"

#include <apr_strings.h>

enum { NUMBER_SIZE = 8, PIECES = 12 };

typedef unsigned char number[NUMBER_SIZE];
typedef unsigned char digest[OA_DIGEST_SIZE];

static const char *or_empty(const char *text)
{
    return text == NULL ? "" : text;
}

static oa_piece number_piece(int64_t value, number out)
{
    for (int i = 0; i < NUMBER_SIZE; i++) {
        out[i] = (unsigned char)((uint64_t)value >> 8 * i);
    }
    return (oa_piece){out, NUMBER_SIZE};
}

static oa_piece text_piece(const char *text)
{
    return (oa_piece){text, strlen(text)};
}

/* Over the chain before and every column. */
static void link_event(const unsigned char *key, const digest before, const oa_event *event, digest chain)
{
    number id, at, actor, org, target;
    const oa_piece pieces[PIECES] = {
        {before, OA_DIGEST_SIZE},       number_piece(event->id, id),          number_piece(event->at, at),
        text_piece(event->actor_kind),  number_piece(event->actor_id, actor), text_piece(event->actor_name),
        text_piece(event->action),      number_piece(event->org_id, org),     number_piece(event->target_id, target),
        text_piece(event->target_name), text_piece(event->address),           text_piece(event->detail),
    };
    oa_digest_pieces(key, pieces, PIECES, chain);
}

/* That these texts took the place of those that `chain` was made of. */
static void seal_rewritten(const unsigned char *key, const digest before, const digest chain, const oa_event *event, digest seal)
{
    digest now;
    link_event(key, before, event, now);
    const oa_piece pieces[] = {text_piece("rewritten"), {chain, OA_DIGEST_SIZE}, {now, OA_DIGEST_SIZE}};
    oa_digest_pieces(key, pieces, 3, seal);
}

static void seal_head(const unsigned char *key, oa_id id, const digest chain, digest seal)
{
    number spelled;
    const oa_piece pieces[] = {text_piece("head"), number_piece(id, spelled), {chain, OA_DIGEST_SIZE}};
    oa_digest_pieces(key, pieces, 3, seal);
}

static bool copy_digest(oa_rows *rows, int column, digest out)
{
    size_t size;
    const void *bytes = oa_rows_blob(rows, column, &size);
    memset(out, 0, OA_DIGEST_SIZE);
    if (bytes == NULL || size != OA_DIGEST_SIZE) {
        return false;
    }
    memcpy(out, bytes, OA_DIGEST_SIZE);
    return true;
}

/* The end --------------------------------------------------------------------------------------------------- */

typedef struct trail {
    const unsigned char *key;
    int64_t count;
    oa_id newest;
    oa_id broken;
    digest chain;
} trail;

static oa_error *read_newest(oa_db *db, oa_id *id, digest chain)
{
    oa_rows *rows;
    *id = 0;
    memset(chain, 0, OA_DIGEST_SIZE);
    OA_TRY(oa_db_select(db, &rows, "SELECT id, chain FROM audit_event ORDER BY id DESC LIMIT 1", ""));
    if (oa_rows_next(rows)) {
        *id = oa_rows_int(rows, 0);
        copy_digest(rows, 1, chain);
    }
    return oa_rows_end(rows);
}

static oa_error *check_head(oa_db *db, trail *walk)
{
    oa_rows *rows;
    oa_id newest = 0;
    digest seal, stored;
    OA_TRY(oa_db_select(db, &rows, "SELECT event_id, seal FROM audit_head WHERE one = 1", ""));
    bool found = oa_rows_next(rows) && copy_digest(rows, 1, stored);
    if (found) {
        newest = oa_rows_int(rows, 0);
    }
    OA_TRY(oa_rows_end(rows));
    seal_head(walk->key, walk->newest, walk->chain, seal);
    bool holds = found && newest == walk->newest && oa_equal(seal, stored, OA_DIGEST_SIZE);
    if (!holds && walk->broken == 0) {
        walk->broken = newest > 0 ? newest : 1;
    }
    return NULL;
}

/* How the trail ends: `broken` where not as its head says. */
static oa_error *look_at_end(oa_db *db, const unsigned char *key, trail *end)
{
    *end = (trail){.key = key};
    OA_TRY(read_newest(db, &end->newest, end->chain));
    return check_head(db, end);
}

/* Writing --------------------------------------------------------------------------------------------------- */

/* What follows an end that was taken away must not heal it: it follows from nothing that is there. */
static oa_error *read_end(oa_db *db, const unsigned char *key, oa_id *newest, digest before)
{
    trail end;
    OA_TRY(look_at_end(db, key, &end));
    *newest = end.newest;
    for (int i = 0; i < OA_DIGEST_SIZE; i++) {
        before[i] = end.broken != 0 ? (unsigned char)~end.chain[i] : end.chain[i];
    }
    return NULL;
}

static oa_error *insert_event(oa_db *db, const oa_event *event, const digest chain)
{
    return oa_db_run(db, NULL,
                     "INSERT INTO audit_event (id, at, actor_kind, actor_id, actor_name, action, org_id, target_id,"
                     " target_name, address, detail, chain) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
                     "iitittiitttb", event->id, event->at, event->actor_kind, event->actor_id, event->actor_name,
                     event->action, event->org_id, event->target_id, event->target_name, event->address, event->detail,
                     chain, (size_t)OA_DIGEST_SIZE);
}

static oa_error *move_head(oa_db *db, const unsigned char *key, oa_id id, const digest chain)
{
    digest seal;
    int64_t moved = 0;
    seal_head(key, id, chain, seal);
    OA_TRY(oa_db_run(db, &moved, "UPDATE audit_head SET event_id = $1, seal = $2 WHERE one = 1", "ib", id, seal,
                     (size_t)OA_DIGEST_SIZE));
    return moved == 1
               ? NULL
               : oa_error_make(oa_db_pool(db), OA_UNAVAILABLE,
                               "the audit trail has lost its head: run orgauth store check, and restore a backup");
}

/* Ids order the trail, so one is always greater than the one before, whatever the clocks of the writers say. */
oa_error *oa_audit_append(oa_db *db, const unsigned char chain_key[OA_SUBKEY_SIZE], oa_event *event)
{
    oa_id newest;
    digest before, chain;
    OA_TRY(read_end(db, chain_key, &newest, before));
    event->id = oa_id_make(event->at);
    if (event->id <= newest) {
        event->id = newest + 1;
    }
    event->actor_kind = or_empty(event->actor_kind);
    event->actor_name = or_empty(event->actor_name);
    event->action = or_empty(event->action);
    event->target_name = or_empty(event->target_name);
    event->address = or_empty(event->address);
    event->detail = event->detail == NULL ? "{}" : event->detail;
    link_event(chain_key, before, event, chain);
    OA_TRY(insert_event(db, event, chain));
    OA_TRY(oa_audit_index(db, event));
    return move_head(db, chain_key, event->id, chain);
}

oa_error *oa_audit_begin(oa_db *db, const unsigned char chain_key[OA_SUBKEY_SIZE])
{
    static const digest nothing;
    digest seal;
    seal_head(chain_key, 0, nothing, seal);
    return oa_db_run(db, NULL, "INSERT INTO audit_head (one, event_id, seal) VALUES (1, 0, $1)", "b", seal,
                     (size_t)OA_DIGEST_SIZE);
}

/* Reading, and verifying ------------------------------------------------------------------------------------ */

#define EVENT_COLUMNS                                                                                      \
    "id, at, actor_kind, actor_id, actor_name, action, org_id, target_id, target_name, address, detail," \
    " chain, rewritten"

typedef struct stored_event {
    oa_event event;
    digest chain, rewritten;
    bool has_chain, is_rewritten;
} stored_event;

static void read_event(oa_rows *rows, stored_event *stored)
{
    stored->event = (oa_event){
        .id = oa_rows_int(rows, 0),
        .at = oa_rows_int(rows, 1),
        .actor_kind = or_empty(oa_rows_text(rows, 2)),
        .actor_id = oa_rows_int(rows, 3),
        .actor_name = or_empty(oa_rows_text(rows, 4)),
        .action = or_empty(oa_rows_text(rows, 5)),
        .org_id = oa_rows_int(rows, 6),
        .target_id = oa_rows_int(rows, 7),
        .target_name = or_empty(oa_rows_text(rows, 8)),
        .address = or_empty(oa_rows_text(rows, 9)),
        .detail = or_empty(oa_rows_text(rows, 10)),
    };
    stored->has_chain = copy_digest(rows, 11, stored->chain);
    stored->is_rewritten = copy_digest(rows, 12, stored->rewritten);
}

/* Whether it follows from the event whose link is `before`. */
static bool follows(const unsigned char *key, const digest before, const stored_event *stored)
{
    digest expected;
    if (!stored->has_chain) {
        return false;
    }
    if (stored->is_rewritten) {
        seal_rewritten(key, before, stored->chain, &stored->event, expected);
        return oa_equal(expected, stored->rewritten, OA_DIGEST_SIZE);
    }
    link_event(key, before, &stored->event, expected);
    return oa_equal(expected, stored->chain, OA_DIGEST_SIZE);
}

static void walk_event(trail *walk, oa_rows *rows)
{
    stored_event stored;
    read_event(rows, &stored);
    if (!follows(walk->key, walk->chain, &stored) && walk->broken == 0) {
        walk->broken = stored.event.id;
    }
    walk->count++;
    walk->newest = stored.event.id;
    memcpy(walk->chain, stored.chain, OA_DIGEST_SIZE);
}

static oa_error *walk_events(oa_db *db, trail *walk)
{
    oa_rows *rows;
    OA_TRY(oa_db_select(db, &rows, "SELECT " EVENT_COLUMNS " FROM audit_event ORDER BY id", ""));
    while (oa_rows_next(rows)) {
        walk_event(walk, rows);
    }
    return oa_rows_end(rows);
}

oa_error *oa_audit_verify(oa_db *db, const unsigned char chain_key[OA_SUBKEY_SIZE], int64_t *count, oa_id *broken,
                          apr_pool_t *pool)
{
    trail walk = {.key = chain_key};
    apr_pool_t *before = oa_db_pool(db);
    oa_db_use_pool(db, pool);
    oa_error *error = oa_db_begin(db, false);
    if (error == NULL) {
        error = walk_events(db, &walk);
        error = error == NULL ? check_head(db, &walk) : error;
        oa_db_rollback(db);
    }
    oa_db_use_pool(db, before);
    *count = walk.count;
    *broken = walk.broken;
    return error;
}

static oa_error *first_follows(oa_db *db, const unsigned char *key, bool *holds)
{
    static const digest nothing;
    oa_rows *rows;
    OA_TRY(oa_db_select(db, &rows, "SELECT " EVENT_COLUMNS " FROM audit_event ORDER BY id LIMIT 1", ""));
    if (oa_rows_next(rows)) {
        stored_event first;
        read_event(rows, &first);
        *holds = follows(key, nothing, &first);
    }
    return oa_rows_end(rows);
}

oa_error *oa_audit_is_of(oa_db *db, const unsigned char chain_key[OA_SUBKEY_SIZE], bool *own)
{
    trail end;
    OA_TRY(look_at_end(db, chain_key, &end));
    *own = end.broken == 0;
    return *own ? NULL : first_follows(db, chain_key, own);
}

/* Rewriting ------------------------------------------------------------------------------------------------- */

static oa_error *read_before(oa_db *db, oa_id id, digest chain)
{
    oa_rows *rows;
    memset(chain, 0, OA_DIGEST_SIZE);
    OA_TRY(oa_db_select(db, &rows, "SELECT chain FROM audit_event WHERE id < $1 ORDER BY id DESC LIMIT 1", "i", id));
    if (oa_rows_next(rows)) {
        copy_digest(rows, 0, chain);
    }
    return oa_rows_end(rows);
}

/* The stored event, its texts in `pool`; *sound: it follows from the one before. */
static oa_error *read_stored(oa_db *db, const unsigned char *key, oa_id id, const digest before, stored_event *stored, bool *sound, apr_pool_t *pool)
{
    oa_rows *rows;
    OA_TRY(oa_db_select(db, &rows, "SELECT " EVENT_COLUMNS " FROM audit_event WHERE id = $1", "i", id));
    *sound = oa_rows_next(rows);
    if (*sound) {
        oa_event *event = &stored->event;
        read_event(rows, stored);
        *sound = follows(key, before, stored);
        event->actor_kind = apr_pstrdup(pool, event->actor_kind);
        event->actor_name = apr_pstrdup(pool, event->actor_name);
        event->action = apr_pstrdup(pool, event->action);
        event->target_name = apr_pstrdup(pool, event->target_name);
        event->address = apr_pstrdup(pool, event->address);
        event->detail = apr_pstrdup(pool, event->detail);
    }
    return oa_rows_end(rows);
}

static oa_error *replace(oa_db *db, const unsigned char *key, const digest before, const stored_event *stored, const oa_event *event)
{
    digest seal;
    oa_event now = stored->event;
    now.actor_name = event->actor_name;
    now.target_name = event->target_name;
    now.address = event->address;
    now.detail = event->detail;
    seal_rewritten(key, before, stored->chain, &now, seal);
    OA_TRY(oa_db_run(db, NULL,
                     "UPDATE audit_event SET actor_name = $2, target_name = $3, address = $4, detail = $5,"
                     " rewritten = $6 WHERE id = $1",
                     "ittttb", now.id, now.actor_name, now.target_name, now.address, now.detail, seal, (size_t)OA_DIGEST_SIZE));
    return oa_audit_reindex(db, &stored->event, &now);
}

static oa_error *rewrite(oa_db *db, const unsigned char *key, const oa_event *event, apr_pool_t *pool)
{
    bool sound;
    digest before;
    stored_event stored;
    OA_TRY(read_before(db, event->id, before));
    OA_TRY(read_stored(db, key, event->id, before, &stored, &sound, pool));
    return sound ? replace(db, key, before, &stored, event)
                 : oa_error_make(oa_db_pool(db), OA_FAILED, "the audit trail is broken at event %s: nothing of it is rewritten",
                                 oa_id_format(OA_KIND_EVENT, event->id, oa_db_pool(db)));
}

oa_error *oa_audit_rewrite(oa_db *db, const unsigned char chain_key[OA_SUBKEY_SIZE], const oa_event *event)
{
    apr_pool_t *scratch;
    apr_pool_create(&scratch, oa_db_pool(db));
    oa_error *error = rewrite(db, chain_key, event, scratch);
    apr_pool_destroy(scratch);
    return error;
}
