/* SPDX-License-Identifier: Apache-2.0 */
#include "mod_orgauth/handler.h"

#include "core/admin/problem.h"
#include "core/admin/rest.h"
#include "core/auth/cookie.h"
#include "core/base/crypto.h"
#include "core/base/token.h"
#include "mod_orgauth/answer.h"
#include "mod_orgauth/process.h"
#include "mod_orgauth/request.h"

APLOG_USE_MODULE(orgauth);

/* A request on its way through the handler. */
typedef struct visit {
    request_rec *r;
    oa_rest_request request;
    oa_rest_answer answer;
    oa_route route;
    oa_actor actor;
    const oa_decision *decision;
} visit;

/* Where the API is mounted. */

static bool is_below(const char *uri, const char *mount, size_t size)
{
    return strncmp(uri, mount, size) == 0 && (uri[size] == '/' || uri[size] == '\0');
}

/* The length of the path of the <Location> that says SetHandler; where it was said otherwise (<LocationMatch>, <Directory>, a
 * RewriteRule), of what stands before the first segment "v1". */
static size_t mount_size(const request_rec *r)
{
    const char *mount = oa_directory_of(r)->mount;
    size_t size = mount != NULL ? strlen(mount) : 0;
    while (size > 0 && mount[size - 1] == '/') {
        size--;
    }
    if (mount != NULL && is_below(r->uri, mount, size)) {
        return size;
    }
    for (const char *at = strstr(r->uri, "/v1"); at != NULL; at = strstr(at + 1, "/v1")) {
        if (at[3] == '/' || at[3] == '\0') {
            return (size_t)(at - r->uri);
        }
    }
    return 0;
}

/* The path is httpd's, which its <Location> sections were chosen by, escaped again; never another spelling of it. */
static void read_request(visit *v)
{
    request_rec *r = v->r;
    size_t size = mount_size(r);
    v->request = (oa_rest_request){
        .method = r->method,
        .mount = ap_os_escape_path(r->pool, apr_pstrmemdup(r->pool, r->uri, size), 1),
        .path = r->uri[size] != '\0' ? ap_os_escape_path(r->pool, r->uri + size, 1) : "/",
        .query = r->args,
        .content_type = apr_table_get(r->headers_in, "Content-Type"),
        .if_match = apr_table_get(r->headers_in, "If-Match"),
        .idempotency_key = apr_table_get(r->headers_in, "Idempotency-Key"),
    };
}

static void refuse(visit *v, oa_code code, const char *message)
{
    oa_rest_refuse(&v->route, oa_error_make(v->r->pool, code, "%s", message), &v->answer, v->r->pool);
}

/* Who calls. */

/* A browser may hold a Basic password for all of its host, and sends it beside the cookie of who has logged in since: that one counts. */
static unsigned basic_beside_session(request_rec *r)
{
    const char *cookies = oa_visit_header(oa_request_get(r)->visit, r, "Cookie");
    return oa_cookie_find(cookies, oa_request_cookie_name(r), r->pool) == NULL ? OA_BY_BASIC_KEY : 0;
}

/* A key in any way, and the session; where the place names its ways, or asks for a log-in itself, those. */
static unsigned accepted_ways(request_rec *r)
{
    const oa_directory *place = oa_directory_of(r);
    unsigned ways = OA_BY_BEARER | OA_BY_HEADER | OA_BY_SESSION | basic_beside_session(r);
    if (place->accepted != 0) {
        return place->accepted;
    }
    return oa_request_type(r) == OA_AUTH_ORGAUTH ? ways | oa_directory_accepted(place) : ways;
}

static void answer_decision(visit *v)
{
    static const struct {
        int status;
        oa_code code;
    } codes[] = {{HTTP_BAD_REQUEST, OA_USAGE},        {HTTP_UNAUTHORIZED, OA_UNAUTHENTICATED},
                 {HTTP_FORBIDDEN, OA_NOT_ALLOWED},    {HTTP_TOO_MANY_REQUESTS, OA_TOO_MANY},
                 {HTTP_SERVICE_UNAVAILABLE, OA_UNAVAILABLE}};
    int status = oa_outcome_of(v->decision->outcome)->http_status;
    oa_code code = OA_UNAVAILABLE;
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        code = codes[i].status == status ? codes[i].code : code;
    }
    refuse(v, code, oa_answer_detail(v->decision));
    v->answer.trouble = NULL; /* the decision was logged */
    apr_table_unset(v->answer.headers, "Retry-After");
    apr_table_unset(v->answer.headers, "WWW-Authenticate");
    oa_answer_headers(v->r, v->decision, (accepted_ways(v->r) & OA_BY_BASIC) != 0);
}

static void name_actor(visit *v)
{
    const oa_decision *decision = v->decision;
    v->actor = (oa_actor){.kind = OA_ACTOR_NOBODY,
                          .name = "",
                          .address = v->r->useragent_ip,
                          .agent = apr_table_get(v->r->headers_in, "User-Agent"),
                          .site = oa_process_site(v->r->server, v->r->pool)};
    if (decision->outcome == OA_ALLOWED) {
        v->actor.kind = OA_ACTOR_USER;
        v->actor.user_id = decision->user_id;
        v->actor.key_id = decision->key_id;
        v->actor.session_id = decision->session_id;
        v->actor.name = decision->email;
        oa_request_name_user(v->r, decision);
    }
}

/* A session that is over does not keep its owner from what anybody may do, as logging in again. */
static bool counts_as_nobody(const visit *v)
{
    return oa_route_is_public(&v->route) &&
           (v->decision->outcome == OA_NO_CREDENTIAL ||
            (v->decision->by == OA_BY_SESSION &&
             oa_outcome_of(v->decision->outcome)->http_status == HTTP_UNAUTHORIZED));
}

static bool changes(const visit *v)
{
    return v->route.operation != NULL && v->route.operation->changes;
}

static bool is_sent_by_itself(const visit *v)
{
    return (v->decision->by & (OA_BY_SESSION | OA_BY_BASIC)) != 0;
}

/* What a browser sends by itself proves nothing about who made it send the request. A key as a Basic password is for programs, which say
 * nothing of where they come from; so does an old browser, which sends no more than a form then (is_form). */
static bool is_forged(const visit *v)
{
    bool by_itself = is_sent_by_itself(v);
    if (by_itself && v->decision->key_id != 0) {
        return oa_handler_is_foreign(v->r, false);
    }
    return changes(v) && (by_itself || v->actor.kind == OA_ACTOR_NOBODY) && oa_handler_is_foreign(v->r, by_itself);
}

/* A form of another site, or a script of it, cannot send any other type, or method, without asking first (a CORS preflight, which nothing here answers).
 * One without a type it can: navigator.sendBeacon(url), and fetch with a body of octets. */
static bool is_form(const visit *v)
{
    const char *type = v->request.content_type;
    return is_sent_by_itself(v) && v->r->method_number == M_POST &&
           (type == NULL || (v->route.operation->accepts == NULL && ap_cstr_casecmpn(type, "application/json", 16) != 0));
}

static const char *type_wanted(const visit *v)
{
    const char *types = v->route.operation->accepts;
    return apr_pstrcat(v->r->pool, "with a session or Basic, POST wants the Content-Type ", types != NULL ? types : "application/json", NULL);
}

/* Whether the request may go on, as v->actor; else the answer is ready. */
static bool admit(visit *v)
{
    v->decision = oa_request_decide_for_admin(v->r, accepted_ways(v->r));
    if (v->decision->outcome != OA_ALLOWED && !counts_as_nobody(v)) {
        answer_decision(v);
        return false;
    }
    name_actor(v);
    if (is_forged(v)) {
        refuse(v, OA_NOT_ALLOWED, "this request comes from another site");
        return false;
    }
    if (changes(v) && is_form(v)) {
        refuse(v, OA_MEDIA_TYPE, type_wanted(v));
        return false;
    }
    if (changes(v) && v->actor.kind == OA_ACTOR_NOBODY && oa_directory_requires_tls(oa_directory_of(v->r)) &&
        !oa_request_is_secure(v->r)) {
        refuse(v, OA_NOT_ALLOWED, "credentials are accepted over TLS only");
        return false;
    }
    return true;
}

/* httpd logs the request line, and a link's token is as good as a password: the line shows what it stands for. So it does where a path was
 * mistaken, with another method or a key pasted into it. */
static void redact(const visit *v)
{
    request_rec *r = v->r;
    const char *template = v->route.template;
    if (!oa_route_has_secret(&v->route) && !oa_token_is_within(r->uri)) {
        return;
    }
    r->uri = apr_pstrcat(r->pool, v->request.mount, template != NULL ? template : "/...", NULL);
    r->unparsed_uri = r->parsed_uri.path = r->uri;
    r->the_request = apr_pstrcat(r->pool, r->method, " ", r->uri, " ", r->protocol, NULL);
}

/* What the client takes. */
static bool is_acceptable(visit *v)
{
    const oa_operation *operation = v->route.operation;
    const char *given = operation != NULL ? oa_operation_gives(operation, v->route.path_arguments, v->r->pool) : NULL;
    const char *type = given != NULL ? given : "application/json";
    if (oa_accept_takes(apr_table_get(v->r->headers_in, "Accept"), type)) {
        return true;
    }
    refuse(v, OA_NOT_ACCEPTABLE, apr_pstrcat(v->r->pool, "the answer would be ", type, NULL));
    return false;
}

/* The work. */

static bool takes_body(const visit *v)
{
    return v->route.operation != NULL && strcmp(v->route.operation->method, "GET") != 0;
}

static void perform(visit *v)
{
    const char *trouble;
    unsigned char *body = NULL;
    oa_authority *authority = oa_process_authority(v->r->server, &trouble, v->r->pool);
    if (authority == NULL) {
        refuse(v, OA_UNAVAILABLE, "the store cannot be used");
        v->answer.trouble = trouble;
        return;
    }
    v->actor.authority = authority;
    oa_error *error = takes_body(v) ? oa_handler_body(v->r, oa_route_limit(&v->route), &body, &v->request.size) : NULL;
    if (error != NULL) {
        oa_rest_refuse(&v->route, error, &v->answer, v->r->pool);
        return;
    }
    v->request.body = body;
    oa_rest_answer_to(&v->request, &v->route, oa_authority_store(authority), &v->actor, &v->answer, v->r->pool);
    oa_wipe(body, v->request.size);
    if (v->answer.status == HTTP_FORBIDDEN && (v->decision->by & (OA_BY_BEARER | OA_BY_HEADER)) != 0) {
        oa_answer_scope_header(v->r); /* RFC 6750 section 3.1 */
    }
}

static int put_header(void *headers, const char *name, const char *value)
{
    apr_table_setn(headers, name, value);
    return 1;
}

/* As long as the browser runs, for this host alone, and out of reach of scripts and of other sites. */
static void put_cookie(const visit *v, const char *token)
{
    const char *name = oa_request_cookie_name(v->r);
    bool secure = strcmp(name, OA_COOKIE_SECURE) == 0;
    apr_table_addn(v->r->err_headers_out, "Set-Cookie",
                   apr_pstrcat(v->r->pool, name, "=", token, "; Path=/; HttpOnly; SameSite=Strict",
                               secure ? "; Secure" : "", *token == '\0' ? "; Max-Age=0" : "", NULL));
}

/* The end is not there, and whoever reads must see that: no last chunk, and the connection closes (as mod_proxy does with an answer that breaks off). */
static void break_off(visit *v, const oa_error *error)
{
    request_rec *r = v->r;
    apr_bucket_brigade *brigade = apr_brigade_create(r->pool, r->connection->bucket_alloc);
    ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, r, "OA01051: %s %s was broken off: %s%s%s", r->method, ap_escape_logitem(r->pool, r->uri),
                  ap_escape_logitem(r->pool, error->message), error->detail != NULL ? ": " : "",
                  error->detail != NULL ? ap_escape_logitem(r->pool, error->detail) : "");
    r->connection->keepalive = AP_CONN_CLOSE;
    APR_BRIGADE_INSERT_TAIL(brigade, ap_bucket_error_create(HTTP_BAD_GATEWAY, NULL, r->pool, r->connection->bucket_alloc));
    APR_BRIGADE_INSERT_TAIL(brigade, apr_bucket_eos_create(r->connection->bucket_alloc));
    ap_pass_brigade(r->output_filters, brigade);
}

/* Page by page, so that an answer of any length takes the memory of one. */
static void put_rest(visit *v)
{
    request_rec *r = v->r;
    apr_pool_t *scratch;
    const char *piece = v->answer.body;
    apr_pool_create(&scratch, r->pool);
    while (piece != NULL && ap_rputs(piece, r) >= 0 && ap_rflush(r) >= 0) {
        apr_pool_clear(scratch);
        oa_error *error = oa_rest_more(&v->answer, &piece, scratch);
        if (error != NULL) {
            break_off(v, error);
            break;
        }
    }
    apr_pool_destroy(scratch);
}

static void put_body(visit *v)
{
    request_rec *r = v->r;
    ap_set_content_type(r, v->answer.type);
    if (v->answer.rest == NULL) {
        ap_set_content_length(r, (apr_off_t)v->answer.size);
        ap_rwrite(v->answer.body, (int)v->answer.size, r);
    } else if (!r->header_only) {
        put_rest(v);
    }
}

static int put_out(visit *v)
{
    request_rec *r = v->r;
    oa_rest_answer *answer = &v->answer;
    if (answer->trouble != NULL) {
        ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, r, "OA01050: %s %s: %s", r->method,
                      ap_escape_logitem(r->pool, r->uri), ap_escape_logitem(r->pool, answer->trouble));
    }
    if (answer->log != NULL) {
        ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, r, "%s", ap_escape_logitem(r->pool, answer->log));
    }
    if (answer->cookie != NULL) {
        put_cookie(v, answer->cookie);
    }
    r->status = answer->status;
    apr_table_do(put_header, r->err_headers_out, answer->headers, NULL);
    if (answer->type != NULL) {
        put_body(v);
    }
    return OK;
}

int oa_handler(request_rec *r)
{
    bool done;
    visit v = {.r = r};
    if (r->handler == NULL || strcmp(r->handler, "orgauth-admin") != 0) {
        return DECLINED;
    }
    read_request(&v);
    oa_rest_open(&v.request, &v.route, &done, &v.answer, r->pool);
    redact(&v);
    if (!done && admit(&v) && is_acceptable(&v)) {
        perform(&v);
    }
    return put_out(&v);
}
