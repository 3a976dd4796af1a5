/* SPDX-License-Identifier: Apache-2.0 */
#include "core/mail/message.h"

#include "core/base/base32.h"
#include "core/base/crypto.h"
#include "core/base/text.h"

#include <apr_base64.h>
#include <apr_strings.h>
#include <stdbool.h>
#include <time.h>

enum {
    LINE_MAX_LENGTH = 76,
    PLAIN_MAX = 60,  /* header text that is sent as it is */
    WORD_OCTETS = 39, /* before base64: "Subject: =?UTF-8?B?" + 52 + "?=" stays within 76 */
    TOKEN_DIGITS = 12
};

/* Text that grows. */
typedef struct out {
    char *bytes;
    size_t size, room;
    size_t column;
    apr_pool_t *pool;
} out;

static void put(out *o, const char *text, size_t size)
{
    if (o->size + size + 1 > o->room) {
        o->room = 2 * (o->size + size + 1);
        char *more = apr_palloc(o->pool, o->room);
        if (o->size > 0) {
            memcpy(more, o->bytes, o->size);
        }
        o->bytes = more;
    }
    memcpy(o->bytes + o->size, text, size);
    o->size += size;
    o->bytes[o->size] = '\0';
    o->column += size;
}

static void put_text(out *o, const char *text)
{
    put(o, text, strlen(text));
}

static void end_line(out *o)
{
    put(o, "\r\n", 2);
    o->column = 0;
}

/* Headers --------------------------------------------------------------------------------------------------- */

static const char *without_controls(const char *text, apr_pool_t *pool)
{
    char *clean = apr_palloc(pool, 3 * strlen(text) + 1);
    oa_text_repair(text, strlen(text), clean);
    for (char *c = clean; *c != '\0'; c++) {
        if ((unsigned char)*c < 0x20 || *c == 0x7f) {
            *c = ' ';
        }
    }
    return clean;
}

static bool is_plain(const char *text)
{
    for (const char *c = text; *c != '\0'; c++) {
        if ((unsigned char)*c >= 0x7f) {
            return false;
        }
    }
    return strlen(text) <= PLAIN_MAX && strstr(text, "=?") == NULL && text[strspn(text, " ")] != '\0';
}

/* As many octets of `text` as fit one encoded word: whole characters (RFC 2047 section 5). */
static size_t word_size(const char *text)
{
    size_t size = strlen(text);
    if (size <= WORD_OCTETS) {
        return size;
    }
    size = WORD_OCTETS;
    while (size > 1 && ((unsigned char)text[size] & 0xc0) == 0x80) {
        size--;
    }
    return size;
}

static const char *encoded(const char *text, apr_pool_t *pool)
{
    out o = {.pool = pool};
    put(&o, "", 0);
    while (*text != '\0') {
        size_t size = word_size(text);
        char word[2 * WORD_OCTETS];
        apr_base64_encode(word, text, (int)size);
        put_text(&o, o.size > 0 ? "\r\n =?UTF-8?B?" : "=?UTF-8?B?");
        put_text(&o, word);
        put_text(&o, "?=");
        text += size;
    }
    return o.bytes;
}

const char *oa_message_words(const char *text, apr_pool_t *pool)
{
    const char *clean = without_controls(text, pool);
    return is_plain(clean) ? clean : encoded(clean, pool);
}

/* A display name: letters, digits and blanks as they are; anything else would have to be quoted, and is encoded. */
static const char *phrase(const char *name, apr_pool_t *pool)
{
    const char *clean = without_controls(name, pool);
    static const char atoms[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 ";
    return is_plain(clean) && clean[strspn(clean, atoms)] == '\0' ? clean : encoded(clean, pool);
}

const char *oa_message_date(oa_time time, apr_pool_t *pool)
{
    static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    struct tm t;
    time_t seconds = (time_t)(time / OA_SECOND);
    gmtime_r(&seconds, &t);
    return apr_psprintf(pool, "%s, %d %s %d %02d:%02d:%02d +0000", days[t.tm_wday], t.tm_mday, months[t.tm_mon],
                        t.tm_year + 1900, t.tm_hour, t.tm_min, t.tm_sec);
}

static bool is_ascii(const char *text)
{
    while (*text != '\0' && (unsigned char)*text < 0x80) {
        text++;
    }
    return *text == '\0';
}

/* No address gets here that oa_email_normalize did not let through; this makes sure of what would be worst. */
static bool is_address(const char *address)
{
    for (const char *c = address; *c != '\0'; c++) {
        if ((unsigned char)*c <= 0x20 || *c == 0x7f || strchr("<>,;:\"\\()[]", *c) != NULL) {
            return false;
        }
    }
    return strchr(address, '@') != NULL && strlen(address) <= OA_EMAIL_MAX;
}

static void header(out *o, const char *name, const char *value)
{
    put_text(o, name);
    put_text(o, ": ");
    put_text(o, value);
    end_line(o);
}

/* 120 random bits: one of a kind, and no word that a body would hold. */
static const char *token(apr_pool_t *pool)
{
    char *text = apr_pcalloc(pool, 2 * TOKEN_DIGITS + 1);
    for (int i = 0; i < 2; i++) {
        uint64_t number;
        oa_random(&number, sizeof number);
        oa_base32_number(number >> 4, TOKEN_DIGITS, text + i * TOKEN_DIGITS);
    }
    return text;
}

static void headers(out *o, const oa_message *m, const char *boundary)
{
    apr_pool_t *pool = o->pool;
    const char *domain = strrchr(m->from, '@') + 1;
    header(o, "From", apr_psprintf(pool, "%s\r\n <%s>", phrase(m->from_name, pool), m->from));
    header(o, "To", is_ascii(m->to) ? apr_psprintf(pool, "<%s>", m->to) : "undisclosed-recipients:;");
    header(o, "Subject", oa_message_words(m->subject, pool));
    header(o, "Date", oa_message_date(m->at, pool));
    header(o, "Message-ID", apr_psprintf(pool, "<%s@%s>", token(pool), domain));
    header(o, "Auto-Submitted", "auto-generated");
    header(o, "MIME-Version", "1.0");
    header(o, "Content-Type", apr_psprintf(pool, "multipart/alternative;\r\n boundary=\"%s\"", boundary));
    end_line(o);
}

/* Bodies ---------------------------------------------------------------------------------------------------- */

static void quote(out *o, unsigned char c, bool at_end)
{
    static const char digits[] = "0123456789ABCDEF";
    const char escaped[3] = {'=', digits[c >> 4], digits[c & 15]};
    bool as_is = (c > 0x20 && c < 0x7f && c != '=') || (c == ' ' && !at_end) || (c == '\t' && !at_end);
    size_t wanted = as_is ? 1 : 3;
    if (o->column + wanted > LINE_MAX_LENGTH - 1) {
        put(o, "=", 1);
        end_line(o);
    }
    put(o, as_is ? (const char *)&c : escaped, wanted);
}

static void quoted_printable(out *o, const char *text)
{
    for (const char *c = text; *c != '\0'; c++) {
        if (*c == '\n') {
            end_line(o);
        } else if (*c != '\r') {
            quote(o, (unsigned char)*c, c[1] == '\n' || c[1] == '\0');
        }
    }
    if (o->column > 0) {
        end_line(o);
    }
}

static void part(out *o, const char *boundary, const char *type, const char *text)
{
    put_text(o, "--");
    put_text(o, boundary);
    end_line(o);
    header(o, "Content-Type", apr_psprintf(o->pool, "%s; charset=UTF-8", type));
    header(o, "Content-Transfer-Encoding", "quoted-printable");
    end_line(o);
    quoted_printable(o, text);
    end_line(o);
}

oa_error *oa_message_write(const oa_message *message, const char **text, size_t *size, apr_pool_t *pool)
{
    out o = {.pool = pool};
    if (!is_address(message->from) || !is_ascii(message->from)) {
        return oa_error_field(pool, "mail.from", "the sender of mails must be an address in ASCII");
    }
    if (!is_address(message->to)) {
        return oa_error_field(pool, "recipient", "the recipient is no address that mail can be sent to");
    }
    /* "=_" is in no quoted-printable text. */
    const char *boundary = apr_pstrcat(pool, "=_", token(pool), NULL);
    headers(&o, message, boundary);
    part(&o, boundary, "text/plain", message->text);
    part(&o, boundary, "text/html", message->html);
    put_text(&o, apr_psprintf(pool, "--%s--", boundary));
    end_line(&o);
    *text = o.bytes;
    *size = o.size;
    return NULL;
}
