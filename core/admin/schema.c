/* SPDX-License-Identifier: Apache-2.0 */
#include "core/admin/schema.h"

#include <apr_strings.h>

#define USER                                                                                                       \
    "id:usr email:text kind:text first_name:text last_name:text ~org_id:org ~role:text ~role_id:rol status:text "  \
    "~home:bool ~joined_at:time? ~modules:[text] ~reach:text ~sub_orgs:[org] account_status:text ~status_since:time? ~failures:int ~has_password:bool ~fields:map " \
    "last_login_at:time? created_at:time version:int"
#define KEY                                                                                                     \
    "id:key name:text user:text user_id:usr org:text org_id:org status:text covers_all:bool apis:[text] jwt:bool "  \
    "networks:[text] can_reveal:bool replaces:key? replaced_by:key? created_at:time expires_at:time? revoked_at:time? last_used_at:time? version:int"
#define API                                                                                           \
    "id:api name:text summary:text org:text org_id:org service_account:text service_account_id:usr " \
    "users:int created_at:time version:int"

#define INVITATION                                                                                                  \
    "id:inv email:text org:text org_id:org role:text? role_id:rol? external:bool first_name:text last_name:text "   \
    "modules:[text] reach:text sub_orgs:[org] apis:[text] status:text invited_by:text? created_at:time expires_at:time "       \
    "accepted_at:time? user_id:usr? version:int"

const oa_schema oa_schemas[] = {
    {"Org", "id:org slug:text name:text status:text parent_id:org? created_at:time sub_org_count:int version:int"},
    {"User", USER},
    {"ListedUser", "id:text email:text kind:text first_name:text last_name:text ~org_id:org role:text? role_id:rol? status:text "
                   "~home:bool ~joined_at:time? account_status:text? ~status_since:time? ~failures:int ~has_password:bool "
                   "~fields:map last_login_at:time? created_at:time ~expires_at:time version:int"},
    {"Api", API},
    {"ApiWithKey", API " key_id:key key:text?"},
    {"Attachment", "id:usr email:text api:text ~key_id:key ~key:text?"},
    {"Attachments", "items:[@Attachment] next:text? ~key:text?"},
    {"ApiUser", "id:usr email:text first_name:text last_name:text status:text? outsider:bool attached_at:time"},
    {"Key", KEY},
    {"NewKey", KEY " key:text?"},
    {"Jwk", "kty:text crv:text alg:text use:text kid:text x:text"},
    {"Jwks", "keys:[@Jwk] issuer:text"},
    {"Role", "id:rol name:text type:text built_in:bool org_id:org? permissions:[text] required_fields:[text] "
             "summary:text version:int"},
    {"Module", "name:text admins_only:bool built_in:bool"},
    {"Event", "id:evt at:time actor_kind:text actor:text actor_id:usr? action:text target:text target_id:text? org_id:org? "
              "address:text detail:any"},
    {"Message", "id:msg at:time method:text path:text status:int duration_us:int org:text org_id:org user:text user_id:usr key_name:text "
                "key_id:key address:text"},
    {"Figures", "allowed:int refused:int failed:int"},
    {"Moment", "at:time allowed:int refused:int failed:int"},
    {"ApiFigures", "id:api name:text allowed:int refused:int"},
    {"StatusFigure", "status:text users:int"},
    {"EndingKeys", "expires_within:text keys:int"},
    {"EndingKey", "id:key name:text user:text user_id:usr expires_at:time"},
    {"Statistics", "since:time until:time step:text counts:@Figures series:[@Moment] apis:[@ApiFigures] users:[@StatusFigure]? "
                   "keys:[@EndingKeys]? expiring_keys:[@EndingKey]?"},
    {"ImportFault", "column:text detail:text ~reason:text"},
    {"ImportLine", "line:int email:text action:text? result:text detail:text? errors:[@ImportFault] ~api:text? ~mail:text"},
    {"Import", "rows:[@ImportLine] counts:any applied:bool"},
    {"Export", "text:text users:int"},
    {"EventExport", "text:text next:text?"},
    {"Proof", "sound:bool events:int"},
    {"Session", "id:ses address:text agent:text current:bool created_at:time last_seen_at:time expires_at:time"},
    {"EndedSession", "~id:ses"},
    {"NewSession", "id:ses user_id:usr email:text created_at:time expires_at:time"},
    {"Invitation", INVITATION},
    {"SentInvitation", INVITATION " mail:text ~link:text"},
    {"Invited", "email:text ~error:text ~reason:text ~id:inv ~org:text ~org_id:org ~role:text? ~role_id:rol? ~external:bool ~first_name:text "
                "~last_name:text ~modules:[text] ~reach:text ~sub_orgs:[text] ~apis:[text] ~status:text ~invited_by:text? ~created_at:time "
                "~expires_at:time ~accepted_at:time? ~user_id:usr? ~version:int ~mail:text ~link:text"},
    {"OpenInvitation", "email:text org:text org_name:text role:text? external:bool apis:[text] first_name:text last_name:text "
                       "invited_by:text? has_account:bool required_fields:[text] password_min_length:int expires_at:time"},
    {"MyMembership", "org_id:org org:text org_name:text home:bool role:text role_id:rol status:text suspended:bool "
                     "reaches_below:bool reach:text sub_orgs:[org] modules:[text] role_type:text? permissions:[text] patterns:[text] joined_at:time?"},
    {"MyPermissions", "org_id:org org:text org_name:text modules:[text] role_type:text? permissions:[text] patterns:[text]"},
    {"MyApi", "id:api name:text org:text org_id:org"},
    {"Me", USER " session_id:ses? key_id:key? site:bool memberships:[@MyMembership] apis:[@MyApi]"},
    {"UserWithMail", USER " mail:text ~link:text"},
    {"Accepted", "accepted:bool"},
    {"Erased", "id:usr email:text keys_revoked:int events:int"},
    {"ResetDone", "email:text"},
    {"Setting", "name:text value:text? default:text? is_set:bool help:text"},
    {"Mail", "id:mai template:text recipient:text subject:text status:text tries:int trouble:text? created_at:time "
             "next_at:time? sent_at:time?"},
    {"MailsDue", "due:int"},
    {"Health", "status:text ~version:text ~epoch:int ~position:int"},
    {"Error", "pointer:text in:text detail:text ~reason:text"},
    {"Problem", "type:text title:text status:int detail:text code:text ~reason:text ~errors:[@Error] ~report:any"},
    {.name = NULL}};

/* One type. */

static const struct {
    const char *word, *type, *format;
} simple[] = {{"text", "string", NULL},   {"int", "integer", NULL}, {"bool", "boolean", NULL},
              {"time", "string", "date-time"}, {"any", "object", NULL}};

static bool is_word(const char *text, size_t size, const char *word)
{
    return strlen(word) == size && strncmp(text, word, size) == 0;
}

static oa_json *ref_to(const char *name, size_t size, apr_pool_t *pool)
{
    oa_json *object = oa_json_object(pool);
    oa_json_set_text(object, "$ref",
                     apr_pstrcat(pool, "#/components/schemas/", apr_pstrmemdup(pool, name, size), NULL));
    return object;
}

static oa_json *type_of(const char *type, size_t size, apr_pool_t *pool);

static oa_json *list_of(oa_json *items, apr_pool_t *pool)
{
    oa_json *object = oa_json_object(pool);
    oa_json_set_text(object, "type", "array");
    oa_json_set(object, "items", items);
    return object;
}

static oa_json *map_type(apr_pool_t *pool)
{
    oa_json *object = oa_json_object(pool);
    oa_json_set_text(object, "type", "object");
    oa_json_set(object, "additionalProperties", type_of("text", strlen("text"), pool));
    return object;
}

/* A public id: its prefix and 13 characters. */
static oa_json *id_type(const char *prefix, size_t size, apr_pool_t *pool)
{
    oa_json *object = oa_json_object(pool);
    oa_json_set_text(object, "type", "string");
    oa_json_set_text(object, "pattern",
                     apr_psprintf(pool, "^%.*s_[0-9a-hjkmnp-tv-z]{13}$", (int)size, prefix));
    return object;
}

static oa_json *type_of(const char *type, size_t size, apr_pool_t *pool)
{
    if (*type == '@') {
        return ref_to(type + 1, size - 1, pool);
    }
    if (*type == '[') {
        return list_of(type_of(type + 1, size - 2, pool), pool);
    }
    for (size_t i = 0; i < sizeof simple / sizeof *simple; i++) {
        if (is_word(type, size, simple[i].word)) {
            oa_json *object = oa_json_object(pool);
            oa_json_set_text(object, "type", simple[i].type);
            if (simple[i].format != NULL) {
                oa_json_set_text(object, "format", simple[i].format);
            }
            return object;
        }
    }
    return is_word(type, size, "map") ? map_type(pool) : id_type(type, size, pool);
}

static oa_json *or_null(oa_json *schema, apr_pool_t *pool)
{
    oa_json *object = oa_json_object(pool);
    oa_json *either = oa_json_array(pool);
    oa_json *null = oa_json_object(pool);
    oa_json_set_text(null, "type", "null");
    oa_json_append(either, schema);
    oa_json_append(either, null);
    oa_json_set(object, "anyOf", either);
    return object;
}

/* One row. */

static void add_field(const char *field, size_t size, oa_json *properties, oa_json *required, apr_pool_t *pool)
{
    bool optional = *field == '~';
    field += optional;
    size -= optional;
    size_t colon = strcspn(field, ":");
    bool nullable = field[size - 1] == '?';
    const char *name = apr_pstrmemdup(pool, field, colon);
    oa_json *type = type_of(field + colon + 1, size - colon - 1 - nullable, pool);
    oa_json_set(properties, name, nullable ? or_null(type, pool) : type);
    if (!optional) {
        oa_json_append_text(required, name);
    }
}

oa_json *oa_schema_make(const oa_schema *schema, apr_pool_t *pool)
{
    oa_json *object = oa_json_object(pool);
    oa_json *properties = oa_json_object(pool);
    oa_json *required = oa_json_array(pool);
    for (const char *field = schema->fields; *field != '\0';) {
        size_t size = strcspn(field, " ");
        add_field(field, size, properties, required, pool);
        field += size + (field[size] == ' ');
    }
    oa_json_set_text(object, "type", "object");
    oa_json_set(object, "properties", properties);
    oa_json_set(object, "required", required);
    return object;
}

static oa_json *page_of(oa_json *item, apr_pool_t *pool)
{
    oa_json *object = oa_json_object(pool);
    oa_json *properties = oa_json_object(pool);
    oa_json *required = oa_json_array(pool);
    oa_json_set(properties, "items", list_of(item, pool));
    oa_json_set(properties, "next", or_null(type_of("text", strlen("text"), pool), pool));
    oa_json_append_text(required, "items");
    oa_json_append_text(required, "next");
    oa_json_set_text(object, "type", "object");
    oa_json_set(object, "properties", properties);
    oa_json_set(object, "required", required);
    return object;
}

oa_json *oa_schema_ref(const char *answers, apr_pool_t *pool)
{
    if (answers == NULL) {
        return type_of("any", strlen("any"), pool);
    }
    size_t size = strlen(answers);
    bool page = answers[size - 1] == '*';
    oa_json *ref = ref_to(answers, size - page, pool);
    return page ? page_of(ref, pool) : ref;
}
