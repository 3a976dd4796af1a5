/* SPDX-License-Identifier: Apache-2.0 */
/* orgauth mail send, orgauth maintain: what httpd does by itself, done now. */
#include "admin-cli/command.h"
#include "core/admin/upkeep.h"

#include <apr_strings.h>

static oa_error *no_dry_run(const oa_session *session)
{
    return session->dry_run ? oa_error_make(session->pool, OA_USAGE, "this command has no dry run") : NULL;
}

static void describe_mail(oa_json *object, const oa_outbox_report *report)
{
    oa_json_set_int(object, "sent", report->sent);
    oa_json_set_int(object, "failed", report->failed);
    oa_json_set_int(object, "given_up", report->given_up);
    oa_json_set_text(object, "trouble", report->trouble);
}

/* Beside its numbers, so that cron tells somebody. */
static oa_error *judge(const oa_session *session, const oa_outbox_report *report)
{
    return report->failed + report->given_up == 0
               ? NULL
               : oa_error_make(session->pool, OA_FAILED, "not all mails could be sent: see orgauth mail list");
}

static oa_error *run_send(oa_session *session, const oa_operation *row, oa_json *arguments, oa_json **result)
{
    oa_store *store;
    oa_outbox_report report;
    (void)row;
    (void)arguments;
    OA_TRY(no_dry_run(session));
    OA_TRY(oa_session_store(session, &store));
    OA_TRY(oa_outbox_send(store, 0, NULL, NULL, &report, session->pool));
    *result = oa_json_object(session->pool);
    describe_mail(*result, &report);
    return judge(session, &report);
}

static oa_error *run_maintain(oa_session *session, const oa_operation *row, oa_json *arguments, oa_json **result)
{
    oa_store *store;
    oa_upkeep_report report;
    const oa_upkeep how = {.sweep = true};
    (void)row;
    (void)arguments;
    OA_TRY(no_dry_run(session));
    OA_TRY(oa_session_store(session, &store));
    OA_TRY(oa_upkeep_run(store, &how, &report, session->pool));
    *result = oa_json_object(session->pool);
    oa_json_set_bool(*result, "busy", report.busy);
    oa_json_set_int(*result, "inactive", report.inactive);
    oa_json_set_int(*result, "invitations", report.invitations);
    oa_json_set_int(*result, "links", report.links);
    oa_json_set_int(*result, "sessions", report.sessions);
    oa_json_set_int(*result, "messages", report.messages);
    oa_json_set_int(*result, "notices", report.notices);
    describe_mail(*result, &report.mail);
    return judge(session, &report.mail);
}

static const oa_operation rows[] = {
    {.name = "mail.send", .summary = "send the mails that are due, now; httpd does so by itself"},
    {.name = "maintain",
     .summary = "do what httpd does by itself, for cron: INACTIVE users, what has expired, API messages, mails"}};

const oa_command oa_upkeep_commands[] = {{&rows[0], run_send, 0}, {&rows[1], run_maintain, 0}, {NULL, NULL, 0}};
