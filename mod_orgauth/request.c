/* SPDX-License-Identifier: Apache-2.0 */
#include "mod_orgauth/request.h"

#include "core/auth/cookie.h"
#include "core/base/clock.h"
#include "core/base/crypto.h"
#include "core/base/token.h"
#include "core/model/key.h"
#include "mod_orgauth/process.h"

#include <http_ssl.h>

APLOG_USE_MODULE(orgauth);

enum { RETRY_SOON = 1 };

/* One question asked in this visit, and what was decided. */
typedef struct asked {
    unsigned accepted;
    const char *key_header;    /* NULL: for httpd's Basic authentication, which knows none */
    const char *authorization; /* the fields' values; NULL where absent */
    const char *key;
    bool secure;
    const char *org;
    bool account_alone; /* for the admin handler */
    bool by_httpd;      /* which logs what it refuses */
    const char *user;   /* asked with a name and password that are in no field; else NULL */
    const oa_secret *password;
    const oa_decision *decision;
    bool forgiven;
    struct asked *before;
} asked;

typedef struct left {
    const ap_conf_vector_t *place;
    const oa_request *request;
    struct left *before;
} left;

typedef struct kept {
    const char *name;
    const char *value;
    struct kept *before;
} kept;

struct oa_visit {
    apr_pool_t *pool; /* of the request that the client made: outlives the subrequests */
    kept *headers;    /* taken out of the request */
    asked *asked;     /* newest first */
    left *left;
};

/* The state of a request. */

static oa_request *own(const request_rec *r)
{
    return ap_get_module_config(r->request_config, &orgauth_module);
}

static request_rec *above(const request_rec *r)
{
    return r->prev != NULL ? r->prev : r->main;
}

static oa_request *make(request_rec *r, oa_visit *visit)
{
    oa_request *request = apr_pcalloc(r->pool, sizeof *request);
    request->visit = visit;
    ap_set_module_config(r->request_config, &orgauth_module, request);
    return request;
}

oa_request *oa_request_find(request_rec *r)
{
    for (const request_rec *up = r; up != NULL; up = above(up)) {
        oa_request *request = own(up);
        if (request != NULL) {
            return up == r ? request : make(r, request->visit);
        }
    }
    return NULL;
}

static request_rec *first_of(request_rec *r)
{
    while (above(r) != NULL) {
        r = above(r);
    }
    return r;
}

oa_request *oa_request_get(request_rec *r)
{
    oa_request *request = oa_request_find(r);
    if (request != NULL) {
        return request;
    }
    request_rec *first = first_of(r);
    oa_visit *visit = apr_pcalloc(first->pool, sizeof *visit);
    visit->pool = first->pool;
    request = make(first, visit);
    return first == r ? request : make(r, visit);
}

static oa_request *at_same_place(const request_rec *up, const request_rec *r)
{
    return up != NULL && up->per_dir_config == r->per_dir_config ? own(up) : NULL;
}

void oa_request_inherit(request_rec *r, oa_request *request)
{
    const oa_request *from = at_same_place(r->prev, r);
    from = from != NULL ? from : at_same_place(r->main, r);
    if (request->decision == NULL && from != NULL) {
        request->decision = from->decision;
        request->key_id = from->key_id;
        request->api = from->api;
    }
}

static oa_auth_type ask_type(request_rec *r)
{
    const char *type = ap_auth_type(r);
    if (type == NULL) {
        return OA_AUTH_FOREIGN;
    }
    return ap_cstr_casecmp(type, "OrgAuth") == 0 ? OA_AUTH_ORGAUTH
           : ap_cstr_casecmp(type, "Basic") == 0 ? OA_AUTH_BASIC
                                                 : OA_AUTH_FOREIGN;
}

oa_auth_type oa_request_type(request_rec *r)
{
    oa_request *request = own(r);
    if (request != NULL && request->typed == r->per_dir_config) {
        return request->type;
    }
    oa_auth_type type = ask_type(r);
    request = request == NULL && type != OA_AUTH_FOREIGN ? oa_request_get(r) : request;
    if (request != NULL) {
        request->type = type;
        request->typed = r->per_dir_config;
    }
    return type;
}

/* Headers that were taken out, and what subrequests left. */

static const kept *find_kept(const oa_visit *visit, const char *name)
{
    const kept *found = visit->headers;
    while (found != NULL && ap_cstr_casecmp(found->name, name) != 0) {
        found = found->before;
    }
    return found;
}

const char *oa_visit_header(const oa_visit *visit, const request_rec *r, const char *name)
{
    const kept *found = find_kept(visit, name);
    return found != NULL ? found->value : apr_table_get(r->headers_in, name);
}

/* What belongs to a subrequest, as its .htaccess and the copies of its headers, ends with it; the visit goes on. */
static const char *keep(const request_rec *r, const char *text, apr_pool_t *pool)
{
    return r->main != NULL ? apr_pstrdup(pool, text) : text;
}

void oa_visit_keep_header(oa_visit *visit, const request_rec *r, const char *name, const char *value)
{
    if (find_kept(visit, name) == NULL) {
        kept *header = apr_palloc(visit->pool, sizeof *header);
        header->name = keep(r, name, visit->pool);
        header->value = keep(r, value, visit->pool);
        header->before = visit->headers;
        visit->headers = header;
    }
}

static left *find_left(const oa_visit *visit, const ap_conf_vector_t *place)
{
    left *found = visit->left;
    while (found != NULL && found->place != place) {
        found = found->before;
    }
    return found;
}

void oa_visit_leave(oa_visit *visit, const ap_conf_vector_t *place, const oa_request *request)
{
    left *entry = find_left(visit, place);
    if (entry == NULL) {
        entry = apr_palloc(visit->pool, sizeof *entry);
        entry->place = place;
        entry->before = visit->left;
        visit->left = entry;
    }
    entry->request = request == NULL ? NULL : apr_pmemdup(visit->pool, request, sizeof *request);
}

const oa_request *oa_visit_left(const oa_visit *visit, const ap_conf_vector_t *place)
{
    const left *found = find_left(visit, place);
    return found != NULL ? found->request : NULL;
}

/* Where the client is. */

enum { IPV4 = 4, IPV6 = 16 };

static void read_address(const apr_sockaddr_t *socket, oa_address *address)
{
    static const unsigned char mapped[] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    const unsigned char *bytes = socket != NULL ? socket->ipaddr_ptr : NULL;
    size_t size = bytes != NULL ? (size_t)socket->ipaddr_len : 0;
    if (size == IPV6 && memcmp(bytes, mapped, sizeof mapped) == 0) {
        bytes += sizeof mapped;
        size = IPV4;
    }
    address->size = size == IPV4 || size == IPV6 ? size : 0;
    if (address->size > 0) {
        memcpy(address->bytes, bytes, address->size);
    }
}

static bool is_loopback(const apr_sockaddr_t *socket)
{
    static const unsigned char loopback[IPV6] = {[IPV6 - 1] = 1};
    oa_address address;
    read_address(socket, &address);
    return (address.size == IPV4 && address.bytes[0] == 127) ||
           (address.size == IPV6 && memcmp(address.bytes, loopback, IPV6) == 0);
}

bool oa_request_is_secure(const request_rec *r)
{
    /* Both ends count: a proxy on this host that passes on somebody from afar (mod_remoteip) is not the client, and who
     * claims through a proxy from afar to be on this host is not either. */
    const apr_sockaddr_t *peer = r->connection->client_addr;
    return ap_ssl_conn_is_ssl(r->connection) ||
           (is_loopback(peer) && (r->useragent_addr == peer || is_loopback(r->useragent_addr)));
}

const char *oa_request_cookie_name(const request_rec *r)
{
    bool tls = ap_ssl_conn_is_ssl(r->connection);
    return tls || !oa_request_is_secure(r) ? OA_COOKIE_SECURE : OA_COOKIE_LOOPBACK;
}

/* The decision. */

/* Whether `outcome` could be another one in another organization. */
static bool hangs_on_org(oa_outcome outcome)
{
    return outcome == OA_ALLOWED || outcome == OA_FOREIGN_ORG || outcome == OA_MEMBER_DEACTIVATED ||
           outcome == OA_ORG_SUSPENDED;
}

static bool is_same_text(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool is_same_org(const asked *was, const asked *is)
{
    return is_same_text(was->org, is->org) || !hangs_on_org(was->decision->outcome);
}

/* The client sent the same in both fields: those of one name, or what says the same under another. */
static bool has_same_fields(const asked *was, const asked *is)
{
    bool one_name = was->key_header != NULL && is->key_header != NULL && ap_cstr_casecmp(was->key_header, is->key_header) == 0;
    return one_name || (is_same_text(was->authorization, is->authorization) && is_same_text(was->key, is->key));
}

/* A credential that came by a way which counts in both places is the same one; but a session gives way to others. */
static bool is_same_credential(const asked *was, const asked *is)
{
    if (was->user != NULL || is->user != NULL) {
        return is_same_text(was->user, is->user) && was->password->size == is->password->size &&
               oa_equal(was->password->bytes, is->password->bytes, is->password->size);
    }
    return has_same_fields(was, is) &&
           (was->accepted == is->accepted || (was->decision->by & is->accepted & ~(unsigned)OA_BY_SESSION) != 0);
}

static const oa_decision *find_asked(const oa_visit *visit, const asked *question)
{
    for (const asked *was = visit->asked; was != NULL; was = was->before) {
        if (was->secure == question->secure && was->account_alone == question->account_alone && is_same_credential(was, question) && is_same_org(was, question)) {
            return was->decision;
        }
    }
    return NULL;
}

const char *oa_request_path(request_rec *r)
{
    return ap_escape_logitem(r->pool, oa_token_hide(apr_pstrdup(r->pool, r->uri), r->pool));
}

/* httpd puts the Referer behind each line, and what was pasted into a path is in there too. */
static void log_text(request_rec *r, int level, const char *text)
{
    const char *referer = apr_table_get(r->headers_in, "Referer");
    bool tells = referer != NULL && oa_token_is_within(referer);
    if (tells) {
        apr_table_setn(r->headers_in, "Referer", oa_token_hide(apr_pstrdup(r->pool, referer), r->pool));
    }
    ap_log_rerror(APLOG_MARK, level, 0, r, "%s", text);
    if (tells) {
        apr_table_setn(r->headers_in, "Referer", referer);
    }
}

static void log_refusal(request_rec *r, const oa_decision *decision, bool told_by_httpd)
{
    if (decision->outcome == OA_ALLOWED) {
        return;
    }
    const char *user = decision->claimed != NULL ? ap_escape_logitem(r->pool, decision->claimed) : NULL;
    const char *text = oa_outcome_log(decision->outcome, user, oa_request_path(r), r->pool);
    if (text != NULL) {
        log_text(r, told_by_httpd ? APLOG_INFO : APLOG_ERR,
                 decision->trouble != NULL ? apr_pstrcat(r->pool, text, ": ", decision->trouble, NULL) : text);
    }
    if (decision->newly_denied) {
        log_text(r, APLOG_WARNING, apr_pstrcat(r->pool, "OA01040: ", user != NULL ? user : "-",
                                               " is DENIED from now on: too many wrong attempts", NULL));
    }
}

static const oa_decision *unavailable(const char *trouble, apr_pool_t *pool)
{
    oa_decision *decision = apr_pcalloc(pool, sizeof *decision);
    decision->outcome = OA_STORE_UNAVAILABLE;
    decision->retry_after = RETRY_SOON;
    decision->trouble = trouble;
    decision->email = decision->org = decision->role = decision->service_api = decision->apis = "";
    return decision;
}

static void pose(request_rec *r, const asked *about, oa_question *question)
{
    question->secure = about->secure;
    question->org = about->org;
    question->account_alone = about->account_alone;
    question->now = oa_clock_now();
    question->address_text = r->useragent_ip;
    read_address(r->useragent_addr, &question->address);
    question->presented.accepted = about->accepted;
    question->presented.authorization = about->authorization;
    question->presented.key_header = about->key;
}

/* A key in the place of a password is judged as one that came as a bearer's: the name beside it does not matter. */
static const oa_decision *ask_password(oa_authority *authority, const asked *about, oa_question *question,
                                       apr_pool_t *pool)
{
    const char *password = (const char *)about->password->bytes;
    if (!oa_key_looks_like(password, about->password->size)) {
        return oa_decide_password(authority, about->user, about->password, question, pool);
    }
    question->presented.accepted = OA_BY_BEARER;
    question->presented.authorization = apr_pstrcat(pool, "Bearer ", password, NULL);
    return oa_decide(authority, question, pool);
}

static const oa_decision *ask(request_rec *r, const oa_visit *visit, const asked *about)
{
    const char *trouble;
    oa_question question = {0};
    oa_authority *authority = oa_process_authority(r->server, &trouble, visit->pool);
    if (authority == NULL) {
        return unavailable(trouble, visit->pool);
    }
    pose(r, about, &question);
    if (about->user != NULL) {
        return ask_password(authority, about, &question, visit->pool);
    }
    question.presented.session = oa_cookie_find(oa_visit_header(visit, r, "Cookie"), oa_request_cookie_name(r), visit->pool);
    question.site = question.presented.session != NULL ? oa_process_site(r->server, visit->pool) : NULL;
    return oa_decide(authority, &question, visit->pool);
}

/* Where nothing was noted yet, the table need not be searched. */
static void note(request_rec *r, oa_request *request)
{
    void (*put)(apr_table_t *, const char *, const char *) = request->noted ? apr_table_setn : apr_table_addn;
    const oa_decision *decision = request->decision;
    put(r->notes, "orgauth-decision", oa_outcome_of(decision->outcome)->name);
    request->key_id = decision->key_id != 0 ? decision->claimed : NULL;
    if (request->key_id != NULL) {
        put(r->notes, "orgauth-key-id", request->key_id);
    }
    if (decision->email[0] != '\0') {
        put(r->notes, "orgauth-user", decision->email);
    }
    request->noted = true;
}

static const oa_decision *decide(request_rec *r, oa_request *request, asked *question)
{
    oa_visit *visit = request->visit;
    const oa_decision *decision = find_asked(visit, question);
    if (decision == NULL) {
        decision = question->decision = ask(r, visit, question);
        question->before = visit->asked;
        visit->asked = question;
        log_refusal(r, decision,
                    question->by_httpd && oa_outcome_of(decision->outcome)->http_status == HTTP_UNAUTHORIZED);
    }
    request->decision = decision;
    note(r, request);
    return decision;
}

/* A decision is found again in subrequests, but struck once. */
void oa_request_forgive(request_rec *r, oa_request *request)
{
    const char *trouble;
    oa_address address;
    oa_authority *authority = oa_process_authority(r->server, &trouble, r->pool);
    asked *about = request->visit->asked;
    while (about != NULL && about->decision != request->decision) {
        about = about->before;
    }
    if (about != NULL && !about->forgiven && authority != NULL) {
        read_address(r->useragent_addr, &address);
        oa_authority_forgive(authority, about->decision, &address, oa_clock_now(), r->pool);
        about->forgiven = true;
    }
    request->decision = NULL;
}

void oa_request_name_user(request_rec *r, const oa_decision *decision)
{
    static char type[] = "OrgAuth";
    r->user = apr_pstrdup(r->pool, decision->email);
    r->ap_auth_type = type;
}

static asked *question_of(request_rec *r, const oa_request *request)
{
    const oa_visit *visit = request->visit;
    apr_pool_t *pool = visit->pool;
    const oa_directory *place = oa_directory_of(r);
    asked *question = apr_pcalloc(pool, sizeof *question);
    question->accepted = oa_directory_accepted(place);
    question->key_header = keep(r, oa_directory_key_header(place), pool);
    question->authorization = keep(r, oa_visit_header(visit, r, "Authorization"), pool);
    question->key = keep(r, oa_visit_header(visit, r, question->key_header), pool);
    question->secure = !oa_directory_requires_tls(place) || oa_request_is_secure(r);
    question->org = keep(r, place->org, pool);
    return question;
}

const oa_decision *oa_request_decide(request_rec *r)
{
    oa_request *request = oa_request_get(r);
    return decide(r, request, question_of(r, request));
}

const oa_decision *oa_request_decide_for_admin(request_rec *r, unsigned accepted)
{
    oa_request *request = oa_request_get(r);
    asked *question = question_of(r, request);
    question->accepted = accepted;
    question->org = NULL;
    question->account_alone = true;
    return decide(r, request, question);
}

static const char *proxy_field(const request_rec *r, apr_pool_t *pool)
{
    return keep(r, apr_table_get(r->headers_in, "Proxy-Authorization"), pool);
}

/* mod_auth_basic takes what it can make of its field: a password up to a NUL, the first of two credentials. So the field itself is judged.
 * Another module's name and password may come from anywhere. */
const oa_decision *oa_request_decide_password(request_rec *r, const char *user, const char *password)
{
    oa_request *request = oa_request_get(r);
    apr_pool_t *pool = request->visit->pool;
    asked *question = question_of(r, request);
    question->accepted = OA_BY_BASIC;
    question->by_httpd = true;
    question->key_header = question->key = NULL;
    question->authorization = r->proxyreq == PROXYREQ_PROXY ? proxy_field(r, pool) : question->authorization;
    if (oa_request_type(r) != OA_AUTH_BASIC || question->authorization == NULL) {
        question->authorization = NULL;
        question->user = apr_pstrdup(pool, user);
        question->password = oa_secret_make(password, strlen(password), pool);
    }
    return decide(r, request, question);
}
