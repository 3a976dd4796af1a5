/* SPDX-License-Identifier: Apache-2.0 */
/* The Require lines. Each begins at the same question, so that no decision but an allowing one of somebody known holds anything. */
#include "core/auth/decide.h"

#include "core/base/text.h"

#include <apr_strings.h>

static bool holds(const oa_decision *decision)
{
    return decision != NULL && decision->outcome == OA_ALLOWED && decision->user_id != 0;
}

static bool is_same(const char *ours, const char *asked)
{
    return asked != NULL && asked[0] != '\0' && strcmp(ours, asked) == 0;
}

bool oa_decision_has_role(const oa_decision *decision, const char *role)
{
    return holds(decision) && is_same(decision->role, role);
}

bool oa_decision_has_permission(const oa_decision *decision, const char *permission)
{
    return holds(decision) && permission != NULL && oa_grants_allow(&decision->grants, permission);
}

bool oa_decision_in_org(const oa_decision *decision, const char *slug)
{
    return holds(decision) && is_same(decision->org, slug);
}

bool oa_decision_has_api(const oa_decision *decision, const char *name)
{
    char word[24 + OA_SLUG_MAX + 1];

    if (!holds(decision) || decision->org_id == 0 || name == NULL || !oa_slug_is_valid(name)) {
        return false;
    }
    apr_snprintf(word, sizeof(word), "%" APR_INT64_T_FMT "/%s", (apr_int64_t)decision->org_id, name);
    return oa_words_have(decision->apis, word);
}

bool oa_decision_may_access(const oa_decision *decision, const char *module, const char *method)
{
    const char *action = method == NULL ? NULL : oa_method_action(method);

    return holds(decision) && module != NULL && action != NULL &&
           oa_grants_allow_action(&decision->grants, module, action);
}
