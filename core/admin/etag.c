/* SPDX-License-Identifier: Apache-2.0 */
#include "core/admin/etag.h"

#include "core/admin/route.h"
#include "core/base/crypto.h"

#include <apr_strings.h>
#include <apr_tables.h>

enum { TAG_OCTETS = 16 };

static bool changes_by_itself(const char *name)
{
    static const char *const names[] = {"last_login_at", "last_used_at", "last_seen_at", "failures", "sub_org_count"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(names[i], name) == 0) {
            return true;
        }
    }
    return false;
}

static bool take_lasting(void *lasting, const char *name, const oa_json *value)
{
    if (!changes_by_itself(name)) {
        oa_json_set(lasting, name, (oa_json *)(uintptr_t)value);
    }
    return true;
}

static const char *tag_of(const oa_json *shown, apr_pool_t *pool)
{
    static const char digits[] = "0123456789abcdef";
    unsigned char digest[OA_DIGEST_SIZE];
    char tag[2 * TAG_OCTETS + 1] = "";
    oa_json *lasting = oa_json_object(pool);
    oa_json_each(shown, take_lasting, lasting);
    const char *text = oa_json_canonical(lasting, pool);
    oa_digest(NULL, text, strlen(text), digest);
    for (size_t i = 0; i < TAG_OCTETS; i++) {
        tag[2 * i] = digits[digest[i] >> 4];
        tag[2 * i + 1] = digits[digest[i] & 15];
    }
    return apr_pstrcat(pool, "\"", tag, "\"", NULL);
}

/* What GET shows of the resource now. The row's function leaves its traces in a copy of the call. */
static oa_error *look(oa_call *call, const oa_operation *row, const char **etag)
{
    oa_json *shown;
    oa_call copy = *call;
    copy.operation = row;
    copy.detail = oa_json_object(call->pool);
    OA_TRY(row->run(&copy, &shown));
    *etag = tag_of(shown, call->pool);
    return NULL;
}

/* Whether `at` ends a tag, as it is or as a filter that compresses answers writes it on (mod_deflate, mod_brotli). */
static bool ends(const char *at)
{
    static const char *const ends[] = {"\"", "-gzip\"", "-br\""};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        if (strncmp(at, ends[i], strlen(ends[i])) == 0) {
            return true;
        }
    }
    return false;
}

/* Weak tags never match (RFC 9110 section 13.1.1). */
static bool names(const char *field, const char *tag, apr_pool_t *pool)
{
    const char *stem = apr_pstrmemdup(pool, tag, strlen(tag) - 1);
    for (const char *at = strstr(field, stem); at != NULL; at = strstr(at + 1, stem)) {
        bool weak = at >= field + 2 && at[-1] == '/' && at[-2] == 'W';
        if (!weak && ends(at + strlen(stem))) {
            return true;
        }
    }
    return false;
}

static bool is_any(const char *field)
{
    field += strspn(field, " \t");
    return *field == '*' && field[1 + strspn(field + 1, " \t")] == '\0';
}

oa_error *oa_etag_check(oa_call *call)
{
    const char *etag = NULL;
    const char *wanted = call->manner->if_match;
    if (wanted == NULL || is_any(wanted)) {
        return NULL;
    }
    const oa_operation *row = oa_route_resource(call->operation);
    if (row != NULL) {
        OA_TRY(look(call, row, &etag));
    }
    return etag != NULL && names(wanted, etag, call->pool)
               ? NULL
               : oa_error_make(call->pool, OA_PRECONDITION, "it was changed since: read it again, then decide");
}

const char *oa_etag_after(const oa_call *call, const oa_json *result)
{
    const oa_operation *operation = call->operation;
    const oa_operation *row = oa_route_resource(operation);
    bool shows = operation->etag || (row != NULL && strcmp(operation->method, "PATCH") == 0 && row->answers != NULL &&
                                     operation->answers != NULL && strcmp(row->answers, operation->answers) == 0);
    return shows && !call->dry_run ? tag_of(result, call->pool) : NULL;
}
