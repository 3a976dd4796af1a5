/* SPDX-License-Identifier: Apache-2.0 */
#include "core/store/audit_index.h"

#include "core/store/audit_word.h"

#include <apr_hash.h>

#define FIND_WORD "SELECT id FROM audit_word WHERE org_id = $1 AND part = $2 AND text = $3"

static oa_error *add_beginnings(oa_db *db, oa_id org, const char *text, int64_t word, apr_pool_t *pool)
{
    const apr_array_header_t *all = oa_audit_beginnings(text, pool);
    for (int i = 0; i < all->nelts; i++) {
        OA_TRY(oa_db_run(db, NULL, "INSERT INTO audit_beginning (org_id, text, word_id) VALUES ($1, $2, $3)", "iti", org,
                         APR_ARRAY_IDX(all, i, const char *), word));
    }
    return NULL;
}

static oa_error *number_of(oa_db *db, oa_id org, const oa_audit_word *word, int64_t *number, apr_pool_t *pool)
{
    OA_TRY(oa_db_int(db, number, 0, FIND_WORD, "iit", org, (int64_t)word->part, word->text));
    if (*number != 0) {
        return NULL;
    }
    OA_TRY(oa_db_int(db, number, 0, "INSERT INTO audit_word (org_id, part, text) VALUES ($1, $2, $3) RETURNING id", "iit", org,
                     (int64_t)word->part, word->text));
    return add_beginnings(db, org, word->text, *number, pool);
}

static oa_error *add_in(oa_db *db, oa_id org, oa_id event, const oa_audit_word *word, apr_pool_t *pool)
{
    int64_t number;
    OA_TRY(number_of(db, org, word, &number, pool));
    return oa_db_run(db, NULL, "INSERT INTO audit_find (word_id, event_id) VALUES ($1, $2) ON CONFLICT DO NOTHING", "ii", number, event);
}

static oa_error *add(oa_db *db, const oa_event *event, const oa_audit_word *word, apr_pool_t *pool)
{
    OA_TRY(add_in(db, 0, event->id, word, pool));
    return event->org_id != 0 ? add_in(db, event->org_id, event->id, word, pool) : NULL;
}

static oa_error *add_words(oa_db *db, const oa_event *event, apr_pool_t *pool)
{
    const apr_array_header_t *words = oa_audit_words(event, pool);
    for (int i = 0; i < words->nelts; i++) {
        OA_TRY(add(db, event, &APR_ARRAY_IDX(words, i, oa_audit_word), pool));
    }
    return NULL;
}

static oa_error *add_about(oa_db *db, const oa_event *event, apr_pool_t *pool)
{
    apr_hash_t *seen = apr_hash_make(pool);
    for (int i = 0; event->about != NULL && i < event->about->nelts; i++) {
        const oa_id *id = &APR_ARRAY_IDX(event->about, i, oa_id);
        if (apr_hash_get(seen, id, sizeof *id) == NULL) {
            const oa_audit_word word = {OA_AUDIT_TARGET, oa_audit_id_word(*id, pool)};
            apr_hash_set(seen, id, sizeof *id, id);
            OA_TRY(add(db, event, &word, pool));
        }
    }
    return NULL;
}

oa_error *oa_audit_index(oa_db *db, const oa_event *event)
{
    apr_pool_t *scratch;
    apr_pool_create(&scratch, oa_db_pool(db));
    oa_error *error = add_words(db, event, scratch);
    error = error == NULL ? add_about(db, event, scratch) : error;
    apr_pool_destroy(scratch); /* errors live in the pool above */
    return error;
}

static bool has(const apr_array_header_t *words, const oa_audit_word *word)
{
    for (int i = 0; i < words->nelts; i++) {
        const oa_audit_word *one = &APR_ARRAY_IDX(words, i, oa_audit_word);
        if (one->part == word->part && strcmp(one->text, word->text) == 0) {
            return true;
        }
    }
    return false;
}

typedef struct numbered {
    int64_t id;
    oa_id org;
} numbered;

static oa_error *find_idle(oa_db *db, const char *text, apr_array_header_t *found)
{
    oa_rows *rows;
    OA_TRY(oa_db_select(db, &rows,
                        "SELECT id, org_id FROM audit_word w WHERE text = $1 AND NOT EXISTS (SELECT 1 FROM audit_find f WHERE f.word_id = w.id)",
                        "t", text));
    while (oa_rows_next(rows)) {
        APR_ARRAY_PUSH(found, numbered) = (numbered){oa_rows_int(rows, 0), oa_rows_int(rows, 1)};
    }
    return oa_rows_end(rows);
}

static oa_error *forget_one(oa_db *db, const numbered *word, const apr_array_header_t *beginnings)
{
    for (int i = 0; i < beginnings->nelts; i++) {
        OA_TRY(oa_db_run(db, NULL, "DELETE FROM audit_beginning WHERE org_id = $1 AND text = $2 AND word_id = $3", "iti", word->org,
                         APR_ARRAY_IDX(beginnings, i, const char *), word->id));
    }
    return oa_db_run(db, NULL, "DELETE FROM audit_word WHERE id = $1", "i", word->id);
}

/* A word that no event has any more stands nowhere. */
static oa_error *forget(oa_db *db, const char *text, apr_pool_t *pool)
{
    apr_array_header_t *idle = apr_array_make(pool, 4, sizeof(numbered));
    OA_TRY(find_idle(db, text, idle));
    for (int i = 0; i < idle->nelts; i++) {
        OA_TRY(forget_one(db, &APR_ARRAY_IDX(idle, i, numbered), oa_audit_beginnings(text, pool)));
    }
    return NULL;
}

static oa_error *remove_words(oa_db *db, const oa_event *before, const oa_event *now, apr_pool_t *pool)
{
    const apr_array_header_t *old = oa_audit_words(before, pool), *kept = oa_audit_words(now, pool);
    for (int i = 0; i < old->nelts; i++) {
        const oa_audit_word *word = &APR_ARRAY_IDX(old, i, oa_audit_word);
        if (!has(kept, word)) {
            OA_TRY(oa_db_run(db, NULL,
                             "DELETE FROM audit_find WHERE event_id = $1 AND word_id IN"
                             " (SELECT id FROM audit_word WHERE org_id IN (0, $2) AND part = $3 AND text = $4)",
                             "iiit", now->id, now->org_id, (int64_t)word->part, word->text));
            OA_TRY(forget(db, word->text, pool));
        }
    }
    return NULL;
}

oa_error *oa_audit_reindex(oa_db *db, const oa_event *before, const oa_event *now)
{
    apr_pool_t *scratch;
    apr_pool_create(&scratch, oa_db_pool(db));
    oa_error *error = remove_words(db, before, now, scratch);
    error = error == NULL ? add_words(db, now, scratch) : error;
    apr_pool_destroy(scratch);
    return error;
}
