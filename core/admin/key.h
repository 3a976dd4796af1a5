/* SPDX-License-Identifier: Apache-2.0 */
/* What the operations that make keys share. */
#ifndef OA_ADMIN_KEY_H
#define OA_ADMIN_KEY_H

#include "core/admin/resolve.h"

/* Makes the secret of `row` (whose id is set here), stores its verifier, and spells the key: its text is nowhere kept, so it is shown
 * now or never. NULL in a dry run. created_at and created_by are set too. */
oa_error *oa_key_make(oa_call *call, oa_stored_key *row, const char **text);

/* A key as it is stored. */
oa_error *oa_key_describe(oa_call *call, const oa_stored_key *key, oa_json **object);

#endif
