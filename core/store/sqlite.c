/* SPDX-License-Identifier: Apache-2.0 */
/* Statements, rows and transactions of db.h over SQLite. */
#include "core/store/sqlite_private.h"

#include <apr_strings.h>
#include <stdarg.h>

void oa_db_use_pool(oa_db *db, apr_pool_t *pool)
{
    db->pool = pool;
}

apr_pool_t *oa_db_pool(const oa_db *db)
{
    return db->pool;
}

oa_db_use oa_sqlite_use(const oa_db *db)
{
    return db->use;
}

oa_db_tag *oa_sqlite_tag(oa_db *db)
{
    return &db->tag;
}

struct sqlite3 *oa_sqlite_handle(oa_db *db)
{
    return db->handle;
}

/* Statements ------------------------------------------------------------------------------------------------ */

static void free_statement(oa_rows *rows)
{
    sqlite3_finalize(rows->stmt);
    free(rows);
}

static oa_error *number_binds(oa_rows *rows)
{
    rows->binds = sqlite3_bind_parameter_count(rows->stmt);
    if (rows->binds > OA_BINDS_MAX) {
        return oa_error_make(rows->db->pool, OA_FAILED, "more than %d binds in one statement", OA_BINDS_MAX);
    }
    for (int i = 0; i < rows->binds; i++) {
        char name[16];
        snprintf(name, sizeof name, "$%d", i + 1);
        rows->slot[i] = (unsigned char)sqlite3_bind_parameter_index(rows->stmt, name);
        if (rows->slot[i] == 0) {
            return oa_error_make(rows->db->pool, OA_FAILED, "a statement lacks the bind %s", name);
        }
    }
    return NULL;
}

static oa_error *prepare(oa_db *db, const char *sql, oa_rows **out)
{
    oa_rows *rows = calloc(1, sizeof *rows);
    if (rows == NULL) {
        return oa_error_make(db->pool, OA_FAILED, "out of memory");
    }
    rows->db = db;
    rows->sql = sql;
    int rc = sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &rows->stmt, NULL);
    oa_error *error = rc == SQLITE_OK ? number_binds(rows) : oa_sqlite_error(db, rc, sql);
    if (error != NULL) {
        free_statement(rows);
        return error;
    }
    *out = rows;
    return NULL;
}

static oa_rows **bucket_of(oa_db *db, const char *sql)
{
    uintptr_t address = (uintptr_t)sql;
    return &db->buckets[(address ^ address >> 6) % OA_STATEMENT_BUCKETS];
}

static oa_rows **find_statement(oa_db *db, const char *sql)
{
    oa_rows **place = bucket_of(db, sql);
    while (*place != NULL && (*place)->sql != sql) {
        place = &(*place)->next;
    }
    return place;
}

/* The kept statement of `sql`. An address that held other text before (not a literal after all) is prepared anew. */
static oa_error *statement(oa_db *db, const char *sql, oa_rows **out)
{
    oa_rows **place = find_statement(db, sql);
    oa_rows *found = *place;
    if (found != NULL && strcmp(sqlite3_sql(found->stmt), sql) == 0) {
        if (found->under_way) {
            return oa_error_detail(db->pool, oa_error_make(db->pool, OA_FAILED, "a statement is under way already"),
                                   "%s", sql);
        }
        *out = found;
        return NULL;
    }
    if (found != NULL && !found->under_way) {
        *place = found->next;
        free_statement(found);
    }
    OA_TRY(prepare(db, sql, out));
    oa_rows **bucket = bucket_of(db, sql);
    (*out)->next = *bucket;
    *bucket = *out;
    return NULL;
}

/* Text and blobs are copied: a caller's buffer may be gone before the last row is read. */
static int bind_one(oa_rows *rows, int index, char type, va_list *values)
{
    if (type == 'i') {
        return sqlite3_bind_int64(rows->stmt, index, va_arg(*values, int64_t));
    }
    if (type == 't') {
        return sqlite3_bind_text(rows->stmt, index, va_arg(*values, const char *), -1, SQLITE_TRANSIENT);
    }
    if (type == 'b') {
        const void *bytes = va_arg(*values, const void *);
        size_t size = va_arg(*values, size_t);
        return sqlite3_bind_blob64(rows->stmt, index, bytes, size, SQLITE_TRANSIENT);
    }
    return SQLITE_MISUSE;
}

static oa_error *bind_all(oa_rows *rows, const char *types, va_list *values)
{
    int count = types == NULL ? 0 : (int)strlen(types);
    if (count != rows->binds) {
        return oa_error_make(rows->db->pool, OA_FAILED, "a statement has %d binds and was given %d", rows->binds,
                             count);
    }
    for (int i = 0; i < count; i++) {
        int rc = bind_one(rows, rows->slot[i], types[i], values);
        if (rc != SQLITE_OK) {
            sqlite3_clear_bindings(rows->stmt);
            return oa_sqlite_error(rows->db, rc, rows->sql);
        }
    }
    return NULL;
}

static oa_error *start(oa_db *db, oa_rows **out, const char *sql, const char *types, va_list *values)
{
    oa_rows *rows = NULL;
    OA_TRY(statement(db, sql, &rows));
    OA_TRY(bind_all(rows, types, values));
    rows->under_way = true;
    db->walks++;
    rows->finished = false;
    rows->error = NULL;
    *out = rows;
    return NULL;
}

/* Rows ------------------------------------------------------------------------------------------------------ */

oa_error *oa_db_select(oa_db *db, oa_rows **rows, const char *sql, const char *types, ...)
{
    va_list values;
    va_start(values, types);
    oa_error *error = start(db, rows, sql, types, &values);
    va_end(values);
    return error;
}

bool oa_rows_next(oa_rows *rows)
{
    if (rows->finished) {
        return false;
    }
    int rc = sqlite3_step(rows->stmt);
    if (rc == SQLITE_ROW) {
        return true;
    }
    rows->finished = true;
    if (rc != SQLITE_DONE) {
        rows->error = oa_sqlite_error(rows->db, rc, rows->sql);
    }
    return false;
}

/* Bindings are cleared so that no digest or address lingers in a kept statement. */
oa_error *oa_rows_end(oa_rows *rows)
{
    oa_error *error = rows->error;
    sqlite3_reset(rows->stmt);
    sqlite3_clear_bindings(rows->stmt);
    rows->db->walks -= rows->under_way;
    rows->under_way = false;
    rows->error = NULL;
    return error;
}

int64_t oa_rows_int(oa_rows *rows, int column)
{
    return sqlite3_column_int64(rows->stmt, column);
}

const char *oa_rows_text(oa_rows *rows, int column)
{
    return (const char *)sqlite3_column_text(rows->stmt, column);
}

const char *oa_rows_copy(oa_rows *rows, int column, apr_pool_t *pool)
{
    const char *text = oa_rows_text(rows, column);
    return text == NULL ? "" : apr_pstrdup(pool, text);
}

const void *oa_rows_blob(oa_rows *rows, int column, size_t *size)
{
    const void *bytes = sqlite3_column_blob(rows->stmt, column);
    *size = (size_t)sqlite3_column_bytes(rows->stmt, column);
    return bytes;
}

oa_error *oa_db_run(oa_db *db, int64_t *changed, const char *sql, const char *types, ...)
{
    va_list values;
    oa_rows *rows;
    va_start(values, types);
    oa_error *error = start(db, &rows, sql, types, &values);
    va_end(values);
    OA_TRY(error);
    while (oa_rows_next(rows)) {
    }
    if (changed != NULL) {
        *changed = rows->error == NULL && !sqlite3_stmt_readonly(rows->stmt) ? sqlite3_changes64(db->handle) : 0;
    }
    return oa_rows_end(rows);
}

oa_error *oa_db_int(oa_db *db, int64_t *value, int64_t fallback, const char *sql, const char *types, ...)
{
    va_list values;
    oa_rows *rows;
    va_start(values, types);
    oa_error *error = start(db, &rows, sql, types, &values);
    va_end(values);
    OA_TRY(error);
    *value = oa_rows_next(rows) ? oa_rows_int(rows, 0) : fallback;
    return oa_rows_end(rows);
}

/* Transactions ---------------------------------------------------------------------------------------------- */

oa_error *oa_sqlite_script(oa_db *db, const char *sql)
{
    int rc = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);
    return rc == SQLITE_OK ? NULL : oa_sqlite_error(db, rc, "a script");
}

/* The pragma acts when it is prepared, so a kept statement would not do. */
static oa_error *set_relaxed(oa_db *db, bool relaxed)
{
    if (db->relaxed == relaxed) {
        return NULL;
    }
    OA_TRY(oa_sqlite_script(db, relaxed ? "PRAGMA synchronous=NORMAL" : "PRAGMA synchronous=FULL"));
    db->relaxed = relaxed;
    return NULL;
}

/* After a transaction: what follows must last again. Should that not be set, the connection is given up. */
static void end_relaxed(oa_db *db)
{
    db->relax = false;
    if (set_relaxed(db, false) != NULL) {
        db->broken = true;
    }
}

oa_error *oa_db_begin(oa_db *db, bool writes)
{
    if (!writes) {
        return oa_db_run(db, NULL, "BEGIN", "");
    }
    OA_TRY(set_relaxed(db, db->relax));
    oa_error *error = oa_db_run(db, NULL, "BEGIN IMMEDIATE", "");
    if (error != NULL) {
        end_relaxed(db);
    }
    return error;
}

oa_error *oa_db_commit(oa_db *db)
{
    oa_error *error = oa_db_run(db, NULL, "COMMIT", "");
    if (error != NULL) {
        oa_db_rollback(db);
        return error;
    }
    end_relaxed(db);
    return NULL;
}

void oa_db_rollback(oa_db *db)
{
    if (!sqlite3_get_autocommit(db->handle)) {
        (void)oa_db_run(db, NULL, "ROLLBACK", "");
        if (!sqlite3_get_autocommit(db->handle)) {
            db->broken = true;
        }
    }
    end_relaxed(db);
}

oa_error *oa_db_end(oa_db *db, oa_error *error)
{
    if (error == NULL) {
        return oa_db_commit(db);
    }
    oa_db_rollback(db);
    return error;
}

void oa_db_relax(oa_db *db)
{
    db->relax = true;
}

/* Ends of connections --------------------------------------------------------------------------------------- */

static void end_statements(oa_db *db)
{
    for (int i = 0; db->walks > 0 && i < OA_STATEMENT_BUCKETS; i++) {
        for (oa_rows *rows = db->buckets[i]; rows != NULL; rows = rows->next) {
            if (rows->under_way) {
                (void)oa_rows_end(rows);
            }
        }
    }
}

bool oa_sqlite_settle(oa_db *db)
{
    end_statements(db);
    oa_db_rollback(db);
    db->pool = NULL;
    return !db->broken;
}

void oa_sqlite_unload(oa_db *db)
{
    sqlite3_db_release_memory(db->handle);
}

void oa_sqlite_close(oa_db *db)
{
    if (db == NULL) {
        return;
    }
    for (int i = 0; i < OA_STATEMENT_BUCKETS; i++) {
        for (oa_rows *rows = db->buckets[i], *next; rows != NULL; rows = next) {
            next = rows->next;
            free_statement(rows);
        }
    }
    sqlite3_close_v2(db->handle);
    free(db);
}
