/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A mail about somebody who chose his own name. The input by lines: the recipient, the name, the subject, and the rest is the body. Whatever
 * they are, the message is ASCII in lines of at most 76 characters, less what an address takes, its headers are the same ones, and the
 * body comes back.
 */
#include "tests/fuzz/fuzz.h"

#include "core/base/text.h"
#include "core/mail/message.h"

#include <apr_strings.h>

static const char *const names[] = {"From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"};

enum { LINE_MOST = 76, NAMES = sizeof names / sizeof names[0] };

/* The line at *text, without its end; *text goes past that. */
static const char *line(char **text)
{
    char *start = *text, *end = strstr(start, "\r\n");
    MUST(end != NULL);
    *end = '\0';
    *text = end + 2;
    return start;
}

static void check_lines(char *text)
{
    while (*text != '\0') {
        const char *whole = line(&text);
        MUST(strlen(whole) <= LINE_MOST || strncmp(whole, "To: <", 5) == 0);
        for (const char *c = whole; *c != '\0'; c++) {
            MUST((*c >= ' ' || *c == '\t') && *c < 0x7f);
        }
    }
}

static void check_headers(char *text)
{
    size_t count = 0;
    for (const char *header = line(&text); *header != '\0'; header = line(&text)) {
        if (*header != ' ') {
            MUST(count < NAMES && strncmp(header, names[count], strlen(names[count])) == 0 && header[strlen(names[count])] == ':');
            count++;
        }
    }
    MUST(count == NAMES);
}

/* The first part's body against `body`, whose CR go. */
static void check_body(char *text, const char *body)
{
    text = strstr(text, "quoted-printable\r\n\r\n");
    MUST(text != NULL);
    for (text += strlen("quoted-printable\r\n\r\n"); *body != '\0'; body++) {
        unsigned octet = (unsigned char)*text;
        if (*body == '\r') {
            continue;
        }
        if (strncmp(text, "=\r\n", 3) == 0) {
            text += 3;
            octet = (unsigned char)*text;
        }
        if (strncmp(text, "\r\n", 2) == 0) {
            octet = '\n';
            text += 1;
        } else if (*text == '=') {
            MUST(sscanf(text + 1, "%2X", &octet) == 1);
            text += 2;
        }
        MUST(octet == (unsigned char)*body);
        text++;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    apr_pool_t *pool = oa_fuzz_pool();
    char *rest = apr_pstrmemdup(pool, (const char *)data, size);
    const char *fields[3], *text;
    for (size_t i = 0; i < 3; i++) {
        fields[i] = rest != NULL ? strsep(&rest, "\n") : "";
    }
    const char *body = rest != NULL ? rest : "";
    const oa_message message = {.from = "login@acme.example", .to = fields[0], .from_name = fields[1], .subject = fields[2],
                                .text = body, .html = body, .at = OA_DAY};
    if (oa_message_write(&message, &text, &size, pool) == NULL) {
        MUST(strlen(text) == size);
        check_lines(apr_pstrdup(pool, text));
        check_headers(apr_pstrdup(pool, text));
        check_body(apr_pstrdup(pool, text), body);
    }
    return 0;
}
