/* SPDX-License-Identifier: Apache-2.0 */
/* The policy that lives in the store: one row of a table per setting, and the values parsed into one struct. */
#ifndef OA_MODEL_SETTING_H
#define OA_MODEL_SETTING_H

#include "core/base/clock.h"
#include "core/base/error.h"

#include <apr_pools.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct oa_rate {
    int count;          /* 0 = no limit */
    oa_duration window;
} oa_rate;

typedef struct oa_settings {
    int login_deny_after;
    oa_rate login_throttle;
    oa_duration login_inactive_after;
    oa_duration invitation_valid_for;
    oa_duration reset_valid_for;
    int password_min_length; /* characters (code points) */
    oa_duration session_idle;
    oa_duration session_lifetime;
    bool key_reveal;
    int messages_keep_count;
    oa_duration messages_keep_age;
    const char *site_public_url; /* NULL where not set; likewise below */
    const char *site_name;
    const char *mail_relay;
    const char *mail_from;
    const char *mail_user;
    const char *mail_password_file;
} oa_settings;

typedef struct oa_setting_row {
    const char *name;    /* "login.deny_after" */
    const char *initial; /* its default as text, NULL = none */
    const char *help;    /* one line: meaning, unit, limits */
    /* Reads `text` (NULL: not set) into `settings`. OA_INVALID says which values are right. */
    oa_error *(*parse)(oa_settings *settings, const struct oa_setting_row *row, const char *text, apr_pool_t *pool);
    size_t offset;       /* of its member in oa_settings, for the parsers */
    int64_t least, most; /* limits where it is a number or a duration */
} oa_setting_row;

/* Ended by a row whose name is NULL. */
extern const oa_setting_row oa_setting_rows[];

/* The row called `name`, or NULL. */
const oa_setting_row *oa_setting_find(const char *name);

/* Whether this value names a file of the host, to be read or run. */
bool oa_setting_names_file(const oa_setting_row *row, const char *value);

/* All defaults. */
void oa_settings_init(oa_settings *settings, apr_pool_t *pool);

#endif
