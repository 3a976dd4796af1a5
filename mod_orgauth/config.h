/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The directives. "Not set" is a state of its own in every member, so that a default written out overrides what a place
 * inherits; the defaults are given by the functions below and nowhere else.
 */
#ifndef MOD_ORGAUTH_CONFIG_H
#define MOD_ORGAUTH_CONFIG_H

#include "mod_orgauth/apache.h"

#include <stdbool.h>

#define OA_UNSET (-1)

/* Of a directory, location, file or .htaccess. */
typedef struct oa_directory {
    unsigned accepted;       /* OrgAuthCredentials: OA_BY_…; 0 = not set */
    const char *key_header;  /* OrgAuthKeyHeader; NULL = not set, likewise below */
    const char *org;         /* OrgAuthOrg: slug or public id */
    const char *module;      /* OrgAuthModule */
    signed char forward;     /* OrgAuthForward; OA_UNSET, 0 or 1, likewise below */
    signed char hide;        /* OrgAuthHideCredentials */
    signed char messages;    /* OrgAuthMessages */
    signed char require_tls; /* OrgAuthRequireTLS */
    const char *mount;       /* the path of the section that says SetHandler orgauth-admin; NULL: none does, or no path */
} oa_directory;

/* Of a server or virtual host. */
typedef struct oa_server {
    const char *store;          /* OrgAuthStore: absolute path; NULL = not set */
    const char *secret_file;    /* OrgAuthSecretFile: absolute path; NULL = not set */
    struct oa_service *service; /* process.h; set in each child */
} oa_server;

extern const command_rec oa_directives[];

void *oa_directory_create(apr_pool_t *pool, char *path);
void *oa_directory_merge(apr_pool_t *pool, void *outer, void *inner);
void *oa_server_create(apr_pool_t *pool, server_rec *server);
void *oa_server_merge(apr_pool_t *pool, void *outer, void *inner);

/* What holds for a request and for a server. */
const oa_directory *oa_directory_of(const request_rec *r);
oa_server *oa_server_of(const server_rec *server);

/* What is set, else the default. */
unsigned oa_directory_accepted(const oa_directory *directory);
const char *oa_directory_key_header(const oa_directory *directory);
bool oa_directory_forwards(const oa_directory *directory);
bool oa_directory_hides(const oa_directory *directory);
bool oa_directory_requires_tls(const oa_directory *directory);
const char *oa_server_store(const oa_server *server);
const char *oa_server_secret_file(const oa_server *server);

#endif
