/* SPDX-License-Identifier: Apache-2.0 */
/* What operations that check or set a password share. */
#ifndef OA_ADMIN_PASSWORD_H
#define OA_ADMIN_PASSWORD_H

#include "core/admin/call.h"
#include "core/store/user.h"

/* A log-in whose password was found right before the transaction. */
typedef struct oa_login {
    oa_id account;
    const char *email; /* normalized */
    const char *mark;  /* oa_user_login_mark before the check began */
} oa_login;

/* For `before`: who logs in with that e-mail and password, judged and counted as everywhere. OA_UNAUTHENTICATED in the same words for
 * whatever is wrong, OA_TOO_MANY, OA_BUSY or OA_UNAVAILABLE. What is found is left in call->login. */
oa_error *oa_call_login(oa_call *call, const char *email, const char *password);

/* For `run`: the account of call->login, judged again. OA_UNAUTHENTICATED where its password was changed or it was locked since the check: else a
 * log-in under way would outlive what ends all sessions. */
oa_error *oa_login_account(oa_call *call, const oa_user **user);

/* The same refusal, for what is found wrong later. */
oa_error *oa_login_refusal(apr_pool_t *pool);

/* For `before` of what strangers may ask for: one strike for the client's address; OA_TOO_MANY where it has to wait. */
oa_error *oa_call_strike(oa_call *call);

/* For `before`: hashes the argument `password`, where given, within the host's bound; its PHC string is left in call->prepared. What is refused
 * whoever's password it is to be is refused here, without a hash. */
oa_error *oa_password_prepare(oa_call *call);

/* For `run`: makes what was prepared the password of `user`, whose names it must not be made of. Its sessions end but `kept` (0: all), its
 * one-time links are void. Nothing where no password was given. */
oa_error *oa_password_set(oa_call *call, const oa_user *user, oa_id kept);

#endif
