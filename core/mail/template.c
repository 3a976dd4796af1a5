/* SPDX-License-Identifier: Apache-2.0 */
#include "core/mail/template.h"

#include "core/base/text.h"

#include <apr_file_info.h>
#include <apr_file_io.h>
#include <apr_strings.h>

enum { TEMPLATE_MAX = 256 * 1024, NAME_LENGTH_MAX = 40 };

const oa_template *oa_template_find(const char *name)
{
    const oa_template *row = oa_templates;
    while (row->name != NULL && strcmp(row->name, name) != 0) {
        row++;
    }
    return row->name != NULL ? row : NULL;
}

/* Files ----------------------------------------------------------------------------------------------------- */

static const char *read_open(apr_file_t *file, apr_pool_t *pool)
{
    apr_finfo_t info;
    apr_size_t size = 0;
    if (apr_file_info_get(&info, APR_FINFO_SIZE | APR_FINFO_TYPE, file) != APR_SUCCESS || info.filetype != APR_REG ||
        info.size > TEMPLATE_MAX) {
        return NULL;
    }
    char *text = apr_pcalloc(pool, (apr_size_t)info.size + 1);
    apr_status_t status = apr_file_read_full(file, text, (apr_size_t)info.size, &size);
    return status == APR_SUCCESS && size > 0 && oa_text_is_utf8(text, size) ? text : NULL;
}

/* What the site has in place of `text`; `text` where it has nothing. */
static const char *replaced(const char *text, const char *directory, const char *name, const char *suffix,
                            apr_pool_t *pool)
{
    apr_file_t *file;
    const char *path = apr_pstrcat(pool, directory, "/", name, suffix, NULL);
    if (apr_file_open(&file, path, APR_FOPEN_READ | APR_FOPEN_NONBLOCK, APR_FPROT_OS_DEFAULT, pool) != APR_SUCCESS) {
        return text;
    }
    const char *found = read_open(file, pool);
    apr_file_close(file);
    return found != NULL ? found : text;
}

oa_template oa_template_load(const oa_template *row, const char *directory, apr_pool_t *pool)
{
    oa_template loaded = *row;
    loaded.text = replaced(row->text, directory, row->name, ".txt", pool);
    loaded.html = replaced(row->html, directory, row->name, ".html", pool);
    return loaded;
}

/* Filling --------------------------------------------------------------------------------------------------- */

static const char *one_line(const char *value, apr_pool_t *pool)
{
    char *line = apr_pstrdup(pool, value);
    for (char *c = line; *c != '\0'; c++) {
        if ((unsigned char)*c < 0x20 || *c == 0x7f) {
            *c = ' ';
        }
    }
    return line;
}

static const char *escape(char c)
{
    switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    default: return NULL;
    }
}

static const char *escaped(const char *value, apr_pool_t *pool)
{
    char *html = apr_palloc(pool, 6 * strlen(value) + 1);
    char *end = html;
    for (const char *c = value; *c != '\0'; c++) {
        const char *entity = escape(*c);
        if (entity != NULL) {
            end = apr_cpystrn(end, entity, 7);
        } else {
            *end++ = *c;
        }
    }
    *end = '\0';
    return html;
}

/* The name between "{{" at `at` and "}}"; NULL where that is none. *end is behind it. */
static const char *name_at(const char *at, const char **end, apr_pool_t *pool)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz_";
    size_t size = strspn(at + 2, letters);
    if (size == 0 || size > NAME_LENGTH_MAX || strncmp(at + 2 + size, "}}", 2) != 0) {
        return NULL;
    }
    *end = at + size + 4;
    return apr_pstrmemdup(pool, at + 2, size);
}

static const char *value_of(const oa_json *facts, const char *name, bool html, apr_pool_t *pool)
{
    const char *value = oa_json_get_text(facts, name);
    const char *line = value != NULL ? one_line(value, pool) : "";
    return html ? escaped(line, pool) : line;
}

/* Goes over the template once: what a fact says is never looked at again. */
static const char *fill(const char *text, const oa_json *facts, bool html, apr_pool_t *pool)
{
    apr_array_header_t *pieces = apr_array_make(pool, 32, sizeof(const char *));
    const char *from = text, *end;
    for (const char *at = strstr(text, "{{"); at != NULL; at = strstr(at, "{{")) {
        const char *name = name_at(at, &end, pool);
        if (name == NULL) {
            at += 2;
            continue;
        }
        APR_ARRAY_PUSH(pieces, const char *) = apr_pstrmemdup(pool, from, (apr_size_t)(at - from));
        APR_ARRAY_PUSH(pieces, const char *) = value_of(facts, name, html, pool);
        from = at = end;
    }
    APR_ARRAY_PUSH(pieces, const char *) = from;
    return apr_array_pstrcat(pool, pieces, '\0');
}

/* The first line of the plain form, and where its body begins. */
static const char *subject_of(const char *text, const char **body, apr_pool_t *pool)
{
    static const char word[] = "Subject: ";
    *body = text;
    if (strncmp(text, word, sizeof word - 1) != 0) {
        return "{{site}}";
    }
    text += sizeof word - 1;
    size_t size = strcspn(text, "\r\n");
    *body = text + size;
    *body += strspn(*body, "\r\n");
    return apr_pstrmemdup(pool, text, size);
}

oa_filled oa_template_fill(const oa_template *row, const oa_json *facts, apr_pool_t *pool)
{
    const char *body;
    const char *subject = subject_of(row->text, &body, pool);
    return (oa_filled){.subject = one_line(fill(subject, facts, false, pool), pool),
                       .text = fill(body, facts, false, pool),
                       .html = fill(row->html, facts, true, pool)};
}
