/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Texts of mails. Each has a plain and an HTML form, embedded, which files DIRECTORY/NAME.txt and NAME.html of the site replace.
 * The plain form begins with a line "Subject: …" and an empty one. {{name}} stands for a fact; a fact that is not there is empty.
 */
#ifndef OA_MAIL_TEMPLATE_H
#define OA_MAIL_TEMPLATE_H

#include "core/base/error.h"
#include "core/base/json.h"

typedef struct oa_template {
    const char *name;
    const char *text;
    const char *html;
    const char *link; /* what stands between the site's URL and the token; NULL: it has no link */
} oa_template;

typedef struct oa_filled {
    const char *subject; /* one line */
    const char *text;
    const char *html;
} oa_filled;

/* Ended by a row whose name is NULL. */
extern const oa_template oa_templates[];

/* The row called `name`, or NULL. */
const oa_template *oa_template_find(const char *name);

/* The row's texts, each replaced by the site's file where `directory` has one that can be read, is UTF-8 and not over 256 KiB. */
oa_template oa_template_load(const oa_template *row, const char *directory, apr_pool_t *pool);

/* `facts`: text members. In HTML they are escaped; line ends and other control characters within them become blanks. */
oa_filled oa_template_fill(const oa_template *row, const oa_json *facts, apr_pool_t *pool);

#endif
