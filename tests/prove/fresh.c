/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The proof that a change committed by any process holds at the next look-up of every other: one process commits, in
 * every way that a store is written, and says so; this one then looks up and must see it. Threads keep the cache busy
 * meanwhile. tests/prove/fresh [TRIALS]          exit 1 when one was late; `make prove` makes 10,000 of them
 */
#include "core/store/care.h"
#include "core/store/lookup.h"
#include "core/store/store.h"

#include <apr_general.h>
#include <apr_strings.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TRIALS = 300, READERS = 2, SKIPPED = 77 };

static apr_pool_t *pool;
static const char *path, *secret_file;

static void give_up(const char *what, const char *why)
{
    fprintf(stderr, "%s: %s\n", what, why);
    exit(2);
}

static void must(const oa_error *error)
{
    if (error != NULL) {
        give_up(error->message, error->detail != NULL ? error->detail : "-");
    }
}

/* What is changed, and what is seen of it ------------------------------------------------------------------- */

/* As a decision looks up the key whose text was presented. */
static const oa_record *look_up_key(oa_store *store, apr_pool_t *scratch)
{
    static const char text[] = "the text of key 1001";
    const oa_record *record = NULL;
    const oa_policy *policy = NULL;
    oa_known known;
    must(oa_lookup_begin(store, text, strlen(text), &known, &policy, &record, scratch));
    if (record == NULL) {
        must(oa_lookup_key(store, 1001, &record, scratch));
        oa_lookup_keep(store, &known, record);
    }
    return record;
}

static int64_t see_revocation(oa_store *store, apr_pool_t *scratch)
{
    return look_up_key(store, scratch)->revoked_at;
}

static int64_t see_failures(oa_store *store, apr_pool_t *scratch)
{
    const oa_record *record = NULL;
    must(oa_lookup_login(store, "ann@example.org", NULL, &record, scratch));
    return record->password_failures;
}

static int64_t see_permissions(oa_store *store, apr_pool_t *scratch)
{
    return apr_atoi64(look_up_key(store, scratch)->permissions + 2);
}

static int64_t see_policy(oa_store *store, apr_pool_t *scratch)
{
    const oa_policy *policy = NULL;
    must(oa_lookup_policy(store, &policy, scratch));
    return policy->settings.login_deny_after;
}

static int64_t see_organization(oa_store *store, apr_pool_t *scratch)
{
    const oa_place *place = NULL;
    must(oa_lookup_place(store, "sales", &place, scratch));
    return place->status;
}

typedef struct change {
    const char *sql; /* with the value in place of %d */
    const char *asks;
    int64_t (*see)(oa_store *store, apr_pool_t *scratch);
    int64_t values;
} change;

static const change changes[] = {
    {"UPDATE api_key SET revoked_at = %d WHERE id = 1001;", "SELECT revoked_at FROM api_key WHERE id = 1001",
     see_revocation, 1000000},
    {"UPDATE account SET password_failures = %d WHERE id = 101;",
     "SELECT password_failures FROM account WHERE id = 101", see_failures, 1000000},
    {"UPDATE role SET permissions = 'x:%d' WHERE id = 3;", "SELECT SUBSTR(permissions, 3) FROM role WHERE id = 3",
     see_permissions, 1000000},
    {"UPDATE setting SET value = '%d' WHERE name = 'login.deny_after';",
     "SELECT value FROM setting WHERE name = 'login.deny_after'", see_policy, 90},
    {"UPDATE organization SET status = %d WHERE id = 2;", "SELECT status FROM organization WHERE id = 2",
     see_organization, 2},
};
enum { CHANGES = sizeof(changes) / sizeof(changes[0]) };

static const char *const rows[] = {
    "INSERT INTO organization (id, slug, name, created_at) VALUES (2, 'sales', 'Sales', 1)",
    "INSERT INTO account (id, email, home_org_id, status_since, created_at) VALUES (101, 'ann@example.org', 2, 5, 1)",
    "INSERT INTO membership (account_id, org_id, role_id, joined_at) VALUES (101, 2, 3, 1)",
    "INSERT INTO api_key (id, account_id, org_id, verifier, created_at) VALUES (1001, 101, 2, zeroblob(32), 1)",
    "INSERT INTO setting (name, value) VALUES ('login.deny_after', '10')",
    "UPDATE role SET permissions = 'x:0' WHERE id = 3",
};

/* The shell ------------------------------------------------------------------------------------------------- */

typedef struct shell {
    pid_t pid;
    FILE *in, *out;
} shell;

static shell shell_start(void)
{
    int in[2], out[2];
    if (pipe(in) != 0 || pipe(out) != 0) {
        give_up("pipe", "none to be had");
    }
    shell s = {.pid = fork()};
    if (s.pid == 0) {
        dup2(in[0], 0);
        dup2(out[1], 1);
        close(in[1]);
        close(out[0]);
        execlp("sqlite3", "sqlite3", "-batch", "-bail", path, (char *)NULL);
        _exit(127);
    }
    close(in[0]);
    close(out[1]);
    s.in = fdopen(in[1], "w");
    s.out = fdopen(out[0], "r");
    fputs(".timeout 5000\n", s.in);
    return s;
}

/* Returns when the shell has done it. */
static void shell_do(shell *s, const char *input)
{
    char line[16];
    fprintf(s->in, "%s\n.system echo done\n", input);
    fflush(s->in);
    do {
        if (fgets(line, sizeof(line), s->out) == NULL) {
            give_up("sqlite3", "ended by itself");
        }
    } while (strcmp(line, "done\n") != 0); /* before it: what pragmas print */
}

static void shell_end(shell *s, int signal)
{
    if (signal != 0) {
        kill(s->pid, signal);
    }
    fclose(s->in);
    waitpid(s->pid, NULL, 0);
    fclose(s->out);
}

/* Ways to commit -------------------------------------------------------------------------------------------- */

static oa_store *writer_store;

static void by_driver(const char *sql)
{
    oa_db *db;
    must(oa_store_take(writer_store, OA_DB_ADMIN, &db, pool));
    must(oa_db_begin(db, true));
    oa_rows *none;
    must(oa_db_select(db, &none, sql, NULL));
    while (oa_rows_next(none)) {
    }
    must(oa_rows_end(none));
    must(oa_db_commit(db));
    oa_store_give(writer_store, db);
}

static void by_driver_and_checkpoint(const char *sql)
{
    int64_t left;
    by_driver(sql);
    must(oa_store_checkpoint(writer_store, &left, pool));
}

static void by_new_shell(const char *sql)
{
    shell s = shell_start();
    fprintf(s.in, "%s\n", sql);
    shell_end(&s, 0);
}

static shell lasting;

static void by_lasting_shell(const char *sql)
{
    shell_do(&lasting, sql);
}

static void by_shell_that_checkpoints_every_page(const char *sql)
{
    shell_do(&lasting, "PRAGMA wal_autocheckpoint = 1;");
    shell_do(&lasting, sql);
    shell_do(&lasting, "PRAGMA wal_autocheckpoint = 1000;");
}

static void before_vacuum(const char *sql)
{
    shell_do(&lasting, sql);
    shell_do(&lasting, "VACUUM;");
}

static void after_vacuum(const char *sql)
{
    shell_do(&lasting, "VACUUM;");
    shell_do(&lasting, sql);
}

static void before_truncation(const char *sql)
{
    shell_do(&lasting, sql);
    shell_do(&lasting, "PRAGMA wal_checkpoint(TRUNCATE);");
}

static void after_truncation(const char *sql)
{
    shell_do(&lasting, "PRAGMA wal_checkpoint(TRUNCATE);");
    shell_do(&lasting, sql);
}

static void after_restart_of_the_wal(const char *sql)
{
    shell_do(&lasting, "PRAGMA wal_checkpoint(RESTART);");
    shell_do(&lasting, sql);
}

/* Frames of a transaction that never ends lie in the WAL when the next writer comes. */
static void after_a_writer_was_killed(const char *sql)
{
    shell victim = shell_start();
    shell_do(&victim, "PRAGMA cache_size = 1; PRAGMA cache_spill = 1; BEGIN IMMEDIATE;"
                      "UPDATE api_key SET revoked_at = 4711; UPDATE setting SET value = '99';"
                      "CREATE TABLE spilled (b); INSERT INTO spilled SELECT zeroblob(100000) FROM role;");
    shell_end(&victim, SIGKILL);
    shell_do(&lasting, sql);
}

static void by_a_writer_killed_right_after(const char *sql)
{
    shell victim = shell_start();
    shell_do(&victim, sql);
    shell_end(&victim, SIGKILL);
}

/* Killed somewhere within the commit: both outcomes are right, if it is what the store says. */
static void by_a_writer_killed_meanwhile(const char *sql)
{
    shell victim = shell_start();
    shell_do(&victim, "SELECT 1;");
    fprintf(victim.in, "%s\n", sql);
    fflush(victim.in);
    usleep(oa_random_below(1500));
    shell_end(&victim, SIGKILL);
}

typedef struct way {
    const char *name;
    void (*commit)(const char *sql);
    bool may_fail;
} way;

static const way ways[] = {
    {"our driver", by_driver, false},
    {"our driver, then our checkpoint", by_driver_and_checkpoint, false},
    {"a new sqlite3 shell", by_new_shell, false},
    {"a lasting sqlite3 shell", by_lasting_shell, false},
    {"a shell that checkpoints at every commit", by_shell_that_checkpoints_every_page, false},
    {"a shell, then VACUUM", before_vacuum, false},
    {"VACUUM, then a shell", after_vacuum, false},
    {"a shell, then checkpoint TRUNCATE", before_truncation, false},
    {"checkpoint TRUNCATE, then a shell", after_truncation, false},
    {"checkpoint RESTART, then a shell", after_restart_of_the_wal, false},
    {"a shell, after a writer was killed", after_a_writer_was_killed, false},
    {"a shell that is killed after its commit", by_a_writer_killed_right_after, false},
    {"a shell that is killed in its commit", by_a_writer_killed_meanwhile, true},
};
enum { WAYS = sizeof(ways) / sizeof(ways[0]) };

/* The committing process ------------------------------------------------------------------------------------ */

typedef struct order {
    int way, change;
    int64_t value;
} order;

static int64_t stored(const change *what)
{
    int64_t value = 0;
    oa_db *db;
    must(oa_store_take(writer_store, OA_DB_ADMIN, &db, pool));
    must(oa_db_int(db, &value, -1, what->asks, NULL));
    oa_store_give(writer_store, db);
    return value;
}

static void write_on(int orders, int answers)
{
    order o;
    must(oa_store_make(path, secret_file, &writer_store, pool));
    lasting = shell_start();
    while (read(orders, &o, sizeof(o)) == (ssize_t)sizeof(o)) {
        const change *what = &changes[o.change];
        char sql[200];
        snprintf(sql, sizeof(sql), "%.*s%d%s", (int)(strstr(what->sql, "%d") - what->sql), what->sql, (int)o.value,
                 strstr(what->sql, "%d") + 2);
        ways[o.way].commit(sql);
        int64_t holds = ways[o.way].may_fail ? stored(what) : o.value;
        if (write(answers, &holds, sizeof(holds)) != (ssize_t)sizeof(holds)) {
            break;
        }
    }
    shell_end(&lasting, 0);
    apr_pool_destroy(pool);
    exit(0);
}

static pid_t start_writer(int *orders, int *answers)
{
    int to[2], from[2];
    if (pipe(to) != 0 || pipe(from) != 0) {
        give_up("pipe", "none to be had");
    }
    pid_t child = fork();
    if (child == 0) {
        close(to[1]);
        close(from[0]);
        write_on(to[0], from[1]);
    }
    close(to[0]);
    close(from[1]);
    *orders = to[1];
    *answers = from[0];
    return child;
}

/* This process ---------------------------------------------------------------------------------------------- */

static atomic_bool over;

static void *read_on(void *store)
{
    apr_pool_t *scratch;
    apr_pool_create(&scratch, NULL);
    while (!over) {
        for (int i = 0; i < CHANGES; i++) {
            changes[i].see(store, scratch);
        }
        apr_pool_clear(scratch);
        usleep(50);
    }
    apr_pool_destroy(scratch);
    return NULL;
}

static int64_t order_and_wait(int orders, int answers, const order *o)
{
    int64_t holds;
    if (write(orders, o, sizeof(*o)) != (ssize_t)sizeof(*o) ||
        read(answers, &holds, sizeof(holds)) != (ssize_t)sizeof(holds)) {
        give_up(ways[o->way].name, "the writing process ended");
    }
    return holds;
}

/* Whether the next look-up sees it. */
static bool is_seen(oa_store *store, int orders, int answers, const order *o, apr_pool_t *scratch)
{
    const change *what = &changes[o->change];
    what->see(store, scratch);
    what->see(store, scratch);
    int64_t holds = order_and_wait(orders, answers, o), seen = what->see(store, scratch);
    if (seen != holds) {
        fprintf(stderr, "late: %s; %s: %d is stored and %d was seen\n", ways[o->way].name, what->asks, (int)holds,
                (int)seen);
    }
    return seen == holds;
}

static int prove(oa_store *store, int orders, int answers, int trials)
{
    apr_pool_t *scratch;
    int late = 0;

    apr_pool_create(&scratch, NULL);
    for (int i = 0; i < trials; i++) {
        order o = {i % WAYS, i / WAYS % CHANGES, 0};
        o.value = 1 + i % changes[o.change].values;
        late += is_seen(store, orders, answers, &o, scratch) ? 0 : 1;
        apr_pool_clear(scratch);
    }
    apr_pool_destroy(scratch);
    return late;
}

static void make_store(void)
{
    oa_store *store;
    oa_db *db;
    must(oa_store_init(path, secret_file, -1, -1, pool));
    must(oa_store_make(path, secret_file, &store, pool));
    must(oa_store_take(store, OA_DB_ADMIN, &db, pool));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        must(oa_db_run(db, NULL, rows[i], NULL));
    }
    oa_store_give(store, db);
    oa_store_close(store);
}

static int run(int trials)
{
    pthread_t readers[READERS];
    int orders, answers;
    oa_store *store;
    oa_lookup_counts counts;

    make_store();
    pid_t writer = start_writer(&orders, &answers);
    must(oa_store_make(path, secret_file, &store, pool));
    for (int i = 0; i < READERS; i++) {
        pthread_create(&readers[i], NULL, read_on, store);
    }
    int late = prove(store, orders, answers, trials);
    over = true;
    for (int i = 0; i < READERS; i++) {
        pthread_join(readers[i], NULL);
    }
    close(orders);
    waitpid(writer, NULL, 0);
    oa_lookup_counts_get(store, &counts);
    printf("%d trials, %d late; %.1f %% of %.0f look-ups came from the cache\n", trials, late,
           100.0 * (double)counts.hits / (double)(counts.hits + counts.misses), (double)(counts.hits + counts.misses));
    return late == 0 && counts.hits > counts.misses ? 0 : 1;
}

int main(int argc, char **argv)
{
    const char *base = getenv("TMPDIR");
    int trials = argc > 1 ? (int)apr_atoi64(argv[1]) : TRIALS;

    if (apr_initialize() != APR_SUCCESS || apr_pool_create(&pool, NULL) != APR_SUCCESS) {
        return 2;
    }
    must(oa_crypto_start(pool));
    if (system("sqlite3 -version >/dev/null 2>&1") != 0) {
        fprintf(stderr, "skipped: there is no sqlite3 shell here\n");
        return SKIPPED;
    }
    signal(SIGPIPE, SIG_IGN);
    char *directory = apr_pstrcat(pool, base != NULL ? base : "/tmp", "/orgauth-prove.XXXXXX", NULL);
    if (mkdtemp(directory) == NULL) {
        give_up(directory, "cannot be made");
    }
    path = apr_pstrcat(pool, directory, "/orgauth.db", NULL);
    secret_file = apr_pstrcat(pool, directory, "/secret", NULL);
    int failed = run(trials);
    const char *clean = apr_pstrcat(pool, "rm -rf ", directory, NULL);
    failed = system(clean) != 0 || failed;
    apr_pool_destroy(pool);
    return failed;
}
