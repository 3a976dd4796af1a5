-- SPDX-License-Identifier: Apache-2.0
-- The list of modules is shown: the project's own open one stands in it beside the marked ones.
INSERT INTO module (name, admins_only) SELECT 'apis', 0 WHERE NOT EXISTS (SELECT 1 FROM module WHERE name = 'apis');
