/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Moving an organization hands it, with all below it, from those who reach it from above to others. So it takes the permission at both places, and who
 * moves must hold in it what the new ones may come to hold.
 */
#include "core/admin/org_move.h"

#include "core/admin/argument.h"

oa_error *oa_org_require_depth(oa_call *call, oa_id parent, int64_t levels)
{
    apr_array_header_t *above;
    if (parent == 0) {
        return NULL;
    }
    OA_TRY(oa_org_above(call->db, parent, &above, call->pool));
    return above->nelts + 1 + levels < OA_ORG_DEPTH_MAX
               ? NULL
               : oa_error_field(call->pool, "parent", "organizations may be nested %d deep at most", OA_ORG_DEPTH_MAX);
}

oa_error *oa_org_require_above(oa_call *call, const oa_org *org, const char *permission)
{
    bool site;
    oa_grants grants;
    OA_TRY(oa_actor_is_site(call, &site));
    if (site) {
        return NULL;
    }
    if (org->parent_id != 0) {
        OA_TRY(oa_actor_grants(call, org->parent_id, &grants));
        if (grants.type != 0 && oa_grants_allow(&grants, permission)) {
            return NULL;
        }
    }
    return oa_error_make(call->pool, OA_NOT_ALLOWED,
                         "suspending, moving or removing organization \"%s\" is for SuperAdmins and administrators above it",
                         org->slug);
}

/* Where to: SuperAdmins alone say the top. */
static oa_error *find_parent(oa_call *call, const oa_org *org, oa_id *parent)
{
    const char *text = oa_argument(call, "parent");
    bool site;
    *parent = 0;
    if (*text != '\0') {
        OA_TRY(oa_resolve_org_named(call, "parent", text, parent));
        oa_call_concerns(call, *parent);
        return *parent != org->parent_id ? oa_actor_require(call, *parent, "orgs:create") : NULL;
    }
    OA_TRY(oa_actor_is_site(call, &site));
    return site || org->parent_id == 0 ? NULL
                                       : oa_error_make(call->pool, OA_NOT_ALLOWED, "moving an organization to the top is for SuperAdmins");
}

static oa_error *require_no_circle(oa_call *call, const oa_org *org, oa_id parent)
{
    bool below;
    OA_TRY(oa_org_is_below(call->db, parent, org->id, &below, call->pool));
    return parent != org->id && !below
               ? NULL
               : oa_error_field(call->pool, "parent", "organization \"%s\" cannot be below itself", org->slug);
}

/* Whoever administers the new place may come to hold all in it. */
static oa_error *require_may_hand_over(oa_call *call, oa_id org)
{
    const oa_role *role;
    OA_TRY(oa_role_find(call->db, OA_ROLE_ID_ADMINISTRATOR, &role, call->pool));
    oa_grants grants = oa_role_grants(call, role);
    OA_TRY(oa_actor_may_grant(call, org, &grants));
    return oa_actor_may_grant_below(call, org, &grants);
}

/* A role of an organization that is above no more could be changed by strangers. */
static oa_error *require_own_roles(oa_call *call, const oa_org *org, oa_id parent)
{
    int64_t count;
    OA_TRY(oa_org_count_foreign_roles(call->db, org->id, parent, &count));
    if (count == 0) {
        return NULL;
    }
    oa_error *error = oa_error_make(call->pool, OA_CONFLICT,
                                    "%" PRId64 " members or invited ones in organization \"%s\" and below have roles of an organization that would not be"
                                    " above it any more: give them others first",
                                    count, org->slug);
    error->field = "parent";
    return error;
}

oa_error *oa_org_move(oa_call *call, oa_org *org)
{
    oa_id parent;
    int64_t levels;
    if (!oa_argument_given(call, "parent")) {
        return NULL;
    }
    OA_TRY(find_parent(call, org, &parent));
    if (parent == org->parent_id) {
        return NULL;
    }
    OA_TRY(oa_org_require_above(call, org, "orgs:edit"));
    OA_TRY(require_no_circle(call, org, parent));
    OA_TRY(oa_org_height(call->db, org->id, &levels));
    OA_TRY(oa_org_require_depth(call, parent, levels));
    OA_TRY(require_may_hand_over(call, org->id));
    OA_TRY(require_own_roles(call, org, parent));
    oa_json_set_text(call->detail, "old_parent_id", oa_id_format(OA_KIND_ORG, org->parent_id, call->pool));
    oa_json_set_text(call->detail, "parent_id", oa_id_format(OA_KIND_ORG, parent, call->pool));
    org->parent_id = parent;
    return NULL;
}
