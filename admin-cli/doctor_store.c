/* SPDX-License-Identifier: Apache-2.0 */
/* What is inside the store: schema, log, reservations, settings; and the SQLite that reads it. */
#include "admin-cli/doctor.h"
#include "admin-cli/command.h"
#include "core/store/care.h"

#include <apr_strings.h>

enum { WAL_LARGE = 256 * 1024 * 1024 };

static void examine_sqlite(oa_doctor *doctor)
{
    if (oa_sqlite_has_wal_reset_bug()) {
        oa_finding(
            doctor, OA_HEALTH_WARNING, "sqlite",
            "no program but httpd and orgauth should write to the store or checkpoint it; SQLite 3.51.3 has it mended",
            "SQLite %s has the WAL-reset fault; orgauth and the module work around it", oa_sqlite_version());
    } else {
        oa_finding(doctor, OA_HEALTH_OK, "sqlite", NULL, "SQLite %s", oa_sqlite_version());
    }
}

static void examine_schema(oa_doctor *doctor, int64_t version, int64_t newest)
{
    if (version == newest) {
        oa_finding(doctor, OA_HEALTH_OK, "schema", NULL, "version %ld", (long)version);
        return;
    }
    oa_finding(doctor, OA_HEALTH_PROBLEM, "schema",
               version < newest ? "orgauth store migrate" : "install the newer mod_orgauth",
               "the store has version %ld of the schema, and this program knows %ld", (long)version, (long)newest);
}

static void examine_status(oa_doctor *doctor, const oa_json *status)
{
    int64_t wal = oa_json_get_int(status, "wal_size"), attempts = oa_json_get_int(status, "attempts");
    examine_schema(doctor, oa_json_get_int(status, "schema_version"), oa_json_get_int(status, "schema_newest"));
    if (wal > WAL_LARGE) {
        oa_finding(doctor, OA_HEALTH_WARNING, "log",
                   "orgauth store checkpoint; look for a program that keeps the store open for reading",
                   "the write-ahead log has grown to %ld MiB", (long)(wal >> 20));
    }
    oa_finding(doctor, OA_HEALTH_OK, "attempts", NULL, "%ld password checks are under way", (long)attempts);
}

void oa_examine_store(oa_doctor *doctor)
{
    oa_json *status = NULL;
    examine_sqlite(doctor);
    if (oa_session_store_exists(doctor->session) != NULL) {
        return;
    }
    oa_error *error = oa_store_status(doctor->session->store_url, doctor->session->secret_file, &status, doctor->pool);
    if (error != NULL) {
        oa_finding(doctor, OA_HEALTH_PROBLEM, "schema", "as it says; then orgauth store check", "%s", error->message);
        return;
    }
    examine_status(doctor, status);
}

/* Settings without which mails cannot go out, or hold no link. */
static const char *const wanted_settings[][2] = {{"site.public_url", "links in mails cannot be made"},
                                                 {"mail.relay", "no mail is sent"}};

static const oa_json *find_setting(const oa_json *items, const char *name)
{
    for (size_t i = 0; i < oa_json_size(items); i++) {
        const char *found = oa_json_get_text(oa_json_at(items, i), "name");
        if (found != NULL && strcmp(found, name) == 0) {
            return oa_json_at(items, i);
        }
    }
    return NULL;
}

static void examine_setting(oa_doctor *doctor, const oa_json *items, const char *name, const char *consequence)
{
    const oa_json *setting = find_setting(items, name);
    const char *value = setting != NULL ? oa_json_get_text(setting, "value") : NULL;
    if (value == NULL || *value == '\0') {
        oa_finding(doctor, OA_HEALTH_WARNING, "setting",
                   apr_psprintf(doctor->pool, "orgauth setting set %s VALUE", name), "%s is not set: %s", name,
                   consequence);
    } else {
        oa_finding(doctor, OA_HEALTH_OK, "setting", NULL, "%s is %s", name, value);
    }
}

void oa_examine_settings(oa_doctor *doctor)
{
    const oa_operation *row = oa_operation_find("setting.list");
    oa_json *settings = NULL;
    if (row == NULL || oa_session_store_exists(doctor->session) != NULL) {
        return;
    }
    oa_error *error = oa_command_perform(doctor->session, row, oa_json_object(doctor->pool), &settings);
    if (error != NULL) {
        oa_finding(doctor, OA_HEALTH_PROBLEM, "setting", "as it says; then orgauth store check", "%s", error->message);
        return;
    }
    for (size_t i = 0; i < sizeof wanted_settings / sizeof wanted_settings[0]; i++) {
        examine_setting(doctor, oa_json_get(settings, "items"), wanted_settings[i][0], wanted_settings[i][1]);
    }
}
