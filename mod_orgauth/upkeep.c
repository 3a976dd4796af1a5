/* SPDX-License-Identifier: Apache-2.0 */
#include "mod_orgauth/upkeep.h"

#include "core/admin/upkeep.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>

APLOG_USE_MODULE(orgauth);

enum { LOOK_EVERY_S = 2 };

typedef struct upkeeper {
    oa_store *store;
    server_rec *server;
    pthread_t thread;
    pthread_mutex_t mutex; /* of `wake` */
    pthread_cond_t wake;
    atomic_bool stopping;
    apr_pool_t *scratch; /* of the thread; in nobody's pool, which may be cleared while the thread ends */
} upkeeper;

static bool stops(void *context)
{
    upkeeper *u = context;
    return atomic_load(&u->stopping);
}

/* A store that is busy or cannot be used is told of by those who need it; the next round comes soon. */
static void report_error(const upkeeper *u, const oa_error *error)
{
    if (error->code != OA_BUSY && error->code != OA_UNAVAILABLE) {
        ap_log_error(APLOG_MARK, APLOG_ERR, 0, u->server, "OA04002: %s%s%s", error->message,
                     error->detail != NULL ? ": " : "", error->detail != NULL ? error->detail : "");
    }
}

static void report_mail(const upkeeper *u, const oa_outbox_report *mail)
{
    if (mail->given_up > 0) {
        ap_log_error(APLOG_MARK, APLOG_ERR, 0, u->server,
                     "OA04004: %" APR_INT64_T_FMT " mails were given up, see orgauth mail list: %s",
                     (apr_int64_t)mail->given_up, mail->trouble);
    }
    if (mail->failed > 0) {
        ap_log_error(APLOG_MARK, APLOG_WARNING, 0, u->server,
                     "OA04003: a mail could not be sent and will be tried again: %s", mail->trouble);
    }
}

static void one_round(upkeeper *u)
{
    bool due = false;
    oa_upkeep_report report = {0};
    const oa_upkeep how = {.stops = stops, .context = u};
    oa_error *error = oa_upkeep_is_due(u->store, &due, u->scratch);
    if (error == NULL && due) {
        error = oa_upkeep_run(u->store, &how, &report, u->scratch);
        report_mail(u, &report.mail);
    }
    if (error != NULL) {
        report_error(u, error);
    }
    apr_pool_clear(u->scratch);
}

/* Whether to go on. */
static bool sleep_a_while(upkeeper *u)
{
    struct timespec until;
    int woken = 0;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += LOOK_EVERY_S;
    pthread_mutex_lock(&u->mutex);
    while (!atomic_load(&u->stopping) && woken != ETIMEDOUT) {
        woken = pthread_cond_timedwait(&u->wake, &u->mutex, &until);
    }
    pthread_mutex_unlock(&u->mutex);
    return !atomic_load(&u->stopping);
}

static void *work(void *data)
{
    upkeeper *u = data;
    while (sleep_a_while(u)) {
        one_round(u);
    }
    return NULL;
}

static apr_status_t stop(void *data)
{
    upkeeper *u = data;
    pthread_mutex_lock(&u->mutex);
    atomic_store(&u->stopping, true);
    pthread_cond_signal(&u->wake);
    pthread_mutex_unlock(&u->mutex);
    pthread_join(u->thread, NULL);
    pthread_cond_destroy(&u->wake);
    pthread_mutex_destroy(&u->mutex);
    apr_pool_destroy(u->scratch);
    return APR_SUCCESS;
}

static apr_status_t make_scratch(upkeeper *u)
{
    apr_allocator_t *allocator;
    apr_status_t status = apr_allocator_create(&allocator);
    if (status == APR_SUCCESS) {
        status = apr_pool_create_unmanaged_ex(&u->scratch, NULL, allocator);
    }
    if (status == APR_SUCCESS) {
        apr_allocator_owner_set(allocator, u->scratch);
    }
    return status;
}

/* Signals are for httpd's own threads. */
static int start_thread(upkeeper *u)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failed = pthread_create(&u->thread, NULL, work, u);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return failed;
}

static void init_locks(upkeeper *u)
{
    pthread_condattr_t monotonic;
    pthread_mutex_init(&u->mutex, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&u->wake, &monotonic);
    pthread_condattr_destroy(&monotonic);
}

oa_error *oa_upkeep_start(oa_store *store, server_rec *server, apr_pool_t *pool)
{
    upkeeper *u = apr_pcalloc(pool, sizeof *u);
    u->store = store;
    u->server = server;
    init_locks(u);
    if (make_scratch(u) != APR_SUCCESS || start_thread(u) != 0) {
        return oa_error_make(pool, OA_FAILED, "the thread that keeps the store up could not be started");
    }
    apr_pool_pre_cleanup_register(pool, u, stop);
    return NULL;
}
