/* SPDX-License-Identifier: Apache-2.0 */
/* orgauth check: the decision that httpd would make about a key, and why. */
#include "admin-cli/command.h"
#include "admin-cli/prompt.h"
#include "admin-cli/visible.h"
#include "core/auth/decide.h"
#include "core/base/clock.h"
#include "core/store/usage.h"

#include <apr_strings.h>

typedef struct requirement {
    const char *argument;
    const char *title;
    bool (*holds)(const oa_decision *decision, const char *value);
} requirement;

static const requirement requirements[] = {{"permission", "permission", oa_decision_has_permission},
                                           {"role", "role", oa_decision_has_role},
                                           {"api", "Web API", oa_decision_has_api},
                                           {NULL, NULL, NULL}};

static oa_error *decide(oa_session *session, const oa_secret *key, const char *org, const oa_decision **decision)
{
    oa_store *store;
    oa_authority *authority;
    OA_TRY(oa_session_store(session, &store));
    OA_TRY(oa_authority_make(store, NULL, &authority, session->pool));
    const oa_secret *bearer = oa_secret_make(NULL, sizeof "Bearer" + key->size, session->pool);
    memcpy(bearer->bytes, "Bearer ", sizeof "Bearer");
    memcpy(bearer->bytes + sizeof "Bearer", key->bytes, key->size);
    const oa_question question = {.presented = {(const char *)bearer->bytes, NULL, OA_BY_BEARER},
                                  .address = {{127, 0, 0, 1}, 4},
                                  .address_text = "127.0.0.1",
                                  .secure = true,
                                  .org = org,
                                  .now = oa_clock_now()};
    *decision = oa_decide(authority, &question, session->pool);
    /* That the key was used is worth noting and not worth failing for. */
    oa_error *error = (*decision)->outcome == OA_ALLOWED ? oa_usage_flush(store, session->pool) : NULL;
    if (error != NULL) {
        oa_say_error(session->pool, error);
    }
    return NULL;
}

/* The first thing asked for that the decision does not hold; NULL where it holds all. */
static const char *lacking(const oa_decision *decision, const oa_json *arguments, apr_pool_t *pool)
{
    for (const requirement *row = requirements; row->argument != NULL; row++) {
        const oa_json *values = oa_json_get(arguments, row->argument);
        for (size_t i = 0; values != NULL && i < oa_json_size(values); i++) {
            const char *value = oa_json_text(oa_json_at(values, i));
            if (!row->holds(decision, value)) {
                return apr_psprintf(pool, "it lacks the %s %s", row->title, value);
            }
        }
    }
    return NULL;
}

static const char *reason_of(const oa_decision *decision, const oa_json *arguments, apr_pool_t *pool)
{
    const oa_outcome_row *outcome = oa_outcome_of(decision->outcome);
    if (decision->outcome == OA_ALLOWED) {
        return lacking(decision, arguments, pool);
    }
    /* The name reads as words: "wrong secret", "foreign org". */
    char *words = apr_pstrdup(pool, outcome->name);
    for (char *at = strchr(words, '_'); at != NULL; at = strchr(at, '_')) {
        *at = ' ';
    }
    return outcome->description != NULL ? outcome->description : words;
}

static oa_json *describe(const oa_decision *decision, const char *reason, apr_pool_t *pool)
{
    oa_json *result = oa_json_object(pool);
    oa_json_set_bool(result, "allowed", reason == NULL);
    oa_json_set_text(result, "outcome", oa_outcome_of(decision->outcome)->name);
    oa_json_set_text(result, "reason", reason);
    oa_json_set_text(result, "key", oa_id_format(OA_KIND_KEY, decision->key_id, pool));
    oa_json_set_text(result, "user", decision->email);
    oa_json_set_text(result, "org", decision->org);
    oa_json_set_text(result, "role", decision->role);
    oa_json_set_text(result, "permissions", decision->grants.permissions);
    oa_json_set_text(result, "service_api", decision->service_api);
    return result;
}

static oa_error *run_check(oa_session *session, const oa_operation *row, oa_json *arguments, oa_json **result)
{
    const oa_secret *key;
    const oa_decision *decision;
    (void)row;
    OA_TRY(oa_session_store_exists(session));
    OA_TRY(oa_secret_from_stdin("key", &key, session->pool));
    OA_TRY(decide(session, key, oa_json_get_text(arguments, "org"), &decision));
    if (decision->outcome == OA_STORE_UNAVAILABLE) {
        return oa_error_detail(session->pool, oa_error_make(session->pool, OA_UNAVAILABLE, "the store cannot be used"),
                               "%s", decision->trouble != NULL ? decision->trouble : "no reason given");
    }
    const char *reason = reason_of(decision, arguments, session->pool);
    *result = describe(decision, reason, session->pool);
    return reason == NULL ? NULL : oa_error_make(session->pool, OA_NOT_ALLOWED, "refused: %s", reason);
}

static const oa_parameter parameters[] = {
    {"permission", OA_TYPE_PERMISSION, OA_LIST, "it must hold this permission", NULL},
    {"role", OA_TYPE_TEXT, OA_LIST, "it must have this role", NULL},
    {"api", OA_TYPE_TEXT, OA_LIST, "this Web API must be attached and covered", NULL},
    {"org", OA_TYPE_ORG, 0, "the organization of the place", "that of the key"},
    {NULL, OA_TYPE_TEXT, 0, NULL, NULL}};

static const oa_operation rows[] = {
    {.name = "check",
     .summary = "read a key on stdin and say what httpd would decide: exit 0 or 4; a wrong key counts as it does there",
     .parameters = parameters}};

const oa_command oa_check_commands[] = {{&rows[0], run_check, 0}, {NULL, NULL, 0}};
