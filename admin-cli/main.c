/* SPDX-License-Identifier: Apache-2.0 */
/* orgauth NOUN VERB …: reads the arguments, runs one command, prints what came of it. */
#include "admin-cli/arguments.h"
#include "admin-cli/help.h"
#include "admin-cli/prompt.h"
#include "admin-cli/render.h"
#include "admin-cli/visible.h"

#include <apr_general.h>
#include <apr_strings.h>
#include <locale.h>
#include <sys/prctl.h>

static int no_memory(int status)
{
    (void)status;
    fputs("orgauth: out of memory\n", stderr);
    abort();
}

/* What the command would act on, for the question: its words in order. */
static bool add_target(void *context, const char *name, const oa_json *value)
{
    apr_array_header_t *words = context;
    (void)name;
    const char *text = oa_json_text(value);
    APR_ARRAY_PUSH(words, const char *) = text != NULL ? text : oa_json_format(value, false, words->pool);
    return true;
}

static oa_error *confirm(const oa_session *session, const oa_invocation *invocation)
{
    apr_pool_t *pool = session->pool;
    bool asks = (invocation->command->flags & OA_COMMAND_ASKS) != 0 && !session->yes && !session->dry_run;
    if (!asks) {
        return NULL;
    }
    apr_array_header_t *words = apr_array_make(pool, 4, sizeof(const char *));
    oa_json_each(invocation->arguments, add_target, words);
    const char *question = apr_psprintf(pool, "%s %s: really?", oa_command_spelling(invocation->command, pool),
                                        apr_array_pstrcat(pool, words, ' '));
    return oa_prompt_agreed(question, pool) ? NULL : oa_error_make(pool, OA_FAILED, "nothing was changed");
}

static oa_error *run(oa_session *session, oa_invocation *invocation)
{
    const oa_command *command = invocation->command;
    oa_json *result = NULL;
    OA_TRY(confirm(session, invocation));
    OA_TRY(oa_arguments_add_secret(session, invocation));
    oa_error *error = command->run(session, command->row, invocation->arguments, &result);
    if (result != NULL) {
        OA_TRY(oa_render(session, command->row, result));
    }
    OA_TRY(oa_render_finish(session, command->row));
    if (error == NULL && session->dry_run && command->row->changes) {
        oa_say(session->pool, "dry run: nothing was changed");
    }
    return error;
}

static oa_error *incomplete(const oa_session *session, const oa_invocation *invocation)
{
    if (invocation->noun == NULL) {
        oa_help_all(stderr, session->pool);
        return oa_error_make(session->pool, OA_USAGE, "a command is missing");
    }
    oa_help_noun(stderr, invocation->noun, session->pool);
    return oa_error_make(session->pool, OA_USAGE, "%s: a verb is missing", invocation->noun);
}

static oa_error *dispatch(oa_session *session, int argc, const char *const *argv)
{
    oa_invocation invocation;
    OA_TRY(oa_arguments_read(session, argc, argv, &invocation));
    if (session->version) {
        puts("orgauth " PACKAGE_VERSION);
        return oa_render_finish(session, NULL);
    }
    if (session->help) {
        oa_help(stdout, &invocation, session->pool);
        return oa_render_finish(session, NULL);
    }
    return invocation.command != NULL ? run(session, &invocation) : incomplete(session, &invocation);
}

int main(int argc, const char *const *argv, const char *const *env)
{
    apr_pool_t *pool;
    oa_session session;
    /* Passwords and keys pass through this memory: no core dump, no reading along. */
    prctl(PR_SET_DUMPABLE, 0);
    /* All text is UTF-8, whatever the environment says; libsmartcols measures it through the locale. */
    setlocale(LC_CTYPE, "C.UTF-8");
    apr_app_initialize(&argc, &argv, &env);
    atexit(apr_terminate);
    apr_pool_create_ex(&pool, NULL, no_memory, NULL);
    oa_session_init(&session, pool);
    oa_error *error = oa_crypto_start(pool);
    error = error != NULL ? error : dispatch(&session, argc, argv);
    int status = error != NULL ? oa_code_of(error->code)->exit_code : 0;
    if (error != NULL) {
        oa_say_error(pool, error);
    }
    apr_pool_destroy(pool);
    return status;
}
