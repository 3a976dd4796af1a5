/* SPDX-License-Identifier: Apache-2.0 */
#include "core/model/tombstone.h"

#include "core/base/text.h"
#include "core/model/mention.h"

#include <apr_strings.h>

static const char domain[] = "@erased.invalid";

const char *oa_tombstone_email(oa_id account, apr_pool_t *pool)
{
    return apr_pstrcat(pool, oa_id_format(OA_KIND_USER, account, pool), domain, NULL);
}

bool oa_tombstone_is(const char *email)
{
    const char *at = strrchr(email, '@');
    return at != NULL && strcmp(at, domain) == 0;
}

/* Also in another spelling, as people type it: "Ann@A.example". */
static bool is_email(const char *word, size_t size, const char *email, apr_pool_t *pool)
{
    const char *canonical;
    if (strlen(email) == size && memcmp(word, email, size) == 0) {
        return true;
    }
    return memchr(word, '@', size) != NULL &&
           oa_email_normalize("email", apr_pstrmemdup(pool, word, size), &canonical, pool) == NULL && strcmp(canonical, email) == 0;
}

static bool holds(const char *text, const char *email, apr_pool_t *pool)
{
    const char *word;
    size_t size;
    while (oa_mention_next(&text, &word, &size)) {
        if (is_email(word, size, email, pool)) {
            return true;
        }
    }
    return false;
}

bool oa_traces_in(const oa_traces *traces, const char *text, apr_pool_t *pool)
{
    for (int i = 0; text != NULL && i < traces->emails->nelts; i++) {
        if (holds(text, APR_ARRAY_IDX(traces->emails, i, const char *), pool)) {
            return true;
        }
    }
    return false;
}

const char *oa_tombstone_text(const oa_traces *traces, const char *text, apr_pool_t *pool)
{
    return oa_traces_in(traces, text, pool) ? traces->tombstone : text;
}

typedef struct walk {
    const oa_traces *traces;
    bool about;
    oa_json *made;
    apr_pool_t *pool;
} walk;

/* Whether a member of this name tells of the person whom an event is about. */
static bool is_personal(const char *name)
{
    static const char *const names[] = {"first_name", "last_name", "name", "set", "fields", "agent", NULL};
    const char *const *row = names;
    while (*row != NULL && strcmp(*row, name) != 0) {
        row++;
    }
    return *row != NULL;
}

static const oa_json *clean(const walk *around, const oa_json *value);

static bool clean_member(void *context, const char *name, const oa_json *value)
{
    walk *at = context;
    if (at->about && is_personal(name)) {
        oa_json_set_text(at->made, name, NULL);
    } else if (oa_json_type_of(value) == OA_JSON_STRING) {
        oa_json_set_text(at->made, name, oa_tombstone_text(at->traces, oa_json_text(value), at->pool));
    } else {
        oa_json_set(at->made, name, clean(at, value));
    }
    return true;
}

static const oa_json *clean_object(const walk *around, const oa_json *value)
{
    walk at = *around;
    at.made = oa_json_object(at.pool);
    oa_json_each(value, clean_member, &at);
    return at.made;
}

static const oa_json *clean_array(const walk *around, const oa_json *value)
{
    oa_json *made = oa_json_array(around->pool);
    for (size_t i = 0; i < oa_json_size(value); i++) {
        const oa_json *element = oa_json_at(value, i);
        if (oa_json_type_of(element) == OA_JSON_STRING) {
            oa_json_append_text(made, oa_tombstone_text(around->traces, oa_json_text(element), around->pool));
        } else {
            oa_json_append(made, clean(around, element));
        }
    }
    return made;
}

static const oa_json *clean(const walk *around, const oa_json *value)
{
    oa_json_type type = oa_json_type_of(value);
    return type == OA_JSON_OBJECT ? clean_object(around, value) : type == OA_JSON_ARRAY ? clean_array(around, value) : value;
}

const oa_json *oa_tombstone_detail(const oa_traces *traces, const oa_json *detail, bool about, apr_pool_t *pool)
{
    const walk around = {.traces = traces, .about = about, .pool = pool};
    return clean(&around, detail);
}
