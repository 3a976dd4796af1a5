/* SPDX-License-Identifier: Apache-2.0 */
#include "core/store/check.h"

#include "core/store/audit.h"
#include "core/store/care.h"
#include "core/store/file.h"
#include "core/store/schema.h"
#include "core/store/secret.h"
#include "core/store/sqlite.h"

#include <apr_strings.h>

static void add_problem(oa_json *problems, const char *check, const char *detail, apr_pool_t *pool)
{
    oa_json *problem = oa_json_object(pool);
    oa_json_set_text(problem, "check", check);
    oa_json_set_text(problem, "detail", detail);
    oa_json_append(problems, problem);
}

/* Content ------------------------------------------------------------------------------------------------------- */

/* A statement whose every row is a problem, told by its first column. */
typedef struct inquiry_row {
    const char *check;
    const char *sql;
} inquiry_row;

/* Rows of `left` that `right` has not in just this way. */
#define UNEQUAL(what, left, right) "SELECT " what " FROM (SELECT * FROM " left " EXCEPT SELECT * FROM " right " LIMIT 20)"
#define LISTED_COLUMNS "org_id, id, role_id, status, email, name, last_login_at, expires_at, folded"
#define LISTED(left, right, words) \
    UNEQUAL("'the list of users of organization ' || org_id || " words " || id", "(SELECT " LISTED_COLUMNS " FROM " left ")", \
            "(SELECT " LISTED_COLUMNS " FROM " right ")")
#define BELOW(left, right, words) UNEQUAL("'organization ' || id || " words " || above_id", left, right)

/* The parts that the index has and those that it is made of, compared by a sum over all: control characters are in no part, and how one divides its
 * neighbours is the index's affair. */
#define WEIGHT(serial, part) \
    "((" serial " & 16777215) + 7) * (unicode(" part ") * 31 + COALESCE(unicode(substr(" part ", 2)) * 37, 1) + COALESCE(unicode(substr(" part ", 3)) * 41, 3)) % 1000003"
#define ODD "SELECT serial FROM listed_indexed WHERE folded GLOB '*[' || char(1) || '-' || char(31) || char(127) || ']*'"
#define SEEN "SELECT SUM(" WEIGHT("doc", "term") ") FROM listed_seen WHERE doc NOT IN (" ODD ")"
#define MEANT                                                                                                                           \
    "SELECT SUM(" WEIGHT("serial", "part") ") FROM (SELECT serial, substr(lower(folded), n, 3) AS part, lower(folded) AS folded, n"      \
    " FROM listed_indexed CROSS JOIN place WHERE n <= length(folded)) WHERE (n > length(folded) - 2 OR instr(folded, part) = n)"                \
    " AND serial NOT IN (" ODD ")"

static const inquiry_row inquiries[] = {
    {"integrity", "SELECT integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok' LIMIT 20"},
    {"references",
     "SELECT 'row ' || COALESCE(rowid, '?') || ' of ' || \"table\" || ' refers to a missing row of ' || parent"
     " FROM pragma_foreign_key_check LIMIT 20"},
    {"credential",
     "SELECT 'the decision row of key ' || s.key_id || ' is not what its sources say'"
     " FROM credential_source s LEFT JOIN credential c ON c.key_id = s.key_id"
     " WHERE c.key_id IS NULL OR (c.account_id, c.kind, c.verifier, c.expires_at, c.revoked_at, c.replaces, c.networks,"
     " c.email, c.account_status, c.last_seen, c.key_failures, c.org_id, c.org_slug, c.org_status, c.membership_status,"
     " c.reach, c.role, c.role_type, c.permissions, c.modules, c.apis, c.service_api) <> (s.account_id, s.kind,"
     " s.verifier, s.expires_at, s.revoked_at, s.replaces, s.networks, s.email, s.account_status, s.last_seen,"
     " s.key_failures, s.org_id, s.org_slug, s.org_status, s.membership_status, s.reach, s.role, s.role_type,"
     " s.permissions, s.modules, s.apis, s.service_api) LIMIT 20"},
    {"credential", "SELECT 'the decision row of key ' || c.key_id || ' has no source' FROM credential c"
                   " WHERE NOT EXISTS (SELECT 1 FROM credential_source s WHERE s.key_id = c.key_id) LIMIT 20"},
    {"listed", LISTED("listed_source", "listed", "' does not say what is so of '")},
    {"listed", LISTED("listed", "listed_source", "' says what is not so of '")},
    {"listed_part", "CREATE VIRTUAL TABLE IF NOT EXISTS temp.listed_seen USING fts5vocab (main, listed_part, instance)"},
    {"listed_part", "SELECT 'the index of parts of names is not what it is made of: INSERT INTO listed_part (listed_part) VALUES (''rebuild'')'"
                    " WHERE (" SEEN ") IS NOT (" MEANT ")"},
    {"web_api", "SELECT 'the Web API ' || w.id || ' does not count its users right' FROM web_api w JOIN web_api_users s ON s.id = w.id"
                " WHERE w.users <> s.users LIMIT 20"},
    {"org_below", BELOW("org_below_source", "org_below", "' is not known to be below '")},
    {"org_below", BELOW("org_below", "org_below_source", "' is not below '")},
};

/* The words of every event, in its organization and wherever. */
#define EVENT_WORDS                                                                                                                             \
    "(SELECT e.id AS event_id, CASE s.own WHEN 1 THEN e.org_id ELSE 0 END AS org_id, CAST(substr(w.value, 1, 1) AS INTEGER) AS part,"           \
    " substr(w.value, 2) AS text FROM audit_event e CROSS JOIN"                                                                                \
    " json_each(orgauth_event_words(e.actor_id, e.actor_name, e.action, e.target_id, e.target_name, e.detail)) w"                               \
    " CROSS JOIN (SELECT 0 AS own UNION ALL SELECT 1) s WHERE s.own = 0 OR e.org_id <> 0)"

/* What the trail is found by, once it is known itself. */
static const inquiry_row index_inquiries[] = {
    {"audit_find", "SELECT 'the event ' || m.event_id || ' is not found by ' || m.text FROM " EVENT_WORDS " m WHERE NOT EXISTS (SELECT 1 FROM audit_word w"
                   " JOIN audit_find f ON f.word_id = w.id WHERE w.org_id = m.org_id AND w.part = m.part AND w.text = m.text AND f.event_id = m.event_id) LIMIT 20"},
    {"audit_find", "SELECT 'the word ' || f.word_id || ' finds the event ' || f.event_id || ', and one of them is not there' FROM audit_find f"
                   " WHERE NOT EXISTS (SELECT 1 FROM audit_event e WHERE e.id = f.event_id) OR NOT EXISTS (SELECT 1 FROM audit_word w WHERE w.id = f.word_id) LIMIT 20"},
    {"audit_beginning", "SELECT 'the word ' || w.id || ' is not searched by ' || b.value FROM audit_word w CROSS JOIN json_each(orgauth_beginnings(w.text)) b"
                        " WHERE NOT EXISTS (SELECT 1 FROM audit_beginning a WHERE a.org_id = w.org_id AND a.text = b.value AND a.word_id = w.id) LIMIT 20"},
};

static oa_error *ask(oa_db *db, const inquiry_row *inquiry, oa_json *problems, apr_pool_t *pool)
{
    oa_rows *rows;
    OA_TRY(oa_db_select(db, &rows, inquiry->sql, ""));
    while (oa_rows_next(rows)) {
        add_problem(problems, inquiry->check, oa_rows_copy(rows, 0, pool), pool);
    }
    return oa_rows_end(rows);
}

/* A damaged file may break a question off: that is an answer, too. A lock or a defect of ours is not. */
static oa_error *as_problem(oa_error *error, const char *check, oa_json *problems, apr_pool_t *pool)
{
    if (error == NULL || error->code == OA_BUSY || error->code == OA_FAILED) {
        return error;
    }
    add_problem(problems, check, error->detail != NULL ? error->detail : error->message, pool);
    return NULL;
}

static oa_error *ask_all(oa_db *db, const inquiry_row *rows, size_t count, oa_json *problems, apr_pool_t *pool)
{
    for (size_t i = 0; i < count; i++) {
        OA_TRY(as_problem(ask(db, &rows[i], problems, pool), rows[i].check, problems, pool));
    }
    return NULL;
}

static oa_error *ask_trail(oa_db *db, const unsigned char *chain_key, oa_json *problems, int64_t *events,
                           apr_pool_t *pool)
{
    oa_id broken = 0;
    OA_TRY(oa_audit_verify(db, chain_key, events, &broken, pool));
    if (broken != 0) {
        add_problem(problems, "audit",
                    apr_psprintf(pool, "the trail is broken at %s", oa_id_format(OA_KIND_EVENT, broken, pool)), pool);
    }
    return NULL;
}

oa_error *oa_check_content(oa_db *db, const unsigned char chain_key[OA_SUBKEY_SIZE], oa_json *problems, int64_t *events,
                           apr_pool_t *pool)
{
    OA_TRY(ask_all(db, inquiries, sizeof inquiries / sizeof inquiries[0], problems, pool));
    OA_TRY(as_problem(ask_trail(db, chain_key, problems, events, pool), "audit", problems, pool));
    return ask_all(db, index_inquiries, sizeof index_inquiries / sizeof index_inquiries[0], problems, pool);
}

/* The command's check ------------------------------------------------------------------------------------------- */

static oa_error *check_open(oa_db *db, const char *secret_file, oa_json *problems, int64_t *events, apr_pool_t *pool)
{
    unsigned char master[OA_MASTER_SIZE], chain_key[OA_SUBKEY_SIZE];
    OA_TRY(oa_secret_read(secret_file, master, pool));
    oa_subkey_derive(master, OA_SUBKEY_AUDIT, chain_key);
    oa_wipe(master, sizeof master);
    oa_error *error = oa_check_content(db, chain_key, problems, events, pool);
    oa_wipe(chain_key, sizeof chain_key);
    return error;
}

oa_error *oa_store_check(const char *url, const char *secret_file, bool *sound, oa_json **result, apr_pool_t *pool)
{
    oa_db *db = NULL;
    const char *path;
    int64_t events = 0;
    oa_json *problems = oa_json_array(pool);
    OA_TRY(oa_crypto_start(pool));
    OA_TRY(oa_file_of_url(url, &path, pool));
    OA_TRY(oa_sqlite_open(path, OA_DB_CARE, &db, pool));
    oa_error *error = check_open(db, secret_file, problems, &events, pool);
    oa_sqlite_close(db);
    OA_TRY(error);
    *sound = oa_json_size(problems) == 0;
    *result = oa_json_object(pool);
    oa_json_set_text(*result, "path", path);
    oa_json_set_bool(*result, "sound", *sound);
    oa_json_set_int(*result, "events", events);
    oa_json_set(*result, "problems", problems);
    return NULL;
}
