/* SPDX-License-Identifier: Apache-2.0 */
/* What somebody searches for: the words that the audit trail is asked for, and the parts that the list of users is. Each stands in the text. */
#include "tests/fuzz/fuzz.h"

#include "core/base/text.h"
#include "core/model/mention.h"
#include "core/store/audit_word.h"
#include "core/store/listed_part.h"

#include <apr_strings.h>

static void check_mentions(const char *text, apr_pool_t *pool)
{
    const char *rest = text, *word;
    size_t size;
    while (oa_mention_next(&rest, &word, &size)) {
        MUST(word >= text && word + size == rest && word[0] != '.' && rest[-1] != '.');
        const char *copy = apr_pstrmemdup(pool, word, size);
        oa_id id = oa_audit_id_of(copy);
        MUST(id == 0 || strcmp(oa_audit_id_word(id, pool) + 1, strchr(copy, '_') + 1) == 0);
    }
    MUST(*rest == '\0');
}

static void check_beginnings(const char *folded, apr_pool_t *pool)
{
    const apr_array_header_t *beginnings = oa_audit_beginnings(folded, pool);
    for (int i = 0; i < beginnings->nelts; i++) {
        const char *beginning = APR_ARRAY_IDX(beginnings, i, const char *);
        size_t size = strlen(beginning);
        MUST(size > 0 && size <= strlen(folded) && strcmp(folded + strlen(folded) - size, beginning) == 0);
    }
}

/* One string of FTS5 after the other, in which a quotation mark is doubled. */
static void check_parts(const char *folded, apr_pool_t *pool)
{
    const char *at = oa_listed_parts(folded, pool);
    while (at != NULL && *at != '\0') {
        char *part = apr_pcalloc(pool, strlen(at) + 1), *end = part;
        MUST(*at == '"');
        for (at++; *at != '"' || at[1] == '"'; at++) {
            MUST(*at != '\0');
            at += *at == '"';
            *end++ = *at;
        }
        MUST(end > part && strstr(folded, part) != NULL && oa_text_is_utf8(part, strlen(part)));
        at++;
        MUST(strcmp(at, " *") == 0 || *at == '\0' || (*at == ' ' && at[1] == '"'));
        at += strspn(at, " *");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    apr_pool_t *pool = oa_fuzz_pool();
    const char *text = apr_pstrmemdup(pool, (const char *)data, size);
    check_mentions(text, pool);
    const char *folded = oa_text_is_utf8(text, strlen(text)) ? oa_text_fold(text, pool) : "";
    if (*folded != '\0') {
        check_beginnings(folded, pool);
        check_parts(folded, pool);
    }
    return 0;
}
