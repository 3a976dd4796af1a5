/* SPDX-License-Identifier: Apache-2.0 */
#include "mod_orgauth/process.h"

#include "core/auth/host.h"
#include "core/base/clock.h"
#include "core/base/crypto.h"
#include "core/store/store.h"
#include "core/store/writer.h"
#include "mod_orgauth/config.h"
#include "mod_orgauth/upkeep.h"

#include <ap_mpm.h>
#include <apr_allocator.h>
#include <apr_thread_mutex.h>
#include <mpm_common.h>
#include <sys/prctl.h>
#include <unistd.h>
#include <unixd.h>

APLOG_USE_MODULE(orgauth);

enum { LEAST_WAITING = 8 };

/* A store with its secret, and what this child has made of it. Servers that name the same share one. */
typedef struct oa_service {
    const char *store;
    const char *secret_file;
    server_rec *server;       /* to log for */
    apr_pool_t *pool;         /* of this service alone, with an allocator that threads may share */
    apr_thread_mutex_t *lock; /* over all below, except that `authority` may be read without */
    oa_authority *authority;  /* NULL: not made yet */
    oa_time tried;
    const char *trouble; /* static or in `attempt`; why there is none */
    apr_pool_t *attempt; /* of the last failure */
} oa_service;

/* Set by the parent, inherited by the children. */
static oa_host *host;

/* Half of the workers at most wait for a password to be hashed; the others go on answering keys. */
static int most_waiting(void)
{
    int daemons = 0;
    int threads = 0;
    ap_mpm_query(AP_MPMQ_MAX_DAEMONS, &daemons);
    ap_mpm_query(AP_MPMQ_MAX_THREADS, &threads);
    int waiting = daemons * (threads > 0 ? threads : 1) / 2;
    return waiting > LEAST_WAITING ? waiting : LEAST_WAITING;
}

/* Who the children run as: without root's power who started it, whatever User says or does not say. */
static uid_t user_of_children(void)
{
    return geteuid() == 0 ? ap_unixd_config.user_id : geteuid();
}

/* The host's shared state outlives restarts, so that strikes are not forgotten and old children can finish: it lives in
 * the pool of the process. That is sound because the module is linked never to be unloaded. */
static oa_error *host_keep(server_rec *server, apr_pool_t *ptemp)
{
    int waiting = most_waiting();
    const char *key = apr_psprintf(ptemp, "orgauth-host-" PACKAGE_VERSION "-%d", waiting);
    oa_host **kept = ap_retained_data_get(key);
    if (kept == NULL) {
        long processors = sysconf(_SC_NPROCESSORS_ONLN);
        oa_host *made = NULL;
        OA_TRY(oa_host_make(processors > 0 ? (int)processors : 1, waiting, user_of_children(), &made,
                            server->process->pool));
        kept = ap_retained_data_create(key, sizeof(oa_host *));
        *kept = made;
    }
    host = *kept;
    return NULL;
}

int oa_process_post_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp, server_rec *server)
{
    (void)pconf;
    (void)plog;
    if (ap_state_query(AP_SQ_MAIN_STATE) == AP_SQ_MS_CREATE_PRE_CONFIG) {
        return OK; /* the first of two runs: nothing of it stays */
    }
    oa_error *error = host_keep(server, ptemp);
    if (error != NULL) {
        ap_log_error(APLOG_MARK, APLOG_CRIT, 0, server, "OA02001: %s: %s", error->message,
                     error->detail != NULL ? error->detail : "no shared memory or semaphore to be had");
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    return OK;
}

static void log_writer(void *server, const oa_error *error)
{
    ap_log_error(APLOG_MARK, APLOG_ERR, 0, server, "OA04001: %s%s%s", error->message, error->detail != NULL ? ": " : "",
                 error->detail != NULL ? error->detail : "");
}

static oa_error *build(const oa_service *service, oa_authority **authority, apr_pool_t *pool)
{
    oa_store *store = NULL;
    OA_TRY(oa_crypto_start(pool));
    OA_TRY(oa_store_make(service->store, service->secret_file, &store, pool));
    OA_TRY(oa_store_try(store, pool));
    OA_TRY(oa_authority_make(store, host, authority, pool));
    OA_TRY(oa_writer_start(store, log_writer, service->server, pool));
    return oa_upkeep_start(store, service->server, pool);
}

/* Logs a trouble once, not at every attempt. */
static void note_trouble(oa_service *service, const oa_error *error, apr_pool_t *pool)
{
    const char *text = apr_pstrcat(pool, error->message, error->detail != NULL ? ": " : "", error->detail, NULL);
    if (service->trouble == NULL || strcmp(service->trouble, text) != 0) {
        ap_log_error(APLOG_MARK, APLOG_ERR, 0, service->server, "OA03001: %s", text);
    }
    service->trouble = text;
    if (service->attempt != NULL) {
        apr_pool_destroy(service->attempt);
    }
    service->attempt = pool;
}

/* Under the lock. */
static void service_try(oa_service *service)
{
    apr_pool_t *pool;
    oa_authority *authority = NULL;
    service->tried = oa_clock_now();
    apr_pool_create(&pool, service->pool);
    oa_error *error = build(service, &authority, pool);
    if (error != NULL) {
        note_trouble(service, error, pool);
        return;
    }
    if (service->trouble != NULL) {
        ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, service->server, "OA03002: the store can be used again");
    }
    __atomic_store_n(&service->authority, authority, __ATOMIC_RELEASE);
}

static bool is_due(const oa_service *service)
{
    oa_duration since = oa_clock_now() - service->tried;
    return since >= OA_SECOND || since < 0; /* a clock set back does not put it off */
}

oa_authority *oa_process_authority(const server_rec *server, const char **trouble, apr_pool_t *pool)
{
    oa_service *service = oa_server_of(server)->service;
    *trouble = "this process was not set up";
    if (service == NULL) {
        return NULL;
    }
    oa_authority *authority = __atomic_load_n(&service->authority, __ATOMIC_ACQUIRE);
    if (authority != NULL) {
        return authority;
    }
    apr_thread_mutex_lock(service->lock);
    if (service->authority == NULL && is_due(service)) {
        service_try(service);
    }
    authority = service->authority;
    *trouble = apr_pstrdup(pool, service->trouble);
    apr_thread_mutex_unlock(service->lock);
    return authority;
}

/* Threads allocate from the service's pool, and httpd's pool of the child has no lock: so an allocator of its own, with
 * one. */
static apr_pool_t *shared_pool(apr_pool_t *pchild)
{
    apr_allocator_t *allocator;
    apr_thread_mutex_t *lock;
    apr_pool_t *pool;
    apr_allocator_create(&allocator);
    apr_pool_create_ex(&pool, pchild, NULL, allocator);
    apr_allocator_owner_set(allocator, pool);
    apr_thread_mutex_create(&lock, APR_THREAD_MUTEX_DEFAULT, pool);
    apr_allocator_mutex_set(allocator, lock);
    apr_pool_tag(pool, "orgauth");
    return pool;
}

static oa_service *service_make(apr_pool_t *pchild, server_rec *server, const oa_server *config)
{
    apr_pool_t *pool = shared_pool(pchild);
    oa_service *service = apr_pcalloc(pool, sizeof *service);
    service->store = oa_server_store(config);
    service->secret_file = oa_server_secret_file(config);
    service->server = server;
    service->pool = pool;
    apr_thread_mutex_create(&service->lock, APR_THREAD_MUTEX_DEFAULT, pool);
    return service;
}

static bool is_same(const oa_service *service, const oa_server *config)
{
    return strcmp(service->store, oa_server_store(config)) == 0 &&
           strcmp(service->secret_file, oa_server_secret_file(config)) == 0;
}

/* The service that an earlier server of the list has for the same store, or NULL. */
static oa_service *service_find(const server_rec *first, const server_rec *end, const oa_server *config)
{
    for (const server_rec *server = first; server != end; server = server->next) {
        oa_service *service = oa_server_of(server)->service;
        if (is_same(service, config)) {
            return service;
        }
    }
    return NULL;
}

/* Whether this httpd has more hosts than one, by name or port. */
static bool several_sites;

static apr_port_t port_of(const server_rec *server)
{
    return server->addrs != NULL ? server->addrs->host_port : server->port;
}

static bool is_same_site(const server_rec *one, const server_rec *other)
{
    return port_of(one) == port_of(other) && ap_cstr_casecmp(one->server_hostname, other->server_hostname) == 0;
}

const char *oa_process_site(const server_rec *server, apr_pool_t *pool)
{
    return several_sites ? apr_psprintf(pool, "%s:%u", server->server_hostname, (unsigned)port_of(server)) : "";
}

/* A core would hold the keys and passwords of requests. Where the site asks for it (CoreDumpDirectory), it gets one; our own secrets are left out of that. */
static void forbid_cores(void)
{
    if (!ap_coredumpdir_configured) {
        (void)prctl(PR_SET_DUMPABLE, 0);
    }
}

void oa_process_child_init(apr_pool_t *pchild, server_rec *first)
{
    forbid_cores();
    for (const server_rec *server = first->next; server != NULL; server = server->next) {
        several_sites = several_sites || !is_same_site(first, server);
    }
    for (server_rec *server = first; server != NULL; server = server->next) {
        oa_server *config = oa_server_of(server);
        config->service = service_find(first, server, config);
        if (config->service == NULL) {
            config->service = service_make(pchild, server, config);
            service_try(config->service);
        }
    }
}
