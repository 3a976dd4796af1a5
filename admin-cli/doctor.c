/* SPDX-License-Identifier: Apache-2.0 */
/* orgauth doctor: what is wrong, and how to mend it. */
#include "admin-cli/doctor.h"
#include "admin-cli/command.h"
#include "admin-cli/visible.h"

#include <apr_strings.h>
#include <stdarg.h>

static const char *const health_names[] = {
    [OA_HEALTH_OK] = "ok", [OA_HEALTH_WARNING] = "warning", [OA_HEALTH_PROBLEM] = "problem"};

void oa_finding(oa_doctor *doctor, oa_health health, const char *check, const char *remedy, const char *format, ...)
{
    oa_json *finding = oa_json_object(doctor->pool);
    va_list arguments;
    va_start(arguments, format);
    const char *message = apr_pvsprintf(doctor->pool, format, arguments);
    va_end(arguments);
    oa_json_set_text(finding, "result", health_names[health]);
    oa_json_set_text(finding, "check", check);
    oa_json_set_text(finding, "message", message);
    oa_json_set_text(finding, "remedy", remedy);
    oa_json_append(doctor->findings, finding);
    doctor->counts[health]++;
}

/* For people: a line for what was found, and below it what mends it. */
static void print(const oa_doctor *doctor)
{
    for (size_t i = 0; i < oa_json_size(doctor->findings); i++) {
        const oa_json *finding = oa_json_at(doctor->findings, i);
        const char *remedy = oa_json_get_text(finding, "remedy");
        printf("%-8s %-14s %s\n", oa_json_get_text(finding, "result"), oa_json_get_text(finding, "check"),
               oa_visible(oa_json_get_text(finding, "message"), "", doctor->pool));
        if (remedy != NULL) {
            printf("%23s -> %s\n", "", oa_visible(remedy, "", doctor->pool));
        }
    }
}

static void (*const examinations[])(oa_doctor *doctor) = {oa_examine_httpd, oa_examine_files, oa_examine_access,
                                                          oa_examine_store, oa_examine_settings};

static oa_error *run_doctor(oa_session *session, const oa_operation *row, oa_json *arguments, oa_json **result)
{
    oa_doctor doctor = {.session = session,
                        .findings = oa_json_array(session->pool),
                        .httpd = oa_json_get_text(arguments, "httpd"),
                        .pool = session->pool};
    (void)row;
    for (size_t i = 0; i < sizeof examinations / sizeof examinations[0]; i++) {
        examinations[i](&doctor);
    }
    if (session->output == OA_OUTPUT_TABLE) {
        print(&doctor);
    } else {
        *result = oa_json_object(session->pool);
        oa_json_set(*result, "items", doctor.findings);
        oa_json_set_text(*result, "next", NULL);
    }
    size_t problems = doctor.counts[OA_HEALTH_PROBLEM];
    return problems == 0 ? NULL
                         : oa_error_make(session->pool, OA_FAILED, "problems found: %lu", (unsigned long)problems);
}

static const oa_parameter parameters[] = {
    {"httpd", OA_TYPE_TEXT, 0, "the program that controls httpd: apache2ctl, apachectl, httpd", "where it usually is"},
    {NULL, OA_TYPE_TEXT, 0, NULL, NULL}};

static const oa_operation rows[] = {{.name = "doctor",
                                     .summary = "look for what is wrong with files, schema, SQLite, httpd and "
                                                "settings, and say how to mend it; exit 1 on a problem",
                                     .columns = "result check message remedy",
                                     .parameters = parameters}};

const oa_command oa_doctor_commands[] = {{&rows[0], run_doctor, 0}, {NULL, NULL, 0}};
