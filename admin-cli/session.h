/* SPDX-License-Identifier: Apache-2.0 */
/* One run of the command: what the global options say, and the store once it is needed. */
#ifndef OA_CLI_SESSION_H
#define OA_CLI_SESSION_H

#include "core/store/store.h"

#include <apr_pools.h>
#include <stdbool.h>

typedef enum oa_output { OA_OUTPUT_TABLE, OA_OUTPUT_JSON, OA_OUTPUT_CSV } oa_output;

typedef struct oa_session {
    const char *store_url;
    const char *secret_file;
    oa_output output;
    bool yes; /* ask nothing */
    bool dry_run;
    bool help;
    bool version;
    oa_store *store;
    apr_pool_t *pool;
} oa_session;

/* The environment and the defaults of the build; options come after. Empty variables count as not set. */
void oa_session_init(oa_session *session, apr_pool_t *pool);

/* The path of the SQLite file that session->store_url names; NULL where it names a server. */
const char *oa_session_store_path(const oa_session *session);

/* The directory of that file; NULL likewise. */
const char *oa_session_store_directory(const oa_session *session);

/* OA_UNAVAILABLE with the remedy where there is no store, or this user may not reach it. */
oa_error *oa_session_store_exists(const oa_session *session);

/* The store, made at the first call. */
oa_error *oa_session_store(oa_session *session, oa_store **store);

/* Name of the operating-system user for the audit trail: "root", or "alice via sudo". */
const char *oa_session_user(apr_pool_t *pool);

#endif
