/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A CGI program that answers with the request as it reached a back end: {"method": …, "env": {…}, "headers": {…}}.
 * Headers are what CGI made of them (RFC 3875, section 4.1.18): HTTP_X_SOME_THING is shown as X-Some-Thing.
 */
#include "core/base/text.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern char **environ;

static const char header_prefix[] = "HTTP_";

/* Octets that are not UTF-8 are shown one by one, as the characters of ISO 8859-1 that they would be. */
static void print_text(const char *text, size_t size)
{
    bool utf8 = oa_text_is_utf8(text, size);
    putchar('"');
    for (size_t i = 0; i < size; i++) {
        unsigned char octet = (unsigned char)text[i];
        if (octet < 0x20 || octet == '"' || octet == '\\' || (octet >= 0x7f && !utf8)) {
            printf("\\u%04x", octet);
        } else {
            putchar(octet);
        }
    }
    putchar('"');
}

/* "X_SOME_THING" as "X-Some-Thing". */
static void print_header_name(const char *name, size_t size)
{
    bool begins = true;
    putchar('"');
    for (size_t i = 0; i < size; i++) {
        putchar(name[i] == '_' ? '-' : begins ? toupper((unsigned char)name[i]) : tolower((unsigned char)name[i]));
        begins = name[i] == '_';
    }
    putchar('"');
}

/* The members of one object: all variables, or those that were headers. */
static void print_members(bool headers)
{
    const char *between = "";
    size_t skip = headers ? sizeof(header_prefix) - 1 : 0;
    for (char **variable = environ; *variable != NULL; variable++) {
        const char *value = strchr(*variable, '=');
        if (value == NULL || strncmp(*variable, header_prefix, skip) != 0) {
            continue;
        }
        fputs(between, stdout);
        if (headers) {
            print_header_name(*variable + skip, (size_t)(value - *variable) - skip);
        } else {
            print_text(*variable, (size_t)(value - *variable));
        }
        putchar(':');
        print_text(value + 1, strlen(value + 1));
        between = ",";
    }
}

/* A program that ends without having read its body makes httpd's reading of its answer fail. */
static void skip_body(void)
{
    while (getchar() != EOF) {
    }
}

int main(void)
{
    skip_body();
    const char *method = getenv("REQUEST_METHOD");
    fputs("Content-Type: application/json\r\nCache-Control: no-store\r\n\r\n{\"method\":", stdout);
    print_text(method != NULL ? method : "", method != NULL ? strlen(method) : 0);
    fputs(",\"env\":{", stdout);
    print_members(false);
    fputs("},\"headers\":{", stdout);
    print_members(true);
    fputs("}}\n", stdout);
    return 0;
}
