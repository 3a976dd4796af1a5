/* SPDX-License-Identifier: Apache-2.0 */
/* The outbox as administrators see it: never a body, which may hold a link. */
#include "core/store/mail.h"

#include "core/admin/argument.h"
#include "core/admin/operations.h"

static oa_json *describe(const oa_call *call, const oa_mail *mail)
{
    oa_json *object = oa_json_object(call->pool);
    oa_json_set_text(object, "id", oa_id_format(OA_KIND_MAIL, mail->id, call->pool));
    oa_json_set_text(object, "template", mail->template);
    oa_json_set_text(object, "recipient", mail->recipient);
    oa_json_set_text(object, "subject", mail->subject);
    oa_json_set_text(object, "status", oa_mail_status_name(mail->status));
    oa_json_set_int(object, "tries", mail->tries);
    oa_json_set_text(object, "trouble", *mail->trouble != '\0' ? mail->trouble : NULL);
    oa_json_set_time(object, "created_at", mail->created_at);
    oa_json_set_time(object, "next_at", mail->status == OA_MAIL_WAITING ? mail->next_at : 0);
    oa_json_set_time(object, "sent_at", mail->sent_at);
    return object;
}

static oa_error *run_list(oa_call *call, oa_json **result)
{
    int64_t limit;
    oa_mail_status status = 0;
    apr_array_header_t *mails;
    oa_json *items = oa_json_array(call->pool);
    OA_TRY(oa_argument_limit(call, &limit));
    (void)oa_mail_status_parse(oa_argument(call, "status"), &status);
    OA_TRY(oa_mail_list(call->db, (int)status, oa_argument_after(call), limit + 1, &mails, call->pool));
    int count = mails->nelts > limit ? (int)limit : mails->nelts;
    for (int i = 0; i < count; i++) {
        oa_json_append(items, describe(call, APR_ARRAY_IDX(mails, i, const oa_mail *)));
    }
    *result = oa_page(call, items, mails->nelts > limit ? APR_ARRAY_IDX(mails, count - 1, const oa_mail *)->id : 0);
    return NULL;
}

const oa_operation oa_op_mail_list = {
    .name = "mail.list",
    .summary = "list mails, the newest first: what waits, was sent, was given up, and why",
    .scope = OA_SCOPE_SITE,
    .method = "GET",
    .path = "/v1/mails",
    .columns = "id template recipient status tries next_at sent_at trouble",
    .answers = "Mail*",
    .run = run_list,
    .parameters = OA_PARAMETERS{
        {"status", OA_TYPE_CHOICE, 0, "only those that are so", "WAITING SENT GIVEN_UP"},
        OA_P_LIMIT, OA_P_AFTER, OA_P_END}};

static oa_error *not_found(oa_call *call, const char *text)
{
    oa_error *error = oa_error_make(call->pool, OA_NOT_FOUND, "there is no mail \"%s\"", oa_quoted(text, call->pool));
    error->field = "mail";
    return error;
}

static oa_error *find(oa_call *call, const char *text, const oa_mail **mail)
{
    oa_id id;
    *mail = NULL;
    if (!oa_id_parse(OA_KIND_MAIL, text, &id)) {
        return not_found(call, text);
    }
    OA_TRY(oa_mail_find(call->db, id, mail, call->pool));
    return *mail != NULL ? NULL : not_found(call, text);
}

static oa_error *run_retry(oa_call *call, oa_json **result)
{
    const char *text = oa_argument(call, "mail");
    const oa_mail *mail = NULL;
    int64_t count = 0;
    if (text != NULL) {
        OA_TRY(find(call, text, &mail));
        call->target_id = mail->id;
        call->target_name = mail->recipient;
    }
    OA_TRY(oa_mail_retry(call->db, mail != NULL ? mail->id : 0, call->now, &count));
    if (mail != NULL && count == 0) {
        return oa_error_make(call->pool, OA_CONFLICT, "the mail was sent, or its link has expired: send another one");
    }
    *result = oa_json_object(call->pool);
    oa_json_set_int(*result, "due", count);
    oa_json_set_int(call->detail, "due", count);
    return NULL;
}

const oa_operation oa_op_mail_retry = {
    .name = "mail.retry",
    .summary = "make mails due now that wait or were given up, unless their links have expired",
    .scope = OA_SCOPE_SITE,
    .changes = true,
    .method = "POST",
    .path = "/v1/mails/retry /v1/mails/{mail}/retry",
    .columns = "due",
    .answers = "MailsDue",
    .run = run_retry,
    .parameters = OA_PARAMETERS{
        {"mail", OA_TYPE_TEXT, OA_POSITIONAL, "the mail, by id; else all of them", NULL}, OA_P_END}};
