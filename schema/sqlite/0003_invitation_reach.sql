-- SPDX-License-Identifier: Apache-2.0
-- An invitation says itself how far the membership will reach; until now whoever chose no organization below got all of them.
ALTER TABLE invitation ADD COLUMN reach INTEGER NOT NULL DEFAULT 2 CHECK (reach IN (1, 2));
UPDATE invitation SET reach = 1 WHERE sub_orgs <> '';
