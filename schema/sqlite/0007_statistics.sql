-- SPDX-License-Identifier: Apache-2.0
-- What places answered and what was tried on accounts, hour by hour. Decides nothing, and is in no change log.
CREATE TABLE statistic (
  org_id  INTEGER NOT NULL,
  at      INTEGER NOT NULL,                                              -- when the hour began
  api_id  INTEGER NOT NULL,                                              -- the Web API that place or key named; 0: none
  allowed INTEGER NOT NULL DEFAULT 0,
  refused INTEGER NOT NULL DEFAULT 0,                                    -- 403 to a right credential
  failed  INTEGER NOT NULL DEFAULT 0,                                    -- wrong attempts at accounts at home here
  PRIMARY KEY (org_id, at, api_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX statistic_at ON statistic (at);

-- Keys that end soon are few among many.
CREATE INDEX api_key_org_expiry ON api_key (org_id, expires_at) WHERE expires_at > 0;
