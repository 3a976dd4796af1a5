/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Permissions are "module:action", both slugs ("flow:run"). A role holds a list of patterns, in which either
 * side may be "*". A module can be marked "administrators only"; a "*" module of a role that is not of the
 * administrator type does not reach such modules, and such a role cannot name one either.
 *
 * The project's own modules, all administrators only: users, roles, audit, settings, orgs; pricing and payment are marked so
 * in a new store. Its own module "apis" (Web APIs) is open to every role. Modules of a site are any other slugs.
 * Actions: view, create, edit, delete, run, statistics, and whatever else a site asks for.
 */
#ifndef OA_MODEL_PERMISSION_H
#define OA_MODEL_PERMISSION_H

#include "core/base/error.h"

#include <apr_pools.h>
#include <stdbool.h>

/* The type of a role. The numbers are stored. */
typedef enum oa_role_type {
    OA_ROLE_SITE = 1,          /* SuperAdmin: everything, in every organization */
    OA_ROLE_ADMINISTRATOR = 2, /* may reach modules marked administrators only */
    OA_ROLE_USER = 3,
    OA_ROLE_API = 4            /* API User: calls attached Web APIs, sees its own messages */
} oa_role_type;

/* "site", "administrator", "user", "api". */
const char *oa_role_type_name(int type);

/* What a principal may do somewhere. All text borrowed. */
typedef struct oa_grants {
    oa_role_type type;
    const char *permissions;   /* patterns separated by one space; "" = none */
    const char *modules;       /* modules that the member is confined to, separated by one space; "" or NULL = no confinement.
                                  The project's own modules are never confined. */
    const char *admin_modules; /* modules marked administrators only, separated by one space */
} oa_grants;

/* Whether the grants hold `permission` ("module:action", no wildcard). OA_ROLE_SITE holds all. Deny by default: also
 * for a malformed permission. Allocates nothing. */
bool oa_grants_allow(const oa_grants *grants, const char *permission);

/* The same for a module and an action apart. */
bool oa_grants_allow_action(const oa_grants *grants, const char *module, const char *action);

/* Whether everything that `theirs` can ever allow is allowed by `mine` (P4: nobody grants more than they hold). Sound, not complete: when
 * in doubt false. */
bool oa_grants_cover(const oa_grants *mine, const oa_grants *theirs);

/* Checks and sorts a list of patterns for a role of `type` into the stored form. OA_INVALID on `field` for bad spelling, an
 * administrators-only module in a role of type USER or API, or more than 200 patterns. */
oa_error *oa_permissions_normalize(const char *field, const char *const *patterns, int count, oa_role_type type,
                                   const char *admin_modules, const char **normalized, apr_pool_t *pool);

/* Whether a module is one of the project's own, and whether it is for administrators only: marked so, or so by its nature. */
bool oa_module_is_own(const char *name);
bool oa_module_is_for_administrators(const char *name, const char *admin_modules);

/* The action that an HTTP method means: GET HEAD OPTIONS "view", POST "create", PUT PATCH "edit", DELETE "delete";
 * NULL for any other (then access is denied). */
const char *oa_method_action(const char *method);

/* Whether `word` is one of the words of `list`, which are separated by one space. "" is in no list. */
bool oa_words_have(const char *list, const char *word);

#endif
