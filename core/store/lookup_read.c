/* SPDX-License-Identifier: Apache-2.0 */
#include "core/store/lookup_read.h"

#include <apr_strings.h>

/* Forms ----------------------------------------------------------------------------------------------------- */

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static const size_t record_texts[] = {
    offsetof(oa_record, email),       offsetof(oa_record, org_slug),    offsetof(oa_record, role),
    offsetof(oa_record, permissions), offsetof(oa_record, modules),     offsetof(oa_record, networks),
    offsetof(oa_record, apis),        offsetof(oa_record, service_api), offsetof(oa_record, password),
};
const oa_flat_form oa_record_form = {sizeof(oa_record), offsetof(oa_record, email), record_texts,
                                     COUNT_OF(record_texts)};

static const size_t place_texts[] = {offsetof(oa_place, slug), offsetof(oa_place, above)};
const oa_flat_form oa_place_form = {sizeof(oa_place), sizeof(oa_place), place_texts, COUNT_OF(place_texts)};

static const size_t policy_texts[] = {
    offsetof(oa_policy, settings.site_public_url),
    offsetof(oa_policy, settings.site_name),
    offsetof(oa_policy, settings.mail_relay),
    offsetof(oa_policy, settings.mail_from),
    offsetof(oa_policy, settings.mail_user),
    offsetof(oa_policy, settings.mail_password_file),
    offsetof(oa_policy, admin_modules),
    offsetof(oa_policy, store_id),
};
const oa_flat_form oa_policy_form = {sizeof(oa_policy), offsetof(oa_policy, settings.site_public_url), policy_texts,
                                     COUNT_OF(policy_texts)};

static const size_t seat_texts[] = { offsetof(oa_seat, email) };
const oa_flat_form oa_seat_form = { sizeof(oa_seat), offsetof(oa_seat, email), seat_texts, COUNT_OF(seat_texts) };

/* Keys and logins ------------------------------------------------------------------------------------------- */

/* The change log's position, in the same statement as the row. */
#define POSITION "(SELECT seq FROM sqlite_sequence WHERE name = 'change_log')"

/* Columns of both. */
enum {
    AT,
    ACCOUNT,
    KEY,
    ORG,
    KIND,
    EXPIRES,
    REVOKED,
    REPLACES,
    ACCOUNT_STATUS,
    SEEN,
    PASSWORD_FAILURES,
    KEY_FAILURES,
    ORG_STATUS,
    MEMBERSHIP_STATUS,
    REACH,
    ROLE_TYPE,
    VERIFIER,
    EMAIL,
    SLUG,
    ROLE,
    PERMISSIONS,
    MODULES,
    NETWORKS,
    APIS,
    SERVICE_API,
    PASSWORD
};

static const char key_sql[] =
    "SELECT " POSITION
    ", account_id, key_id, org_id, kind, expires_at, revoked_at, replaces, account_status, last_seen, 0,"
    " key_failures, org_status, membership_status, reach, role_type, verifier, email, org_slug, role, permissions, "
    "modules,"
    " networks, apis, service_api, '' FROM credential WHERE key_id = $1";

/* `above` is the organization of the place and all over it; `held` the nearest membership that reaches down to the
 * place. One that was removed is none, and so is one of a suspended organization above. Role 1 is SuperAdmin: whoever
 * has it somewhere has it everywhere, as in credential_source. */
static const char login_sql[] =
    "WITH RECURSIVE"
    " who AS (SELECT * FROM account WHERE email = $1),"
    " above (id, parent_id, depth, status) AS ("
    "  SELECT o.id, o.parent_id, 0, o.status FROM organization o"
    "   WHERE o.id = (SELECT CASE WHEN $2 <> 0 THEN $2 ELSE home_org_id END FROM who)"
    "  UNION ALL"
    "  SELECT o.id, o.parent_id, a.depth + 1, o.status FROM above a JOIN organization o ON o.id = a.parent_id"
    "   WHERE a.depth < 64),"
    " held AS (SELECT m.org_id, m.account_id, m.role_id, m.status, m.reach"
    "   FROM above a JOIN membership m ON m.org_id = a.id AND m.account_id = (SELECT id FROM who)"
    "  WHERE m.status <> 3 AND (a.depth = 0 OR (m.reach = 2 AND a.status = 1)) ORDER BY a.depth LIMIT 1)"
    "SELECT " POSITION ", w.id, 0, o.id, 0, 0, 0, 0, w.status,"
    " CASE WHEN w.last_login_at > w.status_since THEN w.last_login_at ELSE w.status_since END,"
    " w.password_failures, w.key_failures, o.status,"
    " CASE WHEN site.id IS NOT NULL THEN 1 ELSE COALESCE(h.status, 0) END,"
    " CASE WHEN site.id IS NOT NULL THEN 2 ELSE COALESCE(h.reach, 1) END,"
    " COALESCE(site.type, r.type, 0), NULL, w.email, o.slug, COALESCE(site.name, r.name, ''),"
    " COALESCE(site.permissions, r.permissions, ''),"
    " COALESCE((SELECT group_concat(mm.module, ' ') FROM membership_module mm"
    "            WHERE mm.org_id = h.org_id AND mm.account_id = h.account_id), ''),"
    " '',"
    " COALESCE((SELECT group_concat(v.org_id || '/' || v.name, ' ') FROM attachment t JOIN web_api v ON v.id = t.api_id"
    "            WHERE t.account_id = w.id AND v.removed_at = 0), ''),"
    " COALESCE((SELECT v.name FROM web_api v WHERE v.service_account_id = w.id AND v.removed_at = 0), ''),"
    " COALESCE(w.password, '')"
    " FROM who w JOIN above p ON p.depth = 0 JOIN organization o ON o.id = p.id"
    " LEFT JOIN held h ON h.account_id = w.id LEFT JOIN role r ON r.id = h.role_id"
    " LEFT JOIN role site ON site.id = 1 AND EXISTS (SELECT 1 FROM membership s"
    "      WHERE s.account_id = w.id AND s.role_id = 1 AND s.status = 1)";

static void read_numbers(oa_rows *rows, oa_record *record)
{
    record->account_id = oa_rows_int(rows, ACCOUNT);
    record->key_id = oa_rows_int(rows, KEY);
    record->org_id = oa_rows_int(rows, ORG);
    record->key_kind = (int)oa_rows_int(rows, KIND);
    record->expires_at = oa_rows_int(rows, EXPIRES);
    record->revoked_at = oa_rows_int(rows, REVOKED);
    record->replaces = oa_rows_int(rows, REPLACES);
    record->account_status = (int)oa_rows_int(rows, ACCOUNT_STATUS);
    record->last_seen = oa_rows_int(rows, SEEN);
    record->password_failures = (int)oa_rows_int(rows, PASSWORD_FAILURES);
    record->key_failures = (int)oa_rows_int(rows, KEY_FAILURES);
    record->org_status = (int)oa_rows_int(rows, ORG_STATUS);
    record->membership_status = (int)oa_rows_int(rows, MEMBERSHIP_STATUS);
    record->reach = (int)oa_rows_int(rows, REACH);
    record->role_type = (int)oa_rows_int(rows, ROLE_TYPE);
}

static void read_texts(oa_rows *rows, oa_record *record, apr_pool_t *pool)
{
    record->email = oa_rows_copy(rows, EMAIL, pool);
    record->org_slug = oa_rows_copy(rows, SLUG, pool);
    record->role = oa_rows_copy(rows, ROLE, pool);
    record->permissions = oa_rows_copy(rows, PERMISSIONS, pool);
    record->modules = oa_rows_copy(rows, MODULES, pool);
    record->networks = oa_rows_copy(rows, NETWORKS, pool);
    record->apis = oa_rows_copy(rows, APIS, pool);
    record->service_api = oa_rows_copy(rows, SERVICE_API, pool);
    record->password = oa_rows_copy(rows, PASSWORD, pool);
}

/* A verifier of another size matches nothing: no digest is known to be zeros. */
static void read_verifier(oa_rows *rows, oa_record *record)
{
    size_t size;
    const void *verifier = oa_rows_blob(rows, VERIFIER, &size);

    if (size == sizeof(record->verifier)) {
        memcpy(record->verifier, verifier, size);
    }
}

static oa_error *read_record(oa_rows *rows, const void **found, oa_id *account, int64_t *position, apr_pool_t *pool)
{
    if (oa_rows_next(rows)) {
        oa_record *record = apr_pcalloc(pool, sizeof(*record));
        *position = oa_rows_int(rows, AT);
        read_numbers(rows, record);
        read_verifier(rows, record);
        read_texts(rows, record, pool);
        *found = record;
        *account = record->account_id;
    }
    return oa_rows_end(rows);
}

oa_error *oa_read_key(oa_db *db, const oa_sought *sought, const void **found, oa_id *account, int64_t *position,
                      apr_pool_t *pool)
{
    oa_rows *rows;

    OA_TRY(oa_db_select(db, &rows, key_sql, "i", (int64_t)sought->id));
    return read_record(rows, found, account, position, pool);
}

oa_error *oa_read_login(oa_db *db, const oa_sought *sought, const void **found, oa_id *account, int64_t *position,
                        apr_pool_t *pool)
{
    oa_rows *rows;

    OA_TRY(oa_db_select(db, &rows, login_sql, "ti", sought->name, (int64_t)sought->id));
    return read_record(rows, found, account, position, pool);
}

/* Sessions -------------------------------------------------------------------------------------------------- */

static const char session_sql[] =
    "SELECT " POSITION ", s.id, s.account_id, s.created_at, s.last_seen_at, s.expires_at, a.email"
    " FROM session s JOIN account a ON a.id = s.account_id WHERE s.digest = $1";

oa_error *oa_read_session(oa_db *db, const oa_sought *sought, const void **found, oa_id *account, int64_t *position,
                          apr_pool_t *pool)
{
    oa_rows *rows;

    OA_TRY(oa_db_select(db, &rows, session_sql, "b", (const void *)sought->digest, (size_t)OA_DIGEST_SIZE));
    if (oa_rows_next(rows)) {
        oa_seat *seat = apr_pcalloc(pool, sizeof(*seat));
        *position = oa_rows_int(rows, 0);
        seat->id = oa_rows_int(rows, 1);
        seat->account_id = *account = oa_rows_int(rows, 2);
        seat->created_at = oa_rows_int(rows, 3);
        seat->last_seen_at = oa_rows_int(rows, 4);
        seat->expires_at = oa_rows_int(rows, 5);
        seat->email = oa_rows_copy(rows, 6, pool);
        memcpy(seat->digest, sought->digest, OA_DIGEST_SIZE);
        *found = seat;
    }
    return oa_rows_end(rows);
}

/* Places ---------------------------------------------------------------------------------------------------- */

#define PLACE_SQL(condition)                                                                                           \
    "WITH RECURSIVE above (id, parent_id, depth) AS ("                                                                 \
    "  SELECT id, parent_id, 0 FROM organization WHERE " condition "  UNION ALL"                                       \
    "  SELECT o.id, o.parent_id, a.depth + 1 FROM above a JOIN organization o ON o.id = a.parent_id WHERE a.depth < "  \
    "64)"                                                                                                              \
    "SELECT " POSITION ", id, slug, status, COALESCE((SELECT group_concat(id, ' ') FROM"                               \
    "  (SELECT id FROM above WHERE depth > 0 ORDER BY depth)), '')"                                                    \
    " FROM organization WHERE " condition

static const char place_by_id_sql[] = PLACE_SQL("id = $1");
static const char place_by_slug_sql[] = PLACE_SQL("slug = $1");

static oa_error *select_place(oa_db *db, const oa_sought *sought, oa_rows **rows)
{
    if (sought->name != NULL) {
        return oa_db_select(db, rows, place_by_slug_sql, "t", sought->name);
    }
    return oa_db_select(db, rows, place_by_id_sql, "i", (int64_t)sought->id);
}

oa_error *oa_read_place(oa_db *db, const oa_sought *sought, const void **found, oa_id *account, int64_t *position,
                        apr_pool_t *pool)
{
    oa_rows *rows;

    *account = 0;
    OA_TRY(select_place(db, sought, &rows));
    if (oa_rows_next(rows)) {
        oa_place *place = apr_pcalloc(pool, sizeof(*place));
        *position = oa_rows_int(rows, 0);
        place->org_id = oa_rows_int(rows, 1);
        place->slug = oa_rows_copy(rows, 2, pool);
        place->status = (int)oa_rows_int(rows, 3);
        place->above = oa_rows_copy(rows, 4, pool);
        *found = place;
    }
    return oa_rows_end(rows);
}

/* Policy ---------------------------------------------------------------------------------------------------- */

/* A row that this program does not know is of a newer one and means nothing here. One that cannot be read is not
 * guessed at. */
static oa_error *read_setting(oa_rows *rows, oa_settings *settings, apr_pool_t *pool)
{
    const char *name = oa_rows_copy(rows, 0, pool);
    const oa_setting_row *row = oa_setting_find(name);
    oa_error *error = row == NULL ? NULL : row->parse(settings, row, oa_rows_copy(rows, 1, pool), pool);

    if (error == NULL) {
        return NULL;
    }
    return oa_error_detail(pool,
                           oa_error_make(pool, OA_UNAVAILABLE,
                                         "the setting %s in the store is not valid: "
                                         "set it with orgauth setting set",
                                         name),
                           "%s", error->message);
}

static oa_error *read_settings(oa_db *db, oa_settings *settings, apr_pool_t *pool)
{
    oa_rows *rows;
    oa_error *error = NULL;

    oa_settings_init(settings, pool);
    OA_TRY(oa_db_select(db, &rows, "SELECT name, value FROM setting", NULL));
    while (error == NULL && oa_rows_next(rows)) {
        error = read_setting(rows, settings, pool);
    }
    oa_error *ended = oa_rows_end(rows);
    return error != NULL ? error : ended;
}

static oa_error *read_admin_modules(oa_db *db, const char **modules, apr_pool_t *pool)
{
    oa_rows *rows;

    *modules = "";
    OA_TRY(oa_db_select(db, &rows,
                        "SELECT group_concat(name, ' ') FROM"
                        " (SELECT name FROM module WHERE admins_only = 1 ORDER BY name)",
                        NULL));
    if (oa_rows_next(rows)) {
        *modules = oa_rows_copy(rows, 0, pool);
    }
    return oa_rows_end(rows);
}

static oa_error *read_policy(oa_db *db, oa_policy *policy, int64_t *position, apr_pool_t *pool)
{
    OA_TRY(oa_db_int(db, position, 0, "SELECT seq FROM sqlite_sequence WHERE name = 'change_log'", NULL));
    OA_TRY(read_settings(db, &policy->settings, pool));
    OA_TRY(oa_store_id(db, &policy->store_id, pool));
    return read_admin_modules(db, &policy->admin_modules, pool);
}

/* The three statements see one state. */
oa_error *oa_read_policy(oa_db *db, const oa_sought *sought, const void **found, oa_id *account, int64_t *position,
                         apr_pool_t *pool)
{
    oa_policy *policy = apr_pcalloc(pool, sizeof(*policy));

    (void)sought;
    *account = 0;
    *found = policy;
    OA_TRY(oa_db_begin(db, false));
    oa_error *error = read_policy(db, policy, position, pool);
    oa_db_rollback(db);
    return error;
}
