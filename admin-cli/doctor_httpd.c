/* SPDX-License-Identifier: Apache-2.0 */
/* Whether httpd has the module, and which user its children are. */
#include "admin-cli/doctor.h"
#include "admin-cli/owner.h"

#include <apr_strings.h>
#include <apr_thread_proc.h>
#include <pwd.h>
#include <unistd.h>

enum { ANSWER_MAX = 64 * 1024 };

/* What `program` says about modules and run-time configuration; NULL where it does not start or fails. */
static const char *ask(const char *program, apr_pool_t *pool)
{
    const char *const arguments[] = {program, "-t", "-D", "DUMP_MODULES", "-D", "DUMP_RUN_CFG", NULL};
    apr_procattr_t *attributes;
    apr_proc_t process;
    apr_exit_why_e why;
    int status = 0;
    if (access(program, X_OK) != 0 || apr_procattr_create(&attributes, pool) != APR_SUCCESS ||
        apr_procattr_io_set(attributes, APR_NO_PIPE, APR_FULL_BLOCK, APR_NO_FILE) != APR_SUCCESS ||
        apr_procattr_cmdtype_set(attributes, APR_PROGRAM_ENV) != APR_SUCCESS ||
        apr_proc_create(&process, program, arguments, NULL, attributes, pool) != APR_SUCCESS) {
        return NULL;
    }
    char *answer = apr_palloc(pool, ANSWER_MAX + 1);
    apr_size_t size = 0;
    apr_file_read_full(process.out, answer, ANSWER_MAX, &size);
    answer[size] = '\0';
    apr_file_close(process.out);
    apr_proc_wait(&process, &status, &why, APR_WAIT);
    return why == APR_PROC_EXIT && status == 0 ? answer : NULL;
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
    } else {
        oa_finding(doctor, OA_HEALTH_PROBLEM, "module file", "make install", "%s is missing", OA_MODULE_DEFAULT);
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
