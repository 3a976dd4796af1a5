/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a look-up costs, without httpd: hits and misses per thread, quiet and while another process commits 100 times a
 * second. make bench/lookup_bench && bench/lookup_bench [USERS [THREADS [SECONDS]]]
 */
#include "core/store/care.h"
#include "core/store/lookup.h"
#include "core/store/store.h"

#include <apr_general.h>
#include <apr_strings.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

enum { KEYS_AT = 1000000, ACCOUNTS_AT = 100000000, COMMITS_PER_SECOND = 100 };

typedef struct bench {
    apr_pool_t *pool;
    const char *directory, *path, *secret_file;
    int64_t users;
    int threads, seconds;
} bench;

typedef struct runner {
    pthread_t thread;
    oa_store *store;
    int64_t users;
    uint64_t seed, done;
    double cpu; /* seconds */
    atomic_bool *over;
} runner;

static void must(const oa_error *error)
{
    if (error != NULL) {
        fprintf(stderr, "%s (%s)\n", error->message, error->detail != NULL ? error->detail : "-");
        exit(1);
    }
}

static const char *const rows[] = {
    "INSERT INTO organization (id, slug, name, created_at) VALUES (2, 'acme', 'Acme', 1)",
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)"
    " INSERT INTO account (id, email, home_org_id, status_since, created_at)"
    " SELECT 100000000 + i, 'user' || i || '@example.org', 2, 1, 1 FROM n",
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)"
    " INSERT INTO membership (account_id, org_id, role_id, joined_at) SELECT 100000000 + i, 2, 3, 1 FROM n",
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)"
    " INSERT INTO api_key (id, account_id, org_id, verifier, created_at)"
    " SELECT 1000000 + i, 100000000 + i, 2, randomblob(32), 1 FROM n",
};

static void make_store(bench *b)
{
    oa_store *store;
    oa_db *db;
    int64_t left;

    must(oa_store_init(b->path, b->secret_file, -1, -1, b->pool));
    must(oa_store_make(b->path, b->secret_file, &store, b->pool));
    must(oa_store_take(store, OA_DB_ADMIN, &db, b->pool));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        must(oa_db_run(db, NULL, rows[i], i == 0 ? NULL : "i", b->users));
    }
    oa_store_give(store, db);
    must(oa_store_checkpoint(store, &left, b->pool));
    oa_store_close(store);
}

static uint64_t next_random(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

static double thread_seconds(void)
{
    struct timespec spent;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent);
    return (double)spent.tv_sec + (double)spent.tv_nsec / 1e9;
}

/* As a decision does it, but for the check of the secret. */
static void look_up(const runner *r, oa_id key, apr_pool_t *pool)
{
    const oa_record *record;
    const oa_policy *policy;
    oa_known known;

    must(oa_lookup_begin(r->store, (const char *)&key, sizeof(key), &known, &policy, &record, pool));
    if (record == NULL) {
        must(oa_lookup_key(r->store, key, &record, pool));
        oa_lookup_keep(r->store, &known, record);
    }
}

static void *run(void *data)
{
    runner *r = data;
    double before = thread_seconds();
    apr_pool_t *pool;

    apr_pool_create(&pool, NULL);
    while (!atomic_load_explicit(r->over, memory_order_relaxed)) {
        oa_id key = KEYS_AT + 1 + (oa_id)(next_random(&r->seed) % (uint64_t)r->users);
        look_up(r, key, pool);
        apr_pool_clear(pool);
        r->done++;
    }
    apr_pool_destroy(pool);
    r->cpu = thread_seconds() - before;
    return NULL;
}

/* Another process, changing one account after the other. */
static pid_t start_commits(const bench *b)
{
    pid_t child = fork();
    if (child != 0) {
        return child;
    }
    oa_store *store;
    must(oa_store_make(b->path, b->secret_file, &store, b->pool));
    for (int64_t i = 0;; i++) {
        oa_db *db;
        must(oa_store_take(store, OA_DB_ADMIN, &db, b->pool));
        must(oa_db_run(db, NULL, "UPDATE account SET key_failures = (key_failures + 1) % 2 WHERE id = $1", "i",
                       ACCOUNTS_AT + 1 + i % b->users));
        oa_store_give(store, db);
        usleep(1000000 / COMMITS_PER_SECOND);
    }
}

static void report(const char *name, const runner *runners, const bench *b, const oa_lookup_counts *counts)
{
    double cpu = 0;
    uint64_t done = 0;

    for (int i = 0; i < b->threads; i++) {
        cpu += runners[i].cpu;
        done += runners[i].done;
    }
    printf("%-24s %10.0f a second and thread  %8.3f us of CPU each  %5.1f %% hits  %" PRIu64 " refreshes\n", name,
           (double)done / b->threads / b->seconds, cpu * 1e6 / (double)done,
           100.0 * (double)counts->hits / (double)(counts->hits + counts->misses), counts->refreshes);
}

static void measure(bench *b, const char *name, bool cached, bool commits)
{
    runner runners[64] = {{.done = 0}};
    atomic_bool over = false;
    oa_store *store;
    oa_lookup_counts counts;

    pid_t writer = commits ? start_commits(b) : 0;
    setenv("ORGAUTH_NO_CACHE", cached ? "0" : "1", 1);
    must(oa_store_make(b->path, b->secret_file, &store, b->pool));
    for (int i = 0; i < b->threads; i++) {
        runners[i] =
            (runner){.store = store, .users = b->users, .seed = 88172645463325252u + (uint64_t)i, .over = &over};
        pthread_create(&runners[i].thread, NULL, run, &runners[i]);
    }
    sleep((unsigned)b->seconds);
    over = true;
    for (int i = 0; i < b->threads; i++) {
        pthread_join(runners[i].thread, NULL);
    }
    if (writer > 0) {
        kill(writer, SIGKILL);
        waitpid(writer, NULL, 0);
    }
    oa_lookup_counts_get(store, &counts);
    report(name, runners, b, &counts);
    oa_store_close(store);
}

static int64_t argument(int argc, char **argv, int index, int64_t fallback)
{
    return index < argc ? apr_atoi64(argv[index]) : fallback;
}

int main(int argc, char **argv)
{
    bench b = {.users = argument(argc, argv, 1, 10000),
               .threads = (int)argument(argc, argv, 2, 1),
               .seconds = (int)argument(argc, argv, 3, 3)};

    if (apr_initialize() != APR_SUCCESS || b.users < 1 || b.threads < 1 || b.threads > 64 || b.seconds < 1) {
        fprintf(stderr, "usage: lookup_bench [USERS [THREADS (1 to 64) [SECONDS]]]\n");
        return 2;
    }
    apr_pool_create(&b.pool, NULL);
    must(oa_crypto_start(b.pool));
    char *directory = apr_pstrdup(b.pool, "/tmp/orgauth-bench.XXXXXX");
    b.directory = mkdtemp(directory);
    b.path = apr_pstrcat(b.pool, directory, "/orgauth.db", NULL);
    b.secret_file = apr_pstrcat(b.pool, directory, "/secret", NULL);
    make_store(&b);
    measure(&b, "cached, quiet", true, false);
    measure(&b, "cached, 100 commits/s", true, true);
    measure(&b, "no cache, quiet", false, false);
    measure(&b, "no cache, 100 commits/s", false, true);
    int failed = system(apr_pstrcat(b.pool, "rm -rf ", directory, NULL));
    apr_pool_destroy(b.pool);
    return failed;
}
