/* SPDX-License-Identifier: Apache-2.0 */
/* httpd's own headers, with what they need set before them. */
#ifndef MOD_ORGAUTH_APACHE_H
#define MOD_ORGAUTH_APACHE_H

#include <httpd.h>
#include <http_config.h>
#include <http_core.h>
#include <http_log.h>
#include <http_protocol.h>
#include <http_request.h>

#include <apr_lib.h>
#include <apr_strings.h>
#include <apr_tables.h>

/* The one symbol that leaves the module. */
extern __attribute__((visibility("default"))) module AP_MODULE_DECLARE_DATA orgauth_module;

#endif
