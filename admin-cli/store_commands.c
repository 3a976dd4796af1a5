/* SPDX-License-Identifier: Apache-2.0 */
/* orgauth store …: the store as a file that somebody looks after. */
#include "admin-cli/command.h"
#include "admin-cli/owner.h"
#include "admin-cli/visible.h"
#include "core/store/care.h"

#include <unistd.h>

static oa_error *no_dry_run(const oa_session *session)
{
    return session->dry_run ? oa_error_make(session->pool, OA_USAGE, "this command has no dry run") : NULL;
}

/* The WAL comes and goes beside the store. */
static void warn_of_directory(const oa_session *session, int uid, int gid)
{
    const char *directory = oa_session_store_directory(session), *owner = oa_owner_name(uid, session->pool);
    if (!oa_owner_reaches(uid, gid, directory, W_OK | X_OK, session->pool)) {
        oa_say(session->pool, "%s may not make files in %s, which takes the store from httpd: chown %s: %s", owner, directory,
               owner, directory);
    }
}

static oa_error *run_init(oa_session *session, const oa_operation *row, oa_json *arguments, oa_json **result)
{
    int uid, gid;
    (void)row;
    OA_TRY(no_dry_run(session));
    OA_TRY(oa_owner_find(oa_json_get_text(arguments, "owner"), &uid, &gid, session->pool));
    OA_TRY(oa_store_init(session->store_url, session->secret_file, uid, gid, session->pool));
    if (uid >= 0) {
        warn_of_directory(session, uid, gid);
    }
    *result = oa_json_object(session->pool);
    oa_json_set_text(*result, "store", session->store_url);
    oa_json_set_text(*result, "secret_file", session->secret_file);
    oa_json_set_text(*result, "owner", oa_owner_name(uid < 0 ? (int)geteuid() : uid, session->pool));
    return NULL;
}

static oa_error *run_status(oa_session *session, const oa_operation *row, oa_json *arguments, oa_json **result)
{
    (void)row;
    (void)arguments;
    OA_TRY(oa_session_store_exists(session));
    return oa_store_status(session->store_url, session->secret_file, result, session->pool);
}

static oa_error *run_check(oa_session *session, const oa_operation *row, oa_json *arguments, oa_json **result)
{
    bool sound = false;
    (void)row;
    (void)arguments;
    OA_TRY(oa_session_store_exists(session));
    OA_TRY(oa_store_check(session->store_url, session->secret_file, &sound, result, session->pool));
    return sound ? NULL
                 : oa_error_make(session->pool, OA_FAILED,
                                 "the store is not sound; bring back a backup: orgauth store restore FILE");
}

static oa_error *run_checkpoint(oa_session *session, const oa_operation *row, oa_json *arguments, oa_json **result)
{
    oa_store *store;
    int64_t pages = 0;
    (void)row;
    (void)arguments;
    OA_TRY(no_dry_run(session));
    OA_TRY(oa_session_store(session, &store));
    OA_TRY(oa_store_checkpoint(store, &pages, session->pool));
    *result = oa_json_object(session->pool);
    oa_json_set_int(*result, "pages_left", pages);
    return NULL;
}

static oa_error *run_migrate(oa_session *session, const oa_operation *row, oa_json *arguments, oa_json **result)
{
    int64_t from = 0, to = 0;
    (void)row;
    (void)arguments;
    OA_TRY(no_dry_run(session));
    OA_TRY(oa_session_store_exists(session));
    OA_TRY(oa_store_migrate(session->store_url, &from, &to, session->pool));
    *result = oa_json_object(session->pool);
    oa_json_set_int(*result, "from", from);
    oa_json_set_int(*result, "to", to);
    return NULL;
}

static void set_file(oa_session *session, const char *file, oa_json **result)
{
    *result = oa_json_object(session->pool);
    oa_json_set_text(*result, "store", session->store_url);
    oa_json_set_text(*result, "file", file);
}

static oa_error *run_backup(oa_session *session, const oa_operation *row, oa_json *arguments, oa_json **result)
{
    const char *file = oa_json_get_text(arguments, "file");
    (void)row;
    OA_TRY(no_dry_run(session));
    OA_TRY(oa_session_store_exists(session));
    OA_TRY(oa_store_backup(session->store_url, file, session->pool));
    set_file(session, file, result);
    oa_say(session->pool, "the copy is of no use without the master secret %s: keep that too, elsewhere",
           session->secret_file);
    return NULL;
}

static oa_error *run_restore(oa_session *session, const oa_operation *row, oa_json *arguments, oa_json **result)
{
    const char *file = oa_json_get_text(arguments, "file");
    (void)row;
    OA_TRY(no_dry_run(session));
    OA_TRY(oa_store_restore(session->store_url, session->secret_file, file, session->pool));
    set_file(session, file, result);
    oa_say(session->pool,
           "what was revoked or banned since that copy was made is in force again; look through: orgauth audit list");
    return NULL;
}

static const oa_parameter init_parameters[] = {
    {"owner", OA_TYPE_TEXT, 0, "USER[:GROUP] that the files belong to; only root can say it", "the user httpd runs as"},
    {NULL, OA_TYPE_TEXT, 0, NULL, NULL}};
static const oa_parameter backup_parameters[] = {
    {"file", OA_TYPE_TEXT, OA_REQUIRED | OA_POSITIONAL, "where the copy goes; never over a file that is there", NULL},
    {NULL, OA_TYPE_TEXT, 0, NULL, NULL}};
static const oa_parameter restore_parameters[] = {
    {"file", OA_TYPE_TEXT, OA_REQUIRED | OA_POSITIONAL, "a copy that store backup made", NULL},
    {NULL, OA_TYPE_TEXT, 0, NULL, NULL}};

static const oa_operation rows[] = {
    {.name = "store.init", .summary = "make the master secret and an empty store", .parameters = init_parameters},
    {.name = "store.status", .summary = "show size, versions and counts"},
    {.name = "store.check",
     .summary = "check integrity, references, decision rows and the audit chain; exit 1 where something is wrong"},
    {.name = "store.checkpoint", .summary = "write the write-ahead log back into the store"},
    {.name = "store.migrate", .summary = "bring the schema to the version of this program"},
    {.name = "store.backup",
     .summary = "make a consistent copy while the store is in use",
     .parameters = backup_parameters},
    {.name = "store.restore",
     .summary = "put a copy in the place of the store, also while servers run",
     .parameters = restore_parameters}};

const oa_command oa_store_commands[] = {{&rows[0], run_init, 0},
                                        {&rows[1], run_status, 0},
                                        {&rows[2], run_check, 0},
                                        {&rows[3], run_checkpoint, 0},
                                        {&rows[4], run_migrate, 0},
                                        {&rows[5], run_backup, 0},
                                        {&rows[6], run_restore, OA_COMMAND_ASKS},
                                        {NULL, NULL, 0}};
