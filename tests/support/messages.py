# SPDX-License-Identifier: Apache-2.0
"""API messages and figures put into a store as httpd would write them."""

import sqlite3
import time
from contextlib import closing


def record(orgauth, email, path="/reports", status=200, org=None, method="GET", age=0):
    """A call made by the newest key of `email`, `age` seconds ago, in `org`, else that of the key."""
    at = int((time.time() - age) * 1000)
    with closing(sqlite3.connect(orgauth.store, timeout=30)) as store, store:
        written = store.execute(
            "INSERT INTO message (id, account_id, org_id, key_id, at, method, path, status, duration, address)"
            " SELECT MAX(?1, (SELECT COALESCE(MAX(id), 0) + 1 FROM message)), k.account_id, COALESCE(o.id, k.org_id), k.id, ?2, ?3, ?4, ?5,"
            " 1500, '192.0.2.7' FROM api_key k JOIN account a ON a.id = k.account_id LEFT JOIN organization o ON o.slug = ?6"
            " WHERE a.email = ?7 ORDER BY k.id DESC LIMIT 1",
            ((at - 1577836800000) << 22, at, method, path, status, org, email)).rowcount
    assert written == 1, f"{email} has no key"


def figure(orgauth, org, at, api="", allowed=0, refused=0, failed=0):
    """What the places of `org` answered in the hour that began at `at`, "2026-01-01T10:00:00Z"."""
    with closing(sqlite3.connect(orgauth.store, timeout=30)) as store, store:
        store.execute(
            "INSERT INTO statistic (org_id, at, api_id, allowed, refused, failed) SELECT o.id, unixepoch(?1) * 1000,"
            " COALESCE((SELECT id FROM web_api WHERE org_id = o.id AND name = ?2), 0), ?3, ?4, ?5 FROM organization o WHERE o.slug = ?6",
            (at, api, allowed, refused, failed, org))
