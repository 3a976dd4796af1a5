/* SPDX-License-Identifier: Apache-2.0 */
/* Modes and owners of store, sidecars, secret and their directories; and whether httpd's user gets at them. */
#include "admin-cli/doctor.h"
#include "admin-cli/owner.h"

#include <apr_strings.h>
#include <errno.h>
#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

/* Whether `path` is there and closed to others; what is missing is for the caller to say. */
static bool examine_file(oa_doctor *doctor, const char *check, const char *path, mode_t forbidden, struct stat *file)
{
    if (stat(path, file) != 0) {
        return false;
    }
    mode_t mode = file->st_mode & 07777;
    const char *owner = oa_owner_name((int)file->st_uid, doctor->pool);
    if ((mode & forbidden) != 0) {
        oa_finding(doctor, OA_HEALTH_PROBLEM, check,
                   apr_psprintf(doctor->pool, "chmod %04o %s", mode & ~forbidden, path),
                   "%s has mode %04o: open to more than its owner and group", path, mode);
    } else {
        oa_finding(doctor, OA_HEALTH_OK, check, NULL, "%s, mode %04o, owner %s", path, mode, owner);
    }
    return true;
}

static void examine_owner(oa_doctor *doctor, const char *check, const char *path, const struct stat *file)
{
    if (doctor->httpd_user != NULL && file->st_uid != doctor->httpd_uid) {
        oa_finding(doctor, OA_HEALTH_WARNING, check,
                   apr_psprintf(doctor->pool, "chown %s: %s", doctor->httpd_user, path),
                   "%s belongs to %s, and httpd runs as %s", path, oa_owner_name((int)file->st_uid, doctor->pool),
                   doctor->httpd_user);
    }
}

static void examine_sidecar(oa_doctor *doctor, const char *path, const struct stat *store)
{
    struct stat file;
    if (examine_file(doctor, "sidecar", path, 0007, &file) && file.st_uid != store->st_uid) {
        oa_finding(doctor, OA_HEALTH_PROBLEM, "sidecar",
                   apr_psprintf(doctor->pool, "chown %s %s", oa_owner_name((int)store->st_uid, doctor->pool), path),
                   "%s belongs to %s and not to the owner of the store", path,
                   oa_owner_name((int)file.st_uid, doctor->pool));
    }
}

/* A new secret would not be that of a store which is there. */
void oa_examine_files(oa_doctor *doctor)
{
    struct stat store, file;
    const char *secret_remedy = "bring it back from its backup";
    const char *path = oa_session_store_path(doctor->session), *secret = doctor->session->secret_file;
    if (path == NULL) {
        return;
    }
    examine_file(doctor, "directory", oa_session_store_directory(doctor->session), 0002, &file);
    if (examine_file(doctor, "store", path, 0007, &store)) {
        examine_owner(doctor, "store", path, &store);
        examine_sidecar(doctor, apr_pstrcat(doctor->pool, path, "-wal", NULL), &store);
        examine_sidecar(doctor, apr_pstrcat(doctor->pool, path, "-shm", NULL), &store);
    } else {
        oa_error *missing = oa_session_store_exists(doctor->session);
        secret_remedy = "orgauth store init";
        oa_finding(doctor, OA_HEALTH_PROBLEM, "store", "orgauth store init", "%s",
                   missing != NULL ? missing->message : path);
    }
    if (!examine_file(doctor, "secret", secret, 0007, &file)) {
        oa_finding(doctor, OA_HEALTH_PROBLEM, "secret", secret_remedy, "%s: %s", secret, strerror(errno));
    }
}

/* What httpd only reads it reads through its group: the secret stays with its maker. */
static const char *reach_remedy(const oa_doctor *doctor, const char *path, int how)
{
    const struct group *group = how == R_OK ? getgrgid(doctor->httpd_gid) : NULL;
    const char *change = group != NULL
                             ? apr_psprintf(doctor->pool, "chgrp %s %s; chmod g+r %s", group->gr_name, path, path)
                             : apr_psprintf(doctor->pool, "chown %s: %s", doctor->httpd_user, path);
    return apr_pstrcat(doctor->pool, change, ", and let that user through the directories above it", NULL);
}

static void examine_reach(oa_doctor *doctor, const char *path, int how, const char *what)
{
    if (access(path, F_OK) != 0) {
        return;
    }
    if (oa_owner_reaches((int)doctor->httpd_uid, (int)doctor->httpd_gid, path, how, doctor->pool)) {
        oa_finding(doctor, OA_HEALTH_OK, "access", NULL, "%s may %s %s", doctor->httpd_user, what, path);
    } else {
        oa_finding(doctor, OA_HEALTH_PROBLEM, "access", reach_remedy(doctor, path, how),
                   "%s, as whom httpd runs, may not %s %s", doctor->httpd_user, what, path);
    }
}

void oa_examine_access(oa_doctor *doctor)
{
    const char *path = oa_session_store_path(doctor->session);
    if (path == NULL || doctor->httpd_user == NULL) {
        return;
    }
    if (geteuid() != 0 && geteuid() != doctor->httpd_uid) {
        oa_finding(doctor, OA_HEALTH_WARNING, "access", "run this as root",
                   "what %s may read and write can only be tried as root", doctor->httpd_user);
        return;
    }
    examine_reach(doctor, path, R_OK | W_OK, "read and write");
    examine_reach(doctor, oa_session_store_directory(doctor->session), W_OK | X_OK, "make files in");
    examine_reach(doctor, doctor->session->secret_file, R_OK, "read");
}
