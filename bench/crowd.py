# SPDX-License-Identifier: Apache-2.0
"""A store as large as lists are to be quick on: one organization with very many members, invitations and Web API users, a neighbour as large, a
parent of very many organizations, and a long audit trail. Filled by plain SQL with the triggers set aside (seed.py).

Names are made of real ones, so that parts of them are as frequent as in life; the same size gives the same people.
"""
import hashlib
import random
import sqlite3

import seed

FIRST = """Ada Alan Alice Amélie Ana Anders André Anna Anton Barbara Ben Björn Bob Carla Carlos Chen Chloé Clara Dana David Dmitri Edsger Elif Emil Emma
Erik Eva Fatima Felix Finn Frances Gita Grace Greta Hana Hans Hedy Ida Igor Ines Ivan Jana João John Jonas José Julia Jürgen Karin Katherine Ken Lars
Lena Leo Li Linus Lucía Luis Magda Malik Maria Marie Mateo Max Mei Mia Michał Mina Mohammed Nadia Nils Noor Olga Omar Otto Paul Per Petra Pia Radia
Rosa Ruth Sara Sofia Søren Sven Tim Tomáš Ursula Uwe Vera Viktor Wang Wei Xenia Yara Yusuf Zofia Zoë Анна Иван""".split()
LAST = """Abe Adams Ahmed Andersson Bauer Becker Berg Bianchi Brown Castro Cohen Costa Dahl Davis Dubois Ekström Evans Fernández Fischer Fuchs García Gómez
Gonzalez Gruber Gupta Haas Hansen Hernández Hoffmann Hopper Horvat Ivanov Jansen Johnson Jones Kaya Keller Kim Klein Koch König Kowalski Krüger Lange Larsen
Lee Lehmann Liu Lovelace López Maier Martin Martínez Meyer Miller Müller Nakamura Nguyen Nielsen Novák O'Brien Olsen Park Patel Pérez Petrov Popescu
Ricci Richter Rodríguez Rossi Russo Sánchez Santos Sato Schäfer Schmidt Schneider Schröder Schulz Schwarz Silva Singh Smith Strauß Suzuki Svensson Tanaka
Taylor Vogel Wagner Wang Weber Weiß Williams Wolf Wong Yamamoto Yılmaz Young Zhang Zimmermann Иванова""".split()
# role, of 1000; status of account, of membership, of 1000
ROLES = [(5, 880), (3, 60), (4, 50), (6, 9), (2, 1)]
STATES = [((1, 1), 800), ((4, 1), 120), ((2, 1), 30), ((3, 1), 20), ((1, 2), 30)]
ORDINAL = 4099


def draw(rng, weighted):
    number = rng.randrange(1000)
    for value, share in weighted:
        number -= share
        if number < 0:
            return value
    return weighted[0][0]


def folded(*words):
    """As oa_text_fold spells it, for the names above."""
    import unicodedata
    return unicodedata.normalize("NFKC", " ".join(words)).casefold()


def address(word):
    return "".join(c for c in folded(word).replace("ß", "ss") if c.isalnum())


def people(count, domain, rng, mark=""):
    """(first name, last name, e-mail)."""
    for number in range(count):
        first, last = rng.choice(FIRST), rng.choice(LAST) + mark
        yield first, last, f"{address(first)}.{address(last)}{number}@{domain}"


def add_members(db, org, people_of, base, now, rng):
    ids = []
    for number, (first, last, email) in enumerate(people_of):
        account, (status, member) = base + number * ORDINAL, draw(rng, STATES)
        seen = 0 if rng.random() < 0.1 else now - rng.randrange(90 * 86400000)
        db.execute("INSERT INTO account (id, email, first_name, last_name, folded, home_org_id, status, status_since, last_login_at, created_at)"
                   " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                   (account, email, first, last, folded(first, last, email), org, status, now, seen, now))
        db.execute("INSERT INTO membership (account_id, org_id, role_id, status, joined_at) VALUES (?, ?, ?, ?, ?)",
                   (account, org, draw(rng, ROLES), member, now))
        ids.append(account)
    return ids


def add_keys(db, org, accounts, now):
    db.executemany("INSERT INTO api_key (id, account_id, org_id, verifier, created_at) VALUES (?, ?, ?, ?, ?)",
                   ((account + 1, account, org, hashlib.blake2b(str(account).encode(), digest_size=32).digest(), now) for account in accounts))


def add_invitations(db, org, people_of, base, now):
    """Half of them are waiting."""
    for number, (first, last, email) in enumerate(people_of):
        db.execute("INSERT INTO invitation (id, org_id, email, role_id, first_name, last_name, folded, status, digest, created_at, expires_at)"
                   " VALUES (?, ?, ?, 5, ?, ?, ?, ?, ?, ?, ?)",
                   (base + number * ORDINAL, org, email, first, last, folded(first, last, email), (1, 2, 1, 3)[number % 4],
                    hashlib.blake2b(email.encode(), digest_size=32).digest(), now, now + 7 * 86400000))


def add_orgs(db, parent, count, base, now):
    db.executemany("INSERT INTO organization (id, parent_id, slug, name, created_at) VALUES (?, ?, ?, ?, ?)",
                   ((base + number * ORDINAL, parent, f"part-{number}", f"Part {number}", now) for number in range(count)))


def fill(store, size, orgs, big="bench", neighbour="other", group="group"):
    """`big` gets `size` members with a key each, as many invitations, and a Web API that all have attached; `neighbour` as many members, whose last
    names have a part that nobody of `big` has; `group` gets `orgs` organizations below it."""
    rng = random.Random(size)
    with seed.plain(store) as db:
        org_of = dict(db.execute("SELECT slug, id FROM organization"))
        now = db.execute("SELECT max(created_at) FROM organization").fetchone()[0]
        base = (now - seed.EPOCH_2020) << 22
        bases = [base + n * (1 << 33) for n in range(4)]
        members = add_members(db, org_of[big], people(size, "bench.example", rng), bases[0], now, rng)
        add_members(db, org_of[neighbour], people(size, "other.example", rng, "qux"), bases[1], now, rng)
        add_keys(db, org_of[big], members, now)
        add_invitations(db, org_of[big], people(size, "invited.example", rng), bases[2], now)
        add_orgs(db, org_of[group], orgs, bases[3], now)
        db.execute("INSERT INTO attachment SELECT m.account_id, w.id, ? FROM web_api w JOIN membership m ON m.org_id = w.org_id"
                   " WHERE w.org_id = ? ON CONFLICT DO NOTHING", (now, org_of[big]))
