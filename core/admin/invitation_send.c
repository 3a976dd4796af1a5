/* SPDX-License-Identifier: Apache-2.0 */
/* Inviting people, many at once. */
#include "core/admin/argument.h"
#include "core/admin/invitation.h"
#include "core/admin/operations.h"
#include "core/admin/problem.h"
#include "core/model/permission.h"
#include "core/model/status.h"

#include <apr_strings.h>

/* What everybody of one call is offered; text as it is stored. */
typedef struct offer {
    oa_role role; /* id 0: none, Web APIs alone */
    oa_extent extent;
    const char *sub_orgs, *apis;
} offer;

static const char *with_word(const oa_call *call, const char *words, const char *word)
{
    if (oa_words_have(words, word)) {
        return words;
    }
    return apr_pstrcat(call->pool, words, words[0] != '\0' ? " " : "", word, NULL);
}

static const char *with_id(const oa_call *call, const char *words, oa_id id)
{
    return with_word(call, words, apr_psprintf(call->pool, "%" APR_INT64_T_FMT, (apr_int64_t)id));
}

/* Attaching Web APIs asks for the same permission as anywhere. */
static oa_error *read_apis(oa_call *call, offer *o)
{
    const oa_api *api;
    const oa_json *apis = oa_argument_list(call, "api");
    if (oa_json_size(apis) > 0) {
        OA_TRY(oa_actor_require(call, call->org, "users:edit"));
    }
    for (size_t i = 0; i < oa_json_size(apis); i++) {
        OA_TRY(oa_resolve_api(call, call->org, oa_json_text(oa_json_at(apis, i)), &api));
        o->apis = with_id(call, o->apis, api->id);
        oa_call_concerns(call, api->id);
    }
    return NULL;
}

static oa_error *read_role(oa_call *call, offer *o)
{
    const oa_role *role;
    if (!oa_argument_given(call, "role")) {
        return oa_error_field(call->pool, "role", "an invitation needs a role, or external and a Web API");
    }
    OA_TRY(oa_resolve_role(call, call->org, oa_argument(call, "role"), &role));
    o->role = *role;
    OA_TRY(oa_extent_read(call, &o->extent));
    for (int i = 0; i < o->extent.sub_orgs->nelts; i++) {
        o->sub_orgs = with_id(call, o->sub_orgs, APR_ARRAY_IDX(o->extent.sub_orgs, i, oa_id));
    }
    return oa_extent_may_grant(call, 0, call->org, role, &o->extent);
}

static oa_error *require_apis_alone(const oa_call *call, const offer *o)
{
    static const char *const others[] = {"role", "module", "reach", "sub_org"};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (oa_argument_given(call, others[i])) {
            return oa_error_field(call->pool, others[i], "an outsider gets Web APIs and no %s", others[i]);
        }
    }
    return o->apis[0] != '\0' ? NULL : oa_error_field(call->pool, "api", "name the Web APIs that the outsider gets");
}

static oa_error *read_offer(oa_call *call, offer *o)
{
    *o = (offer){.role = {.name = ""}, .extent = {"", OA_REACH_HERE, NULL}, .sub_orgs = "", .apis = ""};
    OA_TRY(read_apis(call, o));
    return oa_argument_flag(call, "external") ? require_apis_alone(call, o) : read_role(call, o);
}

static oa_error *require_outside(oa_call *call, const char *email)
{
    const oa_user *user;
    const oa_membership *membership = NULL;
    OA_TRY(oa_user_find_email(call->db, email, &user, call->pool));
    if (user != NULL) {
        OA_TRY(oa_membership_find(call->db, user->id, call->org, &membership, call->pool));
    }
    if (membership == NULL || membership->status == OA_MEMBERSHIP_REMOVED) {
        return NULL;
    }
    oa_error *error = oa_error_because(OA_BECAUSE_MEMBER_ALREADY,
                                       oa_error_make(call->pool, OA_CONFLICT,
                                                     "\"%s\" belongs to the organization already", email));
    error->field = "email";
    return error;
}

/* One that has expired makes room. */
static oa_error *require_not_invited(oa_call *call, const char *email)
{
    const oa_invitation *before;
    OA_TRY(oa_invitation_find_pending(call->db, call->org, email, &before, call->pool));
    if (before == NULL) {
        return NULL;
    }
    if (oa_invitation_standing(before, call->now) == OA_INVITATION_EXPIRED) {
        return oa_invitation_settle(call->db, before->id, OA_INVITATION_EXPIRED);
    }
    oa_error *error = oa_error_because(OA_BECAUSE_INVITED_ALREADY,
                                       oa_error_make(call->pool, OA_CONFLICT,
                                                     "\"%s\" is invited already: send that invitation again", email));
    error->field = "email";
    return error;
}

static oa_error *invite(oa_call *call, const char *email, const offer *o, oa_json **item)
{
    oa_made_link link;
    const oa_invitation *made;
    const char *first = oa_argument(call, "first_name"), *last = oa_argument(call, "last_name");
    oa_invitation row = {.id = oa_id_make(call->now), .org_id = call->org, .email = email, .role_id = o->role.id,
                         .first_name = first != NULL ? first : "", .last_name = last != NULL ? last : "",
                         .modules = o->extent.modules, .reach = o->extent.reach,
                         .sub_orgs = o->sub_orgs, .apis = o->apis,
                         .invited_by = oa_invitation_inviter(call),
                         .created_at = call->now, .expires_at = call->now + call->settings.invitation_valid_for};
    if (o->role.id != 0) {
        OA_TRY(require_outside(call, email));
    }
    OA_TRY(require_not_invited(call, email));
    oa_link_make(call, "invitations", &link);
    OA_TRY(oa_invitation_insert(call->db, &row, link.digest));
    OA_TRY(oa_invitation_find(call->db, row.id, &made, call->pool));
    OA_TRY(oa_invitation_mail(call, made, &link));
    OA_TRY(oa_invitation_describe(call, made, item));
    oa_link_tell(call, &link, *item);
    return NULL;
}

static oa_json *refused(oa_call *call, const char *email, const oa_error *error)
{
    oa_json *item = oa_json_object(call->pool);
    oa_json_set_text(item, "email", email);
    oa_json_set_text(item, "error", error->message);
    oa_problem_reason(item, error);
    return item;
}

static bool is_of_this_address(const oa_error *error)
{
    return error->code == OA_CONFLICT && error->field != NULL && strcmp(error->field, "email") == 0;
}

/* All or nothing; with `partial` whoever can be invited is. An address given twice is one. */
static oa_error *invite_all(oa_call *call, const oa_json *emails, const offer *o, oa_json *items, oa_json *ids)
{
    const char *seen = "";
    for (size_t i = 0; i < oa_json_size(emails); i++) {
        const char *email = oa_json_text(oa_json_at(emails, i));
        oa_json *item;
        if (oa_words_have(seen, email)) {
            continue;
        }
        seen = with_word(call, seen, email);
        oa_error *error = invite(call, email, o, &item);
        if (error != NULL && !(oa_argument_flag(call, "partial") && is_of_this_address(error))) {
            return error;
        }
        oa_json_append(items, error == NULL ? item : refused(call, email, error));
        if (error == NULL) {
            oa_json_append_text(ids, oa_json_get_text(item, "id"));
            call->target_name = email;
        }
    }
    return NULL;
}

static oa_error *check_names(oa_call *call, size_t count)
{
    static const char *const names[] = {"first_name", "last_name"};
    for (size_t i = 0; i < 2; i++) {
        if (count > 1 && oa_argument_given(call, names[i])) {
            return oa_error_field(call->pool, names[i], "%s is for one person: invite that one alone", names[i]);
        }
    }
    return NULL;
}

static oa_error *run_send(oa_call *call, oa_json **result)
{
    offer o;
    oa_id id;
    const oa_json *emails = oa_argument_list(call, "email");
    oa_json *items = oa_json_array(call->pool), *ids = oa_json_array(call->pool);
    OA_TRY(oa_link_may_print(call));
    OA_TRY(check_names(call, oa_json_size(emails)));
    OA_TRY(read_offer(call, &o));
    OA_TRY(invite_all(call, emails, &o, items, ids));
    oa_json_set(call->detail, "invitation_ids", ids);
    bool one = oa_json_size(ids) == 1 && oa_id_parse(OA_KIND_INVITATION, oa_json_text(oa_json_at(ids, 0)), &id);
    call->target_id = one ? id : 0;
    call->target_name = one ? call->target_name : NULL;
    *result = oa_page(call, items, 0);
    return NULL;
}

const oa_operation oa_op_invitation_send = {
    .name = "invitation.send",
    .summary = "invite people by e-mail to sign up in an organization, or to use its Web APIs",
    .permission = "users:create",
    .scope = OA_SCOPE_ORG,
    .changes = true,
    .method = "POST",
    .path = "/v1/orgs/{org}/invitations",
    .answers = "Invited*",
    .renamed = "email:emails api:apis " OA_EXTENT_RENAMED,
    .columns = "id email role status expires_at mail link error",
    .run = run_send,
    .status = 201,
    .parameters = OA_PARAMETERS{
        {"email", OA_TYPE_EMAIL, OA_REQUIRED | OA_POSITIONAL | OA_LIST, "who is invited", NULL},
        OA_P_ORG,
        {"role", OA_TYPE_ROLE, 0, "the role that they get, by id or exact name", NULL},
        OA_P_EXTENT,
        {"api", OA_TYPE_API, OA_LIST, "attach these Web APIs, by id or name", NULL},
        {"external", OA_TYPE_FLAG, 0, "outsiders: they get the Web APIs and belong to nothing", NULL},
        {"first_name", OA_TYPE_NAME, OA_CLEARS, "first name, for one person", NULL},
        {"last_name", OA_TYPE_NAME, OA_CLEARS, "last name, for one person", NULL},
        {"partial", OA_TYPE_FLAG, 0, "invite whom it can and say of the others what is wrong; else all or nobody", NULL},
        OA_P_PRINT_LINK,
        OA_P_END}};
