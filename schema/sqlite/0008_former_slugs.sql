-- SPDX-License-Identifier: Apache-2.0
-- Slugs that organizations had: configuration may name them still (OrgAuthOrg), so that they must not come to mean another organization.
CREATE TABLE former_slug (
  slug   TEXT PRIMARY KEY,
  org_id INTEGER NOT NULL                                                -- may be gone
) STRICT, WITHOUT ROWID;

CREATE TRIGGER former_slug_left AFTER UPDATE OF slug ON organization WHEN OLD.slug <> NEW.slug BEGIN
  DELETE FROM former_slug WHERE slug IN (OLD.slug, NEW.slug);
  INSERT INTO former_slug (slug, org_id) VALUES (OLD.slug, OLD.id);
END;
CREATE TRIGGER former_slug_of_removed AFTER DELETE ON organization BEGIN
  DELETE FROM former_slug WHERE slug = OLD.slug;
  INSERT INTO former_slug (slug, org_id) VALUES (OLD.slug, OLD.id);
END;
CREATE TRIGGER former_slug_taken AFTER INSERT ON organization BEGIN
  DELETE FROM former_slug WHERE slug = NEW.slug;
END;
