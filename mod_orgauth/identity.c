/* SPDX-License-Identifier: Apache-2.0 */
#include "mod_orgauth/identity.h"

#include "core/auth/cookie.h"

#include <util_filter.h>

/* Names of the identity, in the order that `values` fills. The Web API has no header: see ORGAUTH_API. */
static const struct {
    const char *variable;
    const char *header;
} names[] = {
    {"ORGAUTH_USER_ID", "X-Orgauth-User-Id"},
    {"ORGAUTH_EMAIL", "X-Orgauth-Email"},
    {"ORGAUTH_ORG", "X-Orgauth-Org"},
    {"ORGAUTH_ORG_ID", "X-Orgauth-Org-Id"},
    {"ORGAUTH_ROLE", "X-Orgauth-Role"},
    {"ORGAUTH_KEY_ID", "X-Orgauth-Key-Id"},
    {"ORGAUTH_API", NULL},
};
enum { NAMES = sizeof names / sizeof *names };

static ap_filter_rec_t *trailer_filter;

/* Names as CGI folds them: letters of ASCII, whatever the locale, in any case; digits; all else is an underscore. */

static unsigned char folds[256];

static void make_folds(void)
{
    for (int c = 0; c < 256; c++) {
        bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        folds[c] = (unsigned char)(plain ? c : c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : '_');
    }
    folds[0] = '\0';
}

static unsigned char folded(char c)
{
    return folds[(unsigned char)c];
}

static bool folds_to(const char *name, const char *other)
{
    while (*name != '\0' && folded(*name) == folded(*other)) {
        name++;
        other++;
    }
    return *name == *other;
}

bool oa_identity_is_named(const char *header)
{
    const char *wanted = "x_orgauth_";
    while (*wanted != '\0' && folded(*header) == (unsigned char)*wanted) {
        header++;
        wanted++;
    }
    return *wanted == '\0';
}

/* Taking forged headers out. */

static bool is_variable_named(const char *variable)
{
    return strncmp(variable, "ORGAUTH_", strlen("ORGAUTH_")) == 0;
}

static const char *find(const apr_table_t *table, bool is_wanted(const char *name))
{
    const apr_array_header_t *entries = apr_table_elts(table);
    for (int i = 0; i < entries->nelts; i++) {
        const char *name = APR_ARRAY_IDX(entries, i, apr_table_entry_t).key;
        if (is_wanted(name)) {
            return name;
        }
    }
    return NULL;
}

static void take_out(apr_table_t *table, bool is_wanted(const char *name))
{
    for (const char *name = find(table, is_wanted); name != NULL; name = find(table, is_wanted)) {
        apr_table_unset(table, name);
    }
}

/* The tokens of a Connection field without those of ours. A proxy's reader takes a semicolon for a comma. */
static const char *tokens_without(const char *value, apr_pool_t *pool)
{
    static const char between[] = ",; \t\v\f\r\n";
    const char *kept = "";
    while (*value != '\0') {
        const char *token = apr_pstrndup(pool, value, strcspn(value, between));
        value += strlen(token);
        value += strspn(value, between);
        if (*token != '\0' && !oa_identity_is_named(token)) {
            kept = apr_pstrcat(pool, kept, *kept != '\0' ? ", " : "", token, NULL);
        }
    }
    return kept;
}

static void clean_connection(request_rec *r)
{
    const char *value = apr_table_get(r->headers_in, "Connection");
    if (value == NULL || ap_strcasestr(value, "orgauth") == NULL) {
        return;
    }
    const char *kept = tokens_without(value, r->pool);
    if (*kept != '\0') {
        apr_table_setn(r->headers_in, "Connection", kept);
    } else {
        apr_table_unset(r->headers_in, "Connection");
    }
}

int oa_identity_post_read(request_rec *r)
{
    take_out(r->headers_in, oa_identity_is_named);
    clean_connection(r);
    return DECLINED;
}

/* Handing the identity over. */

static bool is_allowed(const oa_request *request)
{
    return request != NULL && request->decision != NULL && request->decision->outcome == OA_ALLOWED;
}

/* All NULL for nobody. */
static void values_of(const oa_request *request, const char *values[NAMES], apr_pool_t *pool)
{
    memset(values, 0, NAMES * sizeof *values);
    if (!is_allowed(request)) {
        return;
    }
    const oa_decision *decision = request->decision;
    const char *all[NAMES] = {
        oa_id_format(OA_KIND_USER, decision->user_id, pool),
        decision->email,
        decision->org,
        oa_id_format(OA_KIND_ORG, decision->org_id, pool),
        decision->role,
        request->key_id,
        decision->service_api[0] != '\0' ? decision->service_api : request->api,
    };
    memcpy(values, all, sizeof all);
}

static bool is_given(const char *value)
{
    return value != NULL && *value != '\0';
}

/* Both take out first what was handed to the request that this one was made from; then nothing of these names is left
 * to look for. */

static void hand_headers(request_rec *r, const char *const values[NAMES])
{
    take_out(r->headers_in, oa_identity_is_named);
    for (int i = 0; i < NAMES && oa_directory_forwards(oa_directory_of(r)); i++) {
        if (names[i].header != NULL && is_given(values[i])) {
            apr_table_addn(r->headers_in, names[i].header, values[i]);
        }
    }
}

static void hand_environment(request_rec *r, const char *const values[NAMES])
{
    take_out(r->subprocess_env, is_variable_named);
    for (int i = 0; i < NAMES; i++) {
        if (is_given(values[i])) {
            apr_table_addn(r->subprocess_env, names[i].variable, values[i]);
        }
    }
}

/* Hiding the credential. */

/* A header may have reached the environment by SetEnvIf or RewriteRule, and from there as REDIRECT_… past an internal
 * redirect. */
static bool is_variable_of(const char *variable, const char *header)
{
    while (strncmp(variable, "REDIRECT_", strlen("REDIRECT_")) == 0) {
        variable += strlen("REDIRECT_");
    }
    return strncmp(variable, "HTTP_", strlen("HTTP_")) == 0 && folds_to(variable + strlen("HTTP_"), header);
}

/* The fields of a place that carry a credential; NULL ends them. */
enum { FIELDS = 3 };

static const char *const *field_in(const char *const *fields, const char *name, bool is_of(const char *, const char *))
{
    while (*fields != NULL && !is_of(name, *fields)) {
        fields++;
    }
    return fields;
}

static bool is_header_of(const char *name, const char *field)
{
    return folded(name[0]) == folded(field[0]) && folds_to(name, field);
}

/* The first entry from *index on that is one of the fields in any spelling; its field, NULL: none. */
static const char *find_of(const apr_table_t *table, int *index, const char *const *fields,
                           bool is_of(const char *, const char *))
{
    const apr_array_header_t *entries = apr_table_elts(table);
    const char *field = NULL;
    while (field == NULL && *index < entries->nelts) {
        field = *field_in(fields, APR_ARRAY_IDX(entries, *index, apr_table_entry_t).key, is_of);
        *index += field == NULL;
    }
    return field;
}

static void take_out_variables(apr_table_t *table, const char *const *fields)
{
    int index = 0;
    while (find_of(table, &index, fields, is_variable_of) != NULL) {
        apr_table_unset(table, APR_ARRAY_IDX(apr_table_elts(table), index, apr_table_entry_t).key);
    }
}

/* What counted is remembered: the field under its own name, of which httpd has made one. */
static void hide(request_rec *r, oa_visit *visit, const char *const *fields)
{
    int index = 0;
    const char *field;
    while ((field = find_of(r->headers_in, &index, fields, is_header_of)) != NULL) {
        const apr_table_entry_t *entry = &APR_ARRAY_IDX(apr_table_elts(r->headers_in), index, apr_table_entry_t);
        if (ap_cstr_casecmp(entry->key, field) == 0) {
            oa_visit_keep_header(visit, r, field, entry->val);
        }
        apr_table_unset(r->headers_in, entry->key);
    }
    take_out_variables(r->subprocess_env, fields);
}

static bool is_orgauth(request_rec *r)
{
    return oa_request_type(r) == OA_AUTH_ORGAUTH;
}

/* The session's cookie comes with every request to the host and is no back end's business anywhere. */
static bool has_session(const request_rec *r)
{
    const char *field = apr_table_get(r->headers_in, "Cookie");
    return field != NULL && oa_cookie_hide(field, r->pool) != field;
}

static void hide_session(request_rec *r, oa_visit *visit)
{
    const char *field = apr_table_get(r->headers_in, "Cookie");
    const char *kept = oa_cookie_hide(field, r->pool);
    hide(r, visit, (const char *const[]){"Cookie", NULL});
    if (kept != NULL) {
        apr_table_setn(r->headers_in, "Cookie", kept);
    }
}

/* Ways that do not count here are the back end's own business. httpd's Basic authentication counts one way. */
void oa_identity_hide(request_rec *r, const oa_request *request)
{
    const oa_directory *place = oa_directory_of(r);
    unsigned accepted = is_orgauth(r) ? oa_directory_accepted(place) : OA_BY_BASIC;
    const char *fields[FIELDS] = {NULL};
    int count = 0;
    if ((accepted & (OA_BY_BEARER | OA_BY_BASIC)) != 0) {
        fields[count++] = "Authorization";
    }
    if ((accepted & OA_BY_HEADER) != 0) {
        fields[count] = oa_directory_key_header(place);
    }
    if (oa_directory_hides(place)) {
        hide(r, request->visit, fields);
    }
}

/* Notes are a request's own, and httpd logs the last one's: an error document's, say. */
static void hand_notes(request_rec *r)
{
    static const char *const notes[] = {"orgauth-decision", "orgauth-key-id", "orgauth-user"};
    for (size_t i = 0; r->prev != NULL && i < sizeof notes / sizeof *notes; i++) {
        const char *value = apr_table_get(r->prev->notes, notes[i]);
        if (value != NULL && apr_table_get(r->notes, notes[i]) == NULL) {
            apr_table_setn(r->notes, notes[i], value);
        }
    }
}

/*
 * mod_cache stores no answer to a request with Authorization; but that may be hidden by now, and it knows nothing of
 * keys in headers. What it stored it would hand out without asking us. Caches on the way know of Authorization, and are
 * told of the other header. A page includes what its subrequests say, so it counts for those above as well.
 */
static void keep_from_caches(request_rec *r)
{
    const oa_directory *place = oa_directory_of(r);
    const char *header = oa_directory_key_header(place);
    for (request_rec *up = r; up != NULL; up = up->main) {
        up->no_cache = 1;
    }
    if (is_orgauth(r) && (oa_directory_accepted(place) & OA_BY_HEADER) != 0 &&
        !ap_find_token(r->pool, apr_table_get(r->err_headers_out, "Vary"), header)) {
        apr_table_mergen(r->err_headers_out, "Vary", header);
    }
}

static void hand_over(request_rec *r, oa_request *request)
{
    const char *values[NAMES];
    if (request->decision != NULL || is_orgauth(r)) {
        keep_from_caches(r);
        oa_identity_hide(r, request);
    }
    values_of(request, values, r->pool);
    hand_headers(r, values);
    hand_environment(r, values);
    request->place = r->per_dir_config;
}

int oa_identity_fixups(request_rec *r)
{
    if (oa_directory_hides(oa_directory_of(r)) && has_session(r)) {
        hide_session(r, oa_request_get(r)->visit);
    }
    oa_request *request = is_orgauth(r) ? oa_request_get(r) : oa_request_find(r);
    if (request == NULL) {
        return DECLINED;
    }
    oa_request_inherit(r, request);
    hand_over(r, request);
    hand_notes(r);
    if (r->main != NULL) {
        oa_visit_leave(request->visit, r->per_dir_config, request);
    }
    return DECLINED;
}

/* A subrequest's place has become this request's: so becomes what was decided there. */
static void hand_over_again(request_rec *r, oa_request *request)
{
    const oa_request *from = oa_visit_left(request->visit, r->per_dir_config);
    if (from == NULL) {
        return;
    }
    request->decision = from->decision;
    request->key_id = from->key_id;
    request->api = from->api;
    if (r->user == NULL && is_allowed(from)) {
        oa_request_name_user(r, from->decision);
    }
    hand_over(r, request);
}

/* Trailers come after the headers were cleaned, and `MergeTrailers on` makes headers of them. */
static apr_status_t watch_trailers(ap_filter_t *filter, apr_bucket_brigade *brigade, ap_input_mode_t mode,
                                   apr_read_type_e block, apr_off_t limit)
{
    apr_status_t status = ap_get_brigade(filter->next, brigade, mode, block, limit);
    request_rec *r = filter->r;
    if (!apr_is_empty_table(r->trailers_in)) {
        const char *values[NAMES];
        take_out(r->trailers_in, oa_identity_is_named);
        values_of(ap_get_module_config(r->request_config, &orgauth_module), values, r->pool);
        hand_headers(r, values);
        clean_connection(r);
    }
    return status;
}

void oa_identity_insert_filter(request_rec *r)
{
    oa_request *request = ap_get_module_config(r->request_config, &orgauth_module);
    if (request != NULL && request->place != r->per_dir_config) {
        hand_over_again(r, request);
    }
    if (r->main == NULL && apr_table_get(r->headers_in, "Transfer-Encoding") != NULL) {
        ap_add_input_filter_handle(trailer_filter, NULL, r, r->connection);
    }
}

void oa_identity_register(void)
{
    make_folds();
    trailer_filter = ap_register_input_filter("ORGAUTH_TRAILERS", watch_trailers, NULL, AP_FTYPE_CONTENT_SET);
    ap_hook_post_read_request(oa_identity_post_read, NULL, NULL, APR_HOOK_REALLY_FIRST);
    ap_hook_fixups(oa_identity_fixups, NULL, NULL, APR_HOOK_REALLY_FIRST);
    ap_hook_insert_filter(oa_identity_insert_filter, NULL, NULL, APR_HOOK_REALLY_FIRST);
}
