/* SPDX-License-Identifier: Apache-2.0 */
#include "core/store/audit_word.h"

#include "core/base/base32.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/model/mention.h"

#include <apr_hash.h>
#include <apr_lib.h>
#include <apr_strings.h>

enum { BEGINNINGS_MAX = 8 };

const char *oa_audit_id_word(oa_id id, apr_pool_t *pool)
{
    char *text = apr_pcalloc(pool, 1 + OA_ID_DIGITS + 1);
    text[0] = '#';
    oa_base32_number((uint64_t)id, OA_ID_DIGITS, text + 1);
    return text;
}

oa_id oa_audit_id_of(const char *text)
{
    oa_id id = 0;
    for (oa_kind kind = OA_KIND_ORG; kind <= OA_KIND_MESSAGE; kind++) {
        if (oa_id_parse(kind, text, &id)) {
            return id;
        }
    }
    return 0;
}

typedef struct collection {
    apr_array_header_t *words; /* oa_audit_word */
    apr_hash_t *seen;
    apr_pool_t *pool;
} collection;

static void add(collection *all, oa_audit_part part, const char *text)
{
    const char *key = apr_psprintf(all->pool, "%d%s", (int)part, text);
    if (*text != '\0' && apr_hash_get(all->seen, key, APR_HASH_KEY_STRING) == NULL) {
        apr_hash_set(all->seen, key, APR_HASH_KEY_STRING, text);
        APR_ARRAY_PUSH(all->words, oa_audit_word) = (oa_audit_word){part, text};
    }
}

static void add_id(collection *all, oa_audit_part part, oa_id id)
{
    if (id > 0) {
        add(all, part, oa_audit_id_word(id, all->pool));
    }
}

/* The addresses and ids in `text`. */
static void add_mentions(collection *all, oa_audit_part part, const char *text)
{
    const char *word;
    size_t size;
    while (oa_mention_next(&text, &word, &size)) {
        const char *name = apr_pstrmemdup(all->pool, word, size);
        if (strchr(name, '@') != NULL) {
            add(all, part, oa_text_fold(name, all->pool));
        } else {
            add_id(all, part, oa_audit_id_of(name));
        }
    }
}

static void add_value(collection *all, const oa_json *value);

static bool add_member(void *context, const char *name, const oa_json *value)
{
    (void)name;
    add_value(context, value);
    return true;
}

static void add_value(collection *all, const oa_json *value)
{
    const oa_json_type type = oa_json_type_of(value);
    if (type == OA_JSON_STRING) {
        add_mentions(all, OA_AUDIT_TARGET, oa_json_text(value));
    } else if (type == OA_JSON_OBJECT) {
        oa_json_each(value, add_member, all);
    }
    for (size_t i = 0; type == OA_JSON_ARRAY && i < oa_json_size(value); i++) {
        add_value(all, oa_json_at(value, i));
    }
}

static void add_named(collection *all, oa_audit_part part, oa_id id, const char *name)
{
    add_id(all, part, id);
    add(all, part, oa_text_fold(name, all->pool));
    add_mentions(all, part, name);
}

apr_array_header_t *oa_audit_words(const oa_event *event, apr_pool_t *pool)
{
    oa_json *detail;
    collection all = {apr_array_make(pool, 8, sizeof(oa_audit_word)), apr_hash_make(pool), pool};
    add_named(&all, OA_AUDIT_ACTOR, event->actor_id, event->actor_name);
    add_named(&all, OA_AUDIT_TARGET, event->target_id, event->target_name);
    add(&all, OA_AUDIT_ACTION, oa_text_fold(event->action, pool));
    if (oa_json_parse(event->detail, strlen(event->detail), &detail, pool) == NULL) {
        add_value(&all, detail);
    }
    return all.words;
}

apr_array_header_t *oa_audit_beginnings(const char *word, apr_pool_t *pool)
{
    apr_array_header_t *all = apr_array_make(pool, 4, sizeof(const char *));
    const char *before = "."; /* as if something ended there */
    for (const char *at = word; *word != '#' && *at != '\0' && all->nelts < BEGINNINGS_MAX; before = at++) {
        const unsigned char here = (unsigned char)*at, last = (unsigned char)*before;
        if ((here >= 0x80 || apr_isalnum(here)) && last < 0x80 && !apr_isalnum(last)) {
            APR_ARRAY_PUSH(all, const char *) = at;
        }
    }
    return all;
}
