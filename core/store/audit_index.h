/* SPDX-License-Identifier: Apache-2.0 */
/* What the events of the audit trail are found by, kept beside them (audit_word.h). Within the caller's writing transaction. */
#ifndef OA_STORE_AUDIT_INDEX_H
#define OA_STORE_AUDIT_INDEX_H

#include "core/store/audit.h"

/* Lets the event be found: by its words and by event->about, in its organization and wherever. Its texts are not NULL. */
oa_error *oa_audit_index(oa_db *db, const oa_event *event);

/* The event says `now` what it said as `before`: by what it says no more it is not found any more, and a word that no other event has stands nowhere. */
oa_error *oa_audit_reindex(oa_db *db, const oa_event *before, const oa_event *now);

#endif
