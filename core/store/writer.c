/* SPDX-License-Identifier: Apache-2.0 */
#include "core/store/writer.h"

#include "core/store/care.h"
#include "core/store/lookup.h"
#include "core/store/message.h"
#include "core/store/tally.h"
#include "core/store/under_way.h"
#include "core/store/usage.h"

#include <apr_strings.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>

enum { FLUSH_EVERY_S = 1, HOUSE_EVERY_S = 10 };

struct oa_writer {
    oa_store *store;
    pthread_mutex_t mutex; /* of the three below; never held over SQL */
    pthread_cond_t wake;
    bool wanted;           /* something was gathered */
    bool hurried;
    bool stopping;
    pthread_t thread;
    oa_writer_log *log;
    void *context;
    char reported[200];  /* message of the trouble that lasts; once is enough in a log */
    apr_pool_t *scratch; /* of the thread; in nobody's pool, which may be cleared while the thread ends */
};

static apr_status_t destroy(void *data)
{
    oa_writer *writer = data;
    pthread_cond_destroy(&writer->wake);
    pthread_mutex_destroy(&writer->mutex);
    return APR_SUCCESS;
}

oa_error *oa_writer_make(oa_store *store, oa_writer **made, apr_pool_t *pool)
{
    oa_writer *writer = apr_pcalloc(pool, sizeof(*writer));
    pthread_condattr_t monotonic;

    writer->store = store;
    pthread_mutex_init(&writer->mutex, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&writer->wake, &monotonic);
    pthread_condattr_destroy(&monotonic);
    apr_pool_cleanup_register(pool, writer, destroy, apr_pool_cleanup_null);
    *made = writer;
    return NULL;
}

void oa_writer_wake(oa_store *store, bool hurry)
{
    oa_writer *writer = oa_store_writer(store);

    pthread_mutex_lock(&writer->mutex);
    writer->wanted = true;
    writer->hurried = writer->hurried || hurry;
    pthread_cond_signal(&writer->wake);
    pthread_mutex_unlock(&writer->mutex);
}

static oa_error *renew(oa_store *store, apr_pool_t *pool)
{
    return oa_under_way_renew(store, oa_clock_now(), pool);
}

/* Each in a transaction of its own, so that what one of them meets does not hold up the others. */
static oa_error *flush_all(oa_store *store, apr_pool_t *pool)
{
    static oa_error *(*const flush[])(oa_store *, apr_pool_t *) = {renew, oa_usage_flush, oa_message_flush, oa_tally_flush};
    oa_error *first = NULL;

    for (size_t i = 0; i < sizeof(flush) / sizeof(flush[0]); i++) {
        oa_error *error = flush[i](store, pool);
        first = first != NULL ? first : error;
    }
    return first;
}

/* Housekeeping ---------------------------------------------------------------------------------------------- */

/* Asks first, so that the write lock is taken only where there is something to do. A tenth more is let stand. */
static oa_error *trim_log(oa_db *db)
{
    int64_t most, kept;

    OA_TRY(oa_db_int(db, &most, 0, "SELECT MAX(seq) FROM change_log", NULL));
    OA_TRY(oa_db_int(db, &kept, 0, "SELECT $1 - MIN(seq) + 1 FROM change_log", "i", most));
    if (kept <= OA_WRITER_LOG_KEPT + OA_WRITER_LOG_KEPT / 10) {
        return NULL;
    }
    oa_db_relax(db);
    OA_TRY(oa_db_begin(db, true));
    return oa_db_end(db, oa_db_run(db, NULL, "DELETE FROM change_log WHERE seq <= $1", "i", most - OA_WRITER_LOG_KEPT));
}

oa_error *oa_writer_keep_house(oa_store *store, apr_pool_t *pool)
{
    int64_t left;
    oa_db *db;

    OA_TRY(oa_store_take(store, OA_DB_COUNT, &db, pool));
    oa_error *error = trim_log(db);
    oa_store_give(store, db);
    if (error == NULL && oa_lookup_backlog(store) > OA_WRITER_WAL_PAGES) {
        error = oa_store_checkpoint(store, &left, pool);
    }
    return error;
}

/* The thread ------------------------------------------------------------------------------------------------ */

static int64_t seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec;
}

static void report_once(oa_writer *writer, const oa_error *error)
{
    if (writer->log != NULL && strncmp(writer->reported, error->message, sizeof(writer->reported) - 1) != 0) {
        apr_cpystrn(writer->reported, error->message, sizeof(writer->reported));
        writer->log(writer->context, error);
    }
}

/* Whether it went well. A busy store is no trouble. */
static bool report(oa_writer *writer, const oa_error *error)
{
    bool well = error == NULL;

    if (!well && error->code != OA_BUSY) {
        report_once(writer, error);
    }
    apr_pool_clear(writer->scratch);
    return well;
}

/* Sleeps to the second `until`, or until `*reason` or it is to stop. Whether to go on. */
static bool sleep_until(oa_writer *writer, int64_t until, const bool *reason)
{
    struct timespec deadline = {.tv_sec = until};
    int woken = 0;

    pthread_mutex_lock(&writer->mutex);
    while (!writer->stopping && !*reason && woken != ETIMEDOUT) {
        woken = pthread_cond_timedwait(&writer->wake, &writer->mutex, &deadline);
    }
    bool goes_on = !writer->stopping;
    pthread_mutex_unlock(&writer->mutex);
    return goes_on;
}

/* A second between batches; longer where nothing is gathered. */
static bool wait_for_work(oa_writer *writer, bool retries, int64_t house_at)
{
    static const bool never = false;
    bool goes_on = retries || sleep_until(writer, house_at, &writer->wanted);
    return goes_on && sleep_until(writer, seconds_now() + FLUSH_EVERY_S, retries ? &never : &writer->hurried);
}

/* What is gathered from here on asks anew. What look-ups hold is given up before, so that this commit may begin the WAL anew. */
static oa_error *write_batch(oa_writer *writer)
{
    pthread_mutex_lock(&writer->mutex);
    writer->wanted = writer->hurried = false;
    pthread_mutex_unlock(&writer->mutex);
    oa_lookup_rest(writer->store, writer->scratch);
    return flush_all(writer->store, writer->scratch);
}

/* What found no room since this was called last. */
static void report_losses(oa_writer *writer)
{
    static const struct {
        int64_t (*count)(oa_store *store);
        const char *message;
    } losses[] = {{oa_messages_dropped, "API messages were dropped: more calls were made than could be written"},
                  {oa_tally_missed, "calls are missing in the statistics: more were made than could be counted"}};

    for (size_t i = 0; i < sizeof(losses) / sizeof(losses[0]); i++) {
        int64_t count = losses[i].count(writer->store);
        if (count > 0) {
            oa_error *error = oa_error_make(writer->scratch, OA_FAILED, "%s", losses[i].message);
            (void)report(writer, oa_error_detail(writer->scratch, error, "%" PRId64, count));
        }
    }
}

/* A batch may be empty and says little; housekeeping has been to the store: what comes after it is new trouble. */
static void keep_house(oa_writer *writer)
{
    if (report(writer, oa_writer_keep_house(writer->store, writer->scratch))) {
        writer->reported[0] = '\0';
        report_losses(writer);
    }
}

static void *work(void *data)
{
    oa_writer *writer = data;
    int64_t house_at = seconds_now() + HOUSE_EVERY_S;
    bool written = true;

    while (wait_for_work(writer, !written, house_at)) {
        written = report(writer, write_batch(writer));
        if (written && seconds_now() >= house_at) {
            keep_house(writer);
            house_at = seconds_now() + HOUSE_EVERY_S;
        }
    }
    (void)report(writer, write_batch(writer));
    report_losses(writer);
    return NULL;
}

static apr_status_t stop(void *data)
{
    oa_writer *writer = data;

    pthread_mutex_lock(&writer->mutex);
    writer->stopping = true;
    pthread_cond_signal(&writer->wake);
    pthread_mutex_unlock(&writer->mutex);
    pthread_join(writer->thread, NULL);
    apr_pool_destroy(writer->scratch);
    return APR_SUCCESS;
}

static apr_status_t make_scratch(oa_writer *writer)
{
    apr_allocator_t *allocator;
    apr_status_t status = apr_allocator_create(&allocator);

    if (status == APR_SUCCESS) {
        status = apr_pool_create_unmanaged_ex(&writer->scratch, NULL, allocator);
    }
    if (status == APR_SUCCESS) {
        apr_allocator_owner_set(allocator, writer->scratch);
    }
    return status;
}

/* Signals are for the server's own threads. */
static int start_thread(oa_writer *writer)
{
    sigset_t all, before;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failed = pthread_create(&writer->thread, NULL, work, writer);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return failed;
}

oa_error *oa_writer_start(oa_store *store, oa_writer_log *log, void *context, apr_pool_t *pool)
{
    oa_writer *writer = oa_store_writer(store);

    writer->log = log;
    writer->context = context;
    writer->stopping = false;
    if (make_scratch(writer) != APR_SUCCESS || start_thread(writer) != 0) {
        return oa_error_make(pool, OA_FAILED, "the thread that writes batches could not be started");
    }
    apr_pool_pre_cleanup_register(pool, writer, stop);
    return NULL;
}
