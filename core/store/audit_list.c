/* SPDX-License-Identifier: Apache-2.0 */
#include "core/store/audit_list.h"

#include "core/base/text.h"
#include "core/store/audit_word.h"

#include <apr_strings.h>

enum { LATE_MAX = 5000, SOURCES_MAX = 4 + OA_AUDIT_SEARCH_WORDS, LEAPS_OF_A_LOOK = 10, ACTIONS_MAX = 1000 };

int oa_audit_leaps = 1500;
int oa_audit_words_max = 250;

static const oa_duration late_after = 60 * 1000; /* as in the index audit_event_late */

/* A word, and the newest of its events at or before where the walk was. */
typedef struct head {
    int64_t word;
    oa_id event;
} head;

/* Events that have any of some words, or, heads NULL, all of the organization or of the store. */
typedef struct source {
    apr_array_header_t *heads; /* head */
} source;

typedef struct walk {
    oa_db *db;
    const oa_audit_query *query;
    source sources[SOURCES_MAX];
    int count;
    const char *broad[OA_AUDIT_SEARCH_WORDS]; /* what begins too many words */
    int broad_count;
    oa_id at;    /* nothing after it is looked at any more */
    oa_id floor; /* nor anything before it */
    int64_t leaps;
    size_t octets; /* of the details of what was found */
    apr_pool_t *pool;
} walk;

/* Which words a filter stands for. --------------------------------------------------------------------------------- */

static oa_error *take(apr_array_header_t *heads, oa_rows *rows)
{
    while (oa_rows_next(rows)) {
        APR_ARRAY_PUSH(heads, head) = (head){oa_rows_int(rows, 0), INT64_MAX};
    }
    return oa_rows_end(rows);
}

static oa_error *add_word(walk *w, apr_array_header_t *heads, oa_audit_part part, const char *text)
{
    oa_rows *rows;
    OA_TRY(oa_db_select(w->db, &rows, "SELECT id FROM audit_word WHERE org_id = $1 AND part = $2 AND text = $3", "iit", w->query->org,
                        (int64_t)part, text));
    return take(heads, rows);
}

/* Who has that address now, or was invited under it: events may name their ids alone. */
static oa_error *add_ids_of(walk *w, apr_array_header_t *heads, oa_audit_part part, const char *email)
{
    oa_rows *rows;
    apr_array_header_t *ids = apr_array_make(w->pool, 4, sizeof(oa_id));
    OA_TRY(oa_db_select(w->db, &rows,
                        "SELECT id FROM account WHERE email = $1 UNION ALL"
                        " SELECT * FROM (SELECT id FROM invitation WHERE email = $1 AND $2 IN (0, org_id) ORDER BY id DESC LIMIT 100)",
                        "ti", email, w->query->org));
    while (oa_rows_next(rows)) {
        APR_ARRAY_PUSH(ids, oa_id) = oa_rows_int(rows, 0);
    }
    OA_TRY(oa_rows_end(rows));
    for (int i = 0; i < ids->nelts; i++) {
        OA_TRY(add_word(w, heads, part, oa_audit_id_word(APR_ARRAY_IDX(ids, i, oa_id), w->pool)));
    }
    return NULL;
}

static oa_error *add_named(walk *w, apr_array_header_t *heads, oa_audit_part part, const char *text)
{
    oa_id id = oa_audit_id_of(text);
    if (id != 0) {
        return add_word(w, heads, part, oa_audit_id_word(id, w->pool));
    }
    const char *name = oa_text_fold(text, w->pool);
    OA_TRY(add_word(w, heads, part, name));
    return strchr(name, '@') != NULL ? add_ids_of(w, heads, part, name) : NULL;
}

/* Beyond all texts that begin with `text`. */
static const char *end_of(const char *text, apr_pool_t *pool)
{
    return apr_pstrcat(pool, text, "\xf4\x8f\xbf\xbf", NULL);
}

static apr_array_header_t *add_source(walk *w)
{
    source *made = &w->sources[w->count++];
    made->heads = apr_array_make(w->pool, 4, sizeof(head));
    return made->heads;
}

static oa_error *filter_name(walk *w, oa_audit_part part, const char *text)
{
    return *text != '\0' ? add_named(w, add_source(w), part, text) : NULL;
}

static oa_error *filter_action(walk *w)
{
    oa_rows *rows;
    const char *action = oa_text_fold(w->query->action, w->pool);
    size_t size = strlen(action);
    if (size == 0) {
        return NULL;
    }
    const char last = action[size - 1];
    if (strchr(action, '.') != NULL && last != '.' && last != '*') {
        return add_word(w, add_source(w), OA_AUDIT_ACTION, action);
    }
    const char *begin = last == '*' ? apr_pstrmemdup(w->pool, action, size - 1) : last == '.' ? action : apr_pstrcat(w->pool, action, ".", NULL);
    OA_TRY(oa_db_select(w->db, &rows, "SELECT id FROM audit_word WHERE org_id = $1 AND part = $2 AND text >= $3 AND text < $4 LIMIT $5", "iitti",
                        w->query->org, (int64_t)OA_AUDIT_ACTION, begin, end_of(begin, w->pool), (int64_t)ACTIONS_MAX));
    return take(add_source(w), rows);
}

static oa_error *filter_beginning(walk *w, const char *word)
{
    oa_rows *rows;
    apr_array_header_t *heads = apr_array_make(w->pool, 16, sizeof(head));
    OA_TRY(oa_db_select(w->db, &rows, "SELECT DISTINCT word_id FROM audit_beginning WHERE org_id = $1 AND text >= $2 AND text < $3 LIMIT $4", "itti",
                        w->query->org, word, end_of(word, w->pool), (int64_t)oa_audit_words_max + 1));
    OA_TRY(take(heads, rows));
    if (heads->nelts > oa_audit_words_max) {
        w->broad[w->broad_count++] = word;
        return NULL;
    }
    if (strchr(word, '@') != NULL) {
        OA_TRY(add_ids_of(w, heads, OA_AUDIT_TARGET, word));
    }
    w->sources[w->count++].heads = heads;
    return NULL;
}

static oa_error *filter_search_word(walk *w, const char *word)
{
    oa_id id = oa_audit_id_of(word);
    if (id == 0) {
        return filter_beginning(w, word);
    }
    apr_array_header_t *heads = add_source(w);
    OA_TRY(add_word(w, heads, OA_AUDIT_ACTOR, oa_audit_id_word(id, w->pool)));
    return add_word(w, heads, OA_AUDIT_TARGET, oa_audit_id_word(id, w->pool));
}

static oa_error *filter_search(walk *w)
{
    char *rest = apr_pstrdup(w->pool, oa_text_fold(w->query->search, w->pool));
    for (int words = 0; words < OA_AUDIT_SEARCH_WORDS && rest != NULL;) {
        const char *word = strsep(&rest, " ");
        if (*word != '\0') {
            OA_TRY(filter_search_word(w, word));
            words++;
        }
    }
    return NULL;
}

/* Where in the trail to look: ids are in the order of time, but for those of events that were written after a clock was set back. */

static oa_error *begin_before(walk *w, oa_time until)
{
    oa_rows *rows;
    oa_id ceiling = oa_id_floor(until + late_after), late = 0, reached = 0;
    int64_t seen = 0;
    OA_TRY(oa_db_select(w->db, &rows,
                        "SELECT max(CASE WHEN at < $1 THEN id END), min(id), count(*) FROM (SELECT id, at FROM audit_event"
                        " WHERE (id >> 22) > at - 1577836740000 AND id > $2 AND id <= $3 ORDER BY id DESC LIMIT $4) AS page",
                        "iiii", until, ceiling, w->at, (int64_t)LATE_MAX));
    if (oa_rows_next(rows)) {
        late = oa_rows_int(rows, 0);
        reached = oa_rows_int(rows, 1);
        seen = oa_rows_int(rows, 2);
    }
    OA_TRY(oa_rows_end(rows));
    const oa_id begin = late != 0 ? late : seen == LATE_MAX ? reached : ceiling;
    w->at = begin < w->at ? begin : w->at;
    return NULL;
}

static oa_error *prepare(walk *w)
{
    const oa_audit_query *query = w->query;
    w->at = (query->before != 0 ? query->before : INT64_MAX) - 1; /* below a head that did not leap yet */
    w->floor = query->since != 0 ? oa_id_floor(query->since) : 0;
    if (query->until != 0) {
        OA_TRY(begin_before(w, query->until));
    }
    OA_TRY(filter_name(w, OA_AUDIT_ACTOR, query->actor));
    OA_TRY(filter_name(w, OA_AUDIT_TARGET, query->target));
    OA_TRY(filter_action(w));
    OA_TRY(filter_search(w));
    if (w->count == 0) {
        w->sources[w->count++].heads = NULL;
    }
    return NULL;
}

/* Leaping. --------------------------------------------------------------------------------------------------------- */

static oa_error *leap_in_all(walk *w, oa_id *found)
{
    w->leaps--;
    return w->query->org != 0
               ? oa_db_int(w->db, found, 0, "SELECT id FROM audit_event WHERE org_id = $1 AND id <= $2 ORDER BY id DESC LIMIT 1", "ii", w->query->org, w->at)
               : oa_db_int(w->db, found, 0, "SELECT id FROM audit_event WHERE id <= $1 ORDER BY id DESC LIMIT 1", "i", w->at);
}

static oa_error *leap_in_word(walk *w, head *h)
{
    if (h->event <= w->at) {
        return NULL;
    }
    w->leaps -= h->event != INT64_MAX; /* the first one is no leap: a page that only began would lead nowhere */
    return oa_db_int(w->db, &h->event, 0, "SELECT event_id FROM audit_find WHERE word_id = $1 AND event_id <= $2 ORDER BY event_id DESC LIMIT 1", "ii",
                     h->word, w->at);
}

/* The newest event of the source at or before w->at; 0: none. */
static oa_error *leap(walk *w, const source *from, oa_id *found)
{
    *found = 0;
    if (from->heads == NULL) {
        return leap_in_all(w, found);
    }
    for (int i = 0; i < from->heads->nelts; i++) {
        head *h = &APR_ARRAY_IDX(from->heads, i, head);
        OA_TRY(leap_in_word(w, h));
        *found = h->event > *found ? h->event : *found;
    }
    return NULL;
}

/* Moves w->at to the newest event that all sources have; 0: there is none. Stops short when there are no leaps left. */
static oa_error *meet(walk *w)
{
    for (int i = 0, agreed = 0; agreed < w->count && w->leaps > 0; i = (i + 1) % w->count) {
        oa_id found;
        OA_TRY(leap(w, &w->sources[i], &found));
        agreed = found == w->at ? agreed + 1 : 1;
        w->at = found >= w->floor ? found : 0;
        if (w->at == 0) {
            return NULL;
        }
    }
    return NULL;
}

/* The events. ------------------------------------------------------------------------------------------------------ */

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

static bool begins_any(const apr_array_header_t *words, const char *search, apr_pool_t *pool)
{
    for (int i = 0; i < words->nelts; i++) {
        const apr_array_header_t *all = oa_audit_beginnings(APR_ARRAY_IDX(words, i, oa_audit_word).text, pool);
        for (int j = 0; j < all->nelts; j++) {
            if (strncmp(APR_ARRAY_IDX(all, j, const char *), search, strlen(search)) == 0) {
                return true;
            }
        }
    }
    return false;
}

static bool is_wanted(walk *w, const oa_event *event, apr_pool_t *pool)
{
    const oa_audit_query *query = w->query;
    if (event->at < query->since || (query->until != 0 && event->at >= query->until)) {
        return false;
    }
    for (int i = 0; i < w->broad_count; i++) {
        w->leaps -= LEAPS_OF_A_LOOK;
        if (!begins_any(oa_audit_words(event, pool), w->broad[i], pool)) {
            return false;
        }
    }
    return true;
}

/* The event at w->at, unless it is none of those wanted: NULL. */
static oa_error *look(walk *w, const oa_event **event, apr_pool_t *scratch)
{
    oa_rows *rows;
    *event = NULL;
    OA_TRY(oa_db_select(w->db, &rows,
                        "SELECT id, at, actor_kind, actor_id, actor_name, action, org_id, target_id, target_name, address, detail"
                        " FROM audit_event WHERE id = $1",
                        "i", w->at));
    if (oa_rows_next(rows) && is_wanted(w, read_event(rows, scratch), scratch)) {
        *event = read_event(rows, w->pool);
    }
    return oa_rows_end(rows);
}

static bool is_full(const walk *w, const apr_array_header_t *events)
{
    return events->nelts == w->query->limit || w->octets >= OA_AUDIT_PAGE_OCTETS;
}

/* Gathers a page, and whether, and from where on, there is more. */
static oa_error *gather(walk *w, apr_array_header_t *events, oa_id *next, apr_pool_t *scratch)
{
    for (;;) {
        const oa_event *event;
        const int64_t left = w->leaps;
        OA_TRY(meet(w));
        if (w->at == 0) {
            *next = 0;
            return NULL;
        }
        *next = w->at + 1;
        if (w->leaps <= 0 || is_full(w, events)) {
            return NULL;
        }
        OA_TRY(look(w, &event, scratch));
        apr_pool_clear(scratch);
        if (event != NULL) {
            APR_ARRAY_PUSH(events, const oa_event *) = event;
            w->octets += strlen(event->detail);
            w->leaps += left - w->leaps < LEAPS_OF_A_LOOK * w->count ? left - w->leaps : LEAPS_OF_A_LOOK * w->count;
        }
        w->at--;
    }
}

oa_error *oa_audit_list(oa_db *db, const oa_audit_query *query, apr_array_header_t **events, oa_id *next, apr_pool_t *pool)
{
    apr_pool_t *scratch;
    walk w = {.db = db, .query = query, .pool = pool, .leaps = oa_audit_leaps};
    *events = apr_array_make(pool, 16, sizeof(const oa_event *));
    *next = 0;
    OA_TRY(prepare(&w));
    apr_pool_create(&scratch, pool);
    oa_error *error = gather(&w, *events, next, scratch);
    apr_pool_destroy(scratch);
    return error;
}
