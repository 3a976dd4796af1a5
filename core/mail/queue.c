/* SPDX-License-Identifier: Apache-2.0 */
#include "core/mail/mail.h"

#include "core/mail/message.h"
#include "core/mail/template.h"
#include "core/store/mail.h"

#include <apr_strings.h>

const char *oa_mail_state_name(oa_mail_state state)
{
    return state == OA_MAIL_QUEUED ? "queued" : "not_configured";
}

bool oa_mail_is_configured(const oa_settings *settings)
{
    return settings->site_public_url != NULL && settings->mail_relay != NULL;
}

/* The host of the site's URL, without port. */
static const char *site_host(const oa_settings *settings, apr_pool_t *pool)
{
    const char *host = strstr(settings->site_public_url, "://") + 3;
    size_t size = *host == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":/");
    return apr_pstrmemdup(pool, host, size);
}

/* A host that is an address makes no mail domain: localhost then. */
const char *oa_mail_sender(const oa_settings *settings, apr_pool_t *pool)
{
    if (settings->mail_from != NULL) {
        return settings->mail_from;
    }
    const char *host = site_host(settings, pool);
    char last = host[strlen(host) - 1];
    bool is_name = (last >= 'a' && last <= 'z') || (last >= 'A' && last <= 'Z');
    return apr_pstrcat(pool, "orgauth@", is_name ? host : "localhost", NULL);
}

static bool copy_member(void *facts, const char *name, const oa_json *value)
{
    const char *text = oa_json_text(value);
    if (text != NULL && strcmp(name, "token") != 0) {
        oa_json_set_text(facts, name, text);
    }
    return true;
}

/* "2026-11-23 14:05 UTC" */
static const char *for_people(const char *time, apr_pool_t *pool)
{
    oa_time parsed;
    if (time == NULL || !oa_time_parse(time, &parsed)) {
        return time;
    }
    char spelled[OA_TIME_SIZE];
    oa_time_write(parsed, spelled);
    return apr_psprintf(pool, "%.10s %.5s UTC", spelled, spelled + 11);
}

/* What stands where a caller has nothing to say: the local operator invites, or somebody from outside without a role. */
static void fill_gaps(oa_json *facts)
{
    static const char *const gaps[][2] = {{"inviter", "An administrator"}, {"role", "guest"}};
    for (size_t i = 0; i < sizeof gaps / sizeof gaps[0]; i++) {
        const char *given = oa_json_get_text(facts, gaps[i][0]);
        if (given == NULL || *given == '\0') {
            oa_json_set_text(facts, gaps[i][0], gaps[i][1]);
        }
    }
}

/* The caller's facts, and what every template may use. Links are made of the configured URL alone. */
static oa_json *all_facts(const oa_settings *settings, const oa_template *row, const char *recipient,
                          const oa_json *given, apr_pool_t *pool)
{
    oa_json *facts = oa_json_object(pool);
    const char *token = oa_json_get_text(given, "token");
    oa_json_each(given, copy_member, facts);
    fill_gaps(facts);
    oa_json_set_text(facts, "site",
                     settings->site_name != NULL ? settings->site_name : site_host(settings, pool));
    oa_json_set_text(facts, "site_url", settings->site_public_url);
    oa_json_set_text(facts, "recipient", recipient);
    oa_json_set_text(facts, "expires", for_people(oa_json_get_text(given, "expires_at"), pool));
    oa_json_set_text(facts, "at", for_people(oa_json_get_text(given, "at"), pool));
    if (row->link != NULL && token != NULL) {
        oa_json_set_text(facts, "link", apr_pstrcat(pool, settings->site_public_url, row->link, token, NULL));
    }
    return facts;
}

static oa_error *compose(const oa_settings *settings, const oa_template *row, const char *recipient,
                         const oa_json *given, oa_mail *mail, apr_pool_t *pool)
{
    const oa_json *facts = all_facts(settings, row, recipient, given, pool);
    const oa_template loaded = oa_template_load(row, OA_TEMPLATES_DEFAULT, pool);
    const oa_filled filled = oa_template_fill(&loaded, facts, pool);
    const oa_message message = {.from_name = oa_json_get_text(facts, "site"),
                                .from = oa_mail_sender(settings, pool),
                                .to = recipient,
                                .subject = filled.subject,
                                .text = filled.text,
                                .html = filled.html,
                                .at = mail->created_at};
    mail->subject = filled.subject;
    return oa_message_write(&message, &mail->body, &mail->body_size, pool);
}

/* A sealed body begins with a NUL, which no message does. */
enum { SEALED = '\0' };

static const char *id_of(const oa_mail *mail, apr_pool_t *pool)
{
    return oa_id_format(OA_KIND_MAIL, mail->id, pool);
}

static void seal(oa_mail *mail, const unsigned char key[OA_SUBKEY_SIZE], apr_pool_t *pool)
{
    char *sealed = apr_palloc(pool, 1 + mail->body_size + OA_SEAL_EXTRA);
    sealed[0] = SEALED;
    oa_seal(key, id_of(mail, pool), mail->body, mail->body_size, (unsigned char *)sealed + 1);
    mail->body = sealed;
    mail->body_size += 1 + OA_SEAL_EXTRA;
}

bool oa_mail_unseal(const oa_mail *mail, const unsigned char key[OA_SUBKEY_SIZE], const char **body, size_t *size, apr_pool_t *pool)
{
    *body = mail->body;
    *size = mail->body_size;
    if (mail->body_size == 0 || mail->body[0] != SEALED) {
        return true;
    }
    if (mail->body_size <= 1 + OA_SEAL_EXTRA) {
        return false;
    }
    *size = mail->body_size - 1 - OA_SEAL_EXTRA;
    unsigned char *plain = oa_secret_make(NULL, *size, pool)->bytes;
    *body = (char *)plain;
    return oa_unseal(key, id_of(mail, pool), mail->body + 1, mail->body_size - 1, plain);
}

oa_error *oa_mail_queue(oa_db *db, const unsigned char key[OA_SUBKEY_SIZE], const oa_settings *settings, const char *template,
                        const char *recipient, const oa_json *facts, oa_time now, oa_mail_state *state)
{
    apr_pool_t *pool = oa_db_pool(db);
    const oa_template *row = oa_template_find(template);
    oa_mail mail = {.id = oa_id_make(now), .template = template, .recipient = recipient, .created_at = now};
    *state = OA_MAIL_NOT_CONFIGURED;
    if (!oa_mail_is_configured(settings)) {
        return NULL;
    }
    if (row == NULL) {
        return oa_error_make(pool, OA_FAILED, "there is no mail template \"%s\"", template);
    }
    const char *end = oa_json_get_text(facts, "expires_at");
    if (row->link != NULL && (end == NULL || !oa_time_parse(end, &mail.dead_at))) {
        return oa_error_make(pool, OA_FAILED, "a mail with a link must say when it expires");
    }
    mail.give_up_at = oa_mail_give_up_at(now, mail.dead_at);
    OA_TRY(compose(settings, row, recipient, facts, &mail, pool));
    if (key != NULL) {
        seal(&mail, key, pool);
    }
    *state = OA_MAIL_QUEUED;
    return oa_mail_insert(db, &mail);
}
