/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words that an event of the audit trail is found by: pure, of what the event says. Whoever acted, what it concerns (its target, and every address and
 * public id in its detail), and the operation. Names are as oa_text_fold; an id is "#" and its 13 characters, whatever kind it is of.
 */
#ifndef OA_STORE_AUDIT_WORD_H
#define OA_STORE_AUDIT_WORD_H

#include "core/store/audit.h"

/* The numbers are those of the store. */
typedef enum oa_audit_part { OA_AUDIT_ACTOR = 1, OA_AUDIT_TARGET, OA_AUDIT_ACTION } oa_audit_part;

typedef struct oa_audit_word {
    oa_audit_part part;
    const char *text;
} oa_audit_word;

/* Each once. event->about is not looked at. */
apr_array_header_t *oa_audit_words(const oa_event *event, apr_pool_t *pool);

/* The spelling of an id; the id that `text` spells, of whatever kind, or 0. */
const char *oa_audit_id_word(oa_id id, apr_pool_t *pool);
oa_id oa_audit_id_of(const char *text);

/* Array of const char *: the word from the beginning of each of its parts on, "ann.bell@acme.example", "bell@acme.example", … Of an id: none. */
apr_array_header_t *oa_audit_beginnings(const char *word, apr_pool_t *pool);

#endif
