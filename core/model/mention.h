/* SPDX-License-Identifier: Apache-2.0 */
/* What a text names: the addresses and public ids in it, each taken whole. */
#ifndef OA_MODEL_MENTION_H
#define OA_MODEL_MENTION_H

#include <stdbool.h>
#include <stddef.h>

/* The next word of *rest that could be an address or an id: all that may stand in either, also every octet beyond ASCII, without full stops before and
 * behind it, which may be those of the sentence. *rest moves behind it. False at the end. */
bool oa_mention_next(const char **rest, const char **word, size_t *size);

#endif
