/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A copy takes the place of the store.
 *
 * The copy is first brought beside the store under a name of its own, opened, brought to this program's schema, checked
 * and given a higher epoch. Then there are two ways. Into a store that can be opened, the pages are copied by SQLite
 * itself, in one transaction: running servers see one more commit, and no WAL of the old content is left that could be
 * played into the new. A store that is missing or cannot be read is moved aside together with its WAL and the WAL's
 * index, and the copy gets its name.
 */
#include "core/store/care.h"
#include "core/store/check.h"
#include "core/store/file.h"
#include "core/store/schema.h"
#include "core/store/secret.h"
#include "core/store/sqlite.h"

#include <apr_file_io.h>
#include <apr_strings.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* How far the change log is put ahead of the last position known: commits that come in between stay behind it. */
#define SEQ_MARGIN INT64_C(1000000)

typedef struct restoring {
    const char *path;
    const char *file;
    const char *secret_file;
    const char *name; /* of the copy beside the store */
    bool readable;    /* the present store can be asked */
    const char *store_id;
    int64_t epoch, seq; /* of the present store; of the clock where it cannot be asked */
    int uid, gid;
} restoring;

/* The present store --------------------------------------------------------------------------------------------- */

static oa_error *read_position(oa_db *db, const char **store_id, int64_t *epoch, int64_t *seq)
{
    oa_rows *rows;
    OA_TRY(oa_db_select(db, &rows, "SELECT value FROM store_meta WHERE name = 'store_id'", ""));
    *store_id = oa_rows_next(rows) ? oa_rows_copy(rows, 0, oa_db_pool(db)) : "";
    OA_TRY(oa_rows_end(rows));
    OA_TRY(oa_db_int(db, epoch, 0, "SELECT value FROM store_meta WHERE name = 'epoch'", ""));
    return oa_db_int(db, seq, 0, "SELECT seq FROM sqlite_sequence WHERE name = 'change_log'", "");
}

/* Seconds of the clock are ahead of any epoch that was counted up by one. */
static oa_error *ask_present(restoring *r, apr_pool_t *pool)
{
    oa_db *db = NULL;
    oa_error *error = oa_sqlite_open(r->path, OA_DB_CARE, &db, pool);
    if (error == NULL) {
        error = read_position(db, &r->store_id, &r->epoch, &r->seq);
    }
    oa_sqlite_close(db);
    if (error != NULL && error->code == OA_BUSY) {
        return error;
    }
    r->readable = error == NULL;
    if (!r->readable) {
        r->epoch = oa_clock_now() / OA_SECOND;
        r->seq = 0;
    }
    return NULL;
}

static void note_owner(restoring *r, apr_pool_t *pool)
{
    struct stat found;
    if (stat(r->path, &found) == 0 || stat(oa_file_directory(r->path, pool), &found) == 0) {
        r->uid = (int)found.st_uid;
        r->gid = (int)found.st_gid;
    }
}

/* The copy ------------------------------------------------------------------------------------------------------ */

static oa_error *copy_bytes(const char *from, const char *to, apr_pool_t *pool)
{
    apr_status_t status = apr_file_copy(from, to, APR_FPROT_UREAD | APR_FPROT_UWRITE, pool);
    if (status == APR_SUCCESS) {
        return NULL;
    }
    char reason[120];
    return oa_error_make(pool, OA_FAILED, "cannot copy %s: %s", from, apr_strerror(status, reason, sizeof reason));
}

static oa_error *refuse(const restoring *r, const char *why, apr_pool_t *pool)
{
    return oa_error_make(pool, OA_CONFLICT, "%s %s", r->file, why);
}

/* Told by its first octets before anything is done with it: what SQLite says later reads as if the present store were at fault. */
static oa_error *check_format(const restoring *r, apr_pool_t *pool)
{
    static const char format[16] = "SQLite format 3";
    char found[sizeof format] = "";
    int file = open(r->file, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return oa_error_make(pool, OA_FAILED, "cannot open %s: %s", r->file, strerror(errno));
    }
    bool is_one = read(file, found, sizeof found) == (ssize_t)sizeof found && memcmp(found, format, sizeof format) == 0;
    close(file);
    return is_one ? NULL : refuse(r, "is not a copy of a store", pool);
}

/* With its WAL, if it was copied with one. */
static oa_error *bring_beside(restoring *r, apr_pool_t *pool)
{
    const char *wal = apr_pstrcat(pool, r->file, "-wal", NULL);
    OA_TRY(oa_file_make_beside(r->path, &r->name, pool));
    OA_TRY(copy_bytes(r->file, r->name, pool));
    return oa_file_size(wal) > 0 ? copy_bytes(wal, apr_pstrcat(pool, r->name, "-wal", NULL), pool) : NULL;
}

static oa_error *check_kind(oa_db *db, const restoring *r, apr_pool_t *pool)
{
    int64_t id = 0;
    const char *store_id;
    int64_t epoch, seq;
    OA_TRY(oa_db_int(db, &id, 0, "PRAGMA application_id", ""));
    if (id != OA_APPLICATION_ID) {
        return refuse(r, "is not a copy of a store", pool);
    }
    OA_TRY(read_position(db, &store_id, &epoch, &seq));
    if (r->readable && strcmp(store_id, r->store_id) != 0) {
        return refuse(r, "is a copy of another store: move the present one away first", pool);
    }
    return NULL;
}

static oa_error *check_sound(oa_db *db, const restoring *r, apr_pool_t *pool)
{
    unsigned char master[OA_MASTER_SIZE], chain_key[OA_SUBKEY_SIZE];
    oa_json *problems = oa_json_array(pool);
    int64_t events;
    OA_TRY(oa_secret_read(r->secret_file, master, pool));
    oa_subkey_derive(master, OA_SUBKEY_AUDIT, chain_key);
    oa_wipe(master, sizeof master);
    oa_error *error = oa_check_content(db, chain_key, problems, &events, pool);
    oa_wipe(chain_key, sizeof chain_key);
    OA_TRY(error);
    if (oa_json_size(problems) == 0) {
        return NULL;
    }
    const oa_json *first = oa_json_at(problems, 0);
    return oa_error_detail(pool,
                           refuse(r,
                                  apr_psprintf(pool,
                                               "is not sound (%s: %s); if its audit trail alone is at fault, it "
                                               "was made under another secret",
                                               oa_json_get_text(first, "check"), oa_json_get_text(first, "detail")),
                                  pool),
                           "%s", oa_json_format(problems, false, pool));
}

static int64_t greater(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* Epoch and change log go on from whatever anybody has seen; reservations of the past are void. */
static oa_error *stamp_within(oa_db *db, const restoring *r, apr_pool_t *pool)
{
    const char *store_id;
    int64_t epoch, seq;
    OA_TRY(read_position(db, &store_id, &epoch, &seq));
    epoch = greater(epoch, r->epoch) + 1;
    seq = greater(seq, r->seq) + SEQ_MARGIN;
    OA_TRY(oa_db_run(db, NULL, "UPDATE store_meta SET value = $1 WHERE name = 'epoch'", "t",
                     apr_psprintf(pool, "%" APR_INT64_T_FMT, (apr_int64_t)epoch)));
    OA_TRY(oa_db_run(db, NULL, "DELETE FROM attempt", ""));
    OA_TRY(oa_db_run(db, NULL, "DELETE FROM change_log", ""));
    OA_TRY(oa_db_run(db, NULL, "UPDATE sqlite_sequence SET seq = $1 WHERE name = 'change_log'", "i", seq));
    return oa_db_run(db, NULL, "INSERT INTO change_log (account_id) VALUES (NULL)", "");
}

static oa_error *stamp(oa_db *db, const restoring *r, apr_pool_t *pool)
{
    OA_TRY(oa_db_begin(db, true));
    return oa_db_end(db, stamp_within(db, r, pool));
}

static oa_error *prepare(oa_db *db, const restoring *r, apr_pool_t *pool)
{
    int64_t from, to;
    OA_TRY(check_kind(db, r, pool));
    OA_TRY(oa_schema_raise(db, oa_schema_sqlite, &from, &to));
    OA_TRY(check_sound(db, r, pool));
    OA_TRY(stamp(db, r, pool));
    return oa_sqlite_script(db, "PRAGMA wal_checkpoint(TRUNCATE)");
}

/* What says "the store" means the copy here, and its remedies would be for the present store. */
static oa_error *name_copy(const restoring *r, const oa_error *error, apr_pool_t *pool)
{
    return oa_error_make(pool, error->code, "%s cannot be taken: %s", r->file,
                         error->detail != NULL ? error->detail : error->message);
}

static oa_error *prepare_copy(const restoring *r, apr_pool_t *pool)
{
    oa_db *db = NULL;
    oa_error *error = oa_sqlite_open_private(r->name, true, &db, pool);
    if (error == NULL) {
        error = prepare(db, r, pool);
    }
    oa_sqlite_close(db);
    return error != NULL && error->code == OA_UNAVAILABLE ? name_copy(r, error, pool) : error;
}

/* Taking the place ---------------------------------------------------------------------------------------------- */

static oa_error *copy_into_store(const restoring *r, apr_pool_t *pool)
{
    oa_db *from = NULL, *to = NULL;
    OA_TRY(oa_sqlite_open_private(r->name, true, &from, pool));
    oa_error *error = oa_sqlite_open(r->path, OA_DB_CARE, &to, pool);
    if (error == NULL) {
        error = oa_sqlite_copy(to, from);
    }
    oa_sqlite_close(to);
    oa_sqlite_close(from);
    return error;
}

static oa_error *move_aside(const char *path, const char *suffix, oa_time now, apr_pool_t *pool)
{
    const char *from = apr_pstrcat(pool, path, suffix, NULL);
    const char *to = apr_psprintf(pool, "%s.damaged-%" APR_INT64_T_FMT "%s", path, (apr_int64_t)now, suffix);
    if (oa_file_exists(from) && rename(from, to) != 0) {
        return oa_file_error("cannot move aside", from, pool);
    }
    return NULL;
}

/* The file goes first: from then on nobody opens its WAL by name. */
static oa_error *take_name(const restoring *r, apr_pool_t *pool)
{
    oa_time now = oa_clock_now();
    OA_TRY(oa_file_finish(r->name, r->uid, r->gid, pool));
    OA_TRY(move_aside(r->path, "", now, pool));
    OA_TRY(move_aside(r->path, "-wal", now, pool));
    OA_TRY(move_aside(r->path, "-shm", now, pool));
    OA_TRY(move_aside(r->path, "-journal", now, pool));
    return oa_file_place(r->name, r->path, false, pool);
}

static oa_error *place(const restoring *r, apr_pool_t *pool)
{
    if (!r->readable) {
        return take_name(r, pool);
    }
    oa_error *error = copy_into_store(r, pool);
    return error != NULL && error->code == OA_UNAVAILABLE ? take_name(r, pool) : error;
}

static oa_error *check_file(const restoring *r, apr_pool_t *pool)
{
    struct stat copy, present;
    if (stat(r->file, &copy) != 0 || !S_ISREG(copy.st_mode)) {
        return oa_error_field(pool, "file", "%s is no file that can be read", r->file);
    }
    if (stat(r->path, &present) == 0 && present.st_ino == copy.st_ino && present.st_dev == copy.st_dev) {
        return oa_error_field(pool, "file", "%s is the store itself", r->file);
    }
    return check_format(r, pool);
}

oa_error *oa_store_restore(const char *url, const char *secret_file, const char *file, apr_pool_t *pool)
{
    restoring r = {.secret_file = secret_file, .uid = -1, .gid = -1};
    OA_TRY(oa_crypto_start(pool));
    OA_TRY(oa_file_of_url(url, &r.path, pool));
    OA_TRY(oa_file_of_url(file, &r.file, pool));
    OA_TRY(check_file(&r, pool));
    OA_TRY(ask_present(&r, pool));
    note_owner(&r, pool);
    oa_error *error = bring_beside(&r, pool);
    if (error == NULL) {
        error = prepare_copy(&r, pool);
    }
    if (error == NULL) {
        error = place(&r, pool);
    }
    if (r.name != NULL) {
        oa_file_remove(r.name, pool);
    }
    return error;
}
