/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A sendmail program: `PROGRAM -i -f SENDER -- RECIPIENT`, no shell. The message is its standard input as a file in memory, and what
 * it says goes to another one: nothing that either side does can block the other.
 */
#include "core/mail/send.h"

#include "core/base/clock.h"

#include <apr_strings.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#define SENDMAIL_DEFAULT "/usr/sbin/sendmail"

enum { SAID_MAX = 400, SAID_ROOM = 4096, LOOK_EVERY_MS = 500 };

/* The two files in memory and the program. */
typedef struct child {
    int body;
    int said;
    pid_t pid;
} child;

static bool write_all(int fd, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t written = write(fd, bytes, size);
        if (written <= 0) {
            return false;
        }
        bytes += written;
        size -= (size_t)written;
    }
    return lseek(fd, 0, SEEK_SET) == 0;
}

/* Programs take lines that end as files' do. */
static const char *with_line_feeds(const oa_envelope *envelope, size_t *size, apr_pool_t *pool)
{
    char *text = apr_palloc(pool, envelope->size + 1);
    *size = 0;
    for (size_t i = 0; i < envelope->size; i++) {
        if (envelope->body[i] != '\r') {
            text[(*size)++] = envelope->body[i];
        }
    }
    return text;
}

static bool make_files(child *c, const oa_envelope *envelope, apr_pool_t *pool)
{
    size_t size;
    const char *text = with_line_feeds(envelope, &size, pool);
    c->body = memfd_create("mail", MFD_CLOEXEC);
    c->said = memfd_create("said", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    /* A program that never stops talking fills no memory. */
    return c->body >= 0 && c->said >= 0 && ftruncate(c->said, SAID_ROOM) == 0 &&
           fcntl(c->said, F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK) == 0 && write_all(c->body, text, size);
}

/* Nothing of ours is inherited: no descriptor, no blocked signal, no environment but PATH. */
static int spawn(child *c, const char *program, char *const argv[])
{
    static char path[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
    static char *const environment[] = {path, NULL};
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, c->body, 0);
    posix_spawn_file_actions_adddup2(&files, c->said, 1);
    posix_spawn_file_actions_adddup2(&files, c->said, 2);
    posix_spawn_file_actions_addclosefrom_np(&files, 3);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    int failed = posix_spawn(&c->pid, program, &files, &attributes, argv, environment);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&files);
    return failed;
}

/* Waits for its end. False when it was broken off or took too long; then it is killed. */
static bool await(const child *c, const oa_envelope *envelope, bool *stopped)
{
    oa_time deadline = oa_clock_now() + OA_SEND_MAX_S * OA_SECOND;
    struct pollfd end = {.fd = pidfd_open(c->pid, 0), .events = POLLIN};
    bool ended = false;
    *stopped = false;
    while (end.fd >= 0 && !ended && !*stopped && oa_clock_now() < deadline) {
        ended = poll(&end, 1, LOOK_EVERY_MS) > 0;
        *stopped = !ended && envelope->stops != NULL && envelope->stops(envelope->context);
    }
    if (end.fd >= 0) {
        close(end.fd);
    }
    if (!ended) {
        kill(c->pid, SIGKILL);
    }
    return ended;
}

static const char *what_it_said(const child *c, apr_pool_t *pool)
{
    char said[SAID_MAX + 1];
    ssize_t size = pread(c->said, said, SAID_MAX, 0);
    return size > 0 ? apr_pstrndup(pool, said, (apr_size_t)size) : "";
}

static oa_delivery judge(const child *c, bool ended, bool stopped, apr_pool_t *pool)
{
    int status = 0;
    pid_t reaped;
    do {
        reaped = waitpid(c->pid, &status, 0);
    } while (reaped < 0 && errno == EINTR);
    if (stopped) {
        return (oa_delivery){OA_SENT_STOPPED, "broken off"};
    }
    if (!ended) {
        return (oa_delivery){OA_SENT_LATER, "the sendmail program did not end in time"};
    }
    if (reaped == c->pid && WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        return (oa_delivery){OA_SENT_DONE, ""};
    }
    const char *why = apr_psprintf(pool, "the sendmail program ended with %d: %s",
                                   WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
                                   what_it_said(c, pool));
    return (oa_delivery){OA_SENT_LATER, oa_send_trouble(why, pool)};
}

static oa_delivery run(child *c, const char *program, const oa_envelope *envelope, apr_pool_t *pool)
{
    char *argv[] = {apr_pstrdup(pool, program), apr_pstrdup(pool, "-i"), apr_pstrdup(pool, "-f"),
                    apr_pstrdup(pool, envelope->from), apr_pstrdup(pool, "--"), apr_pstrdup(pool, envelope->to), NULL};
    if (!make_files(c, envelope, pool)) {
        return (oa_delivery){OA_SENT_LATER, "no memory for the message"};
    }
    int failed = spawn(c, program, argv);
    if (failed != 0) {
        const char *why = apr_psprintf(pool, "%s cannot be run: %s", program, strerror(failed));
        return (oa_delivery){OA_SENT_LATER, oa_send_trouble(why, pool)};
    }
    bool stopped;
    bool ended = await(c, envelope, &stopped);
    return judge(c, ended, stopped, pool);
}

oa_delivery oa_send_pipe(const oa_settings *settings, const oa_envelope *envelope, apr_pool_t *pool)
{
    const char *path = settings->mail_relay + sizeof "sendmail:" - 1;
    child c = {-1, -1, 0};
    oa_delivery delivery = run(&c, *path != '\0' ? path : SENDMAIL_DEFAULT, envelope, pool);
    if (c.body >= 0) {
        close(c.body);
    }
    if (c.said >= 0) {
        close(c.said);
    }
    return delivery;
}
