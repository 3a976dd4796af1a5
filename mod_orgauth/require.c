/* SPDX-License-Identifier: Apache-2.0 */
#include "mod_orgauth/require.h"

#include "core/base/text.h"
#include "mod_orgauth/request.h"

#include <ap_expr.h>
#include <mod_auth.h>

APLOG_USE_MODULE(orgauth);

/* A kind of Require line with arguments. */
typedef struct line_kind {
    bool (*holds)(const oa_decision *decision, const char *argument);
    bool (*is_sound)(const char *argument); /* of an argument without expressions */
    const char *wanted;                     /* what a sound argument is */
    bool names_api;
} line_kind;

/* An argument: its text, or the expression that gives it. */
typedef struct line_word {
    const char *text;
    const ap_expr_info_t *expression;
} line_word;

typedef struct judged_line {
    const line_kind *kind; /* NULL: without arguments */
    apr_array_header_t *words;
    bool keeps_out; /* who meets it may be refused for that */
    const char *where; /* it stands: FILE:LINE */
} judged_line;

static bool is_permission(const char *text)
{
    const char *colon = strchr(text, ':');
    char module[OA_SLUG_MAX + 1];
    if (colon == NULL || colon - text > OA_SLUG_MAX) {
        return false;
    }
    apr_cpystrn(module, text, (apr_size_t)(colon - text) + 1);
    return oa_slug_is_valid(module) && oa_slug_is_valid(colon + 1);
}

static bool is_some(const char *text)
{
    return *text != '\0';
}

static const line_kind roles = {oa_decision_has_role, is_some, "the name of a role", false};
static const line_kind permissions = {oa_decision_has_permission, is_permission, "a permission such as flow:run",
                                      false};
static const line_kind orgs = {oa_decision_in_org, oa_slug_is_valid, "the slug of an organization", false};
static const line_kind apis = {oa_decision_has_api, oa_slug_is_valid, "the name of a Web API: a-z, 0-9 and '-'", true};

/* Reading a line. */

/* Each argument is an expression of its own, so that what one yields is one argument, whatever is in it. */
static const char *read_word(cmd_parms *cmd, const line_kind *kind, const char *text, line_word *word)
{
    const char *error = NULL;
    if (strpbrk(text, "%$\\") == NULL) {
        word->text = text;
        return kind->is_sound(text) ? NULL : apr_psprintf(cmd->pool, "'%s' is not %s", text, kind->wanted);
    }
    word->expression = ap_expr_parse_cmd(cmd, text, AP_EXPR_FLAG_STRING_RESULT, &error, NULL);
    return error == NULL ? NULL : apr_psprintf(cmd->pool, "Cannot parse the expression '%s': %s", text, error);
}

/* Behind "not", or within <RequireNone>. Where an AuthzProviderAlias will stand is not known when it is read. */
static bool keeps_out(const cmd_parms *cmd)
{
    const char *arguments = cmd->directive->args;
    bool out = ap_cstr_casecmp(cmd->directive->directive, "Require") != 0 ||
               ap_cstr_casecmp(ap_getword_conf(cmd->temp_pool, &arguments), "not") == 0;
    for (const ap_directive_t *section = cmd->directive->parent; section != NULL; section = section->parent) {
        out = (ap_cstr_casecmp(section->directive, "<RequireNone") == 0) != out;
    }
    return out;
}

static judged_line *make_line(cmd_parms *cmd, const line_kind *kind)
{
    judged_line *line = apr_pcalloc(cmd->pool, sizeof *line);
    line->kind = kind;
    line->keeps_out = keeps_out(cmd);
    line->where = apr_psprintf(cmd->pool, "%s:%d", cmd->directive->filename, cmd->directive->line_num);
    return line;
}

static const char *read_line(cmd_parms *cmd, const line_kind *kind, const char *arguments, const void **parsed)
{
    judged_line *line = make_line(cmd, kind);
    line->words = apr_array_make(cmd->pool, 2, sizeof(line_word));
    while (*arguments != '\0') {
        const char *text = ap_getword_conf(cmd->pool, &arguments);
        const char *error = read_word(cmd, kind, text, apr_array_push(line->words));
        if (error != NULL) {
            return error;
        }
    }
    *parsed = line;
    return line->words->nelts > 0 ? NULL : apr_psprintf(cmd->pool, "an argument is missing: %s", kind->wanted);
}

static const char *read_roles(cmd_parms *cmd, const char *arguments, const void **parsed)
{
    return read_line(cmd, &roles, arguments, parsed);
}

static const char *read_permissions(cmd_parms *cmd, const char *arguments, const void **parsed)
{
    return read_line(cmd, &permissions, arguments, parsed);
}

static const char *read_orgs(cmd_parms *cmd, const char *arguments, const void **parsed)
{
    return read_line(cmd, &orgs, arguments, parsed);
}

static const char *read_apis(cmd_parms *cmd, const char *arguments, const void **parsed)
{
    return read_line(cmd, &apis, arguments, parsed);
}

static const char *read_access(cmd_parms *cmd, const char *arguments, const void **parsed)
{
    *parsed = make_line(cmd, NULL);
    return *arguments == '\0' ? NULL : "orgauth-access takes no argument: the module is what OrgAuthModule says";
}

/* Judging by it. */

/* NULL: not authenticated yet, or by somebody else; *otherwise is then the status. */
static oa_request *authenticated(request_rec *r, const judged_line *line, authz_status *otherwise)
{
    oa_request *request = ap_get_module_config(r->request_config, &orgauth_module);
    *otherwise = r->user == NULL ? AUTHZ_DENIED_NO_USER : AUTHZ_DENIED;
    if (request != NULL && r->user == NULL) {
        request->consulted = true;
        *otherwise = request->supposing && line->keeps_out ? AUTHZ_GRANTED : AUTHZ_DENIED_NO_USER;
    }
    return r->user != NULL && request != NULL && request->decision != NULL ? request : NULL;
}

static const char *text_of(request_rec *r, const line_word *word)
{
    const char *error = NULL;
    if (word->text != NULL) {
        return word->text;
    }
    const char *text = ap_expr_str_exec(r, word->expression, &error);
    if (error != NULL) {
        ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, r, "OA02002: the expression of a Require line failed: %s", error);
        return NULL;
    }
    return text;
}

/* A line that cannot be judged is an error, not "not met": under `Require not` that would let in. */
static authz_status check_line(request_rec *r, const char *arguments, const void *parsed)
{
    (void)arguments;
    const judged_line *line = parsed;
    authz_status otherwise;
    oa_request *request = authenticated(r, line, &otherwise);
    for (int i = 0; request != NULL && i < line->words->nelts; i++) {
        const char *text = text_of(r, &APR_ARRAY_IDX(line->words, i, line_word));
        if (text == NULL) {
            return AUTHZ_GENERAL_ERROR;
        }
        if (line->kind->holds(request->decision, text)) {
            request->api = line->kind->names_api ? text : request->api;
            return AUTHZ_GRANTED;
        }
    }
    return otherwise;
}

static const char *method_of_client(const request_rec *r)
{
    while (r->main != NULL) {
        r = r->main;
    }
    return r->method;
}

/* mod_dir and mod_negotiation look at a file by a subrequest, always a GET, and lay it over the request of the client. So what either method
 * means is asked for. A line that keeps out cannot ask for both, and is not to let in by one. */
static authz_status judge_access(request_rec *r, const oa_decision *decision, const char *module, const judged_line *line)
{
    bool may = oa_decision_may_access(decision, module, r->method);
    bool client_may = oa_decision_may_access(decision, module, method_of_client(r));
    if (may != client_may && line->keeps_out) {
        ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, r, "OA02004: Require not orgauth-access cannot judge a subrequest for %s by its method and by %s of the client (the line is %s)",
                      oa_request_path(r), ap_escape_logitem(r->pool, method_of_client(r)), line->where);
        return AUTHZ_GENERAL_ERROR;
    }
    return may && client_may ? AUTHZ_GRANTED : AUTHZ_DENIED;
}

/* Which module a place has is known only where the sections that it is of are merged, .htaccess among them: at the request. */
static authz_status check_access(request_rec *r, const char *arguments, const void *parsed)
{
    (void)arguments;
    const judged_line *line = parsed;
    const char *module = oa_directory_of(r)->module;
    authz_status otherwise;
    const oa_request *request = authenticated(r, line, &otherwise);
    if (request == NULL) {
        return otherwise;
    }
    if (module == NULL) {
        ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, r, "OA02003: Require orgauth-access needs OrgAuthModule here: %s is refused to everybody (the line is %s)",
                      oa_request_path(r), line->where);
        return AUTHZ_GENERAL_ERROR;
    }
    return judge_access(r, request->decision, module, line);
}

static const struct {
    const char *name;
    authz_provider provider;
} lines[] = {
    {"orgauth-role", {check_line, read_roles}},      {"orgauth-permission", {check_line, read_permissions}},
    {"orgauth-org", {check_line, read_orgs}},        {"orgauth-api", {check_line, read_apis}},
    {"orgauth-access", {check_access, read_access}},
};

void oa_require_register(apr_pool_t *pool)
{
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        ap_register_auth_provider(pool, AUTHZ_PROVIDER_GROUP, lines[i].name, AUTHZ_PROVIDER_VERSION, &lines[i].provider,
                                  AP_AUTH_INTERNAL_PER_CONF);
    }
}
