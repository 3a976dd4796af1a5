/* SPDX-License-Identifier: Apache-2.0 */
/* The files of schema/, in order; number n is what brings user_version n - 1 to n. Ended by NULL. Made at build. */
#ifndef OA_STORE_SCHEMA_H
#define OA_STORE_SCHEMA_H

/* PRAGMA application_id of a store: "OrgA". */
#define OA_APPLICATION_ID 0x4f726741

extern const char *const oa_schema_sqlite[];

#endif
