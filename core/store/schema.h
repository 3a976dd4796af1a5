/* SPDX-License-Identifier: Apache-2.0 */
/* The files of schema/, embedded, and the way from one version of the store to the next. */
#ifndef OA_STORE_SCHEMA_H
#define OA_STORE_SCHEMA_H

#include "core/store/db.h"

/* PRAGMA application_id of a store: "OrgA". */
#define OA_APPLICATION_ID 0x4f726741

/* In order; number n is what brings user_version n - 1 to n. Ended by NULL. Made at build. */
extern const char *const oa_schema_sqlite[];

/* How many files `schema` has: the version that they lead to. */
int64_t oa_schema_newest(const char *const schema[]);

/* Brings a connection's store (OA_DB_CARE, outside of a transaction) from its version to the newest of `schema`, in one transaction; from
 * version 0 it becomes a store. OA_UNAVAILABLE when its version is newer, OA_CONFLICT when the result has dangling references. */
oa_error *oa_schema_raise(oa_db *db, const char *const schema[], int64_t *from, int64_t *to);

#endif
