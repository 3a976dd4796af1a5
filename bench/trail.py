# SPDX-License-Identifier: Apache-2.0
"""A very long audit trail, put into a store by plain SQL with what its events are found by (core/store/audit_word.h). It is not chained.

Of each hundred events 90 are of one organization. A thousand members act; one of them does 60 of a hundred. What is done is frequent or, `org.edit`,
rare: it is done by somebody who does nothing else, and to somebody to whom nothing else is done.
"""
import re
import sqlite3

import seed

ACTORS, TARGETS = 1000, 100000
ACTIONS = ["user.edit"] * 8 + ["session.create"] * 4 + ["key.issue"] * 4 + ["user.ban"] * 2 + ["user.validate", "api.attach"]
RARE = 2000000 # one of so many
BEGINNING = re.compile(r"(?<![0-9A-Za-z\x80-\U0010ffff])[0-9A-Za-z\x80-\U0010ffff]")

# Number of the event, and of its actor, target, action and organization.
EVENTS = f"""CREATE TEMP TABLE event AS
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count)
SELECT i, :newest - ((:count - i) * 1000 << 22) AS id, i % {RARE} = 7 AS rare,
       CASE WHEN i % {RARE} = 7 THEN {ACTORS} - 1 WHEN i * 7919 % 100 < 60 THEN 0 ELSE i * 48271 % 2147483647 % ({ACTORS} - 1) END AS actor,
       CASE WHEN i % {RARE} = 7 THEN :targets - 1 ELSE i * 16807 % 2147483647 % (:targets - 1) END AS target,
       CASE WHEN i % {RARE} = 7 THEN 'org.edit' ELSE (SELECT name FROM action WHERE n = i * 69621 % 2147483647 % {len(ACTIONS)}) END AS action,
       CASE WHEN i % 10 = 0 THEN :other ELSE :org END AS org_id FROM n"""
INTO_TRAIL = """INSERT INTO audit_event (id, at, actor_kind, actor_id, actor_name, action, org_id, target_id, target_name, address, detail, chain)
SELECT e.id, (e.id >> 22) + :epoch, 'user', a.id, a.email, e.action, e.org_id, t.id, t.email, '192.0.2.1', '{"user":"' || t.email || '"}', zeroblob(32)
  FROM event e JOIN member a ON a.n = e.actor JOIN member t ON t.n = e.target ORDER BY e.id"""
# Words by scope (0: wherever, 1: the organization, 2: the other one), part, and number of the member or name of the action.
INTO_INDEX = """INSERT INTO audit_find
SELECT w.id, e.id FROM event e CROSS JOIN (SELECT 0 AS own UNION ALL SELECT 1) s CROSS JOIN word w
    ON w.org_id = CASE s.own WHEN 1 THEN e.org_id ELSE 0 END AND w.part = :part AND w.thing = CASE :part WHEN 1 THEN e.actor WHEN 2 THEN e.target ELSE e.action END
 ORDER BY 1, 2"""


def word(db, org, part, text):
    """The number of that word, which begins as core/store/audit_word.c says."""
    row = db.execute("SELECT id FROM audit_word WHERE org_id = ? AND part = ? AND text = ?", (org, part, text)).fetchone()
    if row:
        return row[0]
    number = db.execute("INSERT INTO audit_word (org_id, part, text) VALUES (?, ?, ?)", (org, part, text)).lastrowid
    if text[0] != "#":
        db.executemany("INSERT INTO audit_beginning (org_id, text, word_id) VALUES (?, ?, ?)",
                       [(org, text[at.start():], number) for at in list(BEGINNING.finditer(text))[:8]])
    return number


def add_words(db, orgs, members):
    db.execute("CREATE TEMP TABLE word (org_id, part, thing, id)")
    rows = []
    for org in (0, *orgs):
        for number, account, email in members:
            for text in ("#" + seed.base32_number(account, 13), email):
                rows += [(org, part, number, word(db, org, part, text)) for part in (1, 2) if part == 2 or number < ACTORS]
        rows += [(org, 3, action, word(db, org, 3, action)) for action in {*ACTIONS, "org.edit"}]
    db.executemany("INSERT INTO word VALUES (?, ?, ?, ?)", rows)
    db.execute("CREATE INDEX temp.word_thing ON word (part, org_id, thing, id)")


def fill(store, count, org="bench", other="other"):
    with seed.plain(store) as db:
        db.execute("PRAGMA temp_store=FILE")
        db.execute("PRAGMA cache_size=-262144")
        ids = dict(db.execute("SELECT slug, id FROM organization"))
        newest = db.execute("SELECT min(id) FROM audit_event").fetchone()[0] - 1
        members = [(number, *row) for number, row in enumerate(
            db.execute("SELECT a.id, a.email FROM account a JOIN membership m ON m.account_id = a.id WHERE m.org_id = ? ORDER BY a.id LIMIT ?", (ids[org], TARGETS)))]
        db.execute("CREATE TEMP TABLE member (n INTEGER PRIMARY KEY, id, email)")
        db.executemany("INSERT INTO member VALUES (?, ?, ?)", members)
        db.execute("CREATE TEMP TABLE action (n INTEGER PRIMARY KEY, name)")
        db.executemany("INSERT INTO action VALUES (?, ?)", list(enumerate(ACTIONS)))
        add_words(db, (ids[org], ids[other]), members)
        db.execute(EVENTS, {"count": count, "newest": newest, "org": ids[org], "other": ids[other], "targets": len(members)})
        db.execute(INTO_TRAIL, {"epoch": seed.EPOCH_2020})
        for part in (1, 2, 3):
            db.execute(INTO_INDEX, {"part": part})


def known(store):
    """E-mails that the filters name: who does most, who did little, and to whom little was done."""
    with sqlite3.connect(f"file:{store}?mode=ro", uri=True) as db:
        rare, = db.execute("SELECT max(f.event_id) FROM audit_find f JOIN audit_word w ON w.id = f.word_id WHERE w.org_id = 0 AND w.part = 3 AND w.text = 'org.edit'").fetchone()
        little = db.execute("SELECT actor_name, target_name FROM audit_event WHERE id = ?", (rare,)).fetchone()
        most, = db.execute("SELECT email FROM account a JOIN membership m ON m.account_id = a.id JOIN organization o ON o.id = m.org_id"
                           " WHERE o.slug = 'bench' ORDER BY a.id LIMIT 1").fetchone()
    return most, *little
