/* SPDX-License-Identifier: Apache-2.0 */
/* Whether httpd has the module, and which user its children are. */
#include "admin-cli/doctor.h"
#include "admin-cli/owner.h"

#include <apr_strings.h>
#include <fcntl.h>
#include <pwd.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ANSWER_MAX = 64 * 1024 };

/* Starts `program` with its standard output at `out` and the rest nowhere. */
static bool start(const char *program, int out, pid_t *process, apr_pool_t *pool)
{
    char *const arguments[] = {apr_pstrdup(pool, program), apr_pstrdup(pool, "-t"), apr_pstrdup(pool, "-DDUMP_MODULES"),
                               apr_pstrdup(pool, "-DDUMP_RUN_CFG"), NULL};
    posix_spawn_file_actions_t files;
    if (posix_spawn_file_actions_init(&files) != 0) {
        return false;
    }
    bool good = posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0) == 0 &&
                posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO) == 0 &&
                posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0) == 0 &&
                posix_spawn(process, program, &files, NULL, arguments, environ) == 0;
    posix_spawn_file_actions_destroy(&files);
    return good;
}

static void read_all(int file, char *answer)
{
    size_t size = 0;
    ssize_t got;
    while (size < ANSWER_MAX && (got = read(file, answer + size, ANSWER_MAX - size)) > 0) {
        size += (size_t)got;
    }
}

/* What `program` says about modules and run-time configuration; NULL where it does not start or fails. */
static const char *ask(const char *program, apr_pool_t *pool)
{
    int ends[2], status = -1;
    pid_t process;
    if (pipe2(ends, O_CLOEXEC) != 0) {
        return NULL;
    }
    bool started = start(program, ends[1], &process, pool);
    close(ends[1]);
    char *answer = apr_pcalloc(pool, ANSWER_MAX + 1);
    read_all(ends[0], answer);
    close(ends[0]);
    return started && waitpid(process, &status, 0) == process && status == 0 ? answer : NULL;
}

static void ask_any(oa_doctor *doctor)
{
    const char *directory = apr_pstrmemdup(doctor->pool, OA_HTTPD, (apr_size_t)(strrchr(OA_HTTPD, '/') - OA_HTTPD));
    const char *programs[] = {apr_pstrcat(doctor->pool, directory, "/apache2ctl", NULL),
                              apr_pstrcat(doctor->pool, directory, "/apachectl", NULL), OA_HTTPD};
    if (doctor->httpd != NULL) {
        doctor->httpd_says = ask(doctor->httpd, doctor->pool);
        return;
    }
    for (size_t i = 0; doctor->httpd_says == NULL && i < sizeof programs / sizeof programs[0]; i++) {
        doctor->httpd_says = ask(programs[i], doctor->pool);
    }
}

/* The line 'User: name="www-data" id=33 …' of DUMP_RUN_CFG. */
static const char *user_said(const oa_doctor *doctor)
{
    const char *line = doctor->httpd_says != NULL ? strstr(doctor->httpd_says, "User: name=\"") : NULL;
    if (line == NULL) {
        return NULL;
    }
    line += sizeof "User: name=\"" - 1;
    return apr_pstrmemdup(doctor->pool, line, strcspn(line, "\"\n"));
}

static void find_user(oa_doctor *doctor)
{
    int uid = -1, gid = -1;
    const char *name = user_said(doctor);
    const struct passwd *user = name != NULL ? getpwnam(name) : NULL;
    if (user != NULL) {
        uid = (int)user->pw_uid;
        gid = (int)user->pw_gid;
    } else if (oa_owner_find(NULL, &uid, &gid, doctor->pool) != NULL || uid < 0) {
        return;
    }
    doctor->httpd_uid = (uid_t)uid;
    doctor->httpd_gid = (gid_t)gid;
    doctor->httpd_user = oa_owner_name(uid, doctor->pool);
}

static void examine_module(oa_doctor *doctor)
{
    if (access(OA_MODULE_DEFAULT, R_OK) == 0) {
        oa_finding(doctor, OA_HEALTH_OK, "module file", NULL, "%s is there", OA_MODULE_DEFAULT);
    } else { /* httpd may load it from elsewhere: whether it does is said below */
        oa_finding(doctor, OA_HEALTH_WARNING, "module file", "make install", "%s is missing", OA_MODULE_DEFAULT);
    }
    if (doctor->httpd_says == NULL) {
        oa_finding(doctor, OA_HEALTH_WARNING, "module loaded", "run as root, or name the program: --httpd apache2ctl",
                   "httpd could not be asked (not there, or its configuration has an error)");
    } else if (strstr(doctor->httpd_says, "orgauth_module") != NULL) {
        oa_finding(doctor, OA_HEALTH_OK, "module loaded", NULL, "httpd loads orgauth_module");
    } else {
        oa_finding(doctor, OA_HEALTH_PROBLEM, "module loaded",
                   "LoadModule orgauth_module " OA_MODULE_DEFAULT " (Debian: a2enmod orgauth), then reload httpd",
                   "httpd does not load orgauth_module");
    }
}

void oa_examine_httpd(oa_doctor *doctor)
{
    ask_any(doctor);
    find_user(doctor);
    examine_module(doctor);
}
