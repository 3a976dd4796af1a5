-- SPDX-License-Identifier: Apache-2.0
-- The store, first version. Ids are 63-bit and made in code; times are milliseconds since 1970, UTC, 0 = never;
-- states are the numbers of core/model/status.h and permission.h. A `version` counts the changes of a row (ETag).

CREATE TABLE store_meta (
  name  TEXT PRIMARY KEY,        -- store_id, created_at, epoch (raised by every restore)
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Organizations ------------------------------------------------------------------------------------------------

CREATE TABLE organization (
  id         INTEGER PRIMARY KEY,
  parent_id  INTEGER REFERENCES organization (id),
  slug       TEXT NOT NULL UNIQUE,
  name       TEXT NOT NULL,
  status     INTEGER NOT NULL DEFAULT 1 CHECK (status IN (1, 2)),       -- active, suspended
  created_at INTEGER NOT NULL,
  version    INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX organization_parent ON organization (parent_id);

-- Roles and modules --------------------------------------------------------------------------------------------

CREATE TABLE role (
  id              INTEGER PRIMARY KEY,
  org_id          INTEGER REFERENCES organization (id),                 -- NULL: built in
  name            TEXT NOT NULL,
  type            INTEGER NOT NULL CHECK (type BETWEEN 1 AND 4),
  permissions     TEXT NOT NULL,                                        -- patterns, one space between
  required_fields TEXT NOT NULL DEFAULT '',                             -- names, one space between
  summary         TEXT NOT NULL DEFAULT '',
  created_at      INTEGER NOT NULL,
  version         INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX role_name ON role (COALESCE(org_id, 0), name);

CREATE TABLE module (
  name        TEXT PRIMARY KEY,
  admins_only INTEGER NOT NULL DEFAULT 0 CHECK (admins_only IN (0, 1))
) STRICT, WITHOUT ROWID;

-- Accounts and memberships -------------------------------------------------------------------------------------

CREATE TABLE account (
  id                  INTEGER PRIMARY KEY,
  kind                INTEGER NOT NULL DEFAULT 1 CHECK (kind IN (1, 2)), -- person, system
  email               TEXT NOT NULL UNIQUE,                              -- as oa_email_normalize spells it
  first_name          TEXT NOT NULL DEFAULT '',
  last_name           TEXT NOT NULL DEFAULT '',
  folded              TEXT NOT NULL DEFAULT '',                          -- names and e-mail as oa_text_fold, for searching
  fields              TEXT NOT NULL DEFAULT '{}',                        -- JSON object of further fields
  home_org_id         INTEGER NOT NULL REFERENCES organization (id),
  status              INTEGER NOT NULL DEFAULT 1 CHECK (status BETWEEN 1 AND 4),
  status_since        INTEGER NOT NULL,
  password            TEXT,                                              -- Argon2id PHC string; NULL: none set
  password_changed_at INTEGER NOT NULL DEFAULT 0,
  password_failures   INTEGER NOT NULL DEFAULT 0 CHECK (password_failures >= 0),
  key_failures        INTEGER NOT NULL DEFAULT 0 CHECK (key_failures >= 0),
  last_login_at       INTEGER NOT NULL DEFAULT 0,                        -- last right credential of any kind
  created_at          INTEGER NOT NULL,
  erased_at           INTEGER NOT NULL DEFAULT 0,
  version             INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX account_home ON account (home_org_id);

CREATE TABLE membership (
  account_id INTEGER NOT NULL REFERENCES account (id),
  org_id     INTEGER NOT NULL REFERENCES organization (id),
  role_id    INTEGER NOT NULL REFERENCES role (id),
  status     INTEGER NOT NULL DEFAULT 1 CHECK (status BETWEEN 1 AND 3),
  reach      INTEGER NOT NULL DEFAULT 2 CHECK (reach IN (1, 2)),         -- this organization only; and all below
  joined_at  INTEGER NOT NULL,
  removed_at INTEGER NOT NULL DEFAULT 0,
  version    INTEGER NOT NULL DEFAULT 1,
  PRIMARY KEY (org_id, account_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX membership_account ON membership (account_id, role_id, status);
CREATE INDEX membership_role ON membership (role_id, org_id);

CREATE TABLE membership_module (                                         -- no row: not confined to modules
  account_id INTEGER NOT NULL,
  org_id     INTEGER NOT NULL,
  module     TEXT NOT NULL,
  PRIMARY KEY (org_id, account_id, module),
  FOREIGN KEY (org_id, account_id) REFERENCES membership (org_id, account_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- Reservations of login attempts under way: one place each, given back or turned into a failure.
CREATE TABLE attempt (
  id         INTEGER PRIMARY KEY,
  account_id INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
  started_at INTEGER NOT NULL
) STRICT;
CREATE INDEX attempt_account ON attempt (account_id);

-- Web APIs and keys --------------------------------------------------------------------------------------------

CREATE TABLE web_api (
  id                 INTEGER PRIMARY KEY,
  org_id             INTEGER NOT NULL REFERENCES organization (id),
  name               TEXT NOT NULL,                                      -- a slug
  summary            TEXT NOT NULL DEFAULT '',
  service_account_id INTEGER NOT NULL REFERENCES account (id),
  created_at         INTEGER NOT NULL,
  removed_at         INTEGER NOT NULL DEFAULT 0,
  version            INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX web_api_name ON web_api (org_id, name) WHERE removed_at = 0;
CREATE INDEX web_api_service ON web_api (service_account_id);

CREATE TABLE attachment (
  account_id INTEGER NOT NULL REFERENCES account (id),
  api_id     INTEGER NOT NULL REFERENCES web_api (id),
  created_at INTEGER NOT NULL,
  PRIMARY KEY (account_id, api_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX attachment_api ON attachment (api_id, account_id);

CREATE TABLE api_key (
  id           INTEGER PRIMARY KEY,                                      -- the number that the key spells
  account_id   INTEGER NOT NULL REFERENCES account (id),
  org_id       INTEGER NOT NULL REFERENCES organization (id),
  kind         INTEGER NOT NULL DEFAULT 1 CHECK (kind IN (1, 2)),        -- opaque, JWT
  name         TEXT NOT NULL DEFAULT '',
  verifier     BLOB NOT NULL,                                            -- keyed BLAKE2b-256 of the secret
  sealed       BLOB,                                                     -- the key, where key.reveal was on
  covers_all   INTEGER NOT NULL DEFAULT 1 CHECK (covers_all IN (0, 1)),  -- 0: only the Web APIs in key_api
  networks     TEXT NOT NULL DEFAULT '',                                 -- CIDRs, one space between; '' = any
  replaces     INTEGER NOT NULL DEFAULT 0,                               -- the key that retires once this one is used
  overlap      INTEGER NOT NULL DEFAULT 0,                               -- … so many milliseconds later
  replaced_by  INTEGER NOT NULL DEFAULT 0,                               -- the key to be used instead
  created_at   INTEGER NOT NULL,
  created_by   INTEGER NOT NULL DEFAULT 0,
  expires_at   INTEGER NOT NULL DEFAULT 0,
  revoked_at   INTEGER NOT NULL DEFAULT 0,
  last_used_at INTEGER NOT NULL DEFAULT 0,
  expiry_told  INTEGER NOT NULL DEFAULT 0,                               -- the expires_at that a mail told of
  version      INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX api_key_expiry ON api_key (expires_at) WHERE expires_at > 0;
CREATE INDEX api_key_account ON api_key (account_id);
CREATE INDEX api_key_org ON api_key (org_id);

CREATE TABLE key_api (
  key_id INTEGER NOT NULL REFERENCES api_key (id) ON DELETE CASCADE,
  api_id INTEGER NOT NULL REFERENCES web_api (id),
  PRIMARY KEY (key_id, api_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX key_api_api ON key_api (api_id);

-- Invitations, links, sessions ---------------------------------------------------------------------------------

CREATE TABLE invitation (
  id          INTEGER PRIMARY KEY,
  org_id      INTEGER NOT NULL REFERENCES organization (id),
  email       TEXT NOT NULL,
  role_id     INTEGER REFERENCES role (id),                              -- NULL: external, Web APIs only
  first_name  TEXT NOT NULL DEFAULT '',
  last_name   TEXT NOT NULL DEFAULT '',
  modules     TEXT NOT NULL DEFAULT '',
  sub_orgs    TEXT NOT NULL DEFAULT '',                                  -- ids, one space between
  apis        TEXT NOT NULL DEFAULT '',                                  -- ids, one space between
  status      INTEGER NOT NULL DEFAULT 1 CHECK (status BETWEEN 1 AND 4),
  digest      BLOB NOT NULL UNIQUE,                                      -- keyed BLAKE2b-256 of the link's token
  invited_by  INTEGER NOT NULL DEFAULT 0,
  created_at  INTEGER NOT NULL,
  expires_at  INTEGER NOT NULL,
  accepted_at INTEGER NOT NULL DEFAULT 0,
  account_id  INTEGER REFERENCES account (id),
  version     INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX invitation_org ON invitation (org_id, status);
CREATE UNIQUE INDEX invitation_pending ON invitation (org_id, email) WHERE status = 1;

CREATE TABLE link (                                                      -- one-time links: password resets
  digest     BLOB PRIMARY KEY,
  purpose    INTEGER NOT NULL,
  account_id INTEGER NOT NULL REFERENCES account (id),
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at    INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX link_account ON link (account_id);

CREATE TABLE session (
  digest       BLOB PRIMARY KEY,
  id           INTEGER NOT NULL UNIQUE,
  account_id   INTEGER NOT NULL REFERENCES account (id),
  address      TEXT NOT NULL DEFAULT '',
  agent        TEXT NOT NULL DEFAULT '',
  created_at   INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL,
  expires_at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX session_account ON session (account_id);

-- Policy, audit, mail, messages --------------------------------------------------------------------------------

CREATE TABLE setting (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE audit_event (
  id          INTEGER PRIMARY KEY,
  at          INTEGER NOT NULL,
  actor_kind  TEXT NOT NULL,                                             -- local, user, system
  actor_id    INTEGER NOT NULL DEFAULT 0,
  actor_name  TEXT NOT NULL,
  action      TEXT NOT NULL,                                             -- the operation's name
  org_id      INTEGER NOT NULL DEFAULT 0,
  target_id   INTEGER NOT NULL DEFAULT 0,
  target_name TEXT NOT NULL DEFAULT '',
  address     TEXT NOT NULL DEFAULT '',
  detail      TEXT NOT NULL DEFAULT '{}',                                -- JSON, no secrets
  chain       BLOB NOT NULL                                              -- keyed digest over this event and the one before
) STRICT;
CREATE INDEX audit_event_org ON audit_event (org_id, id);
CREATE INDEX audit_event_target ON audit_event (target_id, id);
CREATE INDEX audit_event_actor ON audit_event (actor_id, id);

CREATE TABLE audit_head (                                                -- the newest event, sealed: so that its removal shows
  one      INTEGER PRIMARY KEY CHECK (one = 1),
  event_id INTEGER NOT NULL,
  seal     BLOB NOT NULL
) STRICT;

CREATE TABLE mail (
  id            INTEGER PRIMARY KEY,
  template      TEXT NOT NULL,
  recipient     TEXT NOT NULL,
  subject       TEXT NOT NULL,
  body          BLOB NOT NULL,                                           -- the whole message; emptied once sent, since it may hold a link
  status        INTEGER NOT NULL DEFAULT 1 CHECK (status BETWEEN 1 AND 3), -- waiting, sent, given up
  tries         INTEGER NOT NULL DEFAULT 0,
  next_at       INTEGER NOT NULL,
  claimed_until INTEGER NOT NULL DEFAULT 0,                              -- a sender has it in hand
  give_up_at    INTEGER NOT NULL,
  dead_at       INTEGER NOT NULL DEFAULT 0,                              -- when the link in it expires; 0: it has none
  created_at    INTEGER NOT NULL,
  sent_at       INTEGER NOT NULL DEFAULT 0,
  trouble       TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX mail_due ON mail (next_at) WHERE status = 1;

CREATE TABLE notice (                                                    -- what happened by itself and is to be told by mail
  id         INTEGER PRIMARY KEY,
  about      TEXT NOT NULL,                                              -- denied
  account_id INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
  at         INTEGER NOT NULL,
  address    TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE lease (                                                     -- who does a thing that one at a time does
  name   TEXT PRIMARY KEY,
  holder INTEGER NOT NULL,
  until  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE message (                                                   -- calls made by keys: API messages
  id         INTEGER PRIMARY KEY,
  account_id INTEGER NOT NULL,
  org_id     INTEGER NOT NULL,
  key_id     INTEGER NOT NULL,
  at         INTEGER NOT NULL,
  method     TEXT NOT NULL,
  path       TEXT NOT NULL,
  status     INTEGER NOT NULL,
  duration   INTEGER NOT NULL,                                           -- microseconds
  address    TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX message_account ON message (account_id, id);
CREATE INDEX message_org ON message (org_id, id);

CREATE TABLE repeat (                                                    -- answers to requests with an Idempotency-Key
  account_id INTEGER NOT NULL,
  name       TEXT NOT NULL,                                              -- the key
  digest     BLOB NOT NULL,                                              -- keyed BLAKE2b-256 of the request
  answer     TEXT NOT NULL,                                              -- JSON, no secrets
  created_at INTEGER NOT NULL,
  PRIMARY KEY (account_id, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX repeat_age ON repeat (created_at);

-- The decision row of a key ------------------------------------------------------------------------------------
-- All that a request needs, in one row found by one descent. `credential_source` says what it is made of; the triggers below
-- keep the table equal to the view, and `orgauth store check` compares the two. They delete and insert and never say OR REPLACE: the
-- conflict clause of the statement that fires a trigger overrides the trigger's own, so an outer OR IGNORE would leave a stale row.

CREATE TABLE credential (
  key_id            INTEGER PRIMARY KEY,
  account_id        INTEGER NOT NULL,
  kind              INTEGER NOT NULL,
  verifier          BLOB NOT NULL,
  expires_at        INTEGER NOT NULL,
  revoked_at        INTEGER NOT NULL,
  replaces          INTEGER NOT NULL,
  networks          TEXT NOT NULL,
  email             TEXT NOT NULL,
  account_status    INTEGER NOT NULL,
  last_seen         INTEGER NOT NULL,
  key_failures      INTEGER NOT NULL,
  org_id            INTEGER NOT NULL,
  org_slug          TEXT NOT NULL,
  org_status        INTEGER NOT NULL,
  membership_status INTEGER NOT NULL,                                    -- 0: no membership (an outsider with a Web API)
  reach             INTEGER NOT NULL,
  role              TEXT NOT NULL,
  role_type         INTEGER NOT NULL,                                    -- 0: none
  permissions       TEXT NOT NULL,
  modules           TEXT NOT NULL,
  apis              TEXT NOT NULL,                                       -- "ORG_ID/name" of each attached and covered Web API
  service_api       TEXT NOT NULL                                        -- name of the Web API whose own key this is, or ''
) STRICT;
CREATE INDEX credential_account ON credential (account_id);

CREATE VIEW credential_source AS
SELECT k.id AS key_id, k.account_id, k.kind, k.verifier, k.expires_at, k.revoked_at, k.replaces, k.networks,
       a.email, a.status AS account_status, MAX(a.last_login_at, a.status_since) AS last_seen, a.key_failures,
       k.org_id, o.slug AS org_slug, o.status AS org_status,
       CASE WHEN site.id IS NOT NULL THEN 1 ELSE COALESCE(m.status, 0) END AS membership_status,
       CASE WHEN site.id IS NOT NULL THEN 2 ELSE COALESCE(m.reach, 1) END AS reach,
       COALESCE(site.name, r.name, '') AS role,
       COALESCE(site.type, r.type, 0) AS role_type,
       COALESCE(site.permissions, r.permissions, '') AS permissions,
       COALESCE((SELECT group_concat(word, ' ') FROM
                  (SELECT mm.module AS word FROM membership_module mm
                    WHERE mm.org_id = k.org_id AND mm.account_id = k.account_id ORDER BY mm.module)), '') AS modules,
       COALESCE((SELECT group_concat(word, ' ') FROM
                  (SELECT w.org_id || '/' || w.name AS word FROM attachment t JOIN web_api w ON w.id = t.api_id
                    WHERE t.account_id = k.account_id AND w.removed_at = 0
                      AND (k.covers_all = 1 OR EXISTS (SELECT 1 FROM key_api ka
                                                        WHERE ka.key_id = k.id AND ka.api_id = w.id))
                    ORDER BY t.api_id)), '') AS apis,
       COALESCE((SELECT MIN(w.name) FROM web_api w
                  WHERE w.service_account_id = k.account_id AND w.removed_at = 0), '') AS service_api
  FROM api_key k
  JOIN account a ON a.id = k.account_id
  JOIN organization o ON o.id = k.org_id
  LEFT JOIN membership m ON m.org_id = k.org_id AND m.account_id = k.account_id
  LEFT JOIN role r ON r.id = m.role_id
  LEFT JOIN role site ON site.id = 1 AND EXISTS (SELECT 1 FROM membership s
       WHERE s.account_id = k.account_id AND s.role_id = 1 AND s.status = 1);

-- What changed, for the look-up caches of every process: an account whose entries are void, or NULL: all entries are.
CREATE TABLE change_log (
  seq        INTEGER PRIMARY KEY AUTOINCREMENT,
  account_id INTEGER
) STRICT;

-- OR REPLACE removes rows without firing their delete triggers (unless recursive_triggers is on). Where that would leave decision
-- rows behind, what is there already is never replaced; and ids never change.
CREATE TRIGGER organization_taken BEFORE INSERT ON organization
WHEN EXISTS (SELECT 1 FROM organization WHERE id = NEW.id OR slug = NEW.slug) BEGIN
  SELECT RAISE(ABORT, 'an organization with this id or slug is there already');
END;
CREATE TRIGGER organization_taken_over BEFORE UPDATE OF slug ON organization
WHEN EXISTS (SELECT 1 FROM organization WHERE id <> OLD.id AND slug = NEW.slug) BEGIN
  SELECT RAISE(ABORT, 'an organization with this slug is there already');
END;
CREATE TRIGGER organization_renumbered BEFORE UPDATE OF id ON organization WHEN NEW.id <> OLD.id BEGIN
  SELECT RAISE(ABORT, 'ids never change');
END;
CREATE TRIGGER role_taken BEFORE INSERT ON role
WHEN EXISTS (SELECT 1 FROM role WHERE id = NEW.id OR (COALESCE(org_id, 0) = COALESCE(NEW.org_id, 0) AND name = NEW.name)) BEGIN
  SELECT RAISE(ABORT, 'a role with this id or name is there already');
END;
CREATE TRIGGER role_taken_over BEFORE UPDATE OF org_id, name ON role
WHEN EXISTS (SELECT 1 FROM role WHERE id <> OLD.id AND COALESCE(org_id, 0) = COALESCE(NEW.org_id, 0) AND name = NEW.name) BEGIN
  SELECT RAISE(ABORT, 'a role with this name is there already');
END;
CREATE TRIGGER role_renumbered BEFORE UPDATE OF id ON role WHEN NEW.id <> OLD.id BEGIN
  SELECT RAISE(ABORT, 'ids never change');
END;
CREATE TRIGGER account_taken BEFORE INSERT ON account
WHEN EXISTS (SELECT 1 FROM account WHERE id = NEW.id OR email = NEW.email) BEGIN
  SELECT RAISE(ABORT, 'an account with this id or e-mail is there already');
END;
CREATE TRIGGER account_taken_over BEFORE UPDATE OF email ON account
WHEN EXISTS (SELECT 1 FROM account WHERE id <> OLD.id AND email = NEW.email) BEGIN
  SELECT RAISE(ABORT, 'an account with this e-mail is there already');
END;
CREATE TRIGGER account_renumbered BEFORE UPDATE OF id ON account WHEN NEW.id <> OLD.id BEGIN
  SELECT RAISE(ABORT, 'ids never change');
END;
CREATE TRIGGER web_api_taken BEFORE INSERT ON web_api
WHEN EXISTS (SELECT 1 FROM web_api WHERE id = NEW.id OR (NEW.removed_at = 0 AND removed_at = 0 AND org_id = NEW.org_id AND name = NEW.name)) BEGIN
  SELECT RAISE(ABORT, 'a Web API with this id or name is there already');
END;
CREATE TRIGGER web_api_taken_over BEFORE UPDATE OF org_id, name, removed_at ON web_api
WHEN EXISTS (SELECT 1 FROM web_api WHERE id <> OLD.id AND NEW.removed_at = 0 AND removed_at = 0 AND org_id = NEW.org_id AND name = NEW.name) BEGIN
  SELECT RAISE(ABORT, 'a Web API with this name is there already');
END;
CREATE TRIGGER web_api_renumbered BEFORE UPDATE OF id ON web_api WHEN NEW.id <> OLD.id BEGIN
  SELECT RAISE(ABORT, 'ids never change');
END;
CREATE TRIGGER api_key_taken BEFORE INSERT ON api_key
WHEN EXISTS (SELECT 1 FROM api_key WHERE id = NEW.id) BEGIN
  SELECT RAISE(ABORT, 'a key with this id is there already');
END;
CREATE TRIGGER api_key_renumbered BEFORE UPDATE OF id ON api_key WHEN NEW.id <> OLD.id BEGIN
  SELECT RAISE(ABORT, 'ids never change');
END;

CREATE TRIGGER api_key_added AFTER INSERT ON api_key BEGIN
  DELETE FROM credential WHERE key_id = NEW.id;
  INSERT INTO credential SELECT * FROM credential_source WHERE key_id = NEW.id;
  INSERT INTO change_log (account_id) VALUES (NEW.account_id);
END;
CREATE TRIGGER api_key_changed AFTER UPDATE OF id, account_id, org_id, kind, verifier, covers_all, networks, replaces,
                                               expires_at, revoked_at ON api_key BEGIN
  DELETE FROM credential WHERE key_id IN (OLD.id, NEW.id);
  INSERT INTO credential SELECT * FROM credential_source WHERE key_id = NEW.id;
  INSERT INTO change_log (account_id) VALUES (OLD.account_id);
  INSERT INTO change_log (account_id) SELECT NEW.account_id WHERE NEW.account_id <> OLD.account_id;
END;
CREATE TRIGGER api_key_deleted AFTER DELETE ON api_key BEGIN
  DELETE FROM credential WHERE key_id = OLD.id;
  INSERT INTO change_log (account_id) VALUES (OLD.account_id);
END;

CREATE TRIGGER key_api_added AFTER INSERT ON key_api BEGIN
  DELETE FROM credential WHERE key_id = NEW.key_id;
  INSERT INTO credential SELECT * FROM credential_source WHERE key_id = NEW.key_id;
  INSERT INTO change_log (account_id) SELECT account_id FROM api_key WHERE id = NEW.key_id;
END;
CREATE TRIGGER key_api_changed AFTER UPDATE ON key_api BEGIN
  DELETE FROM credential WHERE key_id IN (OLD.key_id, NEW.key_id);
  INSERT INTO credential SELECT * FROM credential_source WHERE key_id IN (OLD.key_id, NEW.key_id);
  INSERT INTO change_log (account_id) SELECT account_id FROM api_key WHERE id IN (OLD.key_id, NEW.key_id);
END;
CREATE TRIGGER key_api_deleted AFTER DELETE ON key_api BEGIN
  DELETE FROM credential WHERE key_id = OLD.key_id;
  INSERT INTO credential SELECT * FROM credential_source WHERE key_id = OLD.key_id;
  INSERT INTO change_log (account_id) SELECT account_id FROM api_key WHERE id = OLD.key_id;
END;

-- Everything of one account. Its tables name the account; a refresh makes all its rows anew.
CREATE TRIGGER account_added AFTER INSERT ON account BEGIN
  DELETE FROM credential WHERE account_id = NEW.id;
  INSERT INTO credential SELECT * FROM credential_source WHERE account_id = NEW.id;
  INSERT INTO change_log (account_id) VALUES (NEW.id);
END;
CREATE TRIGGER account_changed AFTER UPDATE OF id, kind, email, home_org_id, status, status_since, password,
                                               password_failures, key_failures ON account BEGIN
  DELETE FROM credential WHERE account_id IN (OLD.id, NEW.id);
  INSERT INTO credential SELECT * FROM credential_source WHERE account_id = NEW.id;
  INSERT INTO change_log (account_id) VALUES (NEW.id);
  INSERT INTO change_log (account_id) SELECT OLD.id WHERE OLD.id <> NEW.id;
END;
CREATE TRIGGER account_seen AFTER UPDATE OF last_login_at ON account BEGIN  -- decides nothing until it is very old: not logged
  UPDATE credential SET last_seen = MAX(NEW.last_login_at, NEW.status_since) WHERE account_id = NEW.id;
END;
CREATE TRIGGER account_deleted AFTER DELETE ON account BEGIN
  DELETE FROM credential WHERE account_id = OLD.id;
  INSERT INTO change_log (account_id) VALUES (OLD.id);
END;

CREATE TRIGGER membership_added AFTER INSERT ON membership BEGIN
  DELETE FROM credential WHERE account_id = NEW.account_id;
  INSERT INTO credential SELECT * FROM credential_source WHERE account_id = NEW.account_id;
  INSERT INTO change_log (account_id) VALUES (NEW.account_id);
END;
CREATE TRIGGER membership_changed AFTER UPDATE OF account_id, org_id, role_id, status, reach ON membership BEGIN
  DELETE FROM credential WHERE account_id IN (OLD.account_id, NEW.account_id);
  INSERT INTO credential SELECT * FROM credential_source WHERE account_id IN (OLD.account_id, NEW.account_id);
  INSERT INTO change_log (account_id) VALUES (OLD.account_id);
  INSERT INTO change_log (account_id) SELECT NEW.account_id WHERE NEW.account_id <> OLD.account_id;
END;
CREATE TRIGGER membership_deleted AFTER DELETE ON membership BEGIN
  DELETE FROM credential WHERE account_id = OLD.account_id;
  INSERT INTO credential SELECT * FROM credential_source WHERE account_id = OLD.account_id;
  INSERT INTO change_log (account_id) VALUES (OLD.account_id);
END;

CREATE TRIGGER membership_module_added AFTER INSERT ON membership_module BEGIN
  DELETE FROM credential WHERE account_id = NEW.account_id;
  INSERT INTO credential SELECT * FROM credential_source WHERE account_id = NEW.account_id;
  INSERT INTO change_log (account_id) VALUES (NEW.account_id);
END;
CREATE TRIGGER membership_module_changed AFTER UPDATE ON membership_module BEGIN
  DELETE FROM credential WHERE account_id IN (OLD.account_id, NEW.account_id);
  INSERT INTO credential SELECT * FROM credential_source WHERE account_id IN (OLD.account_id, NEW.account_id);
  INSERT INTO change_log (account_id) VALUES (OLD.account_id);
  INSERT INTO change_log (account_id) SELECT NEW.account_id WHERE NEW.account_id <> OLD.account_id;
END;
CREATE TRIGGER membership_module_deleted AFTER DELETE ON membership_module BEGIN
  DELETE FROM credential WHERE account_id = OLD.account_id;
  INSERT INTO credential SELECT * FROM credential_source WHERE account_id = OLD.account_id;
  INSERT INTO change_log (account_id) VALUES (OLD.account_id);
END;

CREATE TRIGGER attachment_added AFTER INSERT ON attachment BEGIN
  DELETE FROM credential WHERE account_id = NEW.account_id;
  INSERT INTO credential SELECT * FROM credential_source WHERE account_id = NEW.account_id;
  INSERT INTO change_log (account_id) VALUES (NEW.account_id);
END;
CREATE TRIGGER attachment_changed AFTER UPDATE ON attachment BEGIN
  DELETE FROM credential WHERE account_id IN (OLD.account_id, NEW.account_id);
  INSERT INTO credential SELECT * FROM credential_source WHERE account_id IN (OLD.account_id, NEW.account_id);
  INSERT INTO change_log (account_id) VALUES (OLD.account_id);
  INSERT INTO change_log (account_id) SELECT NEW.account_id WHERE NEW.account_id <> OLD.account_id;
END;
CREATE TRIGGER attachment_deleted AFTER DELETE ON attachment BEGIN
  DELETE FROM credential WHERE account_id = OLD.account_id;
  INSERT INTO credential SELECT * FROM credential_source WHERE account_id = OLD.account_id;
  INSERT INTO change_log (account_id) VALUES (OLD.account_id);
END;

-- Sessions: looked up by digest, void with their account. Their last use decides nothing until they have been idle: not logged.
CREATE TRIGGER session_added AFTER INSERT ON session BEGIN
  INSERT INTO change_log (account_id) VALUES (NEW.account_id);
END;
CREATE TRIGGER session_changed AFTER UPDATE OF digest, id, account_id, created_at, expires_at ON session BEGIN
  INSERT INTO change_log (account_id) VALUES (OLD.account_id);
  INSERT INTO change_log (account_id) SELECT NEW.account_id WHERE NEW.account_id <> OLD.account_id;
END;
CREATE TRIGGER session_deleted AFTER DELETE ON session BEGIN
  INSERT INTO change_log (account_id) VALUES (OLD.account_id);
END;

-- Who is denied, banned or inactive, or was removed from an organization, has no session and no link for a new password left, whoever did it:
-- they do not come back when the account is validated.
CREATE TRIGGER account_locked AFTER UPDATE OF status ON account WHEN NEW.status <> 1 BEGIN
  DELETE FROM session WHERE account_id = NEW.id;
  UPDATE link SET used_at = MAX(NEW.status_since, 1) WHERE account_id = NEW.id AND used_at = 0;
END;
CREATE TRIGGER membership_ended AFTER UPDATE OF status ON membership WHEN NEW.status = 3 AND OLD.status <> 3 BEGIN
  DELETE FROM session WHERE account_id = NEW.account_id;
END;

-- What many accounts share: rarely changed, so all entries are void.
CREATE TRIGGER role_added AFTER INSERT ON role BEGIN
  DELETE FROM credential WHERE account_id IN
    (SELECT account_id FROM membership WHERE role_id = NEW.id);
  INSERT INTO credential SELECT * FROM credential_source WHERE account_id IN
    (SELECT account_id FROM membership WHERE role_id = NEW.id);
  INSERT INTO change_log (account_id) VALUES (NULL);
END;
CREATE TRIGGER role_changed AFTER UPDATE OF id, name, type, permissions ON role BEGIN
  DELETE FROM credential WHERE account_id IN
    (SELECT account_id FROM membership WHERE role_id IN (OLD.id, NEW.id));
  INSERT INTO credential SELECT * FROM credential_source WHERE account_id IN
    (SELECT account_id FROM membership WHERE role_id IN (OLD.id, NEW.id));
  INSERT INTO change_log (account_id) VALUES (NULL);
END;
CREATE TRIGGER role_deleted AFTER DELETE ON role BEGIN
  DELETE FROM credential WHERE account_id IN
    (SELECT account_id FROM membership WHERE role_id = OLD.id);
  INSERT INTO credential SELECT * FROM credential_source WHERE account_id IN
    (SELECT account_id FROM membership WHERE role_id = OLD.id);
  INSERT INTO change_log (account_id) VALUES (NULL);
END;

CREATE TRIGGER organization_added AFTER INSERT ON organization BEGIN
  DELETE FROM credential WHERE org_id = NEW.id;
  INSERT INTO credential SELECT * FROM credential_source WHERE org_id = NEW.id;
  INSERT INTO change_log (account_id) VALUES (NULL);
END;
CREATE TRIGGER organization_changed AFTER UPDATE OF id, parent_id, slug, status ON organization BEGIN
  DELETE FROM credential WHERE org_id IN (OLD.id, NEW.id);
  INSERT INTO credential SELECT * FROM credential_source WHERE org_id IN (OLD.id, NEW.id);
  INSERT INTO change_log (account_id) VALUES (NULL);
END;
CREATE TRIGGER organization_deleted AFTER DELETE ON organization BEGIN
  DELETE FROM credential WHERE org_id = OLD.id;
  INSERT INTO change_log (account_id) VALUES (NULL);
END;

CREATE TRIGGER web_api_added AFTER INSERT ON web_api BEGIN
  DELETE FROM credential WHERE account_id IN
    (SELECT account_id FROM attachment WHERE api_id = NEW.id UNION ALL SELECT NEW.service_account_id);
  INSERT INTO credential SELECT * FROM credential_source WHERE account_id IN
    (SELECT account_id FROM attachment WHERE api_id = NEW.id UNION ALL SELECT NEW.service_account_id);
  INSERT INTO change_log (account_id) VALUES (NULL);
END;
CREATE TRIGGER web_api_changed AFTER UPDATE OF id, org_id, name, service_account_id, removed_at ON web_api BEGIN
  DELETE FROM credential WHERE account_id IN
    (SELECT account_id FROM attachment WHERE api_id IN (OLD.id, NEW.id)
     UNION ALL SELECT OLD.service_account_id UNION ALL SELECT NEW.service_account_id);
  INSERT INTO credential SELECT * FROM credential_source WHERE account_id IN
    (SELECT account_id FROM attachment WHERE api_id IN (OLD.id, NEW.id)
     UNION ALL SELECT OLD.service_account_id UNION ALL SELECT NEW.service_account_id);
  INSERT INTO change_log (account_id) VALUES (NULL);
END;
CREATE TRIGGER web_api_deleted AFTER DELETE ON web_api BEGIN
  DELETE FROM credential WHERE account_id IN
    (SELECT account_id FROM attachment WHERE api_id = OLD.id UNION ALL SELECT OLD.service_account_id);
  INSERT INTO credential SELECT * FROM credential_source WHERE account_id IN
    (SELECT account_id FROM attachment WHERE api_id = OLD.id UNION ALL SELECT OLD.service_account_id);
  INSERT INTO change_log (account_id) VALUES (NULL);
END;

CREATE TRIGGER module_added AFTER INSERT ON module BEGIN INSERT INTO change_log (account_id) VALUES (NULL); END;
CREATE TRIGGER module_changed AFTER UPDATE ON module BEGIN INSERT INTO change_log (account_id) VALUES (NULL); END;
CREATE TRIGGER module_deleted AFTER DELETE ON module BEGIN INSERT INTO change_log (account_id) VALUES (NULL); END;
CREATE TRIGGER setting_added AFTER INSERT ON setting BEGIN INSERT INTO change_log (account_id) VALUES (NULL); END;
CREATE TRIGGER setting_changed AFTER UPDATE ON setting BEGIN INSERT INTO change_log (account_id) VALUES (NULL); END;
CREATE TRIGGER setting_deleted AFTER DELETE ON setting BEGIN INSERT INTO change_log (account_id) VALUES (NULL); END;

-- A new store knows the built-in roles (core/model/permission.c lists the same) and the modules that are for administrators only.
INSERT INTO role (id, org_id, name, type, permissions, created_at, summary) VALUES
  (1, NULL, 'SuperAdmin', 1, '*:*', 0, 'everything, in every organization'),
  (2, NULL, 'Administrator', 2, '*:*', 0, 'all data of the organization, and its users'),
  (3, NULL, 'Editor', 3, '*:create *:delete *:edit *:run *:statistics *:view', 0, 'all data of the organization, without its users'),
  (4, NULL, 'Operator', 3, '*:run *:statistics *:view', 0, 'view, run, statistics'),
  (5, NULL, 'Viewer', 3, '*:statistics *:view', 0, 'view, statistics'),
  (6, NULL, 'API User', 4, '', 0, 'calls the Web APIs attached to it, sees its own API messages');
INSERT INTO module (name, admins_only) VALUES
  ('audit', 1), ('orgs', 1), ('payment', 1), ('pricing', 1), ('roles', 1), ('settings', 1), ('users', 1);
