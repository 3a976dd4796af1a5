/* SPDX-License-Identifier: Apache-2.0 */
#include "core/admin/password.h"

#include "core/auth/decide.h"
#include "core/auth/network.h"
#include "core/base/text.h"
#include "core/model/password.h"
#include "core/model/status.h"
#include "core/store/link.h"
#include "core/store/session.h"

#include <apr_strings.h>

/* The authority of the call's actor, or one made for the call. */
static oa_error *find_authority(oa_call *call, oa_authority **authority)
{
    *authority = call->actor->authority;
    return *authority != NULL ? NULL : oa_authority_make(call->store, NULL, authority, call->pool);
}

static oa_address address_of(const oa_call *call)
{
    oa_address address = {.size = 0};
    if (call->actor->address != NULL) {
        oa_address_read(call->actor->address, &address);
    }
    return address;
}

/* Log-in ---------------------------------------------------------------------------------------------------- */

oa_error *oa_login_refusal(apr_pool_t *pool)
{
    return oa_error_because(OA_BECAUSE_LOGIN_REFUSED,
                            oa_error_make(pool, OA_UNAUTHENTICATED,
                                          "the e-mail or the password is not right, or the account is locked: ask an administrator to validate it"));
}

/* The line for the log is the one of any refused log-in. */
static oa_error *refuse(const oa_call *call, const oa_decision *decision)
{
    const oa_outcome_row *row = oa_outcome_of(decision->outcome);
    oa_error *error;
    if (row->http_status == 401 || row->http_status == 403) {
        error = oa_login_refusal(call->pool);
    } else {
        oa_code code = row->http_status == 429 ? OA_TOO_MANY : decision->outcome == OA_OVERLOADED ? OA_BUSY : OA_UNAVAILABLE;
        error = oa_error_make(call->pool, code, "%s: try again later", row->description);
        error->detail = decision->trouble;
    }
    error->retry_after = decision->retry_after;
    error->log = oa_outcome_log(decision->outcome, decision->claimed, call->operation->name, call->pool);
    return error;
}

/* Before the check reads the same, so that a change after this is seen either there or in the transaction. */
static oa_error *mark_login(oa_call *call, const char *email, oa_login *login)
{
    oa_db *db;
    login->mark = "";
    if (oa_email_normalize(NULL, email, &login->email, call->pool) != NULL) {
        return NULL; /* is refused in its turn */
    }
    OA_TRY(oa_store_take(call->store, OA_DB_LOOKUP, &db, call->pool));
    oa_error *error = oa_user_login_mark(db, login->email, &login->mark, call->pool);
    oa_store_give(call->store, db);
    return error;
}

oa_error *oa_call_login(oa_call *call, const char *email, const char *password)
{
    oa_authority *authority;
    const oa_decision *decision;
    oa_login *login = apr_pcalloc(call->pool, sizeof *login);
    oa_question question = {.address = address_of(call), .address_text = call->actor->address, .secure = true,
                            .account_alone = true, .now = call->now};
    OA_TRY(find_authority(call, &authority));
    OA_TRY(mark_login(call, email, login));
    decision = oa_decide_password(authority, email, oa_secret_make(password, strlen(password), call->pool), &question,
                                  call->pool);
    login->account = decision->user_id;
    call->login = login;
    return decision->outcome == OA_ALLOWED ? NULL : refuse(call, decision);
}

oa_error *oa_login_account(oa_call *call, const oa_user **user)
{
    const char *mark;
    OA_TRY(oa_user_login_mark(call->db, call->login->email, &mark, call->pool));
    OA_TRY(oa_user_find(call->db, call->login->account, user, call->pool));
    bool stands = *user != NULL && (*user)->status == OA_ACCOUNT_VALIDATED && strcmp(mark, call->login->mark) == 0;
    return stands ? NULL : oa_login_refusal(call->pool);
}

oa_error *oa_call_strike(oa_call *call)
{
    oa_authority *authority;
    oa_address address = address_of(call);
    int wait = 0;
    OA_TRY(find_authority(call, &authority));
    OA_TRY(oa_authority_strike(authority, &address, call->now, &wait, call->pool));
    if (wait == 0) {
        return NULL;
    }
    oa_error *error = oa_error_make(call->pool, OA_TOO_MANY, "too many attempts from this address: try again later");
    error->retry_after = wait;
    return error;
}

/* A new password -------------------------------------------------------------------------------------------- */

oa_error *oa_password_prepare(oa_call *call)
{
    const oa_policy *policy;
    oa_authority *authority;
    const char *password = oa_argument(call, "password");
    if (password == NULL) {
        return NULL;
    }
    char *phc = (char *)oa_secret_make(NULL, OA_PHC_SIZE, call->pool)->bytes;
    OA_TRY(oa_lookup_policy(call->store, &policy, call->pool));
    OA_TRY(oa_password_check("password", password, policy->settings.password_min_length, NULL, call->pool));
    OA_TRY(find_authority(call, &authority));
    OA_TRY(oa_authority_hash(authority, password, strlen(password), phc, call->pool));
    call->prepared = phc;
    return NULL;
}

/* What belongs to the user and the site, so that it is what somebody would try first. */
static oa_error *check_for(oa_call *call, const oa_user *user, const char *password)
{
    const char *at = strchr(user->email, '@');
    const char *words[] = {user->email,
                           at != NULL ? apr_pstrmemdup(call->pool, user->email, (apr_size_t)(at - user->email)) : user->email,
                           at != NULL ? at + 1 : "",
                           user->first_name,
                           user->last_name,
                           apr_pstrcat(call->pool, user->first_name, user->last_name, NULL),
                           apr_pstrcat(call->pool, user->last_name, user->first_name, NULL),
                           call->settings.site_name != NULL ? call->settings.site_name : "",
                           NULL};
    return oa_password_check("password", password, call->settings.password_min_length, words, call->pool);
}

oa_error *oa_password_set(oa_call *call, const oa_user *user, oa_id kept)
{
    const char *password = oa_argument(call, "password");
    int64_t ended;
    if (password == NULL) {
        return NULL;
    }
    OA_TRY(check_for(call, user, password));
    OA_TRY(oa_user_set_password(call->db, user->id, call->prepared, call->now));
    OA_TRY(oa_session_end_others(call->db, user->id, kept, &ended));
    return oa_link_void(call->db, user->id, call->now);
}
