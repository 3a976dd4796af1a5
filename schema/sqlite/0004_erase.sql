-- SPDX-License-Identifier: Apache-2.0
-- Erasure: an event whose personal data was taken out keeps its link of the chain. That the texts which stand there now were put there by an
-- erasure is what this keyed digest says; NULL: the event is as it was written.

ALTER TABLE audit_event ADD COLUMN rewritten BLOB;
