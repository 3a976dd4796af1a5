/* SPDX-License-Identifier: Apache-2.0 */
#include "core/admin/repeat.h"

#include "core/model/key.h"
#include "core/store/repeat.h"

static bool has_key(const oa_call *call)
{
    return call->manner->idempotency_key != NULL && call->operation->changes && !call->dry_run &&
           call->actor->kind == OA_ACTOR_USER;
}

/* Keyed: a password among the arguments must not be found by trying. */
static void digest_of(const oa_call *call, unsigned char digest[OA_DIGEST_SIZE])
{
    const char *arguments = oa_json_canonical(call->arguments, call->pool);
    const oa_file *file = call->manner->file;
    const oa_piece pieces[] = {{call->operation->name, strlen(call->operation->name)},
                               {arguments, strlen(arguments)},
                               {file != NULL ? file->bytes : NULL, file != NULL ? file->size : 0}};
    oa_digest_pieces(oa_store_subkey(call->store, OA_SUBKEY_REPEAT), pieces, sizeof pieces / sizeof *pieces, digest);
}

oa_error *oa_call_replay(oa_call *call, oa_json **result)
{
    const char *answer;
    unsigned char was[OA_DIGEST_SIZE], is[OA_DIGEST_SIZE];
    *result = NULL;
    if (!has_key(call)) {
        return NULL;
    }
    OA_TRY(oa_repeat_find(call->db, call->actor->user_id, call->manner->idempotency_key, call->now, &answer, was,
                          call->pool));
    if (answer == NULL) {
        return NULL;
    }
    digest_of(call, is);
    if (!oa_equal(was, is, sizeof was)) {
        return oa_error_make(call->pool, OA_UNPROCESSABLE,
                             "this Idempotency-Key was used for another request: choose a new one for each");
    }
    return oa_json_parse(answer, strlen(answer), result, call->pool);
}

/* A value without its secrets: the members that the row names, and whatever has the form of a key. */
typedef struct stripping {
    const oa_call *call;
    oa_json *object;
} stripping;

static oa_json *strip(const oa_call *call, const oa_json *value);

static bool is_secret(const oa_call *call, const char *name, const oa_json *value)
{
    const oa_operation *operation = call->operation;
    const char *text = oa_json_text(value);
    return text != NULL && ((operation->alone != NULL && strcmp(name, operation->alone) == 0) ||
                            (operation->cookie != NULL && strcmp(name, operation->cookie) == 0) ||
                            oa_key_looks_like(text, strlen(text)));
}

static bool strip_member(void *context, const char *name, const oa_json *value)
{
    stripping *all = context;
    if (is_secret(all->call, name, value)) {
        oa_json_set_text(all->object, name, NULL);
    } else {
        oa_json_set(all->object, name, strip(all->call, value));
    }
    return true;
}

static oa_json *strip(const oa_call *call, const oa_json *value)
{
    if (oa_json_type_of(value) == OA_JSON_OBJECT) {
        stripping all = {call, oa_json_object(call->pool)};
        oa_json_each(value, strip_member, &all);
        return all.object;
    }
    if (oa_json_type_of(value) == OA_JSON_ARRAY) {
        oa_json *array = oa_json_array(call->pool);
        for (size_t i = 0; i < oa_json_size(value); i++) {
            oa_json_append(array, strip(call, oa_json_at(value, i)));
        }
        return array;
    }
    return (oa_json *)(uintptr_t)value;
}

oa_error *oa_call_keep(oa_call *call, const oa_json *result)
{
    unsigned char digest[OA_DIGEST_SIZE];
    if (!has_key(call)) {
        return NULL;
    }
    digest_of(call, digest);
    const char *answer = oa_json_format(strip(call, result), false, call->pool);
    return oa_repeat_keep(call->db, call->actor->user_id, call->manner->idempotency_key, call->now, answer, digest);
}
