/* SPDX-License-Identifier: Apache-2.0 */
#include "core/store/audit.h"

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

/* Writing --------------------------------------------------------------------------------------------------- */

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
    OA_TRY(read_newest(db, &newest, before));
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

/* Verifying ------------------------------------------------------------------------------------------------- */

typedef struct trail {
    const unsigned char *key;
    int64_t count;
    oa_id newest;
    oa_id broken;
    digest chain;
} trail;

static void read_event(oa_rows *rows, oa_event *event)
{
    *event = (oa_event){
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
}

static void walk_event(trail *walk, oa_rows *rows)
{
    oa_event event;
    digest expected, stored;
    read_event(rows, &event);
    link_event(walk->key, walk->chain, &event, expected);
    bool follows = copy_digest(rows, 11, stored) && oa_equal(expected, stored, OA_DIGEST_SIZE);
    if (!follows && walk->broken == 0) {
        walk->broken = event.id;
    }
    walk->count++;
    walk->newest = event.id;
    memcpy(walk->chain, stored, OA_DIGEST_SIZE);
}

static oa_error *walk_events(oa_db *db, trail *walk)
{
    oa_rows *rows;
    OA_TRY(oa_db_select(db, &rows,
                        "SELECT id, at, actor_kind, actor_id, actor_name, action, org_id, target_id, target_name,"
                        " address, detail, chain FROM audit_event ORDER BY id",
                        ""));
    while (oa_rows_next(rows)) {
        walk_event(walk, rows);
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
    bool follows = found && newest == walk->newest && oa_equal(seal, stored, OA_DIGEST_SIZE);
    if (!follows && walk->broken == 0) {
        walk->broken = newest > 0 ? newest : 1;
    }
    return NULL;
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
