/* SPDX-License-Identifier: Apache-2.0 */
#include "core/store/file.h"

#include "core/base/crypto.h"

#include <apr_file_info.h>
#include <apr_strings.h>
#include <errno.h>
#include <fcntl.h>
#include <strings.h>
#include <unistd.h>

static const char *const sidecars[] = {"-wal", "-shm", "-journal"};

static bool begins(const char *text, const char *prefix)
{
    return strncasecmp(text, prefix, strlen(prefix)) == 0;
}

oa_error *oa_file_of_url(const char *url, const char **path, apr_pool_t *pool)
{
    if (begins(url, "postgresql:") || begins(url, "postgres:")) {
        return oa_error_make(pool, OA_UNAVAILABLE, "PostgreSQL is not built in: name the path of an SQLite store");
    }
    const char *name = begins(url, "sqlite:") ? url + strlen("sqlite:") : url;
    if (name[0] == '\0' || strstr(name, "://") != NULL) {
        return oa_error_field(pool, "store", "\"%s\" names no store: give a path or sqlite:PATH", url);
    }
    char *absolute = NULL;
    if (apr_filepath_merge(&absolute, NULL, name, 0, pool) != APR_SUCCESS || absolute[0] != '/') {
        return oa_error_field(pool, "store", "\"%s\" is no path that can be used", url);
    }
    *path = absolute;
    return NULL;
}

oa_error *oa_file_error(const char *what, const char *path, apr_pool_t *pool)
{
    int reason = errno;
    return oa_error_make(pool, OA_FAILED, "%s %s: %s", what, path, strerror(reason));
}

bool oa_file_exists(const char *path)
{
    struct stat found;
    return lstat(path, &found) == 0 || errno != ENOENT;
}

int64_t oa_file_size(const char *path)
{
    struct stat found;
    return stat(path, &found) == 0 ? (int64_t)found.st_size : -1;
}

const char *oa_file_directory(const char *path, apr_pool_t *pool)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL || slash == path ? "/" : apr_pstrmemdup(pool, path, (apr_size_t)(slash - path));
}

/* Directories ----------------------------------------------------------------------------------------------- */

static oa_error *make_directory(const char *directory, int uid, int gid, apr_pool_t *pool)
{
    if (mkdir(directory, 0700) != 0) {
        return oa_file_error("cannot make the directory", directory, pool);
    }
    if (lchown(directory, (uid_t)uid, (gid_t)gid) != 0 || chmod(directory, OA_STORE_DIRECTORY_MODE) != 0) {
        oa_error *error = oa_file_error("cannot give away the directory", directory, pool);
        rmdir(directory);
        return error;
    }
    return NULL;
}

oa_error *oa_file_make_directories(const char *path, int uid, int gid, const char **made, apr_pool_t *pool)
{
    const char *directory = oa_file_directory(path, pool);
    *made = NULL;
    if (oa_file_exists(directory)) {
        return NULL;
    }
    OA_TRY(oa_file_make_directories(directory, uid, gid, made, pool));
    oa_error *error = make_directory(directory, uid, gid, pool);
    if (error != NULL) {
        oa_file_unmake_directories(directory, *made, pool);
        *made = NULL;
    } else if (*made == NULL) {
        *made = directory;
    }
    return error;
}

void oa_file_unmake_directories(const char *path, const char *made, apr_pool_t *pool)
{
    if (made == NULL) {
        return;
    }
    const char *directory = path;
    do {
        directory = oa_file_directory(directory, pool);
    } while (rmdir(directory) == 0 && strcmp(directory, made) != 0);
}

static oa_error *sync_path(const char *path, int flags, apr_pool_t *pool)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | flags);
    if (fd < 0) {
        return oa_file_error("cannot open", path, pool);
    }
    oa_error *error = fsync(fd) == 0 ? NULL : oa_file_error("cannot write to disk", path, pool);
    close(fd);
    return error;
}

/* Files ----------------------------------------------------------------------------------------------------- */

oa_error *oa_file_make_beside(const char *path, const char **name, apr_pool_t *pool)
{
    *name = apr_psprintf(pool, "%s.new-%08x", path, oa_random_below(UINT32_MAX));
    int fd = open(*name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0) {
        return oa_file_error("cannot make", *name, pool);
    }
    oa_error *error = fchmod(fd, 0600) == 0 ? NULL : oa_file_error("cannot protect", *name, pool);
    close(fd);
    if (error != NULL) {
        unlink(*name);
    }
    return error;
}

oa_error *oa_file_finish(const char *name, int uid, int gid, apr_pool_t *pool)
{
    if (lchown(name, (uid_t)uid, (gid_t)gid) != 0) {
        return oa_file_error("cannot give away", name, pool);
    }
    if (chmod(name, OA_STORE_MODE) != 0) {
        return oa_file_error("cannot set the mode of", name, pool);
    }
    return sync_path(name, O_NOFOLLOW, pool);
}

/* link() fails where the name is taken; rename() would not. */
oa_error *oa_file_place(const char *name, const char *path, bool replace, apr_pool_t *pool)
{
    if ((replace ? rename(name, path) : link(name, path)) != 0) {
        return errno == EEXIST ? oa_error_make(pool, OA_CONFLICT, "%s is there already", path)
                               : oa_file_error("cannot make", path, pool);
    }
    oa_error *error = sync_path(oa_file_directory(path, pool), O_DIRECTORY, pool);
    if (!replace) {
        unlink(error == NULL ? name : path);
    }
    return error;
}

void oa_file_remove(const char *name, apr_pool_t *pool)
{
    unlink(name);
    for (size_t i = 0; i < sizeof sidecars / sizeof sidecars[0]; i++) {
        unlink(apr_pstrcat(pool, name, sidecars[i], NULL));
    }
}
