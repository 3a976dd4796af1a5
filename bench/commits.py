#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""commits.py STORE N: commits N times a second until it is ended, each time a change of one account that voids its entries."""
import random
import sqlite3
import sys
import time

db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("PRAGMA busy_timeout=5000")
db.execute("PRAGMA wal_autocheckpoint=0")
db.execute("PRAGMA synchronous=NORMAL")
least, most = db.execute("SELECT min(id), max(id) FROM account").fetchone()
pause = 1.0 / int(sys.argv[2])
due = time.monotonic()
while True:
    db.execute("UPDATE account SET key_failures = 0 WHERE id = (SELECT id FROM account WHERE id >= ? LIMIT 1)",
               (random.randint(least, most),))
    due += pause
    time.sleep(max(0.0, due - time.monotonic()))
