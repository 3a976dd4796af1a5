/* SPDX-License-Identifier: Apache-2.0 */
/* The six roles of the mission, as schema/sqlite/0001_store.sql has to store them: ids 1 to 6 in this order, strongest first. */
#ifndef OA_TESTS_MODEL_ROLES_H
#define OA_TESTS_MODEL_ROLES_H

#include "core/model/permission.h"

enum { SUPERADMIN, ADMINISTRATOR, EDITOR, OPERATOR, VIEWER, API_USER, ROLES };

static const struct {
    const char *name;
    oa_role_type type;
    const char *permissions, *summary;
} builtin_roles[ROLES] = {
    {"SuperAdmin", OA_ROLE_SITE, "*:*", "everything, in every organization"},
    {"Administrator", OA_ROLE_ADMINISTRATOR, "*:*", "all data of the organization, and its users"},
    {"Editor", OA_ROLE_USER, "*:create *:delete *:edit *:run *:statistics *:view",
     "all data of the organization, without its users"},
    {"Operator", OA_ROLE_USER, "*:run *:statistics *:view", "view, run, statistics"},
    {"Viewer", OA_ROLE_USER, "*:statistics *:view", "view, statistics"},
    {"API User", OA_ROLE_API, "", "calls the Web APIs attached to it, sees its own API messages"},
};

#endif
