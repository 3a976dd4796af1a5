#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What a page of each list costs: CPU time of httpd per request, medians.

  bench/lists.py [--build DIR] [--users 100000] [--orgs 10000] [--rounds 15] [--limit 100] [--events 0] [--only TEXT] [--json FILE] [--keep DIR]

Fills a store (crowd.py, and with --events trail.py) and asks the REST API for pages, as the portal does. CPU is that of all of httpd's threads, from the kernel's count in
nanoseconds. Prints a table (Markdown) and writes all figures as JSON. --keep DIR keeps the store there, and takes the one that is there already.
Needs root, since httpd's children run as www-data.
"""
import argparse
import http.client
import json
import os
import pathlib
import shutil
import statistics
import sys
import tempfile
import time
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import crowd
import run
import servers
import trail

SORTS = "created email name last_login role status".split()
STATUSES = "VALIDATED DENIED BANNED INACTIVE DEACTIVATED INVITED".split()
# A term, and what is said of it in the table.
TERMS = {"e": "1 character, most have it", "ж": "1 character, nobody has it", "an": "2 characters, frequent", "öx": "2 characters, nobody has it",
         "ann": "3 characters, frequent", "zoë": "3 characters, 1 %", "lovelace": "a last name, 1 %", "ada lovelace": "first and last name",
         "bench.example": "all have it", "9@bench": "a tenth has it", "qux": "only people of another organization", "xyzzy": "nobody has it",
         "anna.lovelace7": "nearly unique", "%_\\": "LIKE's own characters"}


def query(path, **words):
    return path + ("?" + urllib.parse.urlencode(words) if words else "")


def user_pages():
    """(name, path) of every kind of page of the users' list that the portal offers."""
    users = "/orgs/bench/users"
    for sort in SORTS:
        for down in ("", "-"):
            yield f"users by {down}{sort}", query(users, sort=down + sort)
    for status in STATUSES:
        yield f"users {status}", query(users, status=status)
        yield f"users {status} by -last_login", query(users, status=status, sort="-last_login")
    for role in ("Administrator", "Editor", "Viewer"):
        yield f"users {role} by name", query(users, role=role, sort="name")
    yield "users Editor BANNED by email", query(users, role="Editor", status="BANNED", sort="email")
    yield "users and who is invited", query(users, invited="true")
    for term, meaning in TERMS.items():
        yield f"users with “{term}” ({meaning})", query(users, q=term)
        yield f"users with “{term}” by -name", query(users, q=term, sort="-name")
    yield "users with “an” INACTIVE by -last_login", query(users, q="an", status="INACTIVE", sort="-last_login")
    yield "users with “zoë” Editor by email", query(users, q="zoë", role="Editor", sort="email")
    yield "users with “ann” and who is invited", query(users, q="ann", invited="true")
    yield "invited with “ann”", query(users, q="ann", status="INVITED")
    yield "invited with “xyzzy”", query(users, q="xyzzy", status="INVITED")


def other_pages():
    yield "invitations", "/orgs/bench/invitations"
    for status in ("PENDING", "ACCEPTED", "EXPIRED", "REVOKED"):
        yield f"invitations {status}", query("/orgs/bench/invitations", status=status)
    yield "Web APIs", "/orgs/bench/apis"
    yield "users of a Web API", "/orgs/bench/apis/all/users"
    yield "roles", "/orgs/bench/roles"
    yield "organizations, SuperAdmin", "/orgs"


def event_pages(store):
    """Of the audit trail: each filter, alone and with others, frequent, rare and met by nothing."""
    most, actor, target = trail.known(store)
    ago = "2020-01-01"
    filters = {"all": {}, "of who does most": {"actor": most}, "of who did little": {"actor": actor}, "of nobody": {"actor": "nobody@bench.example"},
               "about somebody": {"target": most}, "about somebody to whom little was done": {"target": target}, "about nobody": {"target": "nobody@bench.example"},
               "of a frequent operation": {"action": "user.edit"}, "of a rare operation": {"action": "org.edit"}, "of an operation that never was": {"action": "user.erase"},
               "of a noun": {"action": "user"}, "of a noun, rare": {"action": "org"}, "of who does most, about somebody": {"actor": most, "target": most},
               "of who does most, a rare operation": {"actor": most, "action": "org.edit"}, "of who does most, a frequent operation": {"actor": most, "action": "user.edit"},
               "of who does most, about somebody, of a noun": {"actor": most, "target": most, "action": "key"},
               "since long ago, until long ago": {"since": ago, "until": ago}, "of who does most, until long ago": {"actor": most, "until": ago},
               "searched, 1 character": {"q": "e"}, "searched, frequent": {"q": "bench.ex"}, "searched, a name": {"q": "ada"}, "searched, a name and an operation": {"q": "ada ban"},
               "searched, an address": {"q": most}, "searched, a rare operation": {"q": "org.e"}, "searched, frequent and rare": {"q": "user bench org.edit"},
               "searched, nobody": {"q": "xyzzy"}, "searched, frequent and nobody": {"q": "bench xyzzy"}, "searched, too broad and never": {"q": "e", "action": "org.edit"},
               "searched, eight words": {"q": "a b c d e f g h"}}
    for name, words in filters.items():
        yield f"events {name}", query("/orgs/bench/audit", **words), "bench"
        yield f"events of the site {name}", query("/audit", **words), "site"


class Store:
    """The store under measurement, in a folder that httpd's children may use."""

    def __init__(self, folder, build, users, orgs, events):
        self.folder, self.build = pathlib.Path(folder), build
        self.path, self.keys = self.folder / "orgauth.db", self.folder / "keys.json"
        if not self.keys.exists():
            self.make(users, orgs, events)

    def orgauth(self, *words):
        return run.orgauth(self.build, self.folder, *words)

    def make(self, users, orgs, events):
        self.orgauth("store", "init")
        keys = {}
        for slug in ("bench", "other", "group"):
            self.orgauth("org", "create", slug.title(), "--slug", slug, "--admin", f"admin@{slug}.example")
            keys[slug] = self.key(f"admin@{slug}.example", slug)
        self.orgauth("user", "create", "root@bench.example", "--org", "bench", "--role", "SuperAdmin")
        keys["site"] = self.key("root@bench.example", "bench")
        self.orgauth("api", "register", "all", "--org", "bench")
        began = time.process_time()
        crowd.fill(self.path, users, orgs)
        if events:
            trail.fill(self.path, events)
        print(f"filled in {time.process_time() - began:.0f} s, {self.path.stat().st_size >> 20} MiB", file=sys.stderr)
        for name in [self.folder, *self.folder.iterdir()]:
            shutil.chown(name, "www-data", "www-data")
        self.keys.write_text(json.dumps(keys))

    def key(self, email, org):
        return json.loads(self.orgauth("key", "issue", "--user", email, "--org", org))["key"]


class Pages:
    """Asks one httpd, one request at a time on one connection."""

    def __init__(self, store, folder, options):
        self.options, self.keys = options, json.loads(store.keys.read_text())
        load = f"LoadModule orgauth_module {options.build}/mod_orgauth/.libs/mod_orgauth.so\n"
        lines = f"OrgAuthStore {store.path}\nOrgAuthSecretFile {store.folder}/secret\n<Location /orgauth>\nSetHandler orgauth-admin\n</Location>"
        self.server = servers.Server("lists", folder, servers.httpd("Require all denied", load, lines))
        self.connection = http.client.HTTPConnection("127.0.0.1", self.server.port)

    def ask(self, path, key):
        before = self.server.cpu_ns()
        self.connection.request("GET", "/orgauth/v1" + path, headers={"Authorization": "Bearer " + self.keys[key]})
        answer = self.connection.getresponse()
        body = json.loads(answer.read())
        cost = (self.server.cpu_ns() - before) / 1e6
        if answer.status != 200:
            raise SystemExit(f"{path}: {answer.status} {body}")
        return cost, body

    def page(self, name, path, key, deep):
        """Figures of one kind of page: the first, or one `deep` pages on."""
        path += ("&" if "?" in path else "?") + f"limit={self.options.limit}"
        at = path
        for _ in range(deep):
            _, body = self.ask(at, key)
            if body["next"] is None:
                break
            at = path + "&" + urllib.parse.urlencode({"after": body["next"]})
        self.ask(at, key)
        answers = [self.ask(at, key) for _ in range(self.options.rounds)]
        costs = [cost for cost, _ in answers]
        row = {"name": name, "path": at, "items": len(answers[0][1]["items"]), "median_ms": statistics.median(costs), "least_ms": min(costs),
               "most_ms": max(costs)}
        print("| {name} | {items} | {median_ms:.2f} | {least_ms:.2f} | {most_ms:.2f} |".format(**row), flush=True)
        return row


def kinds(store, events):
    """(name, path, whose key, how many pages on)."""
    for name, path, key in event_pages(store) if events else ():
        yield name, path, key, 0
    for name, path in user_pages():
        yield name, path, "bench", 0
    for sort in SORTS:
        yield f"users by {sort}, page 31", query("/orgs/bench/users", sort=sort), "bench", 30
    yield "users with “an” by name, page 31", query("/orgs/bench/users", q="an", sort="name"), "bench", 30
    for name, path in other_pages():
        yield name, path, "site" if "SuperAdmin" in name else "bench", 0
    yield "users of a Web API, page 31", "/orgs/bench/apis/all/users", "bench", 30
    yield "organizations, Administrator of the one above", "/orgs", "group", 0
    yield "organizations, Administrator of the one above, page 31", "/orgs", "group", 30


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build", type=lambda name: pathlib.Path(name).resolve(), help="folder in which all was built")
    parser.add_argument("--users", type=int, default=100000)
    parser.add_argument("--orgs", type=int, default=10000)
    parser.add_argument("--events", type=int, default=0, help="of the audit trail, beside those of the set-up")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--limit", type=int, default=100, help="items to a page")
    parser.add_argument("--only", default="", help="only the kinds whose name has this text")
    parser.add_argument("--keep", help="folder for the store")
    parser.add_argument("--json", default="lists.json")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="orgauth-lists-") as folder:
        os.chmod(folder, 0o755)
        kept = pathlib.Path(options.keep or os.path.join(folder, "store")).resolve()
        kept.mkdir(parents=True, exist_ok=True)
        store = Store(kept, options.build, options.users, options.orgs, options.events)
        pages = Pages(store, folder, options)
        print("| Page | Items | CPU, ms, median | least | most |\n|---|---|---|---|---|", flush=True)
        try:
            rows = [pages.page(*kind) for kind in kinds(store.path, options.events) if options.only in kind[0]]
        finally:
            pages.server.stop()
        words = {name: str(value) for name, value in vars(options).items()}
        pathlib.Path(options.json).write_text(json.dumps({"machine": run.machine(), "options": words, "rows": rows}, indent=1))


if __name__ == "__main__":
    main()
