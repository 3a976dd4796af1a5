/* SPDX-License-Identifier: Apache-2.0 */
#include "admin-cli/owner.h"

#include <apr_strings.h>
#include <grp.h>
#include <pwd.h>
#include <sys/wait.h>
#include <unistd.h>

/* Debian; Fedora; Arch; the rest. */
static const char *const httpd_users[] = {"www-data", "apache", "http", "nobody", NULL};

static bool parse_number(const char *text, int *number)
{
    char *end;
    long value = strtol(text, &end, 10);
    if (end == text || *end != '\0' || value < 0 || value > 0x7ffffffe) {
        return false;
    }
    *number = (int)value;
    return true;
}

static bool find_user(const char *name, int *uid, int *gid)
{
    const struct passwd *user = getpwnam(name);
    if (user == NULL && parse_number(name, uid)) {
        user = getpwuid((uid_t)*uid);
        *gid = user != NULL ? (int)user->pw_gid : *uid;
        return true;
    }
    if (user != NULL) {
        *uid = (int)user->pw_uid;
        *gid = (int)user->pw_gid;
    }
    return user != NULL;
}

static bool find_group(const char *name, int *gid)
{
    const struct group *group = getgrnam(name);
    if (group == NULL) {
        return parse_number(name, gid);
    }
    *gid = (int)group->gr_gid;
    return true;
}

static oa_error *find_httpd(int *uid, int *gid, apr_pool_t *pool)
{
    for (const char *const *name = httpd_users; *name != NULL; name++) {
        if (find_user(*name, uid, gid)) {
            return NULL;
        }
    }
    return oa_error_make(pool, OA_FAILED, "no user that httpd could run as was found; name it: --owner USER[:GROUP]");
}

oa_error *oa_owner_find(const char *text, int *uid, int *gid, apr_pool_t *pool)
{
    *uid = *gid = -1;
    if (text == NULL) {
        return geteuid() == 0 ? find_httpd(uid, gid, pool) : NULL;
    }
    if (geteuid() != 0) {
        return oa_error_make(pool, OA_USAGE, "--owner needs root: nobody else can give files away");
    }
    const char *colon = strchr(text, ':');
    const char *name = colon != NULL ? apr_pstrmemdup(pool, text, (apr_size_t)(colon - text)) : text;
    if (!find_user(name, uid, gid)) {
        return oa_error_field(pool, "owner", "there is no user \"%s\" here", name);
    }
    if (colon != NULL && !find_group(colon + 1, gid)) {
        return oa_error_field(pool, "owner", "there is no group \"%s\" here", colon + 1);
    }
    return NULL;
}

const char *oa_owner_name(int uid, apr_pool_t *pool)
{
    const struct passwd *user = getpwuid((uid_t)uid);
    return user != NULL ? apr_pstrdup(pool, user->pw_name) : apr_psprintf(pool, "uid %d", uid);
}

bool oa_owner_reaches(int uid, int gid, const char *path, int how, apr_pool_t *pool)
{
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        bool became = initgroups(oa_owner_name(uid, pool), (gid_t)gid) == 0 && setgid((gid_t)gid) == 0 && setuid((uid_t)uid) == 0;
        _exit(became && access(path, how) == 0 ? 0 : 1);
    }
    return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}
