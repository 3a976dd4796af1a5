/* SPDX-License-Identifier: Apache-2.0 */
#include "core/admin/extent.h"

#include "core/admin/argument.h"
#include "core/model/status.h"

#include <apr_strings.h>

static const char *const reach_words[] = {[OA_REACH_HERE] = "here", [OA_REACH_BELOW] = "below"};

/* Reading ------------------------------------------------------------------------------------------------------ */

static const char *read_modules(const oa_call *call)
{
    const char *modules = "";
    const oa_json *list = oa_argument_list(call, "module");
    for (size_t i = 0; i < oa_json_size(list); i++) {
        const char *module = oa_json_text(oa_json_at(list, i));
        if (!oa_words_have(modules, module)) {
            modules = apr_pstrcat(call->pool, modules, *modules != '\0' ? " " : "", module, NULL);
        }
    }
    return modules;
}

static bool has_id(const apr_array_header_t *ids, oa_id id)
{
    for (int i = 0; i < ids->nelts; i++) {
        if (APR_ARRAY_IDX(ids, i, oa_id) == id) {
            return true;
        }
    }
    return false;
}

/* One that the actor does not stand in is as absent as one that is elsewhere. */
static oa_error *read_sub_org(oa_call *call, const char *text, apr_array_header_t *sub_orgs)
{
    const oa_org *org;
    oa_id id;
    oa_grants grants = {0};
    bool below = false;
    OA_TRY(oa_id_parse(OA_KIND_ORG, text, &id) ? oa_org_find(call->db, id, &org, call->pool)
                                               : oa_org_find_slug(call->db, text, &org, call->pool));
    if (org != NULL) {
        OA_TRY(oa_org_is_below(call->db, org->id, call->org, &below, call->pool));
        OA_TRY(oa_actor_grants(call, org->id, &grants));
    }
    if (!below || grants.type == 0) {
        return oa_error_field(call->pool, "sub_org", "there is no organization \"%s\" below this one",
                              oa_quoted(text, call->pool));
    }
    if (!has_id(sub_orgs, org->id)) {
        APR_ARRAY_PUSH(sub_orgs, oa_id) = org->id;
    }
    return NULL;
}

static oa_error *read_sub_orgs(oa_call *call, oa_extent *extent)
{
    const oa_json *list = oa_argument_list(call, "sub_org");
    extent->sub_orgs = apr_array_make(call->pool, 2, sizeof(oa_id));
    for (size_t i = 0; i < oa_json_size(list); i++) {
        OA_TRY(read_sub_org(call, oa_json_text(oa_json_at(list, i)), extent->sub_orgs));
    }
    return NULL;
}

/* Whoever chooses some below does not mean all. */
static void read_reach(const oa_call *call, oa_extent *extent, int unsaid)
{
    const char *word = oa_argument(call, "reach");
    extent->reach = extent->sub_orgs->nelts > 0 ? OA_REACH_HERE : unsaid;
    if (word != NULL) {
        extent->reach = strcmp(word, reach_words[OA_REACH_HERE]) == 0 ? OA_REACH_HERE : OA_REACH_BELOW;
    }
}

oa_error *oa_extent_read(oa_call *call, oa_extent *extent)
{
    bool reaches;
    extent->modules = read_modules(call);
    OA_TRY(read_sub_orgs(call, extent));
    OA_TRY(oa_actor_reaches_below(call, call->org, &reaches));
    read_reach(call, extent, reaches ? OA_REACH_BELOW : OA_REACH_HERE);
    return NULL;
}

/* Of a membership that is there ----------------------------------------------------------------------------------- */

oa_error *oa_extent_of(oa_call *call, const oa_membership *membership, oa_extent *extent)
{
    apr_array_header_t *all;
    *extent = (oa_extent){membership->modules, membership->reach, apr_array_make(call->pool, 2, sizeof(oa_id))};
    OA_TRY(oa_membership_list(call->db, membership->account_id, &all, call->pool));
    for (int i = 0; i < all->nelts; i++) {
        const oa_membership *other = APR_ARRAY_IDX(all, i, const oa_membership *);
        oa_grants grants = {0};
        bool below;
        OA_TRY(oa_org_is_below(call->db, other->org_id, membership->org_id, &below, call->pool));
        if (below && other->status != OA_MEMBERSHIP_REMOVED) {
            OA_TRY(oa_actor_grants(call, other->org_id, &grants));
        }
        if (grants.type != 0) {
            APR_ARRAY_PUSH(extent->sub_orgs, oa_id) = other->org_id;
        }
    }
    return NULL;
}

static oa_json *ids_of(oa_call *call, const apr_array_header_t *orgs)
{
    oa_json *array = oa_json_array(call->pool);
    for (int i = 0; i < orgs->nelts; i++) {
        oa_json_append_text(array, oa_id_format(OA_KIND_ORG, APR_ARRAY_IDX(orgs, i, oa_id), call->pool));
    }
    return array;
}

void oa_extent_tell(oa_call *call, const oa_extent *extent, const char *prefix, oa_json *object)
{
    oa_json_set(object, apr_pstrcat(call->pool, prefix, "modules", NULL), oa_json_words(extent->modules, call->pool));
    oa_json_set_text(object, apr_pstrcat(call->pool, prefix, "reach", NULL), reach_words[extent->reach]);
    oa_json_set(object, apr_pstrcat(call->pool, prefix, "sub_orgs", NULL), ids_of(call, extent->sub_orgs));
}

oa_error *oa_extent_change(oa_call *call, oa_extent *extent)
{
    extent->modules = oa_argument_given(call, "module") ? read_modules(call) : extent->modules;
    if (oa_argument_given(call, "sub_org")) {
        OA_TRY(read_sub_orgs(call, extent));
        read_reach(call, extent, extent->reach);
    } else if (oa_argument_given(call, "reach")) {
        read_reach(call, extent, extent->reach);
    }
    return NULL;
}

/* Granting ----------------------------------------------------------------------------------------------------- */

static oa_error *may_add_below(oa_call *call, oa_id account, oa_id org, const oa_grants *grants)
{
    OA_TRY(oa_actor_require(call, org, "users:create"));
    OA_TRY(oa_actor_may_grant(call, org, grants));
    OA_TRY(oa_actor_may_grant_below(call, org, grants));
    return account != 0 ? oa_actor_may_act_on(call, account, org) : NULL; /* what is from above would not decide any more */
}

oa_error *oa_extent_may_grant(oa_call *call, oa_id account, oa_id org, const oa_role *role, const oa_extent *extent)
{
    oa_grants grants = oa_role_grants(call, role);
    grants.modules = extent->modules;
    OA_TRY(oa_actor_may_grant(call, org, &grants));
    if (extent->reach == OA_REACH_BELOW) {
        OA_TRY(oa_actor_may_grant_below(call, org, &grants));
    }
    for (int i = 0; i < extent->sub_orgs->nelts; i++) {
        OA_TRY(may_add_below(call, account, APR_ARRAY_IDX(extent->sub_orgs, i, oa_id), &grants));
    }
    return NULL;
}

static oa_error *join(oa_call *call, oa_id account, oa_id org, oa_id role, int reach, const char *modules)
{
    OA_TRY(oa_membership_put(call->db, account, org, role, call->now));
    bool as_put = reach == OA_REACH_BELOW && *modules == '\0';
    return as_put ? NULL : oa_membership_confine(call->db, account, org, reach, modules);
}

static oa_error *join_below(oa_call *call, oa_id account, oa_id org, oa_id role, const char *modules)
{
    const oa_membership *there;
    OA_TRY(oa_membership_find(call->db, account, org, &there, call->pool));
    return there != NULL && there->status != OA_MEMBERSHIP_REMOVED ? NULL
                                                                   : join(call, account, org, role, OA_REACH_BELOW, modules);
}

oa_error *oa_extent_join_below(oa_call *call, oa_id account, oa_id role, const oa_extent *extent)
{
    for (int i = 0; i < extent->sub_orgs->nelts; i++) {
        OA_TRY(join_below(call, account, APR_ARRAY_IDX(extent->sub_orgs, i, oa_id), role, extent->modules));
    }
    return NULL;
}

oa_error *oa_extent_join(oa_call *call, oa_id account, oa_id org, oa_id role, const oa_extent *extent)
{
    OA_TRY(join(call, account, org, role, extent->reach, extent->modules));
    return oa_extent_join_below(call, account, role, extent);
}
