/* SPDX-License-Identifier: Apache-2.0 */
/* Operations done by somebody with a session, a key, or nothing at all; for the tests of what is not on the command line. */
#ifndef OA_TESTS_ADMIN_VISITOR_H
#define OA_TESTS_ADMIN_VISITOR_H

#include "tests/unit/admin/cast.h"

#include "core/admin/argument.h"
#include "core/admin/call.h"
#include "core/auth/decide.h"
#include "core/base/token.h"
#include "core/store/setting.h"

#define RIGHT "correct horse battery staple"
#define OTHER "quite another horse entirely"

static inline oa_error *visit_as(cast *c, const oa_actor *actor, const char *name, const char *arguments)
{
    c->error = oa_perform(c->store, actor, name, cast_json(c, arguments), false, &c->result, c->pool);
    return c->error;
}

static inline oa_error *visit(cast *c, const char *name, const char *arguments)
{
    oa_actor nobody = {.kind = OA_ACTOR_NOBODY, .name = "", .address = "192.0.2.9", .agent = "Browser/1.0"};
    return visit_as(c, &nobody, name, arguments);
}

/* The token of a new session. */
static inline const char *log_in(cast *c, const char *email, const char *password)
{
    assert_ok(visit(c, "session.create", apr_psprintf(c->pool, "{'email': '%s', 'password': '%s'}", email, password)));
    return cast_text(c, "token");
}

/* What the request path makes of a session's token. */
static inline oa_outcome ask_session(cast *c, const char *token, oa_actor *actor)
{
    oa_authority *authority;
    oa_question question = {.presented = {.accepted = OA_BY_SESSION, .session = token}, .secure = true, .account_alone = true,
                            .now = oa_clock_now(), .address_text = ""};
    assert_ok(oa_authority_make(c->store, NULL, &authority, c->pool));
    const oa_decision *decision = oa_decide(authority, &question, c->pool);
    *actor = (oa_actor){.kind = OA_ACTOR_USER, .user_id = decision->user_id, .session_id = decision->session_id,
                        .name = decision->email, .address = "192.0.2.9"};
    return decision->outcome;
}

static inline oa_actor session_of(cast *c, const char *email)
{
    oa_actor actor;
    assert_int_equal(ask_session(c, log_in(c, email, RIGHT), &actor), OA_ALLOWED);
    return actor;
}

/* As visit_as, with `sql` done between what is checked before the transaction and the transaction. */
static inline oa_error *visit_while(cast *c, const oa_actor *actor, const char *name, const char *arguments, const char *sql)
{
    static const oa_manner as_such;
    oa_json *clean;
    oa_call call = {.operation = oa_operation_find(name), .actor = actor, .manner = &as_such, .store = c->store, .pool = c->pool,
                    .now = oa_clock_now()};
    assert_ok(oa_arguments_check(call.operation, cast_json(c, arguments), &clean, &call.detail, c->pool));
    call.arguments = clean;
    assert_ok(call.operation->before(&call));
    cast_sql(c, sql);
    call.db = cast_take(c);
    assert_ok(oa_db_begin(call.db, true));
    assert_ok(oa_setting_load(call.db, &call.settings, c->pool));
    c->error = call.operation->run(&call, &c->result);
    assert_ok(c->error == NULL ? oa_db_commit(call.db) : NULL);
    oa_db_rollback(call.db);
    oa_store_give(c->store, call.db);
    return c->error;
}

static inline void give_password(cast *c, const char *email)
{
    DO("user.set-password", apr_psprintf(c->pool, "{'user': '%s', 'password': '" RIGHT "'}", email));
}

/* The token at the end of a link. */
static inline const char *token_of(const char *link)
{
    return strrchr(link, '/') + 1;
}

#endif
