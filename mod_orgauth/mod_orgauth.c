/* SPDX-License-Identifier: Apache-2.0 */
#include <httpd.h>
#include <http_config.h>

AP_DECLARE_MODULE(orgauth) = {STANDARD20_MODULE_STUFF, NULL, NULL, NULL, NULL, NULL, NULL, 0};
