-- SPDX-License-Identifier: Apache-2.0
-- What lets a page of the other lists cost what it shows. `orgauth store check` compares what is kept twice with its source.

-- Invitations by id and, both indexes ending in the id, by status; those past their expiry that are still stored as PENDING.
CREATE INDEX invitation_by_org ON invitation (org_id);
CREATE INDEX invitation_expiry ON invitation (expires_at, org_id) WHERE status = 1;

-- Likewise the Web APIs of an organization; and by name, wherever they are.
CREATE INDEX web_api_by_org ON web_api (org_id) WHERE removed_at = 0;
CREATE INDEX web_api_by_name ON web_api (name) WHERE removed_at = 0;

-- Which state a key is in is read off the index of its organization.
DROP INDEX api_key_org;
CREATE INDEX api_key_org ON api_key (org_id, id, revoked_at, expires_at, replaced_by);

CREATE INDEX mail_status ON mail (status);

-- How many users a Web API has, its own service account aside.
ALTER TABLE web_api ADD COLUMN users INTEGER NOT NULL DEFAULT 0;
CREATE VIEW web_api_users AS
SELECT w.id, (SELECT count(*) FROM attachment t WHERE t.api_id = w.id) -
             (SELECT count(*) FROM attachment t WHERE t.api_id = w.id AND t.account_id = w.service_account_id) AS users
  FROM web_api w;
UPDATE web_api SET users = (SELECT s.users FROM web_api_users s WHERE s.id = web_api.id);

CREATE TRIGGER web_api_counted AFTER UPDATE OF service_account_id ON web_api BEGIN
  UPDATE web_api SET users = (SELECT s.users FROM web_api_users s WHERE s.id = NEW.id) WHERE id = NEW.id;
END;
CREATE TRIGGER attachment_counted AFTER INSERT ON attachment BEGIN
  UPDATE web_api SET users = users + 1 WHERE id = NEW.api_id AND service_account_id <> NEW.account_id;
END;
CREATE TRIGGER attachment_recounted AFTER UPDATE ON attachment BEGIN
  UPDATE web_api SET users = (SELECT s.users FROM web_api_users s WHERE s.id = web_api.id) WHERE id IN (OLD.api_id, NEW.api_id);
END;
CREATE TRIGGER attachment_uncounted AFTER DELETE ON attachment BEGIN
  UPDATE web_api SET users = users - 1 WHERE id = OLD.api_id AND service_account_id <> OLD.account_id;
END;

-- Every organization below another one, at any depth.
CREATE TABLE org_below (
  above_id INTEGER NOT NULL,
  id       INTEGER NOT NULL,
  PRIMARY KEY (above_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX org_below_id ON org_below (id);

CREATE VIEW org_below_source AS
WITH RECURSIVE up (above_id, id) AS (
  SELECT parent_id, id FROM organization WHERE parent_id IS NOT NULL
  UNION
  SELECT o.parent_id, up.id FROM up JOIN organization o ON o.id = up.above_id WHERE o.parent_id IS NOT NULL)
SELECT above_id, id FROM up;
INSERT INTO org_below SELECT * FROM org_below_source;

CREATE TRIGGER organization_placed AFTER INSERT ON organization WHEN NEW.parent_id IS NOT NULL BEGIN
  DELETE FROM org_below WHERE id = NEW.id;
  INSERT INTO org_below SELECT NEW.parent_id, NEW.id UNION SELECT above_id, NEW.id FROM org_below WHERE id = NEW.parent_id;
END;
CREATE TRIGGER organization_moved AFTER UPDATE OF parent_id ON organization WHEN NEW.parent_id IS NOT OLD.parent_id BEGIN
  DELETE FROM org_below;
  INSERT INTO org_below SELECT * FROM org_below_source;
END;
CREATE TRIGGER organization_gone AFTER DELETE ON organization BEGIN
  DELETE FROM org_below WHERE id = OLD.id OR above_id = OLD.id;
END;
