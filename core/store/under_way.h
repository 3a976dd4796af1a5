/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The attempts (attempt.h) that are under way in this process. While they are, the writer (writer.h) says so in the store, once a second: a place
 * that nobody speaks for any more is of a process that died, and comes free soon.
 *
 * Memory is bounded. What a process has under way beyond OA_UNDER_WAY_MOST is not spoken for: it loses its place where it takes longer than
 * OA_ATTEMPT_LIFE, and is counted all the same.
 */
#ifndef OA_STORE_UNDER_WAY_H
#define OA_STORE_UNDER_WAY_H

#include "core/base/clock.h"
#include "core/store/store.h"

enum { OA_UNDER_WAY_MOST = 1024 };

/* Made by oa_store_make, ends with `pool`. */
typedef struct oa_under_way oa_under_way;
oa_error *oa_under_way_make(oa_under_way **made, apr_pool_t *pool);

/* It has a place, or has none any more. */
void oa_under_way_begin(oa_store *store, oa_id attempt);
void oa_under_way_end(oa_store *store, oa_id attempt);

/* Says of all that they live at `now`. One short transaction; none where there are none. */
oa_error *oa_under_way_renew(oa_store *store, oa_time now, apr_pool_t *pool);

#endif
