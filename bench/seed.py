# SPDX-License-Identifier: Apache-2.0
"""Fills a store with many users and keys.

The rows go in by plain SQL with the triggers set aside, then what they keep is made anew, as they would have. The
digests are computed here with Python's own BLAKE2b, from the key format that docs/keys.md documents.
"""
import contextlib
import hashlib
import random
import sqlite3
import zlib

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
EPOCH_2020 = 1577836800000
# What triggers keep, made of its sources.
DERIVED = ["DELETE FROM credential", "INSERT INTO credential SELECT * FROM credential_source",
           "INSERT INTO change_log (account_id) VALUES (NULL)",
           "DELETE FROM listed",
           "INSERT INTO listed SELECT shelf + row_number() OVER (PARTITION BY shelf ORDER BY id), org_id, id, role_id, status, email, name,"
           " last_login_at, expires_at, folded FROM listed_source",
           "DELETE FROM listed_stale",
           "INSERT INTO listed_part (listed_part) VALUES ('rebuild')",
           "UPDATE web_api SET users = (SELECT s.users FROM web_api_users s WHERE s.id = web_api.id)",
           "DELETE FROM org_below",
           "INSERT INTO org_below SELECT * FROM org_below_source"]


def base32_number(value, digits):
    return "".join(ALPHABET[(value >> (5 * place)) & 31] for place in reversed(range(digits)))


def key_text(key_id, secret):
    body = "oak_" + base32_number(key_id, 13) + "_" + base32_number(int.from_bytes(secret, "big"), 32)
    return body + base32_number(zlib.crc32(body.encode()), 7)


def subkey(master, number):
    """crypto_kdf_derive_from_key(number, "orgauth1")."""
    return hashlib.blake2b(b"", digest_size=32, key=master, salt=number.to_bytes(16, "little"),
                           person=b"orgauth1".ljust(16, b"\0")).digest()


def read_master(path):
    """The master secret as `orgauth store init` writes it: 64 hexadecimal digits."""
    return bytes.fromhex(open(path).read().strip())


def user_rows(count, org, now):
    """(id, e-mail, key id, key secret) of each user: the same for the same count."""
    rng = random.Random(count)
    base = (now - EPOCH_2020) << 22
    for number in range(count):
        yield base + 2 * number * 4099, f"user{number}@bench.example", base + (2 * number + 1) * 4099, rng.randbytes(20)


@contextlib.contextmanager
def plain(store):
    """A connection to write rows by without triggers; what they would have kept is made of its sources at the end."""
    db = sqlite3.connect(store, isolation_level=None)
    db.execute("PRAGMA wal_autocheckpoint=0")
    triggers = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    db.execute("BEGIN IMMEDIATE")
    for name, _ in triggers:
        db.execute(f"DROP TRIGGER {name}")
    yield db
    for statement in DERIVED:
        db.execute(statement)
    for _, sql in triggers:
        db.execute(sql)
    db.execute("COMMIT")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()


def fill(store, master, count, org_slug):
    """Adds `count` Viewers with a key each to organization `org_slug`; returns the keys' spellings in order."""
    api_key_subkey = subkey(master, 1)
    keys = []
    with plain(store) as db:
        org, now = db.execute("SELECT id, created_at FROM organization WHERE slug = ?", (org_slug,)).fetchone()
        for account, email, key, secret in user_rows(count, org, now):
            db.execute("INSERT INTO account (id, email, folded, home_org_id, status_since, last_login_at, created_at)"
                       " VALUES (?, ?, ?, ?, ?, ?, ?)", (account, email, email, org, now, now, now))
            db.execute("INSERT INTO membership (account_id, org_id, role_id, joined_at) VALUES (?, ?, 5, ?)",
                       (account, org, now))
            db.execute("INSERT INTO api_key (id, account_id, org_id, verifier, created_at, last_used_at)"
                       " VALUES (?, ?, ?, ?, ?, ?)",
                       (key, account, org, hashlib.blake2b(secret, digest_size=32, key=api_key_subkey).digest(), now, now))
            keys.append(key_text(key, secret))
    return keys
