/* SPDX-License-Identifier: Apache-2.0 */
#include "mod_orgauth/config.h"

#include "core/auth/credential.h"
#include "core/base/id.h"
#include "core/base/text.h"
#include "core/store/file.h"
#include "mod_orgauth/identity.h"

#include <stddef.h>

enum { DEFAULT_ACCEPTED = OA_BY_BEARER | OA_BY_HEADER | OA_BY_BASIC };
#define DEFAULT_KEY_HEADER "X-API-Key"

/* The words of OrgAuthCredentials. */
static const struct {
    const char *word;
    unsigned way;
} ways[] = {{"bearer", OA_BY_BEARER}, {"header", OA_BY_HEADER}, {"basic", OA_BY_BASIC}, {"session", OA_BY_SESSION}};

/* Header fields that mean something else and would be taken out of the request with the key. */
static const char *const taken_headers[] = {
    "Accept",  "Authorization", "Connection", "Content-Length",      "Content-Type", "Cookie",    "Expect",
    "Host",    "Keep-Alive",    "Origin",     "Proxy-Authorization", "Range",        "Referer",   "TE",
    "Trailer", "Upgrade",       "User-Agent", "Transfer-Encoding",   "Via",          "Forwarded", "X-Forwarded-For"};

void *oa_directory_create(apr_pool_t *pool, char *path)
{
    (void)path;
    oa_directory *directory = apr_pcalloc(pool, sizeof *directory);
    directory->forward = directory->hide = directory->messages = directory->require_tls = OA_UNSET;
    return directory;
}

static signed char flag_of(signed char inner, signed char outer)
{
    return inner != OA_UNSET ? inner : outer;
}

static const char *text_of(const char *inner, const char *outer)
{
    return inner != NULL ? inner : outer;
}

void *oa_directory_merge(apr_pool_t *pool, void *outer_, void *inner_)
{
    const oa_directory *outer = outer_;
    const oa_directory *inner = inner_;
    oa_directory *merged = apr_palloc(pool, sizeof *merged);
    merged->accepted = inner->accepted != 0 ? inner->accepted : outer->accepted;
    merged->key_header = text_of(inner->key_header, outer->key_header);
    merged->org = text_of(inner->org, outer->org);
    merged->module = text_of(inner->module, outer->module);
    merged->forward = flag_of(inner->forward, outer->forward);
    merged->hide = flag_of(inner->hide, outer->hide);
    merged->messages = flag_of(inner->messages, outer->messages);
    merged->require_tls = flag_of(inner->require_tls, outer->require_tls);
    merged->mount = text_of(inner->mount, outer->mount);
    return merged;
}

void *oa_server_create(apr_pool_t *pool, server_rec *server)
{
    (void)server;
    return apr_pcalloc(pool, sizeof(oa_server));
}

void *oa_server_merge(apr_pool_t *pool, void *outer_, void *inner_)
{
    const oa_server *outer = outer_;
    const oa_server *inner = inner_;
    oa_server *merged = apr_pcalloc(pool, sizeof *merged);
    merged->store = text_of(inner->store, outer->store);
    merged->secret_file = text_of(inner->secret_file, outer->secret_file);
    return merged;
}

const oa_directory *oa_directory_of(const request_rec *r)
{
    return ap_get_module_config(r->per_dir_config, &orgauth_module);
}

oa_server *oa_server_of(const server_rec *server)
{
    return ap_get_module_config(server->module_config, &orgauth_module);
}

unsigned oa_directory_accepted(const oa_directory *directory)
{
    return directory->accepted != 0 ? directory->accepted : DEFAULT_ACCEPTED;
}

const char *oa_directory_key_header(const oa_directory *directory)
{
    return text_of(directory->key_header, DEFAULT_KEY_HEADER);
}

bool oa_directory_forwards(const oa_directory *directory)
{
    return directory->forward != 0;
}

bool oa_directory_hides(const oa_directory *directory)
{
    return directory->hide != 0;
}

bool oa_directory_requires_tls(const oa_directory *directory)
{
    return directory->require_tls != 0;
}

const char *oa_server_store(const oa_server *server)
{
    return text_of(server->store, OA_STORE_DEFAULT);
}

const char *oa_server_secret_file(const oa_server *server)
{
    return text_of(server->secret_file, OA_SECRET_DEFAULT);
}

/* Directive handlers: NULL, or the one line that httpd puts behind file, line number and, from here, the directive's
 * name. */

static const char *wrong(cmd_parms *cmd, const char *argument, const char *remedy)
{
    return apr_psprintf(cmd->pool, "%s: '%s' %s", cmd->cmd->name, argument, remedy);
}

static const char *set_credentials(cmd_parms *cmd, void *directory_, const char *word)
{
    oa_directory *directory = directory_;
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        if (ap_cstr_casecmp(word, ways[i].word) == 0) {
            directory->accepted |= ways[i].way;
            return NULL;
        }
    }
    return wrong(cmd, word, "is none of: bearer, header, basic, session");
}

static bool is_token(const char *text)
{
    return *text != '\0' && strlen(text) <= 64 && *ap_scan_http_token(text) == '\0';
}

static bool is_taken(const char *header)
{
    for (size_t i = 0; i < sizeof taken_headers / sizeof *taken_headers; i++) {
        if (ap_cstr_casecmp(header, taken_headers[i]) == 0) {
            return true;
        }
    }
    return oa_identity_is_named(header);
}

static const char *set_key_header(cmd_parms *cmd, void *directory_, const char *header)
{
    oa_directory *directory = directory_;
    if (!is_token(header)) {
        return wrong(cmd, header, "is not the name of a header field");
    }
    if (is_taken(header)) {
        return wrong(cmd, header, "means something else already; name a field of its own, such as X-API-Key");
    }
    directory->key_header = header;
    return NULL;
}

static const char *set_org(cmd_parms *cmd, void *directory_, const char *org)
{
    oa_directory *directory = directory_;
    oa_id id;
    if (!oa_slug_is_valid(org) && !oa_id_parse(OA_KIND_ORG, org, &id)) {
        return wrong(cmd, org, "is neither the slug nor the id (org_...) of an organization");
    }
    directory->org = org;
    return NULL;
}

static const char *set_module(cmd_parms *cmd, void *directory_, const char *name)
{
    oa_directory *directory = directory_;
    if (!oa_slug_is_valid(name)) {
        return wrong(cmd, name,
                     "is not a module's name: a-z, 0-9 and '-', beginning and ending with a letter or digit");
    }
    directory->module = name;
    return NULL;
}

static const char *absolute(cmd_parms *cmd, const char *path, const char **result)
{
    *result = ap_server_root_relative(cmd->pool, path);
    return *result != NULL && *path != '\0' ? NULL : wrong(cmd, path, "is not a path");
}

static const char *set_store(cmd_parms *cmd, void *directory, const char *url)
{
    (void)directory;
    const char *path;
    oa_error *error = oa_file_of_url(url, &path, cmd->temp_pool);
    if (error != NULL) {
        return apr_psprintf(cmd->pool, "%s: %s", cmd->cmd->name, error->message);
    }
    size_t scheme = strncmp(url, "sqlite:", strlen("sqlite:")) == 0 ? strlen("sqlite:") : 0;
    return absolute(cmd, url + scheme, &oa_server_of(cmd->server)->store);
}

static const char *set_secret_file(cmd_parms *cmd, void *directory, const char *path)
{
    (void)directory;
    return absolute(cmd, path, &oa_server_of(cmd->server)->secret_file);
}

/* Looks on: core has a directive of this name too, and does with it what it does. */
static const char *see_handler(cmd_parms *cmd, void *directory_, const char *handler)
{
    oa_directory *directory = directory_;
    if (strcmp(handler, "orgauth-admin") == 0 && cmd->path != NULL && cmd->path[0] == '/') {
        directory->mount = cmd->path;
    }
    return DECLINE_CMD;
}

#define FLAG(name, member, help)                                                                                       \
    AP_INIT_FLAG(name, ap_set_flag_slot_char, (void *)offsetof(oa_directory, member), OR_AUTHCFG, help)

const command_rec oa_directives[] = {
    AP_INIT_TAKE1("OrgAuthStore", set_store, NULL, RSRC_CONF, "path of the SQLite store"),
    AP_INIT_TAKE1("OrgAuthSecretFile", set_secret_file, NULL, RSRC_CONF, "path of the site's master secret"),
    AP_INIT_ITERATE("OrgAuthCredentials", set_credentials, NULL, OR_AUTHCFG,
                    "ways of presenting a credential that count here: bearer, header, basic, session"),
    AP_INIT_TAKE1("OrgAuthKeyHeader", set_key_header, NULL, OR_AUTHCFG, "name of the header that carries a key"),
    AP_INIT_TAKE1("OrgAuthOrg", set_org, NULL, OR_AUTHCFG, "organization that this place belongs to: slug or id"),
    AP_INIT_TAKE1("OrgAuthModule", set_module, NULL, OR_AUTHCFG,
                  "module that this place belongs to, for Require orgauth-access"),
    FLAG("OrgAuthForward", forward, "on: hand the identity to the back end as request headers"),
    FLAG("OrgAuthHideCredentials", hide, "on: take the credential out of the request before the back end sees it"),
    FLAG("OrgAuthMessages", messages, "on: record the calls made here by keys, for the API messages"),
    FLAG("OrgAuthRequireTLS", require_tls, "on: refuse credentials over plain HTTP from any address but loopback"),
    AP_INIT_TAKE1("SetHandler", see_handler, NULL, OR_FILEINFO, "a handler name"),
    {NULL}};
