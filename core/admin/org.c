/* SPDX-License-Identifier: Apache-2.0 */
#include "core/admin/argument.h"
#include "core/admin/guard.h"
#include "core/admin/operations.h"
#include "core/admin/org_move.h"
#include "core/admin/resolve.h"
#include "core/base/text.h"

#include <apr_strings.h>

static const char *const status_words[] = {[OA_ORG_ACTIVE] = "active", [OA_ORG_SUSPENDED] = "suspended"};

/* Of those directly below, as many as the actor stands in. */
static oa_error *count_below(oa_call *call, oa_id org, int64_t *count)
{
    bool reaches;
    *count = 0;
    OA_TRY(oa_actor_reaches_below(call, org, &reaches));
    return reaches || call->actor->key_id == 0 ? oa_org_count_below(call->db, org, reaches ? 0 : call->actor->user_id, count) : NULL;
}

static oa_error *describe(oa_call *call, const oa_org *org, oa_json **result)
{
    int64_t below;
    oa_json *object = oa_json_object(call->pool);
    OA_TRY(count_below(call, org->id, &below));
    oa_json_set_text(object, "id", oa_id_format(OA_KIND_ORG, org->id, call->pool));
    oa_json_set_text(object, "slug", org->slug);
    oa_json_set_text(object, "name", org->name);
    oa_json_set_text(object, "status", status_words[org->status]);
    oa_json_set_text(object, "parent_id", oa_id_format(OA_KIND_ORG, org->parent_id, call->pool));
    oa_json_set_time(object, "created_at", org->created_at);
    oa_json_set_int(object, "sub_org_count", below);
    oa_json_set_int(object, "version", org->version);
    *result = object;
    return NULL;
}

static oa_error *show_again(oa_call *call, oa_id id, oa_json **result)
{
    const oa_org *org;
    OA_TRY(oa_org_find(call->db, id, &org, call->pool));
    call->event_org = id;
    call->target_id = id;
    call->target_name = org->slug;
    return describe(call, org, result);
}

/* org.create */

/* Whether the organization `own` (0: a new one) may have it. What was another's may be named by configuration still, which would then let that of the
 * same slug in: only who answers for configuration gives it away, and by naming it. */
static oa_error *is_free_slug(oa_call *call, const char *slug, oa_id own, bool *is_free)
{
    oa_id org;
    bool former, site = false;
    OA_TRY(oa_org_of_slug(call->db, slug, &org, &former));
    if (former && org != own && oa_argument(call, "slug") != NULL) {
        OA_TRY(oa_actor_is_site(call, &site));
    }
    *is_free = org == 0 || org == own || site;
    return NULL;
}

static oa_error *require_free_slug(oa_call *call, const char *slug, oa_id own)
{
    bool is_free;
    OA_TRY(is_free_slug(call, slug, own, &is_free));
    if (is_free) {
        return NULL;
    }
    oa_error *error = oa_error_because(OA_BECAUSE_NAME_TAKEN,
                                       oa_error_make(call->pool, OA_CONFLICT,
                                                     "the slug \"%s\" is taken: choose another with slug", slug));
    error->field = "slug";
    return error;
}

/* The slug asked for, or one made of the name: with a number behind it where that one is taken. */
static oa_error *choose_slug(oa_call *call, const char *name, const char **slug)
{
    bool is_free;
    const char *base = oa_slug_from(name, call->pool);
    *slug = oa_argument(call, "slug");
    if (*slug != NULL) {
        return require_free_slug(call, *slug, 0);
    }
    *slug = base;
    for (int i = 2; i < 1000; i++) {
        OA_TRY(is_free_slug(call, *slug, 0, &is_free));
        if (is_free) {
            return NULL;
        }
        *slug = apr_psprintf(call->pool, "%.58s-%d", base, i);
    }
    return require_free_slug(call, *slug, 0);
}

/* Nobody becomes an Administrator below an organization where he holds less than that. */
static oa_error *require_may_administer(oa_call *call)
{
    const oa_role *role;
    if (call->org == 0) {
        return NULL; /* SuperAdmins and the local operator */
    }
    OA_TRY(oa_role_find(call->db, OA_ROLE_ID_ADMINISTRATOR, &role, call->pool));
    oa_grants grants = oa_role_grants(call, role);
    return oa_actor_may_grant(call, call->org, &grants);
}

/* The account of that e-mail; made, at home in `org`, where there is none. */
static oa_error *find_or_make(oa_call *call, const char *email, oa_id org, oa_id *account)
{
    const oa_user *user;
    OA_TRY(oa_user_find_email(call->db, email, &user, call->pool));
    *account = user != NULL ? user->id : oa_id_make(call->now);
    if (user != NULL) {
        return NULL;
    }
    const oa_user made = {.id = *account, .kind = OA_USER_PERSON, .email = email, .first_name = "", .last_name = "",
                          .fields = "{}", .home_org_id = org, .created_at = call->now};
    return oa_user_insert(call->db, &made);
}

static oa_error *seat_administrators(oa_call *call, oa_id org)
{
    oa_id account;
    const char *admin = oa_argument(call, "admin");
    if (call->actor->kind == OA_ACTOR_USER) {
        OA_TRY(oa_membership_put(call->db, call->actor->user_id, org, OA_ROLE_ID_ADMINISTRATOR, call->now));
    }
    if (admin == NULL) {
        return NULL;
    }
    OA_TRY(find_or_make(call, admin, org, &account));
    return oa_membership_put(call->db, account, org, OA_ROLE_ID_ADMINISTRATOR, call->now);
}

static oa_error *run_create(oa_call *call, oa_json **result)
{
    oa_org org = {.id = oa_id_make(call->now), .parent_id = call->org, .name = oa_argument(call, "name"),
                  .status = OA_ORG_ACTIVE, .created_at = call->now};
    OA_TRY(require_may_administer(call));
    OA_TRY(oa_org_require_depth(call, call->org, 0));
    OA_TRY(choose_slug(call, org.name, &org.slug));
    OA_TRY(oa_org_insert(call->db, &org));
    OA_TRY(seat_administrators(call, org.id));
    return show_again(call, org.id, result);
}

const oa_operation oa_op_org_create = {
    .name = "org.create",
    .summary = "make an organization; who makes it through the API is its first Administrator",
    .permission = "orgs:create",
    .scope = OA_SCOPE_ORG, /* the parent's */
    .changes = true,
    .method = "POST",
    .path = "/v1/orgs",
    .columns = "id slug name status parent_id",
    .answers = "Org",
    .status = 201,
    .run = run_create,
    .parameters = OA_PARAMETERS{
        {"name", OA_TYPE_NAME, OA_REQUIRED | OA_POSITIONAL, "its name", NULL},
        {"slug", OA_TYPE_SLUG, 0, "short name for configuration; else made of the name", NULL},
        {"parent", OA_TYPE_ORG, 0, "the organization that it is part of, by id or slug", NULL},
        {"admin", OA_TYPE_EMAIL, 0, "e-mail of an Administrator: an account that exists, or a new one", NULL},
        OA_P_END}};

/* org.list, org.show */

/* Below an organization that the actor reaches down from, all are there to be listed. */
static oa_error *read_query(oa_call *call, oa_org_query *query)
{
    bool all;
    OA_TRY(call->org != 0 ? oa_actor_reaches_below(call, call->org, &all) : oa_actor_is_site(call, &all));
    *query = (oa_org_query){.account = all ? 0 : call->actor->user_id, .parent = call->org,
                            .top = oa_argument_flag(call, "top"), .after = oa_argument_after(call)};
    return oa_argument_limit(call, &query->limit);
}

static oa_error *run_list(oa_call *call, oa_json **result)
{
    oa_org_query query;
    apr_array_header_t *orgs;
    oa_json *items = oa_json_array(call->pool);
    OA_TRY(read_query(call, &query));
    int64_t limit = query.limit++;
    OA_TRY(oa_org_list(call->db, &query, &orgs, call->pool));
    for (int i = 0; i < orgs->nelts && i < limit; i++) {
        const oa_org *org = APR_ARRAY_IDX(orgs, i, const oa_org *);
        oa_grants grants;
        oa_json *item;
        OA_TRY(oa_actor_grants(call, org->id, &grants));
        if (grants.type != 0) { /* a key reaches less far than its user */
            OA_TRY(describe(call, org, &item));
            oa_json_append(items, item);
        }
    }
    oa_id last = orgs->nelts > limit ? APR_ARRAY_IDX(orgs, limit - 1, const oa_org *)->id : 0;
    *result = oa_page(call, items, last);
    return NULL;
}

const oa_operation oa_op_org_list = {
    .name = "org.list",
    .summary = "list the organizations that you stand in",
    .scope = OA_SCOPE_NONE,
    .method = "GET",
    .path = "/v1/orgs",
    .columns = "id slug name status parent_id",
    .answers = "Org*",
    .run = run_list,
    .parameters = OA_PARAMETERS{
        {"parent", OA_TYPE_ORG, 0, "only those directly below this organization, by id or slug", NULL},
        {"top", OA_TYPE_FLAG, 0, "only those that are below no other one that you stand in", NULL},
        OA_P_LIMIT, OA_P_AFTER, OA_P_END}};

static oa_error *run_show(oa_call *call, oa_json **result)
{
    const oa_org *org;
    OA_TRY(oa_call_org(call, &org));
    return describe(call, org, result);
}

#define ORG_POSITIONAL {"org", OA_TYPE_ORG, OA_REQUIRED | OA_POSITIONAL, "the organization, by id or slug", NULL}

const oa_operation oa_op_org_show = {
    .name = "org.show",
    .summary = "show an organization",
    .permission = "orgs:view",
    .scope = OA_SCOPE_ORG,
    .method = "GET",
    .path = "/v1/orgs/{org}",
    .answers = "Org",
    .run = run_show,
    .etag = true,
    .parameters = OA_PARAMETERS{ORG_POSITIONAL, OA_P_END}};

/* org.edit, org.remove */

/* Suspending, and ending that, is for who stands above: an organization cannot free itself. */
static oa_error *edit_status(oa_call *call, oa_org *org)
{
    const char *word = oa_argument(call, "status");
    if (word == NULL) {
        return NULL;
    }
    OA_TRY(oa_org_require_above(call, org, "orgs:edit"));
    org->status = strcmp(word, status_words[OA_ORG_ACTIVE]) == 0 ? OA_ORG_ACTIVE : OA_ORG_SUSPENDED;
    return NULL;
}

static oa_error *edit_slug(oa_call *call, oa_org *org)
{
    const char *slug = oa_argument(call, "slug");
    if (slug == NULL || strcmp(slug, org->slug) == 0) {
        return NULL;
    }
    OA_TRY(require_free_slug(call, slug, org->id));
    oa_json_set_text(call->detail, "old_slug", org->slug);
    org->slug = slug;
    return NULL;
}

static oa_error *run_edit(oa_call *call, oa_json **result)
{
    const oa_org *stored;
    OA_TRY(oa_call_org(call, &stored));
    oa_org org = *stored;
    oa_guard guard;
    org.name = oa_argument_given(call, "name") ? oa_argument(call, "name") : org.name;
    OA_TRY(edit_slug(call, &org));
    OA_TRY(edit_status(call, &org));
    OA_TRY(oa_org_move(call, &org));
    OA_TRY(oa_guard_begin_org(call, &guard));
    OA_TRY(oa_org_update(call->db, &org));
    OA_TRY(oa_guard_end(call, &guard));
    return show_again(call, org.id, result);
}

const oa_operation oa_op_org_edit = {
    .name = "org.edit",
    .summary = "change an organization's name or slug, move it, suspend it, or end that",
    .permission = "orgs:edit",
    .scope = OA_SCOPE_ORG,
    .changes = true,
    .method = "PATCH",
    .path = "/v1/orgs/{org}",
    .columns = "id slug name status parent_id",
    .answers = "Org",
    .run = run_edit,
    .parameters = OA_PARAMETERS{
        ORG_POSITIONAL,
        {"name", OA_TYPE_NAME, 0, "its new name", NULL},
        {"slug", OA_TYPE_SLUG, 0, "its new slug: configuration that names the old one must follow", NULL},
        {"parent", OA_TYPE_ORG, OA_CLEARS, "move it below this organization, by id or slug; none: to the top", NULL},
        {"status", OA_TYPE_CHOICE, 0, "suspended refuses all its users and keys", "active suspended"},
        OA_P_END}};

/* The membership of who made it, and removes it now, is no obstacle. */
static oa_error *count_uses(oa_call *call, oa_id org, oa_org_uses *uses)
{
    const oa_membership *own = NULL;
    OA_TRY(oa_org_count_uses(call->db, org, uses));
    if (call->actor->kind == OA_ACTOR_USER) {
        OA_TRY(oa_membership_find(call->db, call->actor->user_id, org, &own, call->pool));
    }
    uses->members -= own != NULL;
    return NULL;
}

static oa_error *require_unused(oa_call *call, const oa_org *org)
{
    oa_org_uses uses;
    const char *there = "";
    OA_TRY(count_uses(call, org->id, &uses));
    const struct {
        int64_t count;
        const char *what;
    } reasons[] = {{uses.below, "sub-organizations"}, {uses.members, "members or former members"},
                   {uses.accounts, "users at home in it"}, {uses.keys, "keys"}, {uses.apis, "Web APIs"},
                   {uses.roles, "roles of its own"}, {uses.invitations, "invitations"}};
    for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
        if (reasons[i].count > 0) {
            there = apr_psprintf(call->pool, "%s%s%" PRId64 " %s", there, *there != '\0' ? ", " : "", reasons[i].count, reasons[i].what);
        }
    }
    return *there == '\0' ? NULL
                          : oa_error_because(OA_BECAUSE_IN_USE,
                                             oa_error_make(call->pool, OA_CONFLICT,
                                                           "organization \"%s\" has %s: suspend it instead", org->slug, there));
}

static oa_error *run_remove(oa_call *call, oa_json **result)
{
    const oa_org *org;
    oa_guard guard;
    OA_TRY(oa_call_org(call, &org));
    OA_TRY(oa_org_require_above(call, org, "orgs:delete"));
    OA_TRY(require_unused(call, org));
    OA_TRY(describe(call, org, result));
    OA_TRY(oa_guard_begin_org(call, &guard));
    OA_TRY(oa_org_delete(call->db, org->id));
    OA_TRY(oa_guard_end(call, &guard));
    call->event_org = org->parent_id; /* where it can still be looked for */
    call->target_id = org->id;
    call->target_name = org->slug;
    return NULL;
}

const oa_operation oa_op_org_remove = {
    .name = "org.remove",
    .summary = "remove an organization that nothing hangs on",
    .permission = "orgs:delete",
    .scope = OA_SCOPE_ORG,
    .changes = true,
    .method = "DELETE",
    .path = "/v1/orgs/{org}",
    .columns = "id slug name",
    .answers = "Org",
    .run = run_remove,
    .parameters = OA_PARAMETERS{ORG_POSITIONAL, OA_P_END}};
