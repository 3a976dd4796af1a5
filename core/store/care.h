/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The store as a file that somebody has to look after: making, migrating, checking, saving and bringing back.
 * Only the command line calls these, except oa_store_checkpoint.
 */
#ifndef OA_STORE_CARE_H
#define OA_STORE_CARE_H

#include "core/base/json.h"
#include "core/store/store.h"

/* Makes the master secret (if missing) and an empty store with the newest schema, owner and group as given (-1: leave), mode 0640, directories
 * 0750 as needed. OA_CONFLICT when a store is there already. Nothing is left behind on failure. */
oa_error *oa_store_init(const char *url, const char *secret_file, int uid, int gid, apr_pool_t *pool);

/* Path, size, schema version, SQLite version, counts of organizations, users, keys, events, password checks under way (attempts), size of the WAL. */
oa_error *oa_store_status(const char *url, const char *secret_file, oa_json **result, apr_pool_t *pool);

/* integrity_check, foreign_key_check, credential equals credential_source, audit chain. *result lists problems;
 * *sound tells whether there are none. */
oa_error *oa_store_check(const char *url, const char *secret_file, bool *sound, oa_json **result, apr_pool_t *pool);

/* Brings the schema forward in one transaction. *from and *to are versions. */
oa_error *oa_store_migrate(const char *url, int64_t *from, int64_t *to, apr_pool_t *pool);

/* A consistent copy while the store is in use, mode 0640; never over an existing file. */
oa_error *oa_store_backup(const char *url, const char *file, apr_pool_t *pool);

/* Puts a checked copy in the place of the store and raises its epoch, so that running servers take it. */
oa_error *oa_store_restore(const char *url, const char *secret_file, const char *file, apr_pool_t *pool);

/* Writes the WAL back while holding the write lock on another connection (SQLite's WAL-reset bug). *pages = those
 * still to do. OA_BUSY when a writer holds on. */
oa_error *oa_store_checkpoint(oa_store *store, int64_t *pages, apr_pool_t *pool);

/* Whether this SQLite version has the WAL-reset bug (3.7.0 to 3.51.2, except the releases that carry the mend). */
bool oa_sqlite_has_wal_reset_bug(void);
const char *oa_sqlite_version(void);

#endif
