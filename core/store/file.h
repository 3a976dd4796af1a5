/* SPDX-License-Identifier: Apache-2.0 */
/* The store as a name in the file system: making, owning and placing files so that all of it happens or nothing. */
#ifndef OA_STORE_FILE_H
#define OA_STORE_FILE_H

#include "core/base/error.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

enum { OA_STORE_MODE = 0640, OA_STORE_DIRECTORY_MODE = 0750 };

/* The absolute path that `url` names: a path, or "sqlite:PATH". OA_UNAVAILABLE for postgresql: (not built in), OA_INVALID
 * for anything else that looks like a URL, or an empty path. */
oa_error *oa_file_of_url(const char *url, const char **path, apr_pool_t *pool);

/* OA_FAILED: "WHAT PATH: reason of errno". */
oa_error *oa_file_error(const char *what, const char *path, apr_pool_t *pool);

bool oa_file_exists(const char *path); /* a dangling symbolic link too */

/* The directory part of an absolute path. */
const char *oa_file_directory(const char *path, apr_pool_t *pool);

/* Makes the directories above `path` that are missing, mode 0750, owner and group as given (-1: leave). *made = the topmost that
 * was made, NULL if none: oa_file_unmake_directories takes back what is still empty. */
oa_error *oa_file_make_directories(const char *path, int uid, int gid, const char **made, apr_pool_t *pool);
void oa_file_unmake_directories(const char *path, const char *made, apr_pool_t *pool);

/* A new empty file beside `path`, mode 0600, under a name nobody has; its name in *name. */
oa_error *oa_file_make_beside(const char *path, const char **name, apr_pool_t *pool);

/* Size in bytes; -1 where there is none. */
int64_t oa_file_size(const char *path);

/* Owner, group (-1: leave), mode 0640, to disk. */
oa_error *oa_file_finish(const char *name, int uid, int gid, apr_pool_t *pool);

/* Gives the finished file its name, which nobody may have yet (OA_CONFLICT); or, `replace`, takes it over. To disk. */
oa_error *oa_file_place(const char *name, const char *path, bool replace, apr_pool_t *pool);

/* Removes a database and what SQLite keeps beside it; what is not there is not missed. */
void oa_file_remove(const char *name, apr_pool_t *pool);

#endif
