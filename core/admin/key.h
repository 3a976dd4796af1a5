/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the operations on keys share: those of administrators (key.*) and those of users on their own keys (me.*). The functions that do
 * something take it that the actor may: call->user and call->org, or call->key, are set, and call->target_name is the user's e-mail.
 */
#ifndef OA_ADMIN_KEY_H
#define OA_ADMIN_KEY_H

#include "core/admin/resolve.h"

/* Parameters of rows whose function calls oa_key_issue. In REST: "api:apis network:networks". */
#define OA_P_KEY_ISSUE                                                                                            \
    {"api", OA_TYPE_API, OA_LIST, "cover only these Web APIs; else all that are attached", NULL},                 \
    {"name", OA_TYPE_NAME, OA_CLEARS, "what the key is for", NULL},                                               \
    {"expires", OA_TYPE_DURATION, 0, "how long it is valid, as 90d; else for ever", NULL},                        \
    {"network", OA_TYPE_TEXT, OA_LIST | OA_CLEARS, "take it from these networks alone, as 10.0.0.0/8", NULL},     \
    {"jwt", OA_TYPE_FLAG, 0, "a signed JWT, which back ends can verify by themselves (key jwks)", NULL}

/* The same for oa_key_rotate. */
#define OA_P_KEY_ROTATE                                                                                           \
    {"overlap", OA_TYPE_DURATION, 0, "how long the old key serves on after the first use; else 24h", NULL},       \
    {"expires", OA_TYPE_DURATION, 0, "how long the new key is valid; else until the old one would have been", NULL}

/* Issues a key to call->user for call->org; the answer is a NewKey. */
oa_error *oa_key_issue(oa_call *call, oa_json **result);

/* A key in place of call->key; the answer is a NewKey. */
oa_error *oa_key_rotate(oa_call *call, oa_json **result);

/* Revokes call->key; the answer is a Key. */
oa_error *oa_key_end(oa_call *call, oa_json **result);

/* Shows call->key again; the answer is a NewKey. OA_NOT_ALLOWED where the site does not allow it, OA_CONFLICT where this key cannot be shown. */
oa_error *oa_key_reveal(oa_call *call, oa_json **result);

/* A page of the keys of `user` (0: of all) for `org` (0: for all), by the arguments status, expires_within, limit and after. */
oa_error *oa_key_page(oa_call *call, oa_id user, oa_id org, oa_json **result);

/* Below that ------------------------------------------------------------------------------------------------- */

/* Makes the key of `row` (whose id is set here), stores its verifier, and spells the key. Its text is kept nowhere, or sealed where
 * key.reveal is on. NULL in a dry run. created_at and created_by are set too. row->kind 0 is an opaque one. */
oa_error *oa_key_make(oa_call *call, oa_stored_key *row, const char **text);

/* A key as it is stored. */
oa_error *oa_key_describe(oa_call *call, const oa_stored_key *key, oa_json **object);

/* The key of the call. */
oa_error *oa_call_key(oa_call *call, const oa_stored_key **key);

/* The answer of what made or shows a key, and the event's target. `text` NULL after a dry run. */
oa_error *oa_key_answer(oa_call *call, oa_id id, const char *text, oa_json **result);

/* The argument `network`, each clean, one space between; "" where there is none. */
oa_error *oa_key_networks(oa_call *call, const char **networks);

/* When a key ends by the argument `expires`; `otherwise` where it is not given. */
oa_time oa_key_expiry(const oa_call *call, oa_time otherwise);

#endif
