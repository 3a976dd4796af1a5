/* SPDX-License-Identifier: Apache-2.0 */
#include "mod_orgauth/apache.h"

#include "mod_orgauth/answer.h"
#include "mod_orgauth/authn.h"
#include "mod_orgauth/config.h"
#include "mod_orgauth/handler.h"
#include "mod_orgauth/identity.h"
#include "mod_orgauth/process.h"
#include "mod_orgauth/record.h"
#include "mod_orgauth/require.h"

static void register_hooks(apr_pool_t *pool)
{
    ap_hook_post_config(oa_process_post_config, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_child_init(oa_process_child_init, NULL, NULL, APR_HOOK_MIDDLE);
    oa_identity_register();
    oa_authn_register(pool);
    oa_require_register(pool);
    oa_answer_register();
    oa_record_register();
    ap_hook_handler(oa_handler, NULL, NULL, APR_HOOK_MIDDLE);
}

AP_DECLARE_MODULE(orgauth) = {
    STANDARD20_MODULE_STUFF, oa_directory_create, oa_directory_merge, oa_server_create,
    oa_server_merge,         oa_directives,       register_hooks,     AP_MODULE_FLAG_NONE,
};
