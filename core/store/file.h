/* SPDX-License-Identifier: Apache-2.0 */
/* The store as a name in the file system. */
#ifndef OA_STORE_FILE_H
#define OA_STORE_FILE_H

#include "core/base/error.h"

/* The absolute path that `url` names: a path, or "sqlite:PATH". OA_UNAVAILABLE for postgresql: (not built in), OA_INVALID
 * for anything else that looks like a URL, or an empty path. */
oa_error *oa_file_of_url(const char *url, const char **path, apr_pool_t *pool);

#endif
