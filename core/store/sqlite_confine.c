/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a connection may do, by its use: rows of a table, asked by SQLite's authorizer when a statement is prepared.
 * What no row allows is refused.
 */
#include "core/store/sqlite_private.h"

#include <strings.h>

enum { LOOKUP = 1 << OA_DB_LOOKUP, COUNT = 1 << OA_DB_COUNT, ADMIN = 1 << OA_DB_ADMIN, ALL = LOOKUP | COUNT | ADMIN };

typedef struct permit {
    int uses;
    int action;
    const char *object;  /* table or pragma; NULL: any */
    const char *columns; /* of an update, one space around each; NULL: any */
    bool by_trigger;     /* only from within a trigger */
} permit;

static const permit permits[] = {
    {ALL, SQLITE_SELECT, NULL, NULL, false},
    {ALL, SQLITE_READ, NULL, NULL, false},
    {ALL, SQLITE_FUNCTION, NULL, NULL, false},
    {ALL, SQLITE_RECURSIVE, NULL, NULL, false},
    {ALL, SQLITE_TRANSACTION, NULL, NULL, false},

    {COUNT | ADMIN, SQLITE_PRAGMA, "synchronous", NULL, false},
    /* FTS5 asks for it; and the engine asks for this when it makes itself a virtual table known, without writing. A statement that says so is refused by
     * DBCONFIG_DEFENSIVE. */
    {ADMIN, SQLITE_PRAGMA, "data_version", NULL, false},
    {ADMIN, SQLITE_UPDATE, "sqlite_master", NULL, false},
    {COUNT, SQLITE_INSERT, "attempt", NULL, false},
    {COUNT, SQLITE_DELETE, "attempt", NULL, false},
    {COUNT, SQLITE_UPDATE, "attempt", " started_at ", false},
    {COUNT, SQLITE_UPDATE, "account", " status status_since password_failures key_failures last_login_at version ",
     false},
    {COUNT, SQLITE_UPDATE, "api_key", " last_used_at expires_at expiry_told replaces version ", false},
    {COUNT, SQLITE_INSERT, "audit_event", NULL, false},
    {COUNT, SQLITE_UPDATE, "audit_head", NULL, false},
    {COUNT, SQLITE_INSERT, "audit_word", NULL, false},
    {COUNT, SQLITE_INSERT, "audit_beginning", NULL, false},
    {COUNT, SQLITE_INSERT, "audit_find", NULL, false},
    {COUNT, SQLITE_INSERT, "notice", NULL, false},
    {COUNT, SQLITE_INSERT, "message", NULL, false},
    {COUNT, SQLITE_DELETE, "message", NULL, false},
    {COUNT, SQLITE_INSERT, "statistic", NULL, false},
    {COUNT, SQLITE_UPDATE, "statistic", " allowed refused failed ", false},
    {COUNT, SQLITE_UPDATE, "session", " last_seen_at ", false},
    {COUNT, SQLITE_DELETE, "session", NULL, true},
    {COUNT, SQLITE_UPDATE, "link", " used_at ", true},
    {COUNT, SQLITE_INSERT, "change_log", NULL, false},
    {COUNT, SQLITE_DELETE, "change_log", NULL, false},
    {COUNT, SQLITE_INSERT, "credential", NULL, true},
    {COUNT, SQLITE_UPDATE, "credential", NULL, true},
    {COUNT, SQLITE_DELETE, "credential", NULL, true},
    {COUNT, SQLITE_UPDATE, "listed", " status last_login_at ", true},

    {ADMIN, SQLITE_SAVEPOINT, NULL, NULL, false},
    {ADMIN, SQLITE_INSERT, NULL, NULL, false},
    {ADMIN, SQLITE_UPDATE, NULL, NULL, false},
    {ADMIN, SQLITE_DELETE, NULL, NULL, false},
};

static bool is_word_of(const char *words, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = strstr(words, word); at != NULL; at = strstr(at + 1, word)) {
        if (at[-1] == ' ' && at[length] == ' ') {
            return true;
        }
    }
    return false;
}

/* They hold the schema: no row that is for any table is for them. */
static bool is_engine_table(int action, const char *object)
{
    bool writes = action == SQLITE_INSERT || action == SQLITE_UPDATE || action == SQLITE_DELETE;
    return writes && object != NULL && strncasecmp(object, "sqlite_", 7) == 0;
}

static bool covers(const permit *row, const char *object, const char *column, const char *trigger)
{
    if (row->by_trigger && trigger == NULL) {
        return false;
    }
    if (row->object == NULL && is_engine_table(row->action, object)) {
        return false;
    }
    if (row->object != NULL && (object == NULL || strcasecmp(row->object, object) != 0)) {
        return false;
    }
    return row->columns == NULL || (column != NULL && column[0] != '\0' && is_word_of(row->columns, column));
}

static int authorize(void *context, int action, const char *object, const char *column, const char *database,
                     const char *trigger)
{
    const oa_db *db = context;
    (void)database;
    for (size_t i = 0; i < sizeof permits / sizeof permits[0]; i++) {
        if ((permits[i].uses & 1 << db->use) != 0 && permits[i].action == action &&
            covers(&permits[i], object, column, trigger)) {
            return SQLITE_OK;
        }
    }
    return SQLITE_DENY;
}

void oa_sqlite_confine(oa_db *db)
{
    if (db->use != OA_DB_CARE) {
        sqlite3_set_authorizer(db->handle, authorize, db);
    }
}
