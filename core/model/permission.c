/* SPDX-License-Identifier: Apache-2.0 */
#include "core/model/permission.h"

#include "core/base/text.h"

#include <apr_strings.h>

enum { PATTERNS_MAX = 200 };

const char *oa_role_type_name(int type)
{
    static const char *const names[] = {[OA_ROLE_SITE] = "site",
                                        [OA_ROLE_ADMINISTRATOR] = "administrator",
                                        [OA_ROLE_USER] = "user",
                                        [OA_ROLE_API] = "api"};
    return type >= OA_ROLE_SITE && type <= OA_ROLE_API ? names[type] : "?";
}

/* The project's own modules. These are for administrators only, whatever a store says; "apis" is open. */
static const char own_admin_modules[] = "audit orgs roles settings users";
static const char own_open_module[] = "apis";

/* A run of characters within a longer text. */
typedef struct span {
    const char *text;
    size_t size;
} span;

static span span_of(const char *text)
{
    return (span){text, text == NULL ? 0 : strlen(text)};
}

static bool span_is(span a, span b)
{
    return a.size == b.size && memcmp(a.text, b.text, a.size) == 0;
}

static bool span_is_star(span s)
{
    return s.size == 1 && s.text[0] == '*';
}

/* Takes the next word of *list; false at its end. */
static bool next_word(const char **list, span *word)
{
    if (*list == NULL || **list == '\0') {
        return false;
    }
    *word = (span){*list, strcspn(*list, " ")};
    *list += word->size + ((*list)[word->size] == ' ');
    return true;
}

static bool words_have_span(const char *list, span wanted)
{
    span word;
    while (wanted.size > 0 && next_word(&list, &word)) {
        if (span_is(word, wanted)) {
            return true;
        }
    }
    return false;
}

bool oa_words_have(const char *list, const char *word)
{
    return words_have_span(list, span_of(word));
}

/* "module:action" in its two parts; false without a colon. */
static bool split(span text, span *module, span *action)
{
    const char *colon = text.size == 0 ? NULL : memchr(text.text, ':', text.size);
    if (colon == NULL) {
        return false;
    }
    *module = (span){text.text, (size_t)(colon - text.text)};
    *action = (span){colon + 1, text.size - module->size - 1};
    return true;
}

static bool is_slug(span s)
{
    return oa_slug_spells(s.text, s.size);
}

static bool is_pattern(span text, span *module, span *action)
{
    return split(text, module, action) && (span_is_star(*module) || is_slug(*module)) &&
           (span_is_star(*action) || is_slug(*action));
}

static bool is_admin_module(const char *admin_modules, span module)
{
    return words_have_span(own_admin_modules, module) || words_have_span(admin_modules, module);
}

static bool is_own_module(span module)
{
    return words_have_span(own_admin_modules, module) || span_is(module, span_of(own_open_module));
}

bool oa_module_is_own(const char *name)
{
    return is_own_module(span_of(name));
}

bool oa_module_is_for_administrators(const char *name, const char *admin_modules)
{
    return is_admin_module(admin_modules, span_of(name));
}

static bool is_confined(const oa_grants *grants)
{
    return grants->modules != NULL && *grants->modules != '\0';
}

/* Whether the grants reach the module at all: its marking, and confinement. */
static bool reaches(const oa_grants *grants, span module)
{
    if (grants->type != OA_ROLE_ADMINISTRATOR && is_admin_module(grants->admin_modules, module)) {
        return false;
    }
    return !is_confined(grants) || is_own_module(module) || words_have_span(grants->modules, module);
}

/* Whether one of the patterns covers the module and the action; either may be "*", which only "*" covers. */
static bool patterns_cover(const char *patterns, span module, span action)
{
    span word, pattern_module, pattern_action;
    while (next_word(&patterns, &word)) {
        if (is_pattern(word, &pattern_module, &pattern_action) &&
            (span_is_star(pattern_module) || span_is(pattern_module, module)) &&
            (span_is_star(pattern_action) || span_is(pattern_action, action))) {
            return true;
        }
    }
    return false;
}

static bool is_role_type(int type)
{
    return type >= OA_ROLE_SITE && type <= OA_ROLE_API;
}

static bool allow(const oa_grants *grants, span module, span action)
{
    if (grants == NULL || !is_role_type((int)grants->type) || !is_slug(module) || !is_slug(action)) {
        return false;
    }
    return grants->type == OA_ROLE_SITE ||
           (reaches(grants, module) && patterns_cover(grants->permissions, module, action));
}

bool oa_grants_allow(const oa_grants *grants, const char *permission)
{
    span module, action;
    return split(span_of(permission), &module, &action) && allow(grants, module, action);
}

bool oa_grants_allow_action(const oa_grants *grants, const char *module, const char *action)
{
    return allow(grants, span_of(module), span_of(action));
}

static bool words_within(const char *few, const char *many)
{
    span word;
    while (next_word(&few, &word)) {
        if (!words_have_span(many, word)) {
            return false;
        }
    }
    return true;
}

/* Whether every module that `theirs` reaches by a pattern for `module` ("*": any) is reached by `mine`. */
static bool reach_covers(const oa_grants *mine, const oa_grants *theirs, span module)
{
    if (!span_is_star(module)) {
        return reaches(mine, module);
    }
    bool marked = mine->type == OA_ROLE_ADMINISTRATOR || words_within(mine->admin_modules, theirs->admin_modules);
    bool confined = !is_confined(mine) || (is_confined(theirs) && words_within(theirs->modules, mine->modules));
    return marked && confined;
}

static bool is_weaker_or_equal(oa_role_type theirs, oa_role_type mine)
{
    return is_role_type((int)theirs) && is_role_type((int)mine) && theirs >= mine;
}

/* Pattern by pattern: one of theirs must lie within one of mine, and the modules it reaches within those that I reach.
 * Patterns of mine that only together would cover one of theirs do not count. */
bool oa_grants_cover(const oa_grants *mine, const oa_grants *theirs)
{
    if (mine == NULL || theirs == NULL || !is_weaker_or_equal(theirs->type, mine->type)) {
        return false;
    }
    if (mine->type == OA_ROLE_SITE) {
        return true;
    }
    const char *patterns = theirs->permissions;
    span word, module, action;
    while (next_word(&patterns, &word)) {
        if (!is_pattern(word, &module, &action) || !patterns_cover(mine->permissions, module, action) ||
            !reach_covers(mine, theirs, module)) {
            return false;
        }
    }
    return true;
}

static oa_error *check_pattern(const char *field, const char *pattern, oa_role_type type, const char *admin_modules,
                               apr_pool_t *pool)
{
    span module, action;
    if (!is_pattern(span_of(pattern), &module, &action)) {
        return oa_error_field(pool, field,
                              "\"%s\" is not a permission: module:action, each of a-z 0-9 and -, or *", pattern);
    }
    bool administrators = type == OA_ROLE_SITE || type == OA_ROLE_ADMINISTRATOR;
    if (!administrators && is_admin_module(admin_modules, module)) {
        return oa_error_field(pool, field, "\"%s\" is not possible: that module is for administrator roles only",
                              pattern);
    }
    return NULL;
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

oa_error *oa_permissions_normalize(const char *field, const char *const *patterns, int count, oa_role_type type,
                                   const char *admin_modules, const char **normalized, apr_pool_t *pool)
{
    if (count > PATTERNS_MAX) {
        return oa_error_field(pool, field, "more than %d permissions; use * for many", PATTERNS_MAX);
    }
    const char *sorted[PATTERNS_MAX];
    for (int i = 0; i < count; i++) {
        OA_TRY(check_pattern(field, patterns[i], type, admin_modules, pool));
        sorted[i] = patterns[i];
    }
    qsort(sorted, (size_t)(count > 0 ? count : 0), sizeof(sorted[0]), compare);
    const char *text = "";
    for (int i = 0; i < count; i++) {
        if (i == 0 || strcmp(sorted[i], sorted[i - 1]) != 0) {
            text = apr_pstrcat(pool, text, i == 0 ? "" : " ", sorted[i], NULL);
        }
    }
    *normalized = text;
    return NULL;
}

const char *oa_method_action(const char *method)
{
    static const struct {
        const char *method;
        const char *action;
    } rows[] = {
        {"GET", "view"}, {"HEAD", "view"},  {"OPTIONS", "view"},  {"POST", "create"},
        {"PUT", "edit"}, {"PATCH", "edit"}, {"DELETE", "delete"},
    };
    for (size_t i = 0; method != NULL && i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (strcmp(rows[i].method, method) == 0) {
            return rows[i].action;
        }
    }
    return NULL;
}
