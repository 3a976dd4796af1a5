-- SPDX-License-Identifier: Apache-2.0
-- What the events of the audit trail are found by. A page of the history is where the lists of a few words meet (core/store/audit_list.c), so it costs what
-- it shows however long the trail is. The trail itself is the proof; this is its index, which `orgauth store check` compares with it.

CREATE TABLE audit_word (                                                -- core/store/audit_word.h says which words an event has
  id     INTEGER PRIMARY KEY,
  org_id INTEGER NOT NULL,                                               -- of the events; 0: wherever they are
  part   INTEGER NOT NULL CHECK (part BETWEEN 1 AND 3),                  -- actor, target, action
  text   TEXT NOT NULL,                                                  -- a name as oa_text_fold, or "#" and an id
  UNIQUE (org_id, part, text)
) STRICT;
CREATE INDEX audit_word_text ON audit_word (text);

CREATE TABLE audit_beginning (                                           -- what a search finds a word by
  org_id  INTEGER NOT NULL,
  text    TEXT NOT NULL,                                                 -- the word from the beginning of one of its parts on
  word_id INTEGER NOT NULL REFERENCES audit_word (id),
  PRIMARY KEY (org_id, text, word_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit_find (                                                -- the events that have a word
  word_id  INTEGER NOT NULL,
  event_id INTEGER NOT NULL,
  PRIMARY KEY (word_id, event_id)
) STRICT, WITHOUT ROWID;

DROP INDEX audit_event_target;
DROP INDEX audit_event_actor;

-- Events whose id is more than a minute ahead of their time, since a clock was set back: else a time is a place in the trail.
CREATE INDEX audit_event_late ON audit_event (id, at) WHERE (id >> 22) > at - 1577836740000;

-- An address may stand for somebody who was invited.
CREATE INDEX invitation_email ON invitation (email);

-- The trail that is there already. A word comes as the digit of its part and its text.
PRAGMA cache_size = -65536;
CREATE TEMP VIEW event_word AS
SELECT e.id AS event_id, CASE s.own WHEN 1 THEN e.org_id ELSE 0 END AS org_id, CAST(substr(w.value, 1, 1) AS INTEGER) AS part, substr(w.value, 2) AS text
  FROM audit_event e
  CROSS JOIN json_each(orgauth_event_words(e.actor_id, e.actor_name, e.action, e.target_id, e.target_name, e.detail)) w
  CROSS JOIN (SELECT 0 AS own UNION ALL SELECT 1) s
 WHERE s.own = 0 OR e.org_id <> 0;
INSERT INTO audit_word (org_id, part, text) SELECT org_id, part, text FROM event_word WHERE true ON CONFLICT DO NOTHING;
INSERT INTO audit_find SELECT w.id, e.event_id FROM event_word e CROSS JOIN audit_word w ON w.org_id = e.org_id AND w.part = e.part AND w.text = e.text;
INSERT INTO audit_beginning SELECT w.org_id, b.value, w.id FROM audit_word w CROSS JOIN json_each(orgauth_beginnings(w.text)) b;
DROP VIEW event_word;
