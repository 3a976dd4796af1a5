/* SPDX-License-Identifier: Apache-2.0 */
#include "core/model/setting.h"

#include "core/base/text.h"

#include <apr_strings.h>
#include <stddef.h>

#define DIGITS "0123456789"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

typedef const oa_setting_row row_type;

static void *member(oa_settings *settings, row_type *row)
{
    return (char *)settings + row->offset;
}

static oa_error *refuse(row_type *row, apr_pool_t *pool)
{
    return oa_error_field(pool, "value", "%s: %s", row->name, row->help);
}

/* What is to be read: the text, or the default where there is none. */
static const char *text_of(row_type *row, const char *text)
{
    return text != NULL ? text : row->initial;
}

/* A whole number of up to nine digits at *text; steps over it. */
static bool read_count(const char **text, int64_t *count)
{
    size_t digits = strspn(*text, DIGITS);
    *count = 0;
    for (size_t i = 0; i < digits && i < 10; i++) {
        *count = *count * 10 + ((*text)[i] - '0');
    }
    *text += digits;
    return digits > 0 && digits <= 9;
}

static oa_error *parse_count(oa_settings *settings, row_type *row, const char *text, apr_pool_t *pool)
{
    int64_t count;
    const char *rest = text_of(row, text);
    if (!read_count(&rest, &count) || *rest != '\0' || count < row->least || count > row->most) {
        return refuse(row, pool);
    }
    *(int *)member(settings, row) = (int)count;
    return NULL;
}

static oa_error *parse_duration(oa_settings *settings, row_type *row, const char *text, apr_pool_t *pool)
{
    oa_duration duration;
    if (!oa_duration_parse(text_of(row, text), &duration) || duration < row->least || duration > row->most) {
        return refuse(row, pool);
    }
    *(oa_duration *)member(settings, row) = duration;
    return NULL;
}

static oa_error *parse_flag(oa_settings *settings, row_type *row, const char *text, apr_pool_t *pool)
{
    text = text_of(row, text);
    bool on = strcmp(text, "on") == 0;
    if (!on && strcmp(text, "off") != 0) {
        return refuse(row, pool);
    }
    *(bool *)member(settings, row) = on;
    return NULL;
}

/* NUMBER/DURATION */
static bool read_pair(const char *text, int64_t most, int64_t *count, oa_duration *duration)
{
    return read_count(&text, count) && *count <= most && *text == '/' && oa_duration_parse(text + 1, duration);
}

static oa_error *parse_rate(oa_settings *settings, row_type *row, const char *text, apr_pool_t *pool)
{
    text = text_of(row, text);
    int64_t count = 0;
    oa_duration window = 0;
    bool unlimited = strcmp(text, "0") == 0;
    if (!unlimited &&
        (!read_pair(text, row->most, &count, &window) || window < row->least || window > OA_DAY)) {
        return refuse(row, pool);
    }
    *(oa_rate *)member(settings, row) = (oa_rate){.count = (int)count, .window = window};
    return NULL;
}

static oa_error *parse_keep(oa_settings *settings, row_type *row, const char *text, apr_pool_t *pool)
{
    int64_t count;
    oa_duration age;
    if (!read_pair(text_of(row, text), row->most, &count, &age) || age < row->least) {
        return refuse(row, pool);
    }
    settings->messages_keep_count = (int)count;
    settings->messages_keep_age = age;
    return NULL;
}

/* Texts: not set is NULL. The row's function takes over the rest. */
static oa_error *set_text(oa_settings *settings, row_type *row, const char *text)
{
    *(const char **)member(settings, row) = text;
    return NULL;
}

static oa_error *parse_name(oa_settings *settings, row_type *row, const char *text, apr_pool_t *pool)
{
    const char *name = NULL;
    if (text != NULL && oa_name_clean("value", text, &name, pool) != NULL) {
        return refuse(row, pool);
    }
    return set_text(settings, row, name);
}

static oa_error *parse_email(oa_settings *settings, row_type *row, const char *text, apr_pool_t *pool)
{
    const char *email = NULL;
    if (text != NULL && oa_email_normalize("value", text, &email, pool) != NULL) {
        return refuse(row, pool);
    }
    return set_text(settings, row, email);
}

/* An absolute path in visible ASCII or UTF-8, without control characters. */
static bool is_path(const char *text)
{
    if (text[0] != '/' || strlen(text) > 1000 || !oa_text_is_utf8(text, strlen(text))) {
        return false;
    }
    for (const char *c = text; *c != '\0'; c++) {
        if ((unsigned char)*c < 0x20 || *c == 0x7f) {
            return false;
        }
    }
    return true;
}

static oa_error *parse_path(oa_settings *settings, row_type *row, const char *text, apr_pool_t *pool)
{
    if (text != NULL && !is_path(text)) {
        return refuse(row, pool);
    }
    return set_text(settings, row, text == NULL ? NULL : apr_pstrdup(pool, text));
}

/* Steps over `prefix`. */
static bool skip(const char **text, const char *prefix)
{
    size_t size = strlen(prefix);
    if (strncmp(*text, prefix, size) != 0) {
        return false;
    }
    *text += size;
    return true;
}

/* RFC 3986 host, a registered name in LDH or an IP literal, and [":" port]. No user information. */
static bool skip_authority(const char **text)
{
    bool literal = skip(text, "[");
    size_t host = strspn(*text, literal ? DIGITS "abcdefABCDEF:." : DIGITS LETTERS ".-");
    if (host == 0 || host > 253 || (!literal && ((*text)[0] == '-' || (*text)[0] == '.'))) {
        return false;
    }
    *text += host;
    if (literal && !skip(text, "]")) {
        return false;
    }
    int64_t port;
    return !skip(text, ":") || (read_count(text, &port) && port >= 1 && port <= 65535);
}

/* RFC 3986 path-abempty: no query, no fragment, nothing that needs quoting in HTML or a mail. */
static bool skip_path(const char **text)
{
    if (**text == '/') {
        *text += strspn(*text, DIGITS LETTERS "/-._~%!$()*+,;=:@");
    }
    return **text == '\0';
}

/* Kept without slashes at its end, so that a link is this, "/" and the rest. */
static oa_error *parse_url(oa_settings *settings, row_type *row, const char *text, apr_pool_t *pool)
{
    if (text == NULL) {
        return set_text(settings, row, NULL);
    }
    const char *rest = text;
    if (strlen(text) > 1000 || !(skip(&rest, "https://") || skip(&rest, "http://")) || !skip_authority(&rest) ||
        !skip_path(&rest)) {
        return refuse(row, pool);
    }
    while (rest[-1] == '/') {
        rest--;
    }
    return set_text(settings, row, apr_pstrmemdup(pool, text, (apr_size_t)(rest - text)));
}

static bool is_relay(const char *text)
{
    if (skip(&text, "sendmail:")) {
        return *text == '\0' || is_path(text);
    }
    return (skip(&text, "smtps://") || skip(&text, "smtp://")) && skip_authority(&text) && *text == '\0';
}

static oa_error *parse_relay(oa_settings *settings, row_type *row, const char *text, apr_pool_t *pool)
{
    if (text != NULL && !is_relay(text)) {
        return refuse(row, pool);
    }
    return set_text(settings, row, text == NULL ? NULL : apr_pstrdup(pool, text));
}

#define AT(member) offsetof(oa_settings, member)

const oa_setting_row oa_setting_rows[] = {
    {"login.deny_after", "10", "wrong attempts until a user is DENIED: a whole number from 0 (never) to 1000",
     parse_count, AT(login_deny_after), 0, 1000},
    {"login.throttle", "60/60s",
     "failed attempts that one client address may make in a time: NUMBER/DURATION as in 60/60s, up to "
     "1000000 in 1s to 1d; 0 = no limit",
     parse_rate, AT(login_throttle), OA_SECOND, 1000000},
    {"login.inactive_after", "90d", "time without log-in until a user is INACTIVE: a duration such as 90d; 0 = never",
     parse_duration, AT(login_inactive_after), 0, 36525 * OA_DAY},
    {"invitation.valid_for", "7d", "life of an invitation's link: a duration from 1s to 365d", parse_duration,
     AT(invitation_valid_for), OA_SECOND, 365 * OA_DAY},
    {"reset.valid_for", "30m", "life of a password reset's link: a duration from 1s to 7d", parse_duration,
     AT(reset_valid_for), OA_SECOND, 7 * OA_DAY},
    {"password.min_length", "15", "characters that a new password has at the least: a whole number from 8 to 128",
     parse_count, AT(password_min_length), 8, 128},
    {"session.idle", "30m", "time without a request until a session ends: a duration from 1s to 30d", parse_duration,
     AT(session_idle), OA_SECOND, 30 * OA_DAY},
    {"session.lifetime", "12h", "time until a session ends in any case: a duration from 1s to 365d", parse_duration,
     AT(session_lifetime), OA_SECOND, 365 * OA_DAY},
    {"key.reveal", "off", "whether keys may be shown again to who may issue them: on or off", parse_flag,
     AT(key_reveal), 0, 1},
    {"messages.keep", "1000/90d",
     "API messages kept per user, and their age: NUMBER/DURATION as in 1000/90d, up to 1000000, at least 1s",
     parse_keep, AT(messages_keep_count), OA_SECOND, 1000000},
    {"site.public_url", NULL,
     "where links in mails point: http:// or https://, host, port and path, without user, query or fragment",
     parse_url, AT(site_public_url), 0, 0},
    {"site.name", NULL, "what mails call this site: 1 to 200 bytes of text without control characters", parse_name,
     AT(site_name), 0, 0},
    {"mail.relay", NULL,
     "how mail leaves: smtp://HOST[:PORT], smtps://HOST[:PORT], sendmail: or sendmail:/PATH/OF/PROGRAM", parse_relay,
     AT(mail_relay), 0, 0},
    {"mail.from", NULL, "sender of mails: one e-mail address", parse_email, AT(mail_from), 0, 0},
    {"mail.user", NULL, "user name at the relay: 1 to 200 bytes of text without control characters", parse_name,
     AT(mail_user), 0, 0},
    {"mail.password_file", NULL, "file that holds the password at the relay: an absolute path", parse_path,
     AT(mail_password_file), 0, 0},
    {NULL, NULL, NULL, NULL, 0, 0, 0},
};

bool oa_setting_names_file(const oa_setting_row *row, const char *value)
{
    return *value != '\0' && (row->parse == parse_path || (row->parse == parse_relay && skip(&value, "sendmail:")));
}

const oa_setting_row *oa_setting_find(const char *name)
{
    const oa_setting_row *row = oa_setting_rows;
    while (row->name != NULL && (name == NULL || strcmp(row->name, name) != 0)) {
        row++;
    }
    return row->name != NULL ? row : NULL;
}

void oa_settings_init(oa_settings *settings, apr_pool_t *pool)
{
    *settings = (oa_settings){0};
    for (const oa_setting_row *row = oa_setting_rows; row->name != NULL; row++) {
        row->parse(settings, row, NULL, pool);
    }
}
