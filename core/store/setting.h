/* SPDX-License-Identifier: Apache-2.0 */
/* Settings that differ from their defaults. Inside the caller's transaction. */
#ifndef OA_STORE_SETTING_H
#define OA_STORE_SETTING_H

#include "core/model/setting.h"
#include "core/store/db.h"

/* *value = NULL where it is not set. */
oa_error *oa_setting_get(oa_db *db, const char *name, const char **value, apr_pool_t *pool);

/* value NULL: back to the default. */
oa_error *oa_setting_put(oa_db *db, const char *name, const char *value);

/* All of them over the defaults; a stored value that is wrong (written past this program) counts as not set. */
oa_error *oa_setting_load(oa_db *db, oa_settings *settings, apr_pool_t *pool);

#endif
