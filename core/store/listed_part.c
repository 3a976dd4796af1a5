/* SPDX-License-Identifier: Apache-2.0 */
#include "core/store/listed_part.h"

#include <apr_strings.h>
#include <apr_tables.h>

enum { PARTS_MAX = 8, PART = 3 };

int64_t oa_listed_few = 4000;

/* Asking ------------------------------------------------------------------------------------------------------ */

/* The start of the next character. */
static const char *next_character(const char *at)
{
    at += *at != '\0';
    while (((unsigned char)*at & 0xc0) == 0x80) {
        at++;
    }
    return at;
}

static void add_part(apr_array_header_t *words, const char *start, const char *end, bool whole, apr_pool_t *pool)
{
    char *word = apr_palloc(pool, 2 * (apr_size_t)(end - start) + 6), *out = word;
    *out++ = '"';
    for (const char *c = start; c < end; c++) {
        if (*c == '"') {
            *out++ = '"';
        }
        *out++ = *c;
    }
    memcpy(out, whole ? "\"" : "\" *", whole ? 2 : 4);
    APR_ARRAY_PUSH(words, const char *) = word;
}

/* Control characters are in no part. */
static bool has_control(const char *text)
{
    while (*text != '\0' && (unsigned char)*text >= ' ' && *text != 0x7f) {
        text++;
    }
    return *text != '\0';
}

/* One part after the other and the last one, at most PARTS_MAX of them: the rest is looked at in what is found. */
const char *oa_listed_parts(const char *search, apr_pool_t *pool)
{
    apr_array_header_t *words = apr_array_make(pool, PARTS_MAX, sizeof(const char *));
    const char *start[PART] = {search}, *at = search;
    if (has_control(search)) {
        return NULL;
    }
    for (int i = 0; *at != '\0' && words->nelts < PARTS_MAX; i++) {
        start[i % PART] = at;
        at = next_character(at);
        if (i % PART == PART - 1 || (i >= PART && *at == '\0')) {
            add_part(words, start[(i + 1) % PART], at, true, pool);
        }
    }
    if (words->nelts == 0) {
        add_part(words, search, at, false, pool);
    }
    return apr_array_pstrcat(pool, words, ' ');
}

static const char few_sql[] =
    "SELECT (SELECT count(*) FROM (SELECT 1 FROM listed_part WHERE listed_part MATCH $1 AND rowid " OA_LISTED_SHELF("$2") " LIMIT $3))"
    " + (SELECT count(*) FROM (SELECT 1 FROM listed_stale WHERE serial " OA_LISTED_SHELF("$2") " LIMIT $3))";

oa_error *oa_listed_parts_are_few(oa_db *db, oa_id org, const char *parts, bool *few)
{
    int64_t count = 0;
    OA_TRY(oa_db_int(db, &count, 0, few_sql, "tii", parts, org, oa_listed_few + 1));
    *few = count <= oa_listed_few;
    return NULL;
}

/* Settling ---------------------------------------------------------------------------------------------------- */

/* As long as a row is stale, `listed_parts` says what the index has of it; then, what it is to have. */
static const char *const settling[] = {
    "INSERT INTO listed_part (listed_part, rowid, parts) SELECT 'delete', serial, parts FROM listed_parts WHERE serial = $1",
    "DELETE FROM listed_stale WHERE serial = $1",
    "INSERT INTO listed_part (rowid, parts) SELECT serial, parts FROM listed_parts WHERE serial = $1",
};

static oa_error *settle(oa_db *db, int64_t serial)
{
    for (size_t i = 0; i < sizeof settling / sizeof settling[0]; i++) {
        OA_TRY(oa_db_run(db, NULL, settling[i], "i", serial));
    }
    return NULL;
}

oa_error *oa_listed_part_settle(oa_db *db, int64_t limit, int64_t *count)
{
    int64_t serial = 0;
    for (*count = 0; *count < limit; ++*count) {
        OA_TRY(oa_db_int(db, &serial, 0, "SELECT serial FROM listed_stale ORDER BY serial LIMIT 1", ""));
        if (serial == 0) {
            break;
        }
        OA_TRY(settle(db, serial));
    }
    return NULL;
}

oa_error *oa_listed_part_is_due(oa_db *db, bool *due)
{
    int64_t found = 0;
    OA_TRY(oa_db_int(db, &found, 0, "SELECT EXISTS (SELECT 1 FROM listed_stale)", ""));
    *due = found != 0;
    return NULL;
}
