-- SPDX-License-Identifier: Apache-2.0
-- The list of an organization's users, ready in every order and for every filter and search, so that a page costs what it shows however many there
-- are. `listed_source` says what it is made of; the triggers below keep the table equal to the view, whoever writes, and `orgauth store check` compares
-- the two. Nothing in it decides a request.

ALTER TABLE invitation ADD COLUMN folded TEXT NOT NULL DEFAULT '';       -- names and e-mail as oa_text_fold, for searching
UPDATE invitation SET folded = orgauth_fold(first_name || ' ' || last_name || ' ' || email);

CREATE TABLE listed (                                                    -- members, and who is invited
  serial        INTEGER PRIMARY KEY,                                     -- one organization's stand together: see shelf
  org_id        INTEGER NOT NULL,
  id            INTEGER NOT NULL,                                        -- of the account, or of the invitation
  role_id       INTEGER NOT NULL,                                        -- 0: none
  status        INTEGER NOT NULL,                                        -- core/model/status.h, oa_listed
  email         TEXT NOT NULL,
  name          TEXT NOT NULL,                                           -- what "by name" sorts by
  last_login_at INTEGER NOT NULL,
  expires_at    INTEGER NOT NULL,                                        -- of the invitation, else 0
  folded        TEXT NOT NULL                                            -- what is searched
) STRICT;

-- The 2^32 serials from `shelf` on are those of its organization (and of others whose ids end alike, which costs a little and no more).
CREATE VIEW listed_source AS
SELECT (m.org_id & 2147483647) << 32 AS shelf, m.org_id, m.account_id AS id, m.role_id,
       CASE m.status WHEN 2 THEN 5 ELSE a.status END AS status, a.email,
       a.last_name || ' ' || a.first_name || ' ' || a.email AS name, a.last_login_at, 0 AS expires_at, substr(a.folded, 1, 4096) AS folded
  FROM membership m JOIN account a ON a.id = m.account_id
 WHERE m.status IN (1, 2)
UNION ALL
SELECT (i.org_id & 2147483647) << 32, i.org_id, i.id, COALESCE(i.role_id, 0), 6, i.email, '', 0, i.expires_at, substr(i.folded, 1, 4096)
  FROM invitation i
 WHERE i.status = 1;

INSERT INTO listed
SELECT shelf + row_number() OVER (PARTITION BY shelf ORDER BY id), org_id, id, role_id, status, email, name, last_login_at, expires_at, folded
  FROM listed_source;

CREATE UNIQUE INDEX listed_id ON listed (id, org_id);
-- An index to each order. Role and status stand before it: a page is merged from the few groups of these (core/store/listed.c). What a search
-- has to look at on its way stands behind it.
CREATE INDEX listed_by_created ON listed (org_id, role_id, status, id, expires_at, folded);
CREATE INDEX listed_by_email ON listed (org_id, role_id, status, email, id, expires_at, folded);
CREATE INDEX listed_by_name ON listed (org_id, role_id, status, name, id, expires_at, folded);
CREATE INDEX listed_by_last_login ON listed (org_id, role_id, status, last_login_at, id, expires_at, folded);

-- The index of parts: what begins at each character of `folded`, three characters long; one or two characters are found as the beginning of a part. Triggers
-- may not write a virtual table (trusted_schema is off, in the sqlite3 shell too): they note in `listed_stale` which rows the index does not have as they are,
-- and what it has of them, and core/store/listed_part.c brings it up to date. Whoever searches looks at the stale ones besides.
CREATE TABLE listed_stale (
  serial INTEGER PRIMARY KEY,
  folded TEXT                                                            -- what the index has of it; NULL: nothing
) STRICT;

CREATE TABLE place (n INTEGER PRIMARY KEY) STRICT;                       -- of a character in a text
WITH RECURSIVE count (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM count WHERE n < 4096) INSERT INTO place SELECT n FROM count;

CREATE VIEW listed_indexed AS                                            -- what the index is of
SELECT serial, folded FROM listed WHERE serial NOT IN (SELECT serial FROM listed_stale)
UNION ALL
SELECT serial, folded FROM listed_stale WHERE folded IS NOT NULL;

CREATE VIEW listed_parts AS
SELECT serial, (SELECT group_concat(substr(folded, n, 3), char(10)) FROM place WHERE n <= length(folded)) AS parts FROM listed_indexed;

CREATE VIRTUAL TABLE listed_part USING fts5 (
  parts, content = 'listed_parts', content_rowid = 'serial', detail = none, columnsize = 0, prefix = '1 2',
  tokenize = 'ascii tokenchars '' !"#$%&''''()*+,-./:;<=>?@[\]^_`{|}~'''
);
INSERT INTO listed_part (listed_part) VALUES ('rebuild');

CREATE TRIGGER listed_added AFTER INSERT ON listed BEGIN
  INSERT INTO listed_stale (serial) SELECT NEW.serial WHERE NOT EXISTS (SELECT 1 FROM listed_stale WHERE serial = NEW.serial);
END;
CREATE TRIGGER listed_changed AFTER UPDATE OF folded ON listed WHEN NEW.folded <> OLD.folded BEGIN
  INSERT INTO listed_stale (serial, folded) SELECT OLD.serial, OLD.folded WHERE NOT EXISTS (SELECT 1 FROM listed_stale WHERE serial = OLD.serial);
END;
CREATE TRIGGER listed_gone AFTER DELETE ON listed BEGIN
  INSERT INTO listed_stale (serial, folded) SELECT OLD.serial, OLD.folded WHERE NOT EXISTS (SELECT 1 FROM listed_stale WHERE serial = OLD.serial);
END;
CREATE TRIGGER listed_renumbered BEFORE UPDATE OF serial ON listed WHEN NEW.serial <> OLD.serial BEGIN
  SELECT RAISE(ABORT, 'serials never change');
END;

CREATE VIEW listed_next AS                                               -- one row of the source, with the next serial of its shelf
SELECT COALESCE((SELECT MAX(serial) FROM listed WHERE serial BETWEEN s.shelf AND s.shelf + 4294967295), s.shelf) + 1 AS serial,
       s.org_id, s.id, s.role_id, s.status, s.email, s.name, s.last_login_at, s.expires_at, s.folded
  FROM listed_source s;

-- As with `credential`: delete and insert, never OR REPLACE.
CREATE TRIGGER membership_listed_added AFTER INSERT ON membership BEGIN
  DELETE FROM listed WHERE id = NEW.account_id AND org_id = NEW.org_id;
  INSERT INTO listed SELECT * FROM listed_next WHERE id = NEW.account_id AND org_id = NEW.org_id;
END;
CREATE TRIGGER membership_listed_changed AFTER UPDATE OF account_id, org_id, role_id, status ON membership BEGIN
  DELETE FROM listed WHERE id = OLD.account_id AND org_id = OLD.org_id;
  DELETE FROM listed WHERE id = NEW.account_id AND org_id = NEW.org_id;
  INSERT INTO listed SELECT * FROM listed_next WHERE id = NEW.account_id AND org_id = NEW.org_id;
END;
CREATE TRIGGER membership_listed_deleted AFTER DELETE ON membership BEGIN
  DELETE FROM listed WHERE id = OLD.account_id AND org_id = OLD.org_id;
END;

CREATE TRIGGER invitation_listed_added AFTER INSERT ON invitation BEGIN
  DELETE FROM listed WHERE id = NEW.id AND org_id = NEW.org_id;
  INSERT INTO listed SELECT * FROM listed_next WHERE id = NEW.id AND org_id = NEW.org_id;
END;
CREATE TRIGGER invitation_listed_changed AFTER UPDATE OF id, org_id, email, role_id, status, expires_at, folded ON invitation BEGIN
  DELETE FROM listed WHERE id = OLD.id AND org_id = OLD.org_id;
  DELETE FROM listed WHERE id = NEW.id AND org_id = NEW.org_id;
  INSERT INTO listed SELECT * FROM listed_next WHERE id = NEW.id AND org_id = NEW.org_id;
END;
CREATE TRIGGER invitation_listed_deleted AFTER DELETE ON invitation BEGIN
  DELETE FROM listed WHERE id = OLD.id AND org_id = OLD.org_id;
END;

-- What changes often touches one index at most, and never the parts.
CREATE TRIGGER account_listed_named AFTER UPDATE OF email, first_name, last_name, folded ON account BEGIN
  UPDATE listed SET email = NEW.email, name = NEW.last_name || ' ' || NEW.first_name || ' ' || NEW.email, folded = substr(NEW.folded, 1, 4096)
   WHERE id = NEW.id;
END;
CREATE TRIGGER account_listed_status AFTER UPDATE OF status ON account WHEN NEW.status <> OLD.status BEGIN
  UPDATE listed SET status = NEW.status WHERE id = NEW.id AND status <> 5;
END;
CREATE TRIGGER account_listed_seen AFTER UPDATE OF last_login_at ON account WHEN NEW.last_login_at <> OLD.last_login_at BEGIN
  UPDATE listed SET last_login_at = NEW.last_login_at WHERE id = NEW.id;
END;
