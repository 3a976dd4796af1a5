/* SPDX-License-Identifier: Apache-2.0 */
#include "admin-cli/prompt.h"
#include "admin-cli/visible.h"
#include "core/base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <strings.h>
#include <termios.h>
#include <unistd.h>

enum { LINE_MAX_SIZE = OA_PASSWORD_MAX + 2 }; /* with CR LF */

/* Reads until the end of the file or until `line` is full; -1 on error. */
static ssize_t read_all(int file, char *line, size_t size)
{
    size_t used = 0;
    while (used < size) {
        ssize_t got = read(file, line + used, size - used);
        if (got < 0) {
            return -1;
        }
        if (got == 0) {
            break;
        }
        used += (size_t)got;
    }
    return (ssize_t)used;
}

static size_t without_end(const char *line, size_t size)
{
    size -= size > 0 && line[size - 1] == '\n';
    size -= size > 0 && line[size - 1] == '\r';
    return size;
}

static oa_error *check(const char *label, const char *line, size_t size, apr_pool_t *pool)
{
    if (size == 0) {
        return oa_error_field(pool, label, "the %s is empty", label);
    }
    if (size > OA_PASSWORD_MAX) {
        return oa_error_field(pool, label, "the %s is longer than %d bytes", label, OA_PASSWORD_MAX);
    }
    if (memchr(line, '\n', size) != NULL) {
        return oa_error_field(pool, label, "the %s is more than one line", label);
    }
    if (!oa_text_is_utf8(line, size)) {
        return oa_error_field(pool, label, "the %s is not valid UTF-8", label);
    }
    return NULL;
}

oa_error *oa_secret_from_stdin(const char *label, const oa_secret **secret, apr_pool_t *pool)
{
    char line[LINE_MAX_SIZE + 1];
    ssize_t got = read_all(STDIN_FILENO, line, sizeof line);
    if (got < 0) {
        return oa_error_make(pool, OA_FAILED, "cannot read the %s from stdin: %s", label, strerror(errno));
    }
    size_t size = without_end(line, (size_t)got);
    oa_error *error = check(label, line, size, pool);
    *secret = error == NULL ? oa_secret_make(line, size, pool) : NULL;
    oa_wipe(line, sizeof line);
    return error;
}

/* The terminal */

static volatile sig_atomic_t caught;
static const int caught_signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};
enum { SIGNALS = sizeof caught_signals / sizeof caught_signals[0] };

static void note(int number)
{
    caught = number;
}

typedef struct signal_state {
    struct sigaction actions[SIGNALS];
    sigset_t mask;
} signal_state;

/* Signals wait while they are not wanted, so that none is lost between a look and a read; `before` is what was. */
static void catch_signals(signal_state *before)
{
    struct sigaction action = {.sa_handler = note};
    sigset_t mask;
    caught = 0;
    sigemptyset(&mask);
    for (int i = 0; i < SIGNALS; i++) {
        sigaddset(&mask, caught_signals[i]);
        sigaction(caught_signals[i], &action, &before->actions[i]);
    }
    sigprocmask(SIG_BLOCK, &mask, &before->mask);
}

/* What was caught is raised again, now that the terminal is as it was. */
static void release_signals(const signal_state *before)
{
    for (int i = 0; i < SIGNALS; i++) {
        sigaction(caught_signals[i], &before->actions[i], NULL);
    }
    sigprocmask(SIG_SETMASK, &before->mask, NULL);
    if (caught != 0) {
        raise(caught);
    }
}

/* A terminal gives a line at a time. */
static ssize_t read_line(int terminal, char *line, const signal_state *before)
{
    struct pollfd wait = {.fd = terminal, .events = POLLIN};
    return ppoll(&wait, 1, NULL, &before->mask) == 1 ? read(terminal, line, LINE_MAX_SIZE) : -1;
}

/* One line from `terminal` without echo; false when it was broken off. */
static bool ask(int terminal, const char *prefix, const char *label, char *line, size_t *size)
{
    struct termios before, silent;
    signal_state signals;
    if (tcgetattr(terminal, &before) != 0) {
        return false;
    }
    silent = before;
    silent.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL);
    catch_signals(&signals);
    tcsetattr(terminal, TCSAFLUSH, &silent);
    dprintf(terminal, "%s%s: ", prefix, label);
    ssize_t got = read_line(terminal, line, &signals);
    tcsetattr(terminal, TCSAFLUSH, &before);
    dprintf(terminal, "\n");
    release_signals(&signals);
    *size = got > 0 ? without_end(line, (size_t)got) : 0;
    return got > 0;
}

static oa_error *ask_twice(int terminal, const char *label, char *first, char *again, size_t *size, apr_pool_t *pool)
{
    size_t again_size;
    if (!ask(terminal, "new ", label, first, size)) {
        return oa_error_make(pool, OA_USAGE, "no %s was given", label);
    }
    OA_TRY(check(label, first, *size, pool));
    if (!ask(terminal, "again, ", label, again, &again_size) || again_size != *size || !oa_equal(first, again, *size)) {
        return oa_error_field(pool, label, "the two %ss differ", label);
    }
    return NULL;
}

oa_error *oa_secret_from_terminal(const char *label, const oa_secret **secret, apr_pool_t *pool)
{
    char first[LINE_MAX_SIZE], again[LINE_MAX_SIZE];
    size_t size = 0;
    int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (terminal < 0) {
        return oa_error_make(pool, OA_USAGE, "there is no terminal to ask for the %s on; give it by --%s-stdin", label,
                             label);
    }
    oa_error *error = ask_twice(terminal, label, first, again, &size, pool);
    *secret = error == NULL ? oa_secret_make(first, size, pool) : NULL;
    oa_wipe(first, sizeof first);
    oa_wipe(again, sizeof again);
    close(terminal);
    return error;
}

bool oa_prompt_agreed(const char *question, apr_pool_t *pool)
{
    char answer[16];
    if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO)) {
        return true;
    }
    fprintf(stderr, "%s [y/N] ", oa_visible(question, "", pool));
    if (fgets(answer, sizeof answer, stdin) == NULL) {
        return false;
    }
    answer[strcspn(answer, "\r\n")] = '\0';
    return strcasecmp(answer, "y") == 0 || strcasecmp(answer, "yes") == 0;
}
