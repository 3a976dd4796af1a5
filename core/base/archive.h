/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A zip archive from strangers, read in memory, entry by entry. archive.c alone includes libzip. Names are looked up in the archive and mean
 * nothing else: no file is ever made or opened. What is inflated is counted, whatever sizes the archive claims.
 */
#ifndef OA_BASE_ARCHIVE_H
#define OA_BASE_ARCHIVE_H

#include "core/base/error.h"

#include <apr_pools.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct oa_archive oa_archive;

enum {
    OA_ARCHIVE_ENTRIES_MAX = 4096,
    OA_ARCHIVE_INFLATED_MAX = 64 * 1024 * 1024, /* of all entries that are read, together */
    OA_ARCHIVE_RATIO_MAX = 200 /* inflated octets per octet of the archive, beyond the first MiB */
};

/* `bytes` must last as long as `pool`. OA_MEDIA_TYPE for what is no zip archive. */
oa_error *oa_archive_open(const void *bytes, size_t size, oa_archive **archive, apr_pool_t *pool);

/* Gives the entry called `name` to `take` in pieces; *found says whether there is one. OA_TOO_LARGE beyond the limits, OA_UNPROCESSABLE for
 * an entry that is damaged or encrypted, or what `take` returned. */
typedef oa_error *oa_archive_taker(void *context, const void *bytes, size_t size);
oa_error *oa_archive_read(oa_archive *archive, const char *name, oa_archive_taker *take, void *context, bool *found);

#endif
