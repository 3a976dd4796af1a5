/* SPDX-License-Identifier: Apache-2.0 */
/* What orgauth doctor looks at, and what its examinations share. */
#ifndef OA_CLI_DOCTOR_H
#define OA_CLI_DOCTOR_H

#include "admin-cli/session.h"
#include "core/base/json.h"

#include <sys/types.h>

typedef enum oa_health { OA_HEALTH_OK, OA_HEALTH_WARNING, OA_HEALTH_PROBLEM } oa_health;

typedef struct oa_doctor {
    oa_session *session;
    oa_json *findings;      /* array */
    size_t counts[3];       /* by oa_health */
    const char *httpd;      /* program that controls httpd, or NULL: the usual ones */
    const char *httpd_says; /* what it said about its modules and its user; NULL: nobody could be asked */
    const char *httpd_user; /* NULL: not known */
    uid_t httpd_uid;
    gid_t httpd_gid;
    apr_pool_t *pool;
} oa_doctor;

/* One line of the result; remedy NULL where all is well. */
void oa_finding(oa_doctor *doctor, oa_health health, const char *check, const char *remedy, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* The examinations; each adds its findings and none fails. */
void oa_examine_httpd(oa_doctor *doctor); /* first: the others want to know its user */
void oa_examine_files(oa_doctor *doctor);
void oa_examine_access(oa_doctor *doctor);
void oa_examine_store(oa_doctor *doctor);
void oa_examine_settings(oa_doctor *doctor);

#endif
